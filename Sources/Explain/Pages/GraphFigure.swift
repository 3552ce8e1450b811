import Autograd
import Presentation

/// The computation of a quantity as a picture: a tree on a terminal, boxes and arrows in a page.
struct GraphFigure: Figure {
  let tree: Document
  let markup: String
  let data: [JSONValue.Member]
  let sentence: String

  var kind: String { "graph" }

  func lines(on page: FigurePage) -> [Words] {
    tree.lines(width: page.width, unicode: page.unicode)
  }
}

extension Explainer {
  /// The computation as a picture.
  package func graphFigure(_ variable: Variable, name: String? = nil) -> AnyFigure {
    let graph = Graph(of: variable, name: name)
    let nodes = graph.nodes.map { node in
      JSONValue.object([
        .init("name", .string(node.label)), .init("operation", .string(node.operation)),
        .init("inputs", .array(node.inputs.map { .int($0) })),
      ])
    }
    let given = graph.nodes.filter { $0.operation == "given" }.map(\.label)
    let root = graph.nodes.last?.label ?? ""
    return AnyFigure(
      GraphFigure(
        tree: self.graph(variable, name: name), markup: svg(variable, name: name),
        data: [.init("nodes", .array(nodes))],
        sentence: "The computation of \(root): \(graph.nodes.count) quantities"
          + (given.isEmpty ? "." : ", from \(given.joined(separator: ", "))."))
    )
  }
}
