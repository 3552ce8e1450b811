import Autograd
import Tensors

extension Workload {
  /// W5: single operations at the sizes of the peers' benchmark.
  static let primitives = [DType.float32, .float64].flatMap { dtype in
    convolutions(dtype) + elementwise(dtype) + products(dtype)
  }

  private static func convolutions(_ dtype: DType) -> [Workload] {
    let window = Attributes.one("kernel_size", .integer(2))
    return both("conv", dtype, "conv2d", [[64, 16, 14, 14], [32, 16, 5, 5]])
      + both("slide conv", dtype, "conv2d", [[1, 3, 5, 5], [2, 3, 3, 3]])
      + both("max_pool2d", dtype, "max_pool2d", [[64, 6, 28, 28]], window)
      + both("avg_pool2d", dtype, "avg_pool2d", [[64, 6, 28, 28]], window)
  }

  private static func elementwise(_ dtype: DType) -> [Workload] {
    let million: Shape = [1_000_000]
    return ["sigmoid", "tanh", "exp", "log", "relu"].flatMap { both($0, dtype, $0, [million]) }
      + [
        forward("add", dtype, "add", [million, million]), forward("sum", dtype, "sum", [million]),
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
    [4, 16, 64, 256].map { forward("matmul \($0)", dtype, "matmul", [[$0, $0], [$0, $0]]) }
  }

  private static func both(
    _ name: String, _ dtype: DType, _ operation: String, _ shapes: [Shape],
    _ attributes: Attributes = .none
  ) -> [Workload] {
    [
      forward(name, dtype, operation, shapes, attributes),
      training(name, dtype, operation, shapes, attributes),
    ]
  }

  private static func forward(
    _ name: String, _ dtype: DType, _ operation: String, _ shapes: [Shape],
    _ attributes: Attributes = .none
  ) -> Workload {
    Workload("W5 \(name) forward \(dtype)") {
      let (operation, inputs) = (Operation.required(operation), inputs(shapes, dtype))
      return { steps in for _ in 0..<steps { _ = try operation(inputs, attributes) } }
    }
  }

  /// Forward, then the gradients of all inputs.
  private static func training(
    _ name: String, _ dtype: DType, _ operation: String, _ shapes: [Shape],
    _ attributes: Attributes = .none
  ) -> Workload {
    Workload("W5 \(name) train \(dtype)") {
      let (operation, inputs) = (Operation.required(operation), inputs(shapes, dtype))
      let arriving = try operation(inputs, attributes).value
      return { steps in
        for _ in 0..<steps {
          _ = try operation(inputs, attributes).gradients(for: inputs, seed: arriving)
        }
      }
    }
  }

  /// Positive numbers, so that logarithms exist.
  private static func inputs(_ shapes: [Shape], _ dtype: DType) -> [Variable] {
    var numbers = Numbers()
    return shapes.map { shape in
      Variable(
        Tensor((0..<shape.count).map { _ in 0.1 + abs(numbers.next()) }, shape: shape, dtype: dtype)
      )
    }
  }
}
