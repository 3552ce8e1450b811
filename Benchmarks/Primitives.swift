import Autograd
import Tensors

extension Workload {
  /// W5: single operations at the sizes of the peers' benchmark.
  static func primitives() throws -> [Workload] {
    try DType.allCases.filter(\.isReal).flatMap { dtype in
      try convolutions(dtype) + elementwise(dtype) + products(dtype)
    }
  }

  private static func convolutions(_ dtype: DType) throws -> [Workload] {
    var numbers = Numbers()
    let conv = Operation.required("conv2d")
    let images = Variable(numbers.tensor([64, 16, 14, 14], dtype))
    let filters = Variable(numbers.tensor([32, 16, 5, 5], dtype))
    let slide = [
      Variable(numbers.tensor([1, 3, 5, 5], dtype)), Variable(numbers.tensor([2, 3, 3, 3], dtype)),
    ]
    let maps = Variable(numbers.tensor([64, 6, 28, 28], dtype))
    let window = Attributes.one("kernel_size", .integer(2))
    var result = [
      forward("conv", dtype, conv, [images, filters], .none),
      try training("conv", dtype, conv, [images, filters], .none),
      forward("slide conv", dtype, conv, slide, .none),
      try training("slide conv", dtype, conv, slide, .none),
    ]
    for name in ["max_pool2d", "avg_pool2d"] {
      let pool = Operation.required(name)
      result.append(forward(name, dtype, pool, [maps], window))
      result.append(try training(name, dtype, pool, [maps], window))
    }
    return result
  }

  private static func elementwise(_ dtype: DType) throws -> [Workload] {
    var numbers = Numbers()
    let million = Variable(numbers.tensor([1_000_000], dtype, scale: 4))
    var result = try ["sigmoid", "tanh", "exp", "log", "relu"].flatMap { name in
      let operation = Operation.required(name)
      return [
        forward(name, dtype, operation, [million], .none),
        try training(name, dtype, operation, [million], .none),
      ]
    }
    result.append(forward("add", dtype, .add, [million, million], .none))
    result.append(forward("sum", dtype, .sum, [million], .none))
    let scores = Variable(numbers.tensor([1000, 10], dtype))
    let classes = Variable(Tensor((0..<1000).map { Double($0 % 10) }, dtype: .int64))
    let entropy = Operation.required("cross_entropy")
    result.append(
      Workload(name: "W5 softmax ce train \(dtype)") { steps in
        for _ in 0..<steps { _ = try entropy(scores, classes).gradients(for: [scores]) }
      })
    return result
  }

  private static func products(_ dtype: DType) throws -> [Workload] {
    var numbers = Numbers()
    return [4, 16, 64, 256].map { n in
      let a = Variable(numbers.tensor([n, n], dtype))
      return forward("matmul \(n)", dtype, .matmul, [a, a], .none)
    }
  }

  private static func forward(
    _ name: String, _ dtype: DType, _ operation: Operation, _ inputs: [Variable],
    _ attributes: Attributes
  ) -> Workload {
    Workload(name: "W5 \(name) forward \(dtype)") { steps in
      for _ in 0..<steps { _ = try operation(inputs, attributes) }
    }
  }

  /// Forward, then the gradients of all inputs.
  private static func training(
    _ name: String, _ dtype: DType, _ operation: Operation, _ inputs: [Variable],
    _ attributes: Attributes
  ) throws -> Workload {
    let arriving = try operation(inputs, attributes).value
    return Workload(name: "W5 \(name) train \(dtype)") { steps in
      for _ in 0..<steps {
        _ = try operation(inputs, attributes).gradients(for: inputs, seed: arriving)
      }
    }
  }
}
