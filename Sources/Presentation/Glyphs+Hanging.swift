extension [Glyph] {
  /// Preformatted lines, where they are wider than the page broken at spaces or after commas: never
  /// in a word or a number, unless that is wider than the page itself.
  func hung(to page: Int, indent: Int) -> [GlyphLine] {
    hardLines.flatMap { line -> [GlyphLine] in
      var lines: [GlyphLine] = []
      var rest = line[...]
      var width = rest.width
      var lead = 0
      // Half of the page at least is left for what goes on.
      let hanging = Swift.min(indent, page / 2)
      while width > page - lead {
        let end = rest.lastBreak(within: page - lead, beyond: lines.isEmpty ? hanging : 0)
        lines.append(.spaces(lead) + rest[..<end])
        let next = rest[end...].drop { $0.isSpace }
        width -= rest[..<next.startIndex].width
        rest = next
        lead = hanging
      }
      if !rest.isEmpty || lines.isEmpty { lines.append(.spaces(lead) + rest) }
      return lines
    }
  }
}

extension ArraySlice<Glyph> {
  fileprivate var width: Int { reduce(0) { $0 + $1.width } }

  /// Where a line of `columns` ends best: at a space, or else behind a comma, or else where the page
  /// does. A break in the first third would leave the line nearly empty.
  fileprivate func lastBreak(within columns: Int, beyond indent: Int) -> Int {
    var column = 0
    var end = startIndex
    var space: Int?
    var comma: Int?
    while end < endIndex, column + self[end].width <= columns {
      column += self[end].width
      end += 1
      guard column > Swift.max(indent, columns / 3), end < endIndex else { continue }
      if self[end].isSpace, !self[end - 1].isSpace { space = end }
      if ",;".contains(self[end - 1].character) { comma = end }
    }
    return space ?? comma ?? Swift.max(end, startIndex + 1)
  }
}
