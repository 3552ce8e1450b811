import Autograd
import Language
import Presentation
import Tensors

/// What a function of two numbers gives over a rectangle: heights with their levels, or the class that
/// wins at each place; points and a path lie on it.
struct Field: Figure {
  /// Heights, drawn in bands between levels; or classes, drawn as regions.
  enum Content: Sendable, Equatable {
    case heights(levels: [Double])
    case classes(count: Int)
  }

  let kind: String
  let title: String
  let x: Plot.Range
  let y: Plot.Range
  /// Row 0 lies at the lowest y.
  let grid: Grid
  let content: Content
  let points: [Plot.Series]
  let path: [Plot.Point]
  /// Columns and rows of the drawing area, as long as there is room.
  var columns = 60
  var rows = 18

  /// The band or class of a value.
  private func band(_ value: Double) -> Int? {
    guard value.isFinite else { return nil }
    switch content {
    case .heights(let levels): return levels.count { $0 <= value }
    case .classes: return Int(exactly: value)
    }
  }

  private func value(_ column: Int, of columns: Int, _ row: Int, of rows: Int) -> Double {
    let c = columns > 1 ? column * (grid.columns - 1) / (columns - 1) : 0
    let r = rows > 1 ? row * (grid.rows - 1) / (rows - 1) : 0
    return grid[r, c]
  }

  // MARK: - Lines

  func lines(on page: FigurePage) -> [Words] {
    let columns = min(columns, page.width - 10)
    var canvas = Canvas(columns: columns, rows: rows, isBraille: false)
    for row in 0..<rows {
      for column in 0..<columns {
        let band = band(value(column, of: columns, rows - 1 - row, of: rows))
        canvas.dot(column, row, shade(band, page))
      }
    }
    draw(on: &canvas, page)
    let yTicks = Plot.Ticks(y, isLogarithmic: false, count: 6)
    let frame = Plot.Frame(columns: columns, rows: rows, x: x, y: y, yTicks: yTicks)
    return (title.isEmpty ? [] : [Words(title, .strong)]) + frame.lines(canvas, on: page)
      + legend(page)
  }

  private func draw(on canvas: inout Canvas, _ page: FigurePage) {
    let (columns, rows) = (canvas.columns, canvas.rows)
    func place(_ point: Plot.Point) -> (column: Int, row: Int) {
      (x.position(of: point.x, steps: columns), rows - 1 - y.position(of: point.y, steps: rows))
    }
    let ink = Canvas.Mark(page.unicode ? "•" : "@", .strong)
    for (from, to) in zip(path, path.dropFirst()) where from.isFinite && to.isFinite {
      canvas.line(from: place(from), to: place(to), ink)
    }
    for (number, series) in points.enumerated() {
      for point in series.points where point.isFinite {
        let (column, row) = place(point)
        canvas.dot(column, row, Canvas.Mark(Marks.mark(number, page), Marks.role(number)))
      }
    }
  }

  /// Regions of classes are told apart by letters of shade, bands of heights by darkness.
  private func shade(_ band: Int?, _ page: FigurePage) -> Canvas.Mark {
    guard let band else { return Canvas.Mark("?", .dim) }
    switch content {
    case .classes:
      let shades = Array(page.unicode ? " ░▒▓·" : " .:%-")
      return Canvas.Mark(shades[band % shades.count], Marks.role(band))
    case .heights(let levels):
      let shades = Array(page.unicode ? " ·░▒▓█" : " .:-=#")
      let step = max(1, (levels.count + shades.count - 1) / shades.count)
      return Canvas.Mark(shades[min(band / step, shades.count - 1)], .series1)
    }
  }

  private func legend(_ page: FigurePage) -> [Words] {
    let marks = points.enumerated().filter { !$0.element.name.isEmpty }.map { number, series in
      Words(String(Marks.mark(number, page)), Marks.role(number)) + Words(" \(series.name)")
    }
    let bands: [Words]
    switch content {
    case .classes(let count):
      bands = (0..<count).map { band in
        let mark = shade(band, page)
        return Words("'\(mark.character)'", mark.role) + Words(" class \(band)")
      }
    case .heights(let levels):
      let format = NumberFormat(digits: 4)
      var seen: [Character: (low: Int, high: Int)] = [:]
      for band in 0...levels.count {
        let mark = shade(band, page).character
        seen[mark] = (min(seen[mark]?.low ?? band, band), band)
      }
      bands = seen.sorted { $0.value.low < $1.value.low }.map { mark, range in
        let text =
          range.high < levels.count
          ? "below \(format.text(levels[range.high]))"
          : "from \(format.text(levels[max(0, range.low - 1)]))"
        return Words("'\(mark)'", .series1) + Words(" " + text)
      }
    }
    return page.rows(of: bands + marks, indent: 2)
  }

  // MARK: - Elsewhere

  var markup: String {
    let (size, left, top) = (360.0, 60.0, 30.0)
    var svg = SVG(width: left + size + 30, height: top + size + 40)
    if !title.isEmpty { svg.text(title, left, 18, isBold: true) }
    let cell = (size / Double(grid.columns), size / Double(grid.rows))
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        svg.rectangle(
          left + Double(column) * cell.0, top + size - Double(row + 1) * cell.1, cell.0 + 0.3,
          cell.1 + 0.3, fill: fill(band(grid[row, column])))
      }
    }
    func place(_ point: Plot.Point) -> (x: Double, y: Double) {
      (
        left + (point.x - x.low) / (x.high - x.low) * size,
        top + size - (point.y - y.low) / (y.high - y.low) * size
      )
    }
    svg.path(path.filter(\.isFinite).map(place), color: "#d00000")
    for (number, series) in points.enumerated() {
      for point in series.points where point.isFinite {
        let at = place(point)
        svg.mark(number, at.x, at.y)
      }
    }
    svg.rectangle(left, top, size, size, stroke: "currentColor")
    for tick in Plot.Ticks(x, isLogarithmic: false, count: 5).labels {
      svg.text(tick.text, place(.init(tick.value, 0)).x, top + size + 18, anchor: .middle)
    }
    for tick in Plot.Ticks(y, isLogarithmic: false, count: 5).labels {
      svg.text(tick.text, left - 6, place(.init(0, tick.value)).y + 4, anchor: .end)
    }
    return svg.text(title: sentence)
  }

  private func fill(_ band: Int?) -> String {
    guard let band else { return "#dddddd" }
    switch content {
    case .classes: return ["#cfe3f2", "#f6ddcf", "#d2ecdc", "#e5d8f0", "#ede5c6"][band % 5]
    case .heights(let levels):
      let share = levels.isEmpty ? 0 : Double(band) / Double(levels.count)
      let light = Int(245 - 150 * share)
      return "rgb(\(light - 40 > 0 ? light - 40 : 0),\(light),\(min(255, light + 10)))"
    }
  }

  var data: [JSONValue.Member] {
    [
      .init("title", .string(title)), .init("x", [.number(x.low), .number(x.high)]),
      .init("y", [.number(y.low), .number(y.high)]), .init("values", grid.data),
      .init(
        "points",
        .array(
          points.map { series in
            .object([
              .init("name", .string(series.name)),
              .init("points", .array(series.points.map { [.number($0.x), .number($0.y)] })),
            ])
          })),
      .init("path", .array(path.map { [.number($0.x), .number($0.y)] })),
    ]
  }

  var sentence: String {
    let format = NumberFormat(digits: 4)
    let subject = title.isEmpty ? (kind == "contour" ? "Heights" : "Regions") : title
    let area =
      "x from \(format.text(x.low)) to \(format.text(x.high)), "
      + "y from \(format.text(y.low)) to \(format.text(y.high))"
    switch content {
    case .classes(let count):
      let shares = (0..<count).map { label in
        let share = Double(grid.values.count { $0 == Double(label) }) / Double(grid.values.count)
        return "class \(label) on \(NumberFormat(digits: 0).fixed(share * 100)) %"
      }
      return "\(subject), \(area): \(shares.joined(separator: ", ")) of the area."
    case .heights:
      let finite = grid.finite
      guard let low = finite.min(), let high = finite.max() else { return subject + "." }
      var text = "\(subject), \(area): from \(format.text(low)) to \(format.text(high))"
      if let first = path.first, let last = path.last {
        text +=
          "; a path of \(path.count - 1) steps from (\(format.text(first.x)), "
          + "\(format.text(first.y))) to (\(format.text(last.x)), \(format.text(last.y)))"
      }
      return text + "."
    }
  }
}

extension Plot.Point {
  fileprivate var isFinite: Bool { x.isFinite && y.isFinite }
}
