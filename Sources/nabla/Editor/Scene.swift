import CLineEdit
import Glibc
import Presentation

/// What the editor wants to be seen, as the rows of a terminal: characters with their marks in cells,
/// and where the cursor stands.
struct Scene: Equatable {
  /// A character as a person sees it, with the parameters of its color; empty for none.
  struct Cell: Equatable {
    var text: String
    var width: Int
    var style = ""
  }

  struct Row: Equatable {
    var cells: [Cell] = []
    /// Whether it goes on a line that was too long for the row before.
    var goesOn = false

    var width: Int { cells.reduce(0) { $0 + $1.width } }
  }

  let columns: Int
  private(set) var rows = [Row()]
  private(set) var cursor = (row: 0, column: 0)
  private var column = 0

  init(columns: Int) { self.columns = max(1, columns) }

  static func == (left: Scene, right: Scene) -> Bool {
    left.columns == right.columns && left.rows == right.rows && left.cursor == right.cursor
  }

  mutating func add(_ text: String, style: String = "") {
    for character in text { add(character, style: style) }
  }

  mutating func add(_ character: Character, style: String) {
    if character == "\n" { return startRow(goesOn: false) }
    for cell in Scene.cells(of: character, style: style, at: column) {
      let width = min(cell.width, columns)
      makeRoom(for: width)
      rows[rows.count - 1].cells.append(.init(text: cell.text, width: width, style: style))
      column += width
    }
  }

  /// The cursor stands where the next character will, `next`, or at the end.
  mutating func markCursor(before next: Character?) {
    let isInText = next.map { $0 != "\n" } ?? false
    makeRoom(for: isInText ? min(columns, max(1, next.map(DisplayWidth.of) ?? 1)) : 1)
    cursor = (rows.count - 1, column)
  }

  /// Words below the text, a row each, cut at the margin.
  mutating func addBelow(_ lines: [(text: String, style: String)]) {
    for line in lines {
      startRow(goesOn: false)
      for character in line.text {
        for cell in Scene.cells(of: character, style: line.style, at: column)
        where column + cell.width <= columns {
          rows[rows.count - 1].cells.append(cell)
          column += cell.width
        }
      }
    }
  }

  /// A wide character is never cut at the margin.
  private mutating func makeRoom(for width: Int) {
    if column + width > columns { startRow(goesOn: true) }
  }

  private mutating func startRow(goesOn: Bool) {
    rows.append(Row(goesOn: goesOn))
    column = 0
  }

  private static func cells(of character: Character, style: String, at column: Int) -> [Cell] {
    if character == "\t" {
      return Array(repeating: Cell(text: " ", width: 1, style: style), count: 8 - column % 8)
    }
    let width = DisplayWidth.of(character)
    if width > 0 { return [Cell(text: drawable(character), width: width, style: style)] }
    // What takes no room by itself stands on a blank, so that it can be seen and deleted.
    let isMark = character.unicodeScalars.allSatisfy {
      $0.properties.generalCategory == .nonspacingMark
    }
    return [
      Cell(text: isMark ? "\u{25CC}" + String(character) : "\u{FFFD}", width: 1, style: style)
    ]
  }

  /// A letter with its marks. Of what is joined otherwise, as emoji are, only the first part: terminals
  /// do not agree how wide the rest is.
  private static func drawable(_ character: Character) -> String {
    let scalars = character.unicodeScalars
    let isPlain = scalars.dropFirst().allSatisfy {
      [.nonspacingMark, .enclosingMark].contains($0.properties.generalCategory)
        && !$0.properties.isVariationSelector
    }
    return isPlain ? String(character) : scalars.first.map { String($0) } ?? ""
  }
}
