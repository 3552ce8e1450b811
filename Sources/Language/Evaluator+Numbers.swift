import Autograd

extension Evaluator {
  /// The thing that a quantity belongs to. A number that a name holds becomes one, for everybody who
  /// holds it: an optimizer changes it in place, as `torch.tensor(3.0)`. Nil for what nobody holds.
  package func thing(of variable: Variable) -> Thing? {
    if let thing = variable.thing { return thing }
    guard variable.shape.rank == 0 else {
      return variable.naming == nil ? nil : Thing.of(variable)
    }
    guard variable.naming != nil else { return nil }
    variable.isArray = true
    let thing = Thing(variable)
    for (name, held) in environment.holdings {
      if let changed = held.putting(thing) { environment.put(changed, under: name) }
    }
    for frame in framesAtWork { frame.restore(frame.holdings.map { $0?.putting(thing) ?? $0 }) }
    return thing
  }

  /// The frames of all calls at work and of the functions around them.
  private var framesAtWork: [Frame] {
    var frames: [Frame] = []
    var call: Frame? = frame
    while let current = call {
      var scope: Frame? = current
      while let around = scope, !frames.contains(where: { $0 === around }) {
        frames.append(around)
        scope = around.enclosing
      }
      call = current.caller
    }
    return frames
  }
}

extension Value {
  /// The value with a thing in place of its number; nil where it does not occur. Lists are changed in
  /// place, for everybody who holds them.
  fileprivate func putting(_ thing: Thing) -> Value? {
    switch self {
    case .tensor(let variable): return variable === thing.variable ? .thing(thing) : nil
    case .tuple(let items):
      let changed = items.map { $0.putting(thing) }
      guard changed.contains(where: { $0 != nil }) else { return nil }
      return .tuple(zip(items, changed).map { $1 ?? $0 })
    case .list(let list):
      if list.storage.contains(where: { $0.putting(thing) != nil }) {
        list.restore(list.storage.map { $0.putting(thing) ?? $0 })
      }
      return nil
    case .none, .string, .range, .function, .builtin, .method, .object, .thing: return nil
    }
  }
}
