import Presentation
import Testing

@testable import Lessons

/// What `check` warns of in a lesson that is right and dull.
struct LessonRuleTests {
  private static let quiz = "```quiz\nask: What?\nanswer: \"1\"\nhints: [\"One.\"]\n```\n\n"
  private static let code = "```nabla\nx = 1    #=> 1\n```\n\n"
  private static let ending = "```try\nx = 2\nx = 3\n```\n"
  private static let drawn = "```nabla explain plot\ny = [1, 2] * 2\n```\n\n"

  private func rules(_ body: String, front: String = "", covers: Bool = true) -> [String] {
    let examples = covers ? "[001/forward-example]" : "[]"
    let text = "---\ntitle: T\ndeck: d\nexamples: \(examples)\n\(front)---\n" + body
    let report = LessonChecker(.test).report(on: SourceText(name: "lesson.md", text: text))
    #expect(report.isSound, "\(report.malformed + report.failures)")
    return report.warnings.filter { $0.code == "lesson-rule" }.map(\.headline)
  }

  private static let middle = quiz + code + quiz + code + quiz
  private static let good = drawn + middle + ending

  @Test func aLessonThatAsksDrawsAndExplainsIsNotWarnedOf() {
    #expect(rules(Self.good) == [])
  }

  @Test(arguments: [
    (code + code + code + quiz + drawn + quiz + ending, LessonRule.opening),
    (drawn + quiz + code + code + code + code + quiz + code + quiz + ending, .pace),
    (drawn + quiz + code + quiz + code + code + code + ending, .ending),
    ("```nabla explain\nx = 1 * 2\n```\n\n" + middle + ending, .picture),
    ("```nabla plot\n[1, 2] * 2\n```\n\n" + middle + ending, .explain),
    (drawn + middle + "```try\nx = 2\n```\n", .experiments),
  ])
  func aRuleThatIsBrokenIsNamed(body: String, rule: LessonRule) {
    #expect(rules(body) == [rule.headline])
    #expect(rules(body, front: "exceptions: [\"\(rule): so it is better\"]\n") == [])
    #expect(rules(body, covers: false) == [])
  }

  /// What nobody sees is no step.
  @Test func hiddenPreparationsAreNotCounted() {
    let hidden = "```nabla hide\nz = 1\n```\n\n"
    #expect(rules("Text.\n\n" + hidden + hidden + Self.good) == [])
  }

  @Test(arguments: ["picture", "picture:", "pictures: too many", "x: y"])
  func anExceptionHasARuleAndAReason(text: String) {
    let source = SourceText(
      name: "lesson.md", text: "---\ntitle: T\ndeck: d\nexceptions: [\"\(text)\"]\n---\nText.\n")
    #expect(throws: LessonError.self) { try Lesson(parsing: source) }
  }
}
