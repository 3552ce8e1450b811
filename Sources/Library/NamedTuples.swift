import Autograd
import Language
import Presentation

// `namedtuple("Point", "x y")`: a class whose objects are tuples with names.

/// The class.
final class NamedTupleType: DynamicObject, @unchecked Sendable {
  let name: String
  let fields: [String]

  init(_ name: String, _ fields: [String]) {
    self.name = name
    self.fields = fields
  }

  var summary: String { "the class \(name)" }
  var typeName: String { "type" }
  var attributeNames: [String] { ["_fields"] }
  var isCallable: Bool { true }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "_fields": .tuple(fields.map { .string($0) })
    case "__name__": .string(self.name)
    default: nil
    }
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
    if let missing = values.firstIndex(where: { $0 == nil }) {
      throw site.fail("missing-argument", "the field '\(fields[missing])' of \(name) is missing")
    }
    return .object(NamedTuple(self, values.compactMap { $0 }))
  }

  func truth(_ site: Site) -> Bool { true }
  func text(isShort: Bool, _ site: Site) -> String { "<class '\(name)'>" }
}

/// An object of it.
final class NamedTuple: DynamicObject {
  private let type: NamedTupleType
  private let held: [Value]

  init(_ type: NamedTupleType, _ values: [Value]) {
    self.type = type
    held = values.map(\.held)
  }

  private var values: [Value] { held.map(\.resolved) }

  var summary: String { "an object of class \(type.name)" }
  var typeName: String { type.name }
  var attributeNames: [String] { type.fields }
  var heldValues: [Value] { held }

  func attribute(_ name: Symbol) -> Value? {
    if name.name == "_fields" { return type.attribute(name) }
    return type.fields.firstIndex(of: name.name).map { held[$0].resolved }
  }

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
    let fields = try zip(type.fields, values).map { name, value in
      "\(name)=\(try site.evaluator.printed(value, isShort: true))"
    }
    return "\(type.name)(\(fields.joined(separator: ", ")))"
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
