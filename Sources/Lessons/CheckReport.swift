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
  }

  package var path: String
  package var outcomes: [Outcome] = []
  /// The file could not be read as a lesson at all.
  package var malformed: [Diagnostic] = []

  package init(path: String) { self.path = path }

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

/// The reports of a run, in the four forms of `nabla check --format`.
package struct CheckSummary: Sendable {
  package var reports: [CheckReport]

  package init(_ reports: [CheckReport]) { self.reports = reports }

  /// 0 all right, 1 a check failed, 2 a file is malformed.
  package var exitCode: Int32 {
    if reports.contains(where: { !$0.malformed.isEmpty }) { return 2 }
    return reports.allSatisfy(\.isSound) ? 0 : 1
  }

  /// For people: every problem as a diagnostic, a line for each file, a line for all.
  package func document(width: Int = 80) -> Document {
    var blocks: [Block] = []
    for report in reports {
      for diagnostic in report.malformed + report.failures + report.warnings {
        blocks += diagnostic.document(width: width).blocks + [.blank]
      }
    }
    for report in reports { blocks.append(.line(line(of: report))) }
    let passed = reports.reduce(0) { $0 + $1.passed }
    let failed = reports.reduce(0) { $0 + $1.failures.count }
    let malformed = reports.count { !$0.malformed.isEmpty }
    var total = "\(count(reports.count, "file")), \(count(passed, "check")) passed"
    if failed > 0 { total += ", \(failed) failed" }
    if malformed > 0 { total += ", \(count(malformed, "file")) malformed" }
    blocks.append(.line(Words(total, exitCode == 0 ? .good : .bad)))
    return Document(blocks)
  }

  private func line(of report: CheckReport) -> Words {
    let path = Words(report.path + "  ")
    if !report.malformed.isEmpty {
      return path + Words(count(report.malformed.count, "problem"), .bad)
    }
    var text = "\(report.passed) passed"
    if !report.failures.isEmpty { text += ", \(report.failures.count) failed" }
    if !report.warnings.isEmpty { text += ", " + count(report.warnings.count, "warning") }
    return path + Words(text, report.isSound ? .good : .bad)
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// The Test Anything Protocol, version 13: one point a check, one for a malformed file.
  package var tap: String {
    var lines: [String] = []
    var number = 0
    for report in reports {
      for diagnostic in report.malformed {
        number += 1
        let line = diagnostic.position?.line ?? 1
        lines.append(
          "not ok \(number) - \(tapText("\(report.path):\(line) \(diagnostic.headline)"))")
        lines += tapDetails(diagnostic)
      }
      for outcome in report.outcomes {
        let name = tapText("\(report.path):\(outcome.line) \(outcome.subject)")
        if case .warned(let diagnostic) = outcome.status {
          lines.append("# warning: \(name): \(tapText(diagnostic.headline))")
          continue
        }
        number += 1
        guard case .failed(let diagnostic) = outcome.status else {
          lines.append("ok \(number) - \(name)")
          continue
        }
        lines.append("not ok \(number) - \(name)")
        lines += tapDetails(diagnostic)
      }
    }
    return "TAP version 13\n1..\(number)\n" + lines.map { $0 + "\n" }.joined()
  }

  /// A `#` would begin a directive, a line feed a new line.
  private func tapText(_ text: String) -> String {
    let flat = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return flat.replacing("\\", with: "\\\\").replacing("#", with: "\\#")
  }

  private func tapDetails(_ diagnostic: Diagnostic) -> [String] {
    let quoted = JSONValue.string(diagnostic.headline).text
    let notes = (diagnostic.notes + diagnostic.helps).map { JSONValue.string($0) }
    return ["  ---", "  message: \(quoted)", "  notes: \(JSONValue.array(notes).text)", "  ..."]
  }

  /// JUnit's XML: one suite a file, one case a check.
  package var junit: String {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
    for report in reports {
      let cases = report.passed + report.failures.count
      let path = XMLText.escaped(report.path)
      text += "  <testsuite name=\"\(path)\" tests=\"\(cases + report.malformed.count)\" "
      text += "failures=\"\(report.failures.count)\" errors=\"\(report.malformed.count)\">\n"
      for diagnostic in report.malformed {
        let line = diagnostic.position?.line ?? 1
        text += junitCase(path, "line \(line)", diagnostic, tag: "error")
      }
      for outcome in report.outcomes {
        switch outcome.status {
        case .passed: text += junitCase(path, "line \(outcome.line): \(outcome.subject)", nil)
        case .failed(let diagnostic):
          text += junitCase(path, "line \(outcome.line): \(outcome.subject)", diagnostic)
        case .warned: break
        }
      }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private func junitCase(
    _ path: String, _ name: String, _ problem: Diagnostic?, tag: String = "failure"
  ) -> String {
    let head = "    <testcase classname=\"\(path)\" name=\"\(XMLText.escaped(name))\""
    guard let problem else { return head + "/>\n" }
    let body = XMLText.escaped((problem.notes + problem.helps).joined(separator: "\n"))
    let message = XMLText.escaped(problem.headline)
    return head
      + ">\n      <\(tag) type=\"\(problem.code)\" message=\"\(message)\">\(body)</\(tag)>\n"
      + "    </testcase>\n"
  }

  /// `{"files": [{"path", "status", "checks": […], "problems": […]}], "passed", "failed"}`.
  package var json: JSONValue {
    [
      "files": .array(reports.map(json)),
      "passed": .int(reports.reduce(0) { $0 + $1.passed }),
      "failed": .int(reports.reduce(0) { $0 + $1.failures.count }),
      "malformed": .int(reports.count { !$0.malformed.isEmpty }),
    ]
  }

  private func json(_ report: CheckReport) -> JSONValue {
    let status = report.malformed.isEmpty ? (report.isSound ? "passed" : "failed") : "malformed"
    return [
      "path": .string(report.path), "status": .string(status),
      "checks": .array(
        report.outcomes.map { outcome in
          switch outcome.status {
          case .passed: json(outcome, "passed", nil)
          case .failed(let diagnostic): json(outcome, "failed", diagnostic)
          case .warned(let diagnostic): json(outcome, "warned", diagnostic)
          }
        }),
      "problems": .array(report.malformed.map { .object(members(of: $0, line: nil)) }),
    ]
  }

  private func json(
    _ outcome: CheckReport.Outcome, _ status: String, _ problem: Diagnostic?
  ) -> JSONValue {
    let head: [JSONValue.Member] = [
      .init("line", .int(outcome.line)), .init("subject", .string(outcome.subject)),
      .init("status", .string(status)),
    ]
    return .object(head + (problem.map { members(of: $0, line: outcome.line) } ?? []))
  }

  private func members(of problem: Diagnostic, line: Int?) -> [JSONValue.Member] {
    let place = problem.position
    var members: [JSONValue.Member] = [
      .init("code", .string(problem.code)), .init("message", .string(problem.headline)),
      .init("column", place.map { .int($0.column) } ?? .null),
      .init("notes", .array(problem.notes.map { .string($0) })),
      .init("helps", .array(problem.helps.map { .string($0) })),
    ]
    if line == nil { members.insert(.init("line", place.map { .int($0.line) } ?? .null), at: 0) }
    return members
  }
}
