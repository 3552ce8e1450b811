import Tensors

/// A number or tensor with its history: the operation and inputs that made it. A leaf has neither.
/// Variables own their inputs, so a computation lives exactly as long as something refers to it.
package final class Variable {
  package let value: Tensor
  package let operation: Operation?
  package let attributes: Attributes
  package private(set) var inputs: Inputs
  // A program keeps millions of these: what follows is as narrow as it can be, in an order that
  // leaves no gaps, and what few quantities have lies elsewhere.
  private let distance: Int32
  private var place: Int32 = Int32(Variable.isUnseen)
  /// A constant written in the source: assigning it to a name makes a fresh leaf.
  package let isLiteral: Bool
  /// Made from literals alone, so that no gradient by it can be asked for.
  package let isConstant: Bool
  /// A gradient, or computed from one; an update written `w -= …` with it cuts the history.
  package let carriesGradient: Bool
  /// `places`, or `unrounded`.
  private let decimals: UInt8
  /// A derivative by this quantity was asked for: it is what training changes.
  package var isDifferentiated = false
  /// Made by `Parameter`: a model counts it among what it learns.
  package var isParameter = false
  /// `backward()` leaves it alone and optimizers keep its numbers.
  package var isFrozen = false
  /// Written in brackets, as a Python list: slices are lists of their own, elements take any kind.
  package var isList = false
  /// A number that can be changed in place, as `torch.tensor(3.0)`; other numbers are Python's.
  package var isArray = false
  /// Detached from what has a history: PyTorch would share its memory, here it cannot be changed.
  package var isDetachedCopy: Bool {
    get { kinship == .detachedCopy }
    set { if newValue != isDetachedCopy { kinship = newValue ? .detachedCopy : .none } }
  }
  /// Elements of another quantity that were picked while nothing was recorded.
  package var isUnrecordedView: Bool { kinship == .unrecordedView }
  private enum Kinship: UInt8 { case none, detachedCopy, unrecordedView }
  private var kinship = Kinship.none
  /// A change in place has put another quantity in its place.
  package internal(set) var isSuperseded = false
  private var hasLabels = false
  /// The thing that this quantity is the present state of; it takes itself back when it goes.
  package internal(set) unowned(unsafe) var thing: Thing?
  /// A `Naming`, or with a gradient both in a `Labels`.
  private var label: AnyObject?

  /// A leaf.
  package init(
    _ value: Tensor, literal: Bool = false, carriesGradient: Bool = false, places: UInt8? = nil
  ) {
    self.value = value
    decimals = places ?? Variable.unrounded
    operation = nil
    attributes = .none
    inputs = Inputs()
    distance = 0
    isLiteral = literal
    isConstant = literal
    self.carriesGradient = carriesGradient
    Memory.add(Variable.bytes)
  }

  package convenience init(_ number: Double) { self.init(Tensor(number)) }

  /// The result of an operation that was just evaluated.
  init(_ value: Tensor, by operation: Operation, from inputs: Inputs, _ attributes: Attributes) {
    self.value = value
    // Elements of another thing lead back to it also where nothing is recorded.
    if Recording.isPaused, !operation.sharesElements {
      self.operation = nil
      self.attributes = .none
      self.inputs = Inputs()
      (distance, isLiteral, decimals) = (0, false, Variable.unrounded)
      (isConstant, carriesGradient) = (false, false)
      var isArray = false
      inputs.forEach { if $0.isArray { isArray = true } }
      // Of PyTorch's tensors nothing learns that was computed unrecorded.
      (self.isArray, isFrozen) = (isArray, isArray)
      Memory.add(Variable.bytes)
      return
    }
    self.operation = operation
    self.attributes = attributes
    self.inputs = inputs
    var deepest: Int32 = 0
    var isConstant = true
    var carriesGradient = false
    var isArray = false
    inputs.forEach {
      deepest = max(deepest, $0.distance)
      if !$0.isConstant { isConstant = false }
      if $0.carriesGradient { carriesGradient = true }
      if $0.isArray { isArray = true }
    }
    // What is computed from PyTorch's tensors is one, a single number as well.
    self.isArray = isArray || operation.makesArrays && value.shape.rank == 0
    distance = deepest + 1
    isLiteral = false
    self.isConstant = isConstant
    self.carriesGradient = carriesGradient
    decimals = Variable.unrounded
    if Recording.isPaused { kinship = .unrecordedView }
    Memory.add(Variable.bytes + attributes.bytes)
  }

  /// The same computation with its result rounded by `round`: gradient rules that look at the
  /// result (σ′ = y·(1 − y)) then see the rounded one.
  package convenience init(
    rounding original: Variable, toPlaces places: UInt8, _ round: (Double) -> Double
  ) {
    self.init(
      like: original, value: original.value.map(round), places: places,
      literal: original.isLiteral)
  }

  /// The same computation with its result in another kind of numbers that holds it exactly.
  package convenience init(_ original: Variable, as dtype: DType) {
    self.init(
      like: original, value: original.value.converted(to: dtype), places: original.places,
      literal: false)
  }

  /// The same computation once more, as a quantity of its own.
  package convenience init(copying original: Variable) {
    self.init(like: original, value: original.value, places: original.places, literal: false)
  }

  private init(like original: Variable, value: Tensor, places: UInt8?, literal: Bool) {
    self.value = value
    decimals = places ?? Variable.unrounded
    operation = original.operation
    attributes = original.attributes
    inputs = original.inputs
    distance = original.distance
    isLiteral = literal
    isConstant = original.isConstant && (literal || !original.isLiteral)
    carriesGradient = original.carriesGradient
    Memory.add(Variable.bytes + attributes.bytes)
  }

  /// What the allocator gives for one, without its elements.
  private static let bytes = 144

  private static let unrounded: UInt8 = .max

  /// Decimals that slide arithmetic rounded the value to, where it did.
  package var places: UInt8? { decimals == Variable.unrounded ? nil : decimals }

  /// Longest distance to a leaf.
  package var depth: Int { Int(distance) }

  /// Position in the arrays of the walk over the graph at work, -1 outside one.
  var position: Int {
    @inline(__always) get { Int(place) }
    @inline(__always) set { place = Int32(truncatingIfNeeded: newValue) }
  }

  /// The name and line of the first assignment that gave this quantity a name.
  package var naming: Naming? {
    get {
      guard let label else { return nil }
      if hasLabels { return unsafeDowncast(label, to: Labels.self).naming }
      return unsafeDowncast(label, to: Naming.self)
    }
    set {
      if hasLabels, let label {
        self.label = Labels(newValue, unsafeDowncast(label, to: Labels.self).gradient)
      } else {
        label = newValue
      }
    }
  }

  /// What `backward()` has added up here so far.
  package var gradient: Tensor? {
    get {
      guard hasLabels, let label else { return nil }
      return unsafeDowncast(label, to: Labels.self).gradient
    }
    set {
      let name = naming
      label = newValue.map { Labels(name, $0) } ?? name
      hasLabels = newValue != nil
      if newValue == nil { thing?.forgetGradient() }
    }
  }

  /// Takes over the name and the gradient of another quantity where it has none.
  func adoptLabels(of other: Variable) {
    if label == nil {
      (label, hasLabels) = (other.label, other.hasLabels)
      return
    }
    if gradient == nil { gradient = other.gradient }
    if naming == nil { naming = other.naming }
  }

  package var shape: Shape { value.shape }
  package var isLeaf: Bool { operation == nil }

  /// The same value without history, under no name.
  package func detached() -> Variable { Variable(value) }

  // A long chain released link by link from within `deinit` would overflow the stack, so inputs
  // nobody else holds are taken apart in a loop.
  deinit {
    Memory.remove(Variable.bytes + attributes.bytes)
    guard distance > 64 else { return }
    var pending: [Variable] = []
    inputs.drain(into: &pending)
    while var next = pending.popLast() {
      if isKnownUniquelyReferenced(&next) { next.inputs.drain(into: &pending) }
    }
  }
}

/// What few quantities have besides a name; several may have the same.
private final class Labels {
  let naming: Naming?
  let gradient: Tensor

  init(_ naming: Naming?, _ gradient: Tensor) {
    self.naming = naming
    self.gradient = gradient
  }
}

/// How a quantity got its name.
package final class Naming {
  package let name: String
  package let line: Int
  /// The expression it was assigned from, as a node of the language's syntax tree.
  package let origin: AnyObject?
  /// Of a part of an operation (line 0), how many of its parts are worked out before.
  package let rank: Int

  package init(name: String, line: Int, origin: AnyObject? = nil, rank: Int = 0) {
    self.name = name
    self.line = line
    self.origin = origin
    self.rank = rank
  }
}

/// The inputs of an operation; up to two are held inline.
package struct Inputs {
  private var first: Variable?
  /// The second input; of more than two, all from there on, as a `FurtherInputs`.
  private var second: AnyObject?
  private var size: Int32 = 0

  private final class FurtherInputs {
    let variables: [Variable]

    init(_ variables: [Variable]) { self.variables = variables }
  }

  package var count: Int { Int(size) }

  package init() {}
  package init(_ a: Variable) {
    first = a
    size = 1
  }
  package init(_ a: Variable, _ b: Variable) {
    first = a
    second = b
    size = 2
  }
  package init(_ all: [Variable]) {
    size = Int32(truncatingIfNeeded: all.count)
    first = all.first
    second = all.count > 2 ? FurtherInputs(Array(all[1...])) : all.count > 1 ? all[1] : nil
  }

  package subscript(index: Int) -> Variable {
    @inline(__always) get {
      if index == 0, let first { return first }
      if index > 0, let second {
        if size > 2 { return unsafeDowncast(second, to: FurtherInputs.self).variables[index - 1] }
        if index == 1 { return unsafeDowncast(second, to: Variable.self) }
      }
      preconditionFailure("an operation has no input \(index)")
    }
  }

  @inline(__always)
  package func forEach(_ body: (Variable) -> Void) {
    if let first { body(first) }
    guard let second else { return }
    if size == 2 { return body(unsafeDowncast(second, to: Variable.self)) }
    for variable in unsafeDowncast(second, to: FurtherInputs.self).variables { body(variable) }
  }

  package var array: [Variable] { (0..<count).map { self[$0] } }

  /// An input without holding it: whoever asks holds what it is an input of.
  @inline(__always)
  func reference(_ index: Int) -> Unmanaged<Variable>? {
    guard index < Int(size) else { return nil }
    return Unmanaged.passUnretained(self[index])
  }

  mutating func drain(into pending: inout [Variable]) {
    forEach { pending.append($0) }
    self = Inputs()
  }
}
