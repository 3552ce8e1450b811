import Autograd
import Presentation
import Tensors

/// Numbers in rows and columns, right-aligned.
struct Grid {
  let rows: [[String]]
  private let widths: [Int]

  init(_ rows: [[String]]) {
    self.rows = rows
    widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  /// The cells of the last two axes of a quantity under the given leading index; nil where they would
  /// not be read.
  init?(_ variable: Variable, leading: Int, _ names: Names, _ numbers: NumberText, limit: Int = 8) {
    let shape = variable.shape
    guard shape.rank >= 2 else { return nil }
    let (height, width) = (shape[shape.rank - 2], shape[shape.rank - 1])
    guard height > 0, width > 0, height <= limit, width <= limit else { return nil }
    let origin = names.origin(of: variable)
    let start = leading * height * width
    self.init(
      (0..<height).map { row in
        (0..<width).map { numbers.text(variable.value[flat: start + row * width + $0], origin) }
      })
  }

  /// Columns of the page.
  var span: Int { widths.reduce(0) { $0 + $1 + 2 } }

  var lines: [String] {
    rows.map { cells in
      zip(cells, widths).map { String(repeating: " ", count: $1 - $0.count + 2) + $0 }.joined()
    }
  }

  /// All cells of a small quantity of two axes or more, a grid for each leading index.
  static func words(_ variable: Variable, _ names: Names, _ numbers: NumberText, width: Int)
    -> [Words]
  {
    let shape = variable.shape
    guard shape.rank >= 2, shape.count <= 64 else { return [] }
    let page = shape[shape.rank - 2] * shape[shape.rank - 1]
    guard page > 0 else { return [] }
    var words: [Words] = []
    for leading in 0..<(shape.count / page) {
      guard let grid = Grid(variable, leading: leading, names, numbers), grid.span <= width else {
        return []
      }
      if leading > 0 { words.append(Words("")) }
      words += grid.lines.map { Words($0, .value) }
    }
    return words
  }
}
