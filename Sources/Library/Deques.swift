import Autograd
import Language
import Presentation

/// `collections.deque`: a list that grows and shrinks at both ends.
final class Deque: DynamicObject {
  private var held: [Value] = []
  /// How many elements it keeps; the first ones leave where more come.
  let limit: Int?

  init(_ items: [Value], limit: Int?) {
    self.limit = limit
    for item in items { append(item) }
  }

  private var values: [Value] { held.map(\.resolved) }
  var elements: [Value] { values }

  func append(_ item: Value) {
    held.append(item.held)
    if let limit, held.count > limit { held.removeFirst() }
  }

  private func prepend(_ item: Value) {
    held.insert(item.held, at: 0)
    if let limit, held.count > limit { held.removeLast() }
  }

  // MARK: - As an object

  var summary: String { "a deque" }
  var typeName: String { "deque" }
  var heldValues: [Value] { held }
  var attributeNames: [String] { Deque.methods.keys.sorted() + ["maxlen"] }

  func attribute(_ name: Symbol) -> Value? {
    if name.name == "maxlen" { return limit.map { .integer($0) } ?? Value.none }
    return Deque.methods[name.name].map { .method(BoundMethod(.object(self), $0)) }
  }

  func length(_ site: Site) -> Int? { held.count }

  func item(_ key: Value, _ site: Site) throws -> Value? {
    try place(of: key, site).map { held[$0].resolved }
  }

  func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool {
    guard let place = try place(of: key, site) else { return false }
    held[place] = value.held
    return true
  }

  func removeItem(_ key: Value, _ site: Site) throws -> Bool {
    guard let place = try place(of: key, site) else { return false }
    held.remove(at: place)
    return true
  }

  private func place(of key: Value, _ site: Site) throws -> Int? {
    guard let index = key.integer else { return nil }
    let place = index < 0 ? index + held.count : index
    guard held.indices.contains(place) else {
      throw site.fail("bad-index", "index \(index) is out of range for a deque of \(held.count)")
    }
    return place
  }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    let count = held.count
    for place in 0..<count {
      if try !body(held[place].resolved) { break }
      guard held.count == count else {
        throw site.fail(
          "changed-in-loop", "the deque was changed while a loop went through it",
          help: "go through list(d)")
      }
    }
    return true
  }

  func equals(_ other: Value, _ site: Site) throws -> Bool? {
    guard case .object(let object) = other, let deque = object as? Deque else { return false }
    return try site.evaluator.areEqual(.tuple(values), .tuple(deque.values))
  }

  func text(isShort: Bool, _ site: Site) throws -> String {
    let shown = try held.map { try site.evaluator.printed($0.resolved, isShort: true) }
    let end = limit.map { ", maxlen=\($0)" } ?? ""
    return "deque([\(shown.joined(separator: ", "))]\(end))"
  }

  private struct Moment: @unchecked Sendable { let held: [Value] }
  func snapshot() -> any Sendable { Moment(held: held) }
  func restore(_ state: any Sendable) { held = (state as? Moment)?.held ?? held }
}

// MARK: - What makes it, and its methods

extension Deque {
  static let maker = Builtin(
    "collections.deque", "Makes a list that grows and shrinks at both ends.",
    examples: ["len(deque([1, 2, 3], maxlen=2))  # 2"],
    parameters: [
      Parameter("iterable", .any, default: Attribute.none, "the first elements"),
      Parameter("maxlen", .integer, default: Attribute.none, "how many it keeps"),
    ]
  ) { call in
    let limit = call.isNone(1) ? nil : try call.integer(1)
    guard (limit ?? 0) >= 0 else {
      throw call.fail(1, "bad-argument", "maxlen is 0 or more, not \(limit ?? 0)")
    }
    return .object(Deque(call.isNone(0) ? [] : try call.items(0), limit: limit))
  }

  private static func method(
    _ name: String, _ summary: String, _ parameters: [Parameter] = [],
    _ body: @escaping @Sendable (Deque, Call) throws -> Value
  ) -> (String, Builtin) {
    let own = Parameter("deque", .any, "the deque")
    let builtin = Builtin("deque." + name, summary, parameters: [own] + parameters) { call in
      guard case .object(let object) = call[0], let deque = object as? Deque else {
        throw call.fail(0, "wrong-kind", "\(call[0].kindText) is no deque")
      }
      return try body(deque, call)
    }
    return (name, builtin)
  }

  private static let element = Parameter("x", .any, "the element")
  private static let sequence = Parameter("iterable", .any, "the elements")

  fileprivate static let methods: [String: Builtin] = Dictionary(
    uniqueKeysWithValues: growing + shrinking + looking)

  private static let growing = [
    method("append", "Puts an element at the end.", [element]) { deque, call in
      deque.append(call[1])
      return .none
    },
    method("appendleft", "Puts an element first.", [element]) { deque, call in
      deque.prepend(call[1])
      return .none
    },
    method("extend", "Puts elements at the end.", [sequence]) { deque, call in
      for item in try call.items(1) { deque.append(item) }
      return .none
    },
    method("extendleft", "Puts elements first, one after another.", [sequence]) { deque, call in
      for item in try call.items(1) { deque.prepend(item) }
      return .none
    },
  ]

  private static let shrinking = [
    method("pop", "Takes the last element out.") { deque, call in
      guard let last = deque.held.popLast() else { throw call.emptyDeque }
      return last.resolved
    },
    method("popleft", "Takes the first element out.") { deque, call in
      guard !deque.held.isEmpty else { throw call.emptyDeque }
      return deque.held.removeFirst().resolved
    },
    method("clear", "Takes everything out.") { deque, _ in
      deque.held = []
      return .none
    },
    method("remove", "Takes the first element out that is equal to a value.", [element]) {
      deque, call in
      let place = try deque.values.firstIndex { try call.evaluator.areEqual($0, call[1]) }
      guard let place else { throw call.fail(1, "not-found", "the deque has no such element") }
      deque.held.remove(at: place)
      return .none
    },
  ]

  private static let looking = [
    method(
      "rotate", "Moves elements from the end to the front.",
      [
        Parameter("n", .integer, default: .integer(1), "how many")
      ]
    ) { deque, call in
      let (count, steps) = (deque.held.count, try call.integer(1))
      guard count > 0 else { return .none }
      let first = ((-steps % count) + count) % count
      deque.held = Array(deque.held[first...] + deque.held[..<first])
      return .none
    },
    method("count", "Counts the elements that are equal to a value.", [element]) { deque, call in
      .integer(try deque.values.count { try call.evaluator.areEqual($0, call[1]) })
    },
    method("copy", "Gives a deque of its own with the same elements.") { deque, _ in
      .object(Deque(deque.values, limit: deque.limit))
    },
    method("reverse", "Turns the order around.") { deque, _ in
      deque.held.reverse()
      return .none
    },
  ]
}

extension Call {
  fileprivate var emptyDeque: Diagnostic {
    fail(0, "bad-index", "the deque is empty", helps: ["if len(d) > 0:"])
  }
}
