import Language
import Networks

/// The random generator of a session: SplitMix64, so that a seed gives the same numbers everywhere.
final class RandomState: LanguageObject {
  static let name = "random_state"
  /// What a session starts with when no seed was set.
  static let firstSeed: UInt64 = 0

  var generator = SplitMix64(seed: firstSeed)

  var summary: String { "the random generator" }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }

  static func of(_ call: Call) -> RandomState {
    guard case .object(let object)? = call.evaluator.environment[Symbol(name)],
      let state = object as? RandomState
    else { return RandomState() }
    return state
  }
}
