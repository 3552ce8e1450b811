import Autograd
import Presentation
import Tensors

/// A gradient passed back from quantity to quantity: ∂E/∂s2, ∂E/∂h1, ∂E/∂s1, … Each is worked out from
/// the ones above it, as a tensor and cell by cell; where several arrive they are added.
struct LayerPage {
  /// Longer chains are elided in the middle.
  static let nodeLimit = 12
  /// More consumers than this are elided in the middle.
  static let consumerLimit = 8
  /// Cells shown of a gradient on the way.
  static let cellLimit = 6

  let explainer: Explainer
  let chain: Chain
  let root: String
  var document = Document()
  private var arrived = ArrivedGradients()

  init(explainer: Explainer, chain: Chain) {
    self.explainer = explainer
    self.chain = chain
    root = chain.names.symbol(of: chain.root) ?? "E"
  }

  private var names: Names { chain.names }

  private func label(_ node: Variable) -> String { "∂\(root)/∂\(names.symbol(of: node) ?? "it")" }

  /// All gradients from the root down to the target.
  mutating func descend() throws(ExplanationError) {
    try reverse()
    let nodes = Array(chain.nodes.dropLast().reversed())
    let isLong = nodes.count > Self.nodeLimit
    for (index, node) in nodes.enumerated() {
      if isLong, index >= 4, index < nodes.count - 4 {
        if index == 4 { skip(nodes.count - 8) }
        continue
      }
      try describe(node, cells: nil)
    }
  }

  /// One element of the target, and beneath it the gradients it was made from, level by level.
  mutating func trace(_ cell: Int) throws(ExplanationError) {
    try reverse()
    var level: [(node: Variable, cells: [Int])] = [(chain.target, [cell])]
    var shown = 0
    while !level.isEmpty {
      var above: [ObjectIdentifier: (node: Variable, cells: Set<Int>)] = [:]
      for (node, cells) in level.sorted(by: {
        chain.position(of: $0.node) < chain.position(of: $1.node)
      }) {
        let quantities = try describe(node, cells: cells)
        shown += 1
        for quantity in quantities {
          guard let cell = quantity.cell, let node = arrived.node(of: cell.variable) else {
            continue
          }
          above[ObjectIdentifier(node), default: (node, [])].cells.insert(cell.offset)
        }
      }
      level = above.values.map { ($0.node, $0.cells.sorted()) }.filter { $0.node !== chain.root }
      if shown >= 8, !level.isEmpty {
        document.append(.blank)
        document.append(.line(Words("… and so on up to \(root)", .dim)))
        break
      }
    }
  }

  private mutating func skip(_ count: Int) {
    document.append(.blank)
    document.append(.line(Words("… \(TermText.grouped(count)) more steps back …", .dim)))
  }

  /// One pass of reverse mode gives every gradient its value.
  mutating func reverse() throws(ExplanationError) {
    do {
      arrived = ArrivedGradients(
        nodes: chain.nodes, values: try chain.root.gradients(for: chain.nodes))
    } catch {
      throw ExplanationError(error, names: names)
    }
  }

  /// ∂E/∂node as a leaf under its own name.
  private func arrived(at node: Variable) -> Variable? {
    let (gradient, isNew) = arrived.gradient(at: node)
    if let gradient, isNew, node !== chain.root {
      names.set(label(node), for: gradient, computed: true)
    }
    return gradient
  }

  /// What each consumer of a node passes back to it, as recorded computations over ∂E/∂consumer.
  struct Parts {
    let variables: [Variable]
    /// Consumers in the middle of many, that are not worked out.
    let hidden: Int
    /// The sum of all.
    let value: Tensor
  }

  func parts(of node: Variable) throws(ExplanationError) -> Parts {
    let consumers = chain.consumers(of: node)
    let isElided = consumers.count > Self.consumerLimit
    let shown =
      isElided
      ? Array(consumers.suffix(3).reversed()) + consumers.prefix(2).reversed()
      : consumers.reversed()
    var variables: [Variable] = []
    for consumer in shown {
      guard let arriving = arrived(at: consumer) else { continue }
      do {
        let passed = try chain.contributions(of: consumer, arriving: arriving)
        if let part = passed.first(where: { $0.input === node }) { variables.append(part.gradient) }
      } catch {
        throw ExplanationError(error, names: names)
      }
    }
    let value = arrived(at: node)?.value ?? Tensor(repeating: 0, shape: node.shape)
    return Parts(variables: variables, hidden: consumers.count - shown.count, value: value)
  }

  /// A cell of the sum of all parts in symbols.
  func term(_ parts: Parts, at offset: Int) -> Term {
    let expansion = Expansion(names: names, foldsZeros: true)
    var terms = parts.variables.map { expansion.derivative(at: Cell(variable: $0, offset: offset)) }
    if parts.hidden > 0 {
      let shown = parts.variables.reduce(0) { $0 + $1.value[flat: offset] }
      terms.insert(.omitted(count: parts.hidden, value: parts.value[flat: offset] - shown), at: 3)
    }
    return (terms.count == 1 ? terms[0] : Term.sum(terms)).simplified
  }

  /// ∂E/∂node from the gradients above it; gives the quantities it was worked out from.
  @discardableResult
  private mutating func describe(_ node: Variable, cells: [Int]?) throws(ExplanationError)
    -> [Quantity]
  {
    let parts = try parts(of: node)
    if !document.isEmpty { document.append(.blank) }
    if node.shape.count > 1 { header(node, parts) }
    let convolutions = parts.variables.compactMap { ConvolutionGradient($0, names) }
    for note in convolutions.flatMap(\.notes) { document.append(.line(Words("  " + note, .dim))) }
    if let cell = cells?.first, cells?.count == 1 {
      for line in convolutions.flatMap({
        $0.drawing(at: cell, explainer.numbers, width: explainer.width)
      }) {
        document.append(.line(line))
      }
    }
    let all = cells ?? Array(0..<node.shape.count)
    let isElided = all.count > (node === chain.target ? Explainer.cellLimit : Self.cellLimit)
    let shown = isElided ? Array(all.prefix(3)) + all.suffix(1) : all
    let origin = arrived(at: node).map(names.origin) ?? .computed
    var quantities: [Quantity] = []
    for (index, offset) in shown.enumerated() {
      if isElided, index == 3 {
        document.append(.line(Words("… \(TermText.grouped(all.count - 4)) more", .dim)))
      }
      let term = term(parts, at: offset)
      quantities += term.quantities
      let line = explainer.worker.line(
        Names.indexed(label(node), node.shape, offset), term,
        result: printed(parts.value[flat: offset], term, origin),
        showsSymbols: shown.count == 1)
      document.append(.worked([line]))
    }
    if isElided, let gradient = arrived(at: node) {
      let grid = Grid.words(gradient, names, explainer.numbers, width: explainer.width)
      if !grid.isEmpty { document.append(.line(Words("\(label(node)) =", .name))) }
      grid.forEach { document.append(.line($0)) }
    }
    return quantities
  }

  private func printed(
    _ value: Double, _ term: Term, _ origin: NumberText.Origin
  ) -> PrintedNumber {
    let isWhole = term.resultOrigin(value) == .whole
    return explainer.numbers.printed(value, isWhole ? .whole : origin)
  }

  private mutating func header(_ node: Variable, _ parts: Parts) {
    var notation = Notation(names: names)
    notation.isDerivative = true
    var terms = parts.variables.map { notation.derivative(of: $0) }
    if parts.hidden > 0 {
      terms.insert(.quantity(Quantity(symbol: "…", value: .nan, origin: .computed)), at: 3)
    }
    let sum: Term = terms.count == 1 ? terms[0] : .sum(terms)
    let text = explainer.worker.texts.text(sum.simplified)
    let header = Header(symbol: label(node), expression: text, shapes: node.shape.slide)
    document.append(.worked([header.line]))
  }
}

/// The gradients that reverse mode brought to the nodes of a chain, as leaves; they are made when
/// asked for, since of thousands a page shows few.
private final class ArrivedGradients {
  private var values: [ObjectIdentifier: Tensor?]
  private var gradients: [ObjectIdentifier: Variable] = [:]
  private var nodes: [ObjectIdentifier: Variable] = [:]

  init(nodes: [Variable] = [], values: [Tensor?] = []) {
    let keys = nodes.map { ObjectIdentifier($0) }
    self.values = Dictionary(zip(keys, values)) { first, _ in first }
  }

  /// nil for what is not a node; `isNew` where it is asked for the first time.
  func gradient(at node: Variable) -> (gradient: Variable?, isNew: Bool) {
    let key = ObjectIdentifier(node)
    if let known = gradients[key] { return (known, false) }
    guard let value = values[key] else { return (nil, false) }
    let gradient = Variable(value ?? Tensor(repeating: 0, shape: node.shape))
    gradients[key] = gradient
    nodes[ObjectIdentifier(gradient)] = node
    return (gradient, true)
  }

  /// The node that a gradient arrived at.
  func node(of gradient: Variable) -> Variable? { nodes[ObjectIdentifier(gradient)] }
}

extension Notation {
  /// A recorded gradient: what has a name or is constant stays as it is.
  func derivative(of variable: Variable) -> Term {
    if variable.isLeaf || names.hasSymbol(variable) { return reference(to: variable) }
    return term(of: variable)
  }
}
