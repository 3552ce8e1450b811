import Autograd
import Presentation
import Tensors
import Testing

@testable import Explain

/// Run again without any change, a computation gives what it gave, to the last bit.
@Suite struct ReplayProgramTests {
  @Test(arguments: [1..<251, 251..<501, 501..<751, 751..<1001] as [Range<UInt64>])
  func nothingChangedGivesTheSameBits(_ seeds: Range<UInt64>) throws {
    var compared = 0
    for seed in seeds {
      let program = try RandomProgram(seed: seed)
      let replay = Replay(of: program.loss) { Decimal.rounded($0, decimals: $1) }
      let recorded = replay.history.quantities
      let before = recorded.map(Self.bits)
      let places = Array(recorded.indices)
      let expected = Self.gradients { try program.loss.gradients(for: recorded) }
      for variation in Self.empty(replay) {
        let run = try replay.run(variation)
        let isSame = run.quantities.map(Self.bits) == before
        let isSameSlope = Self.gradients { try run.gradients(by: places) } == expected
        #expect(isSame && isSameSlope, "seed \(seed)")
        compared += expected.count
      }
      #expect(recorded.map(Self.bits) == before && recorded.allSatisfy { $0.gradient == nil })
    }
    #expect(compared > seeds.count * 10)
  }

  /// Nothing at all; everything worked out anew; every rule replaced by itself.
  private static func empty(_ replay: Replay) -> [Variation] {
    var anew = Variation()
    anew.startsAnew = true
    var ruled = Variation()
    for place in replay.history.quantities.indices {
      for slot in replay.history.inputs(of: place).indices {
        let use = Use(place, slot - replay.history.inputs(of: place).startIndex)
        ruled.rules[use] = .leaf(.usual)
      }
    }
    return [Variation(), anew, ruled]
  }

  private static func bits(_ variable: Variable) -> [UInt64] { bits(variable.value) }

  private static func bits(_ tensor: Tensor) -> [UInt64] {
    tensor.shape.array.map { UInt64($0) }
      + tensor.elements.map { ($0.isNaN ? .nan : $0).bitPattern }
  }

  /// Bits of gradients; of a gradient that does not exist, why.
  private static func gradients(_ gradients: () throws -> [Tensor?]) -> [[UInt64]?] {
    do { return try gradients().map { $0.map(bits) } } catch { return [] }
  }
}
