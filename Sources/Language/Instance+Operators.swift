import Autograd
import Presentation

// The methods with two underscores, by which a class says what operators, brackets, `len` and
// `print` mean for its objects.

extension Operator {
  /// The methods that an operator calls: of the left object, and of the right one.
  fileprivate var methods: (own: Symbol, reflected: Symbol)? { Operator.methodTable[self] }

  private static let methodTable: [Operator: (own: Symbol, reflected: Symbol)] = {
    var table: [Operator: (own: Symbol, reflected: Symbol)] = [:]
    let named = [
      ("+", "add"), ("-", "sub"), ("*", "mul"), ("/", "truediv"), ("//", "floordiv"), ("%", "mod"),
      ("**", "pow"), ("@", "matmul"), ("&", "and"), ("|", "or"), ("^", "xor"), ("<<", "lshift"),
      (">>", "rshift"),
    ]
    for (spelling, name) in named {
      let side: Side = spelling == "**" ? .right : .left
      guard let sign = Operator.named(spelling, side) else { continue }
      table[sign] = (Symbol("__\(name)__"), Symbol("__r\(name)__"))
    }
    let compared = [
      ("==", "eq", "eq"), ("!=", "ne", "ne"), ("<", "lt", "gt"), ("<=", "le", "ge"),
      (">", "gt", "lt"), (">=", "ge", "le"),
    ]
    for (spelling, own, reflected) in compared {
      guard let sign = Operator.named(spelling, .left) else { continue }
      table[sign] = (Symbol("__\(own)__"), Symbol("__\(reflected)__"))
    }
    return table
  }()

  private static let prefixMethods: [Operator: Symbol] = [
    .negative: "__neg__", .bitNot: "__invert__",
  ]
  fileprivate var prefixMethod: Symbol? {
    Operator.prefixMethods[self] ?? (side == .prefix && spelling == "+" ? "__pos__" : nil)
  }
}

extension Instance {
  package func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value? {
    guard let names = sign.methods else { return nil }
    let result = try special(isReversed ? names.reflected : names.own, [other], site)
    if let result, !result.isNotImplemented { return result }
    // Without `__ne__` the opposite of `__eq__`.
    if sign == .notEqual, let equal = try special("__eq__", [other], site), !equal.isNotImplemented
    {
      return .truth(!(try site.evaluator.truth(equal, at: site.span)))
    }
    return nil
  }

  package func operate(_ sign: Operator, _ site: Site) throws -> Value? {
    guard let name = sign.prefixMethod else { return nil }
    return try special(name, [], site)
  }

  package func equals(_ other: Value, _ site: Site) throws -> Bool? {
    guard let equal = try special("__eq__", [other], site), !equal.isNotImplemented else {
      return nil
    }
    return try site.evaluator.truth(equal, at: site.span)
  }

  package func truth(_ site: Site) throws -> Bool {
    if let truth = try special("__bool__", [], site) {
      return try site.evaluator.truth(truth, at: site.span)
    }
    return try length(site) != 0
  }

  package func length(_ site: Site) throws -> Int? {
    guard let length = try special("__len__", [], site) else { return nil }
    guard let count = length.integer, count >= 0 else {
      throw site.fail("wrong-kind", "__len__ gives a whole number, not \(length.kindText)")
    }
    return count
  }

  package func item(_ key: Value, _ site: Site) throws -> Value? {
    try special("__getitem__", [key], site)
  }

  package func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool {
    try special("__setitem__", [key, value.resolved], site) != nil
  }

  package func removeItem(_ key: Value, _ site: Site) throws -> Bool {
    try special("__delitem__", [key], site) != nil
  }

  package func contains(_ value: Value, _ site: Site) throws -> Bool? {
    guard let found = try special("__contains__", [value], site) else { return nil }
    return try site.evaluator.truth(found, at: site.span)
  }

  package func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    if let elements = try special("__iter__", [], site) {
      if case .object(let object) = elements, let iterator = object as? Instance,
        iterator.type.find("__next__") != nil
      {
        try iterator.advance(site, body)
      } else {
        try site.evaluator.iterate(elements, at: site.span, body)
      }
      return true
    }
    guard type.find("__getitem__") != nil else { return false }
    var position = 0
    while true {
      let element: Value?
      do { element = try item(.integer(position), site) } catch let error as Diagnostic
        where site.evaluator.isError(error, "IndexError")
      {
        return true
      }
      guard let element, try body(element) else { return true }
      position += 1
      if site.evaluator.interrupt.isSet { throw site.evaluator.interrupted(at: site.span) }
    }
  }

  /// Calls `__next__` until it says that there is no more.
  private func advance(_ site: Site, _ body: (Value) throws -> Bool) throws {
    while true {
      let element: Value?
      do { element = try special("__next__", [], site) } catch let error as Diagnostic
        where site.evaluator.isError(error, "StopIteration")
      {
        return
      }
      guard let element, try body(element) else { return }
    }
  }

  package func text(isShort: Bool, _ site: Site) throws -> String {
    let names: [Symbol] = isShort ? ["__repr__"] : ["__str__", "__repr__"]
    for name in names {
      guard let text = try special(name, [], site) else { continue }
      guard case .string(let written) = text else {
        throw site.fail("wrong-kind", "\(name.name) gives a string, not \(text.kindText)")
      }
      return written
    }
    if type.isKind(of: .exception) { return errorText(isShort: isShort, site) }
    return "<\(type.name) object>"
  }
}

extension Value {
  /// What an operator method returns where it does not know the other value.
  var isNotImplemented: Bool {
    if case .object(let object) = self { object is NotImplemented } else { false }
  }
}

final class NotImplemented: LanguageObject {
  nonisolated(unsafe) static let value = NotImplemented()
  var summary: String { "NotImplemented" }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }
}

extension Evaluator {
  /// An operation of which one side is an object that has operators of its own.
  func operateOnObjects(
    _ sign: Operator, _ left: Value, _ right: Value, at span: Span
  ) throws -> Value? {
    if case .object(let object) = left, let dynamic = object.dynamic,
      let value = try dynamic.operate(sign, right, isReversed: false, Site(self, span))
    {
      return value
    }
    if case .object(let object) = right, let dynamic = object.dynamic {
      return try dynamic.operate(sign, left, isReversed: true, Site(self, span))
    }
    return nil
  }

  func compareObjects(
    _ sign: Operator, _ left: Value, _ right: Value, at span: Span
  ) throws -> Value? {
    if let value = try operateOnObjects(sign, left, right, at: span) { return value }
    guard sign == .equal || sign == .notEqual else { return nil }
    switch (left, right) {
    case (.object, _), (_, .object):
      return .truth(try areEqual(left, right) == (sign == .equal))
    default: return nil
    }
  }
}
