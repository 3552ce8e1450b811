import Tensors

/// Random numbers that are the same in every run, for tests that try many inputs.
package typealias SeededGenerator = SplitMix64

/// The same as numbers in 0 ..< 1.
package struct Generator {
  private var bits: SplitMix64

  package init(seed: UInt64) { bits = SplitMix64(seed: seed) }

  package mutating func next() -> Double { bits.unit() }
}
