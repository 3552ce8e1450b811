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
      ":back now", ":digits", ":help back", ":goto 6", "", "",
    ]
    for line in lines {
      transcript += "\n> \(line)\n" + memory.type(line)
      if !memory.session.isInLesson {
        transcript += "(finished)\n"
        break
      }
    }
    transcript += "```\n\n## The recap\n\n````markdown\n" + player.recap + "````\n"
    let journal = try #require(memory.text(of: "state/lessons/d/small.jsonl"))
    transcript += "\n## The journal\n\n```\n" + journal + "```\n"
    expectGolden(name: "lesson", text: transcript)
  }

  @Test func helpListsTheCommandsThatCanBeTypedHere() throws {
    let memory = try begin()
    let inside = memory.type(":help commands")
    for command in Command.all where command.scope != .shell {
      #expect(inside.contains(command.usage), "\(command.usage)")
    }
    memory.type(":quit")
    #expect(!memory.session.isInLesson)
    let outside = memory.type(":help commands")
    for command in Command.all {
      #expect(
        outside.contains(command.usage + " ") == (command.scope != .lesson), "\(command.usage)")
    }
    #expect(memory.type(":help back").contains("A command of lessons."))
  }

  @Test func variablesOfTheShellAndOfALessonReachEachOther() throws {
    let memory = try begin()
    memory.type("")
    memory.type("w = 7")
    #expect(memory.type(":use").contains("the shell has no variables"))
    #expect(memory.type(":quit").contains("Left at step 2"))
    #expect(memory.type(":use").contains("x") && memory.type("w").contains("unknown name"))
    #expect(memory.type(":use w x").contains("from the lesson"))
    #expect(memory.type("w * x").contains("[7.0000, -3.5000]"))
    memory.type(":undo")
    memory.type(":undo")
    #expect(memory.type("w").contains("unknown name"))
    memory.type("m = [1/3, 2; 3, 1e-9]; f(a) = a + 1")
    #expect(memory.type(":learn small").contains("Your own w"))
    #expect(memory.type(":use n").contains("there is no 'n'"))
    memory.type(":use m f")
    #expect(memory.type("f(m)[0, 0] == 4/3").contains("True"))
    memory.type(":quit")
    // What was brought is there again when the lesson is.
    memory.type(":learn small")
    #expect(memory.type("m[0, 0] == 1/3 and f(1) == 2 and w == 7").contains("True"))
  }

  @Test func doneStaysDoneAndTheRecapGrows() throws {
    let memory = try begin()
    for line in ["", "", "[1.333, -0.667]", "", "B", "", "", ""] { memory.type(line) }
    #expect(!memory.session.isInLesson)
    let recap = try #require(memory.text(of: "state/lessons/d/small.recap.md"))
    #expect(recap.contains("finished") && recap.contains("1.333"))
    let second = try MemorySession(
      files: memory.world.files.mapValues { String(decoding: $0, as: UTF8.self) },
      lessons: "lessons")
    #expect(second.type(":lessons --deck d").contains("done"))
    #expect(second.type(":learn small").contains("[1/6]"))
    second.type("")
    second.type("w = 3")
    #expect(second.type(":quit").contains("Recap: state/lessons/d/small.recap.md"))
    let grown = try #require(second.text(of: "state/lessons/d/small.recap.md"))
    #expect(grown.contains("finished") && grown.contains("1.333") && grown.contains("w = 3"))
    #expect(second.type(":lessons --deck d").contains("done"))
    #expect(second.type(":learn").contains("[2/6]"))
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
