import Glibc
import Presentation

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
    // An expression of numbers alone is its own label.
    if line.steps.count > 1, line.steps[0].text.comparable == label.comparable {
      line.steps.removeFirst()
    }
    return line
  }

  /// The numbers in place of the symbols, small steps, result.
  func arithmetic(_ term: Term, result exact: PrintedNumber) -> [WorkedLine.Step] {
    let result = term.isResidue(exact.value) ? numbers.printed(0) : exact
    // A number that is only repeated is shown once, as the place it comes from shows it.
    if term.isPlain, !term.isNegatedNegative,
      Self.relation(term.printedValue(numbers), result.value, result.decimals) == "="
    {
      let text = texts.text(term.substituted)
      return [WorkedLine.Step(relation: "=", text: text == "−0" ? "0" : text, role: .value)]
    }
    var stages = [term.substituted.distinguished(numbers)]
    while let last = stages.last, !last.isPlain, stages.count < 8 {
      stages.append(last.steppedOnce())
    }
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
    // 0.3333·3 is no whole number for who has only what is printed.
    let places = decimals == 0 ? numbers.digits : decimals
    let relation = previous.map { Self.relation($0.value, result.value, places) } ?? "="
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
