import Autograd
import Presentation

/// `x.flat`: the elements of an array in one row, to be read and changed.
final class FlatElements: DynamicObject {
  private let array: Value

  init(_ array: Variable) { self.array = Value.tensor(array).held }

  var summary: String { "the elements of an array in one row" }
  var typeName: String { "flatiter" }
  var attributeNames: [String] { [] }
  var heldValues: [Value] { [array] }

  private var now: Variable? {
    if case .tensor(let variable) = array.resolved { variable } else { nil }
  }

  func length(_ site: Site) -> Int? { now?.shape.count }

  func item(_ key: Value, _ site: Site) throws -> Value? {
    guard let now else { return nil }
    return try site.evaluator.index(
      .tensor(now), place(key, now, site), base: site.span, at: site.span)
  }

  func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool {
    guard let now else { return false }
    let place = Place.element(of: .tensor(now), try place(key, now, site))
    try site.evaluator.store(value.resolved, at: place, site.span)
    return true
  }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    guard let now else { return false }
    for position in 0..<now.shape.count {
      guard let element = try item(.integer(position), site) else { return true }
      if try !body(element) { break }
    }
    return true
  }

  /// The index of the element that a position in the row is.
  private func place(
    _ key: Value, _ array: Variable, _ site: Site
  ) throws -> [EvaluatedSubscript] {
    guard let position = key.integer else {
      throw site.fail(
        "bad-index", "x.flat takes one whole number here, not \(key.kindText)",
        help: "x.reshape(-1)[…]")
    }
    let count = array.shape.count
    let offset = try site.evaluator.element(position, count: count, "the array", at: site.span)
    return array.shape.coordinates(of: offset).map { .value(.integer($0), site.span) }
  }
}
