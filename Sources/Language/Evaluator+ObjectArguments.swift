import Autograd
import BigInt
import Presentation
import Tensors

// Functions of the catalogue that Python has for every kind of value: `sum` of objects that can be
// added, `max` of words, `len` of what has a `__len__`.

extension Builtin {
  /// The functions that ask objects before they ask for tensors.
  enum Generic: String {
    case sum, max, min, abs, round, len, all, any, float, int, bool, pow
  }
}

extension Evaluator {
  /// The result where an argument is no number; nil where the function itself is to answer.
  func applyToObjects(
    _ builtin: Builtin, _ arguments: Arguments, at span: Span
  ) throws -> Value? {
    guard let generic = builtin.generic, let first = arguments.values.first else { return nil }
    if case .tensor(let variable) = first {
      return try applyToNumbers(generic, variable, arguments, at: span)
    }
    let site = Site(self, span)
    if generic == .any || generic == .all, arguments.values.count == 1,
      case .object(let source as any ElementSource) = first
    {
      while let item = try source.next(site) {
        if try truth(item, at: span) == (generic == .any) { return .truth(generic == .any) }
      }
      return .truth(generic == .all)
    }
    if let listed = try listed(first, generic, arguments, site) {
      return try apply(builtin, listed, at: span)
    }
    switch generic {
    case .sum:
      if case .string = first { return nil }
      return try sum(arguments, site)
    case .max: return try extreme(arguments, site, isLargest: true)
    case .min: return try extreme(arguments, site, isLargest: false)
    case .all, .any:
      guard arguments.values.count == 1, !isNumeric(first) else { return nil }
      for item in try items(of: first, at: span) {
        if try truth(item, at: span) == (generic == .any) { return .truth(generic == .any) }
      }
      return .truth(generic == .all)
    case .abs, .round, .len, .float, .int, .bool, .pow:
      guard case .object(let object) = first, let dynamic = object.dynamic else { return nil }
      return try apply(generic, to: dynamic, arguments, site)
    }
  }

  /// The arguments with a row of numbers in place of a set, a view or an iterator of them.
  private func listed(
    _ first: Value, _ generic: Builtin.Generic, _ arguments: Arguments, _ site: Site
  ) throws -> Arguments? {
    guard case .object(let object) = first, let dynamic = object.dynamic else { return nil }
    switch generic {
    case .abs, .round, .len, .float, .int, .bool, .pow: return nil
    case .sum, .max, .min, .all, .any:
      guard arguments.values.count == 1 || arguments.sources[1].keyword != nil else { return nil }
    }
    var items: [Value] = []
    guard !(object is Instance),
      try dynamic.iterate(
        site,
        { item in
          items.append(item)
          return true
        })
    else { return nil }
    var result = arguments
    result.values[0] = try collected(items, at: site.span)
    return result
  }

  private func apply(
    _ generic: Builtin.Generic, to object: any DynamicObject, _ arguments: Arguments, _ site: Site
  ) throws -> Value? {
    if generic == .len {
      if let length = try object.length(site) { return .integer(length) }
      if object is any ElementSource {
        throw site.fail(
          "wrong-kind", "\(object.summary) has no len: its elements come one by one",
          help: "len(list(x))")
      }
      if let instance = object as? Instance {
        throw site.fail(
          "wrong-kind", "\(instance.summary) has no len", help: "def __len__(self): …")
      }
    }
    if generic == .bool { return .truth(try object.truth(site)) }
    if let whole = object as? WholeNumber {
      switch generic {
      case .abs: return .whole(BigInt(whole.value.magnitude))
      case .int, .round: return .object(whole)
      case .pow: return try power(arguments, site)
      default: return nil
      }
    }
    guard let instance = object as? Instance else { return nil }
    let rest = Array(arguments.values.dropFirst())
    return try instance.special(Symbol("__\(generic.rawValue)__"), rest, site)
  }

  private func isNumeric(_ value: Value) -> Bool {
    ((try? value.asTensor(environment.structure)) ?? nil) != nil
  }

  // MARK: - sum

  /// Adds objects up from a start on, as Python does; numbers are left to the tensor operation.
  private func sum(_ arguments: Arguments, _ site: Site) throws -> Value? {
    let keywords = arguments.sources.compactMap(\.keyword?.name)
    guard arguments.values.count <= 2, keywords.allSatisfy({ $0 == "start" }) else { return nil }
    let items = try self.items(of: arguments.values[0], at: site.span)
    let start = arguments.values.count == 2 ? arguments.values[1] : nil
    if start == nil, isNumeric(arguments.values[0]) { return nil }
    return try total(items, from: start ?? .integer(0), site)
  }

  private func total(_ items: [Value], from start: Value, _ site: Site) throws -> Value {
    let none = Expression(.none, site.span)
    var result = start
    for (position, item) in items.enumerated() {
      // 0 + x is x: the zero that a sum begins with is no part of the history.
      if position == 0, case .tensor = item, start.integer == 0 {
        result = item
        continue
      }
      result = try operate(.add, result, item, at: site.span, none, none)
    }
    return result
  }

  // MARK: - max and min

  private func extreme(_ arguments: Arguments, _ site: Site, isLargest: Bool) throws -> Value? {
    var (positional, key, fallback): ([Value], Value?, Value?) = ([], nil, nil)
    for (value, source) in zip(arguments.values, arguments.sources) {
      switch source.keyword?.name {
      case nil: positional.append(value)
      case "key": key = value
      case "default": fallback = value
      default: return nil
      }
    }
    if positional.count == 1, key == nil, fallback == nil, !holdsPairs(positional[0]),
      isNumeric(positional[0])
    {
      return nil
    }
    let items =
      positional.count == 1 ? try self.items(of: positional[0], at: site.span) : positional
    guard !items.isEmpty else {
      if let fallback { return fallback }
      throw site.fail("bad-argument", "there is no element to choose from", help: "default=0")
    }
    if let key, case .none = key {
      return try extreme(of: items, by: nil, site, isLargest: isLargest)
    }
    return try extreme(of: items, by: key, site, isLargest: isLargest)
  }

  /// Tuples are compared as wholes, as in Python.
  private func holdsPairs(_ value: Value) -> Bool {
    guard case .list(let list) = value, !list.isEmpty, case .tuple = list[0] else { return false }
    return true
  }

  private func extreme(
    of items: [Value], by key: Value?, _ site: Site, isLargest: Bool
  ) throws -> Value {
    var best = items[0]
    var bestKey = try key.map { try site.call($0, [best]) } ?? best
    for item in items.dropFirst() {
      let itemKey = try key.map { try site.call($0, [item]) } ?? item
      let isBetter =
        isLargest
        ? try isLess(bestKey, itemKey, at: site.span) : try isLess(itemKey, bestKey, at: site.span)
      if isBetter { (best, bestKey) = (item, itemKey) }
    }
    return best
  }

  /// `max(0, x)` is element by element; `max(x, 0)` is NumPy's maximum along an axis, which is told
  /// where it is probably not what was meant. `max(x, key=f)` chooses by `f`.
  private func applyToNumbers(
    _ generic: Builtin.Generic, _ first: Variable, _ arguments: Arguments, at span: Span
  ) throws -> Value? {
    let site = Site(self, span)
    if generic == .pow { return try power(arguments, site) }
    if generic == .round { return try roundedAsPython(first, arguments, site) }
    if generic == .sum, arguments.values.count == 2 { return try sumOfRows(arguments, site) }
    guard generic == .max || generic == .min else { return nil }
    if first.shape.isScalar, arguments.values.contains(where: { !$0.isTensor }) {
      return try extreme(arguments, site, isLargest: generic == .max)
    }
    if arguments.sources.contains(where: { $0.keyword == "key" || $0.keyword == "default" }) {
      return try extreme(arguments, site, isLargest: generic == .max)
    }
    guard arguments.values.count == 2, arguments.sources[1].keyword == nil else { return nil }
    let name = generic == .max ? "maximum" : "minimum"
    if first.shape.isScalar {
      guard case .tensor(let second) = arguments.values[1] else {
        return try extreme(arguments, site, isLargest: generic == .max)
      }
      guard !second.shape.isScalar, let builtin = environment.builtin(Symbol(name)) else {
        return nil
      }
      return try apply(builtin, arguments, at: span)
    }
    if let axis = arguments.values[1].integer, axis == 0, first.shape.rank == 1 {
      tellOnce(
        name, .axisTaken(generic.rawValue, name, source[arguments.sources[0].span], at: span))
    }
    return nil
  }

  /// `sum([[1, 2], [3, 4]], [])` puts lists together.
  private func sumOfRows(_ arguments: Arguments, _ site: Site) throws -> Value? {
    guard arguments.sources[1].keyword == nil || arguments.sources[1].keyword == "start",
      case .list(let start) = arguments.values[1]
    else { return nil }
    var items = start.items
    for row in try self.items(of: arguments.values[0], at: site.span) {
      items += try self.items(of: row, at: site.span)
    }
    return try collected(items, at: site.span)
  }

  /// `pow(a, b, m)` of whole numbers.
  private func power(_ arguments: Arguments, _ site: Site) throws -> Value? {
    let wholes = arguments.values.map(\.whole)
    guard arguments.values.count == 3, let a = wholes[0], let b = wholes[1], let m = wholes[2]
    else {
      guard arguments.values.count == 2, let a = wholes[0], let b = wholes[1] else { return nil }
      if case .tensor = arguments.values[0] { return nil }
      return try WholeNumber.result(.power, a, b, site)
    }
    guard m != 0 else { throw site.zeroDivision }
    guard b >= 0 else {
      throw site.fail("bad-argument", "the exponent of a power modulo \(m) is 0 or more")
    }
    let rest = a.power(b, modulus: BigInt(m.magnitude))
    return .whole(m < 0 && rest != 0 ? rest + m : rest)
  }

  // MARK: - Order

  /// Python's `<` as one truth value.
  package func isLess(_ a: Value, _ b: Value, at span: Span) throws -> Bool {
    if let x = a.whole, let y = b.whole { return x < y }
    if let x = a.real, let y = b.real { return x < y }
    if case .string(let x) = a, case .string(let y) = b { return x.isBefore(y) }
    if let order = try sequenceOrder(a, b, at: span) { return order < 0 }
    guard let less = Operator.named("<", .left),
      let result = try operateOnObjects(less, a, b, at: span)
    else {
      let none = Span(span.start, span.start)
      throw fail(.wrongOperands("<", a, b, at: span, left: none, right: none))
    }
    return try truth(result, at: span)
  }

  /// Which of two lists or tuples comes first, by the first elements that differ; nil for others.
  func sequenceOrder(_ left: Value, _ right: Value, at span: Span) throws -> Int? {
    let (a, b): ([Value], [Value])
    switch (left, right) {
    case (.tuple(let x), .tuple(let y)): (a, b) = (x, y)
    case (.list(let x), .list(let y)): (a, b) = (x.items, y.items)
    default: return nil
    }
    for (x, y) in zip(a, b) {
      if try areEqual(x.resolved, y.resolved) { continue }
      return try isLess(x.resolved, y.resolved, at: span) ? -1 : 1
    }
    return a.count < b.count ? -1 : a.count == b.count ? 0 : 1
  }
}

extension Value {
  var isTensor: Bool { if case .tensor = self { true } else { false } }
}

extension String {
  /// By code points, as Python compares strings.
  func isBefore(_ other: String) -> Bool {
    unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
  }
}

extension Diagnostic {
  fileprivate static func axisTaken(
    _ name: String, _ elementwise: String, _ text: String, at span: Span
  ) -> Diagnostic {
    Diagnostic(
      "axis-taken", "0 is the axis here, as in NumPy: the result is one number", severity: .warning,
      primary: Label(span),
      helps: ["element by element: \(elementwise)(\(text.isEmpty ? "x" : text), 0)"])
  }
}
