import Autograd
import Tensors

extension LayerKind {
  private static let sizes = [
    Parameter("input_size", .integer, "numbers a step"),
    Parameter("hidden_size", .integer, "hidden units"),
    Parameter(
      "bidirectional", .bool, default: .bool(false),
      "run backwards as well, with parameters of its own"),
  ]

  /// Layers over sequences [steps, rows, inputs] or [steps, inputs]. They give the states h after
  /// every step and the last state.
  package static let recurrent: [LayerKind] = [
    recurrence(.rnn, "Runs a simple recurrent cell over a sequence."),
    recurrence(.lstm, "Runs an LSTM over a sequence; its state is h and the cell C side by side."),
    recurrence(.gru, "Runs a GRU over a sequence."),
    cell(.rnn, "Takes one step of a simple recurrent cell."),
    cell(
      .lstm, "Takes one step of an LSTM; gives h, and the state: h and the cell C side by side."),
    cell(.gru, "Takes one step of a GRU."),
  ]

  private static func settings(of cell: Cell) -> [Parameter] {
    guard cell == .gru else { return [] }
    return [
      Parameter(
        "convention", .choice(["slides", "pytorch"]), default: .string("slides"),
        "which of h and n the update gate keeps, and where the reset gate acts")
    ]
  }

  /// The parameters of one direction.
  private static func parameters(
    _ cell: Cell, inputs: Int, hidden: Int, followsPyTorch: Bool, direction: String = ""
  ) -> [(name: String, shape: Shape, distribution: Initializer.Distribution)] {
    let start = Initializer.Distribution.fanIn(hidden)
    let columns = cell.gates * hidden
    return [
      ("W" + direction, [hidden + inputs, columns], start), ("b" + direction, [columns], start),
    ] + (followsPyTorch ? [("b_hn" + direction, [hidden], start)] : [])
  }

  private static let weightNote: Notes =
    "W is [hidden + inputs, gates · hidden] with the rows for h first."

  /// One step on inputs [rows, inputs] or [inputs] and a state, which is 0 when it is left out.
  private static func cell(_ cell: Cell, _ summary: String) -> LayerKind {
    let name = cell.rawValue.uppercased() + "Cell"
    return LayerKind(
      name, summary,
      notes: Operation.required("\(cell.rawValue)_cell").notes + weightNote
        + "Takes x and the state, which is 0 when it is left out.",
      parameters: sizes.dropLast() + settings(of: cell),
      examples: [Example(stringLiteral: "\(name)(1, 8)")]
    ) { make throws(TensorError) in
      let (inputs, hidden) = (try make.size("input_size"), try make.size("hidden_size"))
      let followsPyTorch = make.attributes.string("convention") == "pytorch"
      return LayerPlan(
        inputs: 1...2,
        parameters: parameters(
          cell, inputs: inputs, hidden: hidden, followsPyTorch: followsPyTorch),
        outputShape: { _, shape throws(TensorError) in
          try stepShape(shape, inputs: inputs, ranks: 1...2).replacing(
            axis: shape.rank - 1, with: hidden)
        },
        forward: { layer, given in
          _ = try layer.outputShape(for: given[0].shape)
          let x = given[0]
          let run = SequenceRun(
            layer: layer, cell: cell, hidden: hidden, followsPyTorch: followsPyTorch)
          let one = try Operation.reshape(x, .one("shape", .integers([1] + x.shape.array)))
          let state = try run.states(one, state: given.count > 1 ? given[1] : nil, "").last
          return cell.statesPerUnit == 1 ? [state] : [try state.picking(0..<hidden), state]
        })
    }
  }

  /// Refuses inputs of other sizes.
  private static func stepShape(
    _ shape: Shape, inputs: Int, ranks: ClosedRange<Int>
  ) throws(TensorError) -> Shape {
    guard ranks.contains(shape.rank) else {
      throw .rank(
        of: "the input", expected: "\(ranks.lowerBound) or \(ranks.upperBound)", found: shape)
    }
    guard shape[shape.rank - 1] == inputs else {
      throw .sizes(of: "each step", expected: inputs, found: shape[shape.rank - 1], what: "numbers")
    }
    return shape
  }

  private static func recurrence(_ cell: Cell, _ summary: String) -> LayerKind {
    let name = cell.rawValue.uppercased()
    return LayerKind(
      name, summary, notes: Operation.required("\(cell.rawValue)_sequence").notes + weightNote,
      parameters: sizes + settings(of: cell), examples: [Example(stringLiteral: "\(name)(1, 8)")]
    ) { make throws(TensorError) in
      let (inputs, hidden) = (try make.size("input_size"), try make.size("hidden_size"))
      let directions = make.attributes.bool("bidirectional") ? ["", "_reverse"] : [""]
      let followsPyTorch = make.attributes.string("convention") == "pytorch"
      return LayerPlan(
        inputs: 1...1 + directions.count,
        parameters: directions.flatMap {
          parameters(
            cell, inputs: inputs, hidden: hidden, followsPyTorch: followsPyTorch, direction: $0)
        },
        outputShape: { _, shape throws(TensorError) in
          try stepShape(shape, inputs: inputs, ranks: 2...3).replacing(
            axis: shape.rank - 1, with: hidden * directions.count)
        },
        forward: { layer, given in
          _ = try layer.outputShape(for: given[0].shape)
          let runs = try directions.enumerated().map { index, direction in
            try SequenceRun(
              layer: layer, cell: cell, hidden: hidden, followsPyTorch: followsPyTorch
            )
            .states(given[0], state: given.count > index + 1 ? given[index + 1] : nil, direction)
          }
          let axis = Attributes.one("axis", .integer(-1))
          let outputs = try runs.map { try $0.all.picking(0..<hidden) }
          let joined =
            outputs.count == 1 ? outputs[0] : try Operation.required("concat")(outputs, axis)
          return [joined] + runs.map(\.last)
        })
    }
  }
}

/// One direction of a recurrent layer over one sequence.
private struct SequenceRun {
  let layer: Layer
  let cell: Cell
  let hidden: Int
  let followsPyTorch: Bool

  func states(
    _ x: Variable, state: Variable?, _ direction: String
  ) throws -> (all: Variable, last: Variable) {
    let sizes = Array(x.shape.array.dropFirst().dropLast()) + [hidden * cell.statesPerUnit]
    let first =
      state ?? Variable(Tensor(repeating: 0, shape: Shape(unchecked: sizes), dtype: x.value.dtype))
    let input = direction.isEmpty ? x : try x.reversed()
    guard let weights = layer.parameter("W" + direction),
      let bias = layer.parameter("b" + direction)
    else { throw GradientError.wrongInputCount(layer.kind.name, expected: 2, found: 0) }
    let all =
      if followsPyTorch, let inner = layer.parameter("b_hn" + direction) {
        try pytorchGRU(input, first, weights, bias, inner)
      } else {
        try Operation.required("\(cell.rawValue)_sequence")([input, first, weights, bias])
      }
    let last =
      input.shape[0] == 0
      ? first : try Operation.index(all, .one("items", .index([.at(-1)])))
    return (direction.isEmpty ? all : try all.reversed(), last)
  }

  /// z and r as on the slides; n = tanh(x Wₙ + b + r ⊙ (h Uₙ + b_hn)), h′ = (1 − z) ⊙ n + z ⊙ h.
  private func pytorchGRU(
    _ x: Variable, _ first: Variable, _ weights: Variable, _ bias: Variable, _ inner: Variable
  ) throws -> Variable {
    let forState = try Operation.index(
      weights, .one("items", .index([.slice(start: nil, stop: hidden, step: 1)])))
    let forInput = try Operation.index(
      weights, .one("items", .index([.slice(start: hidden, stop: nil, step: 1)])))
    let projected = try Operation.add(Operation.matmul(x, forInput), bias)
    let (sigmoid, tanh) = (Operation.required("sigmoid"), Operation.required("tanh"))
    var (h, all): (Variable, [Variable]) = (first, [])
    for step in 0..<x.shape[0] {
      let fromInput = try Operation.index(projected, .one("items", .index([.at(step)])))
      let fromState = try Operation.matmul(h, forState)
      func sum(_ gate: Int) throws -> Variable {
        let columns = gate * hidden..<(gate + 1) * hidden
        return try Operation.add(fromInput.picking(columns), fromState.picking(columns))
      }
      let (z, r) = try (sigmoid(sum(0)), sigmoid(sum(1)))
      let columns = 2 * hidden..<3 * hidden
      let kept = try Operation.multiply(r, Operation.add(fromState.picking(columns), inner))
      let n = try tanh(Operation.add(fromInput.picking(columns), kept))
      h = try Operation.add(n, Operation.multiply(z, Operation.subtract(h, n)))
      all.append(h)
    }
    return try Operation.required("stack")(all)
  }
}

extension Variable {
  /// A range of the last axis.
  fileprivate func picking(_ columns: Range<Int>) throws -> Variable {
    if columns == 0..<shape[shape.rank - 1] { return self }
    return try Operation.index(
      self,
      .one(
        "items",
        .index([.ellipsis, .slice(start: columns.lowerBound, stop: columns.upperBound, step: 1)])))
  }

  /// The first axis backwards.
  fileprivate func reversed() throws -> Variable {
    try Operation.index(
      self, .one("items", .index([.slice(start: nil, stop: nil, step: -1)])))
  }
}
