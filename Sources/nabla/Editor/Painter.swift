/// Brings scenes to a terminal: what differs from the one that is seen is written, and nothing else.
///
/// Movements are relative to the row of the prompt, so that it does not matter where on the screen that
/// is. A row that goes on the one before is reached by writing beyond the margin: the terminal then knows
/// that both are one line, when text is copied or the window changes.
struct Painter {
  /// The rows that are seen, of the scene's those from `top` on.
  private var shown: [Scene.Row] = []
  private var top = 0
  private(set) var row = 0
  /// Nil where the cursor waits beyond the margin, which is a different place on every terminal.
  private var column: Int? = 0
  private var columns = 80
  private var style = ""
  private var output = ""

  /// Rows on the screen.
  var height: Int { shown.count }

  /// What changes the terminal so that it shows a scene.
  mutating func paint(_ scene: Scene, height: Int) -> String {
    output = ""
    columns = scene.columns
    let visible = visible(in: scene, height: max(1, height))
    for index in visible.indices {
      if index < shown.count {
        rewrite(index, as: visible[index])
      } else {
        begin(visible[index])
        shown.append(visible[index])
      }
    }
    if shown.count > visible.count {
      move(to: visible.count, 0)
      output += "\u{1B}[J"
      shown.removeSubrange(visible.count...)
    }
    setStyle("")
    move(to: scene.cursor.row - top, scene.cursor.column)
    return output
  }

  /// To the beginning of the row after the last, for other output.
  mutating func leave() -> String {
    output = ""
    if !shown.isEmpty { move(to: shown.count - 1, 0) }
    defer { forget() }
    return output + "\r\n"
  }

  /// What is seen is not ours any more, and the cursor stands at the beginning of a row.
  mutating func forget() {
    shown = []
    (top, row, column, style) = (0, 0, 0, "")
  }

  /// Rows between the first that is seen and the cursor, once the window has other columns: terminals
  /// wrap anew what they know as one line, but not a row that ended before the margin because a wide
  /// character had no room.
  func rowsAboveCursor(wrappedAt newColumns: Int) -> Int {
    var place = (row: 0, column: 0)
    for (index, line) in shown.enumerated() {
      let isJoined = index > 0 && line.goesOn && shown[index - 1].width == columns
      if !isJoined { place = (index == 0 ? 0 : place.row + 1, 0) }
      var passed = 0
      for cell in line.cells {
        if index == row, passed >= column ?? columns { return place.row }
        if place.column + cell.width > newColumns { place = (place.row + 1, 0) }
        place.column += cell.width
        passed += cell.width
      }
      if index == row { return place.row + (place.column < newColumns ? 0 : 1) }
    }
    return place.row
  }

  /// The part around the cursor where the text is higher than the screen.
  private mutating func visible(in scene: Scene, height: Int) -> [Scene.Row] {
    top = min(top, max(0, scene.rows.count - height))
    top = max(min(top, scene.cursor.row), scene.cursor.row - height + 1)
    return Array(scene.rows[top..<min(scene.rows.count, top + height)])
  }

  private mutating func begin(_ new: Scene.Row) {
    if shown.isEmpty {
      // The prompt's row, at whose beginning the cursor stands.
    } else if new.goesOn, let last = shown[shown.count - 1].cells.last,
      shown[shown.count - 1].width == columns
    {
      move(to: shown.count - 1, columns - last.width)
      write([last])
      row += 1
      if new.cells.isEmpty {
        setStyle("")
        output += " "
        column = nil
        move(to: row, 0)
      } else {
        column = 0
      }
    } else {
      move(to: shown.count - 1, 0)
      output += "\r\n"
      (row, column) = (shown.count, 0)
    }
    write(new.cells)
  }

  private mutating func rewrite(_ index: Int, as new: Scene.Row) {
    let old = shown[index]
    shown[index] = new
    guard old.cells != new.cells else { return }
    let same = zip(old.cells, new.cells).prefix { $0 == $1 }.count
    move(to: index, new.cells[..<same].reduce(0) { $0 + $1.width })
    // Cells after the last difference stay, where they stand in the same columns.
    var rest = new.cells[same...]
    if old.width == new.width {
      let tail = zip(old.cells[same...].reversed(), rest.reversed()).prefix { $0 == $1 }.count
      rest = rest.dropLast(min(tail, rest.count))
    }
    write(rest)
    if old.width > new.width {
      setStyle("")
      output += "\u{1B}[K"
    }
  }

  private mutating func write(_ cells: some Sequence<Scene.Cell>) {
    for cell in cells {
      setStyle(cell.style)
      output += cell.text
      column = column.flatMap { $0 + cell.width < columns ? $0 + cell.width : nil }
    }
  }

  private mutating func setStyle(_ new: String) {
    guard new != style else { return }
    output += new.isEmpty ? "\u{1B}[0m" : style.isEmpty ? "\u{1B}[\(new)m" : "\u{1B}[0;\(new)m"
    style = new
  }

  private mutating func move(to newRow: Int, _ newColumn: Int) {
    if newRow < row { output += "\u{1B}[\(row - newRow)A" }
    if newRow > row { output += "\u{1B}[\(newRow - row)B" }
    row = newRow
    if let column, newColumn >= column {
      if newColumn > column { output += "\u{1B}[\(newColumn - column)C" }
    } else if let column, column - newColumn < 4 {
      output += String(repeating: "\u{8}", count: column - newColumn)
    } else {
      output += newColumn > 0 ? "\r\u{1B}[\(newColumn)C" : "\r"
    }
    column = newColumn
  }
}
