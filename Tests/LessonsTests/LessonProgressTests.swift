import Testing

@testable import Lessons

/// The journal of a lesson, and what its events come to.
struct LessonProgressTests {
  private static let events: [LessonEvent] = [
    .opened(lesson: "d/01-a \"b\"", steps: 12, fingerprint: "1f"), .step(1, isJump: true),
    .step(2, isJump: false), .input("x = \"π\\n\"\ny = 2\t# λ", .ran), .input("1/0", .failed),
    .input("f(x) = x", .answer), .branch("try", step: 2),
    .answer(question: 1, text: "0.6", outcome: "Not yet.", counts: true),
    .answer(question: 1, text: "0.62", outcome: "right", counts: false),
    .hint(question: 1, number: 2), .closed(question: 1, .right), .finished,
  ]

  @Test(arguments: events)
  func anEventIsReadBack(_ event: LessonEvent) {
    #expect(event.line.last == "\n" && !event.line.dropLast().contains { $0.isNewline })
    #expect(LessonEvent(line: String(event.line.dropLast())) == event)
  }

  @Test func theJournalIsReadBack() throws {
    let text = Self.events.map(\.line).joined()
    let journal = LessonJournal(bytes: Array(text.utf8))
    #expect(journal.events == Self.events && journal.damaged == 0 && !journal.isCutOff)
    let progress = try #require(journal.progress)
    #expect(progress.step == 2 && progress.isFinished && progress.place == 0)
    #expect(progress.questions[1]?.attempts == 1 && progress.questions[1]?.answers.count == 2)
    #expect(progress.inputs[2] == ["x = \"π\\n\"\ny = 2\t# λ"])
  }

  /// Killed while a line was written, all lines before it stay.
  @Test func aCutOffEndLosesOneLine() {
    let bytes = Array(Self.events.map(\.line).joined().utf8)
    for length in 0...bytes.count {
      let journal = LessonJournal(bytes: Array(bytes[..<length]))
      let whole = bytes[..<length].count { $0 == 0x0A }
      #expect(journal.events == Array(Self.events[..<whole]) && journal.damaged == 0)
      #expect(journal.isCutOff == (length > 0 && bytes[length - 1] != 0x0A))
    }
  }

  @Test(arguments: [
    "{}", "[]", "nothing", "{\"step\": 0}", "{\"step\": 1", "{\"question\": 1}", "\u{FFFD}",
    "{\"question\": 1, \"is\": \"lost\"}", "{\"input\": 1}", "{\"step\": 1} {\"step\": 2}", "",
    String(repeating: "[", count: 100_000),
  ])
  func aDamagedLineIsNoticed(line: String) {
    let journal = LessonJournal(
      bytes: Array((Self.events[0].line + line + "\n" + Self.events[1].line).utf8))
    #expect(journal.damaged == 1 && journal.events == Array(Self.events[..<2]))
  }

  @Test func whatLedNowhereIsForgotten() {
    var progress = LessonProgress(lesson: "d/a", steps: 9)
    let events: [LessonEvent] = [
      .step(1, isJump: true), .step(2, isJump: false), .input("x = 1", .ran),
      .step(3, isJump: false), .input("y = 2", .ran), .step(2, isJump: true),
    ]
    for event in events { progress.apply(event) }
    #expect(progress.deeds == [.step(1, isJump: true), .step(2, isJump: true)])
    #expect(progress.inputs[3] == ["y = 2"] && progress.place == 2 && progress.step == 3)
  }
}
