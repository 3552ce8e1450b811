import Autograd
import Tensors

extension LayerKind {
  /// Activation functions as layers, made from the operations.
  package static let activations: [LayerKind] = [
    wrapping("Sigmoid", "sigmoid"), wrapping("Tanh", "tanh"), wrapping("ReLU", "relu"),
    wrapping("LeakyReLU", "leaky_relu"), wrapping("ELU", "elu"), wrapping("Softplus", "softplus"),
    wrapping("SiLU", "silu"), wrapping("GELU", "gelu"), wrapping("Hardtanh", "hardtanh"),
    wrapping("Softmax", "softmax"), wrapping("LogSoftmax", "log_softmax"),
    LayerKind(
      "Identity", "Gives its input back.", examples: ["Identity()"],
      build: { _ throws(TensorError) in LayerPlan(forward: { _, input in input }) }),
  ]

  private static func wrapping(_ name: String, _ operationName: String) -> LayerKind {
    let operation = Operation.named(operationName)
    return LayerKind(
      name, "The layer form of `\(operationName)`. \(operation.summary)", notes: operation.notes,
      parameters: operation.parameters.filter { $0.kind != .tensor },
      examples: [Example(stringLiteral: "\(name)()")]
    ) { make throws(TensorError) in
      LayerPlan(forward: { _, input in [try operation(input[0], make.attributes)] })
    }
  }
}
