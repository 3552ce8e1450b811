import Foundation
import Testing

/// Whether the tests that take long run as well: continuous integration and the nightly run set
/// `NABLA_SLOW=1`, as `script/test --all` does.
package let runsSlowTests = ProcessInfo.processInfo.environment["NABLA_SLOW"] == "1"

extension Trait where Self == ConditionTrait {
  /// A test that takes too long to be run after every change.
  package static var slow: Self { .enabled(if: runsSlowTests, "slow: script/test --all runs it") }
}

extension Collection {
  /// All of them where slow tests run, and else every so many.
  package func sampled(every step: Int) -> [Element] {
    runsSlowTests
      ? Array(self) : enumerated().filter { $0.offset.isMultiple(of: step) }.map(\.element)
  }
}
