import Autograd
import Tensors

extension LayerKind {
  /// Activation functions as layers, made from the operations.
  package static let activations: [LayerKind] = [
    wrapping("Sigmoid", "sigmoid"), wrapping("Tanh", "tanh"), wrapping("ReLU", "relu"),
    wrapping("LeakyReLU", "leaky_relu"), wrapping("ELU", "elu"), wrapping("Softplus", "softplus"),
    wrapping("Hardtanh", "hardtanh"),
    wrapping("Softmax", "softmax"), wrapping("LogSoftmax", "log_softmax"),
    composed("SiLU", "Multiplies every element by its sigmoid.") { x in
      try Operation.multiply(x, Operation.required("sigmoid")(x))
    },
    composed(
      "GELU", "Multiplies every element by the chance that a normal number is smaller.",
      notes: Notes(
        "",
        Convention(
          "form", "exact, with erf", pytorch: "the same; approximate=\"tanh\" on request"))
    ) { x in
      let part = try Operation.required("erf")(Operation.divide(x, Variable(2.0.squareRoot())))
      return try Operation.divide(
        Operation.multiply(x, Operation.add(Variable(1), part)), Variable(2))
    },
    LayerKind(
      "PReLU", "Keeps positive elements and multiplies the others by a slope that is learned.",
      notes: "One slope for all, or one a channel (axis 1); starts at 0.25, as in PyTorch.",
      parameters: [
        Parameter("num_parameters", .integer, default: .integer(1), "slopes"),
        Parameter("init", .real, default: .real(0.25), "the slopes at the start"),
      ],
      examples: ["PReLU()"]
    ) { make throws(TensorError) in
      let slopes = try make.size("num_parameters")
      return LayerPlan(
        parameters: [("weight", [slopes], .constant(make.attributes.real("init")))],
        forward: { layer, input in
          let axes = slopes == 1 ? 0 : max(input[0].shape.rank - 2, 0)
          let aligned = try Operation.reshape(
            layer.ownParameters[0].variable,
            .one("shape", .integers([slopes] + Array(repeating: 1, count: axes))))
          return [try Operation.required("prelu")(input[0], aligned)]
        })
    },
    LayerKind(
      "Identity", "Gives its input back.", examples: ["Identity()"],
      build: { _ throws(TensorError) in LayerPlan(forward: { _, input in input }) }),
  ]

  private static func composed(
    _ name: String, _ summary: String, notes: Notes = "",
    value: @escaping @Sendable (Variable) throws -> Variable
  ) -> LayerKind {
    LayerKind(name, summary, notes: notes, examples: [Example(stringLiteral: "\(name)()")]) {
      _ throws(TensorError) in LayerPlan(forward: { _, input in [try value(input[0])] })
    }
  }

  private static func wrapping(_ name: String, _ operationName: String) -> LayerKind {
    let operation = Operation.required(operationName)
    return LayerKind(
      name, "The layer form of `\(operationName)`. \(operation.summary)", notes: operation.notes,
      parameters: operation.parameters.filter { $0.kind != .tensor },
      examples: [Example(stringLiteral: "\(name)()")]
    ) { make throws(TensorError) in
      LayerPlan(forward: { _, input in [try operation(input[0], make.attributes)] })
    }
  }
}
