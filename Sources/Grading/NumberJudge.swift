import Glibc
import Lessons
import Presentation

/// Whether typed numbers agree with what came out, and to how many figures.
///
/// A number that a student typed stands for every number that rounds to it, so what is computed from
/// it spreads: it agrees when some value within the spread does.
struct NumberJudge {
  enum Fit: Equatable {
    case right
    /// Right with fewer figures than asked for.
    case coarse
    /// Right, and cut off instead of rounded.
    case cut
    case off
  }

  /// Figures or decimals asked for; nil where the answer is exact.
  let precision: Decimal.Precision?

  /// Room for the last bits of computing.
  private static let dust = 1e-9

  /// One element against a value that may lie `spread` to either side.
  func fit(
    _ number: UnderstoodAnswer.Number, unit typed: Int?, value: Double, spread: Double = 0
  ) -> Fit {
    guard value.isFinite, number.value.isFinite else {
      return number.value == value || number.value.isNaN && value.isNaN ? .right : .off
    }
    let distance = (number.value - value).magnitude
    let bits = 1e-12 * max(number.value.magnitude, value.magnitude)
    if value == 0 { return distance <= spread + Self.dust * Self.dust ? .right : .off }
    guard let precision else {
      return distance <= spread + Self.dust * max(1, value.magnitude) ? .right : .off
    }
    let asked = precision.unit(of: value)
    if distance <= Self.half(asked) * (1 + Self.dust) + spread + bits { return .right }
    guard let typed, let printed = number.printed else { return .off }
    let isRounded = distance <= Self.half(typed) * (1 + Self.dust) + bits
    if typed > asked, isRounded { return .coarse }
    return printed.isTruncation(of: value) && printed.significantDigits > 0 ? .cut : .off
  }

  private static func half(_ unit: Int) -> Double { pow(10, Double(unit)) / 2 }

  /// Every element of an answer of the right shape.
  func fits(_ answer: UnderstoodAnswer, _ values: [Double], spreads: [Double] = []) -> [Fit] {
    let units = answer.units
    return answer.numbers.indices.map { index in
      fit(
        answer.numbers[index], unit: units[index], value: values[index],
        spread: index < spreads.count ? spreads[index] : 0)
    }
  }

  func isRight(_ answer: UnderstoodAnswer, _ value: ComputedValue?, spreads: [Double] = []) -> Bool
  {
    guard case .tensor(let shape, let values)? = value, shape == answer.shape else { return false }
    return fits(answer, values, spreads: spreads).allSatisfy { $0 == .right }
  }

  /// The fewest figures typed of an element that is not 0.
  static func figures(of answer: UnderstoodAnswer) -> Int {
    answer.numbers.compactMap { $0.printed?.significantDigits }.filter { $0 > 0 }.min() ?? 0
  }

  /// Whether all of it agrees to three figures or more, as typed: for numbers of another variant.
  static func isCopy(_ answer: UnderstoodAnswer, of value: ComputedValue?) -> Bool {
    guard case .tensor(let shape, let values)? = value, shape == answer.shape else { return false }
    let judge = NumberJudge(precision: .significant(3))
    let hasFigures = answer.numbers.contains { ($0.printed?.significantDigits ?? 4) >= 2 }
    return hasFigures && judge.fits(answer, values).allSatisfy { $0 == .right }
  }
}
