import Tensors

/// What can go wrong when a computation is recorded or differentiated. It carries variables, which
/// belong to the thread that computes; an error does not leave that thread before it is worded.
package enum GradientError: Error, @unchecked Sendable {
  /// The operation has no derivative; the variable is where the gradient arrived.
  case undefined(Variable, because: String)
  /// The output was not computed from the variable.
  case independent(output: Variable, input: Variable)
  case notScalar(Shape)
  /// The quantity was changed in place after the output had been computed from it.
  case changedSince(Variable)
  case wrongInputCount(String, expected: Int, found: Int)
  case tooManyElements(Int, limit: Int)
  /// Whoever asked does not want the answer any more.
  case stopped
}

extension Operation {
  /// Evaluates the operation and records it.
  package func callAsFunction(
    _ a: Variable, _ attributes: Attributes = .none
  ) throws -> Variable {
    guard case .unary(let kernel) = kernel else { return try self([a], attributes) }
    let value = try kernel(a.value, attributes)
    try Poll.check()
    return Variable(value, by: self, from: Inputs(a), attributes)
  }

  package func callAsFunction(
    _ a: Variable, _ b: Variable, _ attributes: Attributes = .none
  ) throws -> Variable {
    guard case .binary(let kernel) = kernel else { return try self([a, b], attributes) }
    let value = try kernel(a.value, b.value, attributes)
    try Poll.check()
    return Variable(value, by: self, from: Inputs(a, b), attributes)
  }

  package func callAsFunction(
    _ inputs: [Variable], _ attributes: Attributes = .none
  ) throws -> Variable {
    let value = try evaluate(inputs.map(\.value), attributes)
    return Variable(value, by: self, from: Inputs(inputs), attributes)
  }

  /// The result, and with `return_indices=True` where its elements were found as well.
  package func results(_ inputs: [Variable], _ attributes: Attributes) throws -> [Variable] {
    guard let secondResult else { return [try self(inputs, attributes)] }
    var settings = attributes
    settings.values.removeAll { $0.name == Self.indicesParameter.name }
    let first = try self(inputs, settings)
    guard attributes.bool(Self.indicesParameter.name) else { return [first] }
    return [first, try Self.required(secondResult)(inputs, settings)]
  }

  /// The value alone, nothing recorded.
  package func evaluate(_ inputs: [Tensor], _ attributes: Attributes) throws -> Tensor {
    let value: Tensor
    switch kernel {
    case .unary(let kernel):
      guard inputs.count == 1 else { throw countError(1, inputs.count) }
      value = try kernel(inputs[0], attributes)
    case .binary(let kernel):
      guard inputs.count == 2 else { throw countError(2, inputs.count) }
      value = try kernel(inputs[0], inputs[1], attributes)
    case .many(let kernel):
      value = try kernel(inputs, attributes)
    }
    // A kernel that was told to end has left its result unfinished.
    try Poll.check()
    return value
  }

  private func countError(_ expected: Int, _ found: Int) -> GradientError {
    .wrongInputCount(name, expected: expected, found: found)
  }
}

extension Attributes {
  /// Attributes of one entry, for calls from rules.
  package static func one(_ name: String, _ value: Attribute) -> Attributes {
    Attributes([(name, value)])
  }
}
