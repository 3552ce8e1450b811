import Glibc
import Tensors

extension Operation {
  /// Activation functions that work on one number at a time.
  static let activations: [Operation] = [
    .elementwise(
      "sigmoid", aliases: ["σ", "logistic"],
      "Squashes every element into the open interval (0, 1).", form: .squashing,
      purpose: .activation(mistakenSlopes: [1 - .y * .y, 1 - .y]),
      examples: ["sigmoid([-1, 0, 1])  # [0.2689, 0.5, 0.7311]"],
      formula: 1 / (1 + .exp(-.x)), slope: .y * (1 - .y), kernel: .sigmoid,
      gradientKernel: .ofOutput(.sigmoidGradient),
      value: { 1 / (1 + exp(-$0)) }, derivative: { _, y in y * (1 - y) }),
    .elementwise(
      "tanh", "Squashes every element into the open interval (-1, 1).",
      purpose: .activation(mistakenSlopes: [.y * (1 - .y), 1 - .y]),
      examples: ["tanh([-1, 0, 1])  # [-0.7616, 0, 0.7616]"],
      formula: .call("tanh", [.x]), slope: 1 - .y * .y, kernel: .tanh,
      gradientKernel: .ofOutput(.tanhGradient),
      value: { tanh($0) }, derivative: { _, y in 1 - y * y }),
    .elementwise(
      "relu", "Keeps positive elements and sets the others to 0.",
      purpose: .activation(mistakenSlopes: []),
      notes: Notes("", Convention("slope at 0", "0")),
      examples: ["relu([-1, 0, 2])  # [0, 0, 2]"], result: .same,
      formula: .call("max", [0, .x]), slope: .indicator(.x, .greater, 0),
      sampling: Sampling(avoiding: [0], isSmooth: false), kernel: .relu,
      gradientKernel: .ofInput(.reluGradient),
      value: { ScalarFunction.larger(0, $0) }, derivative: { x, _ in x > 0 ? 1 : 0 }),
    .parametric(
      "leaky_relu",
      "Keeps positive elements and multiplies the others by a small slope.",
      notes: Notes(
        "Some papers write x / a: then negative_slope = 1 / a.",
        Convention("slope at 0", "negative_slope")),
      examples: ["leaky_relu([-1, 0, 2], 0.1)  # [-0.1, 0, 2]"],
      parameters: [Parameter("negative_slope", .real, default: .real(0.01), "the slope below 0")],
      formula: .choice(.x, .greater, 0, then: .x, otherwise: .symbol("negative_slope") * .x),
      slope: .choice(.x, .greater, 0, then: 1, otherwise: .symbol("negative_slope")),
      sampling: kinked,
      value: {
        let slope = $0.real("negative_slope")
        return { $0 > 0 ? $0 : slope * $0 }
      },
      derivative: {
        let slope = $0.real("negative_slope")
        return { x, _ in x > 0 ? 1 : slope }
      }),
    .pairwise(
      "prelu",
      "Keeps positive elements and multiplies the others by a slope that is learned.",
      notes: Notes(
        "For one slope a channel of (N, C, H, W) give the slopes the shape (C, 1, 1).",
        Convention("slope at 0", "the learned one"),
        Convention(
          "a vector of slopes", "broadcast as in arithmetic", pytorch: "aligned with axis 1")),
      examples: ["prelu([-2, 3], 0.25)  # [-0.5, 3]"], result: .real,
      formula: .choice(.a, .greater, 0, then: .a, otherwise: .b * .a),
      slopes: (
        .choice(.a, .greater, 0, then: 1, otherwise: .b),
        .choice(.a, .greater, 0, then: 0, otherwise: .a)
      ),
      sampling: Sampling(-2 ... -0.2), value: { a, b in a > 0 ? a : b * a },
      derivative: { a, b in a > 0 ? (1, 0) : (b, a) }),
    .parametric(
      "rrelu", aliases: ["RReLU"],
      "Keeps positive elements and multiplies the others by the middle of a range of slopes.",
      notes: """
        This is the form for prediction. In training every negative element has a slope of its \
        own: `prelu(x, uniform(lower, upper, x.shape))`.
        """,
      examples: ["rrelu([-1, 2], 0.1, 0.3)  # [-0.2, 2]"],
      parameters: [
        Parameter("lower", .real, default: .real(1.0 / 8), "smallest slope"),
        Parameter("upper", .real, default: .real(1.0 / 3), "largest slope"),
      ],
      formula: .choice(.x, .greater, 0, then: .x, otherwise: middleSlope * .x),
      slope: .choice(.x, .greater, 0, then: 1, otherwise: middleSlope), sampling: kinked,
      value: {
        let slope = ($0.real("lower") + $0.real("upper")) / 2
        return { $0 > 0 ? $0 : slope * $0 }
      },
      derivative: {
        let slope = ($0.real("lower") + $0.real("upper")) / 2
        return { x, _ in x > 0 ? 1 : slope }
      }),
    .parametric(
      "elu", "Keeps positive elements and bends the others towards -alpha.",
      examples: ["elu([-1, 0, 2])  # [-0.6321, 0, 2]"],
      parameters: [Parameter("alpha", .real, default: .real(1), "minus the lowest value")],
      formula: .choice(.x, .greater, 0, then: .x, otherwise: .symbol("alpha") * (.exp(.x) - 1)),
      slope: .choice(.x, .greater, 0, then: 1, otherwise: .symbol("alpha") * .exp(.x)),
      sampling: kinked,
      value: {
        let alpha = $0.real("alpha")
        return { $0 > 0 ? $0 : alpha * expm1($0) }
      },
      derivative: {
        let alpha = $0.real("alpha")
        return { x, _ in x > 0 ? 1 : alpha * exp(x) }
      }),
    Operation(
      "crelu", aliases: ["CReLU"],
      "Joins relu(x) and relu(-x) along an axis, so that no sign is lost.",
      notes: "The joined axis has twice the size; give the axis of the channels.",
      examples: ["crelu([1.5, -2])  # [1.5, 0, 0, 2]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("axis", .integer, default: .integer(-1), "the axis of the channels"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        let halves = [
          x.map { ScalarFunction.larger(0, $0) }, x.map { ScalarFunction.larger(0, -$0) },
        ]
        return try Tensor.concatenated(halves, axis: attributes.integer("axis", default: -1))
      },
      rule: .recorded { call in
        let x = call.inputs[0]
        let axis = try x.shape.axis(call.attributes.integer("axis", default: -1))
        func half(_ items: IndexItem) throws -> Variable {
          try index(call.gradient, .one("items", .index(along(axis, items))))
        }
        let size = x.shape[axis]
        let rising = try multiply(
          half(.slice(start: 0, stop: size, step: 1)), Variable(x.value.map { $0 > 0 ? 1 : 0 }))
        let falling = try multiply(
          half(.slice(start: size, stop: 2 * size, step: 1)),
          Variable(x.value.map { $0 < 0 ? 1 : 0 }))
        return Contributions(try subtract(rising, falling))
      },
      sampling: Sampling(
        avoiding: [0], shapes: [[[3]], [[2, 3]]], attributes: [.none, .one("axis", .integer(0))]),
      cell: { request in
        guard
          let axis = try? request.output.shape.axis(request.attributes.integer("axis", default: -1))
        else {
          return nil
        }
        var place = request.coordinates
        let size = request.inputs[0].shape[axis]
        let isSecond = place[axis] >= size
        if isSecond { place[axis] -= size }
        let element = request.element(0, place)
        return .call("max", [0, isSecond ? -element : element])
      }),
    .parametric(
      "softplus", "Computes log(1 + exp(x)), a smooth relu.",
      notes: Notes(
        "",
        Convention(
          "large x", "log(1 + exp(x)) without overflow", pytorch: "x itself where beta·x > 20")),
      examples: ["softplus([-1, 0, 2])  # [0.3133, 0.6931, 2.1269]"],
      parameters: [Parameter("beta", .real, default: .real(1), "how sharp the bend is")],
      formula: .log(1 + .exp(.symbol("beta") * .x)) / .symbol("beta"),
      slope: 1 / (1 + .exp(-(.symbol("beta") * .x))), sampling: .standard,
      value: {
        let beta = $0.real("beta")
        return { softplus(beta * $0) / beta }
      },
      derivative: {
        let beta = $0.real("beta")
        return { x, _ in 1 / (1 + exp(-beta * x)) }
      }),
    .parametric(
      "hardtanh", aliases: ["ramp"],
      "Keeps elements between two bounds and stops the others there.",
      notes: Notes("", Convention("slope at the bounds", "0; that of clip is 1")),
      examples: ["ramp([-2, -0.5, 2])  # [-1, -0.5, 1]"],
      parameters: [
        Parameter("low", .real, default: .real(-1), "lower bound"),
        Parameter("high", .real, default: .real(1), "upper bound"),
      ],
      formula: .call("max", [.symbol("low"), .call("min", [.symbol("high"), .x])]),
      slope: .indicator(.symbol("low"), .less, .x) * .indicator(.x, .less, .symbol("high")),
      sampling: Sampling(-2...2, avoiding: [-1, 1]),
      value: { bounds in
        let (low, high) = (bounds.real("low"), bounds.real("high"))
        return { ScalarFunction.larger(low, ScalarFunction.smaller(high, $0)) }
      },
      derivative: { bounds in
        let (low, high) = (bounds.real("low"), bounds.real("high"))
        return { x, _ in low < x && x < high ? 1 : 0 }
      }),
  ]

  private static let kinked = Sampling(avoiding: [0])
  private static let middleSlope: Formula = (.symbol("lower") + .symbol("upper")) / 2
}

/// log(1 + exp(x)) without overflow.
private func softplus(_ x: Double) -> Double { (x > 0 ? x : 0) + log1p(exp(-abs(x))) }
