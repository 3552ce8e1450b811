import Autograd
import Language
import Presentation
import Tensors

extension Library {
  private static let sequence = Parameter("x", .any, "a tensor, list, tuple, range or string")

  /// Python's functions on sequences, and the methods of lists.
  static let sequences: [Builtin] = [
    Builtin(
      "sorted", "Gives the elements in order, smallest first, as a list.",
      examples: [
        "sorted([3, 1, 2])  # [1, 2, 3]", "sorted([\"b\", \"a\"], reverse=True)  # [\"b\", \"a\"]",
        "sorted([-3, 1], key=abs)  # [1, -3]",
      ],
      parameters: [
        sequence,
        Parameter(
          "key", .any, default: Attribute.none, keywordOnly: true,
          "a function that gives what to compare"),
        Parameter("reverse", .bool, default: .bool(false), keywordOnly: true, "largest first"),
      ]
    ) { call in
      let items = try call.items(0)
      let keys =
        call.isNone(1)
        ? items : try items.map { try call.evaluator.call(call[1], [$0], at: call.span) }
      let ranks = try call.ranks(of: keys)
      let isReversed = try call.bool(2)
      // Equal elements keep their order, as in Python.
      let order = items.indices.sorted { (a: Int, b: Int) in
        isReversed ? (ranks[b], a) < (ranks[a], b) : (ranks[a], a) < (ranks[b], b)
      }
      return try call.collected(order.map { items[$0] })
    },
    Builtin(
      "reversed", "Gives the elements from last to first.",
      examples: ["reversed([1, 2, 3])  # [3, 2, 1]"], parameters: [sequence]
    ) { call in try call.collected(try call.items(0).reversed()) },
    Builtin(
      "map", "Gives what a function gives for each element.",
      examples: ["map(square, [1, 2, 3])  # [1, 4, 9]"],
      parameters: [Parameter("function", .any, "a function of one argument"), sequence]
    ) { call in
      try call.collected(
        try call.items(1).map { try call.evaluator.call(call[0], [$0], at: call.span) })
    },
    Builtin(
      "filter", "Gives the elements for which a function says True.",
      examples: ["filter(isfinite, [1, inf, 3])  # [1, 3]"],
      parameters: [Parameter("function", .any, "a function of one argument"), sequence]
    ) { call in
      try call.collected(
        try call.items(1).filter {
          try call.evaluator.truth(
            try call.evaluator.call(call[0], [$0], at: call.span), at: call.span)
        })
    },
    Builtin(
      "divmod", "Gives the whole quotient and the remainder.", examples: ["divmod(7, 2)  # (3, 1)"],
      parameters: [Parameter("a", .tensor, "the dividend"), Parameter("b", .tensor, "the divisor")]
    ) { call in
      let (a, b) = (try call.tensor(0), try call.tensor(1))
      return .tuple([
        .tensor(try Operation.required("floor_divide")(a, b)),
        .tensor(try Operation.required("remainder")(a, b)),
      ])
    },
    Builtin(
      "list.count", "Counts the elements of a list that are equal to a value.",
      examples: ["[\"a\", \"b\", \"a\"].count(\"a\")  # 2"],
      parameters: [Parameter("list", .any, "the list"), Parameter("value", .any, "what to count")]
    ) { call in .integer(try call.items(0).count { try call.evaluator.areEqual($0, call[1]) }) },
    Builtin(
      "list.index", "Finds the first position of a value in a list.",
      examples: ["[\"a\", \"b\"].index(\"b\")  # 1"],
      parameters: [Parameter("list", .any, "the list"), Parameter("value", .any, "what to find")]
    ) { call in
      guard
        let place = try call.items(0).firstIndex(where: { try call.evaluator.areEqual($0, call[1]) }
        )
      else {
        throw call.fail(
          1, "not-found",
          "the list has no element \(call.evaluator.shown(call[1], isShort: true))")
      }
      return .integer(place)
    },
  ]
}

extension Call {
  /// A list; of numbers a tensor, as when they are written between brackets.
  func collected(_ items: [Value]) throws -> Value {
    if evaluator.context.bracketsMakeLists { return .list(List(items)) }
    guard let row = try evaluator.environment.structure.stacked(items) else {
      return .list(List(items))
    }
    row.isList = true
    return .tensor(row)
  }

  /// Numbers that are ordered as the values are: numbers themselves, strings by their place.
  fileprivate func ranks(of values: [Value]) throws -> [Double] {
    let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    if texts.count == values.count {
      let places = Dictionary(
        zip(Set(texts).sorted(by: Self.precedes), 0...), uniquingKeysWith: { first, _ in first })
      return texts.map { Double(places[$0] ?? 0) }
    }
    return try values.map { value in
      guard let number = value.real else {
        throw fail(
          0, "wrong-kind", "\(value.kindText) cannot be put in order with the others",
          helps: ["sorted([3, 1, 2])"])
      }
      return number
    }
  }

  /// By code points, as Python compares strings.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }
}
