import Presentation

extension Stage {
  /// What a window shows: as many lines as it has rows, and where the cursor stands if one is seen.
  package struct Screen: Sendable, Equatable {
    package var rows: [Words]
    package var cursor: (row: Int, column: Int)?

    package init(rows: [Words], cursor: (row: Int, column: Int)? = nil) {
      (self.rows, self.cursor) = (rows, cursor)
    }

    package static func == (left: Screen, right: Screen) -> Bool {
      left.rows == right.rows && left.cursor?.row == right.cursor?.row
        && left.cursor?.column == right.cursor?.column
    }

    /// As plain text, for tests.
    package var text: String {
      rows.map { $0.plain.trimmedAtEnd + "\n" }.joined()
    }
  }

  /// The rows of the step and of what was typed.
  var rows: [Words] {
    let body = Document(content + (tried.isEmpty ? [] : [.blank] + tried))
    return body.lines(width: size.columns, unicode: true)
  }

  /// Rows of the window that a step can use: the last has the state of things.
  var window: Int { max(1, size.rows - (inputLine == nil ? 1 : 2)) }
  var lastScroll: Int { max(0, rows.count - window) }
  var hasMoreBelow: Bool { scroll < lastScroll }

  package func screen(at now: Double) -> Screen {
    if mode == .blank { return Screen(rows: Array(repeating: "", count: size.rows)) }
    var body = mode == .help ? Stage.keys(width: size.columns) : Array(rows.dropFirst(scroll))
    // What is never broken, as a line of code under a caret, ends at the margin.
    body = body.prefix(window).map { $0.cut(columns: size.columns) }
    body += Array(repeating: Words(""), count: window - body.count)
    guard let (prompt, line) = inputLine else {
      return Screen(rows: body + [status(at: now)])
    }
    let head = DisplayWidth.of(prompt.plain + line.beforeCursor)
    // A long line is seen around the cursor.
    let skipped = max(0, head - size.columns + 1)
    let shown = (prompt + Words(line.string, .code)).dropping(columns: skipped)
    return Screen(
      rows: body + [shown.cut(columns: size.columns), status(at: now)],
      cursor: (row: window, column: min(head - skipped, size.columns - 1)))
  }

  private var inputLine: (prompt: Words, line: StageLine)? {
    switch mode {
    case .typing(let line): (Words("∇ ", .prompt), line)
    case .finding(let line): (Words("/", .prompt), line)
    case .going(let line, let runsOn): (Words(runsOn ? "on to step " : "step ", .prompt), line)
    case .showing, .help, .blank: nil
    }
  }

  /// The last row: the step, the numbers verified, the time, what a key came to. What there is no room
  /// for is left out, the least first.
  private func status(at now: Double) -> Words {
    var parts: [Words] = [Words("\(step + 1)/\(count)", .strong)]
    if agreeing > 0 { parts.append(Words("✓\(agreeing)", .good)) }
    if !differing.isEmpty { parts.append(Words("✗\(differing.count)", .bad)) }
    if let message { parts.append(message) }
    if hasMoreBelow {
      parts.append(Words("↓ more", .note))
    } else if face == .code, mode == .showing {
      parts.append(Words("Space: result", .dim))
    }
    parts.append(Words(StageClock.text(clock.elapsed(at: now)), .dim))
    if let left = clock.left(at: now) {
      parts.append(Words("left \(StageClock.text(left))", left < 0 ? .bad : .dim))
    }
    if let rehearsed = clock.rehearsedHere {
      let here = StageClock.text(clock.here(at: now))
      parts.append(Words("step \(here) of \(StageClock.text(rehearsed))", .dim))
    }
    if goal != nil { parts.append(Words("running on", .note)) }
    if let pace { parts.append(Words("every \(Int(pace.rounded())) s", .note)) }
    parts.append(Words("? keys", .dim))
    var line = parts[0]
    for part in parts.dropFirst()
    where DisplayWidth.of(line.plain) + 2 + DisplayWidth.of(part.plain) <= size.columns - 1 {
      line += Words("  ") + part
    }
    return line
  }

  static func keys(width: Int) -> [Words] {
    // As many rows and as short as the smallest stage has room for.
    let rows: [(String, String)] = [
      ("Space PgDn", "the code, then its result"), ("PgUp", "back, exactly"),
      ("r", "this step again"), ("g N  o N", "go to N, run on to N"),
      ("/text  n", "find, and again"),
      ("a  + -", "by itself, slower, faster"), ("b .", "blank"), (": or code", "type something"),
      ("u", "take back what was typed"), ("R", "steps with your numbers"), ("q", "leave"),
    ]
    return Document(
      rows.map { .hanging(Words($0.0.padded(to: 12), .code) + Words($0.1), indent: 12) }
    ).lines(width: width, unicode: true)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}

extension Words {
  /// What stands in the first columns.
  func cut(columns: Int) -> Words {
    if DisplayWidth.of(plain) <= columns { return self }
    var left = columns
    return Words(
      runs: runs.compactMap { run in
        let text = run.text.prefix { character in
          left -= DisplayWidth.of(String(character))
          return left >= 0
        }
        var part = run
        part.text = String(text)
        return text.isEmpty ? nil : part
      })
  }

  /// Without what stands in the first columns.
  fileprivate func dropping(columns: Int) -> Words {
    var left = columns
    return Words(
      runs: runs.compactMap { run in
        var text = run.text[...]
        while left > 0, let first = text.first {
          left -= DisplayWidth.of(String(first))
          text = text.dropFirst()
        }
        var rest = run
        rest.text = String(text)
        return text.isEmpty ? nil : rest
      })
  }
}
