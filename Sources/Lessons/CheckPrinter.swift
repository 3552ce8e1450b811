import Presentation

/// How `nabla check` reports.
package enum CheckFormat: String, CaseIterable, Sendable { case text, tap, junit, json }

/// Writes the reports of a run one after another, in one of four forms: for people, as the Test
/// Anything Protocol, as JUnit's XML, as lines of JSON.
package struct CheckPrinter: Sendable {
  package let format: CheckFormat
  package let renderer: Renderer
  /// Of each file only the first thing that is wrong.
  package var showsFirstOnly = false
  package private(set) var totals = CheckTotals()
  private var points = 0

  package init(_ format: CheckFormat, renderer: Renderer = Renderer()) {
    self.format = format
    self.renderer = renderer
  }

  /// What stands before all reports.
  package var opening: String {
    switch format {
    case .text, .json: ""
    case .tap: "TAP version 13\n"
    case .junit: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
    }
  }

  /// A report by itself; `next` puts it behind those before it.
  package func part(_ report: CheckReport) -> String {
    switch format {
    case .text: text(report)
    case .tap: tap(report)
    case .junit: junit(report)
    case .json: json(report).text + "\n"
    }
  }

  /// A part as it stands behind those before it.
  package mutating func next(_ part: String, _ counts: CheckTotals) -> String {
    totals += counts
    guard format == .tap else { return part }
    return part.split(separator: "\n", omittingEmptySubsequences: true).map { line in
      for point in ["ok -", "not ok -"] where line.hasPrefix(point) {
        points += 1
        return "\(point.dropLast())\(points) -\(line.dropFirst(point.count))\n"
      }
      return line + "\n"
    }.joined()
  }

  package mutating func next(_ report: CheckReport) -> String {
    next(part(report), CheckTotals(report))
  }

  /// What stands behind all reports.
  package var closing: String {
    switch format {
    case .text: renderer.render(Document([.line(total)]))
    case .tap: "1..\(points)\n"
    case .junit: "</testsuites>\n"
    case .json:
      JSONValue.object([
        .init("passed", .int(totals.passed)), .init("failed", .int(totals.failed)),
        .init("malformed", .int(totals.malformed)),
      ]).text + "\n"
    }
  }

  // MARK: - For people

  /// Every problem as a diagnostic, then a line for the file.
  private func text(_ report: CheckReport) -> String {
    var blocks: [Block] = []
    let all = report.malformed + report.failures + report.warnings
    for diagnostic in showsFirstOnly ? Array(all.prefix(1)) : all {
      blocks += diagnostic.document(width: renderer.width).blocks + [.blank]
    }
    return renderer.render(Document(blocks + [.line(line(of: report))]))
  }

  private var total: Words {
    var text = "\(count(totals.files, "file")), \(count(totals.passed, "check")) passed"
    if totals.failed > 0 { text += ", \(totals.failed) failed" }
    if totals.malformed > 0 { text += ", \(count(totals.malformed, "file")) malformed" }
    return Words(text, totals.exitCode == 0 ? .good : .bad)
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

  // MARK: - For programs

  /// One point a check, one for a malformed file; the numbers come later.
  private func tap(_ report: CheckReport) -> String {
    var lines: [String] = []
    for diagnostic in report.malformed {
      let line = diagnostic.position?.line ?? 1
      lines.append("not ok - \(tapText("\(report.path):\(line) \(diagnostic.headline)"))")
      lines += tapDetails(diagnostic)
    }
    for outcome in report.outcomes {
      let name = tapText("\(report.path):\(outcome.line) \(outcome.subject)")
      switch outcome.status {
      case .passed: lines.append("ok - \(name)")
      case .failed(let diagnostic): lines += ["not ok - \(name)"] + tapDetails(diagnostic)
      case .warned(let diagnostic):
        lines.append("# warning: \(name): \(tapText(diagnostic.headline))")
      }
    }
    return lines.map { $0 + "\n" }.joined()
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

  /// One suite a file, one case a check.
  private func junit(_ report: CheckReport) -> String {
    let cases = report.passed + report.failures.count
    let path = XMLText.escaped(report.path)
    var text = "  <testsuite name=\"\(path)\" tests=\"\(cases + report.malformed.count)\" "
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
    return text + "  </testsuite>\n"
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

  /// `{"path", "status", "checks": […], "problems": […]}`
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
