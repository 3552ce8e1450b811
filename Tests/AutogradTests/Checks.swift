import Autograd
import Tensors
import TestSupport

// The checks every operation must pass, as functions that list what is wrong, so that wrong
// operations can be fed to them too.
extension Case {
  private var isEmpty: Bool { inputs.contains { $0.count == 0 } }

  /// Every slope is said to be 0: rounding and the like.
  private var isFlat: Bool {
    guard case .elementwise(let slopes) = operation.rule else { return false }
    return slopes.allSatisfy { $0 == .number(0) }
  }

  /// Where the gradient differs from central differences, or is too small or large for the
  /// difference to prove anything.
  func gradientMistakes() throws -> [String] {
    var mistakes: [String] = []
    var largest = 0.0
    let variables = inputs.map { Variable($0) }
    let output = try operation(variables, attributes)
    let seed = arriving(output.shape)
    for (number, variable) in variables.enumerated() {
      guard try output.gradients(for: [variable], seed: seed)[0] != nil else { continue }
      for comparison in try output.gradientCheck(for: variable, seed: seed) {
        largest = max(largest, abs(comparison.numeric))
        if !(comparison.relativeError < 1e-6) { mistakes.append("input \(number): \(comparison)") }
      }
    }
    if !isEmpty && output.shape.count > 0 && !isFlat && !(0.01...100).contains(largest) {
      mistakes.append("the largest slope is \(largest): a wrong one could pass")
    }
    return mistakes
  }

  /// Where the gradient written with recorded operations differs from the one on plain tensors.
  func recordingMistakes() throws -> [String] {
    var mistakes: [String] = []
    let variables = inputs.map { Variable($0) }
    let output = try operation(variables, attributes)
    let seed = arriving(output.shape)
    let fast = try output.gradients(for: variables, seed: seed)
    let recorded = try output.recordedGradients(for: variables, seed: Variable(seed))
    for (number, (left, right)) in zip(fast, recorded).enumerated() {
      if left?.shape != right?.shape { mistakes.append("input \(number): different shapes") }
      guard let left, let right else { continue }
      for (x, y) in zip(left.elements, right.value.elements)
      where !(abs(x - y) <= 1e-12 * max(1, abs(x))) {
        mistakes.append("input \(number): \(x) and \(y)")
      }
    }
    return mistakes
  }

  /// Where the formula of a cell does not give the value.
  func formulaMistakes() throws -> [String] {
    let inputs = inputs
    let output = try operation.evaluate(inputs, attributes)
    return (0..<output.count).compactMap { offset in
      let request = CellRequest(
        inputs: inputs, attributes: attributes, output: output, offset: offset)
      let formula = operation.cell(request)
      let value = formula?.evaluated(symbol: { _ in nil }) { inputs[$0][flat: $1] }
      let expected = output[flat: offset]
      guard let value else { return "cell \(offset): \(String(describing: formula)) has no value" }
      let agrees =
        abs(value - expected) <= 1e-12 * max(1, abs(expected)) || value.isNaN && expected.isNaN
      return agrees ? nil : "cell \(offset): \(value) is not \(expected)"
    }
  }

  /// Where the derivative of the recorded gradient differs from differences of the plain one.
  func secondOrderMistakes() throws -> [String] {
    var mistakes: [String] = []
    let inputs = inputs
    let variables = inputs.map { Variable($0) }
    let output = try operation(variables, attributes)
    let seed = arriving(output.shape)
    let gradients = try output.recordedGradients(for: variables, seed: Variable(seed))
    for (first, gradient) in gradients.enumerated() {
      guard let gradient else { continue }
      let weights = arriving(gradient.shape)
      func slope(_ second: Int, _ offset: Int, _ shift: Double) throws -> Double {
        var moved = inputs.map { Variable($0) }
        var elements = inputs[second].elements
        elements[offset] += shift
        moved[second] = Variable(Tensor(elements, shape: inputs[second].shape))
        let result = try operation(moved, attributes).gradients(for: [moved[first]], seed: seed)[0]
        return zip(result?.elements ?? [], weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
      }
      for (second, variable) in variables.enumerated() where gradients[second] != nil {
        let analytic =
          gradient.depends(on: variable)
          ? try gradient.gradients(for: [variable], seed: weights)[0]?.elements : nil
        for offset in 0..<inputs[second].count {
          let step = 6e-6 * max(1, abs(inputs[second][flat: offset]))
          let numeric =
            try (slope(second, offset, step) - slope(second, offset, -step)) / (2 * step)
          let found = analytic?[offset] ?? 0
          if !(abs(found - numeric) <= 1e-6 * max(abs(found), abs(numeric), 1e-2)) {
            mistakes.append("∂²/∂\(first)∂\(second)[\(offset)]: \(found) is not \(numeric)")
          }
        }
      }
    }
    return mistakes
  }
}
