/// Columns as wide as their content where the line allows, else the widest give way and their
/// cells wrap.
struct TableLayout {
  var layout: Layout
  var table: Table

  private var columnCount: Int { max(table.header.count, table.rows.map(\.count).max() ?? 0) }

  func lines(width: Int) -> [GlyphLine] {
    guard columnCount > 0 else { return [] }
    let header = table.header.map { words in
      layout.glyphs(words).map { $0.role == .plain ? Glyph($0.character, .strong) : $0 }
    }
    let rows = table.rows.map { $0.map(layout.glyphs) }
    let widths = columnWidths((header.isEmpty ? [] : [header]) + rows, available: width)
    var result: [GlyphLine] = []
    if !header.isEmpty {
      result += row(header, widths: widths)
      result.append(Array(widths.map { layout.drawn("─", $0) }.joined(separator: crossing)))
    }
    return result + rows.flatMap { row($0, widths: widths) }
  }

  private var crossing: GlyphLine {
    layout.drawn("─", 1) + layout.drawn("┼", 1) + layout.drawn("─", 1)
  }
  private var separator: GlyphLine { [.space] + layout.drawn("│", 1) + [.space] }

  private func columnWidths(_ rows: [[GlyphLine]], available: Int) -> [Int] {
    var widths = Array(repeating: 1, count: columnCount)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], cell.hardLines.map(\.displayWidth).max() ?? 0)
      }
    }
    var excess = widths.reduce(0, +) + 3 * (columnCount - 1) - available
    while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > 1
    {
      // Down to the next lower column at once, so that a huge cell costs no loop of its size.
      let next = widths.filter { $0 < widths[widest] }.max() ?? 1
      let step = min(excess, max(1, widths[widest] - next))
      widths[widest] -= step
      excess -= step
    }
    return widths
  }

  private func row(_ cells: [GlyphLine], widths: [Int]) -> [GlyphLine] {
    let wrapped = widths.indices.map { column -> [GlyphLine] in
      guard column < cells.count else { return [[]] }
      let lines = cells[column].hardLines
      return lines.flatMap {
        $0.displayWidth <= widths[column] ? [$0] : $0.wrapped(to: widths[column])
      }
    }
    let height = wrapped.map(\.count).max() ?? 1
    return (0..<height).map { number in
      Array(
        widths.indices.map { column in
          let line = number < wrapped[column].count ? wrapped[column][number] : []
          return line.padded(to: widths[column], alignment(column))
        }.joined(separator: separator))
    }
  }

  private func alignment(_ column: Int) -> Table.Alignment {
    column < table.alignments.count ? table.alignments[column] : .left
  }
}
