import Autograd
import Tensors

/// A tensor that an optimizer changes. A layer's numbers are drawn when they are first asked for, so a
/// model can be described without memory for its weights.
package final class ModelParameter {
  package let name: String
  package let shape: Shape
  /// Left out of updates; `requires_grad = False` on the leaf says the same.
  package var isFrozen: Bool {
    get { current?.isFrozen ?? startsFrozen }
    set {
      startsFrozen = newValue
      current?.isFrozen = newValue
    }
  }
  private var startsFrozen = false
  private let draw: () -> Tensor
  private var current: Variable?
  /// Made by the program, which holds the tensor under a name.
  package let isHeldByName: Bool
  private let naming: Naming

  package init(
    _ name: String, _ shape: Shape, _ distribution: Initializer.Distribution, seed: UInt64,
    dtype: DType = .float64
  ) {
    self.name = name
    naming = Naming(name: name, line: 0)
    self.shape = shape
    isHeldByName = false
    draw = {
      var generator = SplitMix64(seed: seed)
      return distribution.tensor(shape, dtype: dtype, generator: &generator)
    }
  }

  /// A tensor that is there already, under a name.
  package init(_ name: String, holding variable: Variable) {
    self.name = name
    naming = Naming(name: name, line: 0)
    shape = variable.shape
    current = variable
    isHeldByName = true
    draw = { variable.value }
  }

  /// The leaf that stands for the parameter in computations until the next update.
  package var variable: Variable {
    if let current { return current }
    let made = become(draw())
    made.isFrozen = startsFrozen
    return made
  }

  package var value: Tensor { variable.value }

  /// Puts other numbers in place of these: a fresh leaf, which keeps the gradient, as PyTorch's does.
  package func set(_ value: Tensor) throws(TensorError) {
    guard value.shape == shape else { throw .reshape(from: value.shape, to: shape.array) }
    let gradient = current?.gradient
    become(value).gradient = gradient
  }

  /// A fresh leaf, under a name for explanations unless a program gives it one.
  @discardableResult
  private func become(_ value: Tensor) -> Variable {
    let fresh = Variable(value)
    fresh.naming = current?.naming ?? naming
    fresh.isFrozen = isFrozen
    current = fresh
    return fresh
  }

  package var gradient: Tensor? {
    get { current?.gradient }
    set { current?.gradient = newValue }
  }

  /// The leaf at one moment, if its numbers were ever asked for, and what can change about it.
  struct Snapshot {
    fileprivate let parameter: ModelParameter
    fileprivate let leaf: Variable?
    fileprivate let gradient: Tensor?
    fileprivate let isFrozen: Bool

    func restore() {
      parameter.current = leaf
      leaf?.gradient = gradient
      parameter.isFrozen = isFrozen
    }
  }

  func snapshot() -> Snapshot {
    Snapshot(parameter: self, leaf: current, gradient: gradient, isFrozen: isFrozen)
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
  package func step() throws(TensorError) -> [(ModelParameter, TakenStep)] {
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
    fileprivate let held: [ModelParameter.Snapshot]
    fileprivate let lastSteps: [TakenStep?]
  }

  /// Models restore their parameters themselves; tensors under names are restored here.
  package func snapshot() -> Snapshot {
    Snapshot(
      states: optimizers.map(\.state),
      held: parameters.filter(\.isHeldByName).map { $0.snapshot() }, lastSteps: lastSteps)
  }

  package func restore(_ snapshot: Snapshot) {
    for (optimizer, state) in zip(optimizers, snapshot.states) { optimizer.state = state }
    for parameter in snapshot.held { parameter.restore() }
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
