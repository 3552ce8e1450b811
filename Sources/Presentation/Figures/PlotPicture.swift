/// A plot as an SVG picture, in the colors of its surroundings; series differ by dashes and marks as
/// well as by color.
struct PlotPicture {
  private let plot: Plot

  init(_ plot: Plot) { self.plot = plot }

  private static let size = (width: 640, height: 300)
  private static let margin = (left: 70, right: 20, top: 20, bottom: 44)
  private static let dashes = ["", "7 4", "2 3", "9 3 2 3", "4 2"]

  var svg: String {
    guard let area = plot.area else { return "" }
    let parts = axes(area) + area.series.enumerated().map { series($1, number: $0, area) } + legend
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.size.width) \(Self.size.height)" \
      width="\(Self.size.width)" height="\(Self.size.height)" role="img" font-size="13" \
      font-family="sans-serif" fill="currentColor">
      <title>\(XMLText.visible(plot.sentence))</title>
      \(parts.joined(separator: "\n"))
      </svg>
      """
  }

  // MARK: - Places

  /// Halves first, so that the widest range does not overflow.
  private func share(_ value: Double, _ range: Plot.Range) -> Double {
    (value / 2 - range.low / 2) / (range.high / 2 - range.low / 2)
  }

  private func x(_ value: Double, _ area: Plot.Area) -> String {
    let room = Double(Self.size.width - Self.margin.left - Self.margin.right)
    return coordinate(Double(Self.margin.left) + share(value, area.xs) * room)
  }

  private func y(_ value: Double, _ area: Plot.Area) -> String {
    let room = Double(Self.size.height - Self.margin.top - Self.margin.bottom)
    return coordinate(Double(Self.margin.top) + (1 - share(value, area.ys)) * room)
  }

  private func coordinate(_ number: Double) -> String { NumberFormat(digits: 1).fixed(number) }

  // MARK: - Parts

  private func text(_ text: String, x: String, y: String, anchor: String, bold: Bool = false)
    -> String
  {
    let weight = bold ? " font-weight=\"bold\"" : ""
    return
      "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\"\(weight)>\(XMLText.visible(text))</text>"
  }

  private func axes(_ area: Plot.Area) -> [String] {
    let (left, bottom) = (Self.margin.left, Self.size.height - Self.margin.bottom)
    let right = Self.size.width - Self.margin.right
    var parts = [
      "<path d=\"M\(left),\(Self.margin.top)V\(bottom)H\(right)\" fill=\"none\" stroke=\"currentColor\"/>"
    ]
    for tick in Plot.Ticks(area.ys, isLogarithmic: plot.isLogarithmic, count: 5).labels {
      let place = y(tick.value, area)
      parts.append(
        "<path d=\"M\(left),\(place)H\(right)\" stroke=\"currentColor\" opacity=\"0.2\"/>")
      parts.append(text(tick.text, x: "\(left - 6)", y: place, anchor: "end"))
    }
    for tick in Plot.Ticks(area.xs, isLogarithmic: false, count: 6).labels {
      parts.append(text(tick.text, x: x(tick.value, area), y: "\(bottom + 18)", anchor: "middle"))
    }
    let above = [plot.title, plot.yLabel].filter { !$0.isEmpty }.joined(separator: ": ")
    if !above.isEmpty {
      parts.append(text(above, x: "\(left)", y: "14", anchor: "start", bold: true))
    }
    if !plot.xLabel.isEmpty {
      parts.append(
        text(plot.xLabel, x: "\((left + right) / 2)", y: "\(bottom + 36)", anchor: "middle"))
    }
    return parts
  }

  private func series(_ series: Plot.Series, number: Int, _ area: Plot.Area) -> String {
    let color = Marks.color(number)
    let gaps = series.points.split(omittingEmptySubsequences: true) {
      !($0.x.isFinite && $0.y.isFinite)
    }
    if series.style == .line {
      let path = gaps.map { run in
        "M" + run.map { "\(x($0.x, area)),\(y($0.y, area))" }.joined(separator: " ")
          // A point between two gaps is seen as a dot.
          + (run.count == 1 ? "h0.1" : "")
      }
      let dash = Self.dashes[number % Self.dashes.count]
      return "<path d=\"\(path.joined())\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" "
        + "stroke-linecap=\"round\"\(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")/>"
    }
    return gaps.joined().map { point in
      let (x, y) = (x(point.x, area), y(point.y, area))
      if number % 2 == 0 { return "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3.5\" fill=\"\(color)\"/>" }
      return "<path d=\"M\(x),\(y)m-4,0h8m-4,-4v8\" stroke=\"\(color)\" stroke-width=\"2\"/>"
    }.joined()
  }

  private var legend: [String] {
    guard plot.series.count > 1 else { return [] }
    let right = Self.size.width - Self.margin.right
    return plot.series.enumerated().flatMap { index, series in
      let y = Self.margin.top + 6 + 16 * index
      let dash = Self.dashes[index % Self.dashes.count]
      let color = Marks.color(index)
      let line =
        "<path d=\"M\(right - 28),\(y)h26\" stroke=\"\(color)\" stroke-width=\"2\""
        + "\(dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"")/>"
      let isPoints = series.style == .scatter
      let mark =
        index % 2 == 0
        ? "<circle cx=\"\(right - 14)\" cy=\"\(y)\" r=\"3.5\" fill=\"\(color)\"/>"
        : "<path d=\"M\(right - 14),\(y)m-4,0h8m-4,-4v8\" stroke=\"\(color)\" stroke-width=\"2\"/>"
      return [
        isPoints ? mark : line, text(series.name, x: "\(right - 34)", y: "\(y + 4)", anchor: "end"),
      ]
    }
  }
}
