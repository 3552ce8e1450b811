import Autograd
import Tensors

extension LayerKind {
  private static let epsilon = Parameter(
    "eps", .real, default: .real(1e-5), "added to the variance")

  /// Layers that steady training.
  static let regularizing: [LayerKind] = [
    LayerKind(
      "Dropout", "Sets a share p of its inputs to 0 while training.",
      notes: Notes(
        """
        `scaling="weights"`, as on the slides, leaves what is kept as it is and multiplies by 1 − p \
        in prediction.
        """,
        Convention(
          "scaling", "what is kept is divided by 1 − p while training; nothing in prediction")),
      parameters: [
        Parameter("p", .real, default: .real(0.5), "share of inputs set to 0"),
        Parameter(
          "scaling", .choice(["inverted", "weights"]), default: .string("inverted"),
          "when the loss of inputs is made up for"),
      ],
      examples: ["Dropout(0.5)"]
    ) { make throws(TensorError) in
      let p = try make.share("p")
      let isInverted = make.attributes.string("scaling") != "weights"
      return LayerPlan(forward: { layer, input in
        let x = input[0]
        guard layer.isTraining else {
          return [isInverted ? x : try Operation.multiply(x, Variable(1 - p))]
        }
        let kept = isInverted && p < 1 ? 1 / (1 - p) : 1
        let mask = (0..<x.shape.count).map { _ in layer.generator.unit() < p ? 0 : kept }
        return [
          try Operation.multiply(x, Variable(Tensor(mask, shape: x.shape, dtype: x.value.dtype)))
        ]
      })
    },
    batchNorm("BatchNorm1d"), batchNorm("BatchNorm2d"),
    LayerKind(
      "LayerNorm", "Gives each row mean 0 and variance 1, then scales and shifts it.",
      parameters: [Parameter("features", .integer, "size of the last axis"), epsilon],
      examples: ["LayerNorm(8)"]
    ) { make throws(TensorError) in
      let features = try make.size("features")
      let eps = make.attributes.real("eps")
      return LayerPlan(
        parameters: [("weight", [features], .constant(1)), ("bias", [features], .constant(0))],
        forward: { layer, input in
          let axis = Attributes([("axis", .integer(-1)), ("keepdims", .bool(true))])
          let mean = try Operation.required("mean")(input[0], axis)
          let centered = try Operation.subtract(input[0], mean)
          let variance = try Operation.required("mean")(
            Operation.multiply(centered, centered), axis)
          return [
            try normalized(
              centered, variance, eps, layer.ownParameters[0].variable,
              layer.ownParameters[1].variable)
          ]
        })
    },
  ]

  /// (x − mean) / √(variance + eps) · weight + bias.
  private static func normalized(
    _ centered: Variable, _ variance: Variable, _ eps: Double, _ weight: Variable, _ bias: Variable
  ) throws -> Variable {
    let spread = try Operation.required("sqrt")(Operation.add(variance, Variable(eps)))
    return try Operation.add(Operation.multiply(Operation.divide(centered, spread), weight), bias)
  }

  private static func batchNorm(_ name: String) -> LayerKind {
    LayerKind(
      name, "Gives each channel mean 0 and variance 1 over the batch, then scales and shifts it.",
      notes: Notes(
        "",
        Convention(
          "variance of a batch", "divided by n to normalize, by n − 1 for the running one"),
        Convention("momentum", "the share of the new value in the running ones")),
      parameters: [
        Parameter("features", .integer, "channels"), epsilon,
        Parameter(
          "momentum", .real, default: .real(0.1), "share of the new value in the running ones"),
      ],
      examples: [Example(stringLiteral: "\(name)(4)")]
    ) { make throws(TensorError) in
      let features = try make.size("features")
      let (eps, momentum) = (make.attributes.real("eps"), try make.share("momentum"))
      return LayerPlan(
        parameters: [("weight", [features], .constant(1)), ("bias", [features], .constant(0))],
        state: [
          ("running_mean", Tensor(repeating: 0, shape: [features])),
          ("running_var", Tensor(repeating: 1, shape: [features])),
        ],
        outputShape: { _, shape throws(TensorError) in
          guard shape.rank >= 2, shape[1] == features else {
            throw .sizes(
              of: "the input", expected: features, found: shape.rank >= 2 ? shape[1] : 0,
              what: "channels")
          }
          return shape
        },
        forward: { layer, input in
          let x = input[0]
          _ = try layer.outputShape(for: x.shape)
          let perChannel = [features] + Array(repeating: 1, count: x.shape.rank - 2)
          func aligned(_ variable: Variable) throws -> Variable {
            try Operation.reshape(variable, .one("shape", .integers(perChannel)))
          }
          let (weight, bias) = try (
            aligned(layer.ownParameters[0].variable), aligned(layer.ownParameters[1].variable)
          )
          guard layer.isTraining else {
            let centered = try Operation.subtract(x, aligned(Variable(layer.state[0].value)))
            return [
              try normalized(centered, aligned(Variable(layer.state[1].value)), eps, weight, bias)
            ]
          }
          let axes = Attributes([
            ("axis", .integers([0] + Array(2..<max(2, x.shape.rank)))), ("keepdims", .bool(true)),
          ])
          let mean = try Operation.required("mean")(x, axes)
          let centered = try Operation.subtract(x, mean)
          let variance = try Operation.required("mean")(
            Operation.multiply(centered, centered), axes)
          try layer.remember(mean, variance, momentum, count: x.shape.count / features)
          return [try normalized(centered, variance, eps, weight, bias)]
        })
    }
  }
}

extension Layer {
  /// Moves the running mean and variance towards those of a batch.
  fileprivate func remember(
    _ mean: Variable, _ variance: Variable, _ momentum: Double, count: Int
  ) throws(TensorError) {
    let unbiased = count > 1 ? Double(count) / Double(count - 1) : 1
    for (index, (batch, factor)) in [(mean, 1), (variance, unbiased)].enumerated() {
      let flat = try batch.value.reshaped(to: state[index].value.shape)
      let moved = try Tensor.combine(state[index].value, flat, dtype: flat.dtype) {
        (1 - momentum) * $0 + momentum * factor * $1
      }
      try Poll.check()
      state[index].value = moved
    }
  }
}
