import Autograd
import Tensors

/// A tensor that an optimizer changes: a thing, which the program may hold too. A layer's numbers are
/// drawn when they are first asked for, so a model can be described without memory for its weights.
package final class ModelParameter {
  package let name: String
  package let shape: Shape
  /// Left out of updates; `requires_grad = False` on the leaf says the same.
  package var isFrozen: Bool {
    get { drawn?.current.isFrozen ?? startsFrozen }
    set {
      startsFrozen = newValue
      drawn?.current.isFrozen = newValue
    }
  }
  private var startsFrozen = false
  private let draw: () -> Tensor
  private var drawn: Thing?
  private let naming: Naming
  private let wasGiven: Bool

  package init(
    _ name: String, _ shape: Shape, _ distribution: Initializer.Distribution, seed: UInt64,
    dtype: DType = .float64
  ) {
    self.name = name
    naming = Naming(name: name, line: 0)
    self.shape = shape
    wasGiven = false
    draw = {
      var generator = SplitMix64(seed: seed)
      return distribution.tensor(shape, dtype: dtype, generator: &generator)
    }
  }

  /// A parameter of numbers that were drawn already.
  package init(_ name: String, _ value: Tensor) {
    self.name = name
    naming = Naming(name: name, line: 0)
    shape = value.shape
    wasGiven = false
    draw = { value }
  }

  /// A thing that is there already.
  package init(_ name: String, holding thing: Thing) {
    self.name = name
    naming = Naming(name: name, line: 0)
    shape = thing.current.shape
    drawn = thing
    wasGiven = true
    let value = thing.current.value
    draw = { value }
    // `backward()` keeps gradients of leaves and of what has a name.
    if thing.current.naming == nil { thing.current.naming = naming }
  }

  /// The same numbers in a thing of its own.
  package init(copying other: ModelParameter, _ copy: (Thing) throws -> Thing) rethrows {
    (name, shape, draw, naming) = (other.name, other.shape, other.draw, other.naming)
    (startsFrozen, wasGiven) = (other.startsFrozen, other.wasGiven)
    drawn = try other.drawn.map(copy)
  }

  /// The thing itself; from now on its numbers exist.
  package var thing: Thing {
    if let drawn { return drawn }
    let leaf = Variable(draw())
    leaf.naming = naming
    leaf.isFrozen = startsFrozen
    leaf.isArray = true
    let made = Thing(leaf)
    drawn = made
    return made
  }

  /// The leaf that stands for the parameter in computations until the next update.
  package var variable: Variable { thing.current }

  package var value: Tensor { variable.value }

  /// Puts other numbers in place of these, for everybody who holds the parameter: a fresh leaf, which
  /// keeps the gradient, as PyTorch's does.
  package func set(_ value: Tensor) throws {
    guard value.shape == shape else {
      throw TensorError.reshape(from: value.shape, to: shape.array)
    }
    try Poll.check()
    let old = variable
    let fresh = Variable(value)
    fresh.naming = old.naming ?? naming
    fresh.isFrozen = old.isFrozen
    fresh.isArray = old.isArray
    try thing.change(to: fresh)
    fresh.isParameter = old.isParameter
  }

  package var gradient: Tensor? {
    get { drawn?.current.gradient }
    set { drawn?.current.gradient = newValue }
  }

  /// Whether it is a thing of the program's that nothing but the optimizer holds any more: a step would
  /// change what nobody can see.
  package var isForsaken: Bool { wasGiven && isKnownUniquelyReferenced(&drawn) }

  /// The thing, if its numbers were ever asked for.
  package var heldThing: Thing? { drawn }

  /// What can change apart from the contents of the thing.
  struct Snapshot {
    fileprivate let parameter: ModelParameter
    fileprivate let drawn: Thing?
    fileprivate let startsFrozen: Bool

    func restore() {
      parameter.drawn = drawn
      parameter.startsFrozen = startsFrozen
    }
  }

  func snapshot() -> Snapshot {
    Snapshot(parameter: self, drawn: drawn, startsFrozen: startsFrozen)
  }
}

/// An optimizer over the parameters of a model.
package final class ModelOptimizer {
  package let parameters: [ModelParameter]
  /// One for each parameter.
  package private(set) var optimizers: [Optimizer] = []
  /// The last step of each parameter; nothing before the first.
  package private(set) var lastSteps: [TakenStep?]

  package init(
    _ rule: UpdateRule, _ attributes: Attributes = .none, parameters: [ModelParameter]
  ) throws(TensorError) {
    self.parameters = parameters
    lastSteps = Array(repeating: nil, count: parameters.count)
    for parameter in parameters {
      optimizers.append(
        try Optimizer(rule, attributes, count: parameter.shape.count, dtype: .float64))
    }
  }

  /// The learning rate; schedules change it between steps.
  package var rate: Double {
    get { optimizers.first?.rate ?? 0 }
    set { optimizers.forEach { $0.rate = newValue } }
  }

  /// Changes every parameter that has a gradient and is not frozen; gives those and what was done.
  @discardableResult
  package func step() throws -> [(ModelParameter, TakenStep)] {
    var changed: [(ModelParameter, TakenStep)] = []
    for (index, parameter) in parameters.enumerated() where !parameter.isFrozen {
      guard let gradient = parameter.gradient else { continue }
      let optimizer = optimizers[index]
      let value = parameter.value
      let (p, g) = (value.buffer, gradient.buffer)
      let taken = TakenStep(optimizer, value: value, gradient: gradient)
      optimizer.step(parameters: p, gradients: g)
      // Whole numbers a program began with become real ones.
      try parameter.set(p.tensor(value.shape).converted(to: gradient.dtype))
      lastSteps[index] = taken
      changed.append((parameter, taken))
    }
    return changed
  }

  /// The steps that `step()` would take next; nothing where a parameter would stay as it is.
  package var nextSteps: [TakenStep?] {
    zip(parameters, optimizers).map { parameter, optimizer in
      guard let gradient = parameter.gradient, !parameter.isFrozen else { return nil }
      return TakenStep(optimizer, value: parameter.value, gradient: gradient)
    }
  }

  /// Whether a gradient arrived that no step used yet.
  package var hasNewGradient: Bool {
    zip(parameters, lastSteps).contains { parameter, last in
      guard let gradient = parameter.gradient, !parameter.isFrozen else { return false }
      return last?.used(gradient) != true
    }
  }

  /// What the optimizer remembers at one moment.
  package struct Snapshot: @unchecked Sendable {
    fileprivate let states: [Optimizer.State]
    fileprivate let lastSteps: [TakenStep?]
  }

  package func snapshot() -> Snapshot {
    Snapshot(states: optimizers.map(\.state), lastSteps: lastSteps)
  }

  package func restore(_ snapshot: Snapshot) {
    for (optimizer, state) in zip(optimizers, snapshot.states) { optimizer.state = state }
    lastSteps = snapshot.lastSteps
  }

  /// Forgets the gradients that `backward()` has added up.
  package func zeroGradients() { parameters.forEach { $0.gradient = nil } }
}

extension Tensor {
  /// A copy that kernels may write to, in float64.
  fileprivate var buffer: Buffer {
    let copy = Buffer(count: count, dtype: .float64)
    withRaw(as: .float64) {
      copy.memory.copyMemory(from: $0, byteCount: count * DType.float64.stride)
    }
    return copy
  }
}
