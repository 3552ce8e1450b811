import Autograd
import Language
import Presentation

// `namedtuple("Point", "x y")`: a class whose objects are tuples with names.

/// The class.
final class NamedTupleType: DynamicObject, @unchecked Sendable {
  let name: String
  let fields: [String]
  /// What its body has beside the fields: methods, and the defaults of fields.
  private let body: ClassObject?

  init(_ name: String, _ fields: [String], body: ClassObject? = nil) {
    self.name = name
    self.fields = fields
    self.body = body
  }

  func inBody(_ name: String) -> Value? { body?.attributes[Symbol(name)]?.resolved }

  var summary: String { "the class \(name)" }
  var typeName: String { "type" }
  var attributeNames: [String] { ["_fields"] }
  var isCallable: Bool { true }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "_fields": .tuple(fields.map { .string($0) })
    case "__name__", "__qualname__": .string(self.name)
    case "__doc__": body?.summaryText.map { .string($0) } ?? Value.none
    default: nil
    }
  }

  func attribute(_ name: Symbol, _ site: Site) throws -> Value? {
    try attribute(name) ?? body?.attribute(name, site)
  }

  func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    var values = [Value?](repeating: nil, count: fields.count)
    var next = 0
    for (value, source) in zip(arguments.values, arguments.sources) {
      let place = source.keyword.map { fields.firstIndex(of: $0.name) ?? fields.count } ?? next
      guard place < fields.count, values[place] == nil else {
        throw site.fail(
          "too-many-arguments", "\(name) has the fields \(fields.joined(separator: ", "))")
      }
      values[place] = value
      next += source.keyword == nil ? 1 : 0
    }
    for (place, field) in fields.enumerated() where values[place] == nil {
      values[place] = inBody(field)
    }
    if let missing = values.firstIndex(where: { $0 == nil }) {
      throw site.fail("missing-argument", "the field '\(fields[missing])' of \(name) is missing")
    }
    return .object(NamedTuple(self, values.compactMap { $0 }))
  }

  func truth(_ site: Site) -> Bool { true }
  func text(isShort: Bool, _ site: Site) -> String { "<class '\(name)'>" }
}

/// An object of it.
final class NamedTuple: TupleObject {
  let type: NamedTupleType
  private let held: [Value]

  init(_ type: NamedTupleType, _ values: [Value]) {
    self.type = type
    held = values.map(\.held)
  }

  private var values: [Value] { held.map(\.resolved) }
  var elements: [Value] { values }

  var summary: String { "an object of class \(type.name)" }
  var typeName: String { type.name }
  var attributeNames: [String] { type.fields }
  var heldValues: [Value] { held }

  func attribute(_ name: Symbol) -> Value? {
    if name.name == "_fields" { return type.attribute(name) }
    return type.fields.firstIndex(of: name.name).map { held[$0].resolved }
  }

  func attribute(_ name: Symbol, _ site: Site) throws -> Value? {
    if let found = attribute(name) { return found }
    if let method = NamedTuple.methods[name.name] {
      return .method(BoundMethod(.object(self), method))
    }
    guard let found = try type.attribute(name, site) else { return nil }
    if case .function = found { return .object(InstanceMethod(.object(self), found)) }
    return found
  }

  private static let methods: [String: Builtin] = [
    "_asdict": Builtin(
      "_asdict", "Gives the fields as a dictionary.",
      parameters: [Parameter("tuple", .any, "the tuple")]
    ) { call in
      let result = Mapping()
      let tuple = try call.namedTuple()
      for (name, value) in zip(tuple.type.fields, tuple.held) {
        _ = try result.setItem(.string(name), to: value, call.site)
      }
      return .object(result)
    },
    "_replace": Builtin(
      "_replace", "Gives another tuple, with other values in some fields.",
      parameters: [Parameter("tuple", .any, "the tuple")], takesNames: true
    ) { call in
      let tuple = try call.namedTuple()
      var values = tuple.values
      for (name, value) in call.names {
        guard let place = tuple.type.fields.firstIndex(of: name) else {
          throw call.fail(0, "unknown-argument", "\(tuple.type.name) has no field '\(name)'")
        }
        values[place] = value
      }
      return .object(NamedTuple(tuple.type, values))
    },
  ]

  func length(_ site: Site) -> Int? { held.count }
  func item(_ key: Value, _ site: Site) throws -> Value? {
    guard let index = key.integer else { return nil }
    let place = index < 0 ? index + held.count : index
    guard held.indices.contains(place) else {
      throw site.fail("bad-index", "index \(index) is out of range for \(type.name)")
    }
    return held[place].resolved
  }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    for value in values { if try !body(value) { break } }
    return true
  }

  func equals(_ other: Value, _ site: Site) throws -> Bool? {
    if case .object(let object) = other, let tuple = object as? NamedTuple {
      return try site.evaluator.areEqual(.tuple(values), .tuple(tuple.values))
    }
    return try site.evaluator.areEqual(.tuple(values), other)
  }

  func text(isShort: Bool, _ site: Site) throws -> String {
    if case .function(let function)? = type.inBody("__str__") ?? type.inBody("__repr__"),
      case .string(let text) = try site.call(.function(function), [.object(self)])
    {
      return text
    }
    let fields = try zip(type.fields, values).map { name, value in
      "\(name)=\(try site.evaluator.printed(value, isShort: true))"
    }
    return "\(type.name)(\(fields.joined(separator: ", ")))"
  }
}

extension Call {
  fileprivate func namedTuple() throws -> NamedTuple {
    guard case .object(let object) = self[0], let tuple = object as? NamedTuple else {
      throw fail(0, "wrong-kind", "\(self[0].kindText) has no fields")
    }
    return tuple
  }
}

/// `typing.NamedTuple`: called as a function, or as the base of a class.
final class NamedTupleMaker: ClassMaker, @unchecked Sendable {
  private let function = Library.namedTuple("typing.NamedTuple")

  var summary: String { "NamedTuple" }
  var typeName: String { "function" }
  var attributeNames: [String] { [] }
  var isCallable: Bool { true }

  func call(_ arguments: Arguments, _ site: Site) throws -> Value? {
    try site.evaluator.apply(function, arguments, at: site.span)
  }

  func makeClass(like type: ClassObject, _ site: Site) throws -> Value {
    .object(NamedTupleType(type.name, type.annotated.map(\.name), body: type))
  }
}

extension Library {
  /// `collections.namedtuple` and `typing.NamedTuple`.
  static func namedTuple(_ path: String) -> Builtin {
    let name = path.split(separator: ".").last ?? ""
    return Builtin(
      path, "Makes a class of tuples whose elements have names.",
      examples: [
        Example(stringLiteral: "\(name)(\"P\", [\"x\", \"y\"])(1, 2)[1]  # 2")
      ],
      parameters: [
        Parameter("typename", .string, "its name"),
        Parameter("field_names", .any, "the names, in a list or in a string"),
      ]
    ) { call in
      var names: [String] = []
      if case .string(let text) = call[1] {
        names = text.split { $0 == " " || $0 == "," }.map(String.init)
      } else {
        for item in try call.items(1) {
          var first = item
          if case .tuple(let pair) = item { first = pair.first?.resolved ?? .none }
          guard case .string(let name) = first else {
            throw call.fail(1, "wrong-kind", "a name is a string, not \(first.kindText)")
          }
          names.append(name)
        }
      }
      return .object(NamedTupleType(try call.string(0), names))
    }
  }
}
