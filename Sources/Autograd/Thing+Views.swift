import Tensors

/// One step from a thing to elements of it.
struct ViewStep {
  let operation: Operation
  let attributes: Attributes
}

extension Thing {
  /// `x[0]`, `x.T`, `x.reshape(…)` of a thing; nil for what has elements of its own.
  package static func view(of variable: Variable) -> Thing? {
    guard let (base, path) = origin(of: variable) else { return nil }
    let thing = Thing(variable)
    thing.nature = .view
    let ties = thing.tied
    (ties.base, ties.path, ties.seen) = (base, path, base.variable)
    ties.baseGeneration = base.ties?.generation ?? 0
    // As PyTorch has it, gradients end at a part that was taken under no_grad.
    if variable.isUnrecordedView, variable.isArray, variable.learns {
      thing.learnApart()
      ties.isUnrecordedPart = true
    }
    return thing
  }

  /// Whether it is elements of a thing.
  static func hasOrigin(_ variable: Variable) -> Bool { origin(of: variable) != nil }

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
    // How the elements lie in memory is a matter of all that was done since they had numbers.
    var layout = path
    var root = base.variable
    while let operation = root.operation, operation.sharesElements, root.inputs.count == 1 {
      layout.insert(ViewStep(operation: operation, attributes: root.attributes), at: 0)
      root = root.inputs[0]
    }
    return isShared(layout, root.shape) ? (base, path) : nil
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
    while nature == .view, let ties {
      if followRow(ties) { continue }
      takeAnew(ties)
      guard isKnownUniquelyReferenced(&ties.base) else { return }
      if let base = ties.base, base.nature == .view, let inner = base.ties {
        // A view of a view that nobody else looks at is a view of what is behind it.
        ties.path = inner.path + ties.path
        (ties.seen, ties.baseGeneration) = (inner.seen, inner.baseGeneration)
        ties.base = inner.base
      } else {
        // Nobody else can see or change the base any more.
        cut(ties)
      }
    }
  }

  /// Where the base has become a list of rows, this is one of them from now on, or elements of one.
  private func followRow(_ ties: Ties) -> Bool {
    guard let base = ties.base, base.nature == .list, let rows = base.ties?.parts,
      let first = ties.path.first, case .index(let items) = first.attributes["items"],
      case .at(let index)? = items.first
    else { return false }
    let place = index < 0 ? index + rows.count : index
    guard rows.indices.contains(place), rows[place] !== self else { return false }
    let row = rows[place]
    var rest = Array(ties.path.dropFirst())
    if items.count > 1 {
      let inner = Attributes.one("items", .index(Array(items.dropFirst())))
      rest.insert(ViewStep(operation: first.operation, attributes: inner), at: 0)
    }
    if rest.isEmpty, row.nature == .list, let list = row.ties?.list {
      become(list: list, rows: row.ties?.parts ?? [])
      return false
    }
    if rest.isEmpty { rest = [Thing.whole(row.variable.shape)] }
    // What looked at the present numbers goes on doing so: E may have been computed from it.
    let isFresh = ties.seen === base.variable
    let seen = base.ties?.seenParts
    (ties.base, ties.path) = (row, rest)
    ties.seen = isFresh && seen?.indices.contains(place) == true ? seen?[place] : nil
    ties.baseGeneration = row.ties?.generation ?? 0
    return true
  }

  /// The step from a thing to all of it.
  private static func whole(_ shape: Shape) -> ViewStep {
    ViewStep(
      operation: .reshape, attributes: .one("shape", .integers(shape.array)))
  }

  /// The row of a list that this is another thing for.
  package var wholeRow: Thing? {
    guard nature == .view, ties?.path.count == 1, ties?.path[0].operation === Operation.reshape,
      variable.isList
    else { return nil }
    return ties?.base
  }

  private func takeAnew(_ ties: Ties) {
    guard let base = ties.base else { return }
    let generation = base.ties?.generation ?? 0
    let isLeftBehind = generation != ties.baseGeneration
    let now: Variable?
    if isLeftBehind {
      now = generation == ties.baseGeneration + 1 ? base.ties?.former : ties.seen
    } else {
      now = base.current
    }
    if let now, now !== ties.seen,
      var fresh = try? ties.path.reduce(now, { try $1.operation($0, $1.attributes) })
    {
      if variable.isLeaf {
        fresh = Variable(fresh.value)
        fresh.adoptLabels(of: variable)
        fresh.isParameter = variable.isParameter
      }
      fresh.naming = variable.naming
      fresh.isList = variable.isList
      fresh.isFrozen = variable.isFrozen
      fresh.isArray = variable.isArray
      variable.isSuperseded = true
      point(to: fresh)
      ties.seen = now
    }
    if isLeftBehind { cut(ties) }
  }

  /// Whether it is a part of what learns, taken under no_grad: PyTorch keeps no gradient of it.
  package var isUnrecordedPart: Bool { ties?.isUnrecordedPart == true }

  /// Whether it is a part of what learns.
  package var isPartOfLearning: Bool { nature == .view && ties?.base?.current.learns == true }

  /// Learns from now on, where the base does not: a leaf in the same memory.
  func learnApart() {
    let next = Variable(variable.value)
    next.isArray = variable.isArray
    next.adoptLabels(of: variable)
    tied.path.append(ViewStep(operation: .detaching, attributes: .none))
    point(to: next)
  }

  /// Whether it is a view of another thing, or of a view of it.
  package func isPart(of other: Thing) -> Bool {
    var next = nature == .view ? ties?.base : nil
    while let at = next {
      if at === other { return true }
      next = at.nature == .view ? at.ties?.base : nil
    }
    return false
  }

  /// Takes the numbers of another thing and shares their memory from now on, as a leaf of its own:
  /// `w.data = v`. False where the other is this one, or a part of it.
  package func share(_ other: Thing) -> Bool {
    guard other !== self, !other.isPart(of: self), nature == .own,
      other.nature == .own || other.nature == .view
    else { return false }
    let ties = tied
    ties.generation += 1
    ties.former = variable
    let leaf = Variable(other.current.value)
    leaf.adoptLabels(of: variable)
    (leaf.isArray, leaf.isList) = (variable.isArray, variable.isList)
    (leaf.isFrozen, leaf.isParameter) = (variable.isFrozen, variable.isParameter)
    variable.isSuperseded = true
    nature = .view
    (ties.base, ties.seen) = (other, other.variable)
    ties.path = [ViewStep(operation: .detaching, attributes: .none)]
    ties.baseGeneration = other.ties?.generation ?? 0
    point(to: leaf)
    return true
  }

  private func cut(_ ties: Ties) {
    nature = .own
    (ties.base, ties.path, ties.seen) = (nil, [], nil)
  }

  /// Has numbers of its own from now on.
  package func leaveBase() {
    guard nature == .view else { return }
    followBase()
    cut(tied)
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
    followBase()
    if variable.operation === Operation.diagonalView {
      throw TensorError.argument(
        "x", found: "the diagonal of an array, which NumPy does not let be changed",
        expected: "a copy of it: x = np.diag(A).copy()")
    }
    guard nature == .view, let ties, let base = ties.base else {
      return become(next.thing == nil ? next : Variable(copying: next))
    }
    if ties.path.contains(where: { $0.operation === Operation.diagonalView }) {
      throw TensorError.argument(
        "x", found: "a part of a diagonal, which NumPy does not let be changed",
        expected: "a copy of it: x = np.diag(A).copy()")
    }
    let places = try Thing.positions(ties.path[...], of: base.current.shape)
    if ties.path.contains(where: { $0.operation.name == "broadcast_to" }),
      try Poll.distinct(places.elements).count < places.count
    {
      throw TensorError.argument(
        "x", found: "one in which an element stands for several",
        expected: "a tensor of elements of its own")
    }
    // Through `w.data` nothing is recorded.
    let isCut = ties.path.contains { !$0.operation.isDifferentiable }
    var part = next
    if isCut {
      part = Variable(next.value)
      part.isFrozen = base.variable.isArray && !base.current.learns
    }
    try base.change(to: base.current.replacing(places, with: part))
    followBase()
  }
}

extension Attributes {
  /// Whether an index takes slices.
  fileprivate var hasSlice: Bool {
    guard case .index(let items) = self["items"] else { return false }
    return items.contains { if case .at = $0 { false } else { true } }
  }
}
