import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

/// What a presenter changes in between, and how it is taken back.
struct StageStateTests {
  private static let text = """
    ---
    title: States
    deck: d
    ---
    Begin.

    ```nabla
    a = [2.0, 3.0]
    ```

    ```nabla
    b = a[0] + 1           #=> 3
    ```

    ```nabla
    c = b * 2              #=> 6
    ```
    """

  private func lesson() throws -> Lesson {
    try Lesson(parsing: SourceText(name: "lessons/d/01-states.md", text: Self.text))
  }

  /// At the code of the step that computes `b`, or where more keys lead.
  private func stage(_ keys: String = ">>>") throws -> Stage {
    var stage = Stage(try lesson(), in: .test, size: .init(columns: 80, rows: 24))
    press(keys, on: &stage)
    return stage
  }

  private func press(_ keys: String, on stage: inout Stage) {
    for key in keys {
      let key: StageKey =
        key == "\n" ? .enter : key == "<" ? .pageUp : key == ">" ? .pageDown : .character(key)
      _ = stage.press(key, at: 0)
    }
  }

  private func seen(_ stage: Stage) -> String { stage.screen(at: 0).text }

  @Test func whatWasTypedBeforeTheResultIsTakenBackWithIt() throws {
    var stage = try stage()
    press(":a = [7, 7]\n>", on: &stage)
    #expect(seen(stage).contains("b = 8") && stage.differing == [] && stage.agreeing == 0)
    press("u", on: &stage)
    #expect(seen(stage).contains("b = 3") && stage.agreeing == 1)
    #expect(!stage.player.isTouched && stage.player.changed.isEmpty)
    press(">>", on: &stage)
    #expect(seen(stage).contains("c = 6") && stage.agreeing == 2)
  }

  @Test func aStepOnceMoreOrInAnotherWindowKnowsWhoseNumbersItHas() throws {
    var stage = try stage(">>:a = [7, 7]\n>>")
    #expect(seen(stage).contains("b = 8"))
    press("r", on: &stage)
    #expect(seen(stage).contains("b = 8") && stage.differing == [] && stage.player.isTouched)
    stage.resize(to: .init(columns: 50, rows: 20))
    #expect(seen(stage).contains("b = 8") && stage.differing == [] && stage.player.isTouched)
    press(">>", on: &stage)
    #expect(seen(stage).contains("c = 16") && stage.differing == [])
    press("g2\n", on: &stage)
    #expect(!stage.player.isTouched)
  }

  @Test(arguments: [
    "a.mul_(2)", "def double(x): x *= 2\n:double(a)", "a += 1", "del a; a = [9.0, 9.0]",
  ])
  func aChangeByACallIsAChange(typed: String) throws {
    var stage = try stage(">>:\(typed)\n>>")
    #expect(stage.differing == [] && stage.agreeing == 0, "\(seen(stage))")
    press("<", on: &stage)
    #expect(stage.player.isTouched && stage.player.changed.contains("a"))
  }

  @Test(arguments: ["f(", "a + 1", "1/0", "sum(a)", ":explain b"])
  func whatChangesNothingIsNone(typed: String) throws {
    var stage = try stage(">>:\(typed)\n")
    #expect(!stage.player.isTouched && !seen(stage).contains("takes it back"))
    press(">>>>", on: &stage)
    #expect(stage.agreeing == 2)
  }

  @Test func backGivesTheResultInAWindowOfAnotherWidthToo() throws {
    var stage = try stage(">>>>>")
    stage.resize(to: .init(columns: 44, rows: 20))
    press("<", on: &stage)
    #expect(stage.step == 2 && stage.face == .result && seen(stage).contains("b = 3"))
    press("<<", on: &stage)
    #expect(stage.step == 1 && stage.face == .result)
    #expect(seen(stage).contains("a = [2.0, 3.0]   [2]"))
  }

  @Test func theStepsOnceMoreKnowWhatWasChangedBeforeALeap() throws {
    for leap in [{ (player: Player) in _ = player.go(toStep: 4) }, { _ = $0.advance() }] {
      let player = Player(try lesson(), in: .test)
      _ = player.start()
      _ = player.advance()
      _ = player.respond(to: "a.mul_(2)")
      leap(player)
      let shown = Renderer(width: 80).render(Document(player.rerun()))
      #expect(shown.contains("With your a:") && shown.contains("b = 5"), "\(shown)")
      _ = player.go(toStep: 2)
      #expect(player.changed.isEmpty && !player.isTouched)
    }
  }
}
