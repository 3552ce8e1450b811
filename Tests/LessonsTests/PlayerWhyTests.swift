import Language
import Presentation
import Slips
import TestSupport
import Testing

@testable import Lessons

/// A wrong number in a lesson, and on a slide, is answered with the slip that gives it.
struct PlayerWhyTests {
  private static let lesson = """
    ---
    title: One neuron
    deck: d
    ---

    # One neuron

    Text.

    ```nabla
    x = 0.6; w = 0.5; b = 0.1
    z = w*x + b
    h = σ(z)                #=> 0.5987
    E = (1 - h)**2 / 2      #!> 0.1610 | the square is missing
    g = ∂E/∂w               #!> -0.2408 | no slope
    ```

    ```quiz
    ask: What is ∂E/∂w?
    answer: ∂E/∂w
    figures: 4
    hints: ["Chain rule."]
    ```
    """

  private var parsed: Lesson {
    get throws { try Lesson(parsing: SourceText(name: "lessons/d/01-n.md", text: Self.lesson)) }
  }

  @Test func aWrongAnswerIsAnsweredWithItsSlip() throws {
    let player = Player(try parsed, in: .test)
    _ = player.start()
    for line in ["", ""] { _ = player.respond(to: line) }
    let blocks = player.answer("-0.2408")
    let reply = Renderer(width: 80).render(Document(blocks))
    #expect(reply.contains("the slope of σ at h is left out"), "\(reply)")
    #expect(!reply.contains("Not yet") && !reply.contains("0.0578"))
    #expect(player.progress.questions[1]?.attempts == 1)
  }

  @Test func whatNoSlipGivesIsNotYetRight() throws {
    let player = Player(try parsed, in: .test)
    _ = player.start()
    for line in ["", ""] { _ = player.respond(to: line) }
    let reply = Renderer(width: 80).render(Document(player.answer("-0.7777")))
    #expect(reply.contains("Not right"), "\(reply)")
  }

  @Test func numbersOfSlidesThatDoNotAgreeAreExplained() throws {
    let slips = SlideSlips(try parsed, in: .test)
    #expect(slips.failure == nil)
    #expect(slips.rows.map(\.quantity) == ["E", "g"])
    #expect(slips.rows.last?.found == "activation-slope-missing at h")
    #expect(slips.rows.map(\.reason) == ["the square is missing", "no slope"])
  }
}
