/// A grid of dots: eight to a cell in braille, or one mark a cell.
struct Canvas {
  let columns: Int
  let rows: Int
  let isBraille: Bool
  private var dots: [UInt8]
  private var marks: [Character]

  init(columns: Int, rows: Int, isBraille: Bool) {
    self.columns = columns
    self.rows = rows
    self.isBraille = isBraille
    dots = Array(repeating: 0, count: columns * rows)
    marks = Array(repeating: " ", count: columns * rows)
  }

  var dotColumns: Int { isBraille ? columns * 2 : columns }
  var dotRows: Int { isBraille ? rows * 4 : rows }

  /// Bits of the braille block, by row and column inside the cell.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  mutating func dot(_ column: Int, _ row: Int, _ mark: Character) {
    guard (0..<dotColumns).contains(column), (0..<dotRows).contains(row) else { return }
    if isBraille {
      dots[row / 4 * columns + column / 2] |= Self.bits[row % 4][column % 2]
    } else {
      marks[row * columns + column] = mark
    }
  }

  /// All dots between two places, both included.
  mutating func line(
    from start: (column: Int, row: Int), to end: (column: Int, row: Int), _ mark: Character
  ) {
    let steps = max(abs(end.column - start.column), abs(end.row - start.row))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      let column = Double(start.column) + share * Double(end.column - start.column)
      let row = Double(start.row) + share * Double(end.row - start.row)
      dot(Int(column + 0.5), Int(row + 0.5), mark)
    }
  }

  func text(row: Int) -> String {
    let cells = row * columns..<(row + 1) * columns
    guard isBraille else { return String(marks[cells]) }
    return String(
      String.UnicodeScalarView(
        dots[cells].map { $0 == 0 ? " " : Unicode.Scalar(0x2800 + UInt32($0)) ?? " " }))
  }
}
