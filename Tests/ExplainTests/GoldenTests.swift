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
      page.say(
        "explain(∂E/∂\(name))", try explainer.explainGradient(of: e, by: try #require(net[name])))
    }
    page.say(
      "compare_gradients(E, w1)", try explainer.compareGradients(of: e, by: try #require(net["w1"]))
    )
    page.say(
      ":explain w5 ← w5 - 0.5 * ∂E/∂w5",
      try explainer.explainUpdate(of: try #require(net["w5"]), rate: Variable(0.5), output: e))
    page.say("graph(o1)", explainer.graph(try #require(net["o1"])))
    page.say("graph(E)", explainer.graph(e))
    page.check(digits: 3)
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
      page.say(
        "explain(∂E/∂\(name))", try explainer.explainGradient(of: e, by: try #require(net[name])))
    }
    let theta1 = try #require(net["Θ1"])
    page.say("explain(∂E/∂Θ1[0, 1])", try explainer.explainGradient(of: e, by: theta1, cell: 1))
    page.say("compare_gradients(E, Θ1)", try explainer.compareGradients(of: e, by: theta1))
    var rates = Blackboard()
    let rate = rates.given("γ", 1)
    page.say(
      ":explain Θ2 ← Θ2 - γ * ∂E/∂Θ2",
      try explainer.explainUpdate(of: try #require(net["Θ2"]), rate: rate, output: e))
    page.say("graph(E)", explainer.graph(e))
    page.check(digits: 2)
    expectGolden(name: "Forward and backward", text: page.text)
  }

  private struct Asked {
    let names: [String]
    var gradients: [(of: String, by: String, cell: Int?)] = []
    var cells: [(name: String, cell: Int)] = []
  }

  private func record(
    _ title: String, _ name: String, digits: Int, _ asked: Asked,
    _ scenario: (inout Blackboard) throws -> [String: Variable]
  ) throws {
    var board = Blackboard()
    let net = try scenario(&board)
    let explainer = board.explainer(digits: digits)
    var page = Transcript(title)
    for name in asked.names {
      page.say("explain(\(name))", explainer.explain(try #require(net[name])))
    }
    for (name, cell) in asked.cells {
      let variable = try #require(net[name])
      let place = variable.shape.coordinates(of: cell).map(String.init).joined(separator: ", ")
      page.say("explain(\(name)[\(place)])", explainer.explain(variable, cell: cell))
    }
    for (output, input, cell) in asked.gradients {
      let variable = try #require(net[input])
      let place = cell.map {
        variable.shape.coordinates(of: $0).map(String.init).joined(separator: ", ")
      }
      page.say(
        "explain(∂\(output)/∂\(input)\(place.map { "[\($0)]" } ?? ""))",
        try explainer.explainGradient(of: try #require(net[output]), by: variable, cell: cell))
    }
    page.check(digits: digits)
    expectGolden(name: name, text: page.text)
  }

  @Test func softmax() throws {
    try record(
      "Softmax and the loss of the right class", "Softmax", digits: 3,
      Asked(
        names: ["s", "p", "L"],
        gradients: [("L", "s", nil), ("L", "W", nil), ("L", "s", 0), ("L", "W", 1)]),
      Scenario.softmax)
  }

  @Test func batch() throws {
    try record(
      "Two layers and cross entropy for a batch of three", "Batch", digits: 3,
      Asked(
        names: ["Z1", "H", "L"],
        gradients: [("L", "W2", nil), ("L", "W1", nil), ("L", "b1", nil), ("L", "W1", 1)]),
      Scenario.batch)
  }

  @Test func convolution() throws {
    try record(
      "A convolution and its gradients", "Convolution", digits: 2,
      Asked(
        names: ["o"], gradients: [("E", "w0", 4), ("E", "b0", nil), ("E", "x", 12)],
        cells: [("o", 0)]),
      Scenario.convolution)
  }

  @Test func pooling() throws {
    try record(
      "Max pooling", "Pooling", digits: 2,
      Asked(names: ["y"], gradients: [("E", "x", nil), ("E", "x", 5)], cells: [("y", 3)]),
      Scenario.pooling)
  }

  @Test func recurrence() throws {
    try record(
      "Backpropagation through three steps", "Recurrence", digits: 3,
      Asked(names: ["h", "L"], gradients: [("L", "θhh", nil), ("L", "θxh", nil)]),
      Scenario.recurrence)
  }

  @Test func lstm() throws {
    try record(
      "One step of an LSTM", "LSTM", digits: 3,
      Asked(names: ["f", "i", "g", "c′", "o", "h′"], gradients: [("h′", "c", nil)]), Scenario.lstm)
  }

  @Test func adam() throws {
    try record(
      "One step of Adam", "Adam", digits: 4,
      Asked(names: ["m′", "v′", "m̂", "v̂", "θ′"], cells: [("θ′", 1)]), Scenario.adam)
  }

  @Test func attention() throws {
    try record(
      "Attention weights", "Attention", digits: 3, Asked(names: ["S", "A", "O"]), Scenario.attention
    )
  }

  @Test func cells() throws {
    try record(
      "A recurrent cell in one operation", "Recurrent cells", digits: 3,
      Asked(names: ["rnn", "lstm", "gru"]), Scenario.cells)
  }
}
