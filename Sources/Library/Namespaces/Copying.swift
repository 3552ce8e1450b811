import Autograd
import Language
import Networks
import Tensors

/// `copy.copy` and `copy.deepcopy`: another thing with the same contents. A deep copy copies what is
/// inside, too, and what two places share is one thing in the copy as well.
struct Copying {
  let call: Call
  let isDeep: Bool
  private var made: [ObjectIdentifier: Value] = [:]
  private var layers: [ObjectIdentifier: Layer] = [:]

  init(_ call: Call, isDeep: Bool) {
    self.call = call
    self.isDeep = isDeep
  }

  mutating func copy(_ value: Value) throws -> Value {
    try call.evaluator.checkDepth("deepcopy", at: call.span)
    switch value.resolved {
    case .tensor(let variable): return .tensor(copy(variable))
    case .list(let list):
      if let known = made[ObjectIdentifier(list)] { return known }
      let copy = List()
      copy.isOfModules = list.isOfModules
      made[ObjectIdentifier(list)] = .list(copy)
      for item in list.items { copy.append(try inner(item)) }
      return .list(copy)
    case .tuple(let items): return .tuple(isDeep ? try items.map { try copy($0) } : items)
    case .object(let object): return try copy(object)
    case .thing, .none, .string, .range, .function, .builtin, .method: return value
    }
  }

  private mutating func inner(_ value: Value) throws -> Value { isDeep ? try copy(value) : value }

  private mutating func copy(_ variable: Variable) -> Variable {
    let place = variable.thing.map { ObjectIdentifier($0) } ?? ObjectIdentifier(variable)
    if case .tensor(let known)? = made[place]?.resolved { return known }
    let copy = variable.detached()
    copy.isFrozen = variable.isFrozen
    copy.isArray = variable.isArray
    copy.isParameter = variable.isParameter
    copy.isList = variable.isList
    // As a thing, so that all places of the copy hold the same one.
    made[place] = variable.shape.rank > 0 || variable.isArray ? .thing(Thing(copy)) : .tensor(copy)
    return copy
  }

  /// A layer with what is in it; a layer, or a tensor, that has been copied already is not copied again.
  private mutating func copy(_ layer: Layer) -> Layer {
    if let known = layers[ObjectIdentifier(layer)] { return known }
    var (known, copying) = (layers, self)
    let result = Layer(copying: layer, &known) { thing in
      let copy = copying.copy(thing.current)
      copy.naming = thing.current.naming
      return Thing.of(copy)
    }
    self = copying
    layers = known
    return result
  }

  private mutating func copy(_ object: any LanguageObject) throws -> Value {
    if let known = made[ObjectIdentifier(object)] { return known }
    switch object {
    case let mapping as Mapping:
      let copy = Mapping(factory: mapping.factory)
      made[ObjectIdentifier(object)] = .object(copy)
      for entry in mapping.entries {
        _ = try copy.setItem(entry.key, to: try inner(entry.value).held, call.site)
      }
      return .object(copy)
    case let instance as Instance:
      let copy = Instance(instance.type)
      made[ObjectIdentifier(object)] = .object(copy)
      for name in instance.attributes.names {
        guard let value = instance.attributes[name] else { continue }
        copy.attributes.set(name, to: isDeep ? try self.copy(value).held : value)
      }
      return .object(copy)
    case is ClassObject: return .object(object)
    case let model as Model: return .object(Model(isDeep ? copy(model.layer) : model.layer))
    case let deque as Deque:
      let copy = Deque([], limit: deque.limit)
      made[ObjectIdentifier(object)] = .object(copy)
      for item in deque.elements { copy.append(try inner(item)) }
      return .object(copy)
    case let tuple as NamedTuple:
      return .object(NamedTuple(tuple.type, try tuple.elements.map { try inner($0) }))
    case let set as ElementSet where !isDeep || set.values.allSatisfy({ $0.isUnchanging }):
      return try call.evaluator.libraryCall("set", [.object(set)], at: call.span)
    case let instance as WholeNumber: return .object(instance)
    default:
      throw call.fail(
        0, "wrong-kind", "\(object.summary) cannot be copied",
        helps: ["make another one in the way this one was made"])
    }
  }
}

extension Value {
  /// Whether nothing in it can change, so that a copy may hold it, too.
  fileprivate var isUnchanging: Bool {
    switch self {
    case .none, .string, .function, .builtin, .range: true
    case .tensor(let variable): variable.shape.rank == 0
    case .tuple(let items): items.allSatisfy(\.isUnchanging)
    case .list, .method, .object, .thing: false
    }
  }
}
