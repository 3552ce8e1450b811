import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

/// Every lesson as a student may go through it: right answers, every slip that its author foresaw, back
/// and forth, left and resumed; and what it shows fits the page.
struct LessonWayTests {
  @Test(arguments: LessonFiles.paths.sampled(every: 8), [80, 60])
  func everyWayThroughALessonFitsThePage(path: String, width: Int) throws {
    let way = try Way(path, width: width)
    try way.walk()
    for problem in way.problems { Issue.record("\(path) at \(width) columns: \(problem)") }
  }
}

/// One walk through a lesson.
private final class Way {
  private static let mostLines = 20
  /// What is wider than a narrow page, by a piece of the line, and why it may be.
  private static let wide = [
    // In ASCII an arrow in a label takes two columns more than the bar chart was laid out for.
    "kaist-ai602/11-hello": "h -> e",
    // The excerpt of a lesson's own line, which an error or a notice points at.
    "kaist-ai602/15-exploding": "| dL/dtheta",
  ]

  private let lesson: Lesson
  private let player: Player
  private let width: Int
  private(set) var problems: [String] = []
  private var step = 0

  init(_ path: String, width: Int) throws {
    lesson = try Lesson(parsing: LessonFiles.source(path))
    self.width = width
    player = Player(lesson, in: Self.context(width))
  }

  private static func context(_ width: Int) -> EvaluationContext {
    let context = EvaluationContext.test
    context.width = width
    return context
  }

  func walk() throws {
    _ = player.start()
    for number in 1...player.shown.count {
      step = number
      let page = number == 1 ? Document(player.go(toStep: 1)) : player.respond(to: "").document
      measure(page, isStep: true)
      try answer()
      if number % 4 == 3 { returns(to: page) }
      if number == player.shown.count / 2 { resume() }
    }
    if !player.respond(to: "").finished { problems.append("it does not end") }
    measure(Document(player.steps))
    let states = player.progress.questions.values.map(\.state)
    if states.contains(where: { $0 != .right }) { problems.append("a question was not answered") }
  }

  // MARK: - Answers

  private func answer() throws {
    guard let question = player.openQuestion else { return }
    for _ in question.hints { measure(Document(player.hint())) }
    switch question.content {
    case .quiz(let quiz):
      for slip in quiz.slips { expect(slip.say, at: try typed(slip.when, quiz)) }
      let right: String
      switch quiz.answer {
      case .choice(let index): right = Choices.letter(index)
      case .texts(let texts): right = texts[0]
      case .expression(let model): right = try typed(model, quiz)
      }
      expect("✓ Right.", at: right)
    case .task(let task):
      expect("✗ This does not hold yet:", at: task.start, orProblem: true)
      expect("✓ Right.", at: task.solution)
    }
  }

  /// What a student types for an expression of the author's.
  private func typed(_ expression: String, _ quiz: Quiz) throws -> String {
    guard case .expression = quiz.answer else { return expression }
    let value = try player.reference.value(of: expression)
    return quiz.precision.map { value.rounded(to: $0) } ?? value.description
  }

  private func expect(_ sentence: String, at line: String, orProblem: Bool = false) {
    let reply = player.respond(to: line).document
    measure(reply)
    let wanted = flat(Markdown.words(sentence).plain)
    let shown = flat(Renderer(width: 10_000).render(reply))
    if !shown.contains(wanted), !(orProblem && shown.contains("error")) {
      problems.append("step \(step): '\(line)' got '\(shown)'")
    }
  }

  private func flat(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: - Back and forth

  private func returns(to page: Document) {
    _ = player.back()
    // A question before this step was answered, so Enter goes on.
    let again = player.respond(to: "").document
    if player.presentQuestion == nil, again != page {
      problems.append("step \(step) is another one after :back")
    }
    measure(again)
  }

  private func resume() {
    guard let kept = player.kept, kept == player.progress else {
      return problems.append("its progress is not read back")
    }
    let second = Player(lesson, in: Self.context(width), continuing: kept)
    let shown = Renderer(width: width).render(second.start())
    if !shown.contains("[\(step)/\(player.shown.count)]") {
      problems.append("it is not resumed at step \(step)")
    }
  }

  // MARK: - The page

  private func measure(_ document: Document, isStep: Bool = false) {
    for unicode in [true, false] {
      let text = Renderer(width: width, unicode: unicode).render(document)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      // The line that counts the steps is not the author's.
      if isStep, unicode, width >= 80, lines.count - 1 > Self.mostLines {
        problems.append("step \(step) has \(lines.count - 1) lines")
      }
      for line in lines where DisplayWidth.of(String(line)) > width {
        if let piece = Self.wide[lesson.name], line.contains(piece) { continue }
        problems.append("step \(step), \(DisplayWidth.of(String(line))) columns: \(line)")
      }
    }
  }
}
