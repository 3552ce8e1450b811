import Autograd
import Language
import Tensors

extension NamespaceTable {
  static let torchOptions = [
    dtypeParameter,
    .idle("device", "everything is on the CPU"),
    Parameter(
      "requires_grad", .bool, default: .bool(false), "whether backward() gives it a gradient"),
  ]
  private static let sizes = Parameter("size", .integers, variadic: true, "the sizes")
  private static let noSizes = Parameter(
    "size", .integers, default: .integers([]), variadic: true, "the sizes")
  private static let other = Parameter("input", .tensor, "the other tensor")

  /// Tensors from nothing, from numbers and from chance.
  static let torchTensors: @Sendable () -> [Builtin] = { creation + likes + torchRandom }

  private static func filled(_ name: String, _ summary: String, _ value: Double) -> Builtin {
    Builtin(
      "torch." + name, summary, examples: [Example(stringLiteral: "\(name)(2, 3).shape  # (2, 3)")],
      parameters: [sizes] + torchOptions
    ) { call in
      try call.made(options: 1) { dtype in
        Tensor(repeating: value, shape: try call.shape(0), dtype: dtype ?? .float64)
      }
    }
  }

  private static func fromNumbers(
    _ name: String, _ summary: String, _ dtype: DType? = nil
  ) -> Builtin {
    Builtin(
      "torch." + name, summary, examples: [Example(stringLiteral: "\(name)([1, 2]).shape  # (2,)")],
      parameters: [Parameter("data", .any, "numbers, in lists or tuples")] + torchOptions
    ) { call in
      guard let given = try call[0].asTensor(call.evaluator.environment.structure) else {
        if case .list(let list) = call[0], list.items.isEmpty {
          return .tensor(Variable(Tensor([], shape: [0])))
        }
        throw call.fail(
          0, "wrong-kind", "a tensor is made of numbers, not of \(call[0].kindText)",
          helps: ["torch.tensor([1.0, 2.0])"])
      }
      return try call.made(options: 1) { wanted in
        given.value.converted(to: wanted ?? dtype ?? given.value.dtype)
      }
    }
  }

  /// `torch.Tensor(2, 3)` and `torch.Tensor([1, 2])`.
  private static func ofType(_ name: String, _ dtype: DType) -> Builtin {
    Builtin(
      "torch." + name, "Makes a tensor of numbers, or of sizes, then of zeros here.",
      examples: [
        Example(stringLiteral: "\(name)([1, 0])  # \(dtype == .bool ? "[True, False]" : "[1, 0]")")
      ],
      parameters: [Parameter("data", .any, variadic: true, "numbers in a list, or the sizes")]
    ) { call in
      let given = call.variadic(0)
      let structure = call.evaluator.environment.structure
      if given.count == 1, given[0].integer == nil, let data = try given[0].asTensor(structure) {
        return .frozen(data.value.converted(to: dtype))
      }
      let sizes = try given.map { value in
        guard let size = value.integer else {
          throw call.fail(0, "wrong-kind", "a size is a whole number, not \(value.kindText)")
        }
        return size
      }
      return .frozen(Tensor(repeating: 0, shape: try Shape(checking: sizes), dtype: dtype))
    }
  }

  private static let creation: [Builtin] = [
    filled("zeros", "Makes a tensor of zeros.", 0), filled("ones", "Makes a tensor of ones.", 1),
    filled("empty", "Makes a tensor, of zeros here.", 0),
    fromNumbers("tensor", "Makes a tensor of numbers."),
    fromNumbers("as_tensor", "Makes a tensor of numbers."),
    fromNumbers("asarray", "Makes a tensor of numbers."),
    Builtin(
      "torch.from_numpy", "Makes a tensor of an array, in whose memory it stays.",
      notes: "A change of one in place is seen in the other.",
      examples: ["from_numpy([1, 2]).shape  # (2,)"],
      parameters: [Parameter("ndarray", .tensor, "the array")]
    ) { call in
      let shared = try call.tensor(0).detachedView()
      shared.isArray = true
      shared.isFrozen = true
      return .tensor(shared)
    },
    ofType("Tensor", .float64), ofType("FloatTensor", .float64), ofType("DoubleTensor", .float64),
    ofType("LongTensor", .int64), ofType("IntTensor", .int64), ofType("BoolTensor", .bool),
    ofType("ByteTensor", .int64),
    Builtin(
      "torch.full", "Makes a tensor of one number.", examples: ["full((2,), 7.5)  # [7.5, 7.5]"],
      parameters: [
        Parameter("size", .integers, "the sizes"), Parameter("fill_value", .tensor, "the number"),
      ] + torchOptions
    ) { call in
      let number = try call.tensor(1).value
      return try call.made(options: 2) { dtype in
        Tensor(
          repeating: try call.real(1), shape: try call.shape(0), dtype: dtype ?? number.dtype)
      }
    },
    Builtin(
      "torch.eye", "Makes a matrix with ones on the diagonal.",
      examples: ["eye(2)  # [1.0, 0.0; 0.0, 1.0]"],
      parameters: [
        Parameter("n", .integer, "rows"),
        Parameter("m", .integer, default: Attribute.none, "columns; None for as many as rows"),
      ] + torchOptions
    ) { call in
      let rows = try call.integer(0)
      let columns = call.isNone(1) ? rows : try call.integer(1)
      let shape = try Shape(checking: [rows, columns])
      return try call.made(options: 2) { dtype in
        Tensor(shape, dtype: dtype ?? .float64) { out in
          out.fill(with: 0)
          for place in 0..<min(rows, columns) { out[place * columns + place] = 1 }
        }
      }
    },
    Builtin(
      "torch.arange", "Counts in equal steps up to, but not including, the end.",
      examples: ["arange(4)  # [0, 1, 2, 3]"],
      parameters: [
        Parameter("start", .real, "first number; the end when it stands alone"),
        Parameter("end", .real, default: Attribute.none, "where counting ends"),
        Parameter("step", .real, default: .integer(1), "how far each step goes"),
      ] + torchOptions
    ) { call in
      let counted = try call.evaluator.libraryCall(
        "arange", Array(call.values.prefix(3)), at: call.span)
      guard case .tensor(let numbers) = counted else { return counted }
      return try call.made(options: 3) { numbers.value.converted(to: $0 ?? numbers.value.dtype) }
    },
    Builtin(
      "torch.linspace", "Spaces numbers evenly from start to end, both included.",
      examples: ["linspace(0, 1, 3)  # [0.0, 0.5, 1.0]"],
      parameters: [
        Parameter("start", .real, "first number"), Parameter("end", .real, "last number"),
        Parameter("steps", .integer, default: .integer(100), "how many"),
      ] + torchOptions
    ) { call in
      let (start, stop) = (try call.real(0), try call.real(1))
      let shape = try Shape(checking: [call.integer(2)])
      return try call.made(options: 3) { dtype in
        Tensor(shape) { out in
          let steps = Double(max(out.count - 1, 1))
          out.fill { index in start + (stop - start) * Double(index) / steps }
        }.converted(to: dtype ?? .float64)
      }
    },
  ]

  private static func like(
    _ name: String, _ summary: String,
    _ fill: @escaping @Sendable (Call, Tensor, DType) throws -> Tensor
  ) -> Builtin {
    Builtin(
      "torch." + name, summary, examples: [Example(stringLiteral: "\(name)([1, 2]).shape  # (2,)")],
      parameters: [other] + torchOptions
    ) { call in
      let x = try call.tensor(0).value
      return try call.made(options: 1) { try fill(call, x, $0 ?? x.dtype) }
    }
  }

  private static let likes: [Builtin] = [
    like("zeros_like", "Makes zeros of the shape of another tensor.") { _, x, dtype in
      Tensor(repeating: 0, shape: x.shape, dtype: dtype)
    },
    like("ones_like", "Makes ones of the shape of another tensor.") { _, x, dtype in
      Tensor(repeating: 1, shape: x.shape, dtype: dtype)
    },
    like("empty_like", "Makes a tensor of the shape of another, of zeros here.") { _, x, dtype in
      Tensor(repeating: 0, shape: x.shape, dtype: dtype)
    },
    like("rand_like", "Draws numbers from 0 to 1, as many as another tensor has.") { call, x, _ in
      call.uniform(x.shape)
    },
    like("randn_like", "Draws standard normal numbers, as many as another tensor has.") {
      call, x, _ in call.normal(x.shape)
    },
    Builtin(
      "torch.full_like", "Makes a tensor of one number, of the shape of another.",
      examples: ["full_like([1, 2], 7)  # [7, 7]"],
      parameters: [other, Parameter("fill_value", .real, "the number")] + torchOptions
    ) { call in
      let x = try call.tensor(0).value
      return try call.made(options: 2) { dtype in
        Tensor(repeating: try call.real(1), shape: x.shape, dtype: dtype ?? x.dtype)
      }
    },
  ]

  // MARK: - Chance

  private static let torchRandom: [Builtin] = [
    Builtin(
      "torch.manual_seed", "Starts the generator anew: the same seed gives PyTorch's numbers.",
      notes: """
        They are those of torch.rand, randn, randint, randperm, normal, of the first weights of \
        layers, and of a DataLoader's order, on a CPU and in single precision. Dropout draws others.
        """,
      examples: ["manual_seed(1)"], parameters: [Parameter("seed", .integer, "a whole number")]
    ) { call in
      let seed = UInt64(bitPattern: Int64(try call.integer(0)))
      call.evaluator.context.foreignGenerators.torch = TorchGenerator(seed: seed)
      call.evaluator.context.generator = SplitMix64(seed: seed)
      return .none
    },
    Builtin(
      "torch.rand", "Draws numbers evenly from 0 to 1.", examples: ["rand(2, 3).shape  # (2, 3)"],
      parameters: [noSizes] + torchOptions
    ) { call in
      let shape = try call.shape(0)
      return try call.made(options: 1) { _ in call.uniform(shape) }
    },
    Builtin(
      "torch.randn", "Draws standard normal numbers.", examples: ["randn(2, 3).shape  # (2, 3)"],
      parameters: [noSizes] + torchOptions
    ) { call in
      let shape = try call.shape(0)
      return try call.made(options: 1) { _ in call.normal(shape) }
    },
    Builtin(
      "torch.randint", "Draws whole numbers from low up to, but not including, high.",
      examples: ["randint(3, 4, (2,))  # [3, 3]"],
      parameters: [
        Parameter("low", .integer, "the smallest; the end when only sizes follow"),
        Parameter("high", .any, default: Attribute.none, "where they end"),
        Parameter("size", .integers, default: Attribute.none, "the sizes"),
      ] + torchOptions
    ) { call in
      let hasLow = !call.isNone(2) && !call.isNone(1)
      let low = hasLow ? try call.integer(0) : 0
      let high = hasLow ? try call.integer(1) : try call.integer(0)
      let shape = try Shape(
        checking: call.isNone(2) ? call.evaluator.integers(call[1]) ?? [] : call.integers(2) ?? [])
      let (bound, overflow) = high.subtractingReportingOverflow(low)
      guard bound > 0, !overflow else {
        throw call.fail(1, "bad-argument", "there is no whole number from \(low) below \(high)")
      }
      return try call.made(options: 3) { dtype in
        Tensor(shape, dtype: dtype ?? .int64) { out in
          out.fill { index in
            Double(low + call.torchGenerator.integer(below: bound))
          }
        }
      }
    },
    Builtin(
      "torch.randperm", "Gives the numbers below n in random order.",
      examples: ["randperm(3).shape  # (3,)"], parameters: [Parameter("n", .integer, "how many")]
    ) { call in
      let count = try Shape(checking: [call.integer(0)]).count
      try Memory.make(count, of: MemoryLayout<Int>.stride)
      return .whole(call.torchGenerator.permutation(of: count))
    },
    Builtin(
      "torch.normal", "Draws normal numbers with means and standard deviations.",
      examples: ["normal(5.0, 0.0, (2,))  # [5, 5]"],
      parameters: [
        Parameter("mean", .tensor, "the mean, or one for each"),
        Parameter("std", .tensor, default: .integer(1), "the standard deviation, or one for each"),
        Parameter("size", .integers, default: Attribute.none, "the sizes, where both are numbers"),
      ]
    ) { call in
      let (mean, deviation) = (try call.tensor(0).value, try call.tensor(1).value)
      let shape =
        call.isNone(2)
        ? try Tensor.combine(mean, deviation, dtype: .float64) { a, _ in a }.shape
        : try call.shape(2)
      let drawn = Variable(call.normal(shape))
      let scaled = try Operation.multiply(drawn, Variable(deviation))
      return .frozen(try Operation.add(scaled, Variable(mean)).value)
    },
    Builtin(
      "torch.bernoulli", "Draws 1 with the chance that every element gives, otherwise 0.",
      examples: ["bernoulli([0.0, 1.0])  # [0, 1]"],
      parameters: [Parameter("input", .tensor, "chances")]
    ) { call in
      let chances = try call.tensor(0).value
      return .frozen(chances.map { call.torchGenerator.wideUnit() < $0 ? 1 : 0 })
    },
  ]
}

extension Value {
  /// A tensor that `backward()` leaves alone, as PyTorch's are unless a gradient is asked for.
  static func frozen(_ tensor: Tensor) -> Value {
    let variable = Variable(tensor)
    variable.isFrozen = true
    variable.isArray = true
    return .tensor(variable)
  }
}

extension Call {
  var torchGenerator: TorchGenerator {
    get { evaluator.context.foreignGenerators.torch }
    nonmutating _modify { yield &evaluator.context.foreignGenerators.torch }
  }

  func uniform(_ shape: Shape) -> Tensor {
    Tensor(shape) { out in
      out.fill { index in Double(torchGenerator.unit()) }
    }
  }

  func normal(_ shape: Shape) -> Tensor {
    let perNumber = MemoryLayout<Double>.stride + MemoryLayout<Float>.stride
    Memory.make(orRefuse: shape.count * perNumber)
    let drawn = Poll.isStopped ? [] : torchGenerator.normal(count: shape.count)
    return Tensor(shape) { out in out.fill { drawn.isEmpty ? 0 : drawn[$0] } }
  }

  /// A tensor with the options from a position on: dtype, device, requires_grad.
  fileprivate func made(
    options position: Int, _ make: (DType?) throws -> Tensor
  ) throws -> Value {
    let variable = Variable(try make(try dtype(position)))
    variable.isArray = true
    return .tensor(
      try evaluator.setLearning(of: variable, try bool(position + 2), at: span))
  }
}
