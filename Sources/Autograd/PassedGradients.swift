import Tensors

// What one recorded call passes on to its inputs: by the direct rule where there is one.

extension Operation {
  /// Passes a gradient on by the direct rule; false when there is none for this call.
  func passDirectly(
    _ g: Tensor, from variable: Variable, _ plan: inout GradientPlan
  ) throws -> Bool {
    switch directRule {
    case nil: return false
    case .unary(let rule):
      let input = variable.inputs[0]
      guard plan.needs(input) else { return true }
      guard let passed = try rule(g, input.value, variable.value, variable.attributes) else {
        return false
      }
      try plan.add(passed, to: input)
    case .binary(let rule):
      let (a, b) = (variable.inputs[0], variable.inputs[1])
      let (needsA, needsB) = (plan.needs(a), plan.needs(b))
      let left = needsA ? try rule(g, a.value, b.value, .left, variable.attributes) : nil
      let right = needsB ? try rule(g, a.value, b.value, .right, variable.attributes) : nil
      guard (left != nil) == needsA, (right != nil) == needsB else { return false }
      if let left { try plan.add(left, to: a) }
      if let right { try plan.add(right, to: b) }
    case .first(let rule):
      let (a, b) = (variable.inputs[0], variable.inputs[1])
      guard plan.needs(a), let passed = try rule(g, a.value, b.value, variable.attributes) else {
        return false
      }
      try plan.add(passed, to: a)
    }
    return true
  }

  /// What one recorded call passes on to each input that needs it, by the rule that the walk takes.
  func passed(_ g: Tensor, by variable: Variable, _ needs: [Bool]) throws -> [Tensor?] {
    switch directRule {
    case .unary(let rule):
      if !needs[0] { return [nil] }
      let passed = try rule(g, variable.inputs[0].value, variable.value, variable.attributes)
      if let passed { return [passed] }
    case .binary(let rule):
      let (a, b) = (variable.inputs[0].value, variable.inputs[1].value)
      let passed = [
        needs[0] ? try rule(g, a, b, .left, variable.attributes) : nil,
        needs[1] ? try rule(g, a, b, .right, variable.attributes) : nil,
      ]
      if zip(passed, needs).allSatisfy({ ($0 != nil) == $1 }) { return passed }
    case .first(let rule):
      let (a, b) = (variable.inputs[0].value, variable.inputs[1].value)
      if needs[0], let passed = try rule(g, a, b, variable.attributes) { return [passed, nil] }
    case nil: break
    }
    let needed = Set(
      variable.inputs.array.indices.filter { needs[$0] }
        .map { ObjectIdentifier(variable.inputs[$0]) })
    return try contributions(to: variable, arriving: g) { needed.contains(ObjectIdentifier($0)) }
      .values
  }

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
        result.append(
          needs(input) ? try Operation.multiply(arriving, slope.recorded(symbols)) : nil)
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
