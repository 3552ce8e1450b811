import Foundation
import Presentation
import TestSupport
import Testing

@testable import Lessons

struct CheckSummaryTests {
  private var summary: CheckSummary {
    let source = SourceText(name: "lessons/d/01 & co.md", text: "a = 1  #=> 2\nb\n")
    let failure = Diagnostic(
      "lesson-check", "the exact value does not round to the printed one", source: source,
      primary: .init(Span(7, 12)), notes: ["printed 2, computed <1> # \"one\""],
      helps: ["write '#=> 1'"])
    let warning = Diagnostic(
      "lesson-quiz", "the quiz has no hints", severity: .warning, source: source,
      primary: .init(Span(13, 14)))
    var sound = CheckReport(path: "lessons/d/02.md")
    sound.outcomes = [.init(line: 4, subject: "#=> 0.62", status: .passed)]
    var failing = CheckReport(path: "lessons/d/01 & co.md")
    failing.outcomes = [
      .init(line: 1, subject: "#=> 2", status: .failed(failure)),
      .init(line: 2, subject: "quiz", status: .warned(warning)),
      .init(line: 2, subject: "quiz", status: .passed),
    ]
    var malformed = CheckReport(path: "lessons/d/03.md")
    malformed.malformed = [
      Diagnostic(
        "lesson-front-matter", "a lesson begins with its front matter",
        source: SourceText(name: "lessons/d/03.md", text: "# T\n"), primary: .init(Span(0, 3)))
    ]
    return CheckSummary([sound, failing, malformed])
  }

  @Test func theFourFormsAgree() {
    var text = "# The forms of a check\n"
    let forms = [
      ("text", Renderer(width: 80).render(summary.document())), ("tap", summary.tap),
      ("junit", summary.junit), ("json", summary.json.text + "\n"),
    ]
    for (name, form) in forms { text += "\n## \(name)\n\n```\n\(form)```\n" }
    expectGolden(name: "check-formats", text: text)
  }

  @Test func otherProgramsCanReadThem() throws {
    let json = try JSONSerialization.jsonObject(with: Data(summary.json.text.utf8))
    let files = try #require((json as? [String: Any])?["files"] as? [[String: Any]])
    #expect(files.map { $0["status"] as? String } == ["passed", "failed", "malformed"])
    let points = summary.tap.split(separator: "\n").filter { $0.contains("ok ") }
    #expect(summary.tap.contains("\n1..\(points.count)\n"))
  }

  @Test func theExitCodeTellsWhatHappened() {
    #expect(summary.exitCode == 2)
    #expect(CheckSummary(Array(summary.reports[...1])).exitCode == 1)
    #expect(CheckSummary([summary.reports[0]]).exitCode == 0)
    #expect(CheckSummary([]).exitCode == 0)
  }

  @Test func goldenFilesAreAllRead() {
    expectGoldenFolder(holds: ["malformed-lessons", "check-formats", "shortcomings"])
  }
}
