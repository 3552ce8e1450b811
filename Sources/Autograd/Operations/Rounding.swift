import Glibc
import Tensors

extension Operation {
  /// Signs, bounds, rounding, and questions about single numbers.
  static let rounding: [Operation] = [
    .elementwise(
      "abs", "Takes the absolute value of every element.", form: .magnitude,
      notes: Notes("", Convention("slope at 0", "0")),
      examples: ["abs([-1.5, 2])  # [1.5, 2]"], result: .same,
      formula: .call("abs", [.x]), slope: .call("sign", [.x]),
      sampling: Sampling(avoiding: [0], isSmooth: false),
      value: { abs($0) }, derivative: { x, _ in x > 0 ? 1 : x < 0 ? -1 : 0 }),
    .elementwise(
      "sign", "Gives -1, 0 or 1.",
      notes: Notes("", Convention("sign(0) and sign(nan)", "0 and nan", pytorch: "0 and 0")),
      examples: ["sign([-3, 0, 2])  # [-1, 0, 1]"], result: .same,
      formula: .call("sign", [.x]), slope: 0, sampling: Sampling(avoiding: [0], isSmooth: false),
      value: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, derivative: { _, _ in 0 }),
    .elementwise(
      "floor", "Rounds every element down.", examples: ["floor([1.7, -1.2])  # [1, -2]"],
      result: .same,
      formula: .call("floor", [.x]), slope: 0, sampling: .steps,
      value: { $0.rounded(.down) }, derivative: { _, _ in 0 }),
    .elementwise(
      "ceil", "Rounds every element up.", examples: ["ceil([1.2, -1.7])  # [2, -1]"], result: .same,
      formula: .call("ceil", [.x]), slope: 0, sampling: .steps,
      value: { $0.rounded(.up) }, derivative: { _, _ in 0 }),
    .parametric(
      "round", "Rounds every element to a number of decimals.",
      notes: Notes("", Convention("halves", "to the even neighbor: round(2.5) is 2")),
      examples: ["round([2.5, -1.7])  # [2, -2]", "round(3.14159, 2)  # 3.14"],
      parameters: [
        Parameter("decimals", .integer, default: .integer(0), "how many digits after the point")
      ],
      formula: .choice(
        .symbol("decimals"), .equal, 0, then: .call("round", [.x]),
        otherwise: .choice(
          .symbol("decimals"), .greater, 308, then: .x,
          otherwise: .choice(
            .symbol("decimals"), .less, -323, then: 0 * .x,
            otherwise: .call("round", [.x * Formula.number(10).power(.symbol("decimals"))])
              / Formula.number(10).power(.symbol("decimals"))))),
      slope: 0, sampling: .steps,
      value: {
        let scale = pow(10, $0.real("decimals"))
        if scale == 0 { return { $0.isFinite ? 0 * $0 : $0 } }
        return {
          if scale == 1 { return $0.rounded(.toNearestOrEven) }
          // A number beyond the largest has no decimals that could be rounded.
          let scaled = $0 * scale
          return scaled.isFinite ? scaled.rounded(.toNearestOrEven) / scale : $0
        }
      },
      derivative: { _ in { _, _ in 0 } }),
    Operation(
      "clip", aliases: ["clamp"],
      "Keeps elements between two bounds and replaces the others by the nearest bound.",
      notes: Notes("None stands for no bound.", Convention("slope at the bounds", "1")),
      examples: ["clip([-2, 0.5, 3], 0, 1)  # [0, 0.5, 1]", "clip([-2, 3], max=1)  # [-2, 1]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("min", .real, default: Attribute.none, "lower bound"),
        Parameter("max", .real, default: Attribute.none, "upper bound"),
      ],
      kernel: .unary { x, bounds throws(TensorError) in
        let (low, high) = (bounds.bound("min", -.infinity), bounds.bound("max", .infinity))
        return x.map(
          dtype: promoted(
            x, Tensor(bounds.isWhole ? 0 : 0.5, dtype: bounds.isWhole ? .int64 : .float64))
        ) {
          ScalarFunction.smaller(high, ScalarFunction.larger(low, $0))
        }
      },
      rule: .recorded { call in
        let x = call.inputs[0]
        var gradient = call.gradient
        for (name, comparison) in bounds {
          let bound = call.attributes.real(name)
          guard !bound.isNaN else { continue }
          gradient = try multiply(gradient, comparison.operation(x, Variable(bound)))
        }
        return Contributions(gradient)
      },
      sampling: Sampling(
        -2...2, avoiding: [-1, 1], shapes: [[[4]], [[2, 3]], [[3]]],
        attributes: [
          Attributes([("min", .real(-1)), ("max", .real(1))]), .one("min", .real(-1)),
          .one("max", .integer(1)),
        ]),
      cell: { request in
        let element = Formula.element(input: 0, offset: request.offset)
        let (low, high) = (request.attributes.real("min"), request.attributes.real("max"))
        let above = Formula.number(high)
        let lowered: Formula =
          high.isNaN
          ? element : .choice(element, .greater, above, then: above, otherwise: element)
        if low.isNaN { return lowered }
        // Where the bounds are in the wrong order, the upper one counts.
        let lowest = Formula.number(high.isNaN ? low : Swift.min(low, high))
        return .choice(element, .less, .number(low), then: lowest, otherwise: lowered)
      }),
    .question(
      "isnan", "Tells where an element is not a number.",
      examples: ["isnan([1, nan])  # [False, True]"], formula: .indicator(.x, .notEqual, .x)
    ) { $0.isNaN },
    .question(
      "isinf", "Tells where an element is infinite.",
      examples: ["isinf([1, -inf])  # [False, True]"],
      formula: .indicator(.call("abs", [.x]), .equal, .number(.infinity))
    ) { $0.isInfinite },
    .question(
      "isfinite", "Tells where an element is neither infinite nor nan.",
      examples: ["isfinite([1, inf, nan])  # [True, False, False]"],
      formula: .indicator(.call("abs", [.x]), .less, .number(.infinity))
    ) { $0.isFinite },
  ]

  /// The bounds of clip, and how elements between them compare.
  private static let bounds: [(String, Formula.Comparison)] = [
    ("min", .greaterOrEqual), ("max", .lessOrEqual),
  ]

  private static func question(
    _ name: String, _ summary: String, examples: [Example], formula: Formula,
    _ holds: @escaping @Sendable (Double) -> Bool
  ) -> Operation {
    Operation(
      name, summary, examples: examples, parameters: [Parameter("x", .tensor, "the tensor")],
      kernel: .unary { x, _ throws(TensorError) in x.map(dtype: .bool) { holds($0) ? 1 : 0 } },
      rule: .undefined(because: "the answer is yes or no and has no slope in between"),
      cell: { formula.cell($0) })
  }
}

extension Attributes {
  /// A bound, or what stands for none.
  fileprivate func bound(_ name: String, _ none: Double) -> Double {
    let number = real(name)
    return number.isNaN ? none : number
  }

  /// Whether whole numbers stay whole between the bounds.
  fileprivate var isWhole: Bool {
    ["min", "max"].allSatisfy { name in
      if case .real = self[name] { false } else { true }
    }
  }
}
