import Autograd
import Language
import Presentation

// `@dataclass`: a class whose names with a type are what its objects are made of. It gets `__init__`,
// `__repr__` and `__eq__`, where its body has none.

/// One field, and what stands in where it is not given.
private struct DataField: @unchecked Sendable {
  let name: Symbol
  var standard: Value?
  /// Makes the value that stands in.
  var factory: Value?
  var isGiven = true
  var isShown = true
  var isCompared = true

  var hasStandard: Bool { standard != nil || factory != nil }
}

/// The fields of a class, where its subclasses find them.
private final class FieldTable: DynamicObject, @unchecked Sendable {
  static let name = Symbol("__dataclass_fields__")

  let fields: [DataField]
  init(_ fields: [DataField]) { self.fields = fields }

  var summary: String { "the fields of a dataclass" }
  var typeName: String { "dict" }
  var attributeNames: [String] { [] }
  var heldValues: [Value] { fields.flatMap { [$0.standard, $0.factory].compactMap { $0 } } }
}

/// What `field(…)` gives.
private final class FieldSettings: LanguageObject {
  let field: DataField
  init(_ field: DataField) { self.field = field }
  var summary: String { "a field" }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }
  var heldValues: [Value] { [field.standard, field.factory].compactMap { $0 } }
}

extension NamespaceTable {
  static let dataclasses = NamespaceTable(
    path: "dataclasses", summary: "classes made of their fields",
    builtins: { [dataclass, field, asDictionary, replacing] },
    absent: ["fields": "vars(x)", "astuple": "(p.x, p.y)"])

  private static let object = Parameter("instance", .any, "an object of a dataclass")

  private static let options: [Parameter] =
    [
      .idle("init"), .idle("repr"), .idle("eq"),
      .idle("order", matters: true, "define __lt__ to compare objects"),
      .idle("frozen", matters: true, "attributes can be assigned"), .idle("slots"),
      .idle("unsafe_hash"), .idle("kw_only", matters: true, "fields can be given by place"),
    ]

  private static let dataclass = Builtin(
    "dataclasses.dataclass",
    "Gives a class what makes objects of its fields, shows and compares them.",
    notes: "Stands above a class: `@dataclass`.",
    examples: ["callable(dataclass)  # True"],
    parameters: [Parameter("cls", .any, default: Attribute.none, "the class")] + options
  ) { call in
    call.isNone(0) ? .builtin(dataclassWithOptions) : try call.madeDataclass()
  }

  private static let dataclassWithOptions = Builtin(
    "dataclasses.dataclass", "Gives a class what makes objects of its fields.",
    parameters: [Parameter("cls", .any, "the class")]
  ) { try $0.madeDataclass() }

  private static let field = Builtin(
    "dataclasses.field", "Says more about a field of a dataclass.",
    examples: ["callable(field)  # True"],
    parameters: [
      Parameter("default", .any, default: Attribute.none, keywordOnly: true, "what stands in"),
      Parameter(
        "default_factory", .any, default: Attribute.none, keywordOnly: true, "makes what stands in"),
      Parameter("init", .bool, default: .bool(true), keywordOnly: true, "whether it can be given"),
      Parameter("repr", .bool, default: .bool(true), keywordOnly: true, "whether it is shown"),
      Parameter(
        "compare", .bool, default: .bool(true), keywordOnly: true, "whether it is compared"),
    ]
  ) { call in
    .object(
      FieldSettings(
        DataField(
          name: Symbol(""), standard: call.isGiven(0) ? call[0].held : nil,
          factory: call.isGiven(1) ? call[1].held : nil, isGiven: try call.bool(2),
          isShown: try call.bool(3), isCompared: try call.bool(4))))
  }

  private static let asDictionary = Builtin(
    "dataclasses.asdict", "Gives the fields of an object as a dictionary.",
    examples: ["callable(asdict)  # True"], parameters: [object]
  ) { call in
    let (instance, table) = try call.fieldsOfFirst()
    let result = Mapping()
    for field in table.fields {
      guard let value = instance.attributes[field.name] else { continue }
      _ = try result.setItem(.string(field.name.name), to: value, call.site)
    }
    return .object(result)
  }

  private static let replacing = Builtin(
    "dataclasses.replace", "Gives another object, with other values in some fields.",
    examples: ["callable(replace)  # True"], parameters: [object], takesNames: true
  ) { call in
    let (instance, table) = try call.fieldsOfFirst()
    var names = call.names
    for field in table.fields where field.isGiven {
      guard !names.contains(where: { $0.name == field.name.name }),
        let value = instance.attributes[field.name]?.resolved
      else { continue }
      names.append((field.name.name, value))
    }
    return try call.evaluator.call(.object(instance.type), [], names: names, at: call.span)
  }
}

extension Call {
  fileprivate func fieldsOfFirst() throws -> (Instance, FieldTable) {
    if case .object(let object) = self[0], let instance = object as? Instance,
      let table = instance.type.fieldTable
    {
      return (instance, table)
    }
    throw fail(0, "wrong-kind", "\(self[0].kindText) is no object of a dataclass")
  }

  fileprivate func madeDataclass() throws -> Value {
    guard case .object(let object) = self[0], let type = object as? ClassObject else {
      throw fail(0, "wrong-kind", "\(self[0].kindText) is no class", helps: ["@dataclass"])
    }
    let table = FieldTable(try fields(of: type))
    type.attributes.set(FieldTable.name, to: .object(table))
    for method in [table.initializer(of: type), table.text(of: type), table.comparison] {
      let name = Symbol(String(method.name.drop { $0 != "." }.dropFirst()))
      if type.attributes[name] == nil { type.natives[name] = method }
    }
    return self[0]
  }

  /// Those of the classes it is built on, the furthest first, then its own.
  private func fields(of type: ClassObject) throws -> [DataField] {
    var fields: [DataField] = []
    for ancestor in type.ancestors.reversed() {
      for field in ancestor.ownFieldTable?.fields ?? [] { fields.put(field) }
    }
    for name in type.annotated {
      var field = DataField(name: name)
      if let value = type.attributes[name]?.resolved {
        if case .object(let object) = value, let settings = object as? FieldSettings {
          field = settings.field.named(name)
          type.attributes.forget(name, unless: field.standard)
        } else {
          try refuseMutable(value, name)
          field.standard = value.held
        }
      }
      fields.put(field)
    }
    var withStandard: DataField?
    for field in fields where field.isGiven {
      if field.hasStandard {
        withStandard = field
      } else if let earlier = withStandard {
        throw fail(
          0, "bad-argument",
          "the field '\(field.name.name)' without a default follows '\(earlier.name.name)' with one",
          helps: ["\(field.name.name): float = 0.0"])
      }
    }
    return fields
  }

  private func refuseMutable(_ value: Value, _ name: Symbol) throws {
    var isMutable = false
    if case .list = value { isMutable = true }
    if case .tensor(let variable) = value { isMutable = variable.isList }
    if case .object(let object) = value { isMutable = object is Mapping }
    guard isMutable else { return }
    throw fail(
      0, "bad-argument", "all objects would share the default of '\(name.name)'",
      helps: ["\(name.name): list = field(default_factory=list)"])
  }
}

extension DataField {
  fileprivate func named(_ name: Symbol) -> DataField {
    DataField(
      name: name, standard: standard, factory: factory, isGiven: isGiven, isShown: isShown,
      isCompared: isCompared)
  }
}

extension [DataField] {
  /// In the place of one with the same name.
  fileprivate mutating func put(_ field: DataField) {
    if let place = firstIndex(where: { $0.name == field.name }) {
      self[place] = field
    } else {
      append(field)
    }
  }
}

extension Language.Namespace {
  fileprivate mutating func forget(_ name: Symbol, unless standard: Value?) {
    if let standard { set(name, to: standard) } else { remove(name) }
  }
}

extension ClassObject {
  fileprivate var ownFieldTable: FieldTable? {
    guard case .object(let object)? = attributes[FieldTable.name]?.resolved else { return nil }
    return object as? FieldTable
  }
  fileprivate var fieldTable: FieldTable? {
    ownFieldTable ?? ancestors.lazy.compactMap(\.ownFieldTable).first
  }
}

// MARK: - The methods

extension FieldTable {
  private static let own = Parameter("self", .any, "the object")

  fileprivate func initializer(of type: ClassObject) -> Builtin {
    let given = fields.filter(\.isGiven)
    return Builtin(
      type.name + ".__init__", "Makes an object of its fields.",
      parameters: [Self.own]
        + given.map {
          $0.hasStandard
            ? Parameter($0.name.name, .any, default: Attribute.none)
            : Parameter($0.name.name, .any)
        }
    ) { [self] call in
      guard case .object(let object) = call[0], let instance = object as? Instance else {
        return .none
      }
      for field in fields {
        let place = given.firstIndex { $0.name == field.name }.map { $0 + 1 }
        var value: Value? = place.flatMap { call.isGiven($0) ? call[$0] : nil }
        if value == nil, let factory = field.factory {
          value = try call.evaluator.call(factory.resolved, [], at: call.span)
        }
        if let value = value ?? field.standard {
          instance.attributes.set(field.name, to: value.held)
        }
      }
      _ = try instance.special("__post_init__", [], call.site)
      return .none
    }
  }

  fileprivate func text(of type: ClassObject) -> Builtin {
    Builtin(type.name + ".__repr__", "Shows the fields.", parameters: [Self.own]) { [self] call in
      guard case .object(let object) = call[0], let instance = object as? Instance else {
        return .string("")
      }
      let shown = try fields.filter(\.isShown).compactMap { field -> String? in
        guard let value = instance.attributes[field.name]?.resolved else { return nil }
        return "\(field.name.name)=\(try call.evaluator.printed(value, isShort: true))"
      }
      return .string("\(instance.type.name)(\(shown.joined(separator: ", ")))")
    }
  }

  fileprivate var comparison: Builtin {
    Builtin(
      "dataclass.__eq__", "Compares the fields of two objects of one class.",
      parameters: [Self.own, Parameter("other", .any, "another object")]
    ) { [self] call in
      guard case .object(let first) = call[0], case .object(let second) = call[1],
        let one = first as? Instance, let other = second as? Instance, one.type === other.type
      else { return .truth(false) }
      let isEqual = try fields.filter(\.isCompared).allSatisfy { field in
        guard let a = one.attributes[field.name]?.resolved,
          let b = other.attributes[field.name]?.resolved
        else { return false }
        return try call.evaluator.areEqual(a, b)
      }
      return .truth(isEqual)
    }
  }
}
