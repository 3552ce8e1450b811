import Language
import Lessons
import Presentation
import Tensors

/// Grades submissions to one homework. What is right is worked out for every variant when the grader is
/// made, before any student's text is read; a submission changes nothing for the next.
package final class Grader {
  package let assignment: Assignment
  let context: EvaluationContext
  private let isolation: Isolation
  private var references: [String?: ReferenceRun] = [:]
  /// Checks that count: those that the start does not pass.
  private var counted: [String: [Bool]] = [:]
  let words: AnswerWords

  /// - Parameters:
  ///   - context: the library, without a variable.
  ///   - isolation: where the code of tasks is run.
  /// - Throws: what is wrong with the homework.
  package init(
    _ assignment: Assignment, in context: EvaluationContext,
    isolation: @escaping Isolation = { $0() }
  ) throws(Diagnostic) {
    self.assignment = assignment
    self.context = context
    self.isolation = isolation
    words = Grader.words(of: assignment, context)
    let variants: [String?] = assignment.variants.isEmpty ? [nil] : assignment.variants
    for variant in variants {
      references[variant] = try ReferenceRun(assignment, variant: variant, in: context)
    }
    for question in assignment.questions {
      guard let task = question.task else { continue }
      let start = TaskTrial(task, in: context).outcome(of: task.start)
      counted[question.id] =
        start.status == .judged ? start.holds.map { !$0 } : task.checks.map { _ in true }
    }
  }

  private static func words(of assignment: Assignment, _ context: EvaluationContext) -> AnswerWords
  {
    var words = AnswerWords()
    for step in assignment.lesson.variant(assignment.variants.first).steps {
      switch step.content {
      case .code(let code):
        words.quantities.formUnion(code.tree.statements.flatMap(\.assignedNames))
      case .quiz(let quiz):
        guard case .expression(let text) = quiz.answer else { continue }
        let tree = Parser.parse(SourceText(name: "answer", text: text)).tree
        guard case .expression(let expression)? = tree.statements.first?.form else { continue }
        words.functions.formUnion(
          expression.names.filter { context.environment.builtin(Symbol($0)) != nil })
      case .prose, .given, .experiments, .task: continue
      }
    }
    return words
  }

  func reference(_ variant: String?) -> ReferenceRun? { references[variant] }

  var otherVariants: [(String, ReferenceRun)] {
    assignment.variants.compactMap { name in references[name].map { (name, $0) } }
  }

  /// The submission that is graded when nothing has been filled in.
  private var nothing: Submission { Submission([], ids: [], tasks: []) }

  /// Grades what a student handed in, several times where the homework allows that: of each question
  /// the best answer counts among the first so many that were judged.
  package func grade(
    _ submissions: [Submission], student: String, variant: String?
  ) -> Grade {
    let grades = (submissions.isEmpty ? [nothing] : submissions).map {
      grade($0, student: student, variant: variant)
    }
    guard var result = grades.last, grades.count > 1 else { return grades[0] }
    for index in result.parts.indices {
      let tries = grades.map { $0.parts[index] }
      let judged = tries.filter(\.verdict.isJudged)
      let allowed = judged.prefix(assignment.facts.attempts ?? judged.count)
      // Without a limit nobody promised that the best counts.
      let best =
        assignment.facts.attempts == nil
        ? judged.last : allowed.reversed().max { $0.points < $1.points }
      if let best { result.parts[index] = best }
      result.parts[index].attempts = allowed.count
    }
    return result
  }

  private func grade(_ submission: Submission, student: String, variant: String?) -> Grade {
    guard let reference = references[variant] ?? references.first?.value else {
      preconditionFailure("a grader has a reference for every variant")
    }
    var judging = Judging(submission, grader: self, reference: reference)
    var grade = Grade(
      student: student, variant: reference.variant,
      parts: judging.parts { question, code in
        self.part(question, code: code)
      })
    grade.remarks = judging.remarks
    grade.notes = notes(on: grade, submission)
    return grade
  }

  private func notes(on grade: Grade, _ submission: Submission) -> [String] {
    var notes: [String] = []
    if grade.isBlank {
      notes.append(
        "Nothing was answered. (\(grade.parts.count) questions, \(grade.maximum.points) points.)")
    }
    for id in submission.repeated { notes.append("\(id) stands twice; the last counts.") }
    for id in submission.unknown { notes.append("There is no question \(AnswerText.cleaned(id)).") }
    if grade.parts.contains(where: \.verdict.isOpen) {
      notes.append("What was not judged can be handed in again; it costs nothing.")
    }
    if grade.parts.contains(where: { $0.verdict == .rounded || $0.verdict == .tooFewFigures }) {
      notes.append("Keep all digits until you write an answer down.")
    }
    return notes
  }

  // MARK: - Tasks

  private func part(_ question: Assignment.Question, code: String) -> Grade.Part {
    guard let task = question.task else { preconditionFailure("only tasks are answered with code") }
    var part = Grade.Part(
      id: question.id, verdict: .blank, points: 0, maximum: question.points,
      typed: Grader.shown(code), feedback: "not answered")
    let text = AnswerText.cleaned(code)
    if text.trimmed.isEmpty || Grader.isSame(text, task.start) { return part }
    let trial = TaskTrial(task, in: context)
    // Nothing is started for code that is refused as it stands.
    let outcome =
      trial.refusal(of: text).map { TaskOutcome(.malformed, reason: $0) }
      ?? isolation { trial.outcome(of: text) }
    part.understood = outcome.made
    switch outcome.status {
    case .malformed:
      part.verdict = .malformed
      part.feedback = "not judged: " + outcome.reason
      return part
    case .stopped:
      part.verdict = .wrong
      part.feedback = outcome.reason
    case .judged: judge(&part, outcome, of: task)
    }
    part.attempts = 1
    return part
  }

  private func judge(_ part: inout Grade.Part, _ outcome: TaskOutcome, of task: LessonTask) {
    let findings = outcome.findings.joined(separator: "; ")
    if outcome.holds.allSatisfy({ $0 }), outcome.holds.count == task.checks.count {
      part.verdict = .right
      part.points = part.maximum
      part.feedback = findings.isEmpty ? "right" : findings
      return
    }
    if !outcome.transposed.isEmpty {
      let names = outcome.transposed.joined(separator: ", ")
      part.verdict = .slip
      part.slip = "answer-transposed at \(names)"
      part.points = assignment.facts.credit[.slip] * part.maximum
      part.feedback =
        "rows and columns of \(names) are exchanged: transposed, it passes every check"
      return
    }
    part.verdict = .wrong
    if task.rules.isPartial {
      let counts = counted[part.id] ?? []
      let relevant = zip(counts, outcome.holds).filter(\.0)
      let held = relevant.count { $0.1 }
      part.points = part.maximum * Double(held) / Double(max(1, relevant.count))
    }
    part.feedback = findings.isEmpty ? "not right" : findings
  }

  /// Whether code is what the student was given, whatever its blanks at the ends of lines.
  private static func isSame(_ code: String, _ start: String) -> Bool {
    func lines(_ text: String) -> [String] {
      text.split(whereSeparator: \.isNewline).map(\.trimmedAtEnd).filter { !$0.isEmpty }
    }
    return lines(code) == lines(start)
  }

  /// As much of what was typed as a gradebook holds.
  static func shown(_ typed: String) -> String {
    let most = 2000
    let text = typed.utf8.count > 4 * most ? String(typed.prefix(most)) : typed.trimmed
    return text.count > most || text.utf8.count < typed.utf8.count - 100_000
      ? String(text.prefix(most)) + "…" : text
  }
}
