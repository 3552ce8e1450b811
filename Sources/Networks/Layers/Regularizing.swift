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
      "LayerNorm",
      "Gives each row mean 0 and variance 1, then scales and shifts it.",
      parameters: [
        Parameter("features", .integers, "size of the last axis, or sizes of the last axes"),
        epsilon,
        Parameter("elementwise_affine", .bool, default: .bool(true), "scale and shift"),
        Parameter("bias", .bool, default: .bool(true), "shift"),
      ],
      examples: ["LayerNorm(8)"], build: layerNorm),
  ]

  private static func layerNorm(_ make: Construction) throws(TensorError) -> LayerPlan {
    let sizes = try Shape(checking: make.attributes.integers("features") ?? [])
    guard sizes.rank > 0, sizes.array.allSatisfy({ $0 > 0 }) else {
      throw .argument("features", found: "\(sizes)", expected: "sizes above 0")
    }
    let eps = make.attributes.real("eps")
    let isAffine = make.attributes.bool("elementwise_affine")
    let hasBias = isAffine && make.attributes.bool("bias")
    let axes = Attributes([
      ("axis", .integers((1...sizes.rank).map { -$0 }.reversed())), ("keepdims", .bool(true)),
    ])
    return LayerPlan(
      parameters: (isAffine ? [("weight", sizes, .constant(1))] : [])
        + (hasBias ? [("bias", sizes, .constant(0))] : []),
      forward: { layer, input in
        let mean = try Operation.required("mean")(input[0], axes)
        let centered = try Operation.subtract(input[0], mean)
        let variance = try Operation.required("mean")(Operation.multiply(centered, centered), axes)
        return [
          try normalized(
            centered, variance, eps, layer.parameter("weight"), layer.parameter("bias"))
        ]
      })
  }

  /// (x − mean) / √(variance + eps) · weight + bias, as far as there are such.
  private static func normalized(
    _ centered: Variable, _ variance: Variable, _ eps: Double, _ weight: Variable?,
    _ bias: Variable?
  ) throws -> Variable {
    let spread = try Operation.required("sqrt")(Operation.add(variance, Variable(eps)))
    var result = try Operation.divide(centered, spread)
    if let weight { result = try Operation.multiply(result, weight) }
    if let bias { result = try Operation.add(result, bias) }
    return result
  }

  private static func batchNorm(_ name: String) -> LayerKind {
    LayerKind(
      name, "Gives each channel mean 0 and variance 1 over the batch, then scales and shifts it.",
      notes: Notes(
        "`running_mean` and `running_var` are what prediction uses.",
        Convention(
          "variance of a batch", "divided by n to normalize, by n − 1 for the running one"),
        Convention("momentum", "the share of the new value in the running ones")),
      parameters: [
        Parameter("features", .integer, "channels"), epsilon,
        Parameter(
          "momentum", .real, default: .real(0.1), "share of the new value in the running ones"),
        Parameter("affine", .bool, default: .bool(true), "scale and shift"),
        Parameter(
          "track_running_stats", .bool, default: .bool(true),
          "False uses the batch in prediction, too"),
      ],
      examples: [Example(stringLiteral: "\(name)(4)")], build: batchNorm)
  }

  private static func batchNorm(_ make: Construction) throws(TensorError) -> LayerPlan {
    let features = try make.size("features")
    let (eps, momentum) = (make.attributes.real("eps"), try make.share("momentum"))
    let isAffine = make.attributes.bool("affine")
    let isTracking = make.attributes.bool("track_running_stats")
    return LayerPlan(
      parameters: isAffine
        ? [("weight", [features], .constant(1)), ("bias", [features], .constant(0))] : [],
      state: isTracking
        ? [
          ("running_mean", Tensor(repeating: 0, shape: [features])),
          ("running_var", Tensor(repeating: 1, shape: [features])),
          ("num_batches_tracked", Tensor(0, dtype: .int64)),
        ] : [],
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
        let weight = try layer.parameter("weight").map(aligned)
        let bias = try layer.parameter("bias").map(aligned)
        guard layer.isTraining || !isTracking else {
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
        let variance = try Operation.required("mean")(Operation.multiply(centered, centered), axes)
        if isTracking {
          try layer.remember(mean, variance, momentum, count: x.shape.count / features)
        }
        return [try normalized(centered, variance, eps, weight, bias)]
      })
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
    state[2].value = state[2].value.map { $0 + 1 }
  }
}
