import Language
import Lessons
import Presentation

/// What must hold of a homework beyond what holds of a lesson, for every variant: the solution earns
/// all points, the blank release none, and no answer is in the release.
package struct HomeworkCheck {
  private let assignment: Assignment
  private let grader: Grader
  private let source: SourceText

  package init(_ assignment: Assignment, in context: EvaluationContext) throws(Diagnostic) {
    self.assignment = assignment
    source = assignment.lesson.source
    grader = try Grader(assignment, in: context)
  }

  package var outcomes: [CheckReport.Outcome] {
    let variants: [String?] = assignment.variants.isEmpty ? [nil] : assignment.variants
    return variants.flatMap { variant -> [CheckReport.Outcome] in
      let name = variant.map { ", variant \($0)" } ?? ""
      let release = Release(of: assignment, student: "s00", variant: variant)
      return [
        outcome("solution" + name, solution(variant)),
        outcome("blank" + name, blank(release, variant)),
        outcome("release" + name, leak(release, variant)),
      ]
    }
  }

  private func outcome(
    _ subject: String, _ problem: (line: Int, Diagnostic)?
  ) -> CheckReport.Outcome {
    .init(
      line: problem?.line ?? 1, subject: subject, status: problem.map { .failed($0.1) } ?? .passed)
  }

  private func problem(_ headline: String, line: Int, notes: [String]) -> (line: Int, Diagnostic) {
    let diagnostic = Diagnostic(
      "lesson-homework", headline, source: source,
      primary: .init(source.position(line: line)), notes: notes)
    return (line, diagnostic)
  }

  /// The right answers as a student would type them.
  private func answers(_ variant: String?) -> [String: String] {
    var answers: [String: String] = [:]
    for question in assignment.questions {
      switch question.content {
      case .task(let task): answers[question.id] = task.solution
      case .quiz(let quiz):
        switch quiz.answer {
        case .choice(let index): answers[question.id] = AnswerText.letter(index)
        case .texts(let texts): answers[question.id] = texts.first ?? ""
        case .expression:
          guard let value = grader.reference(variant)?.exact[question.id] else { continue }
          answers[question.id] = quiz.precision.map { value.rounded(to: $0) } ?? value.description
        }
      }
    }
    return answers
  }

  private func solution(_ variant: String?) -> (line: Int, Diagnostic)? {
    var submission = assignment.submission([])
    submission.answers = answers(variant)
    let grade = grader.grade([submission], student: "s00", variant: variant)
    guard let part = grade.parts.first(where: { $0.points != $0.maximum }),
      let question = assignment.questions.first(where: { $0.id == part.id })
    else { return nil }
    return problem(
      "the solution of \(part.id) earns \(part.points.points) of \(part.maximum.points)",
      line: question.line, notes: [part.typed, part.feedback] + note(variant))
  }

  private func blank(_ release: Release, _ variant: String?) -> (line: Int, Diagnostic)? {
    let submission = assignment.submission(Array(release.text.utf8))
    let grade = grader.grade([submission], student: "s00", variant: variant)
    guard let part = grade.parts.first(where: { $0.verdict != .blank }) else { return nil }
    let line = assignment.questions.first { $0.id == part.id }?.line ?? 1
    return problem(
      "the release is not blank: \(part.id) is \(part.verdict.rawValue)", line: line,
      notes: [part.feedback] + note(variant))
  }

  private func note(_ variant: String?) -> [String] {
    variant.map { ["with the numbers of variant \($0)"] } ?? []
  }

  // MARK: - What a release must not tell

  /// An answer, a slip, an explanation, a check or a solution that stands in the release; numbers count
  /// from three figures on, and not where they are given.
  private func leak(_ release: Release, _ variant: String?) -> (line: Int, Diagnostic)? {
    let given = Set(grader.reference(variant)?.givens.flatMap(\.numbers) ?? [])
    let numbers = release.text.numbers.subtracting(given)
    for question in assignment.questions {
      for (text, what) in secrets(of: question) where release.text.contains(text) {
        return problem(
          "the release tells \(what) of \(question.id)", line: question.line, notes: [text])
      }
      for run in variants(of: question) {
        guard let leaked = run.first(where: numbers.contains) else { continue }
        return problem(
          "the release tells a number of \(question.id): \(leaked)", line: question.line,
          notes: note(variant))
      }
    }
    return nil
  }

  /// Texts of a question that only the grader may see; short ones may stand anywhere.
  private func secrets(of question: Assignment.Question) -> [(String, String)] {
    var secrets: [(String, String)] = []
    switch question.content {
    case .quiz(let quiz):
      secrets += quiz.slips.map { ($0.say, "a slip") }
      if let text = quiz.explanation { secrets.append((text, "the explanation")) }
      if case .texts(let texts) = quiz.answer { secrets += texts.map { ($0, "the answer") } }
    case .task(let task):
      secrets += task.checks.map { ($0, "a check") }
      secrets.append((task.solution, "the solution"))
    }
    return secrets.filter { $0.0.count >= 4 }
  }

  /// The numbers of the answer under every variant, at two to six figures.
  private func variants(of question: Assignment.Question) -> [Set<String>] {
    let names: [String?] = assignment.variants.isEmpty ? [nil] : assignment.variants
    return names.compactMap { name in
      guard case .tensor(_, let elements)? = grader.reference(name)?.exact[question.id] else {
        return nil
      }
      return Set(
        elements.flatMap { element in
          (3...6).compactMap { figures in
            let decimal = Decimal(element, rounded: .significant(figures))
            return decimal.digits.count >= 3 ? decimal.plain.replacing("-", with: "") : nil
          }
        })
    }
  }
}

extension String {
  /// The numbers in a text, without their signs.
  fileprivate var numbers: Set<String> {
    Set(matches(of: /\d+(?:\.\d+)?(?:e-?\d+)?/).map { String($0.output) })
  }
}

extension SourceText {
  /// The span of a line by its number.
  fileprivate func position(line: Int) -> Span {
    var offset = 0
    for _ in firstLine..<max(firstLine, line) {
      guard let end = text.utf8.dropFirst(offset).firstIndex(of: 0x0A) else { break }
      offset = text.utf8.distance(from: text.utf8.startIndex, to: end) + 1
    }
    return self.line(containing: offset).span
  }
}
