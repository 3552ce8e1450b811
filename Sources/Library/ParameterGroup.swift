import Language

/// One element of `optimizer.param_groups`: its rate under 'lr', which can be changed, and what it
/// changes under 'params'. All parameters of an optimizer here are one group.
final class ParameterGroup: DynamicObject {
  private let stepper: Stepper

  init(_ stepper: Stepper) { self.stepper = stepper }

  private static let keys = ["params", "lr"]

  var summary: String { "the parameters of \(stepper.summary)" }
  var typeName: String { "dict" }
  var attributeNames: [String] { [] }
  var heldValues: [Value] { [.object(stepper)] }

  func length(_ site: Site) -> Int? { Self.keys.count }

  func item(_ key: Value, _ site: Site) throws -> Value? {
    guard case .string(let name) = key else { return nil }
    switch name {
    case "lr": return .number(stepper.rate)
    case "params": return .list(List(stepper.heldValues.map(\.resolved)))
    default:
      throw site.fail(
        "key-error", "a group of parameters has no entry '\(name)' here",
        help: "group['lr'], group['params']")
    }
  }

  func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool {
    guard case .string("lr") = key, let rate = value.resolved.real, rate >= 0, rate.isFinite else {
      throw site.fail(
        "not-assignable", "of a group of parameters only 'lr' can be changed, to a rate",
        help: "group['lr'] = 0.1")
    }
    stepper.rate = rate
    return true
  }

  func contains(_ value: Value, _ site: Site) -> Bool? {
    if case .string(let name) = value { Self.keys.contains(name) } else { false }
  }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    for key in Self.keys { if try !body(.string(key)) { break } }
    return true
  }
}
