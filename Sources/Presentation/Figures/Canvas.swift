/// A grid of dots: eight to a cell in braille, or one mark a cell.
package struct Canvas {
  package let columns: Int
  package let rows: Int
  let isBraille: Bool
  private var dots: [UInt8]
  private var marks: [Mark?]

  /// What stands in a cell, and whose it is.
  package struct Mark {
    package let character: Character
    package let role: Role

    package init(_ character: Character, _ role: Role) {
      self.character = character
      self.role = role
    }
  }

  package init(columns: Int, rows: Int, isBraille: Bool) {
    self.columns = columns
    self.rows = rows
    self.isBraille = isBraille
    dots = Array(repeating: 0, count: columns * rows)
    marks = Array(repeating: nil, count: columns * rows)
  }

  package var dotColumns: Int { isBraille ? columns * 2 : columns }
  package var dotRows: Int { isBraille ? rows * 4 : rows }

  /// Bits of the braille block, by row and column inside the cell.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  package mutating func dot(_ column: Int, _ row: Int, _ mark: Mark) {
    guard (0..<dotColumns).contains(column), (0..<dotRows).contains(row) else { return }
    if isBraille {
      let cell = row / 4 * columns + column / 2
      dots[cell] |= Self.bits[row % 4][column % 2]
      marks[cell] = Mark(Character(Unicode.Scalar(0x2800 + UInt32(dots[cell])) ?? " "), mark.role)
    } else {
      marks[row * columns + column] = mark
    }
  }

  /// All dots between two places, both included.
  package mutating func line(
    from start: (column: Int, row: Int), to end: (column: Int, row: Int), _ mark: Mark
  ) {
    let steps = max(abs(end.column - start.column), abs(end.row - start.row))
    for step in 0...steps {
      let share = steps == 0 ? 0 : Double(step) / Double(steps)
      let column = Double(start.column) + share * Double(end.column - start.column)
      let row = Double(start.row) + share * Double(end.row - start.row)
      dot(Int(column + 0.5), Int(row + 0.5), mark)
    }
  }

  /// Writes over what was drawn, where there is room: a label on a wire.
  package mutating func write(_ text: String, column: Int, row: Int, _ role: Role) {
    for (offset, character) in text.enumerated()
    where (0..<columns).contains(column + offset) && (0..<rows).contains(row) {
      marks[row * columns + column + offset] = Mark(character, role)
    }
  }

  package func words(row: Int) -> Words {
    marks[row * columns..<(row + 1) * columns].map { mark in
      mark.map { Glyph($0.character, $0.role) } ?? .space
    }.words
  }
}
