import Language
import Presentation

extension Player {
  /// A quiz or task that waits for an answer.
  struct Question {
    enum Content {
      case quiz(Quiz)
      case task(LessonTask)
    }

    var content: Content
    /// The number among the lesson's questions, from 1.
    var number: Int

    var hints: [String] {
      switch content {
      case .quiz(let quiz): quiz.hints
      case .task(let task): task.hints
      }
    }
    /// The quantity whose arithmetic comes with the answer.
    var workedOut: String? {
      if case .quiz(let quiz) = content { quiz.explain } else { nil }
    }
    var explanation: String? {
      switch content {
      case .quiz(let quiz): quiz.explanation
      case .task(let task): task.explanation
      }
    }
  }

  package func hint() -> [Block] {
    guard let question = openQuestion else { return note("No question is open.") }
    let shown = reopened?.hints ?? progress.questions[question.number]?.hints ?? 0
    guard shown < question.hints.count else {
      return note(
        question.hints.isEmpty
          ? "This question has no hints; :reveal shows the answer."
          : "That was the last hint; :reveal shows the answer.")
    }
    reopened?.hints += 1
    let most = max(shown + 1, progress.questions[question.number]?.hints ?? 0)
    note(.hint(question: question.number, number: most))
    return [.line(Words("Hint \(shown + 1) of \(question.hints.count)", .strong))]
      + passage(question.hints[shown])
  }

  package func reveal() -> [Block] {
    guard let question = openQuestion else { return note("No question is open.") }
    close(question, as: .revealed)
    return answerBlocks(of: question)
  }

  func answerBlocks(of question: Question) -> [Block] {
    let answer = Words("Answer", .strong) + Words("  " + model(of: question), .value)
    return [.hanging(answer, indent: 8)]
      + explanation(of: question) + working(of: question)
  }

  private func explanation(of question: Question) -> [Block] {
    question.explanation.map { passage($0) } ?? []
  }

  /// How the answer is worked out, where the quiz names the quantity, at its places.
  private func working(of question: Question) -> [Block] {
    guard case .quiz(let quiz) = question.content, let quantity = quiz.explain else { return [] }
    let digits = quiz.precision?.workingDigits ?? lesson.front.places ?? 4
    do {
      return [.blank] + (try reference.working(of: quantity, digits: digits))
    } catch {
      // The student's own numbers may have made it something else.
      return [.paragraph(Words("(\(error.headline))", .dim))]
    }
  }

  /// The right answer in words.
  private func model(of question: Question) -> String {
    switch question.content {
    case .task(let task): return "\n" + task.solution
    case .quiz(let quiz):
      switch quiz.answer {
      case .choice(let index): return "\(Choices.letter(index))  \(quiz.choices[index])"
      case .texts(let texts): return texts.first ?? ""
      case .expression(let text):
        guard let value = try? reference.value(of: text) else { return text }
        return quiz.precision.map { value.rounded(to: $0) } ?? value.description
      }
    }
  }

  // MARK: - Answering

  /// Takes an expression for the answer.
  package func answer(_ expression: String) -> [Block] {
    guard let question = openQuestion else { return note("No question is open.") }
    return answer(expression, to: question, isExpression: true)
  }

  /// Judges a line given at a question. Digits, a letter, a word are answers; an expression is
  /// computed, unless it is given with `:answer`.
  func answer(_ text: String, to question: Question, isExpression: Bool = false) -> [Block] {
    switch question.content {
    case .task(let task): return attempt(text, task, question)
    case .quiz(let quiz):
      switch quiz.answer {
      case .choice(let right): return choose(text, quiz, right, question)
      case .texts(let texts): return compare(text, texts, question)
      case .expression(let model):
        return judge(text, quiz, model: model, question, isExpression: isExpression)
      }
    }
  }

  private func choose(
    _ text: String, _ quiz: Quiz, _ right: Int, _ question: Question
  ) -> [Block] {
    guard let index = Choices.index(of: text, in: quiz.choices) else {
      let last = Choices.letter(quiz.choices.count - 1)
      return compute(text, butTell: "To answer, type a letter from A to \(last).")
    }
    let letter = Choices.letter(index)
    let understood: [Block] = [understood("\(letter)  \(quiz.choices[index])")]
    if index == right { return understood + accept(question, letter) }
    let slip = quiz.slips.first { $0.when == letter }
    return understood + refuse(question, letter, slip?.say ?? "Not this one.")
  }

  private func compare(_ text: String, _ texts: [String], _ question: Question) -> [Block] {
    let isRight = texts.contains { $0.folded == text.folded }
    return [understood(text)]
      + (isRight ? accept(question, text) : refuse(question, text, "Not this."))
  }

  private func attempt(_ text: String, _ task: LessonTask, _ question: Question) -> [Block] {
    do {
      let room = TaskRoom(student: workspace, reference: reference)
      if let failed = try TaskCheck.firstFailed(task, code: text, room) {
        let outcome = "This does not hold yet: "
        return refuse(
          question, text, outcome + failed.text, as: Words(outcome) + Words(failed.text, .code))
          + failed.findings.map { .hanging(Words("    " + $0, .note), indent: 6) }
      }
    } catch { return told(error) }
    return compute(text, as: .answer).told + accept(question, text)
  }

  private func judge(
    _ text: String, _ quiz: Quiz, model: String, _ question: Question, isExpression: Bool
  ) -> [Block] {
    let reference = reference
    guard let expected = try? reference.value(of: model) else {
      return note(
        "The lesson's own answer cannot be computed with your numbers; :goto restores its own.")
    }
    let given: GivenAnswer
    if let printed = Player.printed(text, shape: expected.shape) {
      given = .printed(printed)
    } else if isExpression {
      do { given = .computed(try ownValue(of: text)) } catch {
        return told(error)
      }
    } else {
      if expected.shape == [], text.hasDecimalComma {
        return note("Write a point: 0.62, not 0,62.")
      }
      return compute(text, butTell: "To answer with an expression, type ':answer \(text)'.")
    }
    let (verdict, judged) = verdict(on: given, quiz, model, expected)
    if case .wrong = verdict, let slip = slip(behind: text, model: model, in: reference) {
      return [understood(judged)] + refuse(question, text, slip, as: Words(slip))
    }
    return [understood(judged)] + respond(to: verdict, text, quiz, question)
  }

  /// An answer in digits; the brackets of a vector may be left out.
  static func printed(_ text: String, shape: [Int]?) -> PrintedValue? {
    if let shape, !shape.isEmpty, !text.hasPrefix("["), shape.count <= 2 {
      let value = PrintedValue("[" + text + "]")
      if case .tensor(shape, _) = value { return value }
    }
    return PrintedValue(text)
  }

  private func verdict(
    on given: GivenAnswer, _ quiz: Quiz, _ model: String, _ expected: ComputedValue
  ) -> (Verdict, String) {
    var judge = AnswerJudge(expected: expected, precision: quiz.precision)
    let reference = reference
    judge.slips = quiz.slips.map { slip in (slip.say, try? reference.value(of: slip.when)) }
    var verdict = judge.verdict(on: given)
    if case .wrong = verdict, quiz.precision != nil {
      judge.early = early(model)
      verdict = judge.verdict(on: given)
    }
    switch given {
    case .printed(let printed): return (verdict, printed.understood)
    case .computed(let value): return (verdict, value.description)
    }
  }

  /// The model answer when every step of the lesson so far is rounded before the next.
  private func early(_ model: String) -> [(places: Int, value: ComputedValue)] {
    var result: [(places: Int, value: ComputedValue)] = []
    for places in [lesson.front.places ?? 2, 2, 3, 4, 1]
    where !result.contains(where: { $0.places == places }) {
      if let value = try? reference(rounding: places)?.value(of: model) {
        result.append((places, value))
      }
    }
    return result
  }

  // MARK: - Responding

  private func respond(
    to verdict: Verdict, _ text: String, _ quiz: Quiz, _ question: Question
  ) -> [Block] {
    switch verdict {
    case .right: return accept(question, text)
    case .tooFewDigits(let asked):
      let wanted = asked == .decimals(0) ? "all digits before the point" : asked.text
      return imprecise(question, text, "Right as far as it goes. Give \(wanted).")
    case .truncated:
      return imprecise(
        question, text, "The digits are right, but cut off. Round the last one.")
    case .roundedEarly(let places):
      return imprecise(
        question, text,
        "That comes out when every step is rounded to \(places) decimals before the next. "
          + "Keep all digits until the end.")
    case .slip(_, let say): return refuse(question, text, say)
    case .otherShape(let expected, let given):
      return note("The answer is \(expected.noun), this is \(given.noun). It was not counted.")
    case .wrong(let right, let count):
      guard !right.isEmpty, count > 1 else { return refuse(question, text, "Not yet.") }
      let list =
        right.count <= 8 ? ": number " + right.map { "\($0 + 1)" }.joined(separator: ", ") : ""
      return refuse(
        question, text, "Not yet. \(right.count) of \(count) numbers are right\(list).")
    }
  }

  private func accept(_ question: Question, _ text: String) -> [Block] {
    close(question, as: .right)
    record(question, text, "right")
    var blocks = [.line(Words("✓ Right.", .good))] + explanation(of: question)
    if let quantity = question.workedOut {
      blocks.append(
        .hanging(Words("(:explain \(quantity) shows how it is worked out)", .dim), indent: 1))
    }
    return blocks
  }

  private func refuse(
    _ question: Question, _ text: String, _ say: String, as words: Words? = nil
  ) -> [Block] {
    record(question, text, say, counts: true)
    var blocks: [Block] = [.line(Words("✗ ", .bad) + Words("Not right."))]
    if say != "Not yet." {
      blocks = [.paragraph(Words("✗ ", .bad) + (words ?? Markdown.words(say)))]
    }
    let state = progress.questions[question.number] ?? .init()
    if state.attempts >= 2 {
      let isHintLeft = state.hints < question.hints.count
      let reveal =
        question.workedOut == nil ? "the answer" : "the answer and how it is worked out"
      let offers = [
        isHintLeft ? ":hint may help" : nil,
        isHintLeft && question.workedOut == nil ? nil : ":reveal shows \(reveal)",
      ]
      blocks.append(
        .hanging(Words("(\(offers.compactMap { $0 }.joined(separator: "; ")))", .dim), indent: 1))
    }
    return blocks
  }

  private func imprecise(_ question: Question, _ text: String, _ say: String) -> [Block] {
    record(question, text, say)
    return [.paragraph(Words("≈ ", .caution) + Words(say))]
  }

  private func record(
    _ question: Question, _ text: String, _ outcome: String, counts: Bool = false
  ) {
    note(.answer(question: question.number, text: text, outcome: outcome, counts: counts))
  }

  private func understood(_ text: String) -> Block {
    .hanging(Words("understood: ", .dim) + Words(text, .value), indent: 12)
  }

  /// The value of an expression that the student gives as the answer.
  private func ownValue(of text: String) throws(Diagnostic) -> ComputedValue {
    let parsed = Parser.parse(SourceText(name: "input", text: text)).tree
    guard parsed.statements.count == 1 else { return try workspace.value(of: text) }
    return try meaningLists(parsed.statements[0]) { () throws(Diagnostic) in
      try workspace.value(of: text)
    }
  }

  /// The result of an expression typed at a question, and how to make it the answer.
  private func compute(_ text: String, butTell advice: String) -> [Block] {
    let computed = compute(text)
    if computed.problem != nil { return computed.told }
    let statements = Parser.parse(SourceText(name: "input", text: text)).tree.statements
    return statements.contains { !$0.assignedNames.isEmpty } ? [] : note(advice)
  }
}

extension Step {
  var isQuestion: Bool {
    switch content {
    case .quiz, .task: true
    case .prose, .code, .given, .experiments: false
    }
  }
}

extension PrintedValue {
  fileprivate var understood: String {
    switch self {
    case .number(let number): number.text
    case .tensor(let shape, let numbers):
      ComputedValue.tensor(shape: shape, numbers.map(\.value)).description
    case .boolean(let value): value ? "True" : "False"
    case .string(let text): "'\(text)'"
    }
  }
}

extension [Int] {
  /// A shape in words.
  fileprivate var noun: String {
    switch count {
    case 0: "one number"
    case 1: "a vector of \(self[0])"
    case 2: "a \(self[0])×\(self[1]) matrix"
    default: "a tensor of shape \(self)"
    }
  }
}

extension String {
  /// `0,62`
  fileprivate var hasDecimalComma: Bool {
    let parts = split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy(\.isNumber) else { return false }
    return PrintedNumber(parts[0]) != nil
  }

  /// Lower case, with single spaces, without a closing full stop.
  fileprivate var folded: String {
    var text = lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
