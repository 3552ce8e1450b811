/// Arranges blocks into lines of glyphs; color comes later and never changes the arrangement.
///
/// Neighboring blocks are set apart by one empty line, except lines after lines and inside tight
/// lists; `.blank` next to such a gap adds nothing.
struct Layout {
  var unicode: Bool
  var isSpoken = false
  var widestArithmetic = Renderer.readableArithmetic

  func lines(_ blocks: [Block], width: Int, depth: Int = 0) -> [GlyphLine] {
    var result: [GlyphLine] = []
    var previous: Block?
    for block in blocks {
      if let previous, separates(previous, block), result.last?.isEmpty == false {
        result.append([])
      }
      if case .blank = block {
        result.append([])
      } else {
        result += lines(block, width: width, depth: depth)
      }
      previous = block
    }
    return result
  }

  /// Glyphs of styled text: made harmless and, where asked, put into ASCII, before anything is
  /// measured.
  func glyphs(_ words: Words) -> [Glyph] {
    words.runs.flatMap { run in
      let text = Visible.text(run.text)
      return GlyphLine(text: unicode ? text : Transliteration.ascii(text), run.role)
    }
  }

  private func separates(_ above: Block, _ below: Block) -> Bool {
    switch (above, below) {
    case (.blank, _), (_, .blank): false
    default: !(above.isVerbatim && below.isVerbatim)
    }
  }

  private func lines(_ block: Block, width: Int, depth: Int) -> [GlyphLine] {
    switch block {
    case .heading(let level, let words): heading(level, words, width: width)
    case .paragraph(let words): glyphs(words).wrapped(to: width)
    case .line(let words): glyphs(words).hardLines
    case .hanging(let words, let indent): glyphs(words).hung(to: width, indent: indent)
    case .worked(let all):
      WorkedLayout(width: min(width, widestArithmetic), unicode: unicode).lines(all).map(glyphs)
    case .columns(let rows): columns(rows)
    case .formula(let formula):
      (.spaces(4) + glyphs(Words(formula.unicode, .formula))).hung(to: width, indent: 8)
    case .figure(let figure) where isSpoken: lines(figure.spoken, width: width)
    case .figure(let figure):
      figure.figure.lines(on: FigurePage(width: width, unicode: unicode)).flatMap {
        glyphs($0).hardLines
      }
    case .list(let ordered, let items): list(ordered, items, width: width, depth: depth)
    case .quote(let blocks):
      lines(blocks, width: max(10, width - 2), depth: depth).map { bar + $0 }
    case .table(let table): TableLayout(layout: self, table: table).lines(width: width)
    case .rule: [drawn("─", width)]
    case .blank: [[]]
    }
  }

  private var bar: GlyphLine { drawn("│", 1) + [.space] }

  /// A line character repeated, in ASCII where the output is.
  func drawn(_ character: Character, _ count: Int) -> GlyphLine {
    GlyphLine(text: symbol(String(repeating: character, count: max(0, count))), .dim)
  }

  func symbol(_ text: String) -> String { unicode ? text : Transliteration.ascii(text) }

  /// Cells padded to the widest of their column, two columns apart.
  private func columns(_ rows: [[Words]]) -> [GlyphLine] {
    let cells = rows.map { $0.map(glyphs) }
    let count = cells.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      cells.map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
    return cells.map { row in
      zip(row, widths).reduce(into: GlyphLine()) { line, cell in
        line += cell.0.padded(to: cell.1, .left) + (cell.1 > 0 ? .spaces(2) : [])
      }
    }
  }

  private func heading(_ level: Int, _ words: Words, width: Int) -> [GlyphLine] {
    let text = glyphs(words).map { glyph in
      glyph.role == .plain ? Glyph(glyph.character, .heading) : glyph
    }
    let lines = text.wrapped(to: width)
    let underline = lines.map(\.displayWidth).max() ?? 0
    switch level {
    case ...1: return lines + [drawn("═", underline)]
    case 2: return lines + [drawn("─", underline)]
    default: return lines
    }
  }

  private func list(
    _ ordered: Bool, _ items: [[Block]], width: Int, depth: Int
  ) -> [GlyphLine] {
    let bullets = ["•", "–", "·"]
    let markers = items.indices.map { index in
      ordered ? "\(index + 1)." : symbol(bullets[min(depth, bullets.count - 1)])
    }
    let indent = (markers.map(\.count).max() ?? 0) + 1
    let isLoose = items.contains { $0.filter(isProse).count > 1 }
    var result: [GlyphLine] = []
    for (marker, item) in zip(markers, items) {
      if isLoose, !result.isEmpty { result.append([]) }
      let body = itemLines(item, isLoose: isLoose, width: max(10, width - indent), depth: depth + 1)
      let first = GlyphLine(text: marker, .dim).padded(to: indent - 1, .right) + [.space]
      for (number, line) in (body.isEmpty ? [[]] : body).enumerated() {
        result.append(number == 0 ? first + line : line.isEmpty ? [] : .spaces(indent) + line)
      }
    }
    return result
  }

  private func isProse(_ block: Block) -> Bool {
    switch block {
    case .paragraph, .heading, .quote, .table, .rule: true
    case .line, .hanging, .worked, .columns, .formula, .figure, .list, .blank: false
    }
  }

  private func itemLines(
    _ item: [Block], isLoose: Bool, width: Int, depth: Int
  ) -> [GlyphLine] {
    if isLoose { return lines(item, width: width, depth: depth) }
    return item.flatMap { lines($0, width: width, depth: depth) }
  }
}

extension Block {
  /// Lines that stand as they are, close to each other.
  var isVerbatim: Bool {
    switch self {
    case .line, .hanging, .worked, .columns, .figure: true
    case .heading, .paragraph, .formula, .list, .quote, .table, .rule, .blank: false
    }
  }
}
