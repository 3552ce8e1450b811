import Autograd
import Language
import Presentation

/// A window on a row or a picture, where it stands now: what lies under it, the products or the
/// choice, the number that comes of it, and the map beside it: so far, or finished.
struct WindowPicture: Figure {
  enum Rule: Sendable, Equatable {
    case filter(Grid)
    case maximum, mean
  }

  /// With its padding.
  let input: Grid
  let rule: Rule
  let size: (rows: Int, columns: Int)
  let stride: Int
  /// The place in the map that is worked out.
  let place: Heatmap.Cell
  let number: NumberFormat
  /// Whether the map stands there to its end; else up to the place, so that what follows can be asked.
  var isWhole = false

  var kind: String { "window" }

  static func == (left: WindowPicture, right: WindowPicture) -> Bool {
    left.input == right.input && left.rule == right.rule && left.size == right.size
      && left.stride == right.stride && left.place == right.place && left.number == right.number
      && left.isWhole == right.isWhole
  }

  var rows: Int { (input.rows - size.rows) / stride + 1 }
  var columns: Int { (input.columns - size.columns) / stride + 1 }

  private func cells(at place: Heatmap.Cell) -> [Heatmap.Cell] {
    (0..<size.rows * size.columns).map { index in
      Heatmap.Cell(
        row: place.row * stride + index / size.columns,
        column: place.column * stride + index % size.columns)
    }
  }

  private func seen(at place: Heatmap.Cell) -> [Double] {
    cells(at: place).map { input[$0.row, $0.column] }
  }

  private func result(at place: Heatmap.Cell) -> Double {
    let seen = seen(at: place)
    switch rule {
    case .filter(let kernel): return zip(seen, kernel.values).reduce(0) { $0 + $1.0 * $1.1 }
    case .maximum: return seen.max() ?? .nan
    case .mean: return seen.reduce(0, +) / Double(seen.count)
    }
  }

  private var map: Grid {
    let places = (0..<rows * columns).map {
      Heatmap.Cell(row: $0 / columns, column: $0 % columns)
    }
    return Grid(
      rows: rows, columns: columns, values: places.map(result),
      isWhole: hasWholeNumbers && rule != .mean)
  }

  private var hasWholeNumbers: Bool {
    if case .filter(let kernel) = rule { input.isWhole && kernel.isWhole } else { input.isWhole }
  }

  /// The numbers of the map that are shown, row by row.
  private var shownMap: [Double] {
    isWhole ? map.values : Array(map.values.prefix(place.row * columns + place.column + 1))
  }

  /// With null for what is not shown.
  private func shownRow(_ row: Int) -> [JSONValue] {
    let shown = shownMap
    return (row * columns..<(row + 1) * columns).map {
      $0 < shown.count ? .number(shown[$0]) : .null
    }
  }

  private var picture: Heatmap {
    let map = map
    var panels = [Heatmap.Panel(title: "input", grid: input, marked: Set(cells(at: place)))]
    if case .filter(let kernel) = rule { panels.append(.init(title: "filter", grid: kernel)) }
    panels.append(
      .init(
        title: "map", grid: map, marked: [place],
        shown: isWhole ? nil : place.row * columns + place.column + 1))
    let finite = panels.flatMap(\.shownNumbers)
    return Heatmap(
      panels: panels, isSigned: (finite.min() ?? 0) < 0, low: finite.min() ?? 0,
      high: finite.max() ?? 0, number: number)
  }

  // MARK: - Arithmetic

  /// `1·0.5 + 2·(−1) = −1.5`: exact at the printed decimals, or ≈.
  private func arithmetic(on page: FigurePage) -> [Words] {
    let seen = seen(at: place)
    let result = result(at: place)
    let shown = map.text(result, number)
    let write = { (value: Double) in input.text(value, number) }
    let name = "[\(place.row), \(place.column)]"
    switch rule {
    case .maximum:
      return broken("max(", seen.map(write), ", ", ") = \(shown)", name, page)
    case .mean:
      let sum = seen.map { Double(write($0)) ?? $0 }.reduce(0, +) / Double(seen.count)
      return broken(
        "(", seen.map(write), " + ",
        ")/\(seen.count) \(relation(sum, shown, page)) \(shown)", name, page)
    case .filter(let kernel):
      let factors = zip(seen, kernel.values).map { (write($0.0), kernel.text($0.1, number)) }
      let sum = factors.reduce(0) { $0 + (Double($1.0) ?? 0) * (Double($1.1) ?? 0) }
      let products = factors.map { left, right in
        "\(bracketed(left))\(page.symbol("·", "*"))\(bracketed(right))"
      }
      return broken(
        "", products, " + ", " \(relation(sum, shown, page)) \(shown)", name, page)
    }
  }

  private func bracketed(_ number: String) -> String {
    number.hasPrefix("-") ? "(\(number))" : number
  }

  private func relation(_ exact: Double, _ shown: String, _ page: FigurePage) -> String {
    abs(exact - (Double(shown) ?? .nan)) <= 1e-12 * max(1, abs(exact)) ? "=" : page.symbol("≈", "~")
  }

  /// One line, or as many as it takes, broken after a sign.
  private func broken(
    _ opening: String, _ parts: [String], _ sign: String, _ closing: String, _ name: String,
    _ page: FigurePage
  ) -> [Words] {
    let lead = "map\(name) = "
    var lines = [lead + opening]
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      let piece = part + (isLast ? closing : sign)
      if lines[lines.count - 1].count + piece.count > page.width {
        lines.append(String(repeating: " ", count: lead.count))
      }
      lines[lines.count - 1] += piece
    }
    return lines.map { Words($0, .formula) }
  }

  // MARK: - Figure

  func lines(on page: FigurePage) -> [Words] { picture.lines(on: page) + arithmetic(on: page) }

  var markup: String {
    let page = FigurePage(width: .max, unicode: true)
    let text = arithmetic(on: page).map(\.plain).joined()
    return picture.markup + HTMLRenderer().fragment(Document([.paragraph(Words(text))]))
  }

  var data: [JSONValue.Member] {
    [
      .init("input", input.data), .init("place", [.int(place.row), .int(place.column)]),
      .init("window", .array(seen(at: place).map { .number($0) })),
      .init("result", .number(result(at: place))),
      .init("map", .array((0..<rows).map { .array(shownRow($0)) })),
    ]
  }

  var sentence: String {
    "The window stands at row \(place.row * stride), column \(place.column * stride) of the input, "
      + "and gives \(map.text(result(at: place), number)); the map has \(rows) by \(columns) numbers."
  }
}

extension Library {
  static let windows = [
    Builtin(
      "window", "Shows a window on a row or a picture: products, sum and the map so far.",
      notes: """
        The kernel is not turned: cross-correlation, as in conv2d. With pool="max" or pool="mean" \
        the kernel is the size of the window.
        """,
      examples: [
        "window([1, 2, 3, 4], [1, -1])",
        "window([[1, 2, 0], [0, 1, 3], [2, 1, 0]], 2, pool=\"max\", at=(1, 0))",
      ],
      parameters: [
        Parameter("x", .tensor, "a vector or a matrix"),
        Parameter("kernel", .any, "a vector or a matrix; or the size of a pooling window"),
        Parameter("at", .any, default: .integer(0), "the place in the map: (row, column)"),
        Parameter("stride", .integer, default: .integer(1), "how far it moves"),
        Parameter("padding", .integer, default: .integer(0), "zeros around x"),
        Parameter(
          "pool", .choice(["none", "max", "mean"]), default: .string("none"),
          "what is done instead of products"),
        Parameter(
          "map", .choice(["so far", "all"]), default: .string("so far"),
          "the map up to the place, or to its end"),
      ]
    ) { call in call.draw(try call.windowPicture) }
  ]
}

extension Call {
  fileprivate var windowPicture: WindowPicture {
    get throws {
      let example = "window([1, 2, 3, 4], [1, -1])"
      let x = try grid(values[0], 0, example)
      let padding = try integer(4, in: 0...100, of: "padding")
      let isRow = x.rows == 1
      let input = x.padded(padding, isRow: isRow)
      let rule: WindowPicture.Rule
      let size: (rows: Int, columns: Int)
      switch try string(5) {
      case "none":
        let kernel = try grid(values[1], 1, example)
        (rule, size) = (.filter(kernel), (kernel.rows, kernel.columns))
      case let pool:
        let side = try integer(1, in: 1...1000, of: "kernel")
        (rule, size) = (pool == "max" ? .maximum : .mean, (isRow ? 1 : side, side))
      }
      let stride = try integer(3, in: 1...1000, of: "stride")
      guard size.rows <= input.rows, size.columns <= input.columns else {
        throw fail(
          1, "not-drawn",
          "a window of \(size.rows)×\(size.columns) does not fit on \(input.rows)×\(input.columns)",
          helps: [example])
      }
      let place = try place(isRow: isRow)
      let window = WindowPicture(
        input: input, rule: rule, size: size, stride: stride, place: place, number: numbers,
        isWhole: try string(6) == "all")
      guard (0..<window.rows).contains(place.row), (0..<window.columns).contains(place.column)
      else {
        throw fail(
          2, "not-drawn",
          "the map has \(window.rows)×\(window.columns) places, and no [\(place.row), \(place.column)]",
          helps: ["\(builtin.name)(\(text(0) ?? "x"), \(text(1) ?? "k"), at=(0, 0))"])
      }
      return window
    }
  }

  private func place(isRow: Bool) throws -> Heatmap.Cell {
    if let index = values[2].integer {
      return Heatmap.Cell(row: 0, column: index)
    }
    let (row, column) = try pair(2, "window(x, k, at=(0, 1))")
    guard let row = Int(exactly: row), let column = Int(exactly: column) else {
      throw fail(2, "not-a-cell", "a place has whole numbers", helps: ["window(x, k, at=(0, 1))"])
    }
    return Heatmap.Cell(row: row, column: column)
  }
}

extension Grid {
  fileprivate func padded(_ padding: Int, isRow: Bool) -> Grid {
    guard padding > 0 else { return self }
    let above = isRow ? 0 : padding
    let (height, width) = (rows + 2 * above, columns + 2 * padding)
    return Grid(
      rows: height, columns: width,
      values: (0..<height * width).map { index in
        let (row, column) = (index / width - above, index % width - padding)
        let isInside = (0..<rows).contains(row) && (0..<columns).contains(column)
        return isInside ? self[row, column] : 0
      }, isWhole: isWhole)
  }
}
