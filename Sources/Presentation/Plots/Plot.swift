import Glibc

/// Points on axes, drawn with characters: a loss curve, a decision boundary, two curves compared.
///
/// One series is drawn in braille dots (2 × 4 a cell); several, or any series without Unicode, in
/// one mark a cell and a mark of their own, so that color is not needed to tell them apart.
/// Points that are not finite, or not positive on a logarithmic scale, leave a gap.
package struct Plot: Sendable, Equatable {
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
  /// False where the output has only ASCII.
  var unicode = true

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

  package var document: Document { Document([.plot(self)]) }

  /// The same for an output of a width and a character set.
  func fitted(to width: Int, unicode: Bool) -> Plot {
    var plot = self
    plot.width = min(self.width, max(width, 24))
    plot.unicode = unicode
    return plot
  }

  /// The picture as unwrapped lines; a sentence where there is nothing to draw.
  var lines: [Block] {
    guard let area else { return [.line(Words(emptyNote, .dim))] }
    let yTicks = Ticks(area.ys, isLogarithmic: isLogarithmic, count: max(2, height / 3))
    let margin = yTicks.labels.map { DisplayWidth.of($0.text) }.max() ?? 1
    var canvas = makeCanvas(columns: max(10, width - margin - 2))
    for (index, one) in area.series.enumerated() {
      draw(one, number: index, on: &canvas, area.xs, area.ys)
    }
    let rows =
      framed(canvas, yTicks, area.ys, margin: margin)
      + axis(area.xs, canvas.columns, margin: margin)
    return heading + rows.map(Block.line) + legend(margin: margin)
  }

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

  private func makeCanvas(columns: Int) -> Canvas {
    Canvas(columns: columns, rows: height, isBraille: unicode && series.count == 1)
  }

  private func draw(
    _ series: Series, number: Int, on canvas: inout Canvas, _ xs: Range, _ ys: Range
  ) {
    let marks = Array(unicode ? "●+×○◆" : "*+xo#")
    let mark = marks[number % marks.count]
    var last: (column: Int, row: Int)?
    for point in series.points {
      guard point.x.isFinite, point.y.isFinite else {
        last = nil
        continue
      }
      let place = (
        column: xs.position(of: point.x, steps: canvas.dotColumns),
        row: canvas.dotRows - 1 - ys.position(of: point.y, steps: canvas.dotRows)
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

  private var heading: [Block] {
    [title, yLabel].filter { !$0.isEmpty }.enumerated().map { index, text in
      .line(Words(text, index == 0 && !title.isEmpty ? .strong : .dim))
    }
  }

  private func framed(_ canvas: Canvas, _ ticks: Ticks, _ ys: Range, margin: Int) -> [Words] {
    var labels: [Int: String] = [:]
    for tick in ticks.labels {
      let row = height - 1 - ys.position(of: tick.value, steps: height)
      if labels[row] == nil { labels[row] = tick.text }
    }
    return (0..<height).map { row in
      let label = labels[row] ?? ""
      let space = String(repeating: " ", count: margin - DisplayWidth.of(label))
      let edge = unicode ? (label.isEmpty ? "│" : "┤") : (label.isEmpty ? "|" : "+")
      return Words(space + label + " " + edge, .dim) + Words(canvas.text(row: row), .value)
    }
  }

  private func axis(_ xs: Range, _ columns: Int, margin: Int) -> [Words] {
    var line = Array(repeating: unicode ? "─" : "-", count: columns)
    var labels = Array(repeating: " " as Character, count: columns + 1)
    var free = 0
    for tick in Ticks(xs, isLogarithmic: false, count: max(2, columns / 12)).labels {
      let column = xs.position(of: tick.value, steps: columns)
      let start = min(max(0, column - tick.text.count / 2), columns + 1 - tick.text.count)
      guard start >= free else { continue }
      line[column] = unicode ? "┬" : "+"
      for (offset, character) in tick.text.enumerated() { labels[start + offset] = character }
      free = start + tick.text.count + 2
    }
    let lead = String(repeating: " ", count: margin + 1)
    let below = lead + " " + String(labels)
    let name = xLabel.isEmpty ? [] : [Words(lead + " " + xLabel, .dim)]
    return [Words(lead + (unicode ? "└" : "+") + line.joined(), .dim), Words(below, .dim)] + name
  }

  private func legend(margin: Int) -> [Block] {
    guard series.count > 1 else { return [] }
    let marks = Array(unicode ? "●+×○◆" : "*+xo#")
    let entries = series.enumerated().map { "\(marks[$0 % marks.count]) \($1.name)" }
    let lead = String(repeating: " ", count: margin + 2)
    return [.line(Words(lead + entries.joined(separator: "   ")))]
  }
}
