import Autograd
import Language
import Tensors

extension NamespaceTable {
  private static let arrays = Parameter("arrays", .tensors, "a list of arrays")
  static let dtypeParameter = Parameter(
    "dtype", .any, default: Attribute.none, "float, \"float32\", int or bool")
  private static let ordering = Parameter(
    "order", .string, default: .string("C"), "how the elements lie in memory; of no effect")
  private static let sizes = Parameter("shape", .integers, "the sizes")

  /// Makes arrays, puts them together and takes them apart as NumPy does.
  static let numpyArrays: @Sendable () -> [Builtin] = {
    creation + joining + cutting + turning
  }

  // MARK: - Making

  private static func filled(_ name: String, _ summary: String, _ value: Double) -> Builtin {
    Builtin(
      "numpy." + name, summary,
      examples: [Example(stringLiteral: "\(name)((2, 3)).shape  # (2, 3)")],
      parameters: [sizes, dtypeParameter, ordering]
    ) { call in
      .tensor(
        Variable(
          Tensor(repeating: value, shape: try call.shape(0), dtype: try call.dtype(1) ?? .float64)))
    }
  }

  private static func like(_ name: String, _ summary: String, _ value: Double) -> Builtin {
    Builtin(
      "numpy." + name, summary, examples: [Example(stringLiteral: "\(name)([1, 2]).shape  # (2,)")],
      parameters: [Parameter("a", .tensor, "the other array"), dtypeParameter]
    ) { call in
      let other = try call.tensor(0).value
      return .tensor(
        Variable(
          Tensor(repeating: value, shape: other.shape, dtype: try call.dtype(1) ?? other.dtype)))
    }
  }

  private static func array(_ name: String, _ summary: String, copies: Bool) -> Builtin {
    Builtin(
      "numpy." + name, summary, examples: [Example(stringLiteral: "\(name)([1, 2])  # [1, 2]")],
      parameters: [
        Parameter("object", .any, "numbers, in lists or tuples"), dtypeParameter,
        .idle("copy", default: .bool(true)), ordering,
        Parameter("ndmin", .integer, default: .integer(0), "axes it has at least"),
      ]
    ) { call in
      guard let given = try call[0].asTensor(call.evaluator.environment.structure) else {
        if case .list(let list) = call[0], list.items.isEmpty {
          return .tensor(Variable(Tensor([], shape: [0])))
        }
        return call[0]
      }
      let dtype = try call.dtype(1)
      if given.isList, given.thing != nil || given.isLeaf {
        return .tensor(given.detached().converted(to: dtype))
      }
      given.isList = false
      let missing = max(0, min(try call.integer(4), 9) - given.shape.rank)
      let shaped = try given.reshaped(Array(repeating: 1, count: missing) + given.shape.array)
      let made = shaped.converted(to: dtype)
      guard copies else { return .tensor(made) }
      // What carries a history is no array of numbers in NumPy; here it goes on.
      return .tensor(try given.isLeaf ? made.detached() : made.copied)
    }
  }

  private static let turning: [Builtin] = [
    Builtin(
      "numpy.transpose", "Puts the axes in another order; without one, in the reverse order.",
      examples: ["transpose([1, 2; 3, 4])  # [1, 3; 2, 4]"],
      parameters: [
        Parameter("a", .tensor, "the array"),
        Parameter("axes", .integers, default: Attribute.none, "the new order of the axes"),
      ]
    ) { call in .tensor(try call.tensor(0).axesReordered(call.integers(1))) },
    Builtin(
      "numpy.flip", "Reverses the order along axes; the elements stay where they are in memory.",
      examples: ["flip([1, 2, 3])  # [3, 2, 1]"],
      parameters: [
        Parameter("m", .tensor, "the array"),
        Parameter("axis", .axes, default: Attribute.none, "axes to reverse; None for all"),
      ]
    ) { call in
      let array = try call.tensor(0)
      let axes = try call.integers(1)?.map { try array.shape.axis($0) }
      let items = array.shape.axes.map { axis -> IndexItem in
        .slice(start: nil, stop: nil, step: axes?.contains(axis) == false ? 1 : -1)
      }
      return .tensor(try Operation.index(array, .one("items", .index(items))))
    },
  ]

  private static let creation: [Builtin] = [
    filled("zeros", "Makes an array of zeros.", 0), filled("ones", "Makes an array of ones.", 1),
    filled("empty", "Makes an array, of zeros here.", 0),
    like("zeros_like", "Makes zeros of the shape of another array.", 0),
    like("ones_like", "Makes ones of the shape of another array.", 1),
    like("empty_like", "Makes an array of the shape of another, of zeros here.", 0),
    array("array", "Makes an array of numbers.", copies: true),
    array("asarray", "Makes an array of numbers that are none yet.", copies: false),
    array("asanyarray", "Makes an array of numbers that are none yet.", copies: false),
    array("ascontiguousarray", "Makes an array of numbers that are none yet.", copies: false),
    Builtin(
      "numpy.full", "Makes an array of one number.", examples: ["full((2,), 7.5)  # [7.5, 7.5]"],
      parameters: [sizes, Parameter("fill_value", .tensor, "the number"), dtypeParameter]
    ) { call in
      let value = try call.tensor(1).value
      let number = Variable(value.converted(to: try call.dtype(2) ?? value.dtype))
      return .tensor(
        try Operation.broadcastTo(
          number, .one("shape", .integers(call.integers(0) ?? []))
        ).detached())
    },
    Builtin(
      "numpy.full_like", "Makes an array of one number, of the shape of another.",
      examples: ["full_like([1, 2], 7)  # [7, 7]"],
      parameters: [
        Parameter("a", .tensor, "the other array"), Parameter("fill_value", .real, "the number"),
        dtypeParameter,
      ]
    ) { call in
      let other = try call.tensor(0).value
      let number = Tensor(
        repeating: try call.real(1), shape: other.shape, dtype: .float64)
      return .tensor(Variable(number.converted(to: try call.dtype(2) ?? other.dtype)))
    },
    Builtin(
      "numpy.diag", aliases: ["diagonal"],
      "Makes a diagonal matrix of a vector, or takes a diagonal of a matrix.",
      notes: "The diagonal follows changes of the matrix, and cannot be changed itself.",
      examples: ["diag([1, 2])  # [1, 0; 0, 2]", "diag([1, 2; 3, 4])  # [1, 4]"],
      parameters: [
        Parameter("v", .tensor, "the vector or matrix"),
        Parameter("k", .integer, default: .integer(0), "which diagonal, 0 for the main one"),
      ]
    ) { call in
      let (x, offset) = (try call.tensor(0), try call.integer(1))
      if x.shape.rank == 2 {
        return .tensor(try Operation.diagonalView(x, .one("offset", .integer(offset))))
      }
      return .tensor(try Operation.apply("diag", x, with: ["offset": .integer(offset)]))
    },
    Builtin(
      "numpy.eye", "Makes a matrix with ones on a diagonal.",
      examples: ["eye(2)  # [1.0, 0.0; 0.0, 1.0]", "eye(2, 3, 1)  # [0, 1, 0; 0, 0, 1]"],
      parameters: [
        Parameter("N", .integer, "rows"),
        Parameter("M", .integer, default: Attribute.none, "columns; None for as many as rows"),
        Parameter("k", .integer, default: .integer(0), "which diagonal, 0 for the main one"),
        dtypeParameter,
      ]
    ) { call in
      let rows = try call.integer(0)
      let columns = call.isNone(1) ? rows : try call.integer(1)
      let offset = try call.integer(2)
      let shape = try Shape(checking: [rows, columns])
      return .tensor(
        Variable(
          Tensor(shape, dtype: try call.dtype(3) ?? .float64) { out in
            out.fill(with: 0)
            for row in 0..<rows where (0..<columns).contains(row + offset) {
              out[row * columns + row + offset] = 1
            }
          }))
    },
    Builtin(
      "numpy.arange", "Counts in equal steps up to, but not including, the end.",
      examples: ["arange(4)  # [0, 1, 2, 3]", "arange(1, 2, 0.5)  # [1.0, 1.5]"],
      parameters: [
        Parameter("start", .real, "first number; the end when it stands alone"),
        Parameter("stop", .real, default: Attribute.none, "where counting ends"),
        Parameter("step", .real, default: .integer(1), "how far each step goes"), dtypeParameter,
      ]
    ) { call in
      let made = try call.evaluator.libraryCall(
        "arange", Array(call.values.prefix(3)), at: call.span)
      guard case .tensor(let numbers) = made else { return made }
      return .tensor(numbers.converted(to: try call.dtype(3)))
    },
    Builtin(
      "numpy.linspace", "Spaces numbers evenly from start to stop.",
      examples: [
        "linspace(0, 1, 3)  # [0.0, 0.5, 1.0]",
        "linspace(0, 1, 2, endpoint=False)  # [0.0, 0.5]",
      ],
      parameters: [
        Parameter("start", .real, "first number"), Parameter("stop", .real, "last number"),
        Parameter("num", .integer, default: .integer(50), "how many"),
        Parameter("endpoint", .bool, default: .bool(true), "whether stop is among them"),
      ]
    ) { call in
      let (start, stop) = (try call.real(0), try call.real(1))
      let shape = try Shape(checking: [call.integer(2)])
      let steps = Double(max(shape.count - (try call.bool(3) ? 1 : 0), 1))
      return .tensor(
        Variable(
          Tensor(shape) { out in
            out.fill { index in
              start + (stop - start) * Double(index) / steps
            }
          }))
    },
  ]

  // MARK: - Putting together

  private static func stacking(
    _ name: String, _ summary: String, _ example: Example, axis: Int,
    _ shaped: @escaping @Sendable (Variable) throws -> Variable
  ) -> Builtin {
    Builtin("numpy." + name, summary, examples: [example], parameters: [arrays]) { call in
      let parts = try call.tensors(0).map(shaped)
      // Vectors side by side have one axis only.
      let place = parts.allSatisfy { $0.shape.rank == 1 } ? 0 : axis
      return .tensor(try Operation.apply("concat", to: parts, with: ["axis": .integer(place)]))
    }
  }

  private static let joining: [Builtin] = [
    Builtin(
      "numpy.concatenate", "Joins arrays along an axis; without an axis they are flattened first.",
      examples: ["concatenate([[1], [2, 3]])  # [1, 2, 3]"],
      parameters: [
        arrays, Parameter("axis", .any, default: .integer(0), "the axis they are joined along"),
      ]
    ) { call in
      var parts = try call.tensors(0)
      if call.isGiven(1), call.isNone(1) {
        parts = try parts.map { try $0.reshaped([$0.shape.count]) }
      }
      let axis = call.isNone(1) ? 0 : try call.integer(1)
      return .tensor(try Operation.apply("concat", to: parts, with: ["axis": .integer(axis)]))
    },
    stacking(
      "vstack", "Puts arrays on top of each other.", "vstack([[1, 2], [3, 4]])  # [1, 2; 3, 4]",
      axis: 0
    ) { try $0.atLeast2D },
    stacking(
      "hstack", "Puts arrays side by side.", "hstack([[1], [2, 3]])  # [1, 2, 3]", axis: 1
    ) { $0.shape.rank == 0 ? try $0.reshaped([1]) : $0 },
    stacking(
      "column_stack", "Makes a matrix of vectors as columns.",
      "column_stack([[1, 2], [3, 4]])  # [1, 3; 2, 4]", axis: 1
    ) { $0.shape.rank < 2 ? try $0.reshaped([$0.shape.count, 1]) : $0 },
    stacking(
      "dstack", "Puts arrays behind each other along a third axis.",
      "dstack([[1, 2], [3, 4]]).shape  # (1, 2, 2)", axis: 2
    ) { part in
      let flat = try part.atLeast2D
      return flat.shape.rank > 2 ? flat : try flat.reshaped(flat.shape.array + [1])
    },
    Builtin(
      "numpy.append", "Joins numbers to the end of an array, flattened without an axis.",
      examples: ["append([1, 2], [3])  # [1, 2, 3]"],
      parameters: [
        Parameter("arr", .tensor, "the array"), Parameter("values", .tensor, "what is added"),
        Parameter("axis", .integer, default: Attribute.none, "the axis they are joined along"),
      ]
    ) { call in
      var parts = [try call.tensor(0), try call.tensor(1)]
      if call.isNone(2) { parts = try parts.map { try $0.reshaped([$0.shape.count]) } }
      let axis = call.isNone(2) ? 0 : try call.integer(2)
      return .tensor(try Operation.apply("concat", to: parts, with: ["axis": .integer(axis)]))
    },
    Builtin(
      "numpy.pad", "Surrounds an array with a number, or with copies of its edge.",
      examples: [
        "pad([1, 2], (1, 2))  # [0, 1, 2, 0, 0]", "pad([1, 2], 1, mode=\"edge\")  # [1, 1, 2, 2]",
      ],
      parameters: [
        Parameter("array", .tensor, "the array"),
        Parameter("pad_width", .any, "how many: one number, (before, after), or one pair an axis"),
        Parameter(
          "mode", .choice(["constant", "edge", "reflect", "wrap"]), default: .string("constant"),
          "what stands around it"),
        Parameter("constant_values", .real, default: .integer(0), "the number around it"),
      ]
    ) { call in try call.padded() },
    Builtin(
      "numpy.dot", "Multiplies vectors and matrices; a number multiplies every element.",
      examples: ["dot([1, 2; 3, 4], [1, 1])  # [3, 7]"],
      parameters: [Parameter("a", .tensor, "left factor"), Parameter("b", .tensor, "right factor")]
    ) { call in
      let (a, b) = (try call.tensor(0), try call.tensor(1))
      let isScaling = a.shape.isScalar || b.shape.isScalar
      guard isScaling || b.shape.rank <= 2 else {
        throw call.fail(
          1, "bad-argument", "arrays of three axes and more are multiplied with @ here")
      }
      return .tensor(try isScaling ? Operation.multiply(a, b) : Operation.matmul(a, b))
    },
  ]

  // MARK: - Taking apart

  private static func cutting(
    _ name: String, _ summary: String, _ example: Example, axis fixed: Int?, isEven: Bool
  ) -> Builtin {
    Builtin(
      "numpy." + name, summary, examples: [example],
      parameters: [
        Parameter("ary", .tensor, "the array"),
        Parameter("indices_or_sections", .integers, "how many parts, or where to cut"),
        Parameter("axis", .integer, default: .integer(fixed ?? 0), "the axis to cut"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let axis = try x.shape.axis(
        fixed == 1 && x.shape.rank == 1 ? 0 : call.integer(2))
      return .list(List(try x.cut(axis, call, isEven: isEven).map { .tensor($0) }))
    }
  }

  private static let cutting: [Builtin] = [
    cutting(
      "split", "Cuts an array into a list of parts, of equal size where a number is given.",
      "split([1, 2, 3, 4], 2)[1]  # [3, 4]", axis: nil, isEven: true),
    cutting(
      "array_split", "Cuts an array into a list of parts, which need not come out even.",
      "array_split([1, 2, 3], 2)[0]  # [1, 2]", axis: nil, isEven: false),
    cutting(
      "hsplit", "Cuts an array along its columns.", "hsplit([1, 2; 3, 4], 2)[0]  # [1; 3]", axis: 1,
      isEven: true),
    cutting(
      "vsplit", "Cuts an array along its rows.", "vsplit([1, 2; 3, 4], 2)[0]  # [[1, 2]]", axis: 0,
      isEven: true),
  ]
}

extension Variable {
  /// The same numbers with the same history, in memory of their own.
  var copied: Variable { get throws { try Operation.apply("clone", self) } }

  /// The axes in another order, or in the reverse one.
  func axesReordered(_ order: [Int]?) throws -> Variable {
    let axes = order ?? shape.axes.reversed()
    return try axes.count < 2 && order == nil
      ? self : Operation.transpose(self, .one("axes", .integers(Array(axes))))
  }

  var atLeast2D: Variable {
    get throws { shape.rank >= 2 ? self : try reshaped([1, shape.count]) }
  }

  /// The parts of an axis by NumPy's rules.
  fileprivate func cut(_ axis: Int, _ call: Call, isEven: Bool) throws -> [Variable] {
    let size = shape[axis]
    var cuts = try call.integers(1) ?? []
    if call[1].isWholeNumber, let count = call[1].integer {
      guard count > 0, !isEven || size % count == 0 else {
        throw call.fail(
          1, "bad-argument", "\(size) places do not make \(count) equal parts",
          helps: ["np.array_split(x, \(max(count, 1)))"])
      }
      let (share, rest) = (size / count, size % count)
      cuts = (1..<max(count, 1)).map { $0 * share + min($0, rest) }
    }
    func place(_ cut: Int) -> Int { min(max(cut < 0 ? cut + size : cut, 0), size) }
    let bounds = [0] + cuts.map(place) + [size]
    return try zip(bounds, bounds.dropFirst()).map { start, stop in
      try sliced(axis: axis, start, max(start, stop))
    }
  }
}
