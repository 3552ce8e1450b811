import Autograd
import Tensors

/// The ways on which one element of the target reaches the root, cell by cell through the named
/// quantities; nil from `init` where there are more cells than a person could follow.
struct CellPaths {
  static let cellBudget = 4_000

  let chain: Chain
  let root: Cell
  let target: Cell
  /// Cells above each cell that are on a way, in order of evaluation.
  private var above: [Cell.Key: [Cell]] = [:]
  private var counts: [Cell.Key: Int] = [:]

  init?(_ chain: Chain, target offset: Int, root rootOffset: Int = 0) {
    self.chain = chain
    root = Cell(variable: chain.root, offset: rootOffset)
    target = Cell(variable: chain.target, offset: offset)
    guard let cells = beneath(), cells.ways[target.key] != nil else { return nil }
    link(cells)
  }

  /// Number of different ways from a cell up to the root, at most 1,000.
  func count(from cell: Cell) -> Int { counts[cell.key] ?? 0 }

  func consumers(of cell: Cell) -> [Cell] { above[cell.key] ?? [] }

  /// What a cell is computed from that depends on another one directly beneath it: the last cells of
  /// the other ways from one to the other.
  func detours(from below: Cell, to above: Cell) -> [Cell] {
    var seen: Set<Cell.Key> = [above.key]
    var found: [Cell] = []
    var stack = [below]
    while let next = stack.popLast() {
      for consumer in consumers(of: next) {
        if consumer.key == above.key, next.key != below.key { found.append(next) }
        if seen.insert(consumer.key).inserted { stack.append(consumer) }
      }
    }
    return found.sorted { chain.position(of: $0.variable) < chain.position(of: $1.variable) }
  }

  /// All ways from a cell up to the root, each beginning with the cell.
  func ways(from cell: Cell) -> [[Cell]] {
    if cell.key == root.key { return [[cell]] }
    return consumers(of: cell).flatMap { next in ways(from: next).map { [cell] + $0 } }
  }

  /// Whether the products along all ways add up to a gradient. They do not where an operation hides
  /// a loop of its own (a whole recurrent sequence), whose cells name only the last step.
  func addUp(to gradient: Double) throws -> Bool {
    let total = try ways(from: target).reduce(0.0) { total, way in
      try total
        + zip(way, way.dropFirst()).reduce(1.0) {
          try $0 * chain.derivative(of: $1.1, by: $1.0).value
        }
    }
    let scale = max(total.magnitude, gradient.magnitude, 1e-300)
    return total == gradient || !(total - gradient).isFinite
      || (total - gradient).magnitude <= 1e-6 * scale
  }

  /// The longest way from a cell, in links.
  func length(from cell: Cell) -> Int {
    var length = 0
    var current = cell
    while let next = consumers(of: current).first {
      length += 1
      current = next
    }
    return length
  }

  /// Cells reachable downwards from the root and the links between them.
  private func beneath() -> (ways: [Cell.Key: Cell], links: [(above: Cell, below: Cell)])? {
    var seen: [Cell.Key: Cell] = [root.key: root]
    var links: [(Cell, Cell)] = []
    var stack = [root]
    while let cell = stack.popLast() {
      if cell.variable === chain.target { continue }
      guard let inputs = dependencies(of: cell) else { return nil }
      for input in inputs {
        links.append((cell, input))
        if seen.updateValue(input, forKey: input.key) == nil { stack.append(input) }
      }
      if links.count > Self.cellBudget { return nil }
    }
    return (seen, links)
  }

  /// Counts ways upwards and keeps the links that are on one.
  private mutating func link(_ cells: (ways: [Cell.Key: Cell], links: [(above: Cell, below: Cell)]))
  {
    var reaching: Set<Cell.Key> = [target.key]
    let upwards = cells.links.sorted {
      (chain.position(of: $0.above.variable), $0.above.offset)
        < (chain.position(of: $1.above.variable), $1.above.offset)
    }
    for link in upwards where reaching.contains(link.below.key) {
      reaching.insert(link.above.key)
      above[link.below.key, default: []].append(link.above)
    }
    counts[root.key] = 1
    for link in upwards.reversed() where reaching.contains(link.below.key) {
      let ways = (counts[link.below.key] ?? 0) + (counts[link.above.key] ?? 0)
      counts[link.below.key] = min(ways, 1000)
    }
  }

  /// The cells of named quantities that a cell is computed from; nil where there are too many.
  private func dependencies(of cell: Cell) -> [Cell]? {
    let inputs = chain.inputs(of: cell.variable)
    if inputs.count == 1, inputs[0].shape.count == 1, cell.variable.shape.count == 1 {
      return [Cell(variable: inputs[0], offset: 0)]
    }
    var found: [Cell.Key: Cell] = [:]
    var seen: Set<Cell.Key> = [cell.key]
    var stack = [cell]
    while let next = stack.popLast() {
      guard let formula = Expansion.formula(of: next) else { return nil }
      let values = next.variable.inputs
      for (slot, offset) in formula.elements({ values[$0].value[flat: $1] }) {
        let input = Cell(variable: next.variable.inputs[slot], offset: offset)
        guard chain.position(of: input.variable) >= 0, seen.insert(input.key).inserted else {
          continue
        }
        if seen.count > Self.cellBudget { return nil }
        if inputs.contains(where: { $0 === input.variable }) {
          found[input.key] = input
        } else {
          stack.append(input)
        }
      }
    }
    return found.values.sorted {
      (chain.position(of: $0.variable), $0.offset) < (chain.position(of: $1.variable), $1.offset)
    }
  }
}

extension Formula {
  /// The input elements a cell formula mentions, a part that recurs once; of functions in pieces
  /// those of the piece that applies to the values.
  func elements(_ value: (_ input: Int, _ offset: Int) -> Double) -> [(input: Int, offset: Int)] {
    var found: [(input: Int, offset: Int)] = []
    var parts: Set<String> = []
    var stack = [self]
    while let next = stack.popLast() {
      if case .element(let input, let offset) = next { found.append((input, offset)) }
      if case .part(let part) = next, !parts.insert(part.symbol).inserted { continue }
      if case .choice(let a, let comparison, let b, let then, let otherwise) = next {
        let condition = Formula.indicator(a, comparison, b)
        let holds = condition.evaluated(symbol: { _ in nil }, element: value) == 1
        stack.append(holds ? then : otherwise)
      } else if case .guarded(let usual, let a, let comparison, let b, let then) = next {
        let acts = Formula.indicator(a, comparison, b).evaluated(
          symbol: { _ in nil }, element: value)
        stack.append(acts == 1 ? then : usual)
      } else {
        stack += next.operands.reversed()
      }
    }
    return found
  }
}
