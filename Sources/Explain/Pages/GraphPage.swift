import Autograd
import Language
import Presentation
import Tensors

/// One quantity of a computation, as graph drawings show it.
struct GraphNode {
  let variable: Variable
  let label: String
  let operation: String
  let inputs: [Int]
  /// The derivative of the drawn quantity by this one, where it has one.
  let gradient: Tensor?
}

/// The computation of a quantity as a list of nodes, inputs first. Large graphs keep only their named
/// quantities; what lies between them is folded.
struct Graph {
  /// More nodes than this are folded to the named ones.
  static let fullLimit = 40
  /// Folded graphs are cut off beyond this.
  static let nodeLimit = 200

  let nodes: [GraphNode]
  /// Quantities that are not nodes of their own.
  let folded: Int
  let names: Names

  init(of root: Variable, name: String?) {
    let names = Names(under: root)
    if !names.hasSymbol(root) {
      names.set(
        name.map { .typed($0) } ?? Notation(names: names).formula(of: root), for: root)
    }
    self.names = names
    let all = names.history.quantities
    let isFolded = all.count > Self.fullLimit
    let candidates = isFolded ? all.filter { $0 === root || names.hasSymbol($0) } : all
    let kept = Array(candidates.suffix(Self.nodeLimit))
    folded = all.count - kept.count
    var places: [ObjectIdentifier: Int] = [:]
    for (index, variable) in kept.enumerated() { places[ObjectIdentifier(variable)] = index }
    let gradients = Self.gradients(of: root, for: kept)
    nodes = kept.enumerated().map { index, variable in
      GraphNode(
        variable: variable, label: names.symbol(of: variable)?.text ?? "",
        operation: Self.operation(of: variable),
        inputs: Self.inputs(of: variable, places), gradient: gradients[index])
    }
  }

  private static func operation(of variable: Variable) -> String {
    guard let operation = variable.operation else {
      return variable.naming == nil ? "constant" : "given"
    }
    return operation.writtenName
  }

  private static func gradients(of root: Variable, for nodes: [Variable]) -> [Tensor?] {
    guard root.shape.count == 1, root.value.dtype.isReal,
      let found = try? root.gradients(for: nodes)
    else {
      return nodes.map { _ in nil }
    }
    return found
  }

  /// The nearest nodes beneath a quantity.
  private static func inputs(of variable: Variable, _ places: [ObjectIdentifier: Int]) -> [Int] {
    var seen: Set<ObjectIdentifier> = []
    var found: [Int] = []
    var stack = Array(variable.inputs.array.reversed())
    while let next = stack.popLast() {
      guard seen.insert(ObjectIdentifier(next)).inserted else { continue }
      if let place = places[ObjectIdentifier(next)] {
        found.append(place)
      } else if seen.count < 10_000 {
        stack += next.inputs.array.reversed()
      }
    }
    return found
  }
}

extension Explainer {
  /// The computation of a quantity as a tree: name, operation, shape, value and gradient of each part.
  /// A part that is used twice is drawn once; later it is only named.
  package func graph(_ variable: Variable, name: String? = nil) -> Document {
    let graph = Graph(of: variable, name: name)
    let heights = graph.heights
    var tree = GraphTree(root: graph.nodes.last?.label ?? "")
    var drawn: Set<Int> = []
    var stack = [TreePlace(node: graph.nodes.count - 1)]
    while let place = stack.popLast(), tree.rows.count < 400 {
      let node = graph.nodes[place.node]
      let isKnown = !drawn.insert(place.node).inserted && !node.inputs.isEmpty
      tree.rows.append(row(node, place.branch, isKnown, graph.names, elements: 3))
      tree.narrow.append(row(node, place.branch, isKnown, graph.names, elements: 1))
      if isKnown { continue }
      if place.level >= Self.upperLevels, heights[place.node] > Self.upperLevels + Self.lowerLevels
      {
        let (bottom, skipped) = graph.descent(from: place.node, to: Self.lowerLevels, heights)
        let gap = GraphTree.Row(
          branch: place.lead + "└─ ", label: "",
          operation: "… \(TermText.grouped(skipped)) levels left out …")
        tree.rows.append(gap)
        tree.narrow.append(gap)
        stack.append(place.child(bottom, isLast: true).child(bottom, isLast: true))
        continue
      }
      for (index, input) in node.inputs.enumerated().reversed() {
        stack.append(place.child(input, isLast: index == node.inputs.count - 1))
      }
    }
    var document = Document([tree.block(width: width)])
    if graph.folded > 0 {
      document.append(
        .line(Words("\(TermText.grouped(graph.folded)) unnamed quantities are folded", .dim)))
    }
    return document
  }

  /// Deeper trees than these together are left out in the middle.
  private static let upperLevels = 6
  private static let lowerLevels = 4

  private func row(
    _ node: GraphNode, _ branch: String, _ isKnown: Bool, _ names: Names, elements: Int
  ) -> GraphTree.Row {
    let variable = node.variable
    if isKnown { return GraphTree.Row(branch: branch, label: node.label, operation: "above") }
    let value = valueText(variable.value, names.origin(of: variable), elements: elements)
    if node.operation == "constant" {
      return GraphTree.Row(branch: branch, label: "", operation: value)
    }
    return GraphTree.Row(
      branch: branch, label: node.label, operation: node.operation,
      shape: variable.shape.isScalar ? "" : variable.shape.slide, value: value,
      gradient: node.gradient.map { valueText($0, .computed, elements: elements) } ?? "")
  }

  /// A number, a few in brackets, or the first of many.
  func valueText(_ tensor: Tensor, _ origin: NumberText.Origin, elements limit: Int) -> String {
    valueFormula(tensor, origin, elements: limit).text
  }

  func valueFormula(
    _ tensor: Tensor, _ origin: NumberText.Origin, elements limit: Int
  ) -> WorkedFormula {
    if tensor.count == 1 { return numbers.formula(tensor[flat: 0], origin) }
    let isWhole = tensor.count <= limit
    let shown = (0..<(isWhole ? tensor.count : max(1, limit - 1))).map {
      numbers.formula(tensor[flat: $0], origin)
    }
    return .rows([shown + (isWhole ? [] : [.gap])])
  }

  /// The same graph in the language of Graphviz.
  package func dot(_ variable: Variable, name: String? = nil) -> String {
    let graph = Graph(of: variable, name: name)
    var text =
      "digraph computation {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n"
    for (index, node) in graph.nodes.enumerated() {
      let label = lines(of: node, in: graph).map(Self.quoted).joined(separator: "\\n")
      text += "  n\(index) [label=\"\(label)\"\(node.inputs.isEmpty ? ", style=rounded" : "")];\n"
      for input in node.inputs { text += "  n\(input) -> n\(index);\n" }
    }
    return text + "}\n"
  }

  /// What a box of a drawing says: name and shape, operation, value, gradient.
  func lines(of node: GraphNode, in graph: Graph) -> [String] {
    let variable = node.variable
    let value = valueText(variable.value, graph.names.origin(of: variable), elements: 3)
    if node.operation == "constant" { return [value] }
    let shape = variable.shape.isScalar ? "" : " " + variable.shape.slide
    let head = node.label.isEmpty ? [node.operation + shape] : [node.label + shape, node.operation]
    let slope = node.gradient.map { gradient in
      "∂\((graph.nodes.last?.label ?? "").inParentheses)/∂\(node.label.isEmpty ? "…" : node.label) = "
        + valueText(gradient, .computed, elements: 3)
    }
    return head + ["= " + value] + (slope.map { [$0] } ?? [])
  }

  private static func quoted(_ text: String) -> String {
    text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
  }
}

/// The lines of a tree with shapes, values and gradients in columns.
private struct GraphTree {
  struct Row {
    let branch: String
    let label: String
    let operation: String
    var shape = ""
    var value = ""
    var gradient = ""

    var head: Words {
      Words(branch, .dim) + Words(label, .name) + Words(label.isEmpty ? "" : "  ")
        + Words(operation, value.isEmpty ? .dim : .operation)
    }
  }

  let root: String
  var rows: [Row] = []
  /// The same with fewer elements of tensors.
  var narrow: [Row] = []

  /// With fewer elements, or without gradients, where the page is too narrow.
  func block(width: Int) -> Block {
    let chosen = Self.span(rows, withGradient: true) <= width ? rows : narrow
    let showsGradient =
      Self.span(chosen, withGradient: true) <= width && chosen.contains { !$0.gradient.isEmpty }
    let head = [Words(""), "", "", Words("∂\(root.inParentheses)/∂…", .dim)]
    return .columns(
      (showsGradient ? [head] : [])
        + chosen.map { row in
          [row.head, Words(row.shape, .shape), Words(row.value, .value)]
            + (showsGradient ? [Words(row.gradient)] : [])
        })
  }

  /// Columns that the rows take, in the characters that take more.
  private static func span(_ rows: [Row], withGradient: Bool) -> Int {
    func widest(_ text: (Row) -> String) -> Int {
      rows.reduce(0) { max($0, text($1).count, Transliteration.ascii(text($1)).count) } + 2
    }
    return widest(\.head.plain) + widest(\.shape) + widest(\.value)
      + (withGradient ? widest(\.gradient) : 0)
  }
}

/// A node in the drawing of a tree: what stands before it and before what is beneath it.
private struct TreePlace {
  let node: Int
  var lead = ""
  var branch = ""
  var level = 0

  func child(_ node: Int, isLast: Bool) -> TreePlace {
    TreePlace(
      node: node, lead: lead + (isLast ? "   " : "│  "), branch: lead + (isLast ? "└─ " : "├─ "),
      level: level + 1)
  }
}

extension Graph {
  /// The length of the longest way from each node down to a leaf.
  fileprivate var heights: [Int] {
    nodes.reduce(into: []) { heights, node in
      heights.append(node.inputs.reduce(0) { max($0, heights[$1] + 1) })
    }
  }

  /// Down the longest way until so many levels remain.
  fileprivate func descent(from top: Int, to height: Int, _ heights: [Int]) -> (
    bottom: Int, skipped: Int
  ) {
    var bottom = top
    var skipped = -1
    while heights[bottom] > height,
      let next = nodes[bottom].inputs.max(by: { heights[$0] < heights[$1] })
    {
      bottom = next
      skipped += 1
    }
    return (bottom, skipped)
  }
}
