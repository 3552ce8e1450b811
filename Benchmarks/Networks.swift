import Autograd
import Tensors

extension Workload {
  private static func operation(_ name: String) -> Operation { Operation.required(name) }

  /// w ← w − rate · gradient, as a fresh leaf.
  private static func descend(
    _ parameters: inout [Variable], _ gradients: [Tensor?], rate: Double
  ) throws {
    let rate = Tensor(rate)
    for (index, gradient) in gradients.enumerated() {
      guard let gradient else { continue }
      let step = try BinaryKernel.multiply(gradient, rate, dtype: gradient.dtype)
      let value = try BinaryKernel.subtract(parameters[index].value, step, dtype: gradient.dtype)
      parameters[index] = Variable(value)
    }
  }

  /// W2: XOR with 2-4-2 units, tanh, cross entropy, batch 4, through recorded operations.
  static func small() -> [Workload] {
    var numbers = Numbers()
    let x = Variable(Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2]))
    let classes = Variable(Tensor([0, 1, 1, 0], dtype: .int64))
    let (tanh, crossEntropy) = (operation("tanh"), operation("cross_entropy"))
    var parameters = [
      numbers.tensor([2, 4]), numbers.tensor([4]), numbers.tensor([4, 2]), numbers.tensor([2]),
    ].map { Variable($0) }
    func loss() throws -> Variable {
      let hidden = try tanh(.add(.matmul(x, parameters[0]), parameters[1]))
      return try crossEntropy(.add(.matmul(hidden, parameters[2]), parameters[3]), classes)
    }
    var scalar = Variable(3)
    return [
      Workload(name: "W2 xor train") { steps in
        for _ in 0..<steps {
          try descend(&parameters, loss().gradients(for: parameters), rate: 0.5)
        }
      },
      Workload(name: "W2 xor forward") { steps in for _ in 0..<steps { _ = try loss() } },
      Workload(name: "W6 parabola") { steps in
        for _ in 0..<steps {
          let y = try Operation.add(.power(scalar, Variable(2)), Variable(3))
          guard let slope = try y.gradients(for: [scalar])[0] else { return }
          scalar = Variable(
            try BinaryKernel.subtract(
              scalar.value, BinaryKernel.multiply(slope, Tensor(0.01), dtype: .float64),
              dtype: .float64))
        }
      },
    ]
  }

  /// W4: LeNet-5, batch 64, plain descent.
  static func images() throws -> [Workload] {
    try DType.allCases.filter(\.isReal).flatMap { dtype -> [Workload] in
      var numbers = Numbers()
      let x = Variable(numbers.tensor([64, 1, 28, 28], dtype))
      let classes = Variable(Tensor((0..<64).map { Double($0 % 10) }, dtype: .int64))
      let shapes: [Shape] = [
        [6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [400, 120], [120], [120, 84], [84], [84, 10], [10],
      ]
      var p = shapes.map { Variable(numbers.tensor($0, dtype, scale: 0.1)) }
      let (conv, pool, tanh) = (operation("conv2d"), operation("avg_pool2d"), operation("tanh"))
      let crossEntropy = operation("cross_entropy")
      let window = Attributes([
        ("kernel_size", .integer(2)), ("stride", .none), ("padding", .integer(0)),
        ("count_include_pad", .bool(true)),
      ])
      func output() throws -> Variable {
        var h = try pool(tanh(conv([x, p[0], p[1]], .one("padding", .integer(2)))), window)
        h = try pool(tanh(conv([h, p[2], p[3]])), window)
        h = try .reshape(h, .one("shape", .integers([64, 400])))
        h = try tanh(.add(.matmul(h, p[4]), p[5]))
        h = try tanh(.add(.matmul(h, p[6]), p[7]))
        return try .add(.matmul(h, p[8]), p[9])
      }
      return [
        Workload(name: "W4 lenet train \(dtype)") { steps in
          for _ in 0..<steps {
            try descend(&p, crossEntropy(output(), classes).gradients(for: p), rate: 0.1)
          }
        },
        Workload(name: "W4 lenet forward \(dtype)") { steps in
          for _ in 0..<steps { _ = try output() }
        },
      ]
    }
  }
}

// Operations read as functions of variables here.
extension Variable {
  fileprivate static func add(_ a: Variable, _ b: Variable) throws -> Variable {
    try Operation.add(a, b)
  }
  fileprivate static func matmul(_ a: Variable, _ b: Variable) throws -> Variable {
    try Operation.matmul(a, b)
  }
  fileprivate static func power(_ a: Variable, _ b: Variable) throws -> Variable {
    try Operation.power(a, b)
  }
  fileprivate static func reshape(_ a: Variable, _ attributes: Attributes) throws -> Variable {
    try Operation.reshape(a, attributes)
  }
}
