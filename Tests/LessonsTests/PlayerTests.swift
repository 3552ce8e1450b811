import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

struct PlayerTests {
  private func player(_ text: String = smallLesson) throws -> Player {
    Player(try Lesson(parsing: SourceText(name: "lessons/d/01-small.md", text: text)), in: .test)
  }

  private func text(_ document: Document) -> String { Renderer(width: 80).render(document) }

  private func value(_ name: String, in player: Player) throws -> ComputedValue {
    try player.workspace.value(of: name)
  }

  @Test func goingBackRestoresTheVariables() throws {
    let player = try player()
    _ = player.start()
    for line in ["", "y = 7", "x = [9, 9]"] { _ = player.respond(to: line) }
    #expect(player.workspace.knows("y"))
    _ = player.back()
    #expect(!player.workspace.knows("y"))
    #expect(!player.workspace.knows("x"))
    _ = player.respond(to: "")
    #expect(try value("x", in: player) == .tensor(shape: [2], [1, -0.5]))
    for line in ["x = [3, 4]", "del w"] { _ = player.respond(to: line) }
    _ = player.go(toStep: 2)
    #expect(try value("x", in: player) == .tensor(shape: [2], [1, -0.5]))
    #expect(try value("w", in: player) == .tensor(shape: [], [2]))
  }

  @Test func rerunKeepsTheStudentsNumbers() throws {
    let player = try player()
    _ = player.start()
    for line in ["", "w = 4"] { _ = player.respond(to: line) }
    _ = player.rerun()
    #expect(try value("s", in: player) == .tensor(shape: [2], [4, -2]))
    _ = player.go(toStep: 2)
    #expect(try value("s", in: player) == .tensor(shape: [2], [2, -1]))
  }

  @Test func malformedAnswersCostNothing() throws {
    let player = try player()
    _ = player.start()
    for line in ["", "", "[1, [2]]", "nonsense", "1.333", "[1, 2", "1.33, -0.67"] {
      _ = player.respond(to: line)
    }
    _ = player.answer("q")
    #expect(player.progress.questions[1]?.attempts ?? 0 == 0)
    _ = player.respond(to: "3, 4")
    #expect(player.progress.questions[1]?.attempts == 1)
    _ = player.respond(to: "1.333, -0.667")
    #expect(player.progress.questions[1]?.state == .right)
  }

  @Test func earlyRoundingIsToldFromAWrongValue() throws {
    let path = try #require(LessonFiles.paths.first { $0.contains("02-forward") })
    let lesson = try Lesson(parsing: LessonFiles.source(path))
    let player = Player(lesson, in: .test)
    _ = player.start()
    let step = try #require(
      lesson.steps.firstIndex { step in
        if case .quiz(let quiz) = step.content {
          quiz.answer == .expression("σ(s2)")
        } else {
          false
        }
      })
    _ = player.go(toStep: step + 1)
    let number = try #require(player.openQuestion).number
    #expect(text(player.respond(to: "0.6248").document).contains("rounded to 2 decimals"))
    #expect(player.progress.questions[number]?.attempts == 0)
    #expect(player.progress.questions[number]?.state == .open)
    _ = player.respond(to: "0.6249")
    #expect(player.progress.questions[number]?.attempts == 1)
  }

  @Test func explainAndPlotShowMoreThanTheResult() throws {
    let player = try player(
      "---\ntitle: T\ndeck: d\n---\n```nabla explain\na = [2.0, 3]\nb = sum(a * a)\n∂b/∂a\n```\n"
        + "\n```nabla plot\n[1, 4, 9, 16]\n```\n")
    let explained = text(player.start())
    #expect(explained.contains("·"))
    #expect(explained.contains("∂b/∂a"))
    #expect(text(player.respond(to: "").document).contains("┤"))
  }

  @Test func anErrorLosesNothing() throws {
    let player = try player()
    _ = player.start()
    _ = player.respond(to: "")
    for line in ["1/0", "x @ [1, 2, 3]", "f(", ":", "::", "\u{1B}[2J", "x = undefined"] {
      let (_, finished) = player.respond(to: line)
      #expect(!finished)
    }
    #expect(try value("x", in: player) == .tensor(shape: [2], [1, -0.5]))
  }

  @Test func aLessonContinuesWhereItWasLeft() throws {
    let first = try player()
    _ = first.start()
    for line in ["", "", "1.333, -0.667", ""] { _ = first.respond(to: line) }
    let saved = try #require(first.kept)
    let second = Player(first.lesson, in: .test, continuing: saved)
    #expect(text(second.start()).contains("[4/6]"))
    #expect(try value("t", in: second) == value("t", in: first))
    #expect(second.progress.questions[1]?.state == .right)
    #expect(second.recap == first.recap)
  }

  /// Place and variables, to the last bit, whatever led there.
  @Test(arguments: [
    ["", "w = 5", "r = randn(3)"], ["", "w = 5", ":rerun", "", "t * s", ""],
    ["", "w = 5", ":branch try", "w = 6", ":branch main", "q = w"],
    ["", "w = 5", ":goto 5", ":goto 2", "x[0] = 9"], ["", "x[0] = 9; 1/0", "w += 1", ":back"],
    [":goto 5", "u = 7", ":branch a", ":goto 2", "u = 8", ":branch main"],
  ])
  func whatWasTypedIsThereAgain(lines: [String]) throws {
    let first = try player()
    _ = first.start()
    for line in lines { first.type(line) }
    let saved = try #require(first.kept)
    let second = Player(first.lesson, in: .test, continuing: saved)
    _ = second.start()
    #expect(second.position == first.position && second.changed == first.changed)
    for name in ["x", "w", "s", "t", "u", "v", "k", "q", "r"] {
      let names = [first, second].map { $0.workspace.knows(name) }
      #expect(names[0] == names[1], "\(name)")
      if names[0] { #expect(try value(name, in: second) == value(name, in: first), "\(name)") }
    }
    let numbers = try [first, second].map { try value("rand(4)", in: $0) }
    #expect(numbers[0] == numbers[1])
    #expect(second.takeEvents().count == 1 && second.progress == first.progress)
  }

  @Test func afterOtherNumbersTheMarksAreSilent() throws {
    let player = try player()
    _ = player.start()
    _ = player.respond(to: "")
    player.type("w = 5")
    let again = text(Document(player.rerun()))
    #expect(!again.contains("the lesson has") && !again.contains("✓"))
    player.type(":goto 5")
    _ = player.go(toStep: 2)
    player.type("w = 5")
    _ = player.rerun()
    _ = player.respond(to: "")
    _ = player.skip()
    _ = player.respond(to: "B")
    let shown = text(player.respond(to: "").document)
    #expect(shown.contains("u = t * 3") && !shown.contains("misprinted"))
  }

  @Test(arguments: LessonFiles.paths.sampled(every: 10, slowly: 5))
  func everyLessonCanBeWalkedWithRightAnswers(path: String) throws {
    let lesson = try Lesson(parsing: LessonFiles.source(path))
    let player = Player(lesson, in: .test)
    var shown = text(player.start())
    var isFinished = false
    for _ in 0..<(4 * lesson.steps.count) where !isFinished {
      var line = ""
      switch player.openQuestion?.content {
      case .quiz(let quiz): line = try modelAnswer(quiz, player)
      case .task(let task): line = task.solution
      case nil: break
      }
      let (document, finished) = player.respond(to: line)
      shown += text(document)
      isFinished = finished
    }
    #expect(isFinished)
    #expect(player.progress.isFinished)
    #expect(player.progress.questions.values.allSatisfy { $0.state == .right && $0.attempts == 0 })
    #expect(!shown.contains("the lesson has"), "a mark disagrees in the walk")
    #expect(!shown.contains("\nerror:"), "something stopped in the walk")
  }

  @Test(arguments: LessonFiles.paths.sampled(every: 10, slowly: 5))
  func everySlipIsRecognized(path: String) throws {
    let lesson = try Lesson(parsing: LessonFiles.source(path))
    let player = Player(lesson, in: .test)
    _ = player.start()
    for number in 1...lesson.steps.count {
      _ = player.go(toStep: number)
      guard let question = player.openQuestion, case .quiz(let quiz) = question.content else {
        continue
      }
      for slip in quiz.slips {
        var line = slip.when
        if case .expression = quiz.answer {
          let value = try player.workspace.value(of: slip.when)
          line = quiz.precision.map { value.rounded(to: $0) } ?? value.description
        }
        let (document, _) = player.respond(to: line)
        let said = Markdown.words(slip.say).plain.split(separator: " ").prefix(3).joined(
          separator: " ")
        let reply = text(document).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(reply.contains(said), "\(path) line \(slip.line): \(line) got \(reply)")
      }
      _ = player.skip()
    }
  }

  /// `{…}` in prose is worked out with the variables of the step, a student's own included.
  @Test func prosesNumbersAreComputed() throws {
    let lesson = try Lesson(
      parsing: SourceText(
        name: "lessons/d/01-x.md",
        text: """
          ---
          title: T
          deck: d
          ---
          ```nabla
          w = 0.5
          ```

          Twice is {2 * w:.2f}, a set is {{1}}, and `{w}` is code; *{w}* and $x$.

          Squares are {w**2:.2f} and **not** {(2 * w)**2:.2f}.

          ```nabla
          w = 1.0   #=> 1.0 | slide
          ```
          """))
    let player = Player(lesson, in: .test)
    _ = player.start()
    let shown = text(player.respond(to: "").document)
    #expect(shown.contains("Twice is 1.00, a set is {1}, and {w} is code; 0.5 and"), "\(shown)")
    #expect(shown.contains("Squares are 0.25 and not 1.00."), "\(shown)")
    #expect(text(player.respond(to: "").document).contains("✓ 1.0  (slide)"))
    let checker = LessonChecker(.test)
    #expect(checker.report(on: lesson.source).isSound)
    let broken = SourceText(
      name: "x.md", text: "---\ntitle: T\ndeck: d\n---\nIt is {nothing + 1}.\n")
    #expect(checker.report(on: broken).failures.count == 1)
  }

  private func modelAnswer(_ quiz: Quiz, _ player: Player) throws -> String {
    switch quiz.answer {
    case .choice(let index): return Choices.letter(index)
    case .texts(let texts): return texts[0]
    case .expression(let text):
      let value = try player.workspace.value(of: text)
      return quiz.precision.map { value.rounded(to: $0) } ?? value.description
    }
  }
}
