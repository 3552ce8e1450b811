import Presentation

/// What checking one file gave.
package struct CheckReport: Sendable {
  package struct Outcome: Sendable {
    package enum Status: Sendable {
      case passed
      case failed(Diagnostic)
      /// Worth a look, but no failure.
      case warned(Diagnostic)
    }

    package var line: Int
    /// What was checked: `#=> 0.62`, `quiz`, `try`.
    package var subject: String
    package var status: Status

    package init(line: Int, subject: String, status: Status) {
      self.line = line
      self.subject = subject
      self.status = status
    }
  }

  package var path: String
  package var outcomes: [Outcome] = []
  /// The file could not be read as a lesson at all.
  package var malformed: [Diagnostic] = []

  package init(path: String) { self.path = path }

  /// The report on a file that could not be checked.
  package init(path: String, failure: Diagnostic) {
    self.path = path
    outcomes = [Outcome(line: 1, subject: "file", status: .failed(failure))]
  }

  package var failures: [Diagnostic] {
    outcomes.compactMap { if case .failed(let diagnostic) = $0.status { diagnostic } else { nil } }
  }
  package var warnings: [Diagnostic] {
    outcomes.compactMap { if case .warned(let diagnostic) = $0.status { diagnostic } else { nil } }
  }
  /// Checks that hold; a warning does not stop one from holding.
  package var passed: Int {
    outcomes.count { if case .passed = $0.status { true } else { false } }
  }
  package var isSound: Bool { malformed.isEmpty && failures.isEmpty }
}

/// What the checks of several files came to.
package struct CheckTotals: Sendable, Equatable {
  package var files = 0
  package var passed = 0
  package var failed = 0
  package var malformed = 0

  package init() {}

  package init(_ report: CheckReport) {
    files = 1
    passed = report.passed
    failed = report.failures.count
    malformed = report.malformed.isEmpty ? 0 : 1
  }

  package static func += (totals: inout CheckTotals, more: CheckTotals) {
    totals.files += more.files
    totals.passed += more.passed
    totals.failed += more.failed
    totals.malformed += more.malformed
  }

  /// `1 12 0 0`, for another process to read.
  package var text: String { "\(files) \(passed) \(failed) \(malformed)" }

  package init?(text: some StringProtocol) {
    let numbers = text.split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    (files, passed, failed, malformed) = (numbers[0], numbers[1], numbers[2], numbers[3])
  }

  /// 0 all right, 1 a check failed, 2 nothing failed but a file is malformed.
  package var exitCode: Int32 { failed > 0 ? 1 : malformed > 0 ? 2 : 0 }
}
