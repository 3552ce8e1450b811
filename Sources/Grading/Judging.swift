import Glibc
import Language
import Lessons
import Presentation
import Tensors

/// One submission being judged, with the numbers of one variant.
struct Judging {
  typealias Question = Assignment.Question

  private enum Reading {
    case blank
    case malformed(Malformed)
    case choice(Int)
    case text(String)
    case numbers(UnderstoodAnswer)
    case code(String)
  }

  let grader: Grader
  let reference: ReferenceRun
  private let submission: Submission
  private var readings: [String: Reading] = [:]
  /// Answers that are right with the numbers of another variant.
  private var copies: (variant: String, ids: Set<String>)?
  private var following: Following?
  /// For the instructor.
  private(set) var remarks: [String] = []

  private var assignment: Assignment { grader.assignment }
  private var credit: Credit { assignment.facts.credit }

  init(_ submission: Submission, grader: Grader, reference: ReferenceRun) {
    self.submission = submission
    self.grader = grader
    self.reference = reference
    for question in assignment.questions { readings[question.id] = reading(question) }
    findCopies()
    following = follow()
  }

  /// Every question, in order.
  mutating func parts(code: (Question, String) -> Grade.Part) -> [Grade.Part] {
    assignment.questions.map { question in
      if case .code(let text)? = readings[question.id] { return code(question, text) }
      return part(question)
    }
  }

  // MARK: - Reading

  private func reading(_ question: Question) -> Reading {
    let typed = submission.answers[question.id] ?? ""
    switch question.content {
    case .task: return .code(typed)
    case .quiz(let quiz):
      if typed.utf8.count > AnswerText.longest {
        if !quiz.choices.isEmpty {
          return .malformed(
            Malformed("one letter, A to \(AnswerText.letter(quiz.choices.count - 1))"))
        }
        let start = String(typed.prefix(1000))
        do throws(Malformed) { _ = try numbers(start, question, quiz) } catch {
          return .malformed(error)
        }
        return .malformed(Malformed("longer than any answer"))
      }
      let text = AnswerText(typed)
      if text.isBlank { return .blank }
      do throws(Malformed) {
        let bare = text.bare(id: question.id, name: question.assessment.name)
        switch quiz.answer {
        case .choice: return .choice(try AnswerText.choice(bare, among: quiz.choices))
        case .texts: return .text(bare)
        case .expression: return try numbers(bare, question, quiz)
        }
      } catch { return .malformed(error) }
    }
  }

  private func numbers(
    _ bare: String, _ question: Question, _ quiz: Quiz
  ) throws(Malformed) -> Reading {
    if bare.isEmpty { throw Malformed("no number follows") }
    let expected = reference.exact[question.id]?.shape ?? []
    let answer = try AnswerReader.answer(bare, shape: expected, words: grader.words)
    if let malformed = answer.mismatch(with: expected) { throw malformed }
    return .numbers(answer)
  }

  // MARK: - Numbers of another variant

  /// Two or more numbers right for another variant, and none for the student's own.
  private mutating func findCopies() {
    let own = numeric.filter { isRight($0.0, $0.1, in: reference) }
    guard own.isEmpty else { return }
    for (name, other) in grader.otherVariants where name != reference.variant {
      let found = numeric.filter { NumberJudge.isCopy($0.1, of: other.exact[$0.0.id]) }
      guard found.count >= 2 else { continue }
      copies = (name, Set(found.map(\.0.id)))
      remarks.append("\(found.count) of \(numeric.count) numbers are right for variant \(name)")
      return
    }
  }

  private var numeric: [(Question, UnderstoodAnswer)] {
    assignment.questions.compactMap { question in
      if case .numbers(let answer)? = readings[question.id] { (question, answer) } else { nil }
    }
  }

  private func isRight(
    _ question: Question, _ answer: UnderstoodAnswer, in run: ReferenceRun
  ) -> Bool {
    NumberJudge(precision: question.quiz?.precision).isRight(answer, run.exact[question.id])
  }

  // MARK: - What follows from the student's own numbers

  private func follow() -> Following? {
    var answers: [Following.Answer] = []
    for (question, answer) in numeric {
      guard let name = question.assessment.name, !question.assessment.isIndependent,
        !(copies?.ids.contains(question.id) ?? false),
        case .tensor(let shape, let exact)? = reference.exact[question.id], shape == answer.shape
      else { continue }
      let given = Following.Answer(
        id: question.id, name: name, answer: answer, exact: exact,
        judge: NumberJudge(precision: question.quiz?.precision))
      if !given.isTrivial { answers.append(given) }
    }
    return answers.isEmpty ? nil : Following(answers, in: reference, of: assignment)
  }

  // MARK: - Judging

  private mutating func part(_ question: Question) -> Grade.Part {
    var part = Grade.Part(
      id: question.id, verdict: .blank, points: 0, maximum: question.points,
      typed: Grader.shown(submission.answers[question.id] ?? ""), feedback: "not answered")
    guard let quiz = question.quiz, let reading = readings[question.id] else { return part }
    switch reading {
    case .blank, .code: return part
    case .malformed(let malformed):
      part.verdict = .malformed
      part.understood = malformed.understood
      part.feedback = "not judged: " + malformed.reason
      return part
    case .choice(let index): judge(&part, choice: index, quiz)
    case .text(let text): judge(&part, text: text, quiz)
    case .numbers(let answer):
      part.understood = answer.text(figures: quiz.precision ?? .significant(6))
      if copies?.ids.contains(question.id) ?? false {
        part.verdict = .otherVariant
        let numbers = reference.givens.joined(separator: ", ")
        part.feedback = "these are not the numbers of your homework. Yours are \(numbers)"
      } else {
        judge(&part, answer, question, quiz)
      }
    }
    part.attempts = part.verdict.isJudged ? 1 : 0
    if AnswerText(submission.answers[question.id] ?? "").hadControls, part.verdict.isJudged {
      part.feedback += "; control characters were taken out"
    }
    return part
  }

  private func judge(_ part: inout Grade.Part, choice index: Int, _ quiz: Quiz) {
    part.understood = AnswerText.letter(index)
    if quiz.answer == .choice(index) { return part.earn(.right, 1, "right") }
    if let slip = quiz.slips.first(where: { $0.when == part.understood }) {
      part.slip = "choice \(slip.when)"
      return part.earn(.slip, credit[.slip], slip.say.uncapitalized)
    }
    part.earn(.wrong, 0, "not right")
  }

  private func judge(_ part: inout Grade.Part, text: String, _ quiz: Quiz) {
    func plain(_ text: String) -> String { text.lowercased().filter { !$0.isWhitespace } }
    part.understood = text
    guard case .texts(let texts) = quiz.answer else { return }
    let isRight = texts.contains { plain($0) == plain(text) }
    part.earn(isRight ? .right : .wrong, isRight ? 1 : 0, isRight ? "right" : "not right")
  }

  private mutating func judge(
    _ part: inout Grade.Part, _ answer: UnderstoodAnswer, _ question: Question, _ quiz: Quiz
  ) {
    guard let exact = reference.exact[question.id], case .tensor(let shape, let values) = exact
    else { return }
    let judge = NumberJudge(precision: quiz.precision)
    if judge.isRight(answer, exact) { return part.earn(.right, 1, "right") }
    if !question.assessment.isIndependent,
      let found = following?.verdict(on: answer, question, judge)
    {
      let own = found.names.joined(separator: " and ")
      return found.areRight
        ? part.earn(.right, 1, "right, from your own \(own)")
        : part.earn(.carried, credit[.carried], "follows from your \(own)")
    }
    let fits = shape == answer.shape ? judge.fits(answer, values) : []
    if judgePrecision(of: answer, &part, fits, quiz) { return }
    if let slip = slip(behind: answer, question, quiz, judge) {
      part.slip = slip.id
      return part.earn(slip.verdict, share(of: slip.verdict), slip.sentence)
    }
    if shape != answer.shape {
      part.verdict = .malformed
      part.feedback = "not judged: read as \(answer.shape.noun); \(shape.noun) is asked for"
      return
    }
    part.earn(.wrong, 0, Judging.words(for: fits))
  }

  private func share(of verdict: Grade.Verdict) -> Double {
    switch verdict {
    case .rounded: credit[.rounded]
    case .truncated: credit[.truncated]
    default: credit[.slip]
    }
  }

  /// Right with too few figures, or cut off.
  private func judgePrecision(
    of answer: UnderstoodAnswer, _ part: inout Grade.Part, _ fits: [NumberJudge.Fit], _ quiz: Quiz
  ) -> Bool {
    guard !fits.isEmpty, let precision = quiz.precision else { return false }
    let figures = NumberJudge.figures(of: answer)
    let asked = if case .significant(let count) = precision { count } else { 3 }
    // One figure tells hardly anything apart.
    guard figures >= min(2, asked - 1) else { return false }
    if fits.allSatisfy({ $0 == .right || $0 == .coarse }) {
      part.earn(
        .tooFewFigures, credit[.tooFewFigures],
        "right to \(figures) figure\(figures == 1 ? "" : "s"), \(precision.text) were asked for")
      return true
    }
    if fits.allSatisfy({ $0 != .off }) {
      part.earn(.truncated, credit[.truncated], "right, but cut off instead of rounded")
      return true
    }
    return false
  }

  /// The mistake that gives precisely these numbers: one that the author foresaw, with the homework's
  /// numbers or the student's own; rows and columns exchanged; or one that the finder knows.
  private func slip(
    behind answer: UnderstoodAnswer, _ question: Question, _ quiz: Quiz, _ judge: NumberJudge
  ) -> FoundSlip? {
    guard case .expression(let text) = quiz.answer else { return nil }
    let own = following?.tensors ?? [:]
    for room in own.isEmpty ? [[:]] : [[:], own] {
      let found = reference.room(with: room) { workspace -> FoundSlip? in
        for slip in quiz.slips
        where judge.isRight(answer, try? workspace.value(of: slip.when)) {
          return FoundSlip(verdict: .slip, id: slip.when, sentence: slip.say.uncapitalized)
        }
        return (try? workspace.value(of: text)).flatMap {
          Judging.transposition(of: answer, $0, judge)
        }
      }
      if let found = found ?? nil { return named(found, answer, question, text) }
    }
    return searched(answer, question, text)
  }

  /// What the finder knows.
  private func searched(
    _ answer: UnderstoodAnswer, _ question: Question, _ text: String
  ) -> FoundSlip? {
    let wrong = WrongAnswer(question: question, expression: text, understood: answer)
    let own = question.assessment.isIndependent ? [:] : following?.notRight ?? [:]
    let whole = reference.room(with: [:]) { workspace in
      SlipSearch(workspace).slip(behind: wrong, own: own)
    }
    if let found = whole ?? nil { return found }
    // The step alone: what was answered before is given, as the student has it.
    var given = reference.named
    if let name = question.assessment.name { given[name] = nil }
    given.merge(following?.tensors ?? [:]) { $1 }
    if let name = question.assessment.name { given[name] = nil }
    return reference.room(with: given) { workspace in
      SlipSearch(workspace).slip(behind: wrong, own: [:])
    } ?? nil
  }

  /// The author's words under the finder's name, where it has one alone.
  private func named(
    _ slip: FoundSlip, _ answer: UnderstoodAnswer, _ question: Question, _ text: String
  ) -> FoundSlip {
    var slip = slip
    if let found = searched(answer, question, text), found.verdict == .slip { slip.id = found.id }
    return slip
  }

  /// The right numbers with rows and columns exchanged.
  private static func transposition(
    of answer: UnderstoodAnswer, _ expected: ComputedValue, _ judge: NumberJudge
  ) -> FoundSlip? {
    guard case .tensor(let shape, let values) = expected, shape.count == 2,
      answer.shape == [shape[1], shape[0]]
    else { return nil }
    let (rows, columns) = (shape[0], shape[1])
    let turned = (0..<columns).flatMap { column in
      (0..<rows).map { row in values[row * columns + column] }
    }
    guard judge.isRight(answer, .tensor(shape: answer.shape, turned)) else { return nil }
    let what =
      shape == answer.shape
      ? "the numbers are right, but rows and columns are exchanged"
      : "your matrix is \(answer.shape[0])×\(answer.shape[1]): it is the transpose of the right one"
    return FoundSlip(verdict: .slip, id: "answer-transposed", sentence: what)
  }

  /// Which elements are right, of a wrong answer.
  private static func words(for fits: [NumberJudge.Fit]) -> String {
    let right = fits.indices.filter { fits[$0] == .right }
    if right.isEmpty || fits.count == 1 { return "not right" }
    if right.count == 1 { return "not right; element \(right[0]) is right" }
    if right.count + 1 == fits.count, let wrong = fits.firstIndex(where: { $0 != .right }) {
      return "not right; all elements but element \(wrong) are right"
    }
    return "not right; \(right.count) of \(fits.count) elements are right"
  }
}

extension Grade.Part {
  fileprivate mutating func earn(_ verdict: Grade.Verdict, _ share: Double, _ feedback: String) {
    self.verdict = verdict
    points = share * maximum
    self.feedback = feedback
  }
}

extension String {
  /// As it stands behind a sign: `that is the direction`, without the last full stop.
  var uncapitalized: String {
    var text = self
    if text.hasSuffix(".") { text.removeLast() }
    guard let first = text.first, let second = text.dropFirst().first, second.isLowercase else {
      return text
    }
    return first.lowercased() + text.dropFirst()
  }
}
