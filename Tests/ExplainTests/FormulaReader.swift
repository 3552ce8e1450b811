import Presentation

/// A reader at the prompt: types the formulas of an explanation in, where the explanation stands, and
/// compares them with the quantity they are said to be.
struct FormulaReader {
  /// Formulas that gave what stands at the left of them.
  private(set) var held = 0
  private(set) var mistakes: [String] = []
  /// What symbols stand for that a page introduced: `with z = W @ x`, `ℓ[0] = …`.
  private var introduced: [(symbol: String, meaning: String)] = []

  /// What the language does not have, and why it is written.
  private static let notTyped = [
    "⋆": "a correlation", "𝟙[": "1 where something holds, else 0", "δ[": "1 where i is j, else 0",
    "elsewhere": "places among zeros", "largest": "words", "argmax(": "of elements one by one",
    "|": "a slope with another quantity held fixed", "diag(": "a matrix of slopes",
    "= I": "the identity of whatever size", "μ": "a mean within one line",
    "W₁": "a parameter of a layer, by the letter of books", "W₂": "the same",
    "/Z": "a sum within one line",
    "′": "what a step gives", "m̂": "a moment", "v̂": "a moment", "step ": "words",
    "rate(": "the settings of a schedule", "∂(": "a slope of a slope",
    "lstm_sequence(": "of weights that the layer has",
    "layer(x)": "a tuple, of which out is the first", "∂x/∂r": "a name within a function",
    "⁽": "what a name meant in an earlier round of a loop",
    " more: ": "the middle of a long sum", "g = ∂E/∂w": "w has changed since",
  ]

  /// Formulas that no longer hold when they are typed in, and why.
  private static let changed = [
    "out = layer(h)": "dropout draws anew",
    "sum(y**2) = y[0]² + y[1]²": "∞ less ∞ is no difference",
    "f = f·5": "the f on the right is the one before",
    "y = x·2": "x means another quantity by then, as the page says",
    "ŷ = σ(s)": "slide arithmetic: ŷ is rounded",
    "ŷ = 1/(1 + exp(−s))": "slide arithmetic: ŷ is rounded",
    "E = 0.5·(y − ŷ)²": "slide arithmetic: E is rounded",
  ]

  /// Conversations with formulas in settings alone: optimizers and schedules.
  static let onlySettings: Set<String> = ["LeNet-5", "Optimizers"]

  /// Reads the answer to `explain(subject)`.
  mutating func read(_ answer: String, about subject: String, in notebook: Notebook) {
    let equalities = PrintedLines.lines(of: answer).map { line in
      PrintedLines.pieces(of: line).map { Self.withoutNote($0.text) }
    }.filter { $0.count > 1 }
    introduced = []
    for pieces in equalities { introduce(pieces, in: notebook) }
    for pieces in equalities {
      guard let label = pieces.first, !label.isEmpty, !label.hasPrefix("with "),
        PrintedArithmetic.value(of: label) == nil
      else { continue }
      // A label of nothing but an index stands for an element of the expression above it.
      let isCell = label.hasPrefix("[") && label.hasSuffix("]")
      let whole = subject.hasSuffix(label) ? String(subject.dropLast(label.count)) : subject
      let quantity = typed(isCell ? "(\(whole))\(label)" : label)
      for formula in pieces.dropFirst()
      where !formula.isEmpty && PrintedArithmetic.value(of: formula) == nil {
        compare(quantity, typed(formula), printed: "\(label) = \(formula)", in: notebook)
      }
    }
  }

  /// Notes what a symbol stands for that the prompt does not know.
  private mutating func introduce(_ pieces: [String], in notebook: Notebook) {
    let isDefinition = pieces[0].hasPrefix("with ")
    let symbol = isDefinition ? String(pieces[0].dropFirst(5)) : pieces[0]
    let name = symbol.prefix { $0 != "[" }
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || "₀₁₂₃₄₅₆₇₈₉′".contains($0) }),
      isDefinition
        || PrintedArithmetic.value(of: pieces[1]) == nil
          && notebook.answer(String(name)).contains("unknown name")
    else { return }
    // A cell of what is known as a whole needs no meaning of its own.
    if symbol != name, introduced.contains(where: { $0.symbol == name }) { return }
    introduced.append((symbol, typed(pieces[1])))
  }

  private mutating func compare(
    _ quantity: String, _ formula: String, printed: String, in notebook: Notebook
  ) {
    switch notebook.answer("all(abs((\(quantity)) - (\(formula))) < 1e-4)").filter({ $0 != "\n" }) {
    case "True": held += 1
    case "False": if Self.changed[printed] == nil { mistakes.append("\(printed) does not hold") }
    case let answer:
      // No slope can be asked for by what has no name at the prompt.
      let isKnown =
        Self.notTyped.keys.contains { printed.contains($0) || formula.contains($0) }
        || introduced.contains { printed.contains("∂\($0.symbol)") }
      if !isKnown { mistakes.append("\(printed): \(answer)") }
    }
  }

  /// As it is typed: what a page introduced in place of its symbols, floor() in place of ⌊⌋.
  private func typed(_ formula: String) -> String {
    var text = formula
    for (sign, call) in [("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")")] {
      text = text.split(separator: sign, omittingEmptySubsequences: false).joined(separator: call)
    }
    return introduced.reversed().reduce(text) { $0.replacing($1.symbol, by: "(\($1.meaning))") }
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
  /// A symbol replaced wherever it stands for itself, not within a longer one.
  fileprivate func replacing(_ symbol: String, by text: String) -> String {
    func isPart(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || "_∂'′⁽".contains($0) } ?? false
    }
    var result = ""
    var rest = self[...]
    while !rest.isEmpty {
      let after = rest.dropFirst(symbol.count)
      if rest.hasPrefix(symbol), !isPart(result.last), !isPart(after.first) {
        result += text
        rest = after
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  fileprivate func range(of text: String) -> Range<String.Index>? {
    indices.lazy.compactMap { start -> Range<String.Index>? in
      self[start...].hasPrefix(text) ? start..<index(start, offsetBy: text.count) : nil
    }.first
  }
}
