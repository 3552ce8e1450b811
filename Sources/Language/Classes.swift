import Autograd
import Presentation

/// Attributes by name, in the order in which they came.
package struct Namespace {
  private var values: [Symbol: Value] = [:]
  package private(set) var names: [Symbol] = []

  package init() {}

  package subscript(name: Symbol) -> Value? { values[name] }

  package mutating func set(_ name: Symbol, to value: Value) {
    if values.updateValue(value, forKey: name) == nil { names.append(name) }
  }

  @discardableResult
  package mutating func remove(_ name: Symbol) -> Bool {
    guard values.removeValue(forKey: name) != nil else { return false }
    names.removeAll { $0 == name }
    return true
  }

  package var all: [Value] { names.compactMap { values[$0] } }
}

/// A class: of a program, or one that is there from the start.
package final class ClassObject: DynamicObject {
  package let name: String
  /// What it is built on, in the order in which attributes are looked for; without itself.
  package let ancestors: [ClassObject]
  package let summaryText: String?
  /// What its body assigned.
  package var attributes = Namespace()
  /// Methods that are not written in the language: of classes that are there from the start, which
  /// nobody changes, and those that a decorator such as `dataclass` adds.
  package var natives: [Symbol: Builtin]
  /// The names with a type in its body, in order: the fields of a dataclass.
  package internal(set) var annotated: [Symbol] = []
  /// As they were written.
  var bases: [ClassObject] = []
  /// Of an `Enum`, its objects.
  var members: [Instance] = []

  package convenience init(
    _ name: String, base: ClassObject? = nil, summary: String? = nil,
    natives: [Symbol: Builtin] = [:]
  ) {
    self.init(
      name, ancestors: base.map { [$0] + $0.ancestors } ?? [], summary: summary, natives: natives)
  }

  /// A class that is there from the start, with methods that are given the class.
  package convenience init(
    _ name: String, base: ClassObject, summary: String, classMethods: [Symbol: Builtin]
  ) {
    self.init(name, base: base, summary: summary)
    for (name, method) in classMethods {
      attributes.set(name, to: .object(ClassMethod(.builtin(method))))
    }
  }

  package init(
    _ name: String, ancestors: [ClassObject], summary: String? = nil,
    natives: [Symbol: Builtin] = [:]
  ) {
    self.name = name
    self.ancestors = ancestors
    self.natives = natives
    summaryText = summary
  }

  var isOfProgram = false

  /// The attribute of the class or of the nearest class it is built on.
  package func find(_ name: Symbol) -> Value? {
    if let own = own(name) { return own }
    for ancestor in ancestors { if let value = ancestor.own(name) { return value } }
    return nil
  }

  /// What the class itself has under a name.
  func own(_ name: Symbol) -> Value? {
    if let value = attributes[name] { return value.resolved }
    return natives[name].map { .builtin($0) }
  }

  /// Whether it is a class or built on it.
  package func isKind(of other: ClassObject) -> Bool {
    self === other || ancestors.contains { $0 === other }
  }

  /// The order in which Python looks through several bases: each class before those that it is built
  /// on, and these as they are written. Nil where the bases contradict each other.
  static func order(of bases: [ClassObject]) -> [ClassObject]? {
    var rows = bases.map { [$0] + $0.ancestors } + [bases]
    var order: [ClassObject] = []
    while true {
      rows.removeAll(where: \.isEmpty)
      guard !rows.isEmpty else { return order }
      let next = rows.lazy.map { $0[0] }.first { candidate in
        !rows.contains { $0.dropFirst().contains { $0 === candidate } }
      }
      guard let next else { return nil }
      order.append(next)
      for index in rows.indices where rows[index][0] === next { rows[index].removeFirst() }
    }
  }

  // MARK: - As an object

  package var summary: String { "the class \(name)" }
  package var typeName: String { "type" }
  package var isCallable: Bool { true }
  package var heldValues: [Value] { attributes.all }

  package var attributeNames: [String] {
    ([self] + ancestors).flatMap { ($0.attributes.names + $0.natives.keys).map(\.name) }
  }

  package func attribute(_ name: Symbol, _ site: Site) throws -> Value? {
    switch name.name {
    case "__name__", "__qualname__": return .string(self.name)
    case "__doc__": return summaryText.map { .string($0) } ?? Value.none
    case "__dict__": return .object(attributes.mapping)
    case "__mro__": return .tuple(([self] + ancestors).map { .object($0) })
    case "__bases__": return .tuple(bases.map { .object($0) })
    default: break
    }
    guard let found = find(name) else { return nil }
    if case .object(let object) = found {
      if let method = object as? StaticMethod { return method.function }
      if let method = object as? ClassMethod {
        return .object(InstanceMethod(.object(self), method.function))
      }
    }
    return found
  }

  package func store(_ value: Value, to name: Symbol, _ site: Site) throws -> Bool {
    guard isOfProgram else { return false }
    attributes.set(name, to: value)
    return true
  }

  package func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    if !members.isEmpty { return try member(arguments, site) }
    return try site.evaluator.makeInstance(of: self, arguments, site)
  }

  package func truth(_ site: Site) -> Bool { true }
  package func equals(_ other: Value, _ site: Site) -> Bool? {
    if case .object(let object) = other { object === self } else { false }
  }
  package func length(_ site: Site) -> Int? { members.isEmpty ? nil : members.count }
  package func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    for member in members { if try !body(.object(member)) { break } }
    return !members.isEmpty
  }
  package func item(_ key: Value, _ site: Site) -> Value? {
    guard case .string(let name) = key, !members.isEmpty else { return nil }
    return attributes[Symbol(name)]
  }
  package func text(isShort: Bool, _ site: Site) -> String { "<class '\(name)'>" }

  package func snapshot() -> any Sendable { Held(attributes) }
  package func restore(_ state: any Sendable) {
    if let state = state as? Held { attributes = state.attributes }
  }
}

/// Attributes at one moment.
private struct Held: @unchecked Sendable {
  let attributes: Namespace
  init(_ attributes: Namespace) { self.attributes = attributes }
}

extension Namespace {
  /// As `__dict__` shows it.
  var mapping: Mapping {
    let result = Mapping()
    for name in names {
      if let value = self[name] { result.set(.string(name.name), .string(name.name), to: value) }
    }
    return result
  }
}

/// An object of a class of the program, or an error.
package final class Instance: DynamicObject {
  package let type: ClassObject
  package var attributes = Namespace()
  /// What its `__hash__` made of it, once it was a key.
  var key: Key?
  /// What was shown when the error came from the evaluator itself.
  var diagnostic: Diagnostic?

  package init(_ type: ClassObject) { self.type = type }

  package var summary: String { "an object of class \(type.name)" }
  package var typeName: String { type.name }
  package var attributeNames: [String] { attributes.names.map(\.name) + type.attributeNames }
  package var heldValues: [Value] { attributes.all }
  package var isCallable: Bool { type.find("__call__") != nil }

  package func attribute(_ name: Symbol, _ site: Site) throws -> Value? {
    if let own = attributes[name] { return own.resolved }
    if let found = type.find(name) { return try bound(found, site) }
    if name.name == "__dict__" { return .object(attributes.mapping) }
    if name.name == "__class__" { return .object(type) }
    if let fallback = type.find("__getattr__") {
      return try site.call(fallback, [.object(self), .string(name.name)])
    }
    return nil
  }

  /// What an attribute of the class is, read through this object: functions become methods.
  func bound(_ found: Value, _ site: Site) throws -> Value {
    switch found {
    case .function: return .object(InstanceMethod(.object(self), found))
    case .builtin(let builtin):
      return type.isNativeMethod(builtin) ? .method(BoundMethod(.object(self), builtin)) : found
    case .object(let object):
      if let property = object as? Property {
        return try site.call(property.getter, [.object(self)])
      }
      if let method = object as? StaticMethod { return method.function }
      if let method = object as? ClassMethod {
        return .object(InstanceMethod(.object(type), method.function))
      }
      return found
    default: return found
    }
  }

  package func store(_ value: Value, to name: Symbol, _ site: Site) throws -> Bool {
    if case .object(let object)? = type.find(name), let property = object as? Property {
      guard let setter = property.setter else {
        throw site.fail(
          "not-assignable", "'\(name.name)' is computed and cannot be assigned",
          help: "write a setter: @\(name.name).setter")
      }
      _ = try site.call(setter, [.object(self), value.resolved])
      return true
    }
    attributes.set(name, to: value)
    return true
  }

  package func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    guard let found = type.find("__call__") else { return nil }
    return try site.evaluator.apply(
      try bound(found, site), arguments, at: site.span, of: Expression(.none, site.span))
  }

  /// Calls a method with two underscores, where the class has it.
  package func special(_ name: Symbol, _ arguments: [Value], _ site: Site) throws -> Value? {
    guard let method = type.find(name) else { return nil }
    return try site.call(try bound(method, site), arguments)
  }

  // MARK: - Going back

  package func snapshot() -> any Sendable { Held(attributes) }
  package func restore(_ state: any Sendable) {
    if let state = state as? Held { attributes = state.attributes }
  }
}

extension ClassObject {
  /// Whether a builtin is a method of one of its classes, and not just a value stored there.
  fileprivate func isNativeMethod(_ builtin: Builtin) -> Bool {
    ([self] + ancestors).contains { $0.natives.values.contains { $0 === builtin } }
  }
}

/// `object.method`: a function that is given the object first.
package final class InstanceMethod: DynamicObject {
  package let receiver: Value
  package let function: Value

  package init(_ receiver: Value, _ function: Value) {
    self.receiver = receiver
    self.function = function
  }

  package var summary: String {
    if case .function(let function) = function { return "function \(function.signature)" }
    return "a method"
  }
  package var typeName: String { "method" }
  package var attributeNames: [String] { ["__self__", "__func__", "__name__"] }
  package var heldValues: [Value] { [receiver] }
  package var isCallable: Bool { true }

  package func attribute(_ name: Symbol, _ site: Site) -> Value? {
    switch name.name {
    case "__self__": receiver
    case "__func__": function
    default: site.evaluator.nameAttribute(name, of: function)
    }
  }

  package func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    var all = arguments
    all.values.insert(receiver, at: 0)
    let source = Expression(.none, Span(site.span.start, site.span.start))
    all.sources.insert(Argument(value: source, span: site.span), at: 0)
    return try site.evaluator.apply(
      function, all, at: site.span, of: Expression(.none, site.span))
  }

  package func truth(_ site: Site) -> Bool { true }
  package func equals(_ other: Value, _ site: Site) -> Bool? {
    guard case .object(let object) = other, let method = object as? InstanceMethod else {
      return false
    }
    return receiver.isSame(as: method.receiver) && function.isSame(as: method.function)
  }
}

/// `@property`: an attribute that is computed.
final class Property: DynamicObject {
  let getter: Value
  let setter: Value?

  init(_ getter: Value, setter: Value? = nil) {
    self.getter = getter
    self.setter = setter
  }

  var summary: String { "a property" }
  var typeName: String { "property" }
  var attributeNames: [String] { ["setter", "getter"] }
  func attribute(_ name: Symbol) -> Value? {
    guard name.name == "setter" || name.name == "getter" else { return nil }
    return .object(PropertyChange(self, isSetter: name.name == "setter"))
  }
}

/// `@x.setter`: makes a property that can be assigned.
private final class PropertyChange: DynamicObject {
  let property: Property
  let isSetter: Bool

  init(_ property: Property, isSetter: Bool) {
    self.property = property
    self.isSetter = isSetter
  }

  var summary: String { "a function" }
  var typeName: String { "function" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments, _ site: Site) -> Value? {
    guard arguments.values.count == 1 else { return nil }
    let function = arguments.values[0]
    return .object(
      isSetter
        ? Property(property.getter, setter: function)
        : Property(function, setter: property.setter))
  }
}

/// `@staticmethod`: a function that is given no object.
final class StaticMethod: DynamicObject {
  let function: Value
  init(_ function: Value) { self.function = function }
  var summary: String { "a static method" }
  var typeName: String { "staticmethod" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }
  func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    try site.evaluator.apply(
      function, arguments, at: site.span, of: Expression(.none, site.span))
  }
}

/// `@classmethod`: a function that is given the class.
final class ClassMethod: DynamicObject {
  let function: Value
  init(_ function: Value) { self.function = function }
  var summary: String { "a class method" }
  var typeName: String { "classmethod" }
  var attributeNames: [String] { [] }
}

/// `super()`: an object seen as one of what comes behind the method's class, in the order of the
/// object's own class.
final class Parent: DynamicObject {
  let receiver: Value
  private let types: ArraySlice<ClassObject>

  init(_ receiver: Value, beyond owner: ClassObject) {
    self.receiver = receiver
    var own = owner
    if case .object(let object) = receiver {
      own = (object as? Instance)?.type ?? object as? ClassObject ?? owner
    }
    let order = own === owner ? ArraySlice(owner.ancestors) : own.ancestors.drop { $0 !== owner }
    types = own === owner ? order : order.isEmpty ? ArraySlice(owner.ancestors) : order.dropFirst()
  }

  var summary: String { "super()" }
  var typeName: String { "super" }
  var attributeNames: [String] { types.first?.attributeNames ?? [] }

  func attribute(_ name: Symbol, _ site: Site) throws -> Value? {
    let inherited = types.lazy.compactMap { $0.own(name) }.first
    guard let found = inherited ?? ClassObject.object.find(name) else { return nil }
    // It is given the class, not the object.
    if name.name == "__new__" { return found }
    switch (receiver, found) {
    case (.object(let object), .builtin(let builtin)):
      return .method(BoundMethod(.object(object), builtin))
    case (.object(let object), _):
      if let instance = object as? Instance { return try instance.bound(found, site) }
      if case .object(let inner) = found, let method = inner as? ClassMethod {
        return .object(InstanceMethod(receiver, method.function))
      }
      return found
    default: return found
    }
  }
}

extension ClassObject {
  /// What every class is built on.
  nonisolated(unsafe) package static let object = ClassObject(
    "object",
    natives: [
      "__init__": Builtin(
        "object.__init__", "Begins an object; it has nothing to do.",
        parameters: [
          Parameter("self", .any, "the object"),
          Parameter("arguments", .any, default: Attribute.none, variadic: true, "not used"),
        ]
      ) { _ in .none },
      "__new__": Builtin(
        "object.__new__", "Makes an object of a class.",
        parameters: [
          Parameter("class", .any, "the class"),
          Parameter("arguments", .any, default: Attribute.none, variadic: true, "not used"),
        ], takesNames: true
      ) { call in
        guard case .object(let object) = call[0], let type = object as? ClassObject else {
          throw call.fail(0, "wrong-kind", "\(call[0].kindText) is no class")
        }
        return .object(Instance(type))
      },
    ])
}
