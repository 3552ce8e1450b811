import Foundation
import TestSupport
import Testing

/// `nabla check` on good and on broken lessons.
struct CheckCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func check(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(
      ["check"] + arguments, environment: ["NABLA_LESSONS": Repository.lessons],
      directory: folder.path)
  }

  private func check(text: String) throws -> ProgramRun {
    try folder.write(Array(text.utf8), to: "lesson.md")
    return try check("lesson.md")
  }

  @Test(.slow) func allLessonsHold() throws {
    // Without a path it is the lessons that the program knows.
    let run = try check()
    #expect(run.status == 0 && run.errors == "", "\(run.output)\(run.errors)")
    let files = Repository.lessonNames.count + Repository.homeworkNames.count
    #expect(run.output.contains("\(files) files"))
    #expect(!run.output.contains("failed") && !run.output.contains("malformed"))
  }

  @Test func everyFormatIsReadableByMachines() throws {
    let deck = Repository.lessons + "/tcd-cs7cs4"
    let json = try check(deck, "--format", "json")
    let objects = try json.output.split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
    #expect(objects.count == Repository.lessonNames.count { $0.hasPrefix("tcd-cs7cs4/") } + 1)
    let totals = objects.last ?? nil
    #expect(totals?["failed"] as? Int == 0 && (totals?["passed"] as? Int ?? 0) > 100)
    let tap = try check(deck, "--format", "tap").output.split(separator: "\n")
    #expect(tap.first == "TAP version 13" && tap.last?.hasPrefix("1..") == true)
    #expect(
      tap.dropFirst().dropLast().allSatisfy { $0.hasPrefix("ok ") || $0.hasPrefix("# ") })
    let junit = try check(deck, "--format", "junit")
    #expect(junit.output.hasPrefix("<?xml") && junit.output.hasSuffix("</testsuites>\n"))
  }

  /// One digit of one `#=>` or `#~>` mark, changed, and which line it is on.
  private func mutated(_ text: String, mark number: Int) throws -> (text: String, line: Int)? {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let marks = lines.indices.filter { lines[$0].firstMatch(of: /#(=>|~>).*\d/) != nil }
    guard !marks.isEmpty else { return nil }
    let index = marks[number % marks.count]
    guard let range = lines[index].firstRange(of: /#(=>|~>)[^#]*/),
      let digit = lines[index][range].lastIndex(where: \.isNumber),
      let value = lines[index][digit].wholeNumberValue
    else { return nil }
    lines[index].replaceSubrange(digit...digit, with: String((value + 4) % 10))
    return (lines.joined(separator: "\n"), index + 1)
  }

  @Test(arguments: Repository.lessonNames.sampled(every: 30, slowly: 10), [0, 7, 23])
  func aChangedDigitIsFound(_ lesson: String, number: Int) throws {
    let (text, line) = try #require(try mutated(try Repository.lesson(lesson), mark: number))
    let run = try check(text: text)
    #expect(run.status == 1, "line \(line)\n\(run.output)")
    #expect(run.output.contains("lesson.md:\(line):"), "line \(line)\n\(run.output)")
    #expect(run.output.contains("printed ") && run.output.contains("exact"), "\(run.output)")
  }

  private static let frame = """
    ---
    title: A test
    deck: test
    places: 2
    ---

    Text.

    ```nabla
    x = 1 / 3
    y = x * 2    MARK
    ```

    """

  @Test(arguments: [
    ("#=> 0.67", 0), ("#=> 0.6667", 0), ("#=> 0.66", 1), ("#~> 0.66", 0), ("#~> 0.67", 1),
    ("#!> 0.5 | the slide halves", 0), ("#!> 0.67 | this one is right", 1),
    ("#!> 0.66 | so is this", 1),
    ("#=> [0.67]", 1), ("#=> nonsense(", 2), ("#!> 0.5", 2),
  ])
  func marksOfAllKinds(_ mark: String, status: Int32) throws {
    let run = try check(text: CheckCommandTests.frame.replacing("MARK", with: mark))
    #expect(run.status == status, "\(mark)\n\(run.output)\(run.errors)")
    if status > 0 { #expect(run.output.contains("lesson.md:11:"), "\(run.output)") }
    if status == 1 { #expect(run.output.contains("0.66"), "\(run.output)") }
  }

  @Test(arguments: [
    ("title: A test", "title: [A"), ("title: A test", "titel: A test"), ("---\n\nText", "\n\nText"),
    ("places: 2", "places: two"), ("places: 2", "places: -1"), ("---\ntitle", "title"),
    ("deck: test\n", ""),
    ("Text.", "```quiz\nask: What?\n```"), ("Text.", "```quiz\nanswer: 1\n```"),
    ("Text.", "```quiz\nask: [\n```"),
    ("y = x", "y = = x"), ("Text.", "```nabla\nunclosed = 1"),
  ])
  func aBrokenLessonEndsWithTwo(_ part: String, broken: String) throws {
    let text = CheckCommandTests.frame.replacing("MARK", with: "#=> 0.67")
    #expect(text.contains(part))
    let run = try check(text: text.replacing(part, with: broken))
    #expect(run.status == 2, "\(broken)\n\(run.output)\(run.errors)")
    #expect(run.output.contains("lesson.md:"), "\(run.output)")
  }

  @Test func anEmptyFileOrFolderIsToldSo() throws {
    try folder.write([], to: "empty.md")
    #expect(try check("empty.md").status == 2)
    let empty = try TemporaryFolder()
    #expect(try ProgramRun(["check", "."], directory: empty.path).status == 2)
  }

  @Test func aScriptIsCheckedToo() throws {
    try folder.write(Array("x = 2 / 3  #=> 0.67\n".utf8), to: "good.nabla")
    try folder.write(Array("x = 2 / 3  #=> 0.66\n".utf8), to: "bad.nabla")
    #expect(try check("good.nabla").status == 0)
    let run = try check("bad.nabla")
    #expect(run.status == 1 && run.output.contains("bad.nabla:1:"))
  }
}
