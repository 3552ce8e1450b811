import Autograd
import Language
import Presentation
import Tensors

/// A matrix as pictures take it: rows of numbers.
struct Grid: Sendable, Equatable {
  let rows: Int
  let columns: Int
  let values: [Double]
  let isWhole: Bool

  init(rows: Int, columns: Int, values: [Double], isWhole: Bool = false) {
    self.rows = rows
    self.columns = columns
    self.values = values
    self.isWhole = isWhole
  }

  /// A vector is one row; nil for what has more than two axes or no elements.
  init?(_ tensor: Tensor) {
    guard (1...2).contains(tensor.shape.rank), tensor.count > 0 else { return nil }
    columns = tensor.shape[tensor.shape.rank - 1]
    rows = tensor.count / columns
    values = tensor.elements
    isWhole = !tensor.dtype.isReal
  }

  subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

  var data: JSONValue {
    .array(
      (0..<rows).map { row in .array((0..<columns).map { .number(self[row, $0]) }) })
  }

  /// One number of it as it is written.
  func text(_ value: Double, _ format: NumberFormat) -> String {
    format.text(value, isWhole ? .integer : .float)
  }

  var finite: [Double] { values.filter(\.isFinite) }
}

extension Call {
  func draw(_ figure: some Figure) -> Value {
    evaluator.output.block(.figure(AnyFigure(figure)))
    return .none
  }

  /// How numbers inside a picture are written.
  var numbers: NumberFormat { evaluator.context.numbers.display }

  /// The elements of a vector, a list or a range.
  func vector(_ value: Value, _ position: Int, _ example: String) throws -> [Double] {
    guard let tensor = try value.resolved.asTensor(evaluator.environment.structure)?.value,
      tensor.shape.rank <= 1 || tensor.shape.rank == 2 && tensor.shape[1] == 1, tensor.count > 0
    else {
      throw fail(
        position, "not-drawn", "\(value.kindText) has no row of numbers to draw", helps: [example])
    }
    return tensor.elements
  }

  func grid(
    _ value: Value, _ position: Int, _ example: String, largest: Int = Grid.largest
  ) throws -> Grid {
    guard let tensor = try value.resolved.asTensor(evaluator.environment.structure)?.value,
      let grid = Grid(tensor)
    else {
      throw fail(
        position, "not-drawn", "\(value.kindText) is no matrix to draw", helps: [example])
    }
    guard grid.values.count <= largest else {
      throw fail(
        position, "too-large", "a picture of \(grid.rows)×\(grid.columns) cells is too large",
        notes: ["up to \(largest) cells are drawn"], helps: ["imshow(X[:100, :100])"])
    }
    return grid
  }

  /// `titles=("a", "b")`, or one text.
  func texts(_ position: Int) throws -> [String] {
    if isNone(position) { return [] }
    if case .string(let text) = values[position] { return [text] }
    return try items(position).map { item in
      if case .string(let text) = item.resolved { return text }
      return evaluator.text(of: item)
    }
  }

  /// Two numbers, as for a range or a place.
  func pair(_ position: Int, _ example: String) throws -> (Double, Double) {
    let numbers = try vector(values[position], position, example)
    guard numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
      throw fail(position, "not-a-pair", "two numbers are needed here", helps: [example])
    }
    return (numbers[0], numbers[1])
  }
}

extension Grid {
  /// More cells than anybody looks at.
  static let largest = 1 << 16
}

extension Parameter {
  static let title = Parameter("title", .string, default: .string(""), "stands above the picture")
}

extension Call {
  /// Within `bounds`, or an error that tells them.
  package func integer(_ position: Int, in bounds: ClosedRange<Int>, of name: String) throws
    -> Int
  {
    let number = try integer(position)
    guard bounds.contains(number) else {
      throw fail(
        position, "usage",
        "\(name) is from \(bounds.lowerBound) to \(bounds.upperBound), not \(number)",
        helps: ["\(name)=\(min(max(number, bounds.lowerBound), bounds.upperBound))"])
    }
    return number
  }
}
