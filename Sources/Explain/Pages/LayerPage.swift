import Autograd
import Presentation
import Tensors

/// A gradient passed back from quantity to quantity: ∂E/∂s2, ∂E/∂h1, ∂E/∂s1, … Each is worked out from
/// the ones above it, as a tensor and cell by cell; where several arrive they are added.
struct LayerPage {
  /// Longer chains are elided in the middle, those of gates and states when they are longer.
  static let nodeLimit = 12
  static let partLimit = 20
  /// More consumers than this are elided in the middle.
  static let consumerLimit = 64
  /// And more than this in the sum of one cell.
  static let termLimit = 16
  /// And more than this in symbols.
  static let headerLimit = 8
  /// Cells shown of a gradient on the way.
  static let cellLimit = 6
  /// Quantities met on the way up from one element.
  static let tracedLimit = 12
  /// Elided cells that are followed further up.
  static let askedLimit = 60

  let explainer: Explainer
  let chain: Chain
  let root: WorkedFormula
  var document = Document()
  private var arrived = ArrivedGradients()
  private var definitions = Definitions()

  init(explainer: Explainer, chain: Chain) {
    self.explainer = explainer
    self.chain = chain
    root = chain.names.symbol(of: chain.root) ?? "E"
  }

  private var names: Names { chain.names }

  private func label(_ node: Variable) -> WorkedFormula {
    .derivative(root, by: names.symbol(of: node) ?? "it")
  }

  /// All gradients from the root down to the target, of which `cells` are worked out, all if nil.
  mutating func descend(to cells: [Int]? = nil) throws(ExplanationError) {
    try reverse()
    let nodes = chain.nodes.dropLast().reversed().filter(arrived.reached)
    let isOfParts = nodes.contains(where: \.isPart)
    let isLong = nodes.count > (isOfParts ? Self.partLimit : Self.nodeLimit)
    // The quantity itself and one step of a cell, at either end.
    let ends = isOfParts ? 7 : 4
    for (index, node) in nodes.enumerated() {
      if isLong, index >= ends, index < nodes.count - ends {
        if index == ends { skip(nodes.count - 2 * ends) }
        continue
      }
      try describe(node, cells: node === chain.target ? cells : nil)
    }
  }

  /// One element of the target, and before it the gradients it was made from, from the root down.
  mutating func trace(_ cell: Int) throws(ExplanationError) {
    try reverse()
    let letters = names.rowLetters
    var draft = self
    let (found, isWhole) = try draft.sources(of: cell)
    arrived = draft.arrived
    names.rowLetters = letters
    if !isWhole { document.append(.line(Words("… from \(root.text) down to", .dim))) }
    for (node, cells) in found.reversed() { try describe(node, cells: cells.sorted()) }
  }

  /// The gradients that one element of the target was made from, itself first; whether that is all.
  private mutating func sources(
    of cell: Int
  ) throws(ExplanationError) -> (found: [(node: Variable, cells: Set<Int>)], isWhole: Bool) {
    // What a quantity was used for comes after it in order of evaluation: each is met once.
    var pending = [ObjectIdentifier(chain.target): (node: chain.target, cells: Set([cell]))]
    var found: [(node: Variable, cells: Set<Int>)] = []
    while let next = pending.values.min(by: {
      chain.position(of: $0.node) < chain.position(of: $1.node)
    }) {
      if found.count == Self.tracedLimit { return (found, false) }
      pending[ObjectIdentifier(next.node)] = nil
      found.append(next)
      for quantity in try describe(next.node, cells: next.cells.sorted()) {
        guard let cell = quantity.cell, let node = arrived.node(of: cell.variable),
          node !== chain.root
        else { continue }
        pending[ObjectIdentifier(node), default: (node, [])].cells.insert(cell.offset)
      }
    }
    return (found, true)
  }

  private mutating func skip(_ count: Int) {
    document.append(.blank)
    document.append(
      .line(Words("… \(TermText.grouped(count)) more gradients on the way back …", .dim)))
  }

  /// One pass of reverse mode gives every gradient its value.
  mutating func reverse() throws(ExplanationError) {
    do {
      let values = try chain.root.gradients(for: chain.nodes)
      // Nothing arrives at a condition: it only chose.
      let reached = zip(chain.nodes, values).filter { $1 != nil || $0 === chain.target }
      arrived = ArrivedGradients(nodes: reached.map(\.0), values: reached.map(\.1))
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
  func term(_ parts: Parts, at offset: Int) -> Term { worked(parts, at: offset).term }

  /// The same, and why pieces of functions were chosen.
  func worked(_ parts: Parts, at offset: Int) -> Worked {
    let expansion = Expansion(names: names, foldsZeros: true)
    let all = parts.variables.map { expansion.derivative(at: Cell(variable: $0, offset: offset)) }
    // What is zero because another element was picked is not added.
    var terms = all.map(\.term).filter { all.count == 1 || !isNothing($0) }
    if terms.count > Self.termLimit {
      terms = Weights.elided(terms, limit: Self.termLimit, of: Expansion.weightiestTerms)
    } else if parts.hidden > 0 {
      let shown = parts.variables.reduce(0) { $0 + $1.value[flat: offset] }
      let rest = Term.omitted(count: parts.hidden, value: parts.value[flat: offset] - shown)
      terms.insert(rest, at: min(3, terms.count))
    }
    if terms.isEmpty { terms = [.constant(0)] }
    let sum = terms.count == 1 ? terms[0] : Term.sum(terms)
    return (sum.simplified, all.flatMap(\.reasons))
  }

  private func isNothing(_ term: Term) -> Bool {
    if term.simplified.constantValue == 0 { return true }
    guard case .quantity(let quantity) = term, quantity.value == 0, let cell = quantity.cell else {
      return false
    }
    return names.isPlacedAlone(cell.variable)
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
    for note in convolutions.flatMap(\.notes) {
      document.blocks += explainer.prose(note, indent: 2)
    }
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
      let (term, reasons) = worked(parts, at: offset)
      quantities += term.quantities
      for line in definitions.lines(of: term, explainer.worker) { document.append(.worked([line])) }
      var lines = explainer.worker.lines(
        Names.indexed(label(node), node.shape, offset), term,
        result: printed(parts.value[flat: offset], term, origin),
        showsSymbols: shown.count == 1, width: explainer.width,
        letter: names.rowLetter("gτ"))
      lines[lines.count - 1].note = Remark.since(reasons, explainer.numbers) ?? ""
      for line in lines { document.append(.worked([line])) }
      let cell = Names.indexed(label(node), node.shape, offset).text
      if let remark = Remark.residue(cell, term, names, explainer.numbers) {
        document.blocks += explainer.prose(remark, indent: 2)
      }
    }
    // What the elided cells were worked out from is asked for as well.
    if cells != nil, isElided {
      for offset in all.dropFirst(3).dropLast().prefix(Self.askedLimit) {
        quantities += term(parts, at: offset).quantities
      }
    }
    if isElided, let gradient = arrived(at: node) {
      let grid = Grid.words(gradient, names, explainer.numbers, width: explainer.width)
      if !grid.isEmpty { document.append(.line(Words("\(label(node).text) =", .name))) }
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
    if let steps = steps(of: node, parts, notation) {
      let label = WorkedLine(label: label(node), steps: [], note: node.shape.slide)
      document.blocks += ([label] + steps).map { .worked([$0]) }
      return
    }
    var terms = parts.variables.map { notation.derivative(of: $0) }
    if parts.hidden > 0 || terms.count > Self.headerLimit {
      let gap = Term.quantity(Quantity(.gap, value: .nan, origin: .computed))
      terms = Array(terms.prefix(3)) + [gap] + terms.suffix(2)
    }
    let sum: Term = terms.count == 1 ? terms[0] : .sum(terms)
    let formula = explainer.worker.texts.formula(sum.simplified)
    let header = Header(symbol: label(node), expression: formula, shapes: node.shape.slide)
    document.append(.worked([header.line]))
  }
}

extension LayerPage {
  /// A gradient by what was read step by step: a line for each, `∂E/∂x[2] = …`; nil where a place is
  /// written to twice, or there is one alone.
  private func steps(of node: Variable, _ parts: Parts, _ notation: Notation) -> [WorkedLine]? {
    guard parts.hidden == 0, (2...Self.headerLimit).contains(parts.variables.count) else {
      return nil
    }
    var found: [String: Term] = [:]
    for variable in parts.variables {
      guard let blocks = notation.blocks(of: variable) else { return nil }
      for (place, term) in blocks where found.updateValue(term, forKey: place) != nil { return nil }
    }
    guard found.count > 1 else { return nil }
    return found.keys.sorted { ($0.count, $0) < ($1.count, $1) }.map { place in
      let formula = explainer.worker.texts.formula((found[place] ?? .constant(0)).simplified)
      return WorkedLine(
        label: .part(.derivative(root, by: chain.names.symbol(of: node) ?? "it"), place),
        steps: [WorkedLine.Step(relation: "=", formula, role: .formula)])
    }
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

  func reached(_ node: Variable) -> Bool { values[ObjectIdentifier(node)] != nil }

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
