import Presentation
import TestSupport
import Testing

@testable import Lessons
@testable import Session

/// A lesson at the prompt, with its commands and those of the shell.
struct LessonTests {
  private func begin() throws -> MemorySession {
    let memory = try MemorySession(
      files: ["lessons/d/01-small.md": smallLesson], lessons: "lessons")
    memory.type(":learn small")
    return memory
  }

  /// The whole lesson as a student sees it, wrong turns included.
  @Test func aLessonReadsLikeThis() throws {
    let memory = try MemorySession(
      files: ["lessons/d/01-small.md": smallLesson], lessons: "lessons")
    var transcript = "# A lesson, step by step\n\n```\n" + memory.type(":learn small")
    let player = try #require(memory.session.lesson?.player)
    let lines = [
      "", "s @ s", "", "", "[1, 2]", "1.333", "zz", "1.333, -0.6", "1.33 -0.67", "[2.667, -0.333]",
      ":hint", ":hint", ":hint", "t * s", ":answer t * s", "", "", "x", "plus", "2", ":back",
      "",
      "w = 5", ":rerun", ":goto 99", ":goto x", ":goto", ":goto 3", "w", ":steps", ":show", ":hnit",
      ":back now", ":digits", ":help back", ":goto 7", "", "",
    ]
    for line in lines {
      transcript += "\n> \(line)\n" + memory.type(line)
      if !memory.session.isInLesson {
        transcript += "(finished)\n"
        break
      }
    }
    transcript += "```\n\n## The recap\n\n````markdown\n" + player.recap + "````\n"
    transcript += "\n## The progress\n\n```\n" + player.progress.text + "```\n"
    expectGolden(name: "lesson", text: transcript)
  }

  @Test func helpListsTheCommandsThatCanBeTypedHere() throws {
    let memory = try begin()
    let inside = memory.type(":help")
    for command in Command.all where command.scope != .shell {
      #expect(inside.contains(command.usage), "\(command.usage)")
    }
    memory.type(":quit")
    #expect(!memory.session.isInLesson)
    let outside = memory.type(":help")
    for command in Command.all {
      #expect(
        outside.contains(command.usage + " ") == (command.scope != .lesson), "\(command.usage)")
    }
    #expect(memory.type(":help back").contains("A command of lessons."))
  }

  @Test func aCommandOfLessonsSaysWhereItBelongs() throws {
    let memory = try MemorySession()
    #expect(memory.type(":back").contains("belongs to a lesson"))
    // What is no command here is no advice either.
    #expect(!memory.type("steps").contains(":steps"))
    #expect(memory.type("lessons").contains(":lessons"))
    #expect(!memory.type(":rerum").contains(":rerun"))
  }

  @Test func suggestionsAndCompletionKnowBothKinds() throws {
    let memory = try begin()
    #expect(memory.type(":hnit").contains("did you mean ':hint'?"))
    #expect(memory.type(":vasr").contains("did you mean ':vars'?"))
    let session = memory.session
    #expect(session.complete(":rev", cursor: 4).candidates == ["reveal"])
    #expect(session.complete(":va", cursor: 3).candidates == ["vars"])
    memory.type("")
    #expect(session.complete(":answer sof", cursor: 11).candidates.contains("softmax"))
    #expect(session.complete(":explain ∂t/∂", cursor: 15).candidates == [])
    #expect(session.complete(":explain 2 * x.sh", cursor: 17).candidates.contains("shape"))
    memory.type(":quit")
    #expect(session.complete(":rev", cursor: 4).candidates == [])
  }

  @Test func nothingTypedLosesTheLesson() throws {
    let memory = try begin()
    memory.type("")
    for line in ["1/0", "x @ [1, 2, 3]", "f(", ":", ": hnit", "::", "\u{1B}[2J", "x = undefined"] {
      memory.type(line)
      #expect(memory.session.isInLesson, "\(line)")
    }
    #expect(memory.type("x").contains("[1.00, -0.50]"))
  }
}
