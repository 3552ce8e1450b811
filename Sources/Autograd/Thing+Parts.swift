import Tensors

// Lists of things, and the gradients of things.

extension Thing {
  /// `[w, b]`, `rows[1:]`: a tensor for arithmetic, and a list of the things in it.
  static func bracket(of variable: Variable) -> Thing? {
    guard variable.isList, let parts = writtenParts(of: variable) ?? slicedParts(of: variable)
    else { return nil }
    let thing = Thing(variable)
    thing.nature = .bracket
    thing.tied.parts = parts
    thing.tied.seenParts = parts.map(\.current)
    return thing
  }

  /// The things between brackets, where one of them is held somewhere else, or stands there twice.
  private static func writtenParts(of variable: Variable) -> [Thing]? {
    guard variable.operation?.name == "stack" else { return nil }
    let inputs = variable.inputs.array
    let isRepeated = inputs.count > 1 && inputs[0] === inputs[1] && inputs[0].shape.rank > 0
    let isShared = inputs.contains { $0.thing != nil || $0.shape.rank > 0 && hasOrigin($0) }
    return isRepeated || isShared ? inputs.map(Thing.of) : nil
  }

  /// The rows in a slice of a list of rows, which both lists hold.
  private static func slicedParts(of variable: Variable) -> [Thing]? {
    guard let operation = variable.operation, operation.name == "index", variable.shape.rank > 1,
      case .index(let items) = variable.attributes["items"], items.count == 1,
      case .slice(let start, let stop, let step) = items[0]
    else { return nil }
    let list = variable.inputs[0]
    guard list.isList, let thing = list.thing,
      case .grid(let shape, let first, let steps)? = try? ([list.shape[0]] as Shape).placement(
        of: [.slice(start: start, stop: stop, step: step)])
    else { return nil }
    let places = (0..<shape.count).map { first + $0 * steps[0] }
    if thing.nature == .bracket, let parts = thing.ties?.parts { return places.map { parts[$0] } }
    return places.compactMap { place in
      guard let row = try? operation(list, .one("items", .index([.at(place)]))) else { return nil }
      row.isList = true
      return Thing.of(row)
    }
  }

  /// The elements of a list as things; nil where it is none, or where its elements are nobody else's.
  package var elements: [Variable]? { nature == .bracket ? ties?.parts.map(\.current) : nil }

  /// The things of a list where one of them is no tensor any more; nil where all are.
  package var grownParts: [Thing]? {
    guard let parts = ties?.parts, parts.contains(where: \.isList) else { return nil }
    return parts
  }

  /// Whether it is no tensor any more, or a row of what has become a list and is one itself.
  private var isList: Bool {
    if nature == .view { followBase() }
    return nature == .list
  }

  /// Puts another thing in the place of an element of a list.
  package func replace(element index: Int, by element: Variable) throws {
    tied.parts[index] = Thing.of(element)
    followParts()
  }

  func followParts() {
    guard let ties, zip(ties.parts, ties.seenParts).contains(where: { $0.current !== $1 }),
      let fresh = try? Operation.stack(ties.parts.map(\.current), .one("axis", .integer(0)))
    else { return }
    ties.seenParts = ties.parts.map(\.current)
    fresh.naming = variable.naming
    fresh.isList = true
    variable.isSuperseded = true
    point(to: fresh)
  }
}

extension Thing {
  /// What `w.grad` gives: one thing from the first gradient until it is set to None.
  package var gradient: Variable? {
    guard let gradient = current.gradient else { return nil }
    if let known = ties?.gradientThing { return known.current }
    let made = Thing(current.gradientQuantity(gradient))
    made.nature = .gradient
    made.tied.owner = self
    tied.gradientThing = made
    return made.variable
  }

  /// What `retain_grad` says of a quantity that was computed.
  package var keepsGradient: Bool {
    get { ties?.keepsGradient == true }
    set { tied.keepsGradient = newValue }
  }

  /// Whoever holds the gradient keeps the one it was.
  func forgetGradient() {
    guard let ties else { return }
    ties.gradientThing?.nature = .own
    ties.gradientThing?.ties?.owner = nil
    ties.gradientThing = nil
  }

  func followOwner() {
    guard let now = ties?.owner?.variable.gradient, !now.sharesElements(with: variable.value) else {
      return
    }
    point(to: variable.gradientQuantity(now))
  }
}

extension Variable {
  /// A gradient by this quantity: a tensor as PyTorch has them where this is one.
  package func gradientQuantity(_ gradient: Tensor) -> Variable {
    let made = Variable(gradient, carriesGradient: true)
    (made.isArray, made.isFrozen) = (isArray, isArray)
    return made
  }
}
