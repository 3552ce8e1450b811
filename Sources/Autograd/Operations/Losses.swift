import Glibc
import Tensors

extension Operation {
  /// Losses that compare predictions with targets element by element.
  static let losses: [Operation] = [
    .loss(
      "mse", aliases: ["mse_loss"], "Averages the squared differences.",
      examples: ["mse([1, 2], [1, 4])  # 2"],
      formula: (Formula.a - .b).power(2), slopes: (2 * (.a - .b), -2 * (.a - .b)),
      value: { a, b in (a - b) * (a - b) }, derivative: { a, b in (2 * (a - b), -2 * (a - b)) }),
    .loss(
      "half_squared_error", "Adds up half the squared differences: ½ Σ (y − ŷ)².",
      notes: "The ½ cancels the 2 of the derivative, which is then ŷ − y. PyTorch has no such loss.",
      examples: ["half_squared_error(0.63, 1)  # 0.0685", "half_squared_error([1, 2], [1, 4])  # 2"],
      reduction: "sum",
      formula: 0.5 * (Formula.b - .a).power(2), slopes: (-(.b - .a), .b - .a),
      value: { a, b in 0.5 * (b - a) * (b - a) }, derivative: { a, b in (a - b, b - a) }),
  ]

  /// A loss computed from pairs of elements, then averaged or added. `a` is the prediction, `b` the target.
  static func loss(
    _ name: String, aliases: [String] = [], _ summary: String, notes: String = "",
    examples: [Example], reduction: String = "mean", formula: Formula, slopes: (Formula, Formula),
    sampling: Sampling = .standard,
    value: @escaping @Sendable (_ prediction: Double, _ target: Double) -> Double,
    derivative: @escaping @Sendable (_ prediction: Double, _ target: Double) -> (Double, Double)
  ) -> Operation {
    var sampled = sampling
    sampled.shapes = [[[], []], [[3], [3]], [[2, 3], [3]], [[2, 2], [2, 2]]]
    sampled.attributes = [
      .none, .none, .one("reduction", .string("sum")), .one("reduction", .string("none")),
    ]
    return Operation(
      name, aliases: aliases, summary, notes: notes, examples: examples,
      parameters: [
        Parameter("prediction", .tensor, "what the model says"),
        Parameter("target", .tensor, "what is right"),
        Parameter(
          "reduction", reductionParameter.kind, default: .string(reduction), reductionParameter.summary),
      ],
      kernel: .binary { a, b, attributes throws(TensorError) in
        try Tensor.combine(a, b, dtype: ResultType.real.dtype(of: a, b), value)
          .reducedLoss(attributes)
      },
      rule: .recorded { call in
        let shape = try call.inputs[0].shape.broadcast(with: call.inputs[1].shape)
        let symbols = { (name: String) in name == "a" ? call.inputs[0] : name == "b" ? call.inputs[1] : nil }
        var arriving = call.gradient
        if call.attributes.string("reduction") == "mean" {
          arriving = try divide(arriving, Variable(Double(shape.count)))
        }
        arriving = try broadcastTo(arriving, .one("shape", .integers(shape.array)))
        return Contributions(
          call.needs[0] ? try multiply(arriving, slopes.0.recorded(symbols)) : nil,
          call.needs[1] ? try multiply(arriving, slopes.1.recorded(symbols)) : nil)
      },
      fastRule: { call throws(TensorError) in
        let (a, b) = (call.inputs[0], call.inputs[1])
        let shape = try a.shape.broadcast(with: b.shape)
        let share = call.attributes.string("reduction") == "mean" ? 1 / Double(shape.count) : 1
        var result: [Tensor?] = []
        for (number, needed) in call.needs.enumerated() {
          let slopes = !needed ? nil : try Tensor.combine(a, b, dtype: call.gradient.dtype) { x, y in
            let both = derivative(x, y)
            return (number == 0 ? both.0 : both.1) * share
          }
          result.append(try slopes.map { slopes throws(TensorError) in
            try Tensor.combine(call.gradient, slopes, dtype: call.gradient.dtype, *)
          })
        }
        return Contributions(result)
      },
      sampling: sampled,
      cell: { request in
        guard let shape = try? request.inputs[0].shape.broadcast(with: request.inputs[1].shape) else { return nil }
        let pairs = Tensor(repeating: 0, shape: shape)
        let losses = (0..<shape.count).map { offset in
          formula.cell(
            CellRequest(inputs: request.inputs, attributes: request.attributes, output: pairs, offset: offset))
        }
        return Formula.reduced(losses, request)
      })
  }
}
