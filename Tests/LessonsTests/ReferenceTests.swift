import Language
import Presentation
import TestSupport
import Testing

@testable import Lessons

private let lesson = """
  ---
  title: Shadows
  deck: d
  ---
  ```nabla
  w = 2.0
  x = [1.0, -0.5]
  s = w * x[0]
  h = sigmoid(s)
  noise = randn(2)
  w ← w + 1
  ```

  ```quiz
  ask: What is the slope of h?
  answer: h * (1 - h)
  places: 3
  hints: [Look.]
  slips:
    - {when: h, say: "That is h."}
  explain: h * (1 - h)
  ```

  ```nabla
  more = randn(2)
  ```

  ```quiz
  ask: What is the sum of x?
  answer: sum(x)
  places: 1
  hints: [Add.]
  ```

  ```task
  ask: Make f double its argument.
  start: f(a) = a
  solution: f(a) = 2 * a
  checks: ["all(f(x) == 2 * x)", "f(s) == 2 * s"]
  hints: [Add it to itself.]
  ```
  """

/// Nothing that a student types changes what an answer is compared with.
struct ReferenceTests {
  private func player() throws -> Player {
    let player = Player(
      try Lesson(parsing: SourceText(name: "lessons/d/01-shadows.md", text: lesson)), in: .test)
    _ = player.start()
    return player
  }

  private func text(_ reply: Player.Reply) -> String {
    Renderer(width: 80).render(reply.document)
  }

  private func answer(_ lines: [String], in player: Player) -> String {
    var last = ""
    for line in lines { last = text(player.respond(to: line)) }
    return last
  }

  private static let shadows = [
    "h = 0", "s = 0", "w = 0", "x = [0.0, 0.0]", "sigmoid(x) = 0", "def sigmoid(a): return 0",
    "h ← 0 * h", "x[0] = 0", "del h", "seed(5)",
  ]

  @Test(arguments: shadows)
  func namesDoNotReachTheAnswerOfAQuiz(_ shadow: String) throws {
    let player = try player()
    #expect(!answer(["", shadow, "0.000"], in: player).contains("✓"))
    // σ(2) = 0.8808, and 0.8808 · 0.1192 = 0.105.
    #expect(answer(["0.881"], in: player).contains("That is h."))
    #expect(answer(["0.105"], in: player).contains("✓"))
  }

  @Test func computedNamesAreComputedAlsoAfterARerun() throws {
    let player = try player()
    _ = answer(["", "h = 0"], in: player)
    let rerun = Renderer(width: 80).render(Document(player.rerun()))
    #expect(rerun.contains("Questions go by the lesson's own h."))
    #expect(!answer(["0.000"], in: player).contains("✓"))
    #expect(answer(["0.105"], in: player).contains("✓"))
  }

  /// σ(1) = 0.7311, and 0.7311 · 0.2689 = 0.1966.
  @Test func exchangedNumbersCountAfterARerunAndNotBefore() throws {
    let player = try player()
    #expect(!answer(["", "w = 1", "0.197"], in: player).contains("✓"))
    _ = player.rerun()
    #expect(!answer(["0.105"], in: player).contains("✓"))
    let worked = Renderer(width: 80).render(Document(player.reveal()))
    #expect(worked.contains("0.197"))
    // Going back before the change brings the lesson's numbers back.
    _ = player.go(toStep: 2)
    #expect(try player.reference.value(of: "w") == .tensor(shape: [], [3]))
  }

  @Test func whatAStudentDrawsDoesNotChangeTheLessonsNumbers() throws {
    let (alone, busy) = (try player(), try player())
    let one = ["", "0.105", ""]
    let draws = "randn(7); seed(9); rand(3); import numpy as np; np.random.seed(1)"
    let other = ["", draws, "0.105", ""]
    _ = answer(one, in: alone)
    _ = answer(other, in: busy)
    #expect(try alone.workspace.value(of: "more") == busy.workspace.value(of: "more"))
    #expect(try busy.reference.value(of: "noise") == busy.workspace.value(of: "noise"))
    // What the student imports does not change how the lesson's brackets are read.
    _ = busy.go(toStep: 1)
    _ = busy.respond(to: "")
    #expect(try busy.workspace.value(of: "x") == busy.reference.value(of: "x"))
  }

  @Test(arguments: ["sum(x) = 0", "x = [0.0, 0.0]", "x ← 0 * x"])
  func namesDoNotReachTheLibraryOfAQuiz(_ shadow: String) throws {
    let player = try player()
    _ = answer(["", "0.105", "", ""], in: player)
    #expect(!answer([shadow, "0.0"], in: player).contains("✓"))
    #expect(answer(["0.5"], in: player).contains("✓"))
  }

  @Test(arguments: [
    "all(t) = True; f(a) = a", "x = [0.0, 0.0]; s = 0; f(a) = a", "x *= 0; f(a) = a + s",
    "def all(t): return True",
  ])
  func namesDoNotReachTheChecksOfATask(_ shadow: String) throws {
    let player = try player()
    _ = answer(["", "0.105", "", "", "0.5", ""], in: player)
    #expect(!answer([shadow], in: player).contains("✓"))
    // A helper of one's own may be called as one likes, also like something of the library.
    #expect(answer(["sum(a) = a + a; f(a) = sum(a)"], in: player).contains("✓"))
  }

  /// Every name that a lesson uses is given another meaning at every question; its answer stays.
  @Test(arguments: LessonFiles.paths.sampled(every: 8, slowly: 6))
  func noNameChangesAnAnswerOfALesson(path: String) throws {
    let lesson = try Lesson(parsing: LessonFiles.source(path))
    let player = Player(lesson, in: .test)
    _ = player.start()
    for number in 1...lesson.steps.count {
      _ = player.go(toStep: number)
      guard case .quiz(let quiz)? = player.openQuestion?.content,
        case .expression(let answer) = quiz.answer
      else { continue }
      let before = try player.reference.value(of: answer)
      let names = player.workspace.environment.variables.map(\.name.name)
      for name in names { _ = player.compute("\(name) = 0") }
      for name in ["sum", "sigmoid", "σ", "exp", "log", "mean", "softmax"] {
        _ = player.compute("def \(name)(a): return 0")
      }
      #expect(try player.reference.value(of: answer) == before)
      _ = player.skip()
    }
  }
}
