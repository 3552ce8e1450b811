import Glibc

/// SplitMix64: 64 random bits from a seed, the same on every machine and in every language.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number in 0 ..< 1 with 53 random bits.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Numbers between −bound and bound.
  package mutating func uniform(_ bound: Double, count: Int) -> [Double] {
    (0..<count).map { _ in (2 * unit() - 1) * bound }
  }

  /// A number from the standard normal distribution (Box–Muller, the cosine branch only, two draws a
  /// number).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  /// A whole number in 0 ..< bound by remainder; the bias is below bound / 2⁶⁴.
  package mutating func integer(below bound: Int) -> Int {
    bound <= 1 ? 0 : Int(next() % UInt64(bound))
  }

  /// 0 ..< count in random order (Fisher–Yates from the end).
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    for last in Poll.each(stride(from: count - 1, to: 0, by: -1), steps: 16) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }
}
