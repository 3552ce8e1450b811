import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

/// A lesson on stage: a key goes in, a screen comes out.
struct StageTests {
  private static let talk = """
    ---
    title: A talk
    deck: d
    places: 2
    minutes: 5
    ---
    <!-- note: Say hello first. -->

    # Begin

    One unit, two inputs. Its sum is a product of two vectors.

    ```nabla
    # the inputs
    x = [1.0, -0.5]; w = [2.0, 0.3]
    s = x @ w              #=> 1.85 | slide
    t = s / 3              #=> 0.63
    ```

    <!-- note: The slide is wrong here,
    and nobody has ever noticed. -->

    ```quiz
    ask: "What is t, to two decimals? (s is {s:.2f})"
    answer: t
    places: 2
    hints: [Divide.]
    explanation: "1.85 / 3 is 0.6167, so it rounds up."
    ```

    ```nabla hide
    r = rand(2)
    ```

    ## Noise {r[0]:.3f}

    ```nabla
    q = rand(2) * w        # drawn
    n = 0
    for k in range(20):
        n += k * w[0]
    n                      #=> 380
    u = t * 3              #~> 1.86
    v = u                  #!> 3 | misprinted
    ```

    ```try
    w = [3.0, 1.0]
    ```

    That is all. <!-- not shown -->
    """

  private func stage(
    _ text: String = talk, columns: Int = 80, rows: Int = 24, rehearsed: [Int: Double] = [:]
  ) throws -> Stage {
    let lesson = try Lesson(parsing: SourceText(name: "lessons/d/01-talk.md", text: text))
    return Stage(
      lesson, in: .test, size: .init(columns: columns, rows: rows), rehearsed: rehearsed)
  }

  private static func keys(_ text: String) -> [StageKey] {
    text.map { $0 == "\n" ? .enter : $0 == "<" ? .pageUp : $0 == ">" ? .pageDown : .character($0) }
  }

  /// What each key comes to, as an audience sees it.
  @Test(arguments: [(80, 24), (40, 12)])
  func theStageLooksLikeThis(columns: Int, rows: Int) throws {
    var stage = try stage(columns: columns, rows: rows, rehearsed: [1: 20, 2: 60, 3: 45])
    var transcript = "# On stage, \(columns) by \(rows)\n"
    func show(_ what: String, at now: Double) {
      transcript += "\n## \(what)\n\n```\n" + stage.screen(at: now).text + "```\n"
    }
    show("The beginning", at: 0)
    let presses: [(String, String)] = [
      (">", "PageDown"), (">", "PageDown"), (">", "PageDown"), (">", "PageDown"),
      (">", "PageDown"), (">", "PageDown"), ("x = [7, 7]", "typed: x = [7, 7]"), ("\n", "Enter"),
      ("x @ w\n", "typed: x @ w"), ("R", "R"), ("u", "u"), ("<", "PageUp"), ("<", "PageUp"),
      ("b", "b"), (".", "any key"), ("g", "g"), ("4\n", "4, Enter"), ("/noi", "/noi"),
      ("\n", "Enter"), ("?", "?"), (" ", "any key"), ("g9\n", "g 9"), ("g6\n", "g 6"),
      (">", "PageDown"),
    ]
    for (index, (text, name)) in presses.enumerated() {
      for key in Self.keys(text) { _ = stage.press(key, at: Double(7 * index)) }
      show(name, at: Double(7 * index))
    }
    let goesOn = stage.press(.character("q"), at: 200)
    #expect(!goesOn)
    for line in transcript.split(separator: "\n") { #expect(line.count <= columns) }
    expectGolden(name: "stage-\(columns)x\(rows)", text: transcript)
  }

  @Test func aNumberThatIsWrongIsShownAsSuchAndTheTalkGoesOn() throws {
    var stage = try stage()
    _ = stage.press(.pageDown, at: 0)
    _ = stage.press(.pageDown, at: 0)
    let text = stage.screen(at: 0).text
    #expect(text.contains("✗ 0.63 does not agree  computed 0.61667"))
    #expect(text.contains("✓ 1.85  (slide)"))
    #expect(stage.differing == [17] && stage.agreeing == 1)
    for _ in 0..<20 { _ = stage.press(.pageDown, at: 0) }
    #expect(stage.step == 5 && stage.differing == [17] && stage.agreeing == 4)
  }

  @Test func notesBelongToWhatStandsAboveThem() throws {
    var stage = try stage()
    #expect(stage.notes.here == ["Say hello first."] && stage.notes.next.count == 1)
    _ = stage.press(.pageDown, at: 0)
    #expect(stage.notes.here == ["The slide is wrong here,\nand nobody has ever noticed."])
    #expect(!stage.screen(at: 0).text.contains("nobody"))
  }

  /// Back and forth a hundred times: the same screens and the same states, whatever is tried between.
  @Test(arguments: [(80, 24), (40, 12)])
  func backAndForthIsExact(columns: Int, rows: Int) throws {
    var stage = try stage(columns: columns, rows: rows)
    try walk(&stage, times: 100, tries: ["x[0] = 9; q = 3", "rand(5)", "seed(3)", "del w"])
  }

  @Test(arguments: Self.firstLessons)
  func everyDecksFirstLessonIsVerifiedAndExact(path: String) throws {
    let lesson = try Lesson(parsing: LessonFiles.source(path))
    var stage = Stage(lesson, in: .test, size: .init(columns: 80, rows: 24))
    try walk(&stage, times: runsSlowTests ? 100 : 3, tries: ["x = 3; rand(2)"])
  }

  private static let firstLessons = LessonFiles.paths.filter { $0.contains("/01-") }

  /// Through the lesson, and then from step to step by chance.
  private func walk(_ stage: inout Stage, times: Int, tries: [String]) throws {
    struct Place: Hashable {
      var step: Int
      var face: Stage.Face
      var scroll: Int
    }
    func seen(_ stage: Stage) -> String {
      let names = stage.player.workspace.environment.variables.map { name, value in
        "\(name.name) \(value.contents)"
      }
      return stage.screen(at: 0).rows.dropLast().map(\.plain).joined(separator: "\n")
        + names.sorted().joined() + "\(stage.player.workspace.context.generator)"
    }
    var known: [Place: String] = [:]
    var random = SeededGenerator(seed: 5)
    func check(_ what: String) {
      let place = Place(step: stage.step, face: stage.face, scroll: stage.scroll)
      #expect(known[place, default: seen(stage)] == seen(stage), "\(what) to \(place)")
      known[place] = seen(stage)
    }
    check("start")
    for _ in 0..<400 where stage.message == nil {
      _ = stage.press(.pageDown, at: 0)
      if stage.message == nil { check("on") }
    }
    #expect(stage.step == stage.count - 1)
    let marks = stage.lesson.steps.reduce(0) { count, step in
      if case .code(let code) = step.content { count + code.marks.count } else { count }
    }
    #expect(stage.agreeing + stage.differing.count == marks)
    if stage.lesson.front.deck != "d" { #expect(stage.differing == []) }
    for _ in 0..<times {
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1: _ = stage.press(.pageUp, at: 0)
      case 2: _ = stage.press(.pageDown, at: 0)
      case 3: stage.go(to: Int.random(in: 0..<stage.count, using: &random))
      case 4: _ = stage.press(.character("r"), at: 0)
      default:
        let text = tries.randomElement(using: &random) ?? ""
        for key in [.character(":")] + Self.keys(text + "\n") { _ = stage.press(key, at: 0) }
        _ = stage.press(.character("u"), at: 0)
      }
      check("back or forth")
    }
  }

  @Test func aPaceGoesOnByItselfAndRunningOnStopsAtItsStep() throws {
    var stage = try stage()
    _ = stage.press(.character("a"), at: 0)
    let moves = [7, 8.1].map { stage.tick(at: $0) }
    #expect(moves == [false, true])
    #expect(stage.step == 1)
    _ = stage.press(.character("a"), at: 9)
    let moved = stage.tick(at: 100)
    #expect(!moved)
    for key in Self.keys("o4\n") { _ = stage.press(key, at: 101) }
    var now = 101.0
    for _ in 0..<40 {
      now += 0.5
      _ = stage.tick(at: now)
    }
    #expect(stage.step == 3 && stage.goal == nil)
    #expect(stage.clock.elapsed(at: now) == now)
    #expect((stage.clock.spent[2] ?? 0) > 80)
  }

  @Test func theClockTellsWhatIsLeftAndWhatWasRehearsed() throws {
    var stage = try stage()
    _ = stage.press(.pageDown, at: 1000)
    _ = stage.press(.pageDown, at: 1030)
    #expect(stage.clock.elapsed(at: 1060) == 60 && stage.clock.left(at: 1060) == 240)
    let kept = try #require(StageClock.rehearsal(stage.clock.rehearsalText))
    #expect(kept == [1: 0, 2: 30])
    let again = try self.stage(rehearsed: [1: 70])
    #expect(again.screen(at: 0).text.contains("step 00:00 of 01:10"))
    #expect(StageClock.text(-61) == "−01:01" && StageClock.text(3661) == "1:01:01")
    let signal = StageSignal(stage, at: 1060)
    #expect(StageSignal(text: signal.text) == signal)
    #expect(StageSignal(text: "{}") == nil && StageClock.rehearsal("[]") == nil)
  }

  @Test func theNotesFollowTheStage() throws {
    var stage = try stage()
    let notes = StageNotes(stage.lesson)
    let size = Stage.Size(columns: 60, rows: 14)
    func text(at now: Double) -> String {
      notes.screen(StageSignal(stage, at: now), size: size, at: now + 2).map(\.plain)
        .joined(separator: "\n")
    }
    _ = stage.press(.escape, at: 100)
    #expect(text(at: 120).contains("00:22   left 04:38") && text(at: 120).contains("Say hello"))
    #expect(text(at: 120).contains("Then: # the inputs"))
    _ = stage.press(.pageDown, at: 130)
    #expect(text(at: 130).contains("Then: its result") && text(at: 130).contains("ever noticed"))
    #expect(notes.screen(nil, size: size, at: 0).count == 14)
  }

  @Test func theWindowMayChangeInTheMiddle() throws {
    var stage = try stage()
    for _ in 0..<6 { _ = stage.press(.pageDown, at: 0) }
    for size in [
      Stage.Size(columns: 40, rows: 12), .init(columns: 20, rows: 4), .init(columns: 1, rows: 1),
    ] {
      stage.resize(to: size)
      let screen = stage.screen(at: 0)
      #expect(screen.rows.count == stage.size.rows)
      #expect(screen.rows.allSatisfy { DisplayWidth.of($0.plain) <= stage.size.columns })
    }
    stage.resize(to: .init(columns: 80, rows: 24))
    var other = try self.stage()
    for _ in 0..<6 { _ = other.press(.pageDown, at: 0) }
    #expect(stage.screen(at: 0) == other.screen(at: 0))
  }

  @Test func aScriptsCommentsAreItsProse() throws {
    let script = """
      #!/usr/bin/env nabla
      # # A script
      # With *prose*.
      # <!-- note: slowly -->

      # The inputs are given.
      x = [1, 2]
      # doubled
      y = x * 2   #=> [2, 4]
      #=> [2, 4]

      def f(a):
          b = a + 1

          return b

      f(y)        #=> [3, 6]
      """
    let lesson = try Lesson(script: SourceText(name: "a/talk.nabla", text: script))
    var stage = Stage(lesson, in: .test, size: .init(columns: 60, rows: 20))
    #expect(stage.count == 4 && stage.notes.here == ["slowly"])
    #expect(stage.screen(at: 0).text.hasPrefix("A script\n"))
    for _ in 0..<2 { _ = stage.press(.pageDown, at: 0) }
    let text = stage.screen(at: 0).text
    #expect(text.hasPrefix("The inputs are given.\n") && text.contains("∇ y = x * 2"))
    for _ in 0..<4 { _ = stage.press(.pageDown, at: 0) }
    #expect(stage.agreeing == 2 && stage.differing == [17])
    #expect(throws: LessonError.self) {
      try Lesson(script: SourceText(name: "x.nabla", text: "f(\n"))
    }
    #expect(throws: LessonError.self) {
      try Lesson(script: SourceText(name: "x.nabla", text: "\n"))
    }
  }

  @Test func anythingCanBePressed() throws {
    var random = SeededGenerator(seed: 9)
    let special: [StageKey] = [
      .enter, .backspace, .delete, .tab, .escape, .up, .down, .left, .right, .home, .end, .pageUp,
      .pageDown, .start, .cancel,
    ]
    let letters = Array("rugon/nbba+-?h:Rxw=1(\\θ̂ŷ\u{7}日 9")
    for round in 0..<(runsSlowTests ? 20 : 1) {
      var stage = try stage(columns: 20 + 15 * (round % 5), rows: 4 + 5 * (round % 4))
      for _ in 0..<400 {
        let key =
          Bool.random(using: &random)
          ? special.randomElement(using: &random) ?? .enter
          : .character(letters.randomElement(using: &random) ?? "x")
        _ = stage.press(key, at: 0)
        let screen = stage.screen(at: 0)
        #expect(screen.rows.count == stage.size.rows)
        #expect(screen.rows.allSatisfy { DisplayWidth.of($0.plain) <= stage.size.columns })
      }
    }
  }
}
