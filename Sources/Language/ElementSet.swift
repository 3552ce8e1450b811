import Autograd
import Presentation

/// A set. Whole numbers come out in the order in which Python hands them out where it is ascending,
/// everything else in the order in which it came.
package final class ElementSet: DynamicObject {
  private var elements: [Key: Int] = [:]
  private var order: [Value?] = []
  let isFrozen: Bool

  package init(frozen: Bool = false) { isFrozen = frozen }

  func insert(_ key: Key, _ value: Value) {
    guard elements[key] == nil else { return }
    elements[key] = order.count
    order.append(value)
  }

  @discardableResult
  func remove(_ key: Key) -> Value? {
    guard let place = elements.removeValue(forKey: key) else { return nil }
    let value = order[place]
    order[place] = nil
    return value
  }

  func has(_ key: Key) -> Bool { elements[key] != nil }

  package var values: [Value] {
    let present = order.compactMap { $0?.resolved }
    // Small whole numbers hash to themselves, so Python's table holds them in ascending order.
    let numbers = present.compactMap(\.integer)
    guard numbers.count == present.count, let last = numbers.max(), numbers.allSatisfy({ $0 >= 0 }),
      last < tableSize(for: numbers.count)
    else { return present }
    return zip(numbers, present).sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The slots of Python's table for so many elements, put in one by one.
  private func tableSize(for count: Int) -> Int {
    var (size, used) = (8, 0)
    while used < count {
      used += 1
      if used * 5 >= (size - 1) * 3 {
        var larger = 8
        while larger <= used * (used > 50_000 ? 2 : 4) { larger *= 2 }
        size = larger
      }
    }
    return size
  }

  // MARK: - As an object

  package var summary: String { "a set" }
  package var typeName: String { isFrozen ? "frozenset" : "set" }
  package var count: Int? { elements.count }
  package var attributeNames: [String] { Builtin.setTable.keys.map(\.name).sorted() }
  package var heldValues: [Value] { order.compactMap { $0 } }

  package func attribute(_ name: Symbol) -> Value? { method(name, in: Builtin.setTable) }
  package func length(_ site: Site) -> Int? { elements.count }

  package func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    let size = elements.count
    for value in values {
      if try !body(value) { break }
      if elements.count != size {
        throw site.fail(
          "changed-in-loop", "the set was changed while a loop went through it",
          help: "go through list(s)")
      }
    }
    return true
  }

  package func contains(_ value: Value, _ site: Site) throws -> Bool? { has(try site.key(value)) }

  package func equals(_ other: Value, _ site: Site) throws -> Bool? {
    guard case .object(let object) = other, let set = object as? ElementSet else { return false }
    return set.elements.count == elements.count && elements.keys.allSatisfy(set.has)
  }

  package func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value? {
    guard case .object(let object) = other, let set = object as? ElementSet, !isReversed else {
      return nil
    }
    switch sign {
    case .bitOr: return .object(union(set))
    case .bitAnd: return .object(filtered { set.has($0) })
    case .subtract: return .object(filtered { !set.has($0) })
    case .bitXor:
      let result = filtered { !set.has($0) }
      set.filtered { !self.has($0) }.copy(into: result)
      return .object(result)
    default: break
    }
    guard sign.role == .comparison, sign != .equal, sign != .notEqual else { return nil }
    let isLess = sign.spelling.first == "<"
    let (small, large) = isLess ? (self, set) : (set, self)
    let isInside = small.elements.keys.allSatisfy(large.has)
    let isEqual = small.elements.count == large.elements.count
    return .truth(isInside && (sign.spelling.count == 2 || !isEqual))
  }

  func union(_ other: ElementSet) -> ElementSet {
    let result = ElementSet(frozen: isFrozen)
    copy(into: result)
    other.copy(into: result)
    return result
  }

  func copy(into other: ElementSet) {
    for value in order { if let value, let key = value.key { other.insert(key, value) } }
  }

  func filtered(_ keeps: (Key) -> Bool) -> ElementSet {
    let result = ElementSet(frozen: isFrozen)
    for value in order {
      if let value, let key = value.key, keeps(key) { result.insert(key, value) }
    }
    return result
  }

  package func text(isShort: Bool, _ site: Site) throws -> String {
    let inner = site.evaluator.listed(values)
    if elements.isEmpty { return "\(typeName)()" }
    return isFrozen ? "frozenset({\(inner)})" : "{\(inner)}"
  }

  // MARK: - Going back

  private struct Contents: @unchecked Sendable {
    let elements: [Key: Int]
    let order: [Value?]
  }

  package func snapshot() -> any Sendable { Contents(elements: elements, order: order) }
  package func restore(_ state: any Sendable) {
    guard let state = state as? Contents else { return }
    (elements, order) = (state.elements, state.order)
  }
}

extension Evaluator {
  func set(_ items: [Expression]) throws -> Value {
    let result = ElementSet()
    for value in try elements(items) {
      result.insert(try Site(self, items[0].span).key(value), held(value))
    }
    return .object(result)
  }
}

/// What `iter(x)` and `(f(x) for x in xs)` give: elements that are handed out once.
package final class ElementIterator: ElementSource {
  private let items: [Value]
  private var position = 0

  package init(_ items: [Value]) { self.items = items }

  package var summary: String { "an iterator" }
  package var typeName: String { "generator" }
  package var heldValues: [Value] { items }

  package func next(_ site: Site) -> Value? {
    guard position < items.count else { return nil }
    position += 1
    return items[position - 1].resolved
  }

  package func snapshot() -> any Sendable { position }
  package func restore(_ state: any Sendable) { position = state as? Int ?? position }
}
