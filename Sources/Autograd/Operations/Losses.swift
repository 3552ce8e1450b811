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
      "half_squared_error", aliases: ["square_loss"],
      "Adds up half the squared differences: ½ Σ (y − ŷ)².",
      notes: Notes(
        "The ½ cancels the 2 of the derivative, which is then ŷ − y.",
        Convention(
          "½ and reduction", "½, added up", pytorch: "no such loss; mse_loss has no ½ and averages")
      ),
      examples: [
        "half_squared_error(0.63, 1)  # 0.0685", "half_squared_error([1, 2], [1, 4])  # 2",
      ],
      reduction: "sum",
      formula: 0.5 * (Formula.b - .a).power(2), slopes: (-(.b - .a), .b - .a),
      value: { a, b in 0.5 * (b - a) * (b - a) }, derivative: { a, b in (a - b, b - a) }),
    .loss(
      "mae", aliases: ["l1_loss", "mean_absolute_error"], "Averages the absolute differences.",
      notes: Notes("", Convention("slope at 0", "0")), examples: ["mae([1, 2], [1, 4])  # 1"],
      formula: .call("abs", [.a - .b]),
      slopes: (.call("sign", [.a - .b]), -.call("sign", [.a - .b])),
      value: { a, b in abs(a - b) },
      derivative: { a, b in a > b ? (1, -1) : a < b ? (-1, 1) : (a - b, b - a) }),
    .loss(
      "huber", aliases: ["huber_loss", "smooth_l1"],
      "Averages half the squares of small differences and the sizes of large ones.",
      notes: Notes(
        "",
        Convention(
          "change from square to line", "at a difference of 1",
          pytorch: "the same unless delta is given")),
      examples: ["huber([1, 2], [1.5, 4])  # 0.8125"],
      formula: .choice(
        .call("abs", [.a - .b]), .less, 1, then: 0.5 * (Formula.a - .b).power(2),
        otherwise: .call("abs", [.a - .b]) - 0.5),
      slopes: (bounded, -bounded),
      value: { a, b in abs(a - b) < 1 ? 0.5 * (a - b) * (a - b) : abs(a - b) - 0.5 },
      derivative: { a, b in
        let slope = ScalarFunction.larger(-1, ScalarFunction.smaller(1, a - b))
        return (slope, -slope)
      }),
    .loss(
      "binary_cross_entropy", aliases: ["bce", "bernoulli", "bernoulli_cross_entropy"],
      "Measures predicted probabilities against 0 or 1.",
      notes: Notes(
        """
        -(y log p + (1 - y) log(1 - p)). For scores before the sigmoid use \
        binary_cross_entropy_with_logits.
        """,
        Convention("log of 0", "−100, so that the loss stays finite")),
      examples: ["binary_cross_entropy([0.9, 0.2], [1, 0])  # 0.1643"],
      formula: -(.b * clamped(.a) + (1 - .b) * clamped(1 - .a)),
      slopes: (
        (.a - .b) / guarded(.a * (1 - .a), least: 1e-12), clamped(1 - .a) - clamped(.a)
      ),
      sampling: Sampling(0.1...0.9),
      value: { p, y in
        -(y * ScalarFunction.larger(log(p), -100) + (1 - y) * ScalarFunction.larger(log1p(-p), -100))
      },
      derivative: { p, y in
        (
          (p - y) / ScalarFunction.larger(p * (1 - p), 1e-12),
          ScalarFunction.larger(log1p(-p), -100) - ScalarFunction.larger(log(p), -100)
        )
      }),
    .loss(
      "binary_cross_entropy_with_logits", aliases: ["bce_with_logits"],
      "Measures scores, before the sigmoid, against 0 or 1.",
      notes: "Computed as max(x, 0) - x·y + log(1 + exp(-|x|)), which does not overflow.",
      examples: ["bce_with_logits([2, -1], [1, 0])  # 0.2201"],
      formula: logisticLoss,
      slopes: (1 / (1 + .exp(-.a)) - .b, -.a), expansion: .ofSigmoid,
      sampling: Sampling(avoiding: [0]),
      value: { x, y in (x > 0 ? x : x.isNaN ? x : 0) - x * y + log1p(exp(-abs(x))) },
      derivative: { x, y in (1 / (1 + exp(-x)) - y, -x) }),
    .loss(
      "log_loss", aliases: ["soft_margin_loss"],
      "Measures scores against labels 1 and -1: log(1 + exp(-c x)).",
      examples: ["log_loss([2, 0], [1, -1])  # 0.41"],
      formula: .log(1 + .exp(-(.b * .a))),
      slopes: (-.b / (1 + .exp(.b * .a)), -.a / (1 + .exp(.b * .a))),
      value: { x, c in
        let z = -c * x
        return (z > 0 ? z : z.isNaN ? z : 0) + log1p(exp(-abs(z)))
      },
      derivative: { x, c in (-c / (1 + exp(c * x)), -x / (1 + exp(c * x))) }),
    .loss(
      "hinge", aliases: ["hinge_loss"], "Measures scores against labels 1 and -1: max(0, 1 - c x).",
      notes: Notes(
        "",
        Convention(
          "slope at the margin", "0",
          pytorch: "no such loss; HingeEmbeddingLoss is another function")),
      examples: ["hinge([0.5, 2], [1, -1])  # 1.75"],
      formula: .call("max", [0, 1 - .b * .a]),
      slopes: (-.b * .indicator(.b * .a, .less, 1), -.a * .indicator(.b * .a, .less, 1)),
      sampling: Sampling(-0.9...0.9),
      value: { x, c in ScalarFunction.larger(0, 1 - c * x) },
      derivative: { x, c in c * x < 1 ? (-c, -x) : (0, 0) }),
  ]

  /// A difference, at most 1 on either side.
  private static let bounded: Formula = .call("max", [-1, .call("min", [1, .a - .b])])
  private static func clamped(_ x: Formula) -> Formula { guarded(.log(x), least: -100) }
  private static func guarded(_ x: Formula, least: Formula) -> Formula {
    .guarded(x, when: x, .less, least, then: least)
  }
  /// log(1 + exp(x)) − x·y; for large scores written so that the exponential does not overflow.
  private static let logisticLoss = Formula.guarded(
    .log(1 + .exp(.a)) - .a * .b, when: .a, .greater, 30,
    then: .a - .a * .b + .log(1 + .exp(-.a)))

  /// A loss computed from pairs of elements, then averaged or added: `a` is the prediction, `b` the
  /// target.
  static func loss(
    _ name: String, aliases: [String] = [], _ summary: String, notes: Notes = "",
    examples: [Example], reduction: String = "mean", formula: Formula, slopes: (Formula, Formula),
    expansion: Expansion? = nil, sampling: Sampling = .standard,
    value: @escaping @Sendable (_ prediction: Double, _ target: Double) -> Double,
    derivative: @escaping @Sendable (_ prediction: Double, _ target: Double) -> (Double, Double)
  ) -> Operation {
    var sampled = sampling
    sampled.shapes = [[[], []], [[3], [3]], [[2, 3], [3]], [[2, 2], [2, 2]]]
    sampled.attributes = [
      .none, .none, .one("reduction", .string("sum")), .one("reduction", .string("none")),
    ]
    return Operation(
      name, aliases: aliases, summary,
      expansion: expansion ?? .pairwise(formula, reduction: reduction), notes: notes,
      examples: examples,
      parameters: [
        Parameter("prediction", .tensor, "what the model says"),
        Parameter("target", .tensor, "what is right"),
        Parameter(
          "reduction", reductionParameter.kind, default: .string(reduction),
          reductionParameter.summary),
      ],
      kernel: .binary { a, b, attributes throws(TensorError) in
        try Tensor.combine(a, b, dtype: ResultType.real.dtype(of: a, b), value)
          .reducedLoss(attributes)
      },
      rule: .recorded { call in
        let shape = try call.inputs[0].shape.broadcast(with: call.inputs[1].shape)
        let symbols = { (name: String) in
          name == "a" ? call.inputs[0] : name == "b" ? call.inputs[1] : nil
        }
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
          let slopes =
            !needed
            ? nil
            : try Tensor.combine(a, b, dtype: call.gradient.dtype) { x, y in
              let both = derivative(x, y)
              return (number == 0 ? both.0 : both.1) * share
            }
          result.append(
            try slopes.map { slopes throws(TensorError) in
              try Tensor.combine(call.gradient, slopes, dtype: call.gradient.dtype, *)
            })
        }
        return Contributions(result)
      },
      sampling: sampled,
      cell: { request in
        guard let shape = try? request.inputs[0].shape.broadcast(with: request.inputs[1].shape)
        else { return nil }
        let pairs = Tensor(repeating: 0, shape: shape)
        let losses = (0..<shape.count).map { offset in
          formula.cell(
            CellRequest(
              inputs: request.inputs, attributes: request.attributes, output: pairs, offset: offset)
          )
        }
        return Formula.reduced(losses, request)
      })
  }
}
