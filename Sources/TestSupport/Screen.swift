import CVTerm

/// What a person sees of a program's output, by libvterm.
package final class Screen {
  package let columns: Int
  package let rows: Int
  private let terminal: OpaquePointer
  private let screen: OpaquePointer

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    terminal = vterm_new(Int32(rows), Int32(columns))
    vterm_set_utf8(terminal, 1)
    screen = vterm_obtain_screen(terminal)
    vterm_screen_reset(screen, 1)
  }

  deinit { vterm_free(terminal) }

  package func receive(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    bytes.withUnsafeBytes { raw in
      _ = vterm_input_write(
        terminal, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
  }

  package var cursor: (row: Int, column: Int) {
    let place = cvt_cursor(terminal)
    return (Int(place.row), Int(place.col))
  }

  /// The rows without trailing blanks, and without the empty ones at the bottom.
  package var lines: [String] {
    let texts = (0..<rows).map { row in
      String((0..<columns).map { text(row, $0) }.joined().reversed().drop { $0 == " " }.reversed())
    }
    return Array(texts.prefix((texts.lastIndex { !$0.isEmpty } ?? -1) + 1))
  }

  package var text: String { lines.joined(separator: "\n") }

  /// The character of a cell with its marks: a blank where nothing is, nothing behind a wide one.
  private func text(_ row: Int, _ column: Int) -> String {
    var scalars = [UInt32](repeating: 0, count: Int(VTERM_MAX_CHARS_PER_CELL))
    _ = cvt_cell(screen, Int32(row), Int32(column), &scalars)
    if scalars[0] == UInt32.max { return "" }
    guard scalars[0] != 0 else { return " " }
    var text = ""
    for scalar in scalars.prefix(while: { $0 != 0 }) {
      text.unicodeScalars.append(Unicode.Scalar(scalar) ?? "\u{FFFD}")
    }
    return text
  }
}
