import Autograd
import Language
import Presentation
import Tensors

extension NamespaceTable {
  private static let input = Parameter("input", .tensor, "the tensor")
  private static let keepdim = Parameter(
    "keepdim", .bool, default: .bool(false), "keep the axis with size 1")

  /// Functions of PyTorch that give values and where they stand, and those that cut tensors.
  static let torchReductions: @Sendable () -> [Builtin] = {
    [extreme("max", "largest"), extreme("min", "smallest")] + ordering + cutting
  }

  /// `torch.max(x)`, `torch.max(x, 1)` and `torch.max(x, y)`.
  private static func extreme(_ name: String, _ word: String) -> Builtin {
    Builtin(
      "torch." + name,
      "Finds the \(word) element, or those along an axis with their positions, or of two tensors.",
      examples: [
        Example(stringLiteral: "\(name)([2, 2])  # 2"),
        Example(stringLiteral: "\(name)([4, 4; 5, 5], 1)[1]  # [0, 0]"),
        Example(stringLiteral: "\(name)([7, 7; 5, 5], dim=1).values  # [7, 5]"),
      ],
      parameters: [
        input, Parameter("dim", .any, default: Attribute.none, "the axis, or another tensor"),
        keepdim,
        Parameter("other", .tensor, default: Attribute.none, "another tensor"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let isAxis = call[1].isWholeNumber
      if !call.isNone(3) || (!call.isNone(1) && !isAxis) {
        let other = try call.tensor(call.isNone(3) ? 1 : 3)
        return .tensor(try Operation.apply(name + "imum", x, other))
      }
      if call.isNone(1) { return .tensor(try Operation.apply(name, x)) }
      let axis = Attribute.integer(try call.integer(1))
      let keeps = Attribute.bool(try call.bool(2))
      return .object(
        NamedValues([
          "values": .tensor(
            try Operation.apply(name, x, with: ["axis": axis, "keepdims": keeps])),
          "indices": .tensor(
            try Operation.apply("arg" + name, x, with: ["axis": axis, "keepdims": keeps])),
        ]))
    }
  }

  private static let ordering: [Builtin] = [
    Builtin(
      "torch.sort", "Puts the elements along an axis in order; gives them and where they stood.",
      examples: ["sort([3, 1, 2])[0]  # [1, 2, 3]", "sort([3, 1, 2]).indices  # [1, 2, 0]"],
      parameters: [
        input, Parameter("dim", .integer, default: .integer(-1), "the axis"),
        Parameter("descending", .bool, default: .bool(false), "falling order"),
        Parameter("stable", .bool, default: .bool(false), "equals keep their order anyway"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let axis = Attribute.integer(try call.integer(1))
      let falls = Attribute.bool(try call.bool(2))
      return .object(
        NamedValues([
          "values": .tensor(
            try Operation.apply("sort", x, with: ["axis": axis, "descending": falls])),
          "indices": .tensor(
            try Operation.apply("argsort", x, with: ["axis": axis, "descending": falls])),
        ]))
    },
    Builtin(
      "torch.topk", "Picks the k largest elements along an axis; gives them and where they stand.",
      examples: [
        "topk([3, 1, 2], 2)[0]  # [3, 2]", "topk([3, 1, 2], 1, largest=False).indices  # [1]",
      ],
      parameters: [
        input, Parameter("k", .integer, "how many"),
        Parameter("dim", .integer, default: .integer(-1), "the axis"),
        Parameter("largest", .bool, default: .bool(true), "False picks the smallest"),
        Parameter("sorted", .bool, default: .bool(true), "they are in order anyway"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let (k, axis) = (
        Attribute.integer(try call.integer(1)), Attribute.integer(try call.integer(2))
      )
      let isLargest = try call.bool(3)
      let ranked = isLargest ? x : try Operation.negate(x)
      let places = try Operation.apply("arg_top_k", ranked, with: ["k": k, "axis": axis])
      let top = try Operation.apply("top_k", ranked, with: ["k": k, "axis": axis])
      return .object(
        NamedValues([
          "values": .tensor(isLargest ? top : try Operation.negate(top)),
          "indices": .tensor(places),
        ]))
    },
    Builtin(
      "torch.median",
      "Finds the middle element, the lower of two; along an axis also its position.",
      examples: ["median([1, 2, 3, 4])  # 2", "median([1, 3, 2], 0).indices  # 2"],
      parameters: [
        input, Parameter("dim", .integer, default: Attribute.none, "the axis"), keepdim,
      ]
    ) { call in
      let x = try call.tensor(0)
      let isFlat = call.isNone(1)
      let rows = isFlat ? try x.reshaped([x.shape.count]) : x
      let axis = isFlat ? 0 : try x.shape.axis(call.integer(1))
      let middle = max((rows.shape[axis] - 1) / 2, 0)
      func pick(_ name: String) throws -> Variable {
        let sorted = try Operation.apply(name, rows, with: ["axis": .integer(axis)])
        let part = try sorted.sliced(axis: axis, middle, middle + 1)
        if !isFlat, try call.bool(2) { return part }
        return try Operation.apply("squeeze", part, with: ["axis": .integer(axis)])
      }
      if isFlat { return .tensor(try pick("sort")) }
      return .object(
        NamedValues(["values": .tensor(try pick("sort")), "indices": .tensor(try pick("argsort"))]))
    },
    Builtin(
      "torch.unique", "Gives the different elements in order.",
      examples: ["unique([3, 1, 3])  # [1, 3]"],
      parameters: [
        input, Parameter("sorted", .bool, default: .bool(true), "they are in order anyway"),
        Parameter("return_inverse", .bool, default: .bool(false), "also which one each was"),
        Parameter(
          "return_counts", .bool, default: .bool(false), "also how often each stands there"),
      ]
    ) { call in try call.unique(firsts: false, inverse: call.bool(2), counts: call.bool(3)) },
    Builtin(
      "torch.nonzero", "Gives the positions of what is not 0, one row each.",
      examples: ["nonzero([0, 3, 4])  # [1; 2]"],
      parameters: [
        input, Parameter("as_tuple", .bool, default: .bool(false), "one tensor an axis instead"),
      ]
    ) { call in
      if try call.bool(1) {
        return try call.evaluator.moduleCall("numpy", "nonzero", [call[0]], at: call.span)
      }
      return try call.tensor(0).value.placeRows()
    },
  ]

  private static let cutting: [Builtin] = [
    Builtin(
      "torch.split", "Cuts a tensor along an axis into parts of a size, or of several sizes.",
      examples: ["split([1, 2, 3], 2)[1]  # [3]", "split([1, 2, 3], [1, 2])[1]  # [2, 3]"],
      parameters: [
        Parameter("tensor", .tensor, "the tensor"),
        Parameter("split_size_or_sections", .integers, "the size of a part, or of each"),
        Parameter("dim", .integer, default: .integer(0), "the axis to cut"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let axis = try x.shape.axis(call.integer(2))
      var sizes = try call.integers(1) ?? []
      if call[1].isWholeNumber, let size = call[1].integer {
        guard size > 0 else { throw call.fail(1, "bad-argument", "a part has at least size 1") }
        sizes = stride(from: 0, to: x.shape[axis], by: size).map { min(size, x.shape[axis] - $0) }
      }
      return try x.pieces(sizes, axis, call)
    },
    Builtin(
      "torch.chunk", "Cuts a tensor along an axis into a number of parts.",
      examples: ["chunk([1, 2, 3], 2)[0]  # [1, 2]"],
      parameters: [
        input, Parameter("chunks", .integer, "how many parts"),
        Parameter("dim", .integer, default: .integer(0), "the axis to cut"),
      ]
    ) { call in
      let x = try call.tensor(0)
      let axis = try x.shape.axis(call.integer(2))
      let count = try call.integer(1)
      guard count > 0 else { throw call.fail(1, "bad-argument", "there is at least one part") }
      let total = x.shape[axis]
      let size = max(total / count + (total % count == 0 ? 0 : 1), 1)
      return try x.pieces(
        stride(from: 0, to: total, by: size).map { min(size, total - $0) }, axis, call)
    },
    Builtin(
      "torch.meshgrid", "Makes of two vectors the two coordinates of every point of a grid.",
      examples: ["meshgrid([1, 2], [3, 4])[0]  # [1, 1; 2, 2]"],
      parameters: [
        Parameter("x", .tensor, "first coordinates"), Parameter("y", .tensor, "second coordinates"),
        Parameter("indexing", .choice(["ij", "xy"]), default: .string("ij"), "order of the axes"),
      ]
    ) { call in
      try call.evaluator.libraryCall("meshgrid", [call[0], call[1], call[2]], at: call.span)
    },
  ]
}

extension Variable {
  /// Parts of these sizes along an axis.
  fileprivate func pieces(_ sizes: [Int], _ axis: Int, _ call: Call) throws -> Value {
    guard sizes.allSatisfy({ $0 >= 0 && $0 <= shape[axis] }), sizes.reduce(0, +) == shape[axis]
    else {
      throw call.fail(
        1, "bad-argument", "parts of \(sizes) do not make the \(shape[axis]) places of axis \(axis)"
      )
    }
    var start = 0
    return .tuple(
      try sizes.map { size in
        defer { start += size }
        return .tensor(try sliced(axis: axis, start, start + size))
      })
  }
}

extension Value {
  /// A whole number, and no tensor of one element.
  var isWholeNumber: Bool {
    guard case .tensor(let variable) = self else { return false }
    return variable.shape.isScalar && variable.value.dtype == .int64
  }
}

extension Evaluator {
  /// Calls a function of a module.
  func moduleCall(
    _ module: String, _ name: String, _ arguments: [Value], at span: Span
  ) throws -> Value {
    guard let function = environment.module(module)?.attribute(Symbol(name)) else {
      throw fail(Diagnostic("internal", "the module \(module) has no '\(name)'"))
    }
    return try call(function, arguments, at: span)
  }
}
