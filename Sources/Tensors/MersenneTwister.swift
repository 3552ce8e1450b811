/// The generator MT19937 of Matsumoto and Nishimura, from which NumPy's `np.random`, Python's `random`
/// and PyTorch draw: the same seed gives the same 32 bits there and here.
package struct MersenneTwister: Sendable {
  private static let count = 624
  private static let middle = 397

  private var words: [UInt32]
  private var position = count

  /// One that nothing is drawn from.
  package init() { words = [] }

  /// Seeded by one word, as NumPy and PyTorch do.
  package init(seed: UInt32) {
    words = [seed]
    words.reserveCapacity(Self.count)
    for index in 1..<Self.count {
      let last = words[index - 1]
      words.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  /// Seeded by several words, as Python does; `key` is not empty.
  package init(key: [UInt32]) {
    self.init(seed: 19_650_218)
    let count = Self.count
    var (place, part) = (1, 0)
    func mixed(_ words: [UInt32], _ factor: UInt32) -> UInt32 {
      let last = words[place - 1]
      return words[place] ^ ((last ^ (last >> 30)) &* factor)
    }
    func wrap(_ words: inout [UInt32]) {
      place += 1
      if place >= count {
        words[0] = words[count - 1]
        place = 1
      }
    }
    for _ in 0..<max(count, key.count) {
      words[place] = mixed(words, 1_664_525) &+ key[part] &+ UInt32(part)
      part = (part + 1) % key.count
      wrap(&words)
    }
    for _ in 0..<(count - 1) {
      words[place] = mixed(words, 1_566_083_941) &- UInt32(place)
      wrap(&words)
    }
    words[0] = 0x8000_0000
  }

  /// The next 32 random bits.
  package mutating func next32() -> UInt32 {
    if position >= Self.count { twist() }
    var bits = words[position]
    position += 1
    bits ^= bits >> 11
    bits ^= (bits << 7) & 0x9D2C_5680
    bits ^= (bits << 15) & 0xEFC6_0000
    return bits ^ (bits >> 18)
  }

  private mutating func twist() {
    for index in 0..<Self.count {
      let bits =
        (words[index] & 0x8000_0000) | (words[(index + 1) % Self.count] & 0x7FFF_FFFF)
      let far = words[(index + Self.middle) % Self.count]
      words[index] = far ^ (bits >> 1) ^ (bits & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    position = 0
  }

  /// A number in 0 ..< 1 with 53 random bits of two draws, as NumPy and Python make it.
  package mutating func unit() -> Double {
    let high = Double(next32() >> 5)
    let low = Double(next32() >> 6)
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /// A whole number in 0 ... largest: draws are cut to the bits it has, and refused while they are
  /// larger, as NumPy does.
  package mutating func masked(upTo largest: UInt64) -> UInt64 {
    guard largest > 0 else { return 0 }
    let mask = UInt64.max >> UInt64(largest.leadingZeroBitCount)
    while true {
      let bits =
        largest <= UInt64(UInt32.max)
        ? UInt64(next32()) : UInt64(next32()) << 32 | UInt64(next32())
      if bits & mask <= largest { return bits & mask }
    }
  }
}
