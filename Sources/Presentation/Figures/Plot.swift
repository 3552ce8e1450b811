import Glibc

/// Points on axes, drawn with characters: a loss curve, a decision boundary, two curves compared.
///
/// One series is drawn in braille dots (2 × 4 a cell); several, or any series without Unicode, in
/// one mark a cell and a mark of their own, so that color is not needed to tell them apart.
/// Points that are not finite, or not positive on a logarithmic scale, leave a gap.
package struct Plot: Figure {
  package enum Style: Sendable { case line, scatter }

  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  package struct Series: Sendable, Equatable {
    package var name: String
    package var points: [Point]
    package var style: Style

    package init(_ name: String = "", points: [Point], style: Style = .line) {
      self.name = name
      self.points = points
      self.style = style
    }

    /// Values one after the other, counted from `first`: a loss per step.
    package init(_ name: String = "", values: [Double], first: Int = 0, style: Style = .line) {
      let points = values.enumerated().map { Point(Double(first) + Double($0), $1) }
      self.init(name, points: points, style: style)
    }
  }

  package var series: [Series]
  package var title: String
  package var xLabel: String
  package var yLabel: String
  /// Columns and rows of the whole picture and of the drawing area.
  package var width: Int
  package var height: Int
  package var isLogarithmic: Bool
  package init(
    _ series: [Series], title: String = "", xLabel: String = "", yLabel: String = "",
    width: Int = 72, height: Int = 12, isLogarithmic: Bool = false
  ) {
    self.series = series
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.width = min(max(width, 24), 1000)
    self.height = min(max(height, 3), 200)
    self.isLogarithmic = isLogarithmic
  }

  package var kind: String { "plot" }

  /// A sentence where there is nothing to draw.
  package func lines(on page: FigurePage) -> [Words] {
    guard let area else { return [Words(emptyNote, .dim)] }
    let yTicks = Ticks(area.ys, isLogarithmic: isLogarithmic, count: max(2, height / 3))
    let margin = yTicks.labels.map { DisplayWidth.of($0.text) }.max() ?? 1
    let columns = max(10, min(width, page.width) - margin - 2)
    var canvas = Canvas(
      columns: columns, rows: height, isBraille: page.unicode && series.count == 1)
    for (index, one) in area.series.enumerated() {
      draw(one, number: index, on: &canvas, area, page)
    }
    let frame = Frame(
      columns: columns, rows: height, x: area.xs, y: area.ys, yTicks: yTicks, xLabel: xLabel)
    return heading + frame.lines(canvas, on: page) + legend(margin: margin, page)
  }

  package var markup: String { PlotPicture(self).svg }

  /// What is drawn, logarithms taken, and the ranges it fills.
  struct Area {
    let series: [Series]
    let xs: Range
    let ys: Range
  }

  /// Nil where no point has a place.
  var area: Area? {
    let drawn = series.map {
      Series($0.name, points: $0.points.compactMap(scaled), style: $0.style)
    }
    let all = drawn.lazy.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    guard let xs = Range.of(all.map(\.x)), let ys = Range.of(all.map(\.y)) else { return nil }
    return Area(series: drawn, xs: xs, ys: ys)
  }

  var emptyNote: String {
    "(nothing to plot: no \(isLogarithmic ? "positive " : "")finite values)"
  }

  /// Takes logarithms on a logarithmic scale; what has no place becomes NaN and so a gap.
  private func scaled(_ point: Point) -> Point? {
    guard isLogarithmic else { return point }
    return Point(point.x, point.y > 0 ? log10(point.y) : .nan)
  }

  // MARK: - Drawing

  private func draw(
    _ series: Series, number: Int, on canvas: inout Canvas, _ area: Area, _ page: FigurePage
  ) {
    let mark = Canvas.Mark(Marks.mark(number, page), Marks.role(number))
    var last: (column: Int, row: Int)?
    for point in series.points {
      guard point.x.isFinite, point.y.isFinite else {
        last = nil
        continue
      }
      let place = (
        column: area.xs.position(of: point.x, steps: canvas.dotColumns),
        row: canvas.dotRows - 1 - area.ys.position(of: point.y, steps: canvas.dotRows)
      )
      if let last, series.style == .line {
        canvas.line(from: last, to: place, mark)
      } else {
        canvas.dot(place.column, place.row, mark)
      }
      last = place
    }
  }

  // MARK: - Frame

  private var heading: [Words] {
    [title, yLabel].filter { !$0.isEmpty }.enumerated().map { index, text in
      Words(text, index == 0 && !title.isEmpty ? .strong : .dim)
    }
  }

  private func legend(margin: Int, _ page: FigurePage) -> [Words] {
    guard series.count > 1 else { return [] }
    let entries = series.enumerated().map { number, one in
      Words(String(Marks.mark(number, page)), Marks.role(number)) + Words(" " + one.name)
    }
    return page.rows(of: entries, indent: margin + 2)
  }
}
