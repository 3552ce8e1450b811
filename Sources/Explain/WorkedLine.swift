import Glibc
import Presentation

/// One quantity worked out: `s1[0] = 1.20·1.00 + (−0.30)·(−0.50) = 1.35`.
struct WorkedLine {
  struct Step {
    /// `=`, or `≈` where the numbers printed on the left do not round to those on the right.
    let relation: String
    let text: String
    let role: Role
  }

  let label: String
  var steps: [Step]
  var indent = 0

  /// The text of all steps in one line.
  var flat: String { steps.reduce(label) { "\($0) \($1.relation) \($1.text)" } }
}

/// Writes terms out step by step at a precision.
struct Worker {
  let numbers: NumberText
  var texts: TermText { TermText(numbers: numbers) }

  /// Symbols, numbers, small steps, result. `result` is the engine's value; the last number shown.
  func line(
    _ label: String, _ term: Term, result: PrintedNumber, showsSymbols: Bool, indent: Int = 0
  ) -> WorkedLine {
    var line = WorkedLine(label: label, steps: [], indent: indent)
    if showsSymbols, !term.quantities.isEmpty, !texts.text(term).contains("…"),
      texts.text(term).comparable != label.comparable
    {
      line.steps.append(WorkedLine.Step(relation: "=", text: texts.text(term), role: .formula))
    }
    line.steps += arithmetic(term, result: result)
    return line
  }

  /// The numbers in place of the symbols, small steps, result.
  func arithmetic(_ term: Term, result: PrintedNumber) -> [WorkedLine.Step] {
    // A number that is only repeated is shown once, as the place it comes from shows it.
    if term.isPlain, !term.isNegatedNegative, Self.relation(term.printedValue(numbers), result.value, result.decimals) == "=" {
      return [WorkedLine.Step(relation: "=", text: texts.text(term.substituted), role: .value)]
    }
    var stages = [term.substituted]
    while let last = stages.last, !last.isPlain, stages.count < 8 { stages.append(last.steppedOnce()) }
    var steps: [WorkedLine.Step] = []
    var previous: (text: String, value: Double)?
    let decimals = result.decimals
    for stage in stages.dropLast(stages.count > 1 ? 1 : 0) {
      let text = texts.text(stage)
      guard text != previous?.text, text != result.text else { continue }
      let value = stage.printedValue(numbers)
      let relation = previous.map { Self.relation($0.value, value, decimals) } ?? "="
      steps.append(WorkedLine.Step(relation: relation, text: text, role: .plain))
      previous = (text, value)
    }
    let relation = previous.map { Self.relation($0.value, result.value, decimals) } ?? "="
    steps.append(WorkedLine.Step(relation: relation, text: result.text, role: .value))
    return steps
  }

  /// Whether the numbers printed on the left round to those on the right.
  static func relation(_ left: Double, _ right: Double, _ decimals: Int) -> String {
    if left == right || left.isNaN && right.isNaN { return "=" }
    let scale = pow(10, Double(decimals))
    func rounded(_ number: Double) -> Double { (number * scale * (1 + 1e-12)).rounded() }
    return rounded(left) == rounded(right) ? "=" : "≈"
  }
}

// MARK: - Layout

extension WorkedLine {
  /// The line in pieces no wider than `width` where it can be broken: before an equals sign, which
  /// then stands under the first one, or before a plus.
  func words(width: Int) -> [Words] {
    let margin = String(repeating: " ", count: indent)
    let hang = min(indent + label.count + 1, width / 2)
    var lines: [Words] = []
    var current = Words(margin) + Words(label, .name)
    var isFresh = false
    for step in steps {
      let sign = step.relation.isEmpty ? " " : " \(step.relation) "
      let length = sign.count + step.text.count
      let needsBreak = current.plain.count + length > width && !isFresh && !lines.isEmptyAndShort(current, hang)
      if needsBreak {
        lines.append(current)
        current = Words(String(repeating: " ", count: hang - 1))
      }
      current += Words(sign, .plain)
      let start = current.plain.count
      let pieces = Self.broken(step.text, first: width - start, rest: width - start - 2)
      for (index, piece) in pieces.enumerated() {
        if index > 0 {
          lines.append(current)
          current = Words(String(repeating: " ", count: min(start, width / 2) + 2))
        }
        current += Words(piece, step.role)
      }
      isFresh = false
    }
    return lines + [current]
  }

  /// Text cut before plus and minus signs, or before spaced dots too if that is not enough; outside
  /// brackets if possible.
  static func broken(_ text: String, first: Int, rest: Int) -> [String] {
    guard text.count > first else { return [text] }
    let room = max(rest, 20)
    let cuts = (0...3).flatMap { depth in ["+−", "+−·⊙"].map { parts(of: text, at: $0, depth: depth) } }
    let chosen = cuts.first { $0.allSatisfy { $0.trimmedAtEnd.count <= room } } ?? cuts[7]
    var pieces: [String] = [""]
    for part in chosen {
      if let last = pieces.last, !last.isEmpty,
        last.count + part.trimmedAtEnd.count > (pieces.count == 1 ? max(first, 20) : room)
      {
        pieces[pieces.count - 1] = last.trimmedAtEnd
        pieces.append(part)
      } else {
        pieces[pieces.count - 1] += part
      }
    }
    return pieces
  }

  private static func parts(of text: String, at signs: String, depth limit: Int) -> [String] {
    var result: [String] = []
    var current = ""
    var depth = 0
    for character in text {
      if ")]".contains(character) { depth -= 1 }
      if depth <= limit, signs.contains(character), current.hasSuffix(" ") {
        result.append(current)
        current = ""
      }
      if "([".contains(character) { depth += 1 }
      current.append(character)
    }
    return result + [current]
  }
}

extension [Words] {
  /// Whether nothing but the label stands in the line so far.
  fileprivate func isEmptyAndShort(_ current: Words, _ hang: Int) -> Bool {
    isEmpty && current.plain.count < hang + 1
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    var view = self[...]
    while view.last == " " { view.removeLast() }
    return String(view)
  }
}
