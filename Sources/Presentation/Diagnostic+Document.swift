extension Diagnostic {
  /// The diagnostic in the form every error of the program has: headline, place, source line with
  /// `^` under the point and `~` under what takes part, notes, helps.
  package var document: Document { document() }

  /// The same for a given width and character set. A renderer that has only ASCII needs
  /// `unicode: false` here, because the markers stand under the characters as they are shown.
  package func document(width: Int = 80, unicode: Bool = true) -> Document {
    DiagnosticLayout(diagnostic: self, width: width, unicode: unicode).document
  }
}

private struct DiagnosticLayout {
  /// A label brought to the columns of its line.
  struct Mark {
    var columns: Range<Int>
    var label: String
    var isPrimary: Bool
  }

  var diagnostic: Diagnostic
  var width: Int
  var unicode: Bool

  var document: Document {
    let lines = sourceLines
    let gutter = lines.map { String($0.number).count }.max() ?? 1
    var out: [Words] = [headline]
    if let location { out.append(margin(gutter) + Words("--> ", .dim) + Words(location)) }
    var hidden: [String] = []
    for (index, line) in lines.enumerated() {
      if index > 0, line.number > lines[index - 1].number + 1 { out.append(Words("...", .dim)) }
      out += excerpt(line, gutter: gutter, hidden: &hidden)
    }
    for note in diagnostic.notes + hidden { out += remark("note", note, gutter: gutter) }
    for help in diagnostic.helps { out += remark("help", help, gutter: gutter) }
    return Document(out.map(Block.line))
  }

  private var severityRole: Role { diagnostic.severity == .error ? .bad : .caution }

  private var headline: Words {
    Words("\(diagnostic.severity.rawValue):", severityRole)
      + Words(" " + flat(diagnostic.headline), .strong)
  }

  /// The place in a file; nil for a line typed at the prompt.
  private var location: String? {
    guard let source = diagnostic.source, !source.name.isEmpty, source.name != "<prompt>" else {
      return nil
    }
    guard let (line, column) = diagnostic.position else { return flat(source.name) }
    return "\(flat(source.name)):\(line):\(column)"
  }

  // MARK: - Source lines

  private struct Line {
    var number: Int
    var excerpt: SourceExcerpt
    var marks: [Mark]
  }

  private var sourceLines: [Line] {
    guard let source = diagnostic.source else { return [] }
    var lines: [Int: Line] = [:]
    let labels =
      (diagnostic.primary.map { [($0, true)] } ?? []) + diagnostic.secondary.map { ($0, false) }
    for (label, isPrimary) in labels {
      let number = source.position(of: label.span.start).line
      var line =
        lines[number]
        ?? Line(
          number: number,
          excerpt: SourceExcerpt(source.line(containing: label.span.start), unicode: unicode),
          marks: [])
      let columns = line.excerpt.columns(of: label.span)
      line.marks.append(Mark(columns: columns, label: shown(label.text), isPrimary: isPrimary))
      lines[number] = line
    }
    return lines.values.sorted { $0.number < $1.number }
  }

  private func excerpt(_ line: Line, gutter: Int, hidden: inout [String]) -> [Words] {
    let focus = (line.marks.first(where: \.isPrimary) ?? line.marks[0]).columns
    let window = line.excerpt.window(around: focus, available: max(20, width - gutter - 3))
    var marks: [Mark] = []
    for var mark in line.marks {
      if mark.columns.overlaps(window) {
        let inside = mark.columns.clamped(to: window)
        mark.columns =
          (inside.lowerBound - window.lowerBound)..<(inside.upperBound - window.lowerBound)
        marks.append(mark)
      } else if !mark.label.isEmpty {
        hidden.append("column \(mark.columns.lowerBound + 1): \(mark.label)")
      }
    }
    let number = String(line.number)
    let source =
      Words(margin(gutter - number.count).plain + number + " | ", .dim)
      + Words(line.excerpt.text(in: window))
    return [source] + markers(marks).map { Words(margin(gutter).plain + " | ", .dim) + $0 }
  }

  // MARK: - Markers and labels

  private func markers(_ marks: [Mark]) -> [Words] {
    let marks = marks.sorted { $0.columns.lowerBound < $1.columns.lowerBound }
    var line = TextCanvas()
    for mark in marks where !mark.isPrimary { line.fill(mark.columns, "~", .note) }
    for mark in marks where mark.isPrimary { line.fill(mark.columns, "^", severityRole) }
    let labelled = marks.filter { !$0.label.isEmpty }
    if labelled.count == 1, let only = labelled.first,
      only.columns.upperBound == marks.map(\.columns.upperBound).max()
    {
      line.write(only.label, at: only.columns.upperBound + 1, role(of: only))
      return [line.words]
    }
    return [line.words] + labels(labelled)
  }

  private func role(of mark: Mark) -> Role { mark.isPrimary ? severityRole : .note }

  /// Labels under the start of their marks, from the right; one that would run into its neighbor
  /// goes a row lower, tied to its mark by `|`.
  private func labels(_ marks: [Mark]) -> [Words] {
    var rows: [TextCanvas] = []
    var rowStarts: [Int] = []
    for mark in marks.reversed() {
      let start = mark.columns.lowerBound
      let end = start + DisplayWidth.of(mark.label) + 2
      // Below the last row that a neighbor fills at this place.
      let row = (rowStarts.lastIndex { $0 < end }).map { $0 + 1 } ?? 0
      if row == rows.count {
        rows.append(TextCanvas())
        rowStarts.append(start)
      }
      for above in 0..<row { rows[above].write("|", at: start, role(of: mark)) }
      rows[row].write(mark.label, at: start, role(of: mark))
      rowStarts[row] = start
    }
    return rows.map(\.words)
  }

  // MARK: - Notes

  private func remark(_ kind: String, _ text: String, gutter: Int) -> [Words] {
    let lead = " = \(kind): "
    let room = max(20, width - gutter - lead.count)
    let lines = shown(text).split(separator: "\n", omittingEmptySubsequences: false).flatMap {
      line in
      DisplayWidth.of(String(line)) <= room
        ? [String(line)]
        : GlyphLine(text: String(line)).wrapped(to: room).map { String($0.map(\.character)) }
    }
    return lines.enumerated().map { index, line in
      index == 0
        ? Words(margin(gutter).plain + " = ", .dim) + Words("\(kind): ", .note) + Words(line)
        : Words(String(repeating: " ", count: gutter + lead.count) + line)
    }
  }

  private func margin(_ columns: Int) -> Words { Words(String(repeating: " ", count: columns)) }

  private func shown(_ text: String) -> String {
    let visible = Visible.text(text)
    return unicode ? visible : Transliteration.ascii(visible)
  }

  /// On one line, whatever the text holds.
  private func flat(_ text: String) -> String {
    String(text.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
  }
}

/// A line written to by column.
private struct TextCanvas {
  private var glyphs: GlyphLine = []

  var words: Words { glyphs.words }

  mutating func fill(_ columns: Range<Int>, _ character: Character, _ role: Role) {
    write(String(repeating: character, count: columns.count), at: columns.lowerBound, role)
  }

  /// Puts text at a column, over what stands there.
  mutating func write(_ text: String, at column: Int, _ role: Role) {
    let new = GlyphLine(text: text, role)
    let (before, after) = cut(from: column, to: column + new.displayWidth)
    glyphs = before + .spaces(column - before.displayWidth) + new + after
  }

  private func cut(from start: Int, to end: Int) -> (GlyphLine, GlyphLine) {
    var before: GlyphLine = []
    var after: GlyphLine = []
    var column = 0
    for glyph in glyphs {
      if column + glyph.width <= start { before.append(glyph) }
      if column >= end { after.append(glyph) }
      column += glyph.width
    }
    return (before, after)
  }
}
