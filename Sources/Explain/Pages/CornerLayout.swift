import Autograd
import Presentation
import Tensors

/// A product of two small matrices in the corner layout: A on the left, B above, the result between.
struct CornerLayout {
  private let left: [[String]]
  private let top: [[String]]
  private let result: [[String]]

  /// nil unless the quantity is a product of two matrices of at most 6 rows and columns.
  init?(_ variable: Variable, _ names: Names, _ numbers: NumberText) {
    guard variable.operation?.form == .matrixProduct,
      variable.inputs.array.allSatisfy({ $0.shape.rank == 2 }),
      (variable.inputs.array + [variable]).allSatisfy({
        max($0.shape[0], $0.shape[1]) <= 6 && !$0.shape.isEmpty
      })
    else { return nil }
    func rows(_ variable: Variable) -> [[String]] {
      let origin = names.origin(of: variable)
      return (0..<variable.shape[0]).map { row in
        (0..<variable.shape[1]).map {
          numbers.text(variable.value[flat: row * variable.shape[1] + $0], origin)
        }
      }
    }
    left = rows(variable.inputs[0])
    top = rows(variable.inputs[1])
    result = rows(variable)
  }

  /// No lines where the page is too narrow.
  func lines(width: Int) -> [Words] {
    let leftWidths = Self.widths(left)
    let rightWidths = Self.widths(top + result)
    let (leftSpan, rightSpan) = (Self.span(leftWidths), Self.span(rightWidths))
    guard leftSpan + rightSpan + 4 <= width else { return [] }
    let margin = String(repeating: " ", count: leftSpan)
    var lines = top.map { Words(margin + " │") + Words(Self.row($0, rightWidths)) }
    let ruler =
      String(repeating: "─", count: leftSpan + 1) + "┼" + String(repeating: "─", count: rightSpan)
    lines.append(Words(ruler, .dim))
    for (a, c) in zip(left, result) {
      lines.append(Words(Self.row(a, leftWidths) + " │") + Words(Self.row(c, rightWidths), .value))
    }
    return lines
  }

  private static func widths(_ rows: [[String]]) -> [Int] {
    guard let first = rows.first else { return [] }
    return first.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  private static func span(_ widths: [Int]) -> Int { widths.reduce(0) { $0 + $1 + 2 } }

  private static func row(_ cells: [String], _ widths: [Int]) -> String {
    zip(cells, widths).map { String(repeating: " ", count: $1 - $0.count + 2) + $0 }.joined()
  }
}
