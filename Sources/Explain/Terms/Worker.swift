import Glibc
import Presentation

/// Writes terms out step by step. Here is decided with how many decimals each number stands and
/// which sign stands between the steps, so that a calculator agrees: `=` where every part is exact at
/// the printed decimals, `≈` where it is off by two units of the last place at most. Where it would be
/// off by more, or the sign would be another one, the numbers that go into the part get more decimals.
struct Worker {
  let numbers: NumberText
  var texts: TermText { TermText(numbers: numbers) }

  /// Symbols, numbers, small steps, result. `result` is the engine's value; the last number shown.
  func line(
    _ label: WorkedFormula, _ term: Term, result: PrintedNumber, showsSymbols: Bool, indent: Int = 0
  ) -> WorkedLine {
    var line = WorkedLine(label: label, steps: [], indent: indent)
    let symbols = texts.formula(term)
    if showsSymbols, !term.quantities.isEmpty, !symbols.hasGap,
      symbols.text.comparable != label.text.comparable
    {
      line.steps.append(WorkedLine.Step(relation: "=", symbols, role: .formula))
    }
    line.steps += arithmetic(term, result: result)
    // An expression of numbers alone is its own label.
    if line.steps.count > 1, line.steps[0].text.comparable == label.text.comparable {
      line.steps.removeFirst()
    }
    return line
  }

  /// The numbers in place of the symbols, small steps, result.
  func arithmetic(_ term: Term, result exact: PrintedNumber) -> [WorkedLine.Step] {
    let result = term.isResidue(exact.value) ? numbers.printed(0) : exact
    // A number that is only repeated is shown once, as the place it comes from shows it.
    if term.isPlain, !term.isNegatedNegative,
      numbers.agreement(of: term, with: result) == .exact
    {
      let number = texts.formula(term.substituted)
      return [
        WorkedLine.Step(relation: "=", number.text == "−0" ? .number("0") : number, role: .value)
      ]
    }
    var stages = [term.substituted]
    while let last = stages.last, !last.isPlain, stages.count < 8 {
      stages.append(last.steppedOnce())
    }
    if stages.count > 1 { stages.removeLast() }
    return followable(stages, result)
  }

  /// Factors and their product, with space around the dots.
  func product(_ factors: [Term], result: PrintedNumber) -> [WorkedLine.Step] {
    let writing = Writing(stages: [.product(factors)], result: result, numbers: numbers).refined()
    let texts = TermText(numbers: writing.numbers)
    let product = WorkedFormula.product(factors.map(texts.formula), sign: .wideDot)
    let last = writing.steps.last
    return [
      WorkedLine.Step(relation: "=", product, role: .plain),
      WorkedLine.Step(relation: last?.relation ?? "=", result.formula, role: .value),
    ]
  }

  private func followable(_ stages: [Term], _ result: PrintedNumber) -> [WorkedLine.Step] {
    Writing(stages: stages, result: result, numbers: numbers).refined().steps
  }
}

/// Steps of one line, as they are printed with certain decimals.
private struct Writing {
  let stages: [Term]
  let result: PrintedNumber
  var numbers: NumberText

  /// A line whose numbers do not settle keeps those it has.
  private static let roundLimit = 200

  /// With as many decimals as it takes.
  func refined() -> Writing {
    var writing = self
    for _ in 0..<Self.roundLimit {
      var isFiner = false
      for part in writing.parts where writing.agreement(of: part) == .none {
        isFiner = writing.refine(part.part) || isFiner
      }
      if !isFiner { break }
    }
    return writing
  }

  /// The numbers in a part, all of them, as a person would take them.
  private mutating func refine(_ part: Term) -> Bool {
    var isFiner = false
    for (number, origin) in part.numbers { isFiner = numbers.refine(number, origin) || isFiner }
    return isFiner
  }

  /// What is printed: no text twice in a row, and the result once.
  private var shown: [Term] {
    let texts = TermText(numbers: numbers)
    var kept: [(term: Term, text: String)] = []
    for stage in stages {
      let text = texts.text(stage)
      if text != kept.last?.text, text != result.text { kept.append((stage, text)) }
    }
    return kept.map(\.term)
  }

  /// What became a number from one step to the next; nil stands for the result.
  private var parts: [Part] {
    let shown = shown
    return zip(shown, shown.dropFirst()).flatMap { $0.parts(becoming: $1) }
      + (shown.last.map { [Part(part: $0, number: nil)] } ?? [])
  }

  private func agreement(of part: Part) -> NumberText.Agreement {
    guard let number = part.number else { return numbers.agreement(of: part.part, with: result) }
    return numbers.agreement(of: part.part, with: number)
  }

  var steps: [WorkedLine.Step] {
    let texts = TermText(numbers: numbers)
    let shown = shown
    var relations = ["="]
    for (left, right) in zip(shown, shown.dropFirst()) {
      relations.append(relation(left.parts(becoming: right)))
    }
    if let last = shown.last { relations.append(relation([Part(part: last, number: nil)])) }
    let steps = zip(relations, shown).map { relation, term in
      WorkedLine.Step(relation: relation, texts.formula(term), role: .plain)
    }
    return steps
      + [WorkedLine.Step(relation: relations[shown.count], result.formula, role: .value)]
  }

  private func relation(_ parts: [Part]) -> String {
    parts.allSatisfy { agreement(of: $0) == .exact } ? "=" : "≈"
  }
}

/// A part of a step and the number it became in the next one; nil for the result of the line.
private struct Part {
  let part: Term
  let number: Term?
}

extension Term {
  /// The parts that stand as something else in the next step.
  fileprivate func parts(becoming next: Term) -> [Part] {
    let (before, after) = (children, next.children)
    if isSameNode(as: next), before.count == after.count {
      return zip(before, after).flatMap { $0.parts(becoming: $1) }
    }
    return isPlain && next.isPlain && exactValue == next.exactValue
      ? [] : [Part(part: self, number: next)]
  }

  private func isSameNode(as other: Term) -> Bool {
    switch (self, other) {
    case (.negative, .negative), (.sum, .sum), (.product, .product), (.quotient, .quotient),
      (.power, .power), (.indicator, .indicator):
      true
    case (.call(let a, _), .call(let b, _)): a == b
    default: false
    }
  }

  /// The numbers that are printed in it.
  fileprivate var numbers: [(Double, NumberText.Origin)] {
    switch self {
    case .constant(let number): [(number, .constant)]
    case .number(let number, let origin): [(number, origin)]
    case .quantity(let quantity): [(quantity.value, quantity.origin)]
    case .omitted(_, let number): [(number, .whole)]
    default: children.flatMap(\.numbers)
    }
  }
}

extension NumberText {
  /// How well what is printed gives a printed number.
  enum Agreement {
    case exact
    /// By two units of the last place at most.
    case near
    case none
  }

  /// How far off a reader with a calculator may be.
  private static let tolerance = 2.0

  func agreement(of part: Term, with number: Term) -> Agreement {
    let leaf = number.numbers.first ?? (0, .constant)
    let printed = printed(leaf.0, leaf.1)
    let value = number.printedValue(self)
    return agreement(part.printedValue(self), value, printed.decimals)
  }

  func agreement(of part: Term, with result: PrintedNumber) -> Agreement {
    agreement(part.printedValue(self), result.value, result.decimals)
  }

  private func agreement(_ left: Double, _ right: Double, _ decimals: Int) -> Agreement {
    if left == right || left.isNaN && right.isNaN { return .exact }
    guard left.isFinite, right.isFinite else { return .none }
    // 0.3333·3 is no whole number for who has only what is printed.
    let unit = pow(10, -Double(decimals == 0 ? digits : decimals))
    let difference = (left - right).magnitude
    if left * right < 0 { return .none }
    // A half is rounded away from zero.
    let half = 0.5 * unit * (1 + (right.magnitude > left.magnitude ? 1e-9 : -1e-9))
    if difference <= half { return .exact }
    // A zero has no last place of its own; beside rounded numbers it is one at the usual decimals.
    let last = right == 0 ? max(unit, pow(10, -Double(digits))) : unit
    return difference <= Self.tolerance * last * (1 + 1e-9) ? .near : .none
  }
}
