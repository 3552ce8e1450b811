import Tensors

// Reverse-mode differentiation. The part of the graph between the outputs and the wanted inputs is
// listed once in order of evaluation (depth first, with a stack of our own, so depth never
// overflows), then walked backwards. Gradients of several paths are added; what broadcasting had
// repeated is summed here, once, so that no rule has to think of it.

/// The graph between an output and the variables a gradient is wanted for.
struct GradientPlan: ~Copyable {
  /// In order of evaluation; `Variable.position` is the index while the plan lives.
  private(set) var order: [Variable] = []
  private(set) var needed: [Bool] = []

  init(from output: Variable, to targets: [Variable]) {
    for target in targets { target.position = -2 }
    visit(output)
    for target in targets where target.position == -2 { target.position = -1 }
  }

  deinit {
    for variable in order { variable.position = -1 }
  }

  private mutating func visit(_ output: Variable) {
    var stack: [(variable: Variable, next: Int, isTarget: Bool, leads: Bool)] = []
    func entry(_ variable: Variable) -> (Variable, Int, Bool, Bool) {
      let isTarget = variable.position == -2
      variable.position = -3
      return (variable, 0, isTarget, isTarget)
    }
    stack.append(entry(output))
    while !stack.isEmpty {
      let top = stack.count - 1
      if stack[top].next < stack[top].variable.inputs.count {
        let input = stack[top].variable.inputs[stack[top].next]
        stack[top].next += 1
        if input.position >= 0 {
          if needed[input.position] { stack[top].leads = true }
        } else if input.isLeaf && input.position == -1 {
          continue
        } else if input.position != -3 {
          stack.append(entry(input))
        }
        continue
      }
      let done = stack.removeLast()
      done.variable.position = order.count
      order.append(done.variable)
      needed.append(done.leads)
      if done.leads, let parent = stack.indices.last { stack[parent].leads = true }
    }
  }
}

extension Variable {
  /// Gradients of this quantity, weighted by `seed` (ones for a scalar), with respect to each
  /// target; nil where this quantity does not depend on the target.
  package func gradients(
    for targets: [Variable], seed: Tensor? = nil
  ) throws -> [Tensor?] {
    let plan = GradientPlan(from: self, to: targets)
    var gradients = [Tensor?](repeating: nil, count: plan.order.count)
    gradients[position] = seed ?? Tensor(repeating: 1, shape: shape, dtype: gradientType)
    for index in stride(from: plan.order.count - 1, through: 0, by: -1) {
      guard plan.needed[index], let arriving = gradients[index] else { continue }
      let variable = plan.order[index]
      guard let operation = variable.operation else { continue }
      let contributions = try operation.contributions(
        to: variable, arriving: arriving, needs: { $0.position >= 0 && plan.needed[$0.position] })
      for (slot, contribution) in contributions.values.enumerated() {
        guard let contribution else { continue }
        let input = variable.inputs[slot]
        guard input.position >= 0, plan.needed[input.position] else { continue }
        let fitted = try contribution.summed(to: input.shape)
        if let earlier = gradients[input.position] {
          gradients[input.position] = try earlier.adding(fitted)
        } else {
          gradients[input.position] = fitted
        }
      }
    }
    return targets.map { $0.position >= 0 && plan.needed[$0.position] ? gradients[$0.position] : nil }
  }

  /// The same, recorded: the gradients are variables with a history and can be differentiated again.
  package func recordedGradients(
    for targets: [Variable], seed: Variable? = nil
  ) throws -> [Variable?] {
    let (order, needed) = listed(to: targets)
    var places: [ObjectIdentifier: Int] = [:]
    for (index, variable) in order.enumerated() { places[ObjectIdentifier(variable)] = index }
    var gradients = [Variable?](repeating: nil, count: order.count)
    gradients[order.count - 1] = seed ?? Variable(Tensor(repeating: 1, shape: shape, dtype: gradientType))
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
        let fitted = try Operation.summed(contribution, to: variable.inputs[slot].shape)
        gradients[target] = try gradients[target].map { try Operation.add($0, fitted) } ?? fitted
      }
    }
    return targets.map { target in
      places[ObjectIdentifier(target)].flatMap { needed[$0] ? gradients[$0] : nil }
    }
  }

  /// Every quantity between the targets and this one, in order of evaluation, and whether it depends
  /// on a target.
  package func listed(to targets: [Variable]) -> (order: [Variable], needed: [Bool]) {
    let plan = GradientPlan(from: self, to: targets)
    return (plan.order, plan.needed)
  }

  /// Whether this quantity was computed from the other.
  package func depends(on other: Variable) -> Bool {
    let plan = GradientPlan(from: self, to: [other])
    return plan.needed.last ?? false
  }

  /// Adds the gradient of this scalar to `gradient` of every leaf it was computed from.
  package func backward() throws {
    guard shape.count == 1 else { throw GradientError.notScalar(shape) }
    let leaves = self.leaves.filter { !$0.isLiteral && $0.value.dtype != .bool }
    let gradients = try gradients(for: leaves)
    for (leaf, gradient) in zip(leaves, gradients) {
      guard let gradient else { continue }
      leaf.gradient = try leaf.gradient?.adding(gradient) ?? gradient
    }
  }

  /// The leaves this quantity was computed from, each once.
  package var leaves: [Variable] {
    var seen: Set<ObjectIdentifier> = []
    var found: [Variable] = []
    var stack = [self]
    while let next = stack.popLast() {
      guard seen.insert(ObjectIdentifier(next)).inserted else { continue }
      if next.isLeaf { found.append(next) }
      next.inputs.forEach { stack.append($0) }
    }
    return found.reversed()
  }

  /// Gradients of integers are real numbers.
  private var gradientType: DType { value.dtype == .float32 ? .float32 : .float64 }
}

extension Operation {
  /// The gradient passed on to each input of one recorded call, not yet un-broadcast.
  func contributions(
    to variable: Variable, arriving: Tensor, needs: (Variable) -> Bool
  ) throws -> Contributions<Tensor> {
    if let fastRule {
      return try fastRule(
        Backward(
          inputs: variable.inputs.array.map(\.value), output: variable.value, gradient: arriving,
          attributes: variable.attributes, needs: variable.inputs.array.map(needs)))
    }
    let recorded = try recordedContributions(
      to: variable, arriving: Variable(arriving), needs: needs)
    return Contributions(recorded.values.map { $0?.value })
  }

  /// The same, recorded; explanations follow the chain rule with it one quantity at a time.
  package func recordedContributions(
    to variable: Variable, arriving: Variable, needs: (Variable) -> Bool
  ) throws -> Contributions<Variable> {
    let inputs = variable.inputs.array
    switch rule {
    case .undefined(let reason):
      throw GradientError.undefined(variable, because: reason)
    case .recorded(let rule):
      return try rule(
        Backward(
          inputs: inputs, output: variable, gradient: arriving, attributes: variable.attributes,
          needs: inputs.map(needs)))
    case .elementwise(let slopes):
      let symbols = variable.symbols
      var result: [Variable?] = []
      for (slope, input) in zip(slopes, inputs) {
        result.append(needs(input) ? try Operation.multiply(arriving, slope.recorded(symbols)) : nil)
      }
      return Contributions(result)
    }
  }

  /// Un-broadcasting, recorded.
  package static func summed(_ variable: Variable, to shape: Shape) throws -> Variable {
    if variable.shape == shape { return variable }
    return try Operation.sumTo(variable, .one("shape", .integers(shape.array)))
  }
}
