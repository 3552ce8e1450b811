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

  /// W2: XOR with 2-4-2 units, tanh, cross entropy, batch 4; W6: x² + 3, both through recorded
  /// operations, without the language.
  static let small = [
    Workload("W2 xor recorded float64") {
      var numbers = Numbers()
      let x = Variable(Tensor([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2]))
      let classes = Variable(Tensor([0, 1, 1, 0], dtype: .int64))
      let (tanh, crossEntropy) = (operation("tanh"), operation("cross_entropy"))
      var parameters = ([[2, 4], [4], [4, 2], [2]] as [Shape]).map { Variable(numbers.tensor($0)) }
      return { steps in
        for _ in 0..<steps {
          let hidden = try tanh(.add(.matmul(x, parameters[0]), parameters[1]))
          let loss = try crossEntropy(.add(.matmul(hidden, parameters[2]), parameters[3]), classes)
          try descend(&parameters, loss.gradients(for: parameters), rate: 0.5)
        }
      }
    },
    Workload("W6 parabola recorded") {
      var x = [Variable(3)]
      return { steps in
        for _ in 0..<steps {
          let y = try Operation.add(.power(x[0], Variable(2)), Variable(3))
          try descend(&x, y.gradients(for: x), rate: 0.01)
        }
      }
    },
  ]

  /// W4: LeNet-5, batch 64, plain descent.
  static let images = [DType.float32, .float64].flatMap { dtype in
    [
      Workload("W4 lenet train \(dtype)") {
        var net = LeNet(dtype)
        return { steps in
          for _ in 0..<steps {
            let loss = try operation("cross_entropy")(net.scores(), net.classes)
            try descend(&net.parameters, loss.gradients(for: net.parameters), rate: 0.1)
          }
        }
      },
      Workload("W4 lenet forward \(dtype)") {
        let net = LeNet(dtype)
        return { steps in for _ in 0..<steps { _ = try net.scores() } }
      },
    ]
  }

  private struct LeNet {
    let images: Variable
    let classes = Variable(Tensor((0..<64).map { Double($0 % 10) }, dtype: .int64))
    var parameters: [Variable]
    private let conv = operation("conv2d")
    private let pool = operation("avg_pool2d")
    private let tanh = operation("tanh")

    init(_ dtype: DType) {
      var numbers = Numbers()
      images = Variable(numbers.tensor([64, 1, 28, 28], dtype))
      let shapes: [Shape] = [
        [6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [400, 120], [120], [120, 84], [84], [84, 10], [10],
      ]
      parameters = shapes.map { Variable(numbers.tensor($0, dtype, scale: 0.1)) }
    }

    func scores() throws -> Variable {
      let (p, window) = (parameters, Attributes.one("kernel_size", .integer(2)))
      var h = try pool([tanh(conv([images, p[0], p[1]], .one("padding", .integer(2))))], window)
      h = try pool([tanh(conv([h, p[2], p[3]]))], window)
      h = try .reshape(h, .one("shape", .integers([64, 400])))
      h = try tanh(.add(.matmul(h, p[4]), p[5]))
      h = try tanh(.add(.matmul(h, p[6]), p[7]))
      return try .add(.matmul(h, p[8]), p[9])
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
