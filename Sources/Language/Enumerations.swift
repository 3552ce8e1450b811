import Autograd
import BigInt
import Presentation

// `Enum`: a class whose attributes are its only objects.

extension ClassObject {
  nonisolated(unsafe) package static let enumeration = ClassObject(
    "Enum", base: .object, summary: "A class whose attributes are its only objects.",
    natives: [
      "__str__": Builtin("Enum.__str__", "Gives the name.", parameters: [member]) { call in
        .string(call.member.map { "\($0.type.name).\($0.memberName)" } ?? "")
      },
      "__repr__": Builtin("Enum.__repr__", "Gives name and value.", parameters: [member]) { call in
        guard let member = call.member else { return .string("") }
        let value = call.evaluator.inner(member.attributes["value"]?.resolved ?? .none)
        return .string("<\(member.type.name).\(member.memberName): \(value)>")
      },
    ])

  private static let member = Parameter("self", .any, "the member")

  /// Makes objects of the attributes that the body assigned. A value that is there already makes another
  /// name for the same object.
  func enumerate(_ site: Site) throws {
    var last = 0
    for name in attributes.names where !name.name.hasPrefix("_") {
      guard var value = attributes[name]?.resolved, value.isMember else { continue }
      if case .object(let object) = value, object is NextNumber {
        value = .whole(BigInt(last) + 1)
      }
      last = value.integer ?? last
      if let known = try member(of: value, site) {
        attributes.set(name, to: .object(known))
        continue
      }
      let member = Instance(self)
      member.attributes.set("name", to: .string(name.name))
      member.attributes.set("value", to: value.held)
      attributes.set(name, to: .object(member))
      members.append(member)
    }
  }

  /// `Color(1)`: the member with a value.
  func member(_ arguments: Arguments, _ site: Site) throws -> Value {
    guard arguments.values.count == 1, let wanted = arguments.values.first else {
      throw site.fail("bad-argument", "\(name)(value) gives the member with that value")
    }
    if let member = try member(of: wanted, site) { return .object(member) }
    let shown = site.evaluator.shown(wanted, isShort: true)
    throw site.fail("bad-argument", "\(shown) is not a value of \(name)")
  }

  private func member(of value: Value, _ site: Site) throws -> Instance? {
    try members.first {
      guard let known = $0.attributes["value"]?.resolved else { return false }
      return try site.evaluator.areEqual(known, value)
    }
  }
}

/// `auto()`: the number after the last one.
package final class NextNumber: LanguageObject {
  package init() {}
  package var summary: String { "auto()" }
  package var attributeNames: [String] { [] }
  package func attribute(_ name: Symbol) -> Value? { nil }
}

extension Value {
  /// Whether an attribute of the class body becomes a member.
  fileprivate var isMember: Bool {
    switch self {
    case .function, .builtin, .method: false
    case .object(let object):
      !(object is Property || object is StaticMethod || object is ClassMethod)
    case .none, .tensor, .string, .list, .tuple, .range, .thing: true
    }
  }
}

extension Instance {
  fileprivate var memberName: String {
    if case .string(let name)? = attributes["name"] { name } else { "" }
  }
}

extension Call {
  fileprivate var member: Instance? {
    if case .object(let object) = self[0] { object as? Instance } else { nil }
  }
}
