import Tensors

/// A thing that names, elements of lists, attributes and closures hold: two of them may hold the same
/// one. Its numbers at one moment are a `Variable`, which never changes; a change in place gives the
/// thing another one. What was computed from the earlier one keeps it.
///
/// A value on its way through an expression is a variable; as long as it is what a thing stands for, its
/// `thing` leads back to it, so that `b = a` and `f(a)` hold the same one as `a`.
package final class Thing {
  package private(set) var variable: Variable
  package private(set) var nature = Nature.own
  /// The things of a list's elements, in the order of the inputs of `variable`.
  private var parts: [Thing] = []
  /// The thing whose elements these are, and how they were picked.
  private var base: Thing?
  private var path: [ViewStep] = []
  /// What `base` stood for when `variable` was computed from it.
  private var seen: Variable?
  /// The gradient that `w.grad` gives, once it was asked for, and of which thing this is the gradient.
  private var gradientThing: Thing?
  private weak var owner: Thing?
  /// What the thing has become when it is no tensor any more: a list that was given an element of
  /// another kind.
  package private(set) var list: AnyObject?

  package enum Nature: UInt8 {
    /// Numbers of its own.
    case own
    /// Elements of another thing.
    case view
    /// A list written in brackets around things.
    case bracket
    /// The gradient that `backward()` adds up for another thing.
    case gradient
    /// No tensor any more.
    case list
  }

  /// The thing that a value is: the one it came from, or a new one.
  package static func of(_ variable: Variable) -> Thing {
    if let thing = variable.thing { return thing }
    return Thing.view(of: variable) ?? Thing.bracket(of: variable) ?? Thing(variable)
  }

  /// A thing with numbers of its own.
  package init(_ variable: Variable) {
    self.variable = variable
    variable.thing = self
  }

  // The one who is pointed to takes the pointer back, and nobody else's.
  deinit { if variable.thing === self { variable.thing = nil } }

  /// What the thing stands for now.
  @inline(__always)
  package var current: Variable {
    nature == .own ? variable : refreshed()
  }

  /// Lets the thing stand for another quantity that nothing else does; views of it follow.
  package func become(_ next: Variable) {
    guard next !== variable else { return }
    precondition(next.thing == nil)
    if next.gradient == nil { next.gradient = variable.gradient }
    if next.naming == nil { next.naming = variable.naming }
    next.isFrozen = variable.isFrozen
    next.isArray = variable.isArray
    next.isList = variable.isList
    next.isParameter = variable.isParameter
    variable.isSuperseded = true
    point(to: next)
    owner?.variable.gradient = next.value
  }

  /// Holds something else from now on: an assignment, where nothing but one name holds the thing.
  @inline(__always)
  package func reuse(for next: Variable) {
    point(to: next)
  }

  @inline(__always)
  private func point(to next: Variable) {
    if variable.thing === self { variable.thing = nil }
    variable = next
    next.thing = self
  }

  /// Lets every holder hold a list.
  package func become(list: AnyObject) {
    nature = .list
    self.list = list
    (parts, base, path, seen) = ([], nil, [], nil)
  }

  private func refreshed() -> Variable {
    switch nature {
    case .own, .list: break
    case .view: followBase()
    case .bracket: followParts()
    case .gradient: followOwner()
    }
    return variable
  }
}

// MARK: - State

extension Thing {
  /// Everything about a thing that can change, at one moment.
  package struct Moment {
    fileprivate let variable: Variable
    fileprivate let nature: Nature
    fileprivate let parts: [Thing]
    fileprivate let base: Thing?
    fileprivate let path: [ViewStep]
    fileprivate let seen: Variable?
    fileprivate let gradientThing: Thing?
    fileprivate weak var owner: Thing?
    fileprivate let list: AnyObject?
  }

  package var moment: Moment {
    Moment(
      variable: variable, nature: nature, parts: parts, base: base, path: path, seen: seen,
      gradientThing: gradientThing, owner: owner, list: list)
  }

  /// Other things that can be reached through it.
  package var reached: [Thing] { parts + [base, gradientThing].compactMap { $0 } }

  /// Stands for nothing until it is restored: of several things that changed their quantities none may
  /// take what another stands for.
  package func release() { if variable.thing === self { variable.thing = nil } }

  package func restore(_ moment: Moment) {
    if variable.thing === self { variable.thing = nil }
    variable = moment.variable
    variable.thing = self
    (nature, parts, base, path) = (moment.nature, moment.parts, moment.base, moment.path)
    (seen, gradientThing, owner) = (moment.seen, moment.gradientThing, moment.owner)
    list = moment.list
  }
}

extension Variable {
  /// Everything about a quantity that can change, at one moment.
  package struct Moment {
    fileprivate var naming: Naming?
    fileprivate var gradient: Tensor?
    fileprivate var isDifferentiated = false
    fileprivate var isFrozen = false
    fileprivate var isSuperseded = false

    package static var fresh: Moment { Moment() }
    /// As every quantity is made.
    package var isFresh: Bool {
      naming == nil && gradient == nil && !isDifferentiated && !isFrozen && !isSuperseded
    }
  }

  package var moment: Moment {
    Moment(
      naming: naming, gradient: gradient, isDifferentiated: isDifferentiated, isFrozen: isFrozen,
      isSuperseded: isSuperseded)
  }

  package func restore(_ moment: Moment) {
    naming = moment.naming
    gradient = moment.gradient
    isDifferentiated = moment.isDifferentiated
    isFrozen = moment.isFrozen
    isSuperseded = moment.isSuperseded
  }
}

// MARK: - Elements of other things

/// One step from a thing to elements of it.
struct ViewStep {
  let operation: Operation
  let attributes: Attributes
}

extension Thing {
  /// `x[0]`, `x.T`, `x.reshape(…)` of a thing; nil for what has elements of its own.
  private static func view(of variable: Variable) -> Thing? {
    guard let (base, path) = origin(of: variable) else { return nil }
    let thing = Thing(variable)
    thing.nature = .view
    thing.base = base
    thing.path = path
    thing.seen = base.variable
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
    return elements.enumerated().allSatisfy { offset, element in
      let coordinates = places.shape.coordinates(of: offset)
      return element == zip(coordinates, steps).reduce(elements[0]) { $0 + Double($1.0) * $1.1 }
    }
  }

  /// Where each element of a view lies in its base, counted row by row.
  private static func positions(
    _ path: ArraySlice<ViewStep>, of shape: Shape
  ) throws -> Tensor {
    let all = Tensor(shape, dtype: .int64) { out in
      for place in 0..<out.count { out[place] = Double(place) }
    }
    return try path.reduce(all) { try $1.operation.evaluate([$0], $1.attributes) }
  }

  /// Takes the elements anew where the base has changed.
  private func followBase() {
    if isKnownUniquelyReferenced(&base) {
      // Nobody else can see or change the base any more.
      nature = .own
      (base, path, seen) = (nil, [], nil)
      return
    }
    guard let now = base?.current, now !== seen else { return }
    guard let fresh = try? path.reduce(now, { try $1.operation($0, $1.attributes) }) else { return }
    fresh.naming = variable.naming
    fresh.isList = variable.isList
    variable.isSuperseded = true
    point(to: fresh)
    seen = now
  }

  /// Changes the thing in place, for everybody who holds it or elements of it.
  package func change(to next: Variable) throws {
    guard nature == .view, !isKnownUniquelyReferenced(&base), let base else {
      return become(next.thing == nil ? next : Variable(copying: next))
    }
    let places = try Thing.positions(path[...], of: base.current.shape)
    // Through `w.data` nothing is recorded.
    let isCut = path.contains { !$0.operation.isDifferentiable }
    try base.change(
      to: base.current.replacing(places, with: isCut ? Variable(next.value) : next))
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

// MARK: - Lists of things

extension Thing {
  /// `[w, b]`: a tensor for arithmetic, and a list of the things in it.
  private static func bracket(of variable: Variable) -> Thing? {
    guard variable.isList, variable.operation?.name == "stack" else { return nil }
    let inputs = variable.inputs.array
    guard inputs.contains(where: { $0.thing != nil }) else { return nil }
    let thing = Thing(variable)
    thing.nature = .bracket
    thing.parts = inputs.map(Thing.of)
    return thing
  }

  /// The elements of a list as things; nil where it is none, or where its elements are nobody else's.
  package var elements: [Variable]? { nature == .bracket ? parts.map(\.current) : nil }

  /// Puts another thing in the place of an element of a list.
  package func replace(element index: Int, by element: Variable) throws {
    parts[index] = Thing.of(element)
    followParts()
  }

  private func followParts() {
    guard parts.indices.contains(where: { parts[$0].current !== variable.inputs[$0] }),
      let fresh = try? Operation.stack(parts.map(\.current), variable.attributes)
    else { return }
    fresh.naming = variable.naming
    fresh.isList = true
    variable.isSuperseded = true
    point(to: fresh)
  }
}

// MARK: - Gradients

extension Thing {
  /// What `w.grad` gives: one thing from the first gradient until it is set to None.
  package var gradient: Variable? {
    guard let gradient = current.gradient else { return nil }
    if let gradientThing { return gradientThing.current }
    let made = Thing(Variable(gradient, carriesGradient: true))
    made.nature = .gradient
    made.owner = self
    gradientThing = made
    return made.variable
  }

  /// Whoever holds the gradient keeps the one it was.
  func forgetGradient() {
    gradientThing?.nature = .own
    gradientThing?.owner = nil
    gradientThing = nil
  }

  private func followOwner() {
    guard let now = owner?.variable.gradient, !now.sharesElements(with: variable.value) else {
      return
    }
    point(to: Variable(now, carriesGradient: true))
  }
}

// MARK: - Other elements

extension Variable {
  /// The tensor with other elements at places counted row by row; where a place is named twice the
  /// last one stays, as in NumPy. The result has a history if the tensor or the new elements have one.
  package func replacing(_ places: Tensor, with part: Variable) throws -> Variable {
    let wide =
      part.shape == places.shape
      ? part : try Operation.broadcastTo(part, .one("shape", .integers(places.shape.array)))
    if (isLeaf && wide.isLeaf) || (isConstant && wide.isConstant) {
      let made = Variable(replaced(places, wide.value), carriesGradient: carriesGradient)
      made.isList = isList
      return made
    }
    let unique = places.withoutRepetitions
    var source = wide
    var target = places
    if let unique {
      source = try Operation.take(
        [wide, Variable(Tensor(unique.kept.map(Double.init), dtype: .int64), literal: true)])
      target = unique.places
    }
    let spread = try Operation.scatterAdd(
      [source, Variable(target, literal: true)], .one("shape", .integers(shape.array)))
    var mask = [Double](repeating: 0, count: value.count)
    target.withElements { for place in $0 { mask[Int(place)] = 1 } }
    let isReplaced = Variable(Tensor(mask, shape: shape, dtype: .bool), literal: true)
    let made = try Operation.choose([isReplaced, spread, self])
    made.isList = isList
    return made
  }

  private func replaced(_ places: Tensor, _ part: Tensor) -> Tensor {
    var elements = value.elements
    // Whole numbers of an array stay whole, as in NumPy; a list of numbers takes what it is given.
    let dtype = isList && value.dtype != part.dtype ? promoted(value, part) : value.dtype
    let new = dtype.isReal ? part : part.converted(to: dtype)
    places.withElements { places in
      new.withElements { new in
        for (place, element) in zip(places, new) { elements[Int(place)] = element }
      }
    }
    return Tensor(elements, shape: shape, dtype: dtype)
  }
}

extension Tensor {
  /// Each place once, and which elements stay there: the last ones; nil where none is named twice.
  fileprivate var withoutRepetitions: (places: Tensor, kept: [Int])? {
    var last: [Int: Int] = [:]
    withElements { places in
      for (index, place) in places.enumerated() { last[Int(place)] = index }
    }
    guard last.count < count else { return nil }
    let kept = last.values.sorted()
    return (Tensor(kept.map { self[flat: $0] }, dtype: .int64), kept)
  }
}
