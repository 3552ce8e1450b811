import Tensors

/// One step from a thing to elements of it.
struct ViewStep {
  let operation: Operation
  let attributes: Attributes
}

extension Thing {
  /// `x[0]`, `x.T`, `x.reshape(…)` of a thing; nil for what has elements of its own.
  static func view(of variable: Variable) -> Thing? {
    guard let (base, path) = origin(of: variable) else { return nil }
    let thing = Thing(variable)
    thing.nature = .view
    let ties = thing.tied
    (ties.base, ties.path, ties.seen) = (base, path, base.variable)
    return thing
  }

  private static func origin(of variable: Variable) -> (base: Thing, path: [ViewStep])? {
    var path: [ViewStep] = []
    var at = variable
    while at.thing == nil {
      guard let operation = at.operation, operation.sharesElements, at.inputs.count == 1 else {
        return nil
      }
      let input = at.inputs[0]
      // A list's slice is a list of its own.
      if input.isList, operation.name == "slice" || at.attributes.hasSlice { return nil }
      path.append(ViewStep(operation: operation, attributes: at.attributes))
      at = input
    }
    guard let base = at.thing, base.nature != .list else { return nil }
    path.reverse()
    return isShared(path, base.variable.shape) ? (base, path) : nil
  }

  /// Whether NumPy shares memory along a path: elements in a row that are laid out as another shape
  /// must lie on a grid of it, or they are copied.
  private static func isShared(_ path: [ViewStep], _ shape: Shape) -> Bool {
    guard let last = path.lastIndex(where: { $0.operation.name == "reshape" }), last > 0,
      path[..<last].contains(where: { $0.operation.name != "reshape" })
    else { return true }
    guard let places = try? positions(path[...last], of: shape) else { return false }
    let elements = places.elements
    guard elements.count > 1 else { return true }
    let strides = places.shape.strides
    let steps = places.shape.axes.map { axis in
      places.shape[axis] > 1 ? elements[strides[axis]] - elements[0] : 0
    }
    return Poll.each(elements.enumerated(), steps: 64).allSatisfy { offset, element in
      let coordinates = places.shape.coordinates(of: offset)
      return element == zip(coordinates, steps).reduce(elements[0]) { $0 + Double($1.0) * $1.1 }
    }
  }

  /// Where each element of a view lies in its base, counted row by row.
  private static func positions(
    _ path: ArraySlice<ViewStep>, of shape: Shape
  ) throws -> Tensor {
    let all = Tensor(shape, dtype: .int64) { out in
      Poll.inChunks(out.count) { for place in $0 { out[place] = Double(place) } }
    }
    return try path.reduce(all) { try $1.operation.evaluate([$0], $1.attributes) }
  }

  /// Takes the elements anew where the base has changed.
  func followBase() {
    guard let ties else { return }
    if isKnownUniquelyReferenced(&ties.base) {
      // Nobody else can see or change the base any more.
      nature = .own
      (ties.base, ties.path, ties.seen) = (nil, [], nil)
      return
    }
    guard let now = ties.base?.current, now !== ties.seen else { return }
    guard let fresh = try? ties.path.reduce(now, { try $1.operation($0, $1.attributes) }) else {
      return
    }
    fresh.naming = variable.naming
    fresh.isList = variable.isList
    variable.isSuperseded = true
    point(to: fresh)
    ties.seen = now
  }

  /// Has numbers of its own from now on.
  package func leaveBase() {
    guard nature == .view else { return }
    followBase()
    nature = .own
    (tied.base, tied.path, tied.seen) = (nil, [], nil)
  }

  /// The matrix in brackets that this is a row of, and which; nil for everything else.
  package var rowOfBracket: (matrix: Thing, row: Int)? {
    guard nature == .view, let ties, let base = ties.base, base.nature != .view,
      base.current.isList, ties.path.count == 1,
      case .index(let items) = ties.path[0].attributes["items"], items.count == 1,
      case .at(let place) = items[0]
    else { return nil }
    return (base, place < 0 ? place + base.current.shape[0] : place)
  }

  /// Changes the thing in place, for everybody who holds it or elements of it.
  package func change(to next: Variable) throws {
    // A computation that was told to end changes nothing.
    try Poll.check()
    guard nature == .view, let ties, !isKnownUniquelyReferenced(&ties.base), let base = ties.base
    else {
      return become(next.thing == nil ? next : Variable(copying: next))
    }
    let places = try Thing.positions(ties.path[...], of: base.current.shape)
    if ties.path.contains(where: { $0.operation.name == "broadcast_to" }), places.hasRepetitions {
      throw TensorError.argument(
        "x", found: "one in which an element stands for several",
        expected: "a tensor of elements of its own")
    }
    // Through `w.data` nothing is recorded.
    let isCut = ties.path.contains { !$0.operation.isDifferentiable }
    try base.change(
      to: base.current.replacing(places, with: isCut ? Variable(next.value) : next))
    followBase()
  }
}

extension Tensor {
  fileprivate var hasRepetitions: Bool { withElements { Set($0).count < $0.count } }
}

extension Attributes {
  /// Whether an index takes slices.
  fileprivate var hasSlice: Bool {
    guard case .index(let items) = self["items"] else { return false }
    return items.contains { if case .at = $0 { false } else { true } }
  }
}
