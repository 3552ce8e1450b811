import Tensors

/// One element of a gradient, by reverse mode and by central difference.
package struct GradientComparison: Sendable {
  package let offset: Int
  package let analytic: Double
  package let numeric: Double
  /// Truncation error of the difference, estimated from a step twice as wide.
  package let uncertainty: Double

  /// |analytic − numeric| relative to the larger, with a floor of 1e-3 on the scale.
  package var relativeError: Double {
    abs(analytic - numeric) / max(abs(analytic), abs(numeric), 1e-3)
  }
}

extension Variable {
  /// The value this quantity takes when `variable` has another value, everything else unchanged:
  /// the recorded computation run again.
  package func recomputed(replacing variable: Variable, with value: Tensor) throws -> Tensor {
    let (order, needed) = listed(to: [variable])
    return try Self.replay(order, needed, replacing: variable, with: value)
  }

  fileprivate static func replay(
    _ order: [Variable], _ needed: [Bool], replacing variable: Variable, with value: Tensor
  ) throws -> Tensor {
    var values: [ObjectIdentifier: Tensor] = [ObjectIdentifier(variable): value]
    for (index, node) in order.enumerated() where needed[index] && node !== variable {
      guard let operation = node.operation else { continue }
      let inputs = node.inputs.array.map { values[ObjectIdentifier($0)] ?? $0.value }
      values[ObjectIdentifier(node)] = try operation.evaluate(inputs, node.attributes)
    }
    guard let last = order.last else { return value }
    return values[ObjectIdentifier(last)] ?? last.value
  }

  /// Compares the whole Jacobian with central differences: the gradient of every element.
  package func jacobianCheck(for variable: Variable) throws -> [GradientComparison] {
    try (0..<shape.count).flatMap { element in
      var seed = [Double](repeating: 0, count: shape.count)
      seed[element] = 1
      return try gradientCheck(for: variable, seed: Tensor(seed, shape: shape))
    }
  }

  /// Compares the gradient of this quantity, weighted by `seed`, with central differences of step
  /// h = 6e-6 · max(1, |x|), element by element; `limit` bounds how many elements are looked at.
  package func gradientCheck(
    for variable: Variable, seed: Tensor? = nil, limit: Int = 1000
  ) throws -> [GradientComparison] {
    let weights = seed ?? Tensor(repeating: 1, shape: shape)
    guard seed != nil || shape.count == 1 else { throw GradientError.notScalar(shape) }
    guard let analytic = try gradients(for: [variable], seed: weights)[0] else {
      throw GradientError.independent(output: self, input: variable)
    }
    let (order, needed) = listed(to: [variable])
    let elements = variable.value.elements
    func weighted(_ offset: Int, _ shift: Double) throws -> Double {
      var moved = elements
      moved[offset] += shift
      let value = Tensor(moved, shape: variable.shape)
      let output = try Self.replay(order, needed, replacing: variable, with: value)
      return zip(output.elements, weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return try (0..<min(elements.count, limit)).map { offset in
      let step = 6e-6 * max(1, abs(elements[offset]))
      let near = try (weighted(offset, step) - weighted(offset, -step)) / (2 * step)
      let far = try (weighted(offset, 2 * step) - weighted(offset, -2 * step)) / (4 * step)
      return GradientComparison(
        offset: offset, analytic: analytic[flat: offset], numeric: near,
        uncertainty: abs(far - near) / 3)
    }
  }
}
