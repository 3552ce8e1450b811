import Foundation
import Testing

/// Whether the tests that take long run as well: continuous integration and the nightly run set
/// `NABLA_SLOW=1`, as `script/test --all` does.
package let runsSlowTests = ProcessInfo.processInfo.environment["NABLA_SLOW"] == "1"

/// Whether those run as well that take many minutes: `script/nightly` sets `NABLA_NIGHTLY=1`.
package let runsNightlyTests = ProcessInfo.processInfo.environment["NABLA_NIGHTLY"] == "1"

extension Trait where Self == ConditionTrait {
  /// A test that takes too long for continuous integration.
  package static var nightly: Self { .enabled(if: runsNightlyTests, "script/nightly runs it") }

  /// A test that takes too long to be run after every change.
  package static var slow: Self { .enabled(if: runsSlowTests, "slow: script/test --all runs it") }
}

extension Collection {
  /// Every so many of them; where slow tests run all, or every `slowly`; at night all.
  package func sampled(every step: Int, slowly: Int = 1) -> [Element] {
    let step = runsNightlyTests ? 1 : runsSlowTests ? slowly : step
    return enumerated().filter { $0.offset.isMultiple(of: step) }.map(\.element)
  }
}
