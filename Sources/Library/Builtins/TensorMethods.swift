import Autograd
import Language
import Presentation
import Tensors

extension Library {
  private static let x = Parameter("x", .tensor, "the tensor")
  private static func ignored(_ names: String...) -> [Parameter] {
    names.map { .idle($0) }
  }

  /// Methods that tensors have in NumPy and PyTorch, and whose names mean nothing without a tensor.
  static let tensorMethods: [Builtin] =
    places + kinds + shapes + shorthands.map(shorthand) + [dot, requiresGradient]

  // MARK: - Where a tensor is

  private static func staying(_ name: String, _ summary: String) -> Builtin {
    Builtin(
      "tensor." + name, summary, examples: [Example(stringLiteral: "[1, 2].\(name)()  # [1, 2]")],
      parameters: [x] + ignored("device", "memory_format")
    ) { call in .tensor(try call.tensor(0)) }
  }

  private static let places: [Builtin] = [
    staying("cpu", "Gives the tensor: everything is on the CPU here."),
    staying("contiguous", "Gives the tensor: its elements lie one after another."),
    Builtin(
      "tensor.retain_grad", "Keeps the gradient, as here every named quantity does.",
      examples: ["[1, 2].retain_grad()"], parameters: [x]
    ) { call in
      try call.tensor(0).thing?.keepsGradient = true
      return .none
    },
    Builtin(
      "tensor.cuda", "Gives the tensor: there is no GPU here.",
      examples: ["[1, 2].cuda()  # [1, 2]"],
      parameters: [x] + ignored("device")
    ) { call in
      call.evaluator.tellOnce("device", at: call.span, "everything is computed on the CPU here")
      return .tensor(try call.tensor(0))
    },
    Builtin(
      "tensor.to", "Gives the tensor in another kind of numbers; where it is changes nothing.",
      examples: ["[1, 2].to(\"cpu\")  # [1, 2]", "[1, 2].to(float)  # [1.0, 2.0]"],
      parameters: [
        x, Parameter("other", .any, default: Attribute.none, "a device, or a kind of numbers"),
        NamespaceTable.dtypeParameter,
      ] + ignored("device", "non_blocking", "copy")
    ) { call in
      let tensor = try call.tensor(0)
      if case .tensor(let other) = call[1] {
        return .tensor(tensor.converted(to: other.value.dtype))
      }
      if case .string(let device) = call[1], !device.hasPrefix("torch."),
        DType(rawValue: device) == nil
      {
        return .tensor(tensor)
      }
      return .tensor(tensor.converted(to: try call.dtype(call.isNone(2) ? 1 : 2)))
    },
    Builtin(
      "tensor.numpy", "Gives the numbers without history.", examples: ["[1, 2].numpy()  # [1, 2]"],
      parameters: [x] + ignored("force")
    ) { call in
      let array = try call.tensor(0).detachedView()
      array.isArray = array.isArray && array.shape.isScalar
      return .tensor(array)
    },
    Builtin(
      "tensor.tolist", "Gives the elements as lists, a number as itself.",
      examples: ["len([1, 2; 3, 4].tolist())  # 2"], parameters: [x]
    ) { call in lists(try call.tensor(0).value) },
  ]

  private static func lists(_ tensor: Tensor) -> Value {
    func level(_ axis: Int, _ offset: Int) -> Value {
      guard axis < tensor.shape.rank else {
        return .tensor(Variable(Tensor(tensor[flat: offset], dtype: tensor.dtype)))
      }
      let step = tensor.shape.array[(axis + 1)...].reduce(1, *)
      return .list(
        List((0..<tensor.shape[axis]).map { level(axis + 1, offset + $0 * step) }))
    }
    return level(0, 0)
  }

  // MARK: - Kinds of numbers

  private static func kind(_ name: String, _ summary: String, _ dtype: DType) -> Builtin {
    Builtin(
      "tensor." + name, summary, notes: "PyTorch's single precision is double precision here.",
      examples: [Example(stringLiteral: "[1.0, 2.0].\(name)().shape  # (2,)")], parameters: [x]
    ) { call in
      let tensor = try call.tensor(0)
      let isReal = dtype.isReal && tensor.value.dtype.isReal
      return .tensor(isReal ? tensor : tensor.converted(to: dtype))
    }
  }

  private static let kinds: [Builtin] = [
    kind("float", "Makes real numbers.", .float64), kind("double", "Makes real numbers.", .float64),
    kind("half", "Makes real numbers.", .float64),
    kind("long", "Cuts off to whole numbers.", .int64),
    kind("int", "Cuts off to whole numbers.", .int64),
    kind("bool", "Tells where elements are not 0.", .bool),
    Builtin(
      "tensor.astype", "Gives the elements as another kind of numbers.",
      examples: ["[1.5, 2.5].astype(int)  # [1, 2]"],
      parameters: [x, Parameter("dtype", .any, "float, \"float32\", int or bool")] + ignored("copy")
    ) { call in
      let tensor = try call.tensor(0)
      let made = tensor.converted(to: try call.dtype(1))
      return .tensor(try made === tensor ? tensor.copied : made)
    },
    Builtin(
      "tensor.sort", "Puts the elements of an array in order, smallest first, in place.",
      notes: "np.sort(x) gives another array and leaves this one.",
      examples: ["x = ones(2) * [2, 1]; x.sort(); x  # [1, 2]"],
      parameters: [
        x, Parameter("axis", .integer, default: .integer(-1), "the axis to sort along"),
      ]
    ) { call in
      let tensor = try call.tensor(0)
      let sorted = try Operation.apply(
        "sort", tensor, with: ["axis": .integer(try call.integer(1))])
      try call.evaluator.change(tensor, to: sorted, at: call.span)
      return .none
    },
    Builtin(
      "tensor.type", "Gives the elements as another kind of numbers, or names their kind.",
      examples: ["[1.5].type()  # \"float64\""], parameters: [x, NamespaceTable.dtypeParameter]
    ) { call in
      let tensor = try call.tensor(0)
      if call.isNone(1) { return .string(tensor.value.dtype.rawValue) }
      return .tensor(tensor.converted(to: try call.dtype(1)))
    },
    Builtin(
      "tensor.type_as", "Gives the elements as the kind of numbers of another tensor.",
      examples: ["[1, 2].type_as([0.5])  # [1.0, 2.0]"],
      parameters: [x, Parameter("other", .tensor, "the other tensor")]
    ) { call in .tensor(try call.tensor(0).converted(to: call.tensor(1).value.dtype)) },
  ]

  // MARK: - Shapes

  private static let shapes: [Builtin] = [
    Builtin(
      "tensor.size", "Gives the sizes of all axes, or of one.",
      examples: ["[1, 2; 3, 4].size()  # (2, 2)", "[1, 2, 3].size(0)  # 3"],
      parameters: [x, Parameter("dim", .integer, default: Attribute.none, "the axis")]
    ) { call in
      let shape = try call.tensor(0).shape
      if call.isNone(1) { return .tuple(shape.array.map { .integer($0) }) }
      return .integer(shape[try shape.axis(call.integer(1))])
    },
    Builtin(
      "tensor.dim", aliases: ["tensor.ndimension"], "Counts the axes.",
      examples: ["[1, 2].dim()  # 1"], parameters: [x]
    ) { call in .integer(try call.tensor(0).shape.rank) },
    Builtin(
      "tensor.ravel", "Makes one axis of all axes.",
      examples: ["[1, 2; 3, 4].ravel()  # [1, 2, 3, 4]"], parameters: [x] + ignored("order")
    ) { call in
      let tensor = try call.tensor(0)
      return .tensor(try tensor.reshaped([tensor.shape.count]))
    },
    Builtin(
      "tensor.nelement", "Counts the elements.", examples: ["[1, 2].nelement()  # 2"],
      parameters: [x]
    ) { call in .integer(try call.tensor(0).shape.count) },
    Builtin(
      "tensor.t", "Transposes a matrix; a vector stays as it is.",
      examples: ["[1, 2; 3, 4].t()  # [1, 3; 2, 4]"], parameters: [x]
    ) { call in
      let tensor = try call.tensor(0)
      return .tensor(tensor.shape.rank < 2 ? tensor : try Operation.transpose(tensor))
    },
    Builtin(
      "tensor.transpose", "Puts the axes in another order, by default the reverse one.",
      examples: [
        "[1, 2; 3, 4].transpose()  # [1, 3; 2, 4]",
        "zeros(2, 3, 4).transpose(1, 0, 2).shape  # (3, 2, 4)",
      ],
      parameters: [
        x, Parameter("axes", .integers, default: .integers([]), variadic: true, "the order"),
      ]
    ) { call in try call.transposed() },
    Builtin(
      "tensor.permute", "Puts the axes in another order.",
      examples: ["zeros(2, 3, 4).permute(1, 0, 2).shape  # (3, 2, 4)"],
      parameters: [x, Parameter("dims", .integers, variadic: true, "the order")]
    ) { call in
      .tensor(
        try Operation.transpose(call.tensor(0), .one("axes", .integers(call.integers(1) ?? []))))
    },
    Builtin(
      "tensor.expand", "Repeats axes of size 1; -1 keeps an axis.",
      examples: ["[1; 2].expand(2, 3)  # [1, 1, 1; 2, 2, 2]"],
      parameters: [x, Parameter("sizes", .integers, variadic: true, "the sizes")]
    ) { call in
      let tensor = try call.tensor(0)
      var sizes = try call.integers(1) ?? []
      let missing = sizes.count - tensor.shape.rank
      for index in sizes.indices where sizes[index] == -1 && index >= missing {
        sizes[index] = tensor.shape[index - missing]
      }
      return .tensor(try Operation.broadcastTo(tensor, .one("shape", .integers(sizes))))
    },
    like("expand_as", "Repeats axes of size 1 up to the shape of another tensor.") { x, shape in
      try Operation.broadcastTo(x, .one("shape", .integers(shape.array)))
    },
    like("view_as", "Gives the same elements the shape of another tensor.") { x, shape in
      try x.reshaped(shape.array)
    },
    like("reshape_as", "Gives the same elements the shape of another tensor.") { x, shape in
      try x.reshaped(shape.array)
    },
    fresh("new_zeros", "Makes zeros of the same kind.", 0),
    fresh("new_ones", "Makes ones of the same kind.", 1),
  ]

  private static func like(
    _ name: String, _ summary: String,
    _ body: @escaping @Sendable (Variable, Shape) throws -> Variable
  ) -> Builtin {
    Builtin(
      "tensor." + name, summary,
      examples: [Example(stringLiteral: "[[1, 2]].\(name)([[3, 4]]).shape  # (1, 2)")],
      parameters: [x, Parameter("other", .tensor, "the other tensor")]
    ) { call in .tensor(try body(call.tensor(0), call.tensor(1).shape)) }
  }

  private static func fresh(_ name: String, _ summary: String, _ number: Double) -> Builtin {
    Builtin(
      "tensor." + name, summary,
      examples: [Example(stringLiteral: "[1.5].\(name)(2).shape  # (2,)")],
      parameters: [x, Parameter("sizes", .integers, variadic: true, "the sizes")]
    ) { call in
      .frozen(
        Tensor(repeating: number, shape: try call.shape(1), dtype: try call.tensor(0).value.dtype))
    }
  }

  private static let dot = Builtin(
    "tensor.dot", "Multiplies vectors and matrices, as np.dot does.",
    examples: ["[1, 2; 3, 4].dot([1, 1])  # [3, 7]"],
    parameters: [x, Parameter("other", .tensor, "the other tensor")]
  ) { call in
    let (a, b) = (try call.tensor(0), try call.tensor(1))
    let isScaling = a.shape.isScalar || b.shape.isScalar
    guard isScaling || b.shape.rank <= 2 else {
      throw call.fail(
        1, "bad-argument", "arrays of three axes and more are multiplied with @ here",
        helps: ["a @ b multiplies matrix by matrix"])
    }
    return .tensor(try isScaling ? Operation.multiply(a, b) : Operation.matmul(a, b))
  }

  private static let requiresGradient = Builtin(
    "tensor.requires_grad_", "Says whether backward() gives a tensor a gradient.",
    examples: ["[1.5].requires_grad_()  # [1.5]"],
    parameters: [
      x, Parameter("requires_grad", .bool, default: .bool(true), "False leaves it alone"),
    ]
  ) { call in
    .tensor(
      try call.evaluator.setLearning(of: call.tensor(0), try call.bool(1), at: call.span))
  }

  // MARK: - Operators by name

  /// Methods that are an operation of two tensors.
  private static let shorthands = [
    ("mm", "matmul", "[1, 2; 3, 4].mm([1; 1])  # [3; 7]"),
    ("mv", "matmul", "[1, 2; 3, 4].mv([1, 1])  # [3, 7]"),
    ("bmm", "matmul", "[[1, 2; 3, 4]].bmm([[1; 1]])  # [[3; 7]]"),
    ("sub", "subtract", "[3, 4].sub(1)  # [2, 3]"), ("mul", "multiply", "[3, 4].mul(2)  # [6, 8]"),
    ("div", "divide", "[3, 4].div(2)  # [1.5, 2]"),
    ("eq", "equal", "[3, 4].eq(3)  # [True, False]"),
    ("ne", "not_equal", "[3, 4].ne(3)  # [False, True]"),
    ("lt", "less", "[3, 4].lt(4)  # [True, False]"),
    ("le", "less_equal", "[3, 4].le(3)  # [True, False]"),
    ("gt", "greater", "[3, 4].gt(3)  # [False, True]"),
    ("ge", "greater_equal", "[3, 4].ge(4)  # [False, True]"),
  ]

  private static func shorthand(_ name: String, _ operation: String, _ example: String) -> Builtin {
    Builtin(
      "tensor." + name, Operation.required(operation).summary,
      examples: [Example(stringLiteral: example)],
      parameters: [x, Parameter("other", .tensor, "the other tensor")]
    ) { call in .tensor(try Operation.apply(operation, call.tensor(0), call.tensor(1))) }
  }
}

extension Call {
  /// NumPy's order of axes; PyTorch's two axes to exchange where they are no order of all.
  fileprivate func transposed() throws -> Value {
    let x = try tensor(0)
    let axes = try integers(1) ?? []
    if axes.isEmpty { return .tensor(try Operation.transpose(x)) }
    let places = try axes.map { try x.shape.axis($0) }
    if axes.count == 2, Set(places).count == 2, x.shape.rank > 2 || axes[0] < 0 || axes[1] < 0 {
      return .tensor(
        try Operation.apply(
          "swapaxes", x, with: ["axis1": .integer(axes[0]), "axis2": .integer(axes[1])]))
    }
    return .tensor(try Operation.transpose(x, .one("axes", .integers(places))))
  }
}
