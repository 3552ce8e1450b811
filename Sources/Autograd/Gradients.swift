import Tensors

// Reverse-mode differentiation. The part of the graph between the outputs and the wanted inputs is
// listed once in order of evaluation (depth first, with a stack of our own, so depth never
// overflows), then walked backwards. Gradients of several paths are added; what broadcasting had
// repeated is summed here, once, so that no rule has to think of it.

/// The graph between an output and the variables a gradient is wanted for.
struct GradientPlan: ~Copyable {
  struct Entry {
    /// The output holds it as long as the plan lives: to hold it once more at every step of the walk
    /// would take longer than the walk.
    let reference: Unmanaged<Variable>
    /// Whether it depends on a target.
    var isNeeded: Bool
    /// What has arrived here so far.
    var gradient: Tensor?

    @inline(__always)
    var variable: Variable { reference.takeUnretainedValue() }
  }

  /// In order of evaluation; `Variable.position` is the index while the plan lives.
  var entries: ContiguousArray<Entry> = []

  init(from output: Variable, to targets: [Variable]) {
    // Less than a kilobyte: for more the allocator tidies up all that was freed before.
    entries.reserveCapacity(15)
    for target in targets { target.position = Self.isTarget }
    visit(output)
    for target in targets where target.position == Self.isTarget { target.position = Self.isUnseen }
  }

  deinit {
    for index in entries.indices {
      entries[index].reference._withUnsafeGuaranteedRef { $0.position = Self.isUnseen }
    }
  }

  // What `Variable.position` says of a variable that has no entry yet.
  private static var isUnseen: Int { Variable.isUnseen }
  private static var isOpen: Int { Variable.isOpen }
  private static var isTarget: Int { -2 }

  private struct Frame {
    let reference: Unmanaged<Variable>
    var next = 0
    var leads: Bool
  }

  private mutating func visit(_ output: Variable) {
    var stack: ContiguousArray<Frame> = []
    stack.reserveCapacity(32)
    func open(_ reference: Unmanaged<Variable>) {
      reference._withUnsafeGuaranteedRef { variable in
        stack.append(Frame(reference: reference, leads: variable.position == Self.isTarget))
        variable.position = Self.isOpen
      }
    }
    open(Unmanaged.passUnretained(output))
    var steps = 0
    while let top = stack.indices.last {
      steps += 1
      if steps & 0xFFF == 0, Poll.spend(1 << 16) {
        // Nothing is left marked; whoever uses the plan throws.
        for frame in stack {
          frame.reference._withUnsafeGuaranteedRef { $0.position = Self.isUnseen }
        }
        return
      }
      let reference = stack[top].reference
      let next = stack[top].next
      if let input = reference._withUnsafeGuaranteedRef({ $0.inputs.reference(next) }) {
        stack[top].next = next + 1
        let (position, isLeaf) = input._withUnsafeGuaranteedRef { ($0.position, $0.isLeaf) }
        if position >= 0 {
          if entries[position].isNeeded { stack[top].leads = true }
        } else if position == Self.isTarget || position == Self.isUnseen && !isLeaf {
          open(input)
        }
        continue
      }
      let done = stack.removeLast()
      // What has no derivative (a comparison) is a constant on the way, as in PyTorch.
      let leads = reference._withUnsafeGuaranteedRef { variable in
        variable.position = entries.count
        return done.leads && variable.operation?.isDifferentiable != false
      }
      entries.append(Entry(reference: reference, isNeeded: leads))
      if leads, top > 0 { stack[top - 1].leads = true }
    }
  }

  /// Whether a gradient for the variable is wanted on the way to a target.
  func needs(_ variable: Variable) -> Bool {
    variable.position >= 0 && entries[variable.position].isNeeded
  }

  /// Adds a gradient that arrives at a variable, un-broadcast to its shape.
  mutating func add(_ contribution: Tensor, to variable: Variable) throws {
    try Poll.check()
    let place = variable.position
    let fitted =
      contribution.shape == variable.value.shape
      ? contribution : try contribution.summed(to: variable.value.shape)
    guard let earlier = entries[place].gradient else {
      entries[place].gradient = fitted
      return
    }
    entries[place].gradient = try earlier.adding(fitted)
  }
}

extension GradientPlan {
  /// Sees a step before its rules do: it may change what arrived, and passes it on itself if it
  /// says so.
  typealias Hook = (
    _ variable: Variable, _ arriving: inout Tensor, _ plan: inout GradientPlan
  ) throws -> Bool

  /// Passes what has arrived at the last entry back through all others.
  mutating func walk(_ hook: Hook?) throws {
    for index in stride(from: entries.count - 1, through: 0, by: -1) {
      guard entries[index].isNeeded, var arriving = entries[index].gradient else { continue }
      let variable = entries[index].variable
      guard let operation = variable.operation else { continue }
      try Poll.check(spending: 64)
      if let hook {
        if try hook(variable, &arriving, &self) { continue }
        entries[index].gradient = arriving
      }
      if try operation.passDirectly(arriving, from: variable, &self) { continue }
      let contributions = try operation.contributions(
        to: variable, arriving: arriving, needs: { needs($0) })
      for (slot, contribution) in contributions.values.enumerated() {
        guard let contribution, needs(variable.inputs[slot]) else { continue }
        try add(contribution, to: variable.inputs[slot])
      }
    }
    try Poll.check()
  }
}

extension Variable {
  /// Gradients of this quantity, weighted by `seed` (ones for a scalar), with respect to each
  /// target; nil where this quantity does not depend on the target.
  package func gradients(
    for targets: [Variable], seed: Tensor? = nil
  ) throws -> [Tensor?] {
    let gradients = try passedBack(to: targets, seed)
    if !gradients.contains(where: { $0 != nil }) { try refuseBlocked(targets) }
    return gradients
  }

  /// Gradients for the targets by one walk back from here. At every step `hook` is asked first.
  func passedBack(
    to targets: [Variable], _ seed: Tensor?, _ hook: GradientPlan.Hook? = nil
  ) throws -> [Tensor?] {
    var plan = GradientPlan(from: self, to: targets)
    try Poll.check()
    plan.entries[position].gradient =
      seed ?? Tensor(repeating: 1, shape: shape, dtype: gradientType)
    try plan.walk(hook)
    return targets.map { plan.needs($0) ? plan.entries[$0.position].gradient : nil }
  }

  /// The same, recorded: the gradients are variables with a history and can be differentiated
  /// again.
  package func recordedGradients(
    for targets: [Variable], seed: Variable? = nil
  ) throws -> [Variable?] {
    let (order, needed) = listed(to: targets)
    try Poll.check()
    if needed.last != true { try refuseBlocked(targets) }
    var places: [ObjectIdentifier: Int] = [:]
    for (index, variable) in order.enumerated() { places[ObjectIdentifier(variable)] = index }
    var gradients = [Variable?](repeating: nil, count: order.count)
    gradients[order.count - 1] =
      seed ?? Variable(Tensor(repeating: 1, shape: shape, dtype: gradientType))
    for index in stride(from: order.count - 1, through: 0, by: -1) {
      guard needed[index], let arriving = gradients[index] else { continue }
      let variable = order[index]
      guard let operation = variable.operation else { continue }
      func place(_ input: Variable) -> Int? {
        places[ObjectIdentifier(input)].flatMap { needed[$0] ? $0 : nil }
      }
      let contributions = try operation.recordedContributions(
        to: variable, arriving: arriving, needs: { place($0) != nil })
      for (slot, contribution) in contributions.values.enumerated() {
        guard let contribution, let target = place(variable.inputs[slot]) else { continue }
        try Poll.check(spending: 256)
        let fitted = try Operation.summed(contribution, to: variable.inputs[slot].shape)
        gradients[target] = try gradients[target].map { try Operation.add($0, fitted) } ?? fitted
      }
    }
    return targets.map { target in
      places[ObjectIdentifier(target)].flatMap { needed[$0] ? gradients[$0] : nil }
    }
  }

  /// Throws where this quantity was computed from one of the targets, but only through operations
  /// without a derivative. No pass may be at work.
  private func refuseBlocked(_ targets: [Variable]) throws {
    let history = History(of: self)
    for target in targets {
      if let blocked = history.blocked(from: target) { throw blocked }
    }
  }

  /// Every quantity between the targets and this one, in order of evaluation, and whether it
  /// depends on a target.
  package func listed(to targets: [Variable]) -> (order: [Variable], needed: [Bool]) {
    let plan = GradientPlan(from: self, to: targets)
    return (plan.entries.map(\.variable), plan.entries.map(\.isNeeded))
  }

  /// Whether a gradient by the other leads through this quantity's computation. Looks near this
  /// quantity first: what was changed in place most often depends on what it was just before.
  package func depends(on other: Variable) -> Bool {
    guard other.operation?.isDifferentiable != false else { return false }
    var queue: ContiguousArray<Unmanaged<Variable>> = [.passUnretained(self)]
    position = Self.isOpen
    defer {
      for reference in queue {
        reference._withUnsafeGuaranteedRef { $0.position = Self.isUnseen }
      }
    }
    var next = 0
    while next < queue.count {
      if next & 0xFFF == 0xFFF, Poll.spend(1 << 16) { return false }
      let variable = queue[next].takeUnretainedValue()
      next += 1
      if variable === other { return true }
      // What has no derivative (a comparison) is a constant on the way, as in PyTorch.
      guard variable.operation?.isDifferentiable != false else { continue }
      variable.inputs.forEach { input in
        guard input.position == Self.isUnseen, !input.isLeaf || input === other else { return }
        input.position = Self.isOpen
        queue.append(.passUnretained(input))
      }
    }
    return false
  }

  /// Adds the gradient of this scalar to `gradient` of every leaf and every named quantity it was
  /// computed from (PyTorch keeps the latter on request only); gives those quantities and what was
  /// added. What is no scalar needs a seed: how much each of its elements counts.
  @discardableResult
  package func backward(
    seed: Tensor? = nil
  ) throws -> (variables: [Variable], gradients: [Tensor?]) {
    guard shape.count == 1 || seed != nil else { throw GradientError.notScalar(shape) }
    let kept = history().filter {
      ($0.isLeaf || $0.naming != nil) && !$0.isLiteral && !$0.isFrozen
        && $0.value.dtype != .bool
    }
    if let changed = kept.first(where: {
      $0.isSuperseded && $0.isLeaf && ($0.isDifferentiated || $0.gradient != nil)
    }) {
      throw GradientError.changedSince(changed)
    }
    let gradients = try gradients(for: kept, seed: seed)
    for (variable, gradient) in zip(kept, gradients) {
      guard let gradient, !variable.isSuperseded else { continue }
      variable.gradient = try variable.gradient?.adding(gradient) ?? gradient
    }
    return (kept, gradients)
  }

  /// The leaves this quantity was computed from, each once.
  package var leaves: [Variable] { history().filter(\.isLeaf) }

  /// Gradients of integers are real numbers.
  private var gradientType: DType { value.dtype == .float32 ? .float32 : .float64 }
}
