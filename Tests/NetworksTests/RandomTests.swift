import TestSupport
import Tensors
import Testing

@Suite struct RandomTests {
  /// First outputs of the reference implementation for seed 1234567.
  @Test func drawsTheReferenceBits() {
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func shufflesAsTheCatalogue() throws {
    var generator = SplitMix64(seed: 2024)
    let order = generator.permutation(of: 32)
    #expect(order.sorted() == Array(0..<32))
    #expect(
      try order.prefix(8).sorted().map(Double.init)
        == Reference.training("train-bit-sum-held-out", "held-out sequences (as numbers)"))
  }

  @Test func drawsIntegersAsTheCatalogue() throws {
    var generator = SplitMix64(seed: 410)
    let rows = (0..<15).map { _ in Double(generator.integer(below: 21) - 10) }
    #expect(try rows == Reference.training("generate-training-data", "first five rows"))
  }

  @Test func normalNumbersHaveMeanZeroAndVarianceOne() {
    var generator = SplitMix64(seed: 5)
    let draws = (0..<20_000).map { _ in generator.normal() }
    let mean = draws.reduce(0, +) / 20_000
    expectClose(mean, 0, absolute: 0.03, relative: 0)
    expectClose(draws.reduce(0) { $0 + $1 * $1 } / 20_000, 1, absolute: 0.05, relative: 0)
  }
}
