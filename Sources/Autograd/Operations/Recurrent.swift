import Tensors

extension Operation {
  /// Layers in one operation each: for speed. Their rules for second derivatives are the same layers
  /// written with small operations, and tests prove both equal.
  static let recurrent: [Operation] = [
    Operation(
      "linear", "Multiplies rows by a matrix and adds a bias: x @ W + b.", form: .layer,
      expansion: Expansion(isWrittenOut: true) { inputs, attributes in
        let isTransposed = attributes.bool("transposed")
        let weights = isTransposed ? try transpose(inputs[1]) : inputs[1]
        return try add(matmul(inputs[0], weights), inputs[2])
      },
      notes: Notes(
        "",
        Convention(
          "W", "[inputs, outputs]; [outputs, inputs] with transposed=True",
          pytorch: "[outputs, inputs]")),
      examples: ["linear([1, 2], [1, 0; 0, 1], [10, 20])  # [11, 22]"],
      parameters: [
        Parameter("x", .tensor, "rows of inputs"),
        Parameter("W", .tensor, "weights [inputs, outputs]"),
        Parameter("b", .tensor, "one bias an output"),
        Parameter(
          "transposed", .bool, default: .bool(false), keywordOnly: true, "W is [outputs, inputs]"),
      ],
      kernel: .many { inputs, attributes throws(TensorError) in
        let layer = try DenseLayer(
          x: inputs[0], weights: inputs[1], bias: inputs[2],
          isTransposed: attributes.bool("transposed"))
        return layer.values(x: inputs[0], weights: inputs[1], bias: inputs[2])
      },
      rule: .recorded(linearRule),
      fastRule: { call throws(TensorError) in
        let (x, weights, bias) = (call.inputs[0], call.inputs[1], call.inputs[2])
        let layer = try DenseLayer(
          x: x, weights: weights, bias: bias, isTransposed: call.attributes.bool("transposed"))
        return Contributions(
          layer.gradients(
            x: x, weights: weights, bias: bias, output: call.output, arriving: call.gradient,
            needs: call.needs))
      },
      sampling: Sampling(
        shapes: [
          [[3], [3, 2], [2]], [[4, 3], [3, 2], [2]], [[2, 2, 3], [3, 1], [1]],
          [[0, 3], [3, 2], [2]],
          [[4, 3], [2, 3], [2]],
        ], attributes: [.none, .none, .none, .none, .one("transposed", .bool(true))]),
      cell: { request in
        let (weights, outputs) = (request.inputs[1].shape, request.inputs[2].count)
        let (row, column) = (request.offset / outputs, request.offset % outputs)
        let isTransposed = request.attributes.bool("transposed")
        let inner = weights[isTransposed ? 1 : 0]
        return .sum(
          (0..<inner).map {
            .element(input: 0, offset: row * inner + $0)
              * request.element(1, isTransposed ? [column, $0] : [$0, column])
          } + [request.element(2, [column])])
      }),
    .recurrent(
      .rnn, "rnn_cell", "One step of a simple recurrent layer: tanh([h, x] @ W + b).",
      examples: ["rnn_cell([0.5], [0.1], [0.2; 0.4], [0])  # [0.2165]"]),
    .recurrent(
      .lstm, "lstm_cell", "One step of an LSTM; the state holds h and then the cell C.",
      examples: ["lstm_cell([1], [0, 0], zeros(2, 4), zeros(4))  # [0, 0]"]),
    .recurrent(
      .gru, "gru_cell", "One step of a GRU: h′ = (1 − z) h + z n.",
      examples: ["gru_cell([1], [0.5], zeros(2, 3), zeros(3))  # [0.25]"]),
    .recurrent(
      .rnn, "rnn_sequence", isSequence: true,
      "All steps of a simple recurrent layer; gives the state after each.",
      examples: ["rnn_sequence([0.5; 0.5], [0.1], [0.2; 0.4], [0])  # [0.2165; 0.2386]"]),
    .recurrent(
      .lstm, "lstm_sequence", isSequence: true,
      "All steps of an LSTM; gives h and the cell C after each.",
      examples: ["lstm_sequence([1; 1], [0, 0], zeros(2, 4), zeros(4))  # [0, 0; 0, 0]"]),
    .recurrent(
      .gru, "gru_sequence", isSequence: true, "All steps of a GRU; gives the state after each.",
      examples: ["gru_sequence([1; 1], [0.5], zeros(2, 3), zeros(3))  # [0.25; 0.125]"]),
  ]

  /// ∂E/∂x = g Wᵀ, ∂E/∂W = xᵀ g over all rows, ∂E/∂b = g summed over the rows.
  private static func linearRule(_ call: Backward<Variable>) throws -> Contributions<Variable> {
    let (x, weights, g) = (call.inputs[0], call.inputs[1], call.gradient)
    func rows(_ variable: Variable, _ width: Int) throws -> Variable {
      let count = width == 0 ? 0 : variable.shape.count / width
      return try reshape(variable, .one("shape", .integers([count, width])))
    }
    let outputs = call.inputs[2].shape.count
    let isTransposed = call.attributes.bool("transposed")
    let inputs = weights.shape[isTransposed ? 1 : 0]
    func forWeights() throws -> Variable {
      let (left, right) = try (rows(x, inputs), rows(g, outputs))
      return try isTransposed ? matmul(transpose(right), left) : matmul(transpose(left), right)
    }
    return Contributions(
      call.needs[0] ? try matmul(g, isTransposed ? weights : transpose(weights)) : nil,
      call.needs[1] ? try forWeights() : nil, call.needs[2] ? g : nil)
  }

  /// A recurrent cell, or the same cell over a sequence.
  private static func recurrent(
    _ cell: Cell, _ name: String, isSequence: Bool = false, _ summary: String, examples: [Example]
  ) -> Operation {
    Operation(
      name, summary,
      expansion: Expansion(isWrittenOut: true) { inputs, _ in try cell.composed(inputs, isSequence)
      },
      notes: cell.notes, examples: examples,
      parameters: [
        Parameter(
          "x", .tensor,
          isSequence ? "[steps, rows, inputs] or [steps, inputs]" : "[rows, inputs] or [inputs]"),
        Parameter("state", .tensor, cell == .lstm ? "h and C before, side by side" : "h before"),
        Parameter(
          "W", .tensor, "weights [hidden + inputs, \(cell.gates) · hidden], rows for h first"),
        Parameter("b", .tensor, "biases [\(cell.gates) · hidden]"),
      ],
      kernel: .many { inputs, _ throws(TensorError) in
        let layer = try recurrence(cell, inputs, isSequence)
        let shape =
          isSequence
          ? try inputs[1].shape.inserting(inputs[0].shape[0], at: 0) : inputs[1].shape
        return layer.states(
          x: inputs[0], state: inputs[1], weights: inputs[2], bias: inputs[3], shape: shape)
      },
      rule: .recorded { call in try differentiated(call) { try cell.composed($0, isSequence) } },
      fastRule: { call throws(TensorError) in
        Contributions(
          try recurrence(cell, call.inputs, isSequence).gradients(
            x: call.inputs[0], state: call.inputs[1], weights: call.inputs[2], bias: call.inputs[3],
            arriving: call.gradient, needs: call.needs))
      },
      sampling: Sampling(-0.9...0.9, shapes: cell.samples(isSequence)),
      cell: { cell.formula($0, isSequence) })
  }

  private static func recurrence(
    _ cell: Cell, _ inputs: [Tensor], _ isSequence: Bool
  ) throws(TensorError) -> Recurrence {
    try Recurrence(
      cell, x: inputs[0], state: inputs[1], weights: inputs[2], bias: inputs[3],
      isSequence: isSequence)
  }

  /// The rule of an operation that is a composition of others. The inputs are copied first, so that
  /// an input that was computed from another one does not pass on a gradient twice.
  private static func differentiated(
    _ call: Backward<Variable>, _ composition: ([Variable]) throws -> Variable
  ) throws -> Contributions<Variable> {
    let copies = try call.inputs.map { try reshape($0, .one("shape", .integers($0.shape.array))) }
    return Contributions(
      try composition(copies).recordedGradients(for: copies, seed: call.gradient))
  }
}
