import Autograd
import Language
import Presentation
import Tensors

// What NumPy's functions of two numbers have behind a dot: `np.add.at(a, places, b)`.

extension Library {
  private static let function = Parameter("function", .any, "a function of two numbers")
  private static let array = Parameter("array", .tensor, "the array")
  private static let axis = Parameter(
    "axis", .integer, default: .integer(0), "the axis to go along")

  static let universal: [Builtin] = [
    Builtin(
      "ufunc.at", "Changes elements of an array in place; one named twice changes twice.",
      notes: "Stands behind a function of two numbers: add.at, subtract.at, maximum.at.",
      examples: ["x = zeros(3); add.at(x, [0, 0, 2], 1); x  # [2, 0, 1]"],
      parameters: [
        function, Parameter("a", .tensor, "the array to change"),
        Parameter("indices", .any, "which elements, as between brackets"),
        Parameter("b", .tensor, "the other numbers"),
      ]
    ) { call in
      try call.changeAt()
      return .none
    },
    Builtin(
      "ufunc.reduce", "Joins all elements along an axis.",
      examples: ["add.reduce([1, 2, 3])  # 6"], parameters: [function, array, axis]
    ) { call in
      let name = call.twoNumberFunction
      guard let whole = wholes[name] else {
        throw call.fail(
          0, "not-here", "'\(name)' joins no axis here", helps: ["functools.reduce(f, x)"])
      }
      return .tensor(
        try Operation.apply(
          whole, to: [try call.tensor(1)], with: ["axis": .integer(try call.integer(2))]))
    },
    Builtin(
      "ufunc.accumulate", "Joins the elements along the first axis, and gives every step.",
      examples: ["maximum.accumulate([1, 3, 2])  # [1, 3, 3]"], parameters: [function, array, axis]
    ) { call in
      guard try call.integer(2) == 0, try call.tensor(1).shape.rank > 0 else {
        throw call.fail(2, "not-here", "only the first axis is gone along here", helps: ["axis=0"])
      }
      var steps: [Value] = []
      for item in try call.items(1) {
        guard let last = steps.last else {
          steps.append(item)
          continue
        }
        steps.append(try call.evaluator.call(call[0], [last, item], at: call.span))
      }
      guard let row = try call.evaluator.environment.structure.stacked(steps) else {
        return call[1]
      }
      return .tensor(row)
    },
    Builtin(
      "ufunc.outer", "Joins every element of one array with every one of another.",
      examples: ["add.outer([1, 2], [10, 20])  # [11, 21; 12, 22]"],
      parameters: [
        function, Parameter("a", .tensor, "an array"), Parameter("b", .tensor, "another"),
      ]
    ) { call in
      let (a, b) = (try call.tensor(1), try call.tensor(2))
      let tall = try a.reshaped(a.shape.array + Array(repeating: 1, count: b.shape.rank))
      return try call.evaluator.call(call[0], [.tensor(tall), .tensor(b)], at: call.span)
    },
  ]

  private static let wholes = [
    "add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min", "logical_and": "all",
    "logical_or": "any",
  ]
}

extension Call {
  /// The name of the function that stands before the dot.
  fileprivate var twoNumberFunction: String {
    if case .builtin(let builtin) = self[0] { builtin.name } else { "" }
  }

  fileprivate func changeAt() throws {
    guard case .builtin(let builtin) = self[0], case .operation(let operation) = builtin.body else {
      throw fail(0, "wrong-kind", "\(self[0].kindText) is no function of two numbers")
    }
    let array = try tensor(1)
    guard array.shape.count > 0 else { return }
    let numbered = Tensor(array.shape, dtype: .int64) { out in out.fill { Double($0) } }
    guard
      let places = try evaluator.element(of: .tensor(Variable(numbered)), at: self[2], span)
        .asTensor(evaluator.environment.structure)
    else { throw fail(2, "bad-index", "\(self[2].kindText) names no elements") }
    let other = try Operation.apply(
      "broadcast_to", to: [try tensor(3)], with: ["shape": .integers(places.shape.array)])
    var changed: Variable
    if operation === Operation.add || operation === Operation.subtract {
      let sums = try Operation.apply(
        "scatter_add", to: [other, places.detached()],
        with: ["shape": .integers(array.shape.array)])
      changed = try operation(array, sums)
    } else {
      changed = try stepped(array.value, places.value, other.value, operation)
    }
    if array.value.dtype == .int64, changed.value.dtype == .float64, !other.value.dtype.isReal {
      changed = Variable(changed.value.converted(to: .int64))
    }
    try evaluator.checkFit(of: changed, into: array, builtin.name, at: span)
    try evaluator.change(array, to: changed, at: span)
  }

  /// One element after another, in the order in which they are named.
  private func stepped(
    _ array: Tensor, _ places: Tensor, _ other: Tensor, _ operation: Operation
  ) throws -> Variable {
    var elements = array.elements
    for (place, number) in Poll.each(zip(places.elements, other.elements), steps: 64) {
      let index = Int(place)
      let result = try operation.evaluate([Tensor(elements[index]), Tensor(number)], .none)
      elements[index] = result.item ?? .nan
    }
    return Variable(Tensor(elements, shape: array.shape, dtype: array.dtype))
  }
}
