import Autograd
import Presentation

/// A base that makes something of its own of a class: `class Point(NamedTuple)`.
package protocol ClassMaker: DynamicObject {
  func makeClass(like type: ClassObject, _ site: Site) throws -> Value
}

extension Evaluator {
  /// Runs the body of a class; the names it assigns become the attributes of the class.
  func makeClass(_ definition: ClassDefinition) throws -> Value {
    let maker = try maker(of: definition)
    let bases = maker == nil ? try bases(of: definition) : [.object]
    guard let ancestors = ClassObject.order(of: bases) else {
      throw fail(.contradictoryBases(definition.name.name, at: definition.bases[0].span))
    }
    let scope = definition.scope
    let inner = Frame(count: scope.slotCount, enclosing: scope.usesEnclosing ? frame : nil)
    let outer = frame
    frame = inner
    defer {
      frame = outer
      for slot in 0..<inner.count { inner[slot] = nil }
    }
    _ = try execute(definition.body)
    let made = ClassObject(
      definition.name.name, ancestors: ancestors, summary: definition.summary)
    made.isOfProgram = true
    made.bases = bases
    made.annotated = scope.annotated
    for (slot, name) in scope.slots.enumerated() where !name.name.contains(" ") {
      guard let value = inner[slot] else { continue }
      try refuse(name, at: definition.span)
      made.attributes.set(name, to: held(value.resolved))
      own(value.resolved, by: made)
    }
    if made.isKind(of: .enumeration) { try made.enumerate(Site(self, definition.span)) }
    let result = try maker?.makeClass(like: made, Site(self, definition.span)) ?? .object(made)
    return try decorate(result, by: definition.decorators)
  }

  private func maker(of definition: ClassDefinition) throws -> (any ClassMaker)? {
    guard definition.bases.count == 1,
      case .object(let object) = try evaluate(definition.bases[0])
    else { return nil }
    return object as? any ClassMaker
  }

  private func bases(of definition: ClassDefinition) throws -> [ClassObject] {
    var bases: [ClassObject] = []
    for expression in definition.bases {
      guard case .object(let object) = try evaluate(expression), let base = object as? ClassObject
      else { throw fail(.notBase(try evaluate(expression), at: expression.span)) }
      if base !== ClassObject.object { bases.append(base) }
    }
    return bases.isEmpty ? [.object] : bases
  }

  /// Methods that would be called in Python and are not here must not be passed over in silence.
  private func refuse(_ name: Symbol, at span: Span) throws {
    if Self.unsupported.contains(name.name) { throw fail(.specialMethod(name.name, at: span)) }
  }

  private static let unsupported: Set = [
    "__setattr__", "__getattribute__", "__delattr__", "__del__", "__init_subclass__",
    "__set_name__", "__get__", "__set__", "__class_getitem__", "__iadd__", "__isub__", "__imul__",
    "__itruediv__",
  ]

  /// Lets the functions of a class know it, so that `super()` in them does.
  private func own(_ value: Value, by type: ClassObject) {
    switch value {
    case .function(let function): if function.owner == nil { function.owner = type }
    case .object(let object as Property):
      own(object.getter, by: type)
      if let setter = object.setter { own(setter, by: type) }
    case .object(let object as StaticMethod): own(object.function, by: type)
    case .object(let object as ClassMethod): own(object.function, by: type)
    default: break
    }
  }

  // MARK: - Decorators

  /// A function with what its decorators make of it.
  func decorated(_ definition: FunctionDefinition) throws -> Value {
    let function = Value.function(try function(definition))
    return definition.decorators.isEmpty
      ? function : try decorate(function, by: definition.decorators)
  }

  private func decorate(_ value: Value, by decorators: [Expression]) throws -> Value {
    let functions = try decorators.map(evaluate)
    var result = value
    for (function, expression) in zip(functions, decorators).reversed() {
      let argument = Argument(value: expression, span: expression.span)
      result = try apply(
        function, Arguments(values: [result], sources: [argument]), at: expression.span,
        of: expression)
    }
    return result
  }

  // MARK: - Instances

  func makeInstance(
    of type: ClassObject, _ arguments: Arguments, _ site: Site
  ) throws -> Value {
    guard case .function(let maker)? = type.find("__new__") else {
      return try initialize(Instance(type), arguments, site)
    }
    var all = arguments
    all.values.insert(.object(type), at: 0)
    all.sources.insert(Argument(value: Expression(.none, site.span), span: site.span), at: 0)
    let made = try apply(maker, all, at: site.span)
    guard case .object(let object) = made, let instance = object as? Instance,
      instance.type.isKind(of: type)
    else { return made }
    return try initialize(instance, arguments, site)
  }

  private func initialize(
    _ instance: Instance, _ arguments: Arguments, _ site: Site
  ) throws -> Value {
    let type = instance.type
    if type.isKind(of: .exception) {
      let items = arguments.values.map { held($0) }
      instance.attributes.set("args", to: .tuple(items))
    }
    if type.find("__init__").map({ $0.isSame(as: .builtin(Self.plainInit)) }) == true {
      guard arguments.values.isEmpty || type.isKind(of: .exception) else {
        throw fail(.noInitializer(type.name, at: site.span))
      }
      return .object(instance)
    }
    if let initializer = type.find("__init__") {
      let result = try apply(
        try instance.bound(initializer, site), arguments, at: site.span,
        of: Expression(.none, site.span))
      if case .none = result {} else { throw fail(.initializerReturns(type.name, at: site.span)) }
    }
    return .object(instance)
  }

  private static let plainInit: Builtin = {
    guard case .builtin(let builtin)? = ClassObject.object.find("__init__") else {
      preconditionFailure("object has an __init__")
    }
    return builtin
  }()

  /// `super()` of the method at work.
  func parent(at span: Span) throws -> Value {
    var scope: Frame? = frame
    guard let owner = running?.owner, let receiver = scope?[0] else {
      throw fail(.parentOutside(at: span))
    }
    scope = nil
    return .object(Parent(receiver.resolved, beyond: owner))
  }
}

extension Diagnostic {
  private static func mistake(
    _ code: String, _ headline: String, at span: Span, help: String
  ) -> Diagnostic {
    Diagnostic(code, headline, primary: Label(span), helps: [help])
  }

  static func notBase(_ value: Value, at span: Span) -> Diagnostic {
    mistake(
      "not-a-class", "\(value.kindText) is no class to build on", at: span,
      help: "build on a class of the program, on Module or on Exception")
  }

  static func contradictoryBases(_ name: String, at span: Span) -> Diagnostic {
    mistake(
      "base-order", "the bases of \(name) contradict each other's order", at: span,
      help: "write the more special class first, and every class once")
  }

  static func specialMethod(_ name: String, at span: Span) -> Diagnostic {
    mistake(
      "special-method", "'\(name)' would never be called here", at: span,
      help: name.hasPrefix("__i") ? "write __\(name.dropFirst(3))" : "do it in __init__")
  }

  static func noInitializer(_ name: String, at span: Span) -> Diagnostic {
    mistake(
      "too-many-arguments", "\(name) has no __init__ that takes arguments", at: span,
      help: "write def __init__(self, …): in the class")
  }

  static func initializerReturns(_ name: String, at span: Span) -> Diagnostic {
    mistake(
      "wrong-kind", "__init__ of \(name) returns a value", at: span,
      help: "store it in self.name")
  }

  static func parentOutside(at span: Span) -> Diagnostic {
    mistake(
      "super-outside", "super() stands outside a method", at: span,
      help: "call it directly in a function of a class")
  }
}
