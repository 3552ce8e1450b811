import Tensors

// What the fused recurrent operations compute, written with small operations (for second
// derivatives) and as the arithmetic of one number (for explanations).

extension Cell {
  var notes: Notes {
    let bias = Convention("biases", "one a gate", pytorch: "two a gate, which are added")
    switch self {
    case .rnn: return Notes("", bias)
    case .lstm:
      return Notes(
        "C′ = f ⊙ C + i ⊙ g, h′ = o ⊙ tanh(C′).",
        Convention("columns of W", "f, i, g, o", pytorch: "i, f, g, o"), bias)
    case .gru:
      return Notes(
        "n = tanh([r ⊙ h, x] W + b).",
        Convention("columns of W", "z, r, n", pytorch: "r, z, n"),
        Convention(
          "update gate z", "h′ = (1 − z) ⊙ h + z ⊙ n", pytorch: "h′ = z ⊙ h + (1 − z) ⊙ n"),
        Convention("reset gate r", "before the product with W", pytorch: "after it"), bias)
    }
  }

  func samples(_ isSequence: Bool) -> [[[Int]]] {
    let (hidden, inputs, gates) = (2, 3, gates)
    let parameters = [[hidden + inputs, gates * hidden], [gates * hidden]]
    let state = hidden * statesPerUnit
    let steps = isSequence ? [3] : []
    return [
      [steps + [inputs], [state]] + parameters, [steps + [2, inputs], [2, state]] + parameters,
    ]
  }

  // MARK: - With small operations

  /// The states that x, the first state, W and b lead to.
  func composed(_ inputs: [Variable], _ isSequence: Bool) throws -> Variable {
    let (x, state, weights, bias) = (inputs[0], inputs[1], inputs[2], inputs[3])
    var parts = 0
    guard isSequence else { return try next(x, state, weights, bias, &parts) }
    let sizes = [x.shape[0]] + state.shape.array
    guard x.shape[0] > 0 else {
      return Variable(Tensor(repeating: 0, shape: Shape(unchecked: sizes)))
    }
    var states: [Variable] = []
    for step in 0..<x.shape[0] {
      let input = try Operation.index(x, .one("items", .index([.at(step)])))
      states.append(try next(input, states.last ?? state, weights, bias, &parts, mark: ""))
    }
    return try Operation.required("stack")(states, .one("axis", .integer(0)))
  }

  /// One step. The new states are marked: h′. `parts` counts gates and states as they are made.
  private func next(
    _ x: Variable, _ state: Variable, _ weights: Variable, _ bias: Variable, _ parts: inout Int,
    mark: String = "′"
  ) throws -> Variable {
    let hidden = state.shape[state.shape.rank - 1] / statesPerUnit
    func sum(_ gate: Int, _ h: Variable) throws -> Variable {
      let product = try Operation.matmul(
        joined(h, x), weights.part(gate, of: gates, size: hidden))
      return try Operation.add(product, bias.part(gate, of: gates, size: hidden))
    }
    let h = try state.part(0, of: statesPerUnit, size: hidden)
    switch self {
    case .rnn: return try sum(0, h).called("tanh").part("h" + mark, &parts)
    case .lstm:
      let cell = try state.part(1, of: 2, size: hidden)
      let f = try sum(0, h).called("sigmoid").part("f", &parts)
      let i = try sum(1, h).called("sigmoid").part("i", &parts)
      let g = try sum(2, h).called("tanh").part("g", &parts)
      let o = try sum(3, h).called("sigmoid").part("o", &parts)
      let newCell = try Operation.add(Operation.multiply(f, cell), Operation.multiply(i, g)).part(
        "C" + mark, &parts)
      return try joined(
        Operation.multiply(o, newCell.called("tanh")).part("h" + mark, &parts), newCell)
    case .gru:
      let z = try sum(0, h).called("sigmoid").part("z", &parts)
      let r = try sum(1, h).called("sigmoid").part("r", &parts)
      let n = try sum(2, Operation.multiply(r, h)).called("tanh").part("n", &parts)
      return try Operation.add(h, Operation.multiply(z, Operation.subtract(n, h)))
        .part("h" + mark, &parts)
    }
  }

  /// Two vectors, or the rows of two matrices, one after the other.
  private func joined(_ a: Variable, _ b: Variable) throws -> Variable {
    try Operation.required("concat")([a, b], .one("axis", .integer(-1)))
  }

  // MARK: - As arithmetic of one number

  /// One number of a state. What an earlier step gave enters as a number.
  func formula(_ request: CellRequest, _ isSequence: Bool) -> Formula? {
    let width = request.inputs[1].shape[request.inputs[1].shape.rank - 1]
    let (hidden, inputs) = (width / statesPerUnit, request.inputs[0].shape.array.last ?? 0)
    let (line, place) = (request.offset / width, request.offset % width)
    let rows = width == 0 ? 0 : request.inputs[1].count / width
    func before(_ column: Int) -> Formula {
      line >= rows
        ? .number(request.output[flat: (line - rows) * width + column])
        : .element(input: 1, offset: line * width + column)
    }
    func sum(_ gate: Int, _ unit: Int, _ h: (Int) -> Formula) -> Formula {
      let column = gate * hidden + unit
      return .sum(
        (0..<hidden).map { h($0) * request.element(2, [$0, column]) }
          + (0..<inputs).map {
            .element(input: 0, offset: line * inputs + $0)
              * request.element(2, [hidden + $0, column])
          } + [request.element(3, [column])])
    }
    func sigmoid(_ x: Formula) -> Formula { 1 / (1 + .exp(-x)) }
    func tanh(_ x: Formula) -> Formula { .call("tanh", [x]) }
    let unit = place % max(hidden, 1)
    switch self {
    case .rnn: return tanh(sum(0, unit, before))
    case .lstm:
      let kept = sigmoid(sum(0, unit, before)) * before(hidden + unit)
      let cell = kept + sigmoid(sum(1, unit, before)) * tanh(sum(2, unit, before))
      return place < hidden ? sigmoid(sum(3, unit, before)) * tanh(cell) : cell
    case .gru:
      let z = sigmoid(sum(0, unit, before))
      let n = tanh(sum(2, unit) { sigmoid(sum(1, $0, before)) * before($0) })
      return (1 - z) * before(unit) + z * n
    }
  }
}

extension Operation {
  /// The cell that the operation takes one step of, or many; nil for any other operation.
  private var recurrence: (cell: Cell, isSequence: Bool)? {
    let isSequence = name.hasSuffix("_sequence")
    guard isSequence || name.hasSuffix("_cell") else { return nil }
    let cells: [Substring: Cell] = ["rnn": .rnn, "lstm": .lstm, "gru": .gru]
    return cells[name.prefix { $0 != "_" }].map { ($0, isSequence) }
  }

  package var isRecurrent: Bool { recurrence != nil }

  /// One step or all of them with small operations; nil for any other operation.
  fileprivate func unfolded(over inputs: [Variable]) throws -> Variable? {
    guard let (cell, isSequence) = recurrence, inputs.count == 4 else { return nil }
    if isSequence, inputs[0].shape[0] > Self.unfoldedSteps { return nil }
    return try cell.composed(inputs, isSequence)
  }

  /// Longer sequences stay in one piece.
  private static let unfoldedSteps = 32
}

extension Variable {
  /// A recurrent operation taken apart into small ones, gates and states under their usual names
  /// (with line 0); nil for anything else.
  /// `inputs` may be other quantities of the same values.
  package func unfolded(over inputs: [Variable]? = nil) throws -> Variable? {
    try operation?.unfolded(over: inputs ?? self.inputs.array)
  }

  fileprivate func part(_ name: String, _ number: inout Int) -> Variable {
    naming = Naming(name: name, line: 0, rank: number)
    number += 1
    return self
  }

  /// One of several parts of the last axis.
  fileprivate func part(_ number: Int, of count: Int, size: Int) throws -> Variable {
    if count == 1 { return self }
    if operation?.name == "concat", inputs.count == count { return inputs[number] }
    let columns = IndexItem.slice(start: number * size, stop: (number + 1) * size, step: 1)
    return try Operation.index(
      self, .one("items", .index(Operation.along(shape.rank - 1, columns))))
  }

  fileprivate func called(_ name: String) throws -> Variable {
    guard let operation = Catalogue.standard[name] else { throw FormulaError.unknown(name) }
    return try operation(self)
  }
}
