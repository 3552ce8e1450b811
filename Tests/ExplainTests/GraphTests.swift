import Autograd
import Presentation
import Tensors
import TestSupport
import Testing

@testable import Explain

/// Drawings for hand-outs hold what was recorded, all of it, and nothing can break them.
@Suite struct GraphTests {
  private func recorded(
    _ make: (inout Blackboard) throws -> [String: Variable], _ name: String
  ) throws -> (explainer: Explainer, root: Variable) {
    var board = Blackboard()
    let net = try make(&board)
    return (board.explainer(digits: 3), try #require(net[name]))
  }

  private static let nets:
    [(String, @Sendable (inout Blackboard) throws -> [String: Variable], String)] = [
      ("mazur", Scenario.mazur, "E"), ("kaist", Scenario.kaist, "E"),
      ("softmax", Scenario.softmax, "L"),
      ("batch", Scenario.batch, "L"), ("recurrence", Scenario.recurrence, "L"),
    ]

  @Test(arguments: nets.map(\.0))
  func everyNodeAndEdgeIsDrawn(_ net: String) throws {
    let (_, make, root) = try #require(Self.nets.first { $0.0 == net })
    let (explainer, variable) = try recorded(make, root)
    let graph = Graph(of: variable, name: nil)
    let edges = graph.nodes.reduce(0) { $0 + $1.inputs.count }
    #expect(graph.nodes.count > 5 && edges >= graph.nodes.count - 1)

    let svg = try XMLTree.parsed(explainer.svg(variable))
    #expect(svg.elements("rect").count == graph.nodes.count + 1)
    #expect(svg.elements("path").count == edges)
    let texts = Set(svg.elements("text").map(\.text))
    let dot = explainer.dot(variable).split(separator: "\n")
    #expect(dot.count { $0.contains(" [label=") } == graph.nodes.count)
    #expect(dot.count { $0.contains(" -> ") } == edges)
    for node in graph.nodes {
      let lines = explainer.lines(of: node, in: graph)
      #expect(lines.allSatisfy(texts.contains), "\(lines)")
      #expect(dot.contains { line in lines.allSatisfy(line.contains) })
    }
    // Values and gradients are those of the engine.
    let leaf = try #require(graph.nodes.first { $0.operation == "given" && $0.gradient != nil })
    let gradient = try #require(try variable.gradients(for: [leaf.variable])[0])
    expectClose(leaf.gradient?.elements ?? [], gradient.elements, absolute: 1e-15, relative: 1e-12)
    #expect(texts.contains { $0.hasPrefix("∂\(root)/∂\(leaf.label) = ") })
  }

  /// Boxes do not lie on each other, and arrows go from left to right.
  @Test(arguments: nets.map(\.0))
  func boxesStandApart(_ net: String) throws {
    let (_, make, root) = try #require(Self.nets.first { $0.0 == net })
    let (explainer, variable) = try recorded(make, root)
    let svg = try XMLTree.parsed(explainer.svg(variable))
    let boxes = try svg.elements("rect").dropFirst().map { box in
      try ["x", "y", "width", "height"].map { try #require(Int(box.attributes[$0] ?? "")) }
    }
    for (index, a) in boxes.enumerated() {
      for b in boxes[..<index] {
        let isApart =
          a[0] >= b[0] + b[2] || b[0] >= a[0] + a[2] || a[1] >= b[1] + b[3] || b[1] >= a[1] + a[3]
        #expect(isApart, "\(a) \(b)")
      }
    }
    let size = try ["width", "height"].map { try #require(Int(svg.attributes[$0] ?? "")) }
    #expect(
      boxes.allSatisfy {
        $0[0] >= 0 && $0[1] >= 0 && $0[0] + $0[2] <= size[0] && $0[1] + $0[3] <= size[1]
      })
  }

  @Test func namesCannotBecomeMarkup() throws {
    let x = Variable(2.0)
    x.naming = Naming(name: "a<b>&\"c\\", line: 1)
    let y = try x * x
    let svg = try XMLTree.parsed(Explainer().svg(y, name: "</svg>\u{1B}"))
    #expect(svg.elements("text").contains { $0.text == "a<b>&\"c\\" })
    #expect(svg.elements("text").contains { $0.text == "</svg>^[" })
    #expect(Explainer().dot(y, name: "q\"").contains("a<b>&\\\"c\\\\"))
  }

  @Test func anExpressionIsDifferentiatedAsAWhole() throws {
    let x = Variable(2.0)
    x.naming = Naming(name: "x", line: 1)
    let explainer = Explainer()
    let half = try x / Variable(4.0)
    #expect(Renderer().render(explainer.graph(half, name: "x/4")).contains("∂(x/4)/∂…"))
    #expect(explainer.dot(half, name: "x/4").contains("∂(x/4)/∂x = 0.2500"))
    #expect(explainer.dot(half, name: "f(x, 4)").contains("∂f(x, 4)/∂x = 0.2500"))
  }

  @Test func aLongChainIsLeftOutInTheMiddle() throws {
    let w = Variable(0.9)
    w.naming = Naming(name: "w", line: 1)
    var h = Variable(0.5)
    h.naming = Naming(name: "h", line: 2)
    for _ in 0..<100 {
      h = try call("tanh", [w * h])
      h.naming = Naming(name: "h", line: 3)
    }
    for unicode in [true, false] {
      let text = Renderer(width: 80, unicode: unicode).render(Explainer().graph(h))
      let lines = text.split(separator: "\n")
      #expect(lines.count < 40 && lines.allSatisfy { $0.count <= 80 }, "\(text)")
      #expect(
        text.contains("levels left out") && text.contains("100 unnamed quantities are folded"))
      #expect(text.contains(unicode ? "h⁽⁰⁾  given" : "h^(0)  given"))
    }
    let svg = try XMLTree.parsed(Explainer().svg(h))
    #expect(svg.elements("rect").count == 103)
  }

  /// Without Unicode the columns stand under each other too.
  @Test func columnsAreStraightInASCII() throws {
    let (explainer, variable) = try recorded(Scenario.batch, "L")
    let text = Renderer(width: 80, unicode: false).render(explainer.graph(variable))
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.count <= 80 })
    let column = try #require(lines[0].firstIndex { $0 != " " }).utf16Offset(in: lines[0])
    for line in lines.dropFirst() where line.count > column {
      let before = Array(line)[column - 1]
      #expect(before == " ", "\(line)")
    }
  }
}
