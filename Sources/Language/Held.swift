import Autograd
import Tensors

// What a name, an element of a list, an attribute or a default argument holds is a thing: two of them
// may hold the same one, and a change in place is seen through all. A value on its way through an
// expression is never a thing but what it stands for at that moment; its variable leads back to the
// thing. So everything that stores a value stores `held`, and everything that reads reads `resolved`.
//
// Numbers are Python's: nothing changes them in place, and a name holds them as they are.

extension Value {
  /// The value that stands behind what a name or a list holds.
  @inline(__always)
  package var resolved: Value {
    switch self {
    case .thing(let thing): thing.value
    case .tuple(let items):
      items.contains(where: \.isHeldApart) ? .tuple(items.map(\.resolved)) : self
    default: self
    }
  }

  /// What a name or a list stores of a value.
  package var held: Value {
    switch self {
    case .tensor(let variable):
      guard variable.shape.rank > 0 || variable.isArray else { return self }
      return .thing(Thing.of(variable.quantity))
    case .tuple(let items): return .tuple(items.map(\.held))
    default: return self
    }
  }

  /// Whether `resolved` is another value.
  var isHeldApart: Bool {
    switch self {
    case .thing: true
    case .tuple(let items): items.contains(where: \.isHeldApart)
    default: false
    }
  }
}

extension Variable {
  /// A number as Python has them, and no tensor of rank 0.
  var isPlainNumber: Bool { shape.isScalar && !isArray }

  /// A literal with axes, held for the first time, is a quantity from then on.
  var quantity: Variable {
    guard isLiteral else { return self }
    let made = Variable(value)
    made.isList = isList
    return made
  }

  /// Whether a name can hold it in a thing that stood for something else before.
  @inline(__always)
  fileprivate var isOnItsOwn: Bool {
    guard thing == nil, !isLiteral else { return false }
    guard let operation else { return true }
    return !operation.sharesElements && !isList
  }
}

extension Value {
  /// A literal that several targets are given is one quantity for all of them.
  func asOneThing(for targets: [Target]) -> Value {
    guard targets.count > 1, case .tensor(let variable) = self, variable.shape.rank > 0 else {
      return self
    }
    return .tensor(variable.quantity)
  }
}

extension Thing {
  @inline(__always)
  package var value: Value {
    if case .own = nature { return .tensor(variable) }
    return changedValue
  }

  private var changedValue: Value {
    if nature == .view { _ = current }
    if nature == .bracket, let parts = grownParts {
      // One of the things in the list has become a list: it is no tensor of them any more.
      become(list: List(parts.map { .thing($0) }), rows: parts)
    }
    if nature == .list, let list { return .list(unsafeDowncast(list, to: List.self)) }
    return .tensor(current)
  }
}

extension UnsafeMutablePointer<Value?> {
  /// Lets a variable hold a value. A loop that assigns to the same name again and again makes one
  /// thing, as long as nobody else holds it.
  @inline(__always)
  func hold(_ value: Value) {
    guard case .tensor(let variable) = value else {
      pointee = value.held
      return
    }
    guard variable.shape.rank > 0 || variable.isArray else {
      pointee = value
      return
    }
    if variable.isOnItsOwn {
      switch move() {
      case .thing(var thing)?:
        if case .own = thing.nature, isKnownUniquelyReferenced(&thing) {
          thing.reuse(for: variable)
          initialize(to: .thing(thing))
          return
        }
      default: break
      }
      initialize(to: .thing(Thing(variable)))
      return
    }
    pointee = value.held
  }
}

extension Evaluator {
  /// What a name or a list stores of a value.
  @inline(__always)
  package func held(_ value: Value) -> Value { value.held }
}
