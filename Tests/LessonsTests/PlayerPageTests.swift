import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

/// What a lesson shows, page by page.
struct PlayerPageTests {
  private static let head = "---\ntitle: T\ndeck: d\nplaces: 2\n---\n"

  private func player(_ body: String, width: Int = 80) throws -> Player {
    let source = SourceText(name: "lessons/d/01-x.md", text: Self.head + body)
    let context = EvaluationContext.test
    context.width = width
    return Player(try Lesson(parsing: source), in: context)
  }

  private func text(_ blocks: [Block], width: Int = 80) -> String {
    Renderer(width: width).render(Document(blocks))
  }

  private func text(_ document: Document, width: Int = 80) -> String {
    text(document.blocks, width: width)
  }

  @Test func commentsOnLinesOfTheirOwnAreShownWhereTheyStand() throws {
    let player = try player(
      """
      ```nabla
      # two inputs
      x = [1.0, 2.0]   # given

      # their sum
      s = sum(x)
      #=> 3
      # and no more #=> 3.0
      ```
      """)
    let lines = text(player.start()).split(separator: "\n").map(String.init)
    let from = try #require(lines.firstIndex(of: "  # two inputs"))
    #expect(
      Array(lines[from...]) == [
        "  # two inputs", "∇ x = [1.0, 2.0]   # given", "x = [1.0, 2.0]   [2]", "  # their sum",
        "∇ s = sum(x)", "s = 3.0", "    ✓ 3", "    ✓ 3.0", "  # and no more",
      ])
  }

  private static let prepared = """
    First.

    ```nabla hide
    k = 3
    ```

    ```nabla
    k + 1
    ```

    ```nabla hide
    m = 5
    ```

    ```quiz
    ask: m?
    answer: m
    hints: [five]
    ```

    ```nabla hide
    n = 1
    ```
    """

  @Test func preparationsRunWithWhatComesNext() throws {
    let player = try player(Self.prepared)
    #expect(text(player.start()).contains("[1/3]"))
    let second = text(player.respond(to: "").document)
    #expect(second.contains("[2/3]") && second.contains("4") && !second.contains("k = 3"))
    #expect(text(player.code()).contains("k = 3"))
    #expect(text(player.respond(to: "").document).contains("[3/3]"))
    #expect(player.workspace.knows("m"))
    #expect(text(player.back()).contains("[2/3]"))
    #expect(!player.workspace.knows("m") && player.workspace.knows("k"))
    #expect(text(player.back()).contains("[1/3]"))
    #expect(!player.workspace.knows("k"))
    #expect(text(player.go(toStep: 3)).contains("[3/3]"))
    #expect(text(player.respond(to: "5").document).contains("Right"))
    #expect(player.respond(to: "").finished)
    #expect(player.recap.contains("3 of 3 steps"))
  }

  @Test func aLessonThatHasChangedIsContinuedAtItsStep() throws {
    let player = try player(Self.prepared)
    _ = player.start()
    _ = player.go(toStep: 2)
    _ = player.respond(to: "k = 70")
    let other = try self.player(Self.prepared + "\nMore.\n").lesson
    let second = Player(other, in: .test, continuing: player.kept)
    let shown = text(second.start())
    #expect(shown.contains("[2/") && shown.contains("has changed since"))
    #expect(second.changed.isEmpty)
  }

  @Test func anAnsweredQuestionSaysSoAndIsAskedAgain() throws {
    let player = try player("Begin.\n\n```quiz\nask: m?\nanswer: 5\nhints: [a, b]\n```\n\nEnd.\n")
    _ = player.start()
    _ = player.respond(to: "next")
    #expect(text(player.respond(to: "hint").document).contains("Hint 1 of 2"))
    #expect(text(player.respond(to: " ").document).contains("still open: answer it"))
    #expect(text(player.respond(to: "").document) == "(still open)\n")
    for line in ["4", "5", ""] { _ = player.respond(to: line) }
    let past = text(player.respond(to: "back").document)
    #expect(past.contains("✓ Answered, right: 5 · :again asks it again"), "\(past)")
    #expect(!past.contains(":reveal"))
    #expect(text(player.respond(to: "again").document).contains(":hint · :reveal · :skip"))
    #expect(text(player.hint()).contains("Hint 1 of 2"))
    #expect(text(player.respond(to: "4").document).contains("✗"))
    _ = player.skip()
    #expect(player.progress.questions[1]?.state == .right)
    #expect(text(player.back()).contains("Answered, right"))
    _ = player.again()
    #expect(text(player.respond(to: "5").document).contains("Right"))
    #expect(text(player.again()).contains(":reveal"))
    _ = player.reveal()
    #expect(player.progress.questions[1]?.state == .right)
  }

  @Test func aSkippedQuestionIsAskedOnTheWayBack() throws {
    let player = try player("```quiz\nask: m?\nanswer: 5\nhints: [a]\n```\n\nEnd.\n")
    _ = player.start()
    #expect(text(player.skip().document).contains("[2/2]"))
    #expect(text(player.back()).contains(":reveal"))
    #expect(text(player.respond(to: "5").document).contains("Right"))
    #expect(player.progress.questions[1]?.state == .right)
  }

  @Test func bareWordsAreTheStudentsWhereTheyMeanSomething() throws {
    let player = try player(
      "Begin.\n\n```quiz\nask: Which?\nchoices: [hint, nothing, back]\nanswer: A\nhints: [x]\n```\n"
    )
    _ = player.start()
    _ = player.respond(to: "")
    #expect(text(player.respond(to: "back").document).contains("understood: C"))
    #expect(text(player.respond(to: "hint").document).contains("Right"))
    _ = player.respond(to: "next = 3")
    #expect(!player.respond(to: "next").finished)
  }

  @Test func longLinesBreakAtSpacesWithAHangingIndent() throws {
    let lesson = """
      ```nabla
      numbers_of_the_slide = [0.125, 0.25, 0.375, 0.5, 0.625] * [1, 2, 3, 4, 5]   # five of them
      #=> [0.125, 0.5, 1.125, 2.0, 3.125]
      #!> [0.125, 0.5, 1.125, 2.0, 3.5] | the last of the five numbers lost its middle digits
      ```

      ```quiz
      ask: Which?
      choices: ["the first of the two, as it is so much longer", two, three]
      answer: A
      hints: [x]
      ```
      """
    for unicode in [true, false] {
      let player = try player(lesson, width: 40)
      let renderer = Renderer(width: 40, unicode: unicode)
      var shown = renderer.render(player.start())
      for line in ["", "A"] { shown += renderer.render(player.respond(to: line).document) }
      for line in shown.split(separator: "\n") { #expect(line.count <= 40, "\(line)") }
      for whole in ["\n      numbers lost", "\n     much longer", "\n            it is so"] {
        #expect(shown.contains(whole), "\(whole) in \(shown)")
      }
      let words = Set(shown.split(whereSeparator: \.isWhitespace).map(String.init))
      #expect(words.isSuperset(of: ["0.375,", "3.125]", "longer", "digits", "five"]), "\(shown)")
    }
  }

  @Test func aNumberAtTheBeginningOfATextStaysWhatItIs() throws {
    let player = try player(
      "```quiz\nask: How many?\nanswer: 24\nhints: [\"3. No, that is too few.\"]\n"
        + "slips:\n  - {when: 8, say: \"8. That is a third.\"}\n"
        + "explanation: \"24. Four times six.\"\n```\n")
    _ = player.start()
    #expect(text(player.hint()).contains("3. No, that"))
    #expect(text(player.respond(to: "8").document).contains("✗ 8. That is a third."))
    #expect(text(player.respond(to: "24").document).contains("24. Four times six."))
    #expect(text(Markdown.passage("1. one\n2. two")).contains("1. one\n2. two"))
  }

  @Test func numbersInQuestionsAreComputed() throws {
    let quiz =
      "```nabla\nw = 0.5\n```\n\n```quiz\nask: \"Of {w:.2f} in {{1}}?\"\nanswer: w\nplaces: 1\n"
      + "hints: [\"It is {w}.\"]\nexplanation: \"Twice is {2*w:.1f}.\"\n```\n"
    let player = try player(quiz)
    _ = player.start()
    #expect(text(player.respond(to: "").document).contains("Of 0.50 in {1}?"))
    #expect(text(player.hint()).contains("It is 0.50."))
    #expect(text(player.respond(to: "0.5").document).contains("Twice is 1.0."))
    let broken = quiz.replacing("{2*w:.1f}", with: "{nothing}")
    let report = LessonChecker(.test).report(
      on: SourceText(name: "x.md", text: Self.head + broken))
    #expect(report.failures.count == 1)
  }

  @Test func bracketsAreOnlyToldOfWhereTheyAreTheStudentsOwn() throws {
    let player = try player(
      "```nabla\nv = [1, 2]\nu = v + [3, 4]\n```\n\n```quiz\nask: v + u?\nanswer: v + u\nplaces: 0\n"
        + "slips:\n  - {when: \"v + [1, 1]\", say: No.}\nhints: [x]\n```\n")
    var notices = 0
    player.workspace.context.output.listen { if case .notice = $0 { notices += 1 } }
    _ = player.start()
    _ = player.respond(to: "")
    for line in ["v + u", "v + [3, 4]", "9, 9", "2, 3"] { _ = player.respond(to: line) }
    _ = player.answer("v + [9, 9]")
    #expect(notices == 0)
    _ = player.respond(to: "[1, 2] + [3, 4]")
    #expect(notices == 1)
  }

  @Test func aSlipThatIsTheRightAnswerCutOffIsWarnedOf() throws {
    func warnings(_ slip: String) -> [Diagnostic] {
      LessonChecker(.test).report(
        on: SourceText(
          name: "x.md",
          text: Self.head + "```nabla\na = 2 / 3\n```\n\n```quiz\nask: a?\nanswer: a\nplaces: 2\n"
            + "hints: [x]\nslips:\n  - {when: \(slip), say: No.}\n```\n")
      ).warnings
    }
    #expect(warnings("0.66").map(\.headline).contains { $0.contains("cut off") })
    #expect(warnings("0.7").isEmpty)
    #expect(warnings("0.33").isEmpty)
  }

  @Test func aFailingTaskShowsWhatCameOutAndWhatWasExpected() throws {
    let player = try player(
      "```nabla\nx = 1\n```\n\n```task\nask: Make w.\nstart: w = 0\nsolution: w = 3\n"
        + "checks: [\"w * 2 == 6\", \"2 < w + 1 < 5\", \"all([w, 1] == [3, 1])\"]\n```\n")
    _ = player.start()
    _ = player.respond(to: "")
    let equal = text(player.respond(to: "w = 1").document)
    #expect(equal.contains("✗ This does not hold yet: w * 2 == 6\n"), "\(equal)")
    #expect(equal.contains("    w * 2 is 2, expected 6\n"), "\(equal)")
    let reference = Workspace(.test)
    let tree = Parser.parse(SourceText(name: "x", text: "w = 7")).tree
    _ = try reference.run(tree.statements[0], of: tree)
    #expect(
      FailedCheck("2 < w + 1 < 5", in: reference).findings == [
        "w + 1 is 8", "expected 2 < w + 1 < 5",
      ])
    #expect(
      FailedCheck("all([w, 1] == [3, 1])", in: reference).findings == [
        "[w, 1] is [7, 1], expected [3, 1]"
      ])
  }
}
