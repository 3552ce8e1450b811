import Foundation
import Presentation
import TestSupport
import Testing

@testable import Lessons

struct CheckSummaryTests {
  private var reports: [CheckReport] {
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
    return [sound, failing, malformed]
  }

  private func text(_ format: CheckFormat, _ reports: [CheckReport]) -> String {
    var printer = CheckPrinter(format)
    return printer.opening + reports.map { printer.next($0) }.joined() + printer.closing
  }

  private func exitCode(_ reports: [CheckReport]) -> Int32 {
    var printer = CheckPrinter(.text)
    for report in reports { _ = printer.next(report) }
    return printer.totals.exitCode
  }

  @Test func theFourFormsAgree() {
    var text = "# The forms of a check\n"
    for format in CheckFormat.allCases {
      text += "\n## \(format.rawValue)\n\n```\n\(self.text(format, reports))```\n"
    }
    expectGolden(name: "check-formats", text: text)
  }

  @Test func otherProgramsCanReadThem() throws {
    let lines = try text(.json, reports).split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
    #expect(lines.dropLast().map { $0?["status"] as? String } == ["passed", "failed", "malformed"])
    #expect(lines.last??["passed"] as? Int == 2)
    let tap = text(.tap, reports)
    let points = tap.split(separator: "\n").filter {
      $0.hasPrefix("ok ") || $0.hasPrefix("not ok ")
    }
    #expect(tap.hasSuffix("\n1..\(points.count)\n"))
    #expect(points.enumerated().allSatisfy { $0.element.contains("ok \($0.offset + 1) - ") })
  }

  /// A failure weighs more than a file that is no lesson.
  @Test func theExitCodeTellsWhatHappened() {
    #expect(exitCode(reports) == 1)
    #expect(exitCode([reports[0], reports[2]]) == 2)
    #expect(exitCode(Array(reports[...1])) == 1)
    #expect(exitCode([reports[0]]) == 0)
    #expect(exitCode([]) == 0)
  }

  /// What stands in a lesson reaches other programs as it is, whatever it does to a terminal.
  @Test(arguments: [
    "\u{202E}abc", "\u{2066}x\u{2069}", "a\u{FEFF}b", "\u{E0041}", "<&>\"'", "ŷ\u{302}",
  ])
  func textReachesOtherPrograms(_ text: String) throws {
    var report = CheckReport(path: "d/\(text).md")
    report.outcomes = [.init(line: 1, subject: text, status: .failed(Diagnostic("c", text)))]
    let json =
      try JSONSerialization.jsonObject(
        with: Data(self.text(.json, [report]).split(separator: "\n")[0].utf8)) as? [String: Any]
    #expect(json?["path"] as? String == "d/\(text).md")
    let checks = json?["checks"] as? [[String: Any]]
    #expect(checks?.first?["message"] as? String == text)
    let suite = try XMLTree.parsed(String(self.text(.junit, [report]).drop { $0 != "\n" }))
    let found = suite.elements("failure").first?.attributes["message"]
    #expect(found == text)
    #expect(self.text(.tap, [report]).contains(text))
  }

  @Test func goldenFilesAreAllRead() {
    expectGoldenFolder(holds: [
      "malformed-lessons", "check-formats", "shortcomings", "stage-40x12", "stage-80x24",
    ])
  }
}
