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
      let order = try call.order(of: keys, isReversed: try call.bool(2))
      return try call.collected(order.map { items[$0] })
    },
    Builtin(
      "list.sort", "Puts the elements of a list in order, smallest first.",
      examples: ["xs = [\"b\", \"a\"]; xs.sort(); xs  # [\"a\", \"b\"]"],
      parameters: [
        Parameter("list", .any, "the list"),
        Parameter(
          "key", .any, default: Attribute.none, keywordOnly: true,
          "a function that gives what to compare"),
        Parameter("reverse", .bool, default: .bool(false), keywordOnly: true, "largest first"),
      ],
      changesReceiver: true
    ) { call in
      let list = try call.list(0)
      let items = list.items
      let keys =
        call.isNone(1)
        ? items.map(\.resolved)
        : try items.map { try call.evaluator.call(call[1], [$0.resolved], at: call.span) }
      list.items = try call.order(of: keys, isReversed: call.bool(2)).map { items[$0] }
      return .none
    },
    Builtin(
      "list.reverse", "Turns the order of a list around.",
      examples: ["xs = [\"a\", \"b\"]; xs.reverse(); xs  # [\"b\", \"a\"]"],
      parameters: [Parameter("list", .any, "the list")],
      changesReceiver: true
    ) { call in
      try call.list(0).items.reverse()
      return .none
    },
    Builtin(
      "list.remove", "Takes the first element out that is equal to a value.",
      examples: ["xs = [\"a\", \"b\"]; xs.remove(\"a\"); xs  # [\"b\"]"],
      parameters: [
        Parameter("list", .any, "the list"), Parameter("value", .any, "what to remove"),
      ],
      changesReceiver: true
    ) { call in
      let list = try call.list(0)
      let place = try list.items.firstIndex {
        try call.evaluator.areEqual($0.resolved, call[1])
      }
      guard let place else {
        throw call.fail(
          1, "not-found",
          "the list has no element \(call.evaluator.shown(call[1], isShort: true))")
      }
      _ = list.remove(at: place)
      return .none
    },
    Builtin(
      "list.clear", "Takes everything out of a list.",
      examples: ["xs = [\"a\"]; xs.clear(); len(xs)  # 0"],
      parameters: [Parameter("list", .any, "the list")],
      changesReceiver: true
    ) { call in
      try call.list(0).items.removeAll()
      return .none
    },
    Builtin(
      "list.copy", "Gives a list of its own with the same elements.",
      examples: ["[\"a\"].copy()  # [\"a\"]"], parameters: [Parameter("list", .any, "the list")]
    ) { call in try call.collected(try call.items(0)) },
    Builtin(
      "reversed", "Gives the elements from last to first.",
      examples: ["reversed([1, 2, 3])  # [3, 2, 1]"], parameters: [sequence]
    ) { call in try call.collected(try call.items(0).reversed()) },
    Builtin(
      "map", "Gives what a function gives for each element.",
      examples: ["map(square, [1, 2, 3])  # [1, 4, 9]"],
      parameters: [
        Parameter("function", .any, "a function of as many arguments as sequences follow"),
        Parameter("x", .any, variadic: true, "tensors, lists, tuples, ranges or strings"),
      ], takesOneByOne: true
    ) { call in
      let function = call[0]
      return try call.handedOut("map", over: call.variadic(1)) { items, _, site in
        try site.call(function, items)
      }
    },
    Builtin(
      "filter", "Gives the elements for which a function says True.",
      examples: ["filter(isfinite, [1, inf, 3])  # [1, 3]"],
      parameters: [Parameter("function", .any, "a function of one argument"), sequence],
      takesOneByOne: true
    ) { call in
      let function = call.isNone(0) ? nil : call[0]
      return try call.handedOut("filter", over: [call[1]]) { items, _, site in
        let kept = try function.map { try site.call($0, items) } ?? items[0]
        return try site.evaluator.truth(kept, at: site.span) ? items[0] : nil
      }
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
  /// Elements made of those of other values, one by one: as in Python, each when it is asked for. Where
  /// brackets are tensors they are made at once, so that they can be seen.
  func handedOut(
    _ typeName: String, over values: [Value], pairs: Bool = false, _ step: @escaping Pipe.Step
  ) throws -> Value {
    let pipe = try Pipe(typeName, over: values, Site(evaluator, span), step)
    if evaluator.context.bracketsMakeLists || values.contains(where: \.isElementSource) {
      return .object(pipe)
    }
    let items = try evaluator.items(of: .object(pipe), at: span)
    return pairs ? .list(List(items)) : try collected(items)
  }

  /// A list; of numbers a tensor, as when they are written between brackets.
  func collected(_ items: [Value]) throws -> Value {
    if evaluator.context.bracketsMakeLists { return .list(List(items)) }
    guard let row = try evaluator.environment.structure.stacked(items) else {
      return .list(List(items))
    }
    row.isList = true
    return .tensor(row)
  }

  /// The positions of values in order. Equal ones keep their order, as in Python.
  fileprivate func order(of keys: [Value], isReversed: Bool) throws -> [Int] {
    let (evaluator, span) = (evaluator, span)
    try Memory.make(2 * keys.count, of: MemoryLayout<Int>.stride)
    return try keys.indices.sorted { (a: Int, b: Int) in
      try Poll.check(spending: 64)
      let (first, second) = isReversed ? (keys[b], keys[a]) : (keys[a], keys[b])
      if try evaluator.isLess(first, second, at: span) { return true }
      if try evaluator.isLess(second, first, at: span) { return false }
      return a < b
    }
  }
}
