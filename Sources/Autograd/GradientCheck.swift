import Glibc
import Tensors

/// One element of a gradient, by reverse mode and by differences.
package struct GradientComparison: Sendable {
  package let offset: Int
  package let analytic: Double
  /// The central difference, and those to either side.
  package let numeric: Double
  package let left: Double
  package let right: Double
  /// Truncation error of the central difference, estimated from a step twice as wide, and what
  /// rounding of the output can come to.
  package let uncertainty: Double
  /// The part of it that comes from rounding.
  package let rounding: Double
  /// The central difference and right − left with a step twice as wide.
  fileprivate let wider: (central: Double, gap: Double)
  /// Whether numbers on the way were rounded as on a slide. The differences are those of the same
  /// steps without rounding, which has no slope.
  package let isRounded: Bool

  package enum Verdict: Sendable, Equatable {
    case agree, differ
    /// The slope changes here from one side to the other.
    case kink
    /// The value changes here at once: no difference says anything.
    case jump
    /// Something is not a finite number.
    case undefined
    /// Steps on the way are rounded: the function is a staircase.
    case rounded
  }

  /// |analytic − numeric| relative to the larger, with a floor of 1e-3 on the scale.
  package var relativeError: Double { abs(analytic - numeric) / scale }

  private var scale: Double { max(abs(analytic), abs(numeric), 1e-3) }

  /// Whether the two agree to `tolerance` or to what the difference is good for.
  package func verdict(tolerance: Double) -> Verdict {
    guard analytic.isFinite, numeric.isFinite, left.isFinite, right.isFinite else {
      return .undefined
    }
    if isRounded { return .rounded }
    // Where the function is smooth, halving the step halves the gap between the sides; at a kink the
    // gap stays, at a jump it doubles.
    let gap = abs(right - left)
    let noise = 10 * rounding + 1e-4 * max(abs(left), abs(right), 1e-3)
    if abs(numeric) > noise, abs(numeric) > 1.5 * abs(wider.central) { return .jump }
    if gap > noise {
      if gap > 1.5 * abs(wider.gap) { return .jump }
      if gap > 0.75 * abs(wider.gap) { return .kink }
    }
    let difference = abs(analytic - numeric)
    return difference <= tolerance * scale || difference <= 2 * uncertainty ? .agree : .differ
  }
}

/// A recorded computation that can be run again with another value of one quantity, everything else
/// unchanged.
private struct Replay {
  private let history: History
  /// Places of what has to be computed again, in order.
  private let dependents: [Int]
  private let place: Int

  /// nil where the output was not computed from the quantity.
  init?(of output: Variable, replacing variable: Variable) {
    let history = History(of: output)
    guard let place = history.place(of: variable) else { return nil }
    let depends = history.dependents(of: place)
    dependents = depends.indices.filter { depends[$0] && $0 != place }
    self.history = history
    self.place = place
  }

  /// Whether slide arithmetic rounded something on the way.
  var isRounded: Bool { dependents.contains { history.quantities[$0].places != nil } }

  func value(with replacement: Tensor) throws -> Tensor {
    var values: [Tensor?] = Array(repeating: nil, count: history.count)
    values[place] = replacement
    for later in dependents {
      let variable = history.quantities[later]
      guard let operation = variable.operation else { continue }
      let inputs = history.inputs(of: later).map { values[$0] ?? history.quantities[$0].value }
      values[later] = try operation.evaluate(inputs, variable.attributes)
    }
    return (values.last ?? nil) ?? replacement
  }
}

extension Variable {
  /// Compares the whole Jacobian with central differences: the gradient of every element.
  package func jacobianCheck(for variable: Variable) throws -> [GradientComparison] {
    try (0..<shape.count).flatMap { element in
      var seed = [Double](repeating: 0, count: shape.count)
      seed[element] = 1
      return try gradientCheck(for: variable, seed: Tensor(seed, shape: shape))
    }
  }

  /// Compares the gradient of this quantity, weighted by `seed`, with differences of step
  /// h = ∛ε · max(1, |x|), where ε is the precision of its numbers; element by element, those at
  /// `offsets` or all. Throws `stopped` when `shouldStop` says so.
  package func gradientCheck(
    for variable: Variable, seed: Tensor? = nil, offsets: [Int]? = nil,
    shouldStop: () -> Bool = { false }
  ) throws -> [GradientComparison] {
    let weights = seed ?? Tensor(repeating: 1, shape: shape)
    guard seed != nil || shape.count == 1 else { throw GradientError.notScalar(shape) }
    guard let analytic = try gradients(for: [variable], seed: weights)[0],
      let replay = Replay(of: self, replacing: variable)
    else {
      throw GradientError.independent(output: self, input: variable)
    }
    let elements = variable.value.elements
    let precision = coarsestPrecision
    func weighted(_ value: Tensor) -> Double {
      zip(value.elements, weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
    }
    func moved(_ offset: Int, by shift: Double) throws -> Double {
      if shouldStop() { throw GradientError.stopped }
      var moved = elements
      moved[offset] += shift
      let value = Tensor(moved, shape: variable.shape, dtype: variable.value.dtype)
      return weighted(try replay.value(with: value))
    }
    let isRounded = replay.isRounded
    let here = weighted(isRounded ? try replay.value(with: variable.value) : value)
    return try (offsets ?? Array(elements.indices)).map { offset in
      let step = cbrt(precision) * max(1, abs(elements[offset]))
      let near = (try moved(offset, by: -step), try moved(offset, by: step))
      let far = (try moved(offset, by: -2 * step), try moved(offset, by: 2 * step))
      let central = (near.1 - near.0) / (2 * step)
      let rounding = precision * max(abs(here), abs(near.0), abs(near.1)) / step
      return GradientComparison(
        offset: offset, analytic: analytic[flat: offset], numeric: central,
        left: (here - near.0) / step, right: (near.1 - here) / step,
        uncertainty: abs((far.1 - far.0) / (4 * step) - central) / 3 + rounding,
        rounding: rounding,
        wider: ((far.1 - far.0) / (4 * step), (far.1 - 2 * here + far.0) / (2 * step)),
        isRounded: isRounded)
    }
  }

  /// Of the numbers this quantity was computed with.
  private var coarsestPrecision: Double {
    let isSingle = history().contains { $0.value.dtype == .float32 }
    return isSingle ? Double(Float.ulpOfOne) : Double.ulpOfOne
  }
}
