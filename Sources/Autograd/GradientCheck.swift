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
    // Without rounding: slide arithmetic is a staircase.
    let replay = Replay(of: self)
    guard let analytic = try gradients(for: [variable], seed: weights)[0],
      let place = replay.history.place(of: variable)
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
      return weighted(try replay.run(Variation(place, value)).root.value)
    }
    let isRounded = replay.history.isRounded(above: place)
    let here =
      isRounded
      ? weighted(try replay.run(Variation(place, variable.value)).root.value) : weighted(value)
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

extension History {
  /// Whether slide arithmetic rounded something that was computed from the quantity at a place.
  fileprivate func isRounded(above place: Int) -> Bool {
    let depends = dependents(of: place)
    return depends.indices.contains {
      $0 != place && depends[$0] && quantities[$0].places != nil
    }
  }
}
