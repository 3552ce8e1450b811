import Autograd
import Presentation
import Tensors

// Dictionaries and sets: what makes them, and their methods.

extension Builtin {
  private static let receiver = Parameter("dict", .any, "the dictionary")
  private static let key = Parameter("key", .any, "a key")

  package static let collections: [Builtin] = [
    Builtin(
      "dict", "Makes a dictionary of pairs, of another one, or of arguments with names.",
      examples: ["dict([(\"a\", 1)])[\"a\"]  # 1"],
      parameters: [Parameter("pairs", .any, default: Attribute.none, "pairs, or a dictionary")],
      takesNames: true
    ) { call in
      let result = Mapping()
      if !call.isNone(0) { try call.fill(result, from: call[0]) }
      try call.fillNames(result)
      return .object(result)
    },
    Builtin(
      "set", "Makes a set of the elements.", examples: ["len(set([1, 2, 2]))  # 2"],
      parameters: [Parameter("x", .any, default: Attribute.none, "a sequence")]
    ) { call in .object(try call.elements(0, frozen: false)) },
    Builtin(
      "frozenset", "Makes a set that does not change.", examples: ["len(frozenset([1, 1]))  # 1"],
      parameters: [Parameter("x", .any, default: Attribute.none, "a sequence")]
    ) { call in .object(try call.elements(0, frozen: true)) },
    Builtin(
      "defaultdict", "Makes a dictionary that makes a value for every missing key.",
      examples: ["d = defaultdict(list); len(d[\"a\"])  # 0"],
      parameters: [Parameter("factory", .any, "what makes a value: list, int, a lambda")]
    ) { call in .object(Mapping(factory: call.evaluator.held(call[0]))) },
    Builtin(
      "Counter", "Counts how often every element comes.",
      examples: ["Counter(\"abca\")[\"a\"]  # 2"],
      parameters: [Parameter("x", .any, "a sequence")]
    ) { call in
      let result = Mapping(factory: .builtin(zero))
      for item in try call.items(0) {
        let key = try call.site.key(item)
        result.set(
          key, call.evaluator.held(item), to: .integer((result[key]?.integer ?? 0) + 1))
      }
      return .object(result)
    },
  ]

  private static let zero = Builtin("zero", "Gives 0.") { _ in .integer(0) }

  static let dictionaryTable = Builtin.methods(dictionaryMethods)

  package static let dictionaryMethods: [Builtin] = [
    Builtin(
      "dict.keys", "Gives the keys in the order in which they came.",
      examples: ["list({\"a\": 1}.keys())  # [\"a\"]"], parameters: [receiver]
    ) { call in .object(EntryView(try call.mapping(0), .keys)) },
    Builtin(
      "dict.values", "Gives the values in the order of their keys.",
      examples: ["list({\"a\": 1}.values())  # [1]"], parameters: [receiver]
    ) { call in .object(EntryView(try call.mapping(0), .values)) },
    Builtin(
      "dict.items", "Gives pairs of key and value.",
      examples: ["list({\"a\": 1}.items())  # [(\"a\", 1)]"], parameters: [receiver]
    ) { call in .object(EntryView(try call.mapping(0), .items)) },
    Builtin(
      "dict.get", "Gives the value of a key, and a default for a missing one.",
      examples: ["{\"a\": 1}.get(\"b\", 0)  # 0"],
      parameters: [receiver, key, Parameter("default", .any, default: Attribute.none, "stands in")]
    ) { call in try call.mapping(0)[try call.site.key(call[1])] ?? call[2] },
    Builtin(
      "dict.setdefault", "Gives the value of a key, which is stored first where it is missing.",
      examples: ["d = {}; d.setdefault(\"a\", 1)  # 1"],
      parameters: [receiver, key, Parameter("default", .any, default: Attribute.none, "stored")]
    ) { call in
      let mapping = try call.mapping(0)
      let key = try call.site.key(call[1])
      if let found = mapping[key] { return found }
      mapping.set(
        key, call.evaluator.held(call[1]), to: call.evaluator.quantity(call[2], call.span))
      return mapping[key] ?? call[2]
    },
    Builtin(
      "dict.pop", "Takes a key out and gives its value.",
      examples: ["d = {\"a\": 1}; d.pop(\"a\")  # 1"],
      parameters: [receiver, key, Parameter("default", .any, default: Attribute.none, "stands in")]
    ) { call in
      let mapping = try call.mapping(0)
      if let found = mapping.remove(try call.site.key(call[1])) { return found }
      if call.isGiven(2) { return call[2] }
      throw call.site.missingKey(call[1], in: mapping)
    },
    Builtin(
      "dict.popitem", "Takes the last pair out.", examples: ["{\"a\": 1}.popitem()  # (\"a\", 1)"],
      parameters: [receiver]
    ) { call in
      let mapping = try call.mapping(0)
      guard let last = mapping.entries.last else {
        throw call.fail(0, "key-error", "the dictionary is empty")
      }
      mapping.remove(try call.site.key(last.key))
      return .tuple([last.key, last.value])
    },
    Builtin(
      "dict.update", "Puts the entries of another dictionary in.",
      examples: ["d = {\"a\": 1}; d.update({\"a\": 2}); d[\"a\"]  # 2"],
      parameters: [
        receiver, Parameter("other", .any, default: Attribute.none, "a dictionary, or pairs"),
      ],
      takesNames: true
    ) { call in
      if !call.isNone(1) { try call.fill(try call.mapping(0), from: call[1]) }
      try call.fillNames(try call.mapping(0))
      return .none
    },
    Builtin(
      "dict.clear", "Takes everything out.", examples: ["d = {\"a\": 1}; d.clear(); len(d)  # 0"],
      parameters: [receiver]
    ) { call in
      try call.mapping(0).removeAll()
      return .none
    },
    Builtin(
      "dict.copy", "Gives a dictionary of its own with the same entries.",
      examples: ["{\"a\": 1}.copy()[\"a\"]  # 1"], parameters: [receiver]
    ) { call in
      let result = Mapping(factory: try call.mapping(0).factory)
      try call.mapping(0).copy(into: result)
      return .object(result)
    },
    Builtin(
      "dict.fromkeys", "Makes a dictionary in which every key has the same value.",
      examples: ["dict.fromkeys([\"a\", \"b\"], 0)[\"b\"]  # 0"],
      parameters: [
        Parameter("keys", .any, "the keys"),
        Parameter("value", .any, default: Attribute.none, "the value of all"),
      ]
    ) { call in
      let result = Mapping()
      for item in Poll.each(try call.items(0), steps: 128) {
        result.set(try call.site.key(item), item.held, to: call[1].held)
      }
      return .object(result)
    },
    Builtin(
      "dict.most_common", "Gives the keys with the largest counts, each with its count.",
      examples: ["Counter(\"abca\").most_common(1)  # [(\"a\", 2)]"],
      parameters: [
        receiver, Parameter("count", .integer, default: Attribute.none, "how many; all by default"),
      ]
    ) { call in
      let entries = try call.mapping(0).entries
      let order = try Poll.sorted(Array(entries.indices)) { (a: Int, b: Int) in
        let (x, y) = (entries[a].value.real ?? 0, entries[b].value.real ?? 0)
        return x == y ? a < b : x > y
      }
      let count = call.isNone(1) ? entries.count : max(0, try call.integer(1))
      return .list(
        List(order.prefix(count).map { .tuple([entries[$0].key, entries[$0].value]) }))
    },
  ]

  // MARK: - Sets

  private static let set = Parameter("set", .any, "the set")
  private static let other = Parameter("other", .any, "a set, or a sequence")

  static let setTable = Builtin.methods(setMethods)

  package static let setMethods: [Builtin] = [
    Builtin(
      "set.add", "Puts an element in.", examples: ["s = {1}; s.add(2); len(s)  # 2"],
      parameters: [set, Parameter("x", .any, "the element")]
    ) { call in
      try call.changing().insert(try call.site.key(call[1]), call.evaluator.held(call[1]))
      return .none
    },
    Builtin(
      "set.discard", "Takes an element out, if it is there.",
      examples: ["s = {1}; s.discard(2); len(s)  # 1"],
      parameters: [set, Parameter("x", .any, "the element")]
    ) { call in
      try call.changing().remove(try call.site.key(call[1]))
      return .none
    },
    Builtin(
      "set.remove", "Takes an element out.", examples: ["s = {1, 2}; s.remove(2); len(s)  # 1"],
      parameters: [set, Parameter("x", .any, "the element")]
    ) { call in
      guard try call.changing().remove(try call.site.key(call[1])) != nil else {
        throw call.fail(
          1, "key-error",
          "the set has no element \(call.evaluator.shown(call[1], isShort: true))",
          helps: ["s.discard(x) takes it out only if it is there"])
      }
      return .none
    },
    Builtin(
      "set.clear", "Takes all elements out.", examples: ["s = {1}; s.clear(); len(s)  # 0"],
      parameters: [set]
    ) { call in
      let set = try call.changing()
      for value in set.values { set.remove(try call.site.key(value)) }
      return .none
    },
    Builtin(
      "set.pop", "Takes an element out and gives it.", examples: ["{7}.pop()  # 7"],
      parameters: [set]
    ) { call in
      let set = try call.changing()
      guard let first = set.values.first else {
        throw call.fail(0, "key-error", "the set is empty")
      }
      set.remove(try call.site.key(first))
      return first
    },
    Builtin(
      "set.update", "Puts all elements of another set in.",
      examples: ["s = {1}; s.update([2, 3]); len(s)  # 3"], parameters: [set, other]
    ) { call in
      let added = try call.elements(1, frozen: false)
      added.copy(into: try call.changing())
      return .none
    },
    combining("union", "Gives all elements of both.", "{1} | {2}") { $0.union($1) },
    combining("intersection", "Gives the elements of both.", "{1, 2} & {2}") { a, b in
      a.filtered(b.has)
    },
    combining("difference", "Gives the elements that the other has not.", "{1, 2} - {2}") { a, b in
      a.filtered { !b.has($0) }
    },
    combining("copy", "Gives a set of its own with the same elements.", "{1}") { a, _ in
      a.filtered { _ in true }
    },
    combining("symmetric_difference", "Gives what only one of them has.", "{1, 2} ^ {2}") { a, b in
      let result = a.filtered { !b.has($0) }
      b.filtered { !a.has($0) }.copy(into: result)
      return result
    },
    asking("issuperset", "Tells whether it has all elements of the other.", "{1, 2}", "[1]") {
      a, b in
      b.filtered { !a.has($0) }.count == 0
    },
    asking("isdisjoint", "Tells whether the two share no element.", "{1, 2}", "[3]") { a, b in
      b.filtered { a.has($0) }.count == 0
    },
    Builtin(
      "set.issubset", "Tells whether the other has all elements.",
      examples: ["{1}.issubset({1, 2})  # True"], parameters: [set, other]
    ) { call in
      let large = try call.elements(1, frozen: false)
      let small = try call.elements(0, frozen: false)
      return .truth(small.filtered { !large.has($0) }.count == 0)
    },
  ]

  private static func asking(
    _ name: String, _ summary: String, _ example: String, _ argument: String,
    _ answer: @escaping @Sendable (ElementSet, ElementSet) -> Bool
  ) -> Builtin {
    Builtin(
      "set." + name, summary,
      examples: [Example(stringLiteral: "\(example).\(name)(\(argument))  # True")],
      parameters: [set, other]
    ) { call in
      .truth(answer(try call.elements(0, frozen: false), try call.elements(1, frozen: false)))
    }
  }

  private static func combining(
    _ name: String, _ summary: String, _ example: String,
    _ combine: @escaping @Sendable (ElementSet, ElementSet) -> ElementSet
  ) -> Builtin {
    Builtin(
      "set." + name, summary, examples: [Example(stringLiteral: example)],
      parameters: [
        set, Parameter("other", .any, default: Attribute.none, "a set, or a sequence"),
      ]
    ) { call in
      .object(combine(try call.elements(0, frozen: false), try call.elements(1, frozen: false)))
    }
  }
}

extension Call {
  fileprivate func mapping(_ position: Int) throws -> Mapping {
    guard case .object(let object) = self[position], let mapping = object as? Mapping else {
      throw fail(position, "wrong-kind", "\(self[position].kindText) is no dictionary")
    }
    return mapping
  }

  fileprivate func changing() throws -> ElementSet {
    guard case .object(let object) = self[0], let set = object as? ElementSet, !set.isFrozen else {
      throw fail(0, "wrong-kind", "\(self[0].kindText) is no set that can change")
    }
    return set
  }

  /// The elements of a sequence as a set of its own; none of them for None.
  fileprivate func elements(_ position: Int, frozen: Bool) throws -> ElementSet {
    let result = ElementSet(frozen: frozen)
    if isNone(position) { return result }
    for item in Poll.each(try items(position), steps: 128) {
      result.insert(try site.key(item), evaluator.held(item))
    }
    return result
  }

  /// Puts the arguments with names in, in the order in which they are written.
  fileprivate func fillNames(_ mapping: Mapping) throws {
    for (name, value) in names {
      mapping.set(.string(name), .string(name), to: evaluator.quantity(value, span))
    }
  }

  /// Puts entries in: of a dictionary, or pairs.
  fileprivate func fill(_ mapping: Mapping, from value: Value) throws {
    if case .object(let object) = value, let other = object as? Mapping {
      other.copy(into: mapping)
      return
    }
    for pair in try evaluator.items(of: value, at: span) {
      let parts = try evaluator.items(of: pair, at: span)
      guard parts.count == 2 else {
        throw fail(0, "unpacking", "an entry is a pair of key and value, not \(pair.kindText)")
      }
      mapping.set(
        try site.key(parts[0]), evaluator.held(parts[0]), to: evaluator.quantity(parts[1], span))
    }
  }
}

/// `d.keys()`, `d.values()`, `d.items()`: they show what the dictionary holds when they are asked.
final class EntryView: DynamicObject {
  enum Kind: String { case keys, values, items }

  let mapping: Mapping
  let kind: Kind

  init(_ mapping: Mapping, _ kind: Kind) {
    self.mapping = mapping
    self.kind = kind
  }

  var summary: String { "the \(kind.rawValue) of a dictionary" }
  var typeName: String { "dict_\(kind.rawValue)" }
  var attributeNames: [String] { [] }
  var count: Int? { mapping.size }
  var heldValues: [Value] { [.object(mapping)] }

  private var elements: [Value] {
    mapping.entries.map { key, value in
      switch kind {
      case .keys: key
      case .values: value
      case .items: .tuple([key, value])
      }
    }
  }

  func length(_ site: Site) -> Int? { mapping.size }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    guard kind != .keys else { return try mapping.iterate(site, body) }
    for element in elements { if try !body(element) { break } }
    return true
  }

  func contains(_ value: Value, _ site: Site) throws -> Bool? {
    kind == .keys ? try mapping.contains(value, site) : nil
  }

  func equals(_ other: Value, _ site: Site) throws -> Bool? {
    guard kind != .values, case .object(let object) = other else { return nil }
    let set = try elementSet(site)
    if let view = object as? EntryView, view.kind != .values {
      return try set.equals(.object(view.elementSet(site)), site)
    }
    return try set.equals(other, site)
  }

  private func elementSet(_ site: Site) throws -> ElementSet {
    let set = ElementSet()
    for element in elements { set.insert(try site.key(element), element) }
    return set
  }

  func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value? {
    guard sign.role == .bits || sign == .subtract, kind != .values else { return nil }
    let set = try elementSet(site)
    if case .object(let object) = other, let view = object as? EntryView {
      return try set.operate(sign, .object(view.elementSet(site)), isReversed: false, site)
    }
    return try set.operate(sign, other, isReversed: isReversed, site)
  }

  func text(isShort: Bool, _ site: Site) -> String {
    "\(typeName)([\(site.evaluator.listed(elements))])"
  }
}
