import Testing

@testable import Session

/// `:lessons` and `:learn` with topics and decks.
struct LearningTests {
  private func memory() throws -> MemorySession {
    let lesson = { (deck: String, topic: String, requires: String) in
      "---\ntitle: T\ndeck: \(deck)\ntopics: [\(topic)]\nrequires: [\(requires)]\n---\n\nText.\n"
    }
    return try MemorySession(
      files: [
        "lessons/d/01-rows.md": lesson("d", "convolution", ""),
        "lessons/d/02-maps.md": lesson("d", "convolution", "01-rows"),
        "lessons/e/01-pools.md": lesson("e", "pooling", "02-maps"),
      ], lessons: "lessons")
  }

  @Test func aTopicGoesOnWhereItWasLeft() throws {
    let memory = try memory()
    #expect(memory.type(":lessons").contains("convolution"))
    #expect(memory.type(":learn convolution").contains("lesson 1 of 2"))
    memory.type("")
    #expect(!memory.session.isInLesson)
    #expect(memory.type(":lessons conv").contains("done"))
    #expect(memory.type(":learn").contains("[1/1]"))
    #expect(memory.session.prompt.hasPrefix("02-maps"))
    memory.type("")
    #expect(memory.type(":learn convolution").contains("All of them are done"))
    #expect(memory.type(":learn --deck e").contains("lesson 1 of 1"))
  }

  @Test func whatIsRequiredIsNamedAndNotInTheWay() throws {
    let memory = try memory()
    #expect(memory.type(":learn 02-maps").contains("It builds on 01-rows"))
    #expect(memory.session.isInLesson)
  }

  @Test(arguments: [
    (":lessons convolutoin", "did you mean 'convolution'?"), (":lessons --deck x", "decks: d, e"),
    (":learn convolutoin", "did you mean 'convolution'?"), (":learn --deck", "needs a value"),
    (":learn --dekc d", "did you mean '--deck'?"), (":lessons pooling --deck", "no topic"),
  ])
  func anUnknownWayIsExplained(line: String, answer: String) throws {
    #expect(try memory().type(line).contains(answer))
  }

  @Test func topicsAndDecksAreCompleted() throws {
    let session = try memory().session
    #expect(session.complete(":lessons conv", cursor: 13).candidates == ["convolution"])
    #expect(session.complete(":learn 02", cursor: 9).candidates == ["02-maps"])
    #expect(session.complete(":learn --deck ", cursor: 14).candidates == ["d", "e"])
  }
}
