import Foundation
import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

private let head = "---\ntitle: T\ndeck: d\nplaces: 2\n---\n"

struct LessonCheckTests {
  /// Every lesson checked once, when a test first asks for it: so several are at work at a time.
  private final class Checked: @unchecked Sendable {
    private let path: String
    private let lock = NSLock()
    private var known: (report: CheckReport, evidence: LessonEvidence)?

    init(_ path: String) { self.path = path }

    var result: (report: CheckReport, evidence: LessonEvidence) {
      get throws {
        try lock.withLock {
          if let known { return known }
          let lesson = try Lesson(parsing: LessonFiles.source(path))
          let made = LessonChecker(.test, lessons: slugs).report(on: lesson)
          known = made
          return made
        }
      }
    }
  }

  private static let checked = Dictionary(
    uniqueKeysWithValues: LessonFiles.paths.map { ($0, Checked($0)) })

  private static let slugs = Set(LessonFiles.paths.map { Lesson.slug(ofPath: $0) })

  private func report(_ text: String) -> CheckReport {
    let checker = LessonChecker(.test, lessons: Self.slugs)
    return checker.report(on: SourceText(name: "lesson.md", text: text))
  }

  @Test(arguments: LessonFiles.paths)
  func everyMarkAndQuizHolds(path: String) throws {
    let report = try #require(Self.checked[path]).result.report
    for problem in report.malformed + report.failures + report.warnings {
      Issue.record("\(Renderer().render(problem))")
    }
    #expect(report.passed > 10)
  }

  /// A mark whose value is changed in one digit must fail, whichever digit it is.
  @Test(arguments: LessonFiles.paths)
  func aChangedDigitIsNoticed(path: String) throws {
    let evidence = try #require(Self.checked[path]).result.evidence
    var changes = 0
    for entry in evidence.entries {
      if case .erratum = entry.mark.kind { continue }
      let characters = Array(entry.mark.text)
      for (index, character) in characters.enumerated() {
        guard let digit = character.wholeNumberValue, character.isASCII else { continue }
        var changed = characters
        changed[index] = Character(String((digit + 1) % 10))
        changes += 1
        // What is no value any more is a malformed mark, noticed even earlier.
        guard let value = PrintedValue(String(changed)) else { continue }
        var mutant = entry
        mutant.mark.text = String(changed)
        mutant.mark.value = value
        #expect(
          evidence.failure(of: mutant) != nil,
          "line \(entry.mark.line): \(entry.mark.text) became \(mutant.mark.text) unnoticed")
      }
    }
    #expect(changes > 50)
  }

  /// An erratum whose value is right, exactly or in slide arithmetic, must fail.
  @Test(arguments: LessonFiles.paths)
  func anErratumThatIsRightIsNoticed(path: String) throws {
    let evidence = try #require(Self.checked[path]).result.evidence
    for entry in evidence.entries {
      if case .erratum = entry.mark.kind { continue }
      // With other places than the lesson's own, an erratum has no slide arithmetic to agree with.
      if case .slide(.some) = entry.mark.kind { continue }
      var mutant = entry
      mutant.mark.kind = .erratum(reason: "mistaken")
      #expect(evidence.failure(of: mutant) != nil, "line \(entry.mark.line): \(entry.mark.text)")
    }
  }

  @Test func aWrongMarkNamesFileLineAndBothValues() throws {
    let path = try #require(LessonFiles.paths.first { $0.contains("02-forward") })
    let original = try LessonFiles.source(path).text
    let text = original.replacing(
      "#=> [0.79, 0.92, 0.16]", with: "#=> [0.79, 0.93, 0.16]", maxReplacements: 1)
    #expect(text != original)
    let report = LessonChecker(.test).report(on: SourceText(name: path, text: text))
    let failure = try #require(report.failures.first)
    #expect(report.failures.count == 1)
    let shown = Renderer().render(failure)
    #expect(shown.contains(path))
    #expect(shown.contains("0.93"))
    #expect(shown.contains("0.9205614508160216"))
    #expect(CheckTotals(report).exitCode == 1)
  }

  @Test func brokenFrontMatterIsMalformed() throws {
    let text = try LessonFiles.source(LessonFiles.paths[0]).text.replacing("title:", with: "titel:")
    #expect(CheckTotals(report(text)).exitCode == 2)
  }

  /// A mark is a number that is read, so no name changes it; a name that changes what it is compared
  /// with is told.
  @Test func aScriptWithASumOfItsOwnIsToldSo() throws {
    let text = "def sum(x): return 3\nsum([1, 2, 4])   #=> 3\ndef mean(x): return 0\n"
    let report = LessonChecker(.test).report(onScript: SourceText(name: "s.nabla", text: text))
    #expect(report.isSound && report.passed == 1)
    #expect(report.warnings.map(\.headline) == ["'sum' is no longer the library's function here"])
    let honest = "total = 3\nsum([1, 2, 4])   #=> 7\n"
    #expect(
      LessonChecker(.test).report(onScript: SourceText(name: "s.nabla", text: honest))
        .warnings.isEmpty)
  }

  @Test func scriptsAreCheckedByTheirMarks() {
    let checker = LessonChecker(.test)
    let right = SourceText(name: "a.nabla", text: "x = 2\ny = x**2  #=> 4\n")
    #expect(checker.report(onScript: right).isSound)
    let wrong = SourceText(name: "a.nabla", text: "x = 2\ny = x**2  #=> 5\n")
    #expect(checker.report(onScript: wrong).failures.count == 1)
    let broken = SourceText(name: "a.nabla", text: "x = (2\n")
    #expect(CheckTotals(checker.report(onScript: broken)).exitCode == 2)
  }

  /// Every way in which a lesson can fall short, and what is said about it.
  @Test func everyShortcomingIsExplained() {
    func code(_ text: String) -> String { head + "```nabla\n\(text)\n```\n" }
    func quiz(_ text: String) -> String {
      head + "```nabla\nx = [1.25, 2; 2, 3.5]\n```\n\n```quiz\n\(text)\n```\n"
    }
    let cases: [(title: String, text: String)] = [
      ("not the exact value", code("x = 1/3  #=> 0.34")),
      ("not the exact tensor", code("x = [1/3, 2/3]  #=> [0.33, 0.66]")),
      ("another shape", code("x = [1, 2]  #=> [1, 2, 3]")),
      ("slide arithmetic marked as exact", code("x = 0.335 + 0\ny = 3*x  #=> 1.02")),
      ("exact marked as slide arithmetic", code("x = 1/3  #~> 0.33")),
      ("neither", code("x = 0.335 + 0\ny = 3*x  #~> 1.03")),
      (
        "slide arithmetic without places",
        "---\ntitle: T\ndeck: d\n---\n```nabla\nx = 1/3  #~> 0.4\n```\n"
      ),
      ("an erratum that is right", code("x = 1/3  #!> 0.33 | a slip")),
      ("an erratum that is slide arithmetic", code("x = 0.335 + 0\ny = 3*x  #!> 1.02 | a slip")),
      ("nothing to compare", code("print(1)  #=> 1")),
      ("code that stops", code("x = 1\ny = z + 1  #=> 2\nw = 3  #=> 3")),
      ("experiments that stop", head + "```try\nz + 1\n```\n"),
      ("an answer that stops", quiz("ask: a\nhints: [b]\nanswer: z + 1")),
      ("an answer that is no number", quiz("ask: a\nhints: [b]\nanswer: log(-1.0)")),
      (
        "slips alike",
        quiz(
          "ask: a\nhints: [b]\nanswer: 2*x[0,0]\nplaces: 1\nslips:\n  - {when: 2.51, say: one}\n"
            + "  - {when: 3.14, say: two}\n  - {when: 3.11, say: three}\n  - {when: zz, say: four}")
      ),
      (
        "the right choice as a slip",
        quiz("ask: a\nhints: [b]\nchoices: [c, d]\nanswer: A\nslips:\n  - {when: a, say: e}")
      ),
      ("hints", quiz("ask: a\nanswer: x[0,0]\nhints: [\"\"]")),
      ("guessable", quiz("ask: a\nanswer: x[0,0] - 0.25\nhints: [b]")),
      ("the answer in the question", quiz("ask: Is it 1.25?\nanswer: x[0,0]\nhints: [b]")),
      ("symmetric numbers", quiz("ask: a\nanswer: x @ [1, 2]\nhints: [b]")),
      (
        "unknown requirement",
        "---\ntitle: T\ndeck: d\nrequires: [02-max-poolng, sigmoid]\n---\n```nabla\nx = 1 #=> 1\n```\n"
      ),
      (
        "a task that is wrong",
        head + "```task\nask: a\nstart: w = 1\nsolution: w = 2\nchecks: [w == 3]\n```\n"
      ),
      (
        "a task without work",
        head + "```task\nask: a\nstart: w = 2\nsolution: w = 2\nchecks: [w == 2]\n```\n"
      ),
    ]
    var transcript = "# What a check says\n"
    for (title, text) in cases {
      let report = report(text)
      let problems = report.malformed + report.failures + report.warnings
      #expect(!problems.isEmpty, "\(title): nothing was said")
      let body = text.hasPrefix(head) ? String(text.dropFirst(head.count)) : text
      transcript += "\n## \(title)\n\n````\n\(body)````\n\n````\n"
      transcript += problems.map { Renderer(width: 80).render($0) }.joined(separator: "\n")
      transcript += "````\n"
    }
    expectGolden(name: "shortcomings", text: transcript)
  }
}
