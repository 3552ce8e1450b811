import Autograd
import Language
import Presentation

/// Matrices as pictures, side by side: gray from the lowest to the highest, or signed around 0. The
/// numbers stand in the cells where they fit.
struct Heatmap: Figure {
  struct Panel: Sendable, Equatable {
    let title: String
    let grid: Grid
    /// Cells to be pointed at.
    var marked: Set<Cell> = []
    /// How many cells are shown, row by row; the others are left open. Nil for all.
    var shown: Int?

    /// What a cell is while it is open.
    func isOpen(_ row: Int, _ column: Int) -> Bool {
      shown.map { row * grid.columns + column >= $0 } ?? false
    }

    var shownNumbers: [Double] {
      grid.values.prefix(shown ?? grid.values.count).filter(\.isFinite)
    }
  }

  let panels: [Panel]
  let isSigned: Bool
  let low: Double
  let high: Double
  let number: NumberFormat
  /// Whether numbers stand in the cells, where they fit.
  var showsNumbers = true

  struct Cell: Sendable, Hashable, Comparable {
    let row: Int
    let column: Int

    static func < (left: Cell, right: Cell) -> Bool {
      (left.row, left.column) < (right.row, right.column)
    }
  }

  var kind: String { "imshow" }

  // MARK: - Cells

  /// −3…3 around 0 where the picture is signed, else 0…4 from low to high.
  private func level(_ value: Double) -> Int? {
    guard value.isFinite else { return nil }
    if isSigned {
      let bound = max(abs(low), abs(high))
      return bound == 0 ? 0 : Int((max(-1, min(1, value / bound)) * 3).rounded())
    }
    guard high > low else { return 2 }
    return Int((max(0, min(1, (value / 2 - low / 2) / (high / 2 - low / 2))) * 4).rounded())
  }

  private static let cold: [Role] = [.cold1, .cold2, .cold3]
  private static let warm: [Role] = [.warm1, .warm2, .warm3]
  private static let grays: [Role] = [.gray0, .gray1, .gray2, .gray3, .gray4]

  private func role(_ level: Int?) -> Role {
    guard let level else { return .dim }
    if !isSigned { return Self.grays[level] }
    return level == 0 ? .plain : level < 0 ? Self.cold[-level - 1] : Self.warm[level - 1]
  }

  /// Two characters that say the level without color.
  private func shade(_ level: Int?, _ page: FigurePage) -> String {
    guard let level else { return "??" }
    if !isSigned {
      return (page.unicode ? ["  ", "░░", "▒▒", "▓▓", "██"] : ["  ", "..", "::", "oo", "##"])[level]
    }
    let signs = page.unicode ? ["−−", "− ", "· ", "+ ", "++"] : ["--", "- ", ". ", "+ ", "++"]
    return signs[level.signum() * min(2, abs(level)) + 2]
  }

  // MARK: - Lines

  func lines(on page: FigurePage) -> [Words] {
    let all = panels.flatMap(\.grid.values)
    let isWhole = panels.allSatisfy(\.grid.isWhole)
    let notation = number.notation(for: all, isWhole ? .integer : .float)
    let texts = panels.map { panel in panel.grid.values.map { number.text($0, in: notation) } }
    let widest = texts.joined().map(\.count).max() ?? 1
    // Brackets around a marked cell need their room.
    let numbered = widest + 2
    let columns = panels.map(\.grid.columns)
    let isNumbered =
      showsNumbers && (columns.max() ?? 1) * numbered <= page.width && (columns.max() ?? 1) <= 16
      && (panels.map(\.grid.rows).max() ?? 1) <= 24
    let size = isNumbered ? numbered : (columns.max() ?? 1) * 2 <= page.width ? 2 : 1
    let drawn = panels.indices.map { index in
      self.drawn(panels[index], isNumbered ? texts[index] : nil, size: size, page)
    }
    return sideBySide(drawn, page) + (isNumbered ? [] : bar(page))
  }

  private func drawn(
    _ panel: Panel, _ texts: [String]?, size: Int, _ page: FigurePage
  ) -> [Words] {
    let columns = min(panel.grid.columns, page.width / size)
    let title = panel.title.isEmpty ? [] : [Words(panel.title, .strong)]
    let cut =
      columns < panel.grid.columns
      ? [Words("(the first \(columns) of \(panel.grid.columns) columns)", .dim)] : []
    return title
      + (0..<panel.grid.rows).map { row in
        (0..<columns).reduce(into: Words("")) { line, column in
          if panel.isOpen(row, column) {
            let dots = texts == nil ? "" : page.symbol("…", ".")
            let room = max(0, size - 1 - dots.count)
            line += Words(
              String((String(repeating: " ", count: room) + dots + " ").prefix(size)), .dim)
            return
          }
          let level = level(panel.grid[row, column])
          let isMarked = panel.marked.contains(Cell(row: row, column: column))
          let content = texts.map { text in
            let text = text[row * panel.grid.columns + column]
            let room = String(repeating: " ", count: max(0, size - 2 - text.count))
            return isMarked ? room + "[" + text + "]" : room + " " + text + " "
          }
          let plain = content ?? (isMarked ? page.symbol("◆◆", "<>") : shade(level, page))
          line += Words(String(plain.prefix(size)), role(level))
        }
      } + cut
  }

  private func sideBySide(_ drawn: [[Words]], _ page: FigurePage) -> [Words] {
    let widths = drawn.map { $0.map(\.plain.count).max() ?? 0 }
    let isWide = widths.reduce(0, +) + 3 * (drawn.count - 1) > page.width
    if drawn.count == 1 || isWide { return Array(drawn.joined(separator: [Words("")])) }
    return (0..<(drawn.map(\.count).max() ?? 0)).map { row in
      drawn.indices.reduce(into: Words("")) { line, index in
        let cell = row < drawn[index].count ? drawn[index][row] : Words("")
        let isLast = index == drawn.count - 1
        let room = widths[index] - cell.plain.count + 3
        line += cell + Words(isLast ? "" : String(repeating: " ", count: room))
      }
    }
  }

  /// What the shades stand for.
  private func bar(_ page: FigurePage) -> [Words] {
    let bound = max(abs(low), abs(high))
    let stops: [(Int, Double)] =
      isSigned
      ? [(-3, -bound), (-1, -bound / 3), (0, 0), (1, bound / 3), (3, bound)]
      : (0...4).map { ($0, low + (high - low) * Double($0) / 4) }
    let notation = number.notation(for: stops.map(\.1))
    return page.rows(
      of: stops.map { level, value in
        Words(shade(level, page), role(level)) + Words(" " + number.text(value, in: notation), .dim)
      })
  }

  // MARK: - Elsewhere

  var markup: String {
    let columns = panels.map(\.grid.columns).max() ?? 1
    let rows = panels.map(\.grid.rows).max() ?? 1
    let cell = max(4, min(48, 600 / Double(columns * panels.count)))
    let (gap, top) = (24.0, 26.0)
    let widths = panels.map { Double($0.grid.columns) * cell }
    var svg = SVG(
      width: widths.reduce(0, +) + gap * Double(panels.count), height: top + Double(rows) * cell + 8
    )
    var left = gap / 2
    for (panel, width) in zip(panels, widths) {
      svg.text(panel.title, left, 16, isBold: true)
      draw(panel, at: left, top, cell, on: &svg)
      left += width + gap
    }
    return svg.text(title: sentence)
  }

  private func draw(
    _ panel: Panel, at left: Double, _ top: Double, _ cell: Double, on svg: inout SVG
  ) {
    let grid = panel.grid
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let (x, y) = (left + Double(column) * cell, top + Double(row) * cell)
        if panel.isOpen(row, column) {
          svg.rectangle(x, y, cell, cell, stroke: "#888", strokeWidth: 0.5)
          continue
        }
        let (fill, ink) = color(grid[row, column])
        svg.rectangle(x, y, cell, cell, fill: fill, stroke: "#888", strokeWidth: 0.5)
        if cell >= 30 {
          svg.text(
            grid.text(grid[row, column], number), x + cell / 2, y + cell / 2 + 4, anchor: .middle,
            size: min(12, cell / 4), color: ink)
        }
        if panel.marked.contains(Cell(row: row, column: column)) {
          svg.rectangle(x + 1, y + 1, cell - 2, cell - 2, stroke: "#d00000", strokeWidth: 3)
        }
      }
    }
  }

  private func color(_ value: Double) -> (fill: String, ink: String) {
    guard value.isFinite else { return ("#cccccc", "#000000") }
    func mixed(_ from: (Double, Double, Double), _ to: (Double, Double, Double), _ share: Double)
      -> String
    {
      let parts = [
        from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share,
        from.2 + (to.2 - from.2) * share,
      ]
      return "rgb(" + parts.map { "\(Int($0.rounded()))" }.joined(separator: ",") + ")"
    }
    if isSigned {
      let bound = max(abs(low), abs(high))
      let share = bound == 0 ? 0 : max(-1, min(1, value / bound))
      let end = share < 0 ? (0.0, 92.0, 175.0) : (190.0, 70.0, 10.0)
      return (mixed((255, 255, 255), end, abs(share)), abs(share) > 0.6 ? "#ffffff" : "#000000")
    }
    let share = high > low ? max(0, min(1, (value - low) / (high - low))) : 0.5
    return (mixed((0, 0, 0), (255, 255, 255), share), share < 0.5 ? "#ffffff" : "#000000")
  }

  var data: [JSONValue.Member] {
    [
      .init("titles", .array(panels.map { .string($0.title) })),
      .init("values", .array(panels.map(\.grid.data))), .init("signed", .bool(isSigned)),
      .init(
        "marked",
        .array(
          panels.map { panel in
            .array(panel.marked.sorted().map { .array([.int($0.row), .int($0.column)]) })
          })),
    ]
  }

  var sentence: String {
    panels.map { panel in
      let grid = panel.grid
      let name = panel.title.isEmpty ? "A matrix" : panel.title
      let size = "\(name), \(grid.rows) by \(grid.columns)"
      guard let low = grid.finite.min(), let high = grid.finite.max() else { return size + "." }
      return size + ", from \(grid.text(low, number))\(place(of: low, in: grid)) to "
        + "\(grid.text(high, number))\(place(of: high, in: grid))."
    }.joined(separator: " ")
  }

  private func place(of value: Double, in grid: Grid) -> String {
    guard let index = grid.values.firstIndex(of: value) else { return "" }
    return " at [\(index / grid.columns), \(index % grid.columns)]"
  }
}

extension Library {
  static let heatmaps = [
    Builtin(
      "imshow", "Draws matrices as pictures, several side by side.",
      notes: """
        Gray from the lowest to the highest number, or, where there are numbers below 0, cold below \
        and warm above 0. Numbers stand in the cells where they fit.
        """,
      examples: [
        "imshow([[0, 1, 0], [1, 1, 1], [0, 1, 0]])", "imshow([[1, -2], [3, 0]], mark=(0, 1))",
      ],
      parameters: [
        Parameter("X", .any, variadic: true, "a matrix, or several"),
        Parameter("titles", .any, default: Attribute.none, "a text for each"),
        Parameter(
          "cmap", .choice(["auto", "gray", "signed"]), default: .string("auto"), "how it is shaded"),
        Parameter("vmin", .real, default: Attribute.none, "the darkest; None for the lowest"),
        Parameter("vmax", .real, default: Attribute.none, "the lightest; None for the highest"),
        Parameter("mark", .any, default: Attribute.none, "a cell (row, column), or several"),
      ]
    ) { call in
      let grids = try call.variadic(0).map { try call.grid($0, 0, "imshow([[0, 1], [1, 0]])") }
      let titles = try call.texts(1)
      let finite = grids.flatMap(\.finite)
      let low = call.isNone(3) ? finite.min() ?? 0 : try call.real(3)
      let high = call.isNone(4) ? finite.max() ?? 0 : try call.real(4)
      let map = try call.string(2)
      let marked = Set(try call.cells(5))
      return call.draw(
        Heatmap(
          panels: grids.enumerated().map { index, grid in
            Heatmap.Panel(
              title: index < titles.count ? titles[index] : "", grid: grid, marked: marked)
          }, isSigned: map == "signed" || (map == "auto" && low < 0), low: low, high: high,
          number: call.numbers))
    }
  ]
}

extension Call {
  /// `(0, 1)` or `[(0, 1), (2, 2)]`
  func cells(_ position: Int) throws -> [Heatmap.Cell] {
    if isNone(position) { return [] }
    let grid = try self.grid(values[position], position, "imshow(X, mark=(0, 1))")
    guard grid.columns == 2 else {
      throw fail(
        position, "not-a-cell", "a cell has a row and a column", helps: ["imshow(X, mark=(0, 1))"])
    }
    return (0..<grid.rows).compactMap { index in
      guard let row = Int(exactly: grid[index, 0]), let column = Int(exactly: grid[index, 1])
      else { return nil }
      return Heatmap.Cell(row: row, column: column)
    }
  }
}

extension Library {
  /// Gray pictures side by side, with a title each.
  package static func images(
    _ pictures: [(title: String, values: [Double])], rows: Int, columns: Int
  ) -> Block {
    let panels = pictures.map { picture in
      Heatmap.Panel(
        title: picture.title, grid: Grid(rows: rows, columns: columns, values: picture.values))
    }
    let all = pictures.flatMap(\.values)
    return .figure(
      AnyFigure(
        Heatmap(
          panels: panels, isSigned: false, low: all.min() ?? 0, high: all.max() ?? 1,
          number: NumberFormat(digits: 1), showsNumbers: false)))
  }
}
