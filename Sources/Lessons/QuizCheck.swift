import Language
import Presentation

/// Checks and lints one quiz.
struct QuizCheck {
  private let quiz: Quiz
  private let source: SourceText
  private let workspace: Workspace
  /// Runs under slide arithmetic, by places: answers rounded too early are told as that.
  var slides: [Int: Workspace] = [:]
  private(set) var outcomes: [CheckReport.Outcome] = []

  init(_ quiz: Quiz, in source: SourceText, with workspace: Workspace) {
    self.quiz = quiz
    self.source = source
    self.workspace = workspace
  }

  mutating func run() {
    lintHints()
    switch quiz.answer {
    case .expression(let answer):
      guard let expected = value(of: answer, field: "answer", "the answer") else { return }
      checkAnswer(expected)
      checkSlips(expected)
      checkExplanation(expected)
      lintNumbers(answer, expected)
    case .choice(let index):
      if quiz.slips.contains(where: { $0.when == Choices.letter(index) }) {
        fail("a slip names the right choice", field: "slips")
      }
      if quiz.choices.count == 2 {
        warn("one of two choices is easily guessed", field: "choices", help: "add a third choice")
      }
      checkExplanation(nil)
    case .texts: checkExplanation(nil)
    }
    if !outcomes.contains(where: { if case .failed = $0.status { true } else { false } }) {
      outcomes.append(.init(line: quiz.line, subject: "quiz", status: .passed))
    }
  }

  // MARK: - Checks

  private mutating func checkAnswer(_ expected: ComputedValue) {
    let text = quiz.precision.map { expected.rounded(to: $0) } ?? expected.description
    let verdict = PrintedValue(text).map {
      AnswerJudge(expected: expected, precision: quiz.precision).verdict(on: .printed($0))
    }
    guard verdict != .right else { return }
    fail(
      "the model answer is not accepted by its own quiz", field: "answer",
      notes: ["it comes out as \(text)"])
  }

  private mutating func checkSlips(_ expected: ComputedValue) {
    var seen: [(when: String, value: ComputedValue)] = []
    for slip in quiz.slips {
      guard let value = value(of: slip.when, line: slip.line, "the slip '\(slip.when)'") else {
        continue
      }
      if AnswerJudge.areAlike(value, expected, precision: quiz.precision) {
        fail(
          "the slip '\(slip.when)' gives the right answer", line: slip.line,
          notes: ["at the precision asked for, both are \(shown(value))"],
          helps: ["ask for more places, or choose numbers that tell them apart"])
      } else if let reason = reason(against: value, expected) {
        warn(
          "the slip '\(slip.when)' is never told: \(shown(value)) \(reason)", line: slip.line,
          help: "take it out, or choose numbers that tell them apart")
      }
      for other in seen where AnswerJudge.areAlike(value, other.value, precision: quiz.precision) {
        fail(
          "the slips '\(other.when)' and '\(slip.when)' look alike", line: slip.line,
          notes: ["at the precision asked for, both are \(shown(value))"],
          helps: ["ask for more places, or choose numbers that tell them apart"])
      }
      seen.append((slip.when, value))
    }
  }

  /// What a slip is taken for when it is typed; nil when it is told.
  private func reason(against value: ComputedValue, _ expected: ComputedValue) -> String? {
    guard let printed = PrintedValue(shown(value)), case .expression(let answer) = quiz.answer
    else { return nil }
    var judge = AnswerJudge(expected: expected, precision: quiz.precision)
    if quiz.precision != nil {
      judge.early = slides.compactMap { places, run in
        (try? run.value(of: answer)).map { (places, $0) }
      }
    }
    switch judge.verdict(on: .printed(printed)) {
    case .right: return "is the right answer"
    case .tooFewDigits: return "is the right answer with fewer digits"
    case .truncated: return "is the right answer, cut off"
    case .roundedEarly(let places):
      return "is the right answer when every step is rounded to \(places) decimals"
    case .slip, .otherShape, .wrong: return nil
    }
  }

  /// What is worked out after the answer must be the answer, where that is a number.
  private mutating func checkExplanation(_ expected: ComputedValue?) {
    guard let quantity = quiz.explain else { return }
    do {
      _ = try workspace.working(of: quantity, digits: quiz.precision?.workingDigits ?? 4)
    } catch {
      fail("'\(quantity)' cannot be worked out", field: "explain", notes: [error.headline])
      return
    }
    guard let expected,
      let value = value(of: quantity, field: "explain", "the quantity to explain"),
      !AnswerJudge.areAlike(value, expected, precision: quiz.precision)
    else { return }
    fail(
      "the quantity that is worked out is not the answer", field: "explain",
      notes: ["'\(quantity)' is \(shown(value)), the answer \(shown(expected))"])
  }

  private func shown(_ value: ComputedValue) -> String {
    quiz.precision.map { value.rounded(to: $0) } ?? value.description
  }

  // MARK: - Lint

  private mutating func lintHints() {
    if quiz.hints.isEmpty {
      warn("the quiz has no hints", field: "ask", help: "add 'hints: [\"…\"]'")
    }
    if quiz.hints.contains(where: \.isEmpty) {
      warn("a hint is empty", field: "hints", help: "write it, or take it out")
    }
  }

  private mutating func lintNumbers(_ answer: String, _ expected: ComputedValue) {
    guard case .tensor(let shape, let elements) = expected else { return }
    if elements.contains(where: \.isNaN) {
      warn("the answer is nan", field: "answer", help: "if it is meant, 'ask' should offer nan")
    }
    if elements.allSatisfy({ $0.magnitude == 1 || $0 == 0 }), Set(elements).count == 1 {
      warn(
        "the answer \(shape.isEmpty ? shown(expected) : "of equal elements") is easily guessed",
        field: "answer", help: "ask for another quantity, or change the numbers")
    }
    if shape.isEmpty, elements.first.map({ $0.magnitude >= 10 || $0 != $0.rounded() }) ?? false,
      quiz.ask.contains(shown(expected))
    {
      warn("the question contains its answer", field: "ask", help: "leave the number out")
    }
    // Only a product of matrices or a convolution can hide a transpose or a flip.
    guard answer.contains("@") || answer.contains("conv") else { return }
    for (name, value) in inputs(of: answer) {
      guard case .tensor(let shape, let elements) = value, elements.count > 1 else { continue }
      if let trait = Self.trait(shape, elements) {
        warn(
          "'\(name)' \(trait)", field: "answer", help: "choose numbers that make the slip visible")
      }
    }
  }

  /// The variables an answer is computed from, with their values.
  private func inputs(of answer: String) -> [(name: String, value: ComputedValue)] {
    let tree = Parser.parse(SourceText(name: "answer", text: answer)).tree
    var names: [String] = []
    func collect(_ expression: Expression) {
      if case .name(let name) = expression.form, !names.contains(name.symbol.name) {
        names.append(name.symbol.name)
      }
      for child in expression.form.children { collect(child) }
    }
    for statement in tree.statements {
      if case .expression(let expression) = statement.form { collect(expression) }
    }
    return names.compactMap { name in
      (try? workspace.value(of: name)).map { (name, $0) }
    }
  }

  /// Why some numbers hide mistakes; nil when these do not.
  private static func trait(_ shape: [Int], _ elements: [Double]) -> String? {
    if elements.allSatisfy({ $0 == 0 }) { return "is zero: whatever it is multiplied by is hidden" }
    guard shape.count >= 2, let size = shape.last, size > 1, shape[shape.count - 2] == size else {
      return nil
    }
    if elements.allSatisfy({ $0 == elements[0] }) {
      return "has equal elements: every flip is hidden"
    }
    guard shape.count == 2 else { return nil }
    let isSymmetric = (0..<size).allSatisfy { row in
      (0..<row).allSatisfy { elements[row * size + $0] == elements[$0 * size + row] }
    }
    return isSymmetric ? "is symmetric: a forgotten transpose is hidden" : nil
  }

  // MARK: - Reporting

  private mutating func value(of text: String, field: String, _ what: String) -> ComputedValue? {
    value(of: text, line: quiz.lines[field] ?? quiz.line, what)
  }

  private mutating func value(of text: String, line: Int, _ what: String) -> ComputedValue? {
    do {
      return try workspace.value(of: text)
    } catch {
      let span = source.span(ofLine: line)
      outcomes.append(
        .init(
          line: line, subject: "quiz", status: .failed(error.placed(at: span, in: source, what))))
      return nil
    }
  }

  private mutating func fail(_ headline: String, field: String, notes: [String] = []) {
    fail(headline, line: quiz.lines[field] ?? quiz.line, notes: notes)
  }

  private mutating func fail(
    _ headline: String, line: Int, notes: [String] = [], helps: [String] = []
  ) {
    let diagnostic = Diagnostic(
      "lesson-quiz", headline, source: source, primary: .init(source.span(ofLine: line)),
      notes: notes, helps: helps)
    outcomes.append(.init(line: line, subject: "quiz", status: .failed(diagnostic)))
  }

  private mutating func warn(_ headline: String, field: String, help: String) {
    warn(headline, line: quiz.lines[field] ?? quiz.line, help: help)
  }

  private mutating func warn(_ headline: String, line: Int, help: String) {
    let diagnostic = Diagnostic(
      "lesson-quiz", headline, severity: .warning, source: source,
      primary: .init(source.span(ofLine: line)), helps: [help])
    outcomes.append(.init(line: line, subject: "quiz", status: .warned(diagnostic)))
  }
}
