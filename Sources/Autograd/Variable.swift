import Tensors

/// A number or tensor with its history: the operation and inputs that made it. A leaf has neither.
/// Variables own their inputs, so a computation lives exactly as long as something refers to it.
package final class Variable {
  package let value: Tensor
  package let operation: Operation?
  package let attributes: Attributes
  /// Longest distance to a leaf.
  package let depth: Int
  package private(set) var inputs: Inputs
  /// The name and line of the first assignment that gave this quantity a name.
  package var naming: Naming?
  /// What `backward()` has added up here so far.
  package var gradient: Tensor? {
    didSet { if gradient == nil { thing?.forgetGradient() } }
  }
  /// A constant written in the source: assigning it to a name makes a fresh leaf.
  package let isLiteral: Bool
  /// Made from literals alone, so that no gradient by it can be asked for.
  package let isConstant: Bool
  /// A gradient, or computed from one; an update written `w -= …` with it cuts the history.
  package let carriesGradient: Bool
  /// Decimals that slide arithmetic rounded the value to, where it did.
  package let places: UInt8?
  /// A derivative by this quantity was asked for: it is what training changes.
  package var isDifferentiated = false
  /// `backward()` leaves it alone and optimizers keep its numbers.
  package var isFrozen = false
  /// Written in brackets, as a Python list: slices are lists of their own, elements take any kind.
  package var isList = false
  /// A number that can be changed in place, as `torch.tensor(3.0)`; other numbers are Python's.
  package var isArray = false
  /// Detached from what has a history: PyTorch would share its memory, here it cannot be changed.
  package var isDetachedCopy = false
  /// A change in place has put another quantity in its place.
  package internal(set) var isSuperseded = false
  /// The thing that this quantity is the present state of; it takes itself back when it goes.
  package internal(set) unowned(unsafe) var thing: Thing?
  /// Position in the arrays of the walk over the graph at work, -1 outside one.
  var position: Int = Variable.isUnseen

  /// A leaf.
  package init(
    _ value: Tensor, literal: Bool = false, carriesGradient: Bool = false, places: UInt8? = nil
  ) {
    self.value = value
    self.places = places
    operation = nil
    attributes = .none
    inputs = Inputs()
    depth = 0
    isLiteral = literal
    isConstant = literal
    self.carriesGradient = carriesGradient
  }

  package convenience init(_ number: Double) { self.init(Tensor(number)) }

  /// The result of an operation that was just evaluated.
  init(_ value: Tensor, by operation: Operation, from inputs: Inputs, _ attributes: Attributes) {
    self.value = value
    self.operation = operation
    self.attributes = attributes
    self.inputs = inputs
    var deepest = 0
    var isConstant = true
    var carriesGradient = false
    inputs.forEach {
      deepest = max(deepest, $0.depth)
      if !$0.isConstant { isConstant = false }
      if $0.carriesGradient { carriesGradient = true }
    }
    depth = deepest + 1
    isLiteral = false
    self.isConstant = isConstant
    self.carriesGradient = carriesGradient
    places = nil
  }

  /// The same computation with its result rounded by `round`: gradient rules that look at the
  /// result (σ′ = y·(1 − y)) then see the rounded one.
  package init(
    rounding original: Variable, toPlaces places: UInt8, _ round: (Double) -> Double
  ) {
    value = original.value.map(round)
    self.places = places
    operation = original.operation
    attributes = original.attributes
    inputs = original.inputs
    depth = original.depth
    isLiteral = original.isLiteral
    isConstant = original.isConstant
    carriesGradient = original.carriesGradient
  }

  /// The same computation once more, as a quantity of its own.
  package init(copying original: Variable) {
    value = original.value
    places = original.places
    operation = original.operation
    attributes = original.attributes
    inputs = original.inputs
    depth = original.depth
    isLiteral = false
    isConstant = original.isConstant && !original.isLiteral
    carriesGradient = original.carriesGradient
  }

  package var shape: Shape { value.shape }
  package var isLeaf: Bool { operation == nil }

  /// The same value without history, under no name.
  package func detached() -> Variable { Variable(value) }

  // A long chain released link by link from within `deinit` would overflow the stack, so inputs
  // nobody else holds are taken apart in a loop.
  deinit {
    guard depth > 64 else { return }
    var pending: [Variable] = []
    inputs.drain(into: &pending)
    while var next = pending.popLast() {
      if isKnownUniquelyReferenced(&next) { next.inputs.drain(into: &pending) }
    }
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

/// The inputs of an operation; up to three are held inline.
package struct Inputs {
  private var first: Variable?
  private var second: Variable?
  private var third: Variable?
  private var rest: [Variable] = []
  package private(set) var count = 0

  package init() {}
  package init(_ a: Variable) {
    first = a
    count = 1
  }
  package init(_ a: Variable, _ b: Variable) {
    first = a
    second = b
    count = 2
  }
  package init(_ all: [Variable]) {
    count = all.count
    first = all.first
    second = all.count > 1 ? all[1] : nil
    third = all.count > 2 ? all[2] : nil
    rest = all.count > 3 ? Array(all[3...]) : []
  }

  package subscript(index: Int) -> Variable {
    switch index {
    case 0: if let first { return first }
    case 1: if let second { return second }
    case 2: if let third { return third }
    default: return rest[index - 3]
    }
    preconditionFailure("an operation has no input \(index)")
  }

  @inline(__always)
  package func forEach(_ body: (Variable) -> Void) {
    if let first { body(first) }
    if let second { body(second) }
    if let third { body(third) }
    for variable in rest { body(variable) }
  }

  package var array: [Variable] { (0..<count).map { self[$0] } }

  mutating func drain(into pending: inout [Variable]) {
    forEach { pending.append($0) }
    self = Inputs()
  }
}
