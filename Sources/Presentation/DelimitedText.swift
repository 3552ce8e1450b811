/// Tables as CSV (RFC 4180), also with semicolons or tabs between the cells.
package struct DelimitedText: Sendable {
  /// A cell: what it says, and the bytes of the file it stands in, quotes included.
  package struct Cell: Sendable, Equatable {
    package var text: String
    package var range: Range<Int>
  }

  package let bytes: [UInt8]
  package let delimiter: UInt8
  package private(set) var rows: [[Cell]] = []

  /// The delimiter is the one of `,`, `;` and tab that stands most often in the first line, outside of
  /// quotes. Empty lines are no rows.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    delimiter = Self.delimiter(of: bytes[start...])
    var at = start
    while at < bytes.count { readRow(&at) }
  }

  private static func delimiter(of bytes: ArraySlice<UInt8>) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0A || byte == 0x0D { break }
      counts[byte, default: 0] += 1
    }
    let known = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
    return known.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? known[0]
  }

  private mutating func readRow(_ at: inout Int) {
    var row: [Cell] = []
    while true {
      row.append(cell(&at))
      guard at < bytes.count, bytes[at] == delimiter else { break }
      at += 1
    }
    if at < bytes.count, bytes[at] == 0x0D { at += 1 }
    if at < bytes.count, bytes[at] == 0x0A { at += 1 }
    if row.count > 1 || !row[0].range.isEmpty { rows.append(row) }
  }

  private func cell(_ at: inout Int) -> Cell {
    let start = at
    var text: [UInt8] = []
    if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
      at += 1
      while at < bytes.count {
        if bytes[at] == UInt8(ascii: "\"") {
          at += 1
          guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { break }
        }
        text.append(bytes[at])
        at += 1
      }
    }
    while at < bytes.count, bytes[at] != delimiter, bytes[at] != 0x0A, bytes[at] != 0x0D {
      text.append(bytes[at])
      at += 1
    }
    return Cell(text: String(decoding: text, as: UTF8.self), range: start..<at)
  }

  // MARK: - Writing

  /// A row with its line end. A cell that a spreadsheet would compute begins with an apostrophe, what
  /// steers a terminal is spelled out, and what holds a delimiter is quoted.
  package static func row(_ cells: [String]) -> String {
    cells.map(cell).joined(separator: ",") + "\r\n"
  }

  private static func cell(_ text: String) -> String {
    var text = Visible.text(text)
    let isNumber = Double(text)?.isFinite ?? false
    if !isNumber, let first = text.drop(while: \.isWhitespace).unicodeScalars.first,
      "=+-@|\t\r＝＋－＠".unicodeScalars.contains(first)
    {
      text = "'" + text
    }
    guard text.utf8.contains(where: { "\",;\r\n\t".utf8.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
