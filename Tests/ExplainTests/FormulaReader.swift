import Presentation

/// A reader at the prompt: types the formulas of an explanation in, where the explanation stands, and
/// compares them with the quantity they are said to be.
struct FormulaReader {
  /// Formulas that gave what stands at the left of them.
  private(set) var held = 0
  private(set) var mistakes: [String] = []
  /// Symbols that a page introduced: `with z = W @ x`.
  private var introduced: Set<String> = []

  /// What the language does not have, and why it is written.
  private static let notTyped = [
    "⋆": "a correlation", "𝟙[": "1 where something holds, else 0", "δ[": "1 where i is j, else 0",
    "elsewhere": "places among zeros", "largest": "words", "argmax(": "of elements one by one",
    "|": "a slope with another quantity held fixed", "diag(": "a matrix of slopes",
    "= I": "the identity of whatever size", "μ": "a mean within one line",
    "weight": "a parameter by the name that its layer gives it", "/Z": "a sum within one line",
    "′": "what a step gives", "m̂": "a moment", "v̂": "a moment", "step ": "words",
    "rate(": "the settings of a schedule", "∂(": "a slope of a slope",
    "∂E/∂x + ": "a sum of named ways", "p[": "probabilities that the page introduced",
    "∂E/∂s = p": "probabilities that the page introduced",
    "z₁": "a symbol that the page introduced", "z₂": "a symbol that the page introduced",
    " more: ": "the middle of a long sum", "g = ∂E/∂w": "w has changed since",
  ]

  /// Formulas that no longer hold when they are typed in, and why.
  private static let changed = [
    "out is not layer(h)": "dropout draws anew",
    "y is not x·2": "x means another quantity by then, as the page says",
  ]

  /// Conversations with formulas in settings alone: optimizers and schedules.
  static let onlySettings: Set<String> = ["LeNet-5", "Optimizers"]

  mutating func read(_ answer: String, in notebook: Notebook) {
    for line in PrintedLines.lines(of: answer) {
      let pieces = PrintedLines.pieces(of: line).map { Self.withoutNote($0.text) }
      if let label = pieces.first, label.hasPrefix("with ") {
        introduced.insert(String(label.dropFirst(5)))
      }
      guard let label = pieces.first, pieces.count > 1, !label.isEmpty, !label.hasPrefix("with "),
        PrintedArithmetic.value(of: label) == nil
      else { continue }
      for formula in pieces.dropFirst()
      where !formula.isEmpty && PrintedArithmetic.value(of: formula) == nil {
        let whole = "\(label) = \(formula)"
        switch notebook.answer("all(abs((\(label)) - (\(formula))) < 1e-4)").filter({ $0 != "\n" })
        {
        case "True": held += 1
        case "False":
          let mistake = "\(label) is not \(formula)"
          if Self.changed[mistake] == nil { mistakes.append(mistake) }
        case let answer:
          let isKnown =
            Self.notTyped.keys.contains(where: whole.contains)
            || introduced.contains(where: whole.contains)
          if !isKnown { mistakes.append("\(whole): \(answer)") }
        }
      }
    }
  }

  /// Without the shapes at the right of the page.
  private static func withoutNote(_ text: String) -> String {
    let trimmed = text.drop { $0 == " " }
    var words = String(trimmed)
    while words.hasSuffix(" ") { words.removeLast() }
    guard let note = words.range(of: "    ") else { return words }
    return String(words[..<note.lowerBound])
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? {
    indices.lazy.compactMap { start -> Range<String.Index>? in
      self[start...].hasPrefix(text) ? start..<index(start, offsetBy: text.count) : nil
    }.first
  }
}
