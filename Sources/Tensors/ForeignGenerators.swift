import Glibc

/// NumPy's generator as `np.random.seed(n)` starts it: the numbers of a program that sets a seed are
/// the same here as there.
package struct NumPyGenerator: Sendable {
  private var bits: MersenneTwister
  /// Normal numbers are made in pairs.
  private var spare: Double?

  package init(seed: UInt32) { bits = MersenneTwister(seed: seed) }

  /// One that nothing is drawn from.
  package init() { bits = MersenneTwister() }

  package mutating func unit() -> Double { bits.unit() }

  /// A standard normal number by the polar method.
  package mutating func normal() -> Double {
    if let kept = spare {
      spare = nil
      return kept
    }
    while true {
      let (x, y) = (2 * bits.unit() - 1, 2 * bits.unit() - 1)
      let radius = x * x + y * y
      guard radius < 1, radius != 0 else { continue }
      let factor = (-2 * log(radius) / radius).squareRoot()
      spare = factor * x
      return factor * y
    }
  }

  /// A whole number in 0 ..< bound.
  package mutating func integer(below bound: Int) -> Int {
    bound <= 1 ? 0 : Int(bits.masked(upTo: UInt64(bound - 1)))
  }

  /// 0 ..< count in random order.
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    for last in Poll.each(stride(from: count - 1, to: 0, by: -1), steps: 16) {
      order.swapAt(last, Int(bits.masked(upTo: UInt64(last))))
    }
    return order
  }

  /// How many of some trials succeed, by adding up their probabilities.
  package mutating func binomial(_ count: Int, _ share: Double) -> Int {
    if share > 0.5 { return count - binomial(count, 1 - share) }
    guard share > 0, count > 0 else { return 0 }
    let (n, q) = (Double(count), 1 - share)
    let bound = min(n, n * share + 10 * (n * share * q + 1).squareRoot())
    let start = exp(n * log(q))
    var (found, chance, left) = (0.0, start, unit())
    while left > chance {
      found += 1
      if found > bound {
        (found, chance, left) = (0, start, unit())
      } else {
        left -= chance
        chance = (n - found + 1) * share * chance / (found * q)
      }
    }
    return Int(found)
  }
}

/// The generator of Python's module `random`.
package struct PythonGenerator: Sendable {
  private var bits: MersenneTwister
  private var spare: Double?

  package init(seed: UInt64) {
    let (low, high) = (UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
    bits = MersenneTwister(key: high == 0 ? [low] : [low, high])
  }

  package mutating func unit() -> Double { bits.unit() }

  /// A whole number in 0 ..< bound, from as many bits as the bound has.
  package mutating func integer(below bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    let width = Int.bitWidth - bound.leadingZeroBitCount
    while true {
      let value = draw(width)
      if value < UInt64(bound) { return Int(value) }
    }
  }

  private mutating func draw(_ width: Int) -> UInt64 {
    if width <= 32 { return UInt64(bits.next32() >> UInt32(32 - width)) }
    let low = UInt64(bits.next32())
    return low | UInt64(bits.next32() >> UInt32(64 - width)) << 32
  }

  /// A standard normal number; they are made in pairs.
  package mutating func normal() -> Double {
    if let kept = spare {
      spare = nil
      return kept
    }
    let angle = bits.unit() * 2 * Double.pi
    let radius = (-2 * log(1 - bits.unit())).squareRoot()
    spare = sin(angle) * radius
    return cos(angle) * radius
  }

  /// A standard normal number by the ratio of two uniform ones, as `normalvariate` makes it.
  package mutating func variate() -> Double {
    let factor = 4 * exp(-0.5) / 2.0.squareRoot()
    while true {
      let (u, v) = (bits.unit(), 1 - bits.unit())
      let z = factor * (u - 0.5) / v
      if z * z / 4 <= -log(v) { return z }
    }
  }
}

/// PyTorch's generator on a CPU as `torch.manual_seed(n)` starts it. Its numbers are of single
/// precision, as PyTorch's are unless another kind is asked for.
package struct TorchGenerator: Sendable {
  private var bits: MersenneTwister
  private var spare: Double?
  /// Whether a program set the seed, and so expects certain numbers.
  package let isSeeded: Bool

  package init(seed: UInt64, isSeeded: Bool = true) {
    bits = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
    self.isSeeded = isSeeded
  }

  /// A number in 0 ..< 1 of single precision.
  package mutating func unit() -> Float { Float(bits.next32() & 0xFF_FFFF) / 16_777_216 }

  /// A number in 0 ..< 1 of double precision.
  package mutating func wideUnit() -> Double {
    let high = UInt64(bits.next32())
    return Double((high << 32 | UInt64(bits.next32())) & 0x1F_FFFF_FFFF_FFFF) * 0x1p-53
  }

  package mutating func uniform(_ low: Double, _ high: Double) -> Double {
    Double(unit() * (Float(high) - Float(low)) + Float(low))
  }

  /// As many standard normal numbers: 16 and more are made in blocks, fewer in pairs.
  package mutating func normal(count: Int) -> [Double] {
    guard count >= 16 else { return (0..<max(count, 0)).map { _ in Double(Float(next())) } }
    // A number of draws is not left out where the computation is to end: they are cheap.
    var numbers = (0..<count).map { _ in unit() }
    for start in Poll.each(stride(from: 0, through: count - 16, by: 16), steps: 256) {
      Self.spread(&numbers, from: start)
    }
    if count % 16 != 0 {
      for index in (count - 16)..<count { numbers[index] = unit() }
      Self.spread(&numbers, from: count - 16)
    }
    return numbers.map(Double.init)
  }

  /// Makes normal numbers of 16 uniform ones.
  private static func spread(_ numbers: inout [Float], from start: Int) {
    for index in start..<(start + 8) {
      let radius = (-2 * logf(1 - numbers[index])).squareRoot()
      let angle = 2 * Float.pi * numbers[index + 8]
      numbers[index] = radius * cosf(angle)
      numbers[index + 8] = radius * sinf(angle)
    }
  }

  private mutating func next() -> Double {
    if let kept = spare {
      spare = nil
      return kept
    }
    let (first, second) = (wideUnit(), wideUnit())
    let radius = (-2 * log1p(-second)).squareRoot()
    spare = radius * sin(2 * Double.pi * first)
    return radius * cos(2 * Double.pi * first)
  }

  /// A whole number in 0 ..< bound by remainder.
  package mutating func integer(below bound: Int) -> Int {
    if bound <= 1 { _ = bits.next32(); return 0 }
    if bound < 1 << 32 { return Int(bits.next32() % UInt32(bound)) }
    let high = UInt64(bits.next32())
    return Int((high << 32 | UInt64(bits.next32())) % UInt64(bound))
  }

  /// 63 random bits.
  package mutating func wide() -> UInt64 {
    let high = UInt64(bits.next32())
    return (high << 32 | UInt64(bits.next32())) & 0x7FFF_FFFF_FFFF_FFFF
  }

  /// 0 ..< count in random order, from the front.
  package mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    for place in Poll.each(0..<max(count - 1, 0), steps: 16) {
      order.swapAt(place, place + Int(bits.next32() % UInt32(count - place)))
    }
    return order
  }
}

/// The generators of the modules that programs import, beside the one of the language itself.
package struct ForeignGenerators: Sendable {
  package var numpy = NumPyGenerator(seed: 0)
  package var python = PythonGenerator(seed: 0)
  package var torch = TorchGenerator(seed: 0, isSeeded: false)

  package init() {}
}
