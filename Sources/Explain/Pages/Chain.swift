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
  private var history: History { names.history }
  /// Of each quantity of the history, whether it depends on the target and whether it is a node.
  private let leads: [Bool]
  private let isNode: [Bool]
  private let shouldStop: () -> Bool
  private let known = KnownDerivatives()

  /// Between the quantity that `names` was made for and one it was computed from.
  /// `shouldStop` is asked at every link that is worked out.
  init(
    to target: Variable, names: Names, shouldStop: @escaping () -> Bool = { false }
  ) throws(ExplanationError) {
    let history = names.history
    self.shouldStop = shouldStop
    self.names = names
    self.target = target
    root = history.quantities[history.count - 1]
    let leads = history.place(of: target).map(history.differentiable) ?? []
    guard leads.last == true else {
      if let blocked = history.blocked(from: target) {
        throw ExplanationError(blocked, names: names)
      }
      throw .independent(
        output: names.symbol(of: root)?.text ?? "it", input: names.symbol(of: target)?.text ?? "it")
    }
    var isNode = [Bool](repeating: false, count: history.count)
    for (place, variable) in history.quantities.enumerated() where leads[place] {
      isNode[place] = variable === root || variable === target || names.hasSymbol(variable)
    }
    // A loss that is added up in a loop is one loss.
    let running = history.running(leads)
    if !running.isEmpty {
      for place in running where history.quantities[place] !== target { isNode[place] = false }
      names.set(.name(root.naming?.name ?? "E"), for: root)
    }
    nodes = zip(history.quantities, isNode).compactMap { $1 ? $0 : nil }
    self.leads = leads
    self.isNode = isNode
  }

  var isScalar: Bool { nodes.allSatisfy { $0.shape.count == 1 } }

  /// Position in order of evaluation of everything on the way; -1 for all else.
  func position(of variable: Variable) -> Int {
    history.place(of: variable).flatMap { leads[$0] ? $0 : nil } ?? -1
  }

  private func isOnTheWay(_ variable: Variable) -> Bool { position(of: variable) >= 0 }

  /// The named quantities a node was computed from directly, on the way to the target.
  func inputs(of node: Variable) -> [Variable] { beneath(node).ends.map { history.quantities[$0] } }

  /// The named quantities computed directly from a node, in order of evaluation.
  func consumers(of node: Variable) -> [Variable] {
    guard let start = history.place(of: node) else { return [] }
    // What was computed from the node without another node between.
    var carries = [Bool](repeating: false, count: history.count)
    carries[start] = true
    var found: [Variable] = []
    for place in start..<history.count
    where history.inputs(of: place).contains(where: { carries[$0] }) {
      if isNode[place] { found.append(history.quantities[place]) } else { carries[place] = true }
    }
    return found
  }

  /// What a node is computed from that depends on another one directly beneath it: the last nodes of
  /// the other ways from one to the other.
  func detours(from below: Variable, to above: Variable) -> [Variable] {
    let inputs = inputs(of: above)
    guard inputs.count > 1, let place = history.place(of: below) else { return [] }
    let depends = history.dependents(of: place)
    return inputs.filter { other in
      other !== below && history.place(of: other).map { depends[$0] } == true
    }
  }

  /// Places of the unnamed quantities under a node, with its own, and of the nodes where they end.
  private func beneath(_ node: Variable) -> (ends: [Int], between: [Int]) {
    guard let start = history.place(of: node), node !== target else { return ([], []) }
    var seen: Set<Int> = []
    var ends: [Int] = []
    var between: [Int] = []
    var stack = [start]
    while let next = stack.popLast() {
      between.append(next)
      for input in history.inputs(of: next) where leads[input] && seen.insert(input).inserted {
        if isNode[input] { ends.append(input) } else { stack.append(input) }
      }
    }
    return (ends, between)
  }

  /// The gradients that one node passes on to the nodes directly beneath it, given the one that
  /// arrived: ∂E/∂node times the local derivative, as recorded computations.
  func contributions(
    of node: Variable, arriving: Variable
  ) throws -> [(input: Variable, gradient: Variable)] {
    if shouldStop() { throw ExplanationError.stopped }
    let region = beneath(node)
    var gradients: [ObjectIdentifier: Arrivals] = [:]
    for variable in region.between.sorted(by: >).map({ history.quantities[$0] }) {
      let arrived =
        variable === node ? arriving : try gradients[ObjectIdentifier(variable)]?.sum(names)
      guard let arrived, let operation = variable.operation else { continue }
      let passed = try passedOn(by: operation, at: variable, arrived)
      for (slot, contribution) in passed.values.enumerated() {
        let input = variable.inputs[slot]
        guard let contribution, isOnTheWay(input) else { continue }
        let fitted = try Operation.summed(contribution, to: input.shape)
        try gradients[ObjectIdentifier(input), default: Arrivals()].add(fitted)
      }
    }
    return try region.ends.map { history.quantities[$0] }.compactMap { end in
      try gradients[ObjectIdentifier(end)]?.sum(names).map { (end, $0) }
    }
  }

  /// What one operation passes on. Slopes are recorded with their comparisons, to be shown as 𝟙[z > 0].
  private func passedOn(
    by operation: Operation, at variable: Variable, _ arriving: Variable
  ) throws -> Contributions<Variable> {
    guard case .elementwise(let slopes) = operation.rule else {
      let passed = try operation.recordedContributions(
        to: variable, arriving: arriving, needs: isOnTheWay)
      if operation.form == .classLoss { nameTargets(in: passed, of: variable) }
      passed.values.compactMap { $0 }.forEach(names.introduceProbabilities)
      return passed
    }
    let symbols = variable.symbols
    return Contributions(
      try zip(slopes, variable.inputs.array).map { slope, input in
        guard isOnTheWay(input) else { return nil }
        return try Operation.multiply(arriving, slope.recorded(showsComparisons: true, symbols))
      })
  }

  /// The right classes as zeros and ones, so that p − t can be read.
  private func nameTargets(in passed: Contributions<Variable>, of loss: Variable) {
    guard let gradient = passed.values[0] else { return }
    let isLong = gradient.shape.count > Notation.literalLimit
    guard let target = names.symbol(of: loss.inputs[1]) ?? (isLong ? "targets" : nil) else {
      return
    }
    for leaf in gradient.leaves
    where leaf.shape == loss.inputs[0].shape && !names.hasSymbol(leaf) {
      if leaf.value.elements.allSatisfy({ $0 == 0 || $0 == 1 }) {
        names.set(.call("onehot", [target]), for: leaf)
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
    let passed: [(input: Variable, gradient: Variable)]
    if let last = known.last, last.cell == above.key {
      passed = last.passed
    } else {
      let seed = Variable(above.variable.value.oneHot(at: above.offset))
      passed = try contributions(of: above.variable, arriving: seed)
      known.last = (above.key, passed)
    }
    guard let gradient = passed.first(where: { $0.input === below.variable })?.gradient else {
      return LocalDerivative(term: .constant(0), value: 0)
    }
    let cell = Cell(variable: gradient, offset: below.offset)
    let worked = Expansion(names: names, foldsZeros: true).derivative(at: cell)
    return LocalDerivative(term: worked.term, value: cell.value, reasons: worked.reasons)
  }
}

extension History {
  /// Earlier values of the last quantity's name that were only added to: E⁽¹⁾ and E⁽²⁾ on the way to
  /// E⁽³⁾. None where one of them was used for something else.
  fileprivate func running(_ leads: [Bool]) -> [Int] {
    guard let root = quantities.last, let name = root.naming?.name, root.naming?.line != 0,
      root.shape.count == 1
    else { return [] }
    let places = quantities.indices.dropLast().filter {
      leads[$0] && quantities[$0].naming?.name == name && quantities[$0].naming?.line != 0
    }
    let isOne = Set(places)
    guard !places.isEmpty else { return [] }
    for place in quantities.indices where inputs(of: place).contains(where: isOne.contains) {
      let isNext = isOne.contains(place) || place == count - 1
      guard isNext, quantities[place].operation?.form == .arithmetic(.add) else { return [] }
    }
    return places
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

/// The gradients that arrive at one quantity, added: the first as recorded computations, what comes
/// after them as a number or tensor alone, since thousands of full size would fill the memory.
private struct Arrivals {
  static let recordedLimit = 24

  private var recorded: Variable?
  private var count = 0
  private var rest: Tensor?

  mutating func add(_ gradient: Variable) throws {
    count += 1
    if count > Self.recordedLimit {
      rest = try rest?.adding(gradient.value) ?? gradient.value
    } else {
      recorded = try recorded.map { try Operation.add($0, gradient) } ?? gradient
    }
  }

  /// All of them; those without a history under a symbol that counts them.
  func sum(_ names: Names) throws -> Variable? {
    guard let rest, let recorded else { return recorded }
    let others = Variable(rest)
    names.set(
      .words("(\(TermText.grouped(count - Self.recordedLimit)) more)"), for: others,
      computed: true)
    return try Operation.add(recorded, others)
  }
}

/// The derivative of one cell by a neighbor: in symbols, and what the engine's rule gives.
struct LocalDerivative {
  let term: Term
  let value: Double
  var reasons: [Reason] = []
}

/// Links that were differentiated already; ways share most of them.
private final class KnownDerivatives {
  var table: [[Cell.Key]: LocalDerivative] = [:]
  /// What the cell that was differentiated last passes on: a row of a Jacobian asks for all of it.
  var last: (cell: Cell.Key, passed: [(input: Variable, gradient: Variable)])?
}

extension Expansion {
  /// A cell of a recorded gradient: what is named or constant already stays as it is.
  func derivative(at cell: Cell) -> Worked {
    if cell.variable.isLeaf || names.hasSymbol(cell.variable) { return (reference(to: cell), []) }
    let worked = worked(cell)
    return (worked.term.simplified, worked.reasons)
  }
}
