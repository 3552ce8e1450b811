import Autograd
import Explain
import Presentation
import TestSupport
import Testing

/// Explanations as a student sees them, on a page of 80 columns.
@Suite struct GoldenTests {
  @Test func mazur() throws {
    var board = Blackboard()
    let net = try Scenario.mazur(&board)
    let explainer = board.explainer(digits: 3)
    let e = try #require(net["E"])
    var page = Transcript("Mazur's network by hand")
    for name in ["z1", "o1", "E"] {
      page.say("explain(\(name))", explainer.explain(try #require(net[name])))
    }
    for name in ["w5", "w1", "b2"] {
      page.say("explain(∂E/∂\(name))", try explainer.explainGradient(of: e, by: try #require(net[name])))
    }
    page.say("compare_gradients(E, w1)", try explainer.compareGradients(of: e, by: try #require(net["w1"])))
    page.check()
    expectGolden(name: "Mazur", text: page.text)
  }

  @Test func kaist() throws {
    var board = Blackboard()
    let net = try Scenario.kaist(&board)
    let explainer = board.explainer(digits: 2)
    let e = try #require(net["E"])
    var page = Transcript("A forward and a backward pass by hand")
    for name in ["s1", "h1", "s2", "ŷ", "E"] {
      page.say("explain(\(name))", explainer.explain(try #require(net[name])))
    }
    page.say("explain(s1[2])", explainer.explain(try #require(net["s1"]), cell: 2))
    page.say("explain(E, depth=3)", explainer.explain(e, depth: 3))
    for name in ["ŷ", "Θ2", "Θ1"] {
      page.say("explain(∂E/∂\(name))", try explainer.explainGradient(of: e, by: try #require(net[name])))
    }
    let theta1 = try #require(net["Θ1"])
    page.say("explain(∂E/∂Θ1[0, 1])", try explainer.explainGradient(of: e, by: theta1, cell: 1))
    page.say("compare_gradients(E, Θ1)", try explainer.compareGradients(of: e, by: theta1))
    page.check()
    expectGolden(name: "Forward and backward", text: page.text)
  }
}
