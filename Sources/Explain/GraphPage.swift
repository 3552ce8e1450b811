import Autograd
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
    if names.symbol(of: root) == nil { names.set(name ?? Notation(names: names).text(of: root), for: root) }
    self.names = names
    let all = Names.ancestors(of: root)
    let isFolded = all.count > Self.fullLimit
    let candidates = isFolded ? all.filter { $0 === root || names.symbol(of: $0) != nil } : all
    let kept = Array(candidates.suffix(Self.nodeLimit))
    folded = all.count - kept.count
    var places: [ObjectIdentifier: Int] = [:]
    for (index, variable) in kept.enumerated() { places[ObjectIdentifier(variable)] = index }
    let gradients = Self.gradients(of: root, for: kept)
    nodes = kept.enumerated().map { index, variable in
      GraphNode(
        variable: variable, label: names.symbol(of: variable) ?? "", operation: Self.operation(of: variable),
        inputs: Self.inputs(of: variable, places), gradient: gradients[index])
    }
  }

  private static func operation(of variable: Variable) -> String {
    guard let operation = variable.operation else { return variable.naming == nil ? "constant" : "given" }
    return operation.aliases.first { $0 == "σ" } ?? operation.name
  }

  private static func gradients(of root: Variable, for nodes: [Variable]) -> [Tensor?] {
    guard root.shape.count == 1, root.value.dtype.isReal, let found = try? root.gradients(for: nodes) else {
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
    var tree = GraphTree(root: graph.nodes.last?.label ?? "")
    var drawn: Set<Int> = []
    var stack: [(node: Int, lead: String, branch: String)] = [(graph.nodes.count - 1, "", "")]
    while let (place, lead, branch) = stack.popLast(), tree.rows.count < 400 {
      let node = graph.nodes[place]
      let isKnown = !drawn.insert(place).inserted && !node.inputs.isEmpty
      tree.rows.append(row(node, branch, isKnown, graph.names, elements: 3))
      tree.narrow.append(row(node, branch, isKnown, graph.names, elements: 1))
      if isKnown { continue }
      for (index, input) in node.inputs.enumerated().reversed() {
        let isLast = index == node.inputs.count - 1
        stack.append((input, lead + (isLast ? "   " : "│  "), lead + (isLast ? "└─ " : "├─ ")))
      }
    }
    var document = Document(tree.lines(width: width).map { .line($0) })
    if graph.folded > 0 {
      document.append(.line(Words("\(TermText.grouped(graph.folded)) unnamed quantities are folded", .dim)))
    }
    return document
  }

  private func row(
    _ node: GraphNode, _ branch: String, _ isKnown: Bool, _ names: Names, elements: Int
  ) -> GraphTree.Row {
    let variable = node.variable
    if isKnown { return GraphTree.Row(branch: branch, label: node.label, operation: "above") }
    let value = valueText(variable.value, names.origin(of: variable), elements: elements)
    if node.operation == "constant" { return GraphTree.Row(branch: branch, label: "", operation: value) }
    return GraphTree.Row(
      branch: branch, label: node.label, operation: node.operation,
      shape: variable.shape.isScalar ? "" : variable.shape.slide, value: value,
      gradient: node.gradient.map { valueText($0, .computed, elements: elements) } ?? "")
  }

  /// A number, a few in brackets, or the first of many.
  func valueText(_ tensor: Tensor, _ origin: NumberText.Origin, elements limit: Int) -> String {
    if tensor.count == 1 { return numbers.text(tensor[flat: 0], origin) }
    guard tensor.count > 0 else { return "[]" }
    let isWhole = tensor.count <= limit
    let shown = (0..<(isWhole ? tensor.count : max(1, limit - 1))).map { numbers.text(tensor[flat: $0], origin) }
    return "[" + (shown + (isWhole ? [] : ["…"])).joined(separator: ", ") + "]"
  }

  /// The same graph in the language of Graphviz.
  package func dot(_ variable: Variable, name: String? = nil) -> String {
    let graph = Graph(of: variable, name: name)
    var text = "digraph computation {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n"
    for (index, node) in graph.nodes.enumerated() {
      let lines = Self.lines(of: node, valueText(node.variable.value, graph.names.origin(of: node.variable), elements: 3))
      let label = lines.map(Self.quoted).joined(separator: "\\n")
      text += "  n\(index) [label=\"\(label)\"\(node.inputs.isEmpty ? ", style=rounded" : "")];\n"
      for input in node.inputs { text += "  n\(input) -> n\(index);\n" }
    }
    return text + "}\n"
  }

  static func lines(of node: GraphNode, _ value: String) -> [String] {
    let shape = node.variable.shape.isScalar ? "" : " " + node.variable.shape.slide
    if node.operation == "constant" { return [value] }
    return (node.label.isEmpty ? [node.operation + shape] : [node.label + shape, node.operation]) + ["= " + value]
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

    var head: Int { branch.count + label.count + (label.isEmpty ? 0 : 2) + operation.count }
  }

  let root: String
  var rows: [Row] = []
  /// The same with fewer elements of tensors.
  var narrow: [Row] = []

  func lines(width: Int) -> [Words] {
    let isWide = Self.widths(rows).reduce(0, +) <= width
    let chosen = isWide ? rows : narrow
    let widths = Self.widths(chosen)
    let showsGradient = widths.reduce(0, +) <= width && chosen.contains { !$0.gradient.isEmpty }
    var lines: [Words] = []
    if showsGradient {
      let start = widths.dropLast().reduce(0, +)
      lines.append(Words(String(repeating: " ", count: start) + "∂\(root)/∂…", .dim))
    }
    return lines
      + chosen.map { row in
        var words = Words(row.branch, .dim) + Words(row.label, .name)
        words += Words(row.label.isEmpty ? "" : "  ") + Words(row.operation, row.value.isEmpty ? .dim : .operation)
        words += Self.space(widths[0] - row.head)
        if row.value.isEmpty { return words }
        words += Words(row.shape, .shape) + Self.space(widths[1] - row.shape.count) + Words(row.value, .value)
        if showsGradient { words += Self.space(widths[2] - row.value.count) + Words(row.gradient) }
        return words
      }
  }

  private static func space(_ count: Int) -> Words { Words(String(repeating: " ", count: max(0, count))) }

  private static func widths(_ rows: [Row]) -> [Int] {
    func widest(_ length: (Row) -> Int) -> Int { rows.map(length).max() ?? 0 }
    let shape = widest { $0.shape.count }
    return [
      widest(\.head) + 2, shape > 0 ? shape + 2 : 0, widest { $0.value.count } + 3,
      max(widest { $0.gradient.count }, 6),
    ]
  }
}
