import Presentation

/// What a person sees of a program's output: a small terminal emulator. It knows what line
/// editors send (cursor movement, erasing, wrapping, wide and combining characters); colors and
/// modes are recognized and have no effect.
package struct Screen {
  package let columns: Int
  package let rows: Int
  package private(set) var cursor = (row: 0, column: 0)
  private var cells: [[String]]
  private var isWrapPending = false
  private var pending: [UInt8] = []
  private var state = State.text

  private enum State { case text, escape, control, title, charset }

  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
  }

  /// The rows without trailing blanks, and without the empty ones at the bottom.
  package var lines: [String] {
    let texts = cells.map { row in
      String(row.joined().reversed().drop { $0 == " " }.reversed())
    }
    return Array(texts.prefix((texts.lastIndex { !$0.isEmpty } ?? -1) + 1))
  }

  package var text: String { lines.joined(separator: "\n") }

  package mutating func receive(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      switch state {
      case .text: receiveText(byte)
      case .escape: receiveEscape(byte)
      case .control: receiveControl(byte)
      case .charset: state = .text
      case .title: if byte == 0x07 { state = .text }
      }
    }
  }

  // MARK: - Text

  private mutating func receiveText(_ byte: UInt8) {
    if byte >= 0x20, byte != 0x7F {
      pending.append(byte)
      let text = String(validating: pending, as: UTF8.self)
      if let scalar = text?.unicodeScalars.first {
        pending = []
        put(scalar)
      } else if pending.count == 4 {
        pending = []
        put("\u{FFFD}")
      }
      return
    }
    isWrapPending = false
    switch byte {
    case 0x08: cursor.column = max(0, cursor.column - 1)
    case 0x09: cursor.column = min(columns - 1, (cursor.column / 8 + 1) * 8)
    case 0x0A: lineFeed()
    case 0x0D: cursor.column = 0
    case 0x1B: state = .escape
    default: break
    }
  }

  private mutating func put(_ scalar: UnicodeScalar) {
    let width = DisplayWidth.of(String(scalar))
    if width == 0 {
      let last = max(0, cursor.column - (isWrapPending ? 0 : 1))
      cells[cursor.row][last].unicodeScalars.append(scalar)
      return
    }
    if isWrapPending || cursor.column + width > columns {
      cursor.column = 0
      lineFeed()
    }
    cells[cursor.row][cursor.column] = String(scalar)
    // The second half of a wide character is an empty cell.
    if width == 2 { cells[cursor.row][cursor.column + 1] = "" }
    isWrapPending = cursor.column + width >= columns
    cursor.column = min(columns - 1, cursor.column + width)
  }

  private mutating func lineFeed() {
    isWrapPending = false
    if cursor.row + 1 < rows {
      cursor.row += 1
    } else {
      cells.removeFirst()
      cells.append(Array(repeating: " ", count: columns))
    }
  }

  // MARK: - Sequences

  private mutating func receiveEscape(_ byte: UInt8) {
    state = .text
    switch UnicodeScalar(byte) {
    case "[":
      pending = []
      state = .control
    case "]": state = .title
    case "(", ")": state = .charset
    case "D": lineFeed()
    case "M": cursor.row = max(0, cursor.row - 1)
    default: break
    }
  }

  private mutating func receiveControl(_ byte: UInt8) {
    guard byte >= 0x40 else {
      pending.append(byte)
      return
    }
    let parameters = pending.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { Int(String(decoding: $0, as: UTF8.self)) }
    pending = []
    state = .text
    isWrapPending = false
    obey(UnicodeScalar(byte), parameters)
  }

  private mutating func obey(_ command: UnicodeScalar, _ parameters: [Int?]) {
    let first = parameters.first ?? nil
    let count = max(1, first ?? 1)
    switch command {
    case "A": cursor.row = max(0, cursor.row - count)
    case "B": cursor.row = min(rows - 1, cursor.row + count)
    case "C": cursor.column = min(columns - 1, cursor.column + count)
    case "D": cursor.column = max(0, cursor.column - count)
    case "G": cursor.column = min(columns - 1, count - 1)
    case "d": cursor.row = min(rows - 1, count - 1)
    case "H", "f":
      let column = parameters.count > 1 ? parameters[1] ?? 1 : 1
      cursor = (min(rows, count) - 1, min(columns, max(1, column)) - 1)
    case "J": eraseScreen(first ?? 0)
    case "K": eraseLine(first ?? 0)
    case "P": deleteCharacters(count)
    case "@": insertBlanks(count)
    default: break
    }
  }

  private mutating func eraseScreen(_ part: Int) {
    eraseLine(part)
    let others = part == 0 ? cursor.row + 1..<rows : part == 1 ? 0..<cursor.row : 0..<rows
    for row in others { cells[row] = Array(repeating: " ", count: columns) }
  }

  private mutating func eraseLine(_ part: Int) {
    let range =
      part == 0 ? cursor.column..<columns : part == 1 ? 0..<cursor.column + 1 : 0..<columns
    for column in range { cells[cursor.row][column] = " " }
  }

  private mutating func deleteCharacters(_ count: Int) {
    let count = min(count, columns - cursor.column)
    cells[cursor.row].removeSubrange(cursor.column..<cursor.column + count)
    cells[cursor.row] += Array(repeating: " ", count: count)
  }

  private mutating func insertBlanks(_ count: Int) {
    let count = min(count, columns - cursor.column)
    cells[cursor.row].insert(
      contentsOf: Array(repeating: " ", count: count), at: cursor.column)
    cells[cursor.row].removeLast(count)
  }
}
