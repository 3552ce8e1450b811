import Autograd
import Language
import Tensors

/// `np.nditer`: goes through the elements of an array, row by row, and knows where it is.
final class ArrayWalker: DynamicObject {
  private let array: Value
  private let shape: Shape
  private var place = 0

  init(_ array: Variable) {
    self.array = Value.tensor(array).held
    shape = array.shape
  }

  var summary: String { "a walk through an array" }
  var typeName: String { "nditer" }
  var attributeNames: [String] { ["finished", "multi_index", "iternext", "iterindex"] }
  var heldValues: [Value] { [array] }

  private var isFinished: Bool { place >= shape.count }

  func attribute(_ name: Symbol, _ site: Site) throws -> Value? {
    switch name.name {
    case "finished": return .truth(isFinished)
    case "iterindex": return .integer(place)
    case "multi_index":
      guard !isFinished else {
        throw site.fail("bad-index", "the walk through the array has ended")
      }
      return .tuple(shape.coordinates(of: place).map { .integer($0) })
    case "iternext": return .method(BoundMethod(.object(self), Self.nextMethod))
    default: return nil
    }
  }

  func item(_ key: Value, _ site: Site) throws -> Value? {
    key.integer == 0 ? try element(at: place, site) : nil
  }

  func setItem(_ key: Value, to value: Value, _ site: Site) throws -> Bool { false }

  func iterate(_ site: Site, _ body: (Value) throws -> Bool) throws -> Bool {
    while !isFinished {
      let element = try element(at: place, site)
      place += 1
      if try !body(element) { break }
    }
    return true
  }

  private func element(at place: Int, _ site: Site) throws -> Value {
    guard case .tensor(let now) = array.resolved, now.shape == shape, place < shape.count else {
      throw site.fail("bad-index", "the walk through the array has ended")
    }
    let items = shape.coordinates(of: place).map { IndexItem.at($0) }
    return .tensor(try items.isEmpty ? now : Operation.index(now, .one("items", .index(items))))
  }

  private static let nextMethod = Builtin(
    "iternext", "Goes to the next element; False behind the last.",
    parameters: [Parameter("walk", .any, "the walk")]
  ) { call in
    guard case .object(let object) = call[0], let walker = object as? ArrayWalker else {
      throw call.fail(0, "wrong-kind", "this is \(call[0].kindText), not a walk")
    }
    walker.place = min(walker.place + 1, walker.shape.count)
    return .truth(!walker.isFinished)
  }

  func snapshot() -> any Sendable { place }
  func restore(_ state: any Sendable) { place = state as? Int ?? place }
}

extension NamespaceTable {
  static let walking: [Builtin] = [
    Builtin(
      "numpy.nditer", "Goes through the elements of an array, row by row.",
      notes: "With flags=['multi_index'], `it.multi_index` is where it stands.",
      examples: ["[v for v in nditer([1, 2; 3, 4])]  # [1, 2, 3, 4]"],
      parameters: [
        Parameter("op", .tensor, "the array"),
        .idle("flags", "where it stands is always known"),
        .idle("op_flags", "elements are changed by x[it.multi_index] = …"),
        .idle("order", "row by row"),
      ]
    ) { call in .object(ArrayWalker(try call.tensor(0))) }
  ]
}
