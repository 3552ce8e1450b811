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
    guard isSequence else { return try next(x, state, weights, bias) }
    let steps = x.shape[0]
    let (stepShape, lines) = (Array(x.shape.array.dropFirst()), try x.reshaped([steps, -1]))
    var (current, all) = (state, Variable(Tensor(repeating: 0, shape: [steps, state.shape.count])))
    for step in 0..<steps {
      let unit = Variable(Tensor((0..<steps).map { $0 == step ? 1 : 0 }, shape: [1, steps]))
      current = try next(
        Operation.matmul(unit, lines).reshaped(stepShape), current, weights, bias)
      let line = try current.reshaped([1, -1])
      all = try Operation.add(all, Operation.matmul(Operation.transpose(unit), line))
    }
    return try all.reshaped([steps] + state.shape.array)
  }

  /// One step. Parts of matrices are taken by products with parts of the identity.
  private func next(
    _ x: Variable, _ state: Variable, _ weights: Variable, _ bias: Variable
  ) throws -> Variable {
    let hidden = state.shape[state.shape.rank - 1] / statesPerUnit
    let (rows, columns) = (weights.shape[0], weights.shape[1])
    let forState = try Operation.matmul(part(0..<hidden, of: rows), weights)
    let forInput = try Operation.matmul(part(hidden..<rows, of: rows), weights)
    let fromInput = try Operation.add(Operation.matmul(x, forInput), bias)
    func columnPart(_ variable: Variable, _ index: Int, of count: Int) throws -> Variable {
      let selection = part(index * hidden..<(index + 1) * hidden, of: count)
      return try Operation.matmul(variable, Operation.transpose(selection))
    }
    let h = try columnPart(state, 0, of: hidden * statesPerUnit)
    func sum(_ gate: Int, _ h: Variable) throws -> Variable {
      let own = try Operation.matmul(h, columnPart(forState, gate, of: columns))
      return try Operation.add(own, columnPart(fromInput, gate, of: columns))
    }
    switch self {
    case .rnn: return try sum(0, h).called("tanh").part("h′")
    case .lstm:
      let cell = try columnPart(state, 1, of: 2 * hidden)
      let f = try sum(0, h).called("sigmoid").part("f")
      let i = try sum(1, h).called("sigmoid").part("i")
      let g = try sum(2, h).called("tanh").part("g")
      let o = try sum(3, h).called("sigmoid").part("o")
      let newCell = try Operation.add(Operation.multiply(f, cell), Operation.multiply(i, g)).part(
        "C′")
      let newH = try Operation.multiply(o, newCell.called("tanh")).part("h′")
      return try Operation.add(
        Operation.matmul(newH, part(0..<hidden, of: 2 * hidden)),
        Operation.matmul(newCell, part(hidden..<2 * hidden, of: 2 * hidden)))
    case .gru:
      let z = try sum(0, h).called("sigmoid").part("z")
      let r = try sum(1, h).called("sigmoid").part("r")
      let n = try sum(2, Operation.multiply(r, h)).called("tanh").part("n")
      return try Operation.add(h, Operation.multiply(z, Operation.subtract(n, h))).part("h′")
    }
  }

  /// Rows of the identity: a factor on the left picks those rows, its transpose on the right columns.
  private func part(_ range: Range<Int>, of count: Int) -> Variable {
    Variable(
      Tensor([range.count, count]) { out in
        out.update(repeating: 0)
        for (row, column) in range.enumerated() { out[row * count + column] = 1 }
      })
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

extension Variable {
  /// A recurrent operation taken apart into small ones, gates and states under their usual names
  /// (with line 0); nil for anything else.
  package func unfolded() throws -> Variable? {
    guard let operation, inputs.count == 4 else { return nil }
    let cells: [String: Cell] = ["rnn": .rnn, "lstm": .lstm, "gru": .gru]
    let name = operation.name.split(separator: "_")
    guard name.count == 2, let cell = cells[String(name[0])],
      ["cell", "sequence"].contains(name[1])
    else { return nil }
    return try cell.composed(inputs.array, name[1] == "sequence")
  }

  fileprivate func part(_ name: String) -> Variable {
    naming = Naming(name: name, line: 0)
    return self
  }

  fileprivate func reshaped(_ sizes: [Int]) throws -> Variable {
    try Operation.reshape(self, .one("shape", .integers(sizes)))
  }

  fileprivate func called(_ name: String) throws -> Variable {
    guard let operation = Catalogue.standard[name] else { throw FormulaError.unknown(name) }
    return try operation(self)
  }
}
