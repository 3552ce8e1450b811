import Autograd
import Tensors

extension Workload {
  /// W5: single operations at the sizes of the peers' benchmark.
  static let primitives = [DType.float32, .float64].flatMap { dtype in
    convolutions(dtype) + elementwise(dtype) + products(dtype)
  }

  private static func convolutions(_ dtype: DType) -> [Workload] {
    let window = Attributes.one("kernel_size", .integer(2))
    return [
      Call("conv", dtype, "conv2d", [[64, 16, 14, 14], [32, 16, 5, 5]]),
      Call("slide conv", dtype, "conv2d", [[1, 3, 5, 5], [2, 3, 3, 3]]),
      Call("max_pool2d", dtype, "max_pool2d", [[64, 6, 28, 28]], window),
      Call("avg_pool2d", dtype, "avg_pool2d", [[64, 6, 28, 28]], window),
    ].flatMap { [$0.forward, $0.training] }
  }

  private static func elementwise(_ dtype: DType) -> [Workload] {
    let million: Shape = [1_000_000]
    return ["sigmoid", "tanh", "exp", "log", "relu"].map { Call($0, dtype, $0, [million]) }
      .flatMap { [$0.forward, $0.training] }
      + [
        Call("add", dtype, "add", [million, million]).forward,
        Call("sum", dtype, "sum", [million]).forward,
        Workload("W5 softmax ce train \(dtype)") {
          var numbers = Numbers()
          let scores = Variable(numbers.tensor([1000, 10], dtype))
          let classes = Variable(Tensor((0..<1000).map { Double($0 % 10) }, dtype: .int64))
          let entropy = Operation.required("cross_entropy")
          return { steps in
            for _ in 0..<steps { _ = try entropy(scores, classes).gradients(for: [scores]) }
          }
        },
      ]
  }

  private static func products(_ dtype: DType) -> [Workload] {
    [4, 16, 64, 256].map { Call("matmul \($0)", dtype, "matmul", [[$0, $0], [$0, $0]]).forward }
  }
}

/// An operation with inputs of some shapes.
private struct Call: Sendable {
  private let name: String
  private let dtype: DType
  private let operation: Operation
  private let shapes: [Shape]
  private let attributes: Attributes

  init(
    _ name: String, _ dtype: DType, _ operation: String, _ shapes: [Shape],
    _ attributes: Attributes = .none
  ) {
    self.name = name
    self.dtype = dtype
    self.operation = Operation.required(operation)
    self.shapes = shapes
    self.attributes = attributes
  }

  var forward: Workload {
    Workload("W5 \(name) forward \(dtype)") {
      let inputs = inputs
      return { steps in for _ in 0..<steps { _ = try operation(inputs, attributes) } }
    }
  }

  /// Forward, then the gradients of all inputs.
  var training: Workload {
    Workload("W5 \(name) train \(dtype)") {
      let inputs = inputs
      let arriving = try operation(inputs, attributes).value
      return { steps in
        for _ in 0..<steps {
          _ = try operation(inputs, attributes).gradients(for: inputs, seed: arriving)
        }
      }
    }
  }

  /// Positive numbers, so that logarithms exist.
  private var inputs: [Variable] {
    var numbers = Numbers()
    return shapes.map { shape in
      Variable(
        Tensor((0..<shape.count).map { _ in 0.1 + abs(numbers.next()) }, shape: shape, dtype: dtype)
      )
    }
  }
}
