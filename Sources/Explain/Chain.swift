import Autograd
import Tensors

/// The computation between an output and an input, cut at the named quantities: its links are the
/// factors of the chain rule. A link's derivative is made by the engine's own recorded rules, so the
/// chain cannot disagree with reverse mode.
struct Chain {
  let root: Variable
  let target: Variable
  let names: Names
  /// The named quantities on the way in order of evaluation; the root is the last.
  let nodes: [Variable]
  /// Position in order of evaluation of everything on the way.
  private let positions: [ObjectIdentifier: Int]
  private let nodeIds: Set<ObjectIdentifier>
  private let known = KnownDerivatives()
  private let parents: [ObjectIdentifier: [Variable]]
  private let children: [ObjectIdentifier: [Variable]]

  init(from root: Variable, to target: Variable, names: Names) throws(ExplanationError) {
    self.root = root
    self.target = target
    self.names = names
    let (order, needed) = root.listed(to: [target])
    guard needed.last == true else {
      throw .independent(
        output: names.symbol(of: root) ?? "it", input: names.symbol(of: target) ?? "it")
    }
    var positions: [ObjectIdentifier: Int] = [:]
    var nodes: [Variable] = []
    for (index, variable) in order.enumerated() where needed[index] {
      positions[ObjectIdentifier(variable)] = index
      if variable === root || variable === target || names.symbol(of: variable) != nil {
        nodes.append(variable)
      }
    }
    self.positions = positions
    self.nodes = nodes
    nodeIds = Set(nodes.map { ObjectIdentifier($0) })
    var parents: [ObjectIdentifier: [Variable]] = [:]
    var children: [ObjectIdentifier: [Variable]] = [:]
    for node in nodes where node !== target {
      let beneath = Self.beneath(node, positions, nodeIds)
      parents[ObjectIdentifier(node)] = beneath.ends
      for end in beneath.ends { children[ObjectIdentifier(end), default: []].append(node) }
    }
    self.parents = parents
    self.children = children
  }

  var isScalar: Bool { nodes.allSatisfy { $0.shape.count == 1 } }

  func position(of variable: Variable) -> Int { positions[ObjectIdentifier(variable)] ?? -1 }

  /// The named quantities a node was computed from directly, on the way to the target.
  func inputs(of node: Variable) -> [Variable] { parents[ObjectIdentifier(node)] ?? [] }

  /// The named quantities computed directly from a node, in order of evaluation.
  func consumers(of node: Variable) -> [Variable] { children[ObjectIdentifier(node)] ?? [] }

  /// Unnamed quantities under a node and the nodes where they end.
  private static func beneath(
    _ node: Variable, _ positions: [ObjectIdentifier: Int], _ nodes: Set<ObjectIdentifier>
  ) -> (ends: [Variable], between: [Variable]) {
    var seen: Set<ObjectIdentifier> = []
    var ends: [Variable] = []
    var between: [Variable] = []
    var stack = [node]
    while let next = stack.popLast() {
      between.append(next)
      next.inputs.forEach { input in
        let id = ObjectIdentifier(input)
        guard positions[id] != nil, seen.insert(id).inserted else { return }
        if nodes.contains(id) { ends.append(input) } else { stack.append(input) }
      }
    }
    return (ends, between)
  }

  /// The gradients that one node passes on to the nodes directly beneath it, given the one that
  /// arrived: ∂E/∂node times the local derivative, as recorded computations.
  func contributions(
    of node: Variable, arriving: Variable
  ) throws -> [(input: Variable, gradient: Variable)] {
    let region = Self.beneath(node, positions, nodeIds)
    var gradients: [ObjectIdentifier: Variable] = [ObjectIdentifier(node): arriving]
    for variable in region.between.sorted(by: { position(of: $0) > position(of: $1) }) {
      guard let gradient = gradients[ObjectIdentifier(variable)], let operation = variable.operation
      else { continue }
      let passed = try passedOn(by: operation, at: variable, gradient)
      for (slot, contribution) in passed.values.enumerated() {
        let input = variable.inputs[slot]
        guard let contribution, positions[ObjectIdentifier(input)] != nil else { continue }
        let fitted = try Operation.summed(contribution, to: input.shape)
        let earlier = gradients[ObjectIdentifier(input)]
        gradients[ObjectIdentifier(input)] =
          try earlier.map { try Operation.add($0, fitted) } ?? fitted
      }
    }
    return region.ends.compactMap { end in gradients[ObjectIdentifier(end)].map { (end, $0) } }
  }

  /// What one operation passes on. Slopes are recorded with their comparisons, to be shown as 𝟙[z > 0].
  private func passedOn(
    by operation: Operation, at variable: Variable, _ arriving: Variable
  ) throws -> Contributions<Variable> {
    func needs(_ input: Variable) -> Bool { positions[ObjectIdentifier(input)] != nil }
    guard case .elementwise(let slopes) = operation.rule else {
      let passed = try operation.recordedContributions(
        to: variable, arriving: arriving, needs: needs)
      if operation.name == "cross_entropy" { nameTargets(in: passed, of: variable) }
      passed.values.compactMap { $0 }.forEach(names.introduceProbabilities)
      return passed
    }
    let symbols = variable.symbols
    return Contributions(
      try zip(slopes, variable.inputs.array).map { slope, input in
        guard needs(input) else { return nil }
        return try Operation.multiply(arriving, slope.recorded(showsComparisons: true, symbols))
      })
  }

  /// The right classes as zeros and ones, so that p − t can be read.
  private func nameTargets(in passed: Contributions<Variable>, of loss: Variable) {
    guard let gradient = passed.values[0], let target = names.symbol(of: loss.inputs[1]) else {
      return
    }
    for leaf in gradient.leaves
    where leaf.shape == loss.inputs[0].shape && names.symbol(of: leaf) == nil {
      if leaf.value.elements.allSatisfy({ $0 == 0 || $0 == 1 }) {
        names.set("onehot(\(target))", for: leaf)
      }
    }
  }

  /// ∂above/∂below of two neighboring cells, by the recorded rules, in symbols.
  func derivative(of above: Cell, by below: Cell) throws -> LocalDerivative {
    let link = [above.key, below.key]
    if let found = known.table[link] { return found }
    let found = try derived(above, below)
    known.table[link] = found
    return found
  }

  private func derived(_ above: Cell, _ below: Cell) throws -> LocalDerivative {
    let seed = Variable(above.variable.value.oneHot(at: above.offset))
    let passed = try contributions(of: above.variable, arriving: seed)
    guard let gradient = passed.first(where: { $0.input === below.variable })?.gradient else {
      return LocalDerivative(term: .constant(0), value: 0)
    }
    let cell = Cell(variable: gradient, offset: below.offset)
    return LocalDerivative(
      term: Expansion(names: names, foldsZeros: true).derivative(at: cell), value: cell.value)
  }
}

extension Tensor {
  /// Zeros of the same shape, and a one.
  func oneHot(at offset: Int) -> Tensor {
    Tensor(shape) { elements in
      elements.update(repeating: 0)
      elements[offset] = 1
    }
  }
}

/// The derivative of one cell by a neighbor: in symbols, and what the engine's rule gives.
struct LocalDerivative {
  let term: Term
  let value: Double
}

/// Links that were differentiated already; ways share most of them.
private final class KnownDerivatives {
  var table: [[Cell.Key]: LocalDerivative] = [:]
}

extension Expansion {
  /// A cell of a recorded gradient: what is named or constant already stays as it is.
  func derivative(at cell: Cell) -> Term {
    if cell.variable.isLeaf || names.symbol(of: cell.variable) != nil { return reference(to: cell) }
    return term(of: cell).simplified
  }
}
