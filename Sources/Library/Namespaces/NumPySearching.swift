import Autograd
import Language
import Presentation
import Tensors

extension NamespaceTable {
  private static let array = Parameter("a", .tensor, "the array")
  private static let axis = Parameter(
    "axis", .integer, default: Attribute.none, "the axis; None for the flat array")

  /// Functions of NumPy that find and count, and those that take several forms.
  static let searching: [Builtin] = [
    Builtin(
      "numpy.where",
      "Picks from two arrays by a condition; alone it gives where the condition holds.",
      examples: ["where([1, 0] > 0, 5, 6)  # [5, 6]", "where([0, 3, 4] > 1)[0]  # [1, 2]"],
      parameters: [
        Parameter("condition", .tensor, "what decides"),
        Parameter("x", .tensor, default: Attribute.none, "taken where it holds"),
        Parameter("y", .tensor, default: Attribute.none, "taken elsewhere"),
      ]
    ) { call in
      let condition = try call.tensor(0)
      if call.isNone(1) { return try condition.value.places() }
      return .tensor(try Operation.choose([condition, call.tensor(1), call.tensor(2)]))
    },
    Builtin(
      "numpy.clip", "Cuts elements off at a smallest and a largest number.",
      examples: ["clip([-1, 0.5, 2], 0, 1)  # [0, 0.5, 1]"],
      parameters: [
        array, Parameter("a_min", .tensor, default: Attribute.none, "the smallest; None for none"),
        Parameter("a_max", .tensor, default: Attribute.none, "the largest; None for none"),
        Parameter("out", .tensor, default: Attribute.none, "an array that gets the result"),
      ]
    ) { call in
      let result = try call.clipped()
      if call.isNone(3) { return .tensor(result) }
      return .tensor(
        try call.evaluator.change(
          call.tensor(3), to: Variable(result.value.converted(to: call.tensor(3).value.dtype)),
          at: call.span))
    },
    Builtin(
      "numpy.nonzero", "Gives the positions of what is not 0, one array an axis.",
      examples: ["nonzero([0, 3, 4])[0]  # [1, 2]"], parameters: [array]
    ) { call in try call.tensor(0).value.places() },
    Builtin(
      "numpy.argwhere", "Gives the positions of what is not 0, one row each.",
      examples: ["argwhere([0, 3, 4])  # [1; 2]"], parameters: [array]
    ) { call in try call.tensor(0).value.placeRows() },
    Builtin(
      "numpy.flatnonzero", "Gives the positions of what is not 0 in the flat array.",
      examples: ["flatnonzero([0, 3, 4])  # [1, 2]"], parameters: [array]
    ) { call in
      try .whole(call.tensor(0).value.positions())
    },
    Builtin(
      "numpy.unique", "Gives the different elements in order.",
      examples: [
        "unique([3, 1, 3])  # [1, 3]", "unique([3, 1, 3], return_counts=True)[1]  # [1, 2]",
      ],
      parameters: [
        array,
        Parameter("return_index", .bool, default: .bool(false), "also where each stands first"),
        Parameter("return_inverse", .bool, default: .bool(false), "also which one each was"),
        Parameter(
          "return_counts", .bool, default: .bool(false), "also how often each stands there"),
      ]
    ) { call in try call.unique(firsts: call.bool(1), inverse: call.bool(2), counts: call.bool(3))
    },
    Builtin(
      "numpy.bincount", "Counts how often each whole number occurs, from 0.",
      examples: ["bincount([0, 2, 2])  # [1, 0, 2]"],
      parameters: [
        Parameter("x", .integers, "whole numbers from 0"),
        Parameter("minlength", .integer, default: .integer(0), "counts there are at least"),
      ]
    ) { call in
      let numbers = try call.integers(0) ?? []
      let largest = Poll.each(numbers).reduce(-1, max)
      guard Poll.each(numbers).allSatisfy({ $0 >= 0 }) else {
        throw call.fail(0, "bad-argument", "only numbers from 0 can be counted")
      }
      try Poll.check()
      let shape = try Shape(checking: [max(try call.integer(1), largest == .max ? -1 : largest + 1)]
      )
      return .tensor(
        Variable(
          Tensor(shape, dtype: .int64) { out in
            out.fill(with: 0)
            for number in Poll.each(numbers) { out[number] += 1 }
          }))
    },
    Builtin(
      "numpy.searchsorted", "Finds where numbers have to stand in a sorted array.",
      examples: ["searchsorted([1, 3, 5], [0, 3, 6])  # [0, 1, 3]"],
      parameters: [
        array, Parameter("v", .tensor, "the numbers"),
        Parameter(
          "side", .choice(["left", "right"]), default: .string("left"), "before or after equals"),
      ]
    ) { call in
      let sorted = try call.tensor(0).value.elements
      let isRight = try call.string(2) == "right"
      let numbers = try call.tensor(1).value
      return .tensor(
        Variable(
          numbers.map { number in
            Poll.spend(32)
            return Double(sorted.partition { isRight ? $0 <= number : $0 < number })
          }.converted(to: .int64)))
    },
    Builtin(
      "numpy.isin", aliases: ["in1d"], "Tells which elements are among others.",
      examples: ["isin([1, 2, 3], [2, 3])  # [False, True, True]"],
      parameters: [
        Parameter("element", .tensor, "the elements"),
        Parameter("test_elements", .tensor, "the others"),
      ]
    ) { call in
      let others = try Poll.distinct(try call.tensor(1).value.elements)
      return .tensor(
        Variable(
          try call.tensor(0).value.map(dtype: .bool) {
            Poll.spend(32)
            return others.contains($0) ? 1 : 0
          }))
    },
    Builtin(
      "numpy.percentile", "Gives the number below which a share of the elements lies, in percent.",
      examples: ["percentile([1, 2, 3, 4], 50)  # 2.5"],
      parameters: [array, Parameter("q", .tensor, "percent, from 0 to 100"), axis]
    ) { call in try call.quantile(scale: 100) },
    Builtin(
      "numpy.quantile", "Gives the number below which a share of the elements lies.",
      examples: ["quantile([1, 2, 3, 4], 0.25)  # 1.75"],
      parameters: [array, Parameter("q", .tensor, "a share from 0 to 1"), axis]
    ) { call in try call.quantile(scale: 1) },
    Builtin(
      "numpy.histogram",
      "Counts the elements in bins of equal width; gives the counts and the edges.",
      examples: ["histogram([1, 2, 2, 4], 3)[0]  # [1, 2, 1]"],
      parameters: [
        array, Parameter("bins", .integer, default: .integer(10), "how many bins"),
        Parameter("range", .any, default: Attribute.none, "(low, high); None for what occurs"),
      ]
    ) { call in
      let edges = call.isNone(2) ? [Value.none, .none] : try call.items(2)
      guard edges.count == 2 else { throw call.fail(2, "bad-argument", "a range is (low, high)") }
      return try call.evaluator.libraryCall(
        "histogram", [call[0], call[1], edges[0], edges[1]], at: call.span)
    },
    Builtin(
      "numpy.einsum", "Multiplies arrays and adds up along the axes that are named by letters.",
      examples: ["einsum(\"ij,j->i\", [1, 2; 3, 4], [1, 1])  # [3, 7]"],
      parameters: [
        Parameter("subscripts", .string, "letters of the axes: \"ij,jk->ik\""),
        Parameter("operands", .any, variadic: true, "the arrays"),
      ]
    ) { call in try call.einsum() },
    Builtin(
      "numpy.vectorize", "Gives a function that works element by element.",
      examples: ["vectorize(lambda x: x + 1)([1, 2])  # [2, 3]"],
      parameters: [Parameter("pyfunc", .function, "a function of one number")]
    ) { call in .object(Vectorized(call[0])) },
  ]
}

/// A function that is called for every element.
final class Vectorized: LanguageObject, @unchecked Sendable {
  private let function: Value
  init(_ function: Value) { self.function = function.held }

  var summary: String { "a vectorized function" }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }
  var heldValues: [Value] { [function] }

  private(set) lazy var callable: Builtin? = Builtin(
    "vectorized", "Calls a function for every element.",
    parameters: [Parameter("x", .tensor, "the elements")]
  ) { [weak self] call in
    guard let function = self?.function.resolved else { return .none }
    let x = try call.tensor(0)
    let flat = try x.reshaped([x.shape.count])
    let results = try (0..<x.shape.count).map { index in
      try call.evaluator.call(function, [.tensor(try flat.element(index))], at: call.span)
    }
    guard let made = try call.evaluator.environment.structure.stacked(results) else {
      return .list(List(results))
    }
    return .tensor(try made.reshaped(x.shape.array))
  }
}

extension Value {
  static func whole(_ numbers: [Int]) -> Value {
    .tensor(
      Variable(
        Tensor([numbers.count], dtype: .int64) { out in
          Poll.inChunks(out.count) { for index in $0 { out[index] = Double(numbers[index]) } }
        }))
  }
}

extension Variable {
  /// One element along the first axis, recorded.
  func element(_ index: Int) throws -> Variable {
    try Operation.index(self, .one("items", .index([.at(index)])))
  }
}

extension Tensor {
  /// Where the elements are that are not 0, counted row by row.
  fileprivate func positions() throws -> [Int] {
    try Memory.make(count { $0 != 0 }, of: 2 * MemoryLayout<Int>.stride)
    return withElements { elements in Poll.each(elements.indices).filter { elements[$0] != 0 } }
  }

  /// The positions of what is not 0: a tuple of one array an axis.
  fileprivate func places() throws -> Value {
    let (positions, strides) = (try positions(), shape.strides)
    return .tuple(
      try shape.axes.map { axis in
        .whole(try Poll.map(positions) { $0 / strides[axis] % shape[axis] })
      })
  }

  /// The positions of what is not 0, one row each.
  func placeRows() throws -> Value {
    let (positions, strides, rank) = (try positions(), shape.strides, shape.rank)
    let target = try Shape(checking: [positions.count, rank])
    return .tensor(
      Variable(
        Tensor(target, dtype: .int64) { out in
          for (row, position) in Poll.each(positions.enumerated(), steps: 4 * (rank + 1)) {
            for axis in 0..<rank {
              out[row * rank + axis] = Double(position / strides[axis] % shape[axis])
            }
          }
        }))
  }
}

extension [Double] {
  /// How many elements at the beginning hold; the array is sorted so that those come first.
  func partition(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Call {
  /// Between two numbers, or between the elements of two arrays.
  fileprivate func clipped() throws -> Variable {
    let x = try tensor(0)
    let bounds = [1, 2].filter { !isNone($0) }
    if bounds.allSatisfy({ self[$0].real != nil }) {
      let names = ["min", "max"]
      let settings = try bounds.map { (name: names[$0 - 1], value: Attribute.real(try real($0))) }
      return try Operation.required("clip")(x, Attributes(settings))
    }
    let low = isNone(1) ? x : try Operation.apply("maximum", x, tensor(1))
    return isNone(2) ? low : try Operation.apply("minimum", low, tensor(2))
  }

  /// The different elements of the first argument, and what else is asked about them.
  func unique(firsts: Bool, inverse: Bool, counts: Bool) throws -> Value {
    let tensor = try tensor(0).value
    let elements = tensor.elements
    let values = try Poll.sorted(Array(Poll.distinct(elements)))
    var results: [Value] = [.tensor(Variable(Tensor(values, dtype: tensor.dtype)))]
    guard firsts || inverse || counts else { return results[0] }
    try Memory.make(values.count, of: 6 * MemoryLayout<Int>.stride)
    var places: [Double: Int] = [:]
    for (place, value) in Poll.each(values.enumerated(), steps: 64) { places[value] = place }
    let found = try Poll.map(elements, steps: 32) { places[$0] ?? 0 }
    if firsts {
      var first = [Int](repeating: 0, count: values.count)
      for index in Poll.each(found.indices.reversed()) { first[found[index]] = index }
      results.append(.whole(first))
    }
    if inverse { results.append(.whole(found)) }
    if counts {
      var numbers = [Int](repeating: 0, count: values.count)
      for place in Poll.each(found) { numbers[place] += 1 }
      results.append(.whole(numbers))
    }
    return .tuple(results)
  }

  /// NumPy's linear interpolation between the sorted elements.
  fileprivate func quantile(scale: Double) throws -> Value {
    let x = try tensor(0)
    var sorted = try x.reshaped(isNone(2) ? [x.shape.count] : x.shape.array)
    let axis = isNone(2) ? 0 : try x.shape.axis(integer(2))
    sorted = try Operation.apply("sort", sorted, with: ["axis": .integer(axis)])
    let last = Double(max(sorted.shape[axis] - 1, 0))
    func cut(_ share: Double) throws -> Variable {
      guard share >= 0, share <= 1, sorted.shape[axis] > 0 else {
        throw fail(1, "bad-argument", "a share lies between 0 and \(NumberFormat.shortest(scale))")
      }
      let place = share * last
      let low = Int(place.rounded(.down))
      func at(_ index: Int) throws -> Variable {
        let items: [IndexItem] =
          Array(repeating: .slice(start: nil, stop: nil, step: 1), count: axis) + [.at(index)]
        return try Operation.index(sorted, .one("items", .index(items)))
      }
      let (a, b) = (try at(low), try at(min(low + 1, Int(last))))
      let step = try Operation.multiply(Operation.subtract(b, a), Variable(place - Double(low)))
      return try Operation.add(a, step)
    }
    let shares = try tensor(1).value
    if let share = shares.item { return .tensor(try cut(share / scale)) }
    return .tensor(
      try Operation.apply("stack", to: shares.elements.map { try cut($0 / scale) }))
  }
}
