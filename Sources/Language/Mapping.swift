import Autograd
import BigInt
import Presentation
import Tensors

/// What a dictionary or set tells its keys apart by: numbers by their value, as in Python `1`, `1.0`
/// and `True` are one key.
enum Key: Hashable {
  case none
  case number(Double)
  case whole(BigInt)
  case string(String)
  case tuple([Key])
  case object(ObjectIdentifier)

  static func == (a: Key, b: Key) -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.number(let x), .number(let y)): x == y
    case (.whole(let x), .whole(let y)): x == y
    // Code point by code point, as Python compares; Swift's == is by canonical equivalence.
    case (.string(let x), .string(let y)): x.utf8.elementsEqual(y.utf8)
    case (.tuple(let x), .tuple(let y)): x == y
    case (.object(let x), .object(let y)): x == y
    default: false
    }
  }
}

extension Value {
  /// Nil for what can change and so is no key.
  var key: Key? {
    switch resolved {
    case .none: return Key.none
    case .tensor(let variable):
      return variable.shape.isScalar ? .number(variable.value[flat: 0]) : nil
    case .string(let text): return .string(text)
    case .tuple(let items):
      var keys: [Key] = []
      for item in items {
        guard let key = item.key else { return nil }
        keys.append(key)
      }
      return .tuple(keys)
    case .function(let function): return .object(ObjectIdentifier(function))
    case .builtin(let builtin): return .object(ObjectIdentifier(builtin))
    case .range(let range): return .object(ObjectIdentifier(range))
    case .object(let object):
      if let whole = object as? WholeNumber { return .whole(whole.value) }
      if let tuple = object as? any TupleObject { return Value.tuple(tuple.elements).key }
      if object is Mapping || (object as? ElementSet)?.isFrozen == false { return nil }
      return (object as? Instance)?.key ?? .object(ObjectIdentifier(object))
    case .list, .method, .thing: return nil
    }
  }
}

/// An object that is a tuple to whoever compares it or looks it up.
package protocol TupleObject: DynamicObject {
  var elements: [Value] { get }
}

/// A dictionary: entries in the order in which their keys came.
package final class Mapping: DynamicObject {
  private(set) var keys: [Value?] = []
  private(set) var values: [Value] = []
  private var places: [Key: Int] = [:]
  /// Where a missing key is looked up, as in a `defaultdict`.
  package let factory: Value?

  package init(factory: Value? = nil) { self.factory = factory }

  package var size: Int { places.count }

  /// All entries in order.
  package var entries: [(key: Value, value: Value)] {
    zip(keys, values).compactMap { key, value in key.map { ($0.resolved, value.resolved) } }
  }

  subscript(key: Key) -> Value? { places[key].map { values[$0].resolved } }

  func set(_ key: Key, _ name: Value, to value: Value) {
    if let place = places[key] {
      values[place] = value
    } else {
      places[key] = keys.count
      keys.append(name)
      values.append(value)
    }
  }

  @discardableResult
  func remove(_ key: Key) -> Value? {
    guard let place = places.removeValue(forKey: key) else { return nil }
    let value = values[place].resolved
    keys[place] = nil
    values[place] = .none
    if keys.count > 2 * places.count + 8 { compact() }
    return value
  }

  func removeAll() { (keys, values, places) = ([], [], [:]) }

  private func compact() {
    let kept = zip(keys, values).filter { $0.0 != nil }
    (keys, values) = (kept.map(\.0), kept.map(\.1))
    places = [:]
    for (place, key) in keys.enumerated() {
      if let key = key?.key { places[key] = place }
    }
  }

  // MARK: - As an object

  package var summary: String { "a dictionary" }
  package var typeName: String { "dict" }
  package var count: Int? { size }
  package var attributeNames: [String] { Builtin.dictionaryTable.keys.map(\.name).sorted() }
  package var heldValues: [Value] { keys.compactMap { $0 } + values }

  package func attribute(_ name: Symbol) -> Value? { method(name, in: Builtin.dictionaryTable) }
  package func length(_ site: Site) -> Int? { size }

  package func item(_ key: Value, _ site: Site) throws -> Value? {
    let place = try site.key(key)
    if let found = self[place] { return found }
    guard let factory else { throw site.missingKey(key, in: self) }
    let made = site.evaluator.held(try site.call(factory.resolved, []))
    set(place, site.evaluator.held(key), to: made)
    return made.resolved
  }

  package func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool {
    if Value.object(self).isReached(from: value) {
      throw site.fail(
        "contains-itself", "a dictionary cannot contain itself", help: "store a copy: dict(d)")
    }
    set(try site.key(key), site.evaluator.held(key), to: value)
    return true
  }

  package func removeItem(_ key: Value, _ site: Site) throws -> Bool {
    guard remove(try site.key(key)) != nil else { throw site.missingKey(key, in: self) }
    return true
  }

  package func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    let size = self.size
    for key in keys {
      guard let key else { continue }
      if try !body(key.resolved) { break }
      if self.size != size {
        throw site.fail(
          "changed-in-loop", "the dictionary was changed while a loop went through it",
          help: "go through list(d)")
      }
    }
    return true
  }

  package func contains(_ value: Value, _ site: Site) throws -> Bool? {
    self[try site.key(value)] != nil
  }

  package func equals(_ other: Value, _ site: Site) throws -> Bool? {
    guard case .object(let object) = other, let mapping = object as? Mapping else { return false }
    guard mapping.size == size else { return false }
    for (key, value) in entries {
      guard let place = key.key, let found = mapping[place],
        try site.evaluator.areEqual(value, found)
      else { return false }
    }
    return true
  }

  package func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value? {
    guard sign == .bitOr, !isReversed, case .object(let object) = other,
      let mapping = object as? Mapping
    else { return nil }
    let result = Mapping()
    for source in [self, mapping] { source.copy(into: result) }
    return .object(result)
  }

  func copy(into other: Mapping) {
    for (key, value) in zip(keys, values) {
      if let key, let place = key.key { other.set(place, key, to: value) }
    }
  }

  package func text(isShort: Bool, _ site: Site) throws -> String {
    let evaluator = site.evaluator
    let shown = entries.prefix(1000).map {
      evaluator.inner($0.key) + ": " + evaluator.inner($0.value)
    }
    return "{" + (shown + (size > 1000 ? ["…"] : [])).joined(separator: ", ") + "}"
  }

  // MARK: - Going back

  private struct Contents: @unchecked Sendable {
    let keys: [Value?]
    let values: [Value]
    let places: [Key: Int]
  }

  package func snapshot() -> any Sendable { Contents(keys: keys, values: values, places: places) }
  package func restore(_ state: any Sendable) {
    guard let state = state as? Contents else { return }
    (keys, values, places) = (state.keys, state.values, state.places)
  }
}

extension Site {
  /// What a dictionary finds a key by.
  func key(_ value: Value) throws -> Key {
    if case .object(let object) = value, let instance = object as? Instance,
      let hash = try instance.special("__hash__", [], self)?.integer
    {
      // Objects of one class with the same hash are one key.
      let key = Key.tuple([.object(ObjectIdentifier(instance.type)), .number(Double(hash))])
      instance.key = key
      return key
    }
    if let key = value.key { return key }
    throw fail(
      "unhashable", "\(value.kindText) can change and so is no key",
      help: "use a tuple: tuple(x)")
  }

  func missingKey(_ key: Value, in mapping: Mapping) -> Diagnostic {
    let text = evaluator.shown(key, isShort: true)
    var names: [String] = []
    for entry in mapping.entries { if case .string(let name) = entry.key { names.append(name) } }
    var help = "d.get(key) gives None for a missing key"
    if case .string(let name) = key, let close = Suggestion.help(for: name, in: names) {
      help = close
    }
    evaluator.missingKey = key
    return fail("key-error", "there is no key \(text)", help: help)
  }
}

extension Value {
  /// Whether another value is this object or holds it, at any depth.
  func isReached(from value: Value) -> Bool {
    guard case .object(let sought) = self else { return false }
    return value.contains(sought)
  }
}

extension Evaluator {
  /// `{key: value, **others}`
  func dictionary(_ items: [DictionaryItem]) throws -> Value {
    let result = Mapping()
    for item in items {
      guard let key = item.key else {
        let other = try evaluate(item.value)
        guard case .object(let object) = other, let mapping = object as? Mapping else {
          throw fail(.notMapping(other, at: item.value.span))
        }
        mapping.copy(into: result)
        continue
      }
      let name = try evaluate(key)
      let value = quantity(try evaluate(item.value), item.value.span)
      result.set(try Site(self, key.span).key(name), held(name), to: value)
    }
    return .object(result)
  }

  /// Sets, dictionaries and generators that are written with `for`.
  func collectOthers(_ comprehension: Comprehension) throws -> Value {
    switch comprehension.kind {
    case .dictionary:
      let result = Mapping()
      guard let value = comprehension.value else { return .object(result) }
      try collect(comprehension) { key in
        let stored = quantity(try evaluate(value), value.span)
        result.set(try Site(self, comprehension.element.span).key(key), held(key), to: stored)
      }
      return .object(result)
    case .set:
      let result = ElementSet()
      try collect(comprehension) {
        result.insert(try Site(self, comprehension.element.span).key($0), held($0))
      }
      return .object(result)
    case .generator, .list:
      if let text = comprehension.generator { return try generator(text) }
      return try collectedRow(comprehension)
    }
  }

  func unpackNames(_ value: Value, _ source: Argument, into result: inout Arguments) throws {
    guard case .object(let object) = value, let mapping = object as? Mapping else {
      throw fail(.notMapping(value, at: source.span))
    }
    for (key, value) in mapping.entries {
      guard case .string(let name) = key else { throw fail(.notMapping(key, at: source.span)) }
      result.values.append(value)
      result.sources.append(
        Argument(keyword: Symbol(name), value: source.value, span: source.span))
    }
  }
}

extension Diagnostic {
  static func notMapping(_ value: Value, at span: Span) -> Diagnostic {
    Diagnostic(
      "wrong-kind", "'**' takes a dictionary whose keys are strings, not \(value.kindText)",
      primary: Label(span), helps: ["f(**{\"lr\": 0.1})"])
  }
}
