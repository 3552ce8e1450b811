extension Plot {
  /// The axes around a drawing area, with round numbers at them.
  package struct Frame: Sendable {
    let columns: Int
    let rows: Int
    let x: Range
    let y: Range
    let yTicks: Ticks
    let xLabel: String

    package init(
      columns: Int, rows: Int, x: Range, y: Range, yTicks: Ticks, xLabel: String = ""
    ) {
      self.columns = columns
      self.rows = rows
      self.x = x
      self.y = y
      self.yTicks = yTicks
      self.xLabel = xLabel
    }

    private var margin: Int { yTicks.labels.map { DisplayWidth.of($0.text) }.max() ?? 1 }

    package func lines(_ canvas: Canvas, on page: FigurePage) -> [Words] {
      var labels: [Int: String] = [:]
      for tick in yTicks.labels {
        let row = rows - 1 - y.position(of: tick.value, steps: rows)
        if labels[row] == nil { labels[row] = tick.text }
      }
      let body = (0..<rows).map { row in
        let label = labels[row] ?? ""
        let space = String(repeating: " ", count: margin - DisplayWidth.of(label))
        let edge = label.isEmpty ? page.symbol("│", "|") : page.symbol("┤", "+")
        return Words(space + label + " " + edge, .dim) + canvas.words(row: row)
      }
      return body + axis(page)
    }

    private func axis(_ page: FigurePage) -> [Words] {
      var line = Array(repeating: page.symbol("─", "-"), count: columns)
      var labels = Array(repeating: " " as Character, count: columns)
      var free = 0
      for tick in Ticks(x, isLogarithmic: false, count: max(2, columns / 12)).labels {
        let column = x.position(of: tick.value, steps: columns)
        let start = min(max(0, column - tick.text.count / 2), columns - tick.text.count)
        guard start >= free, start >= 0 else { continue }
        line[column] = page.symbol("┬", "+")
        for (offset, character) in tick.text.enumerated() { labels[start + offset] = character }
        free = start + tick.text.count + 2
      }
      let lead = String(repeating: " ", count: margin + 1)
      let below = lead + " " + String(labels)
      let name = xLabel.isEmpty ? [] : [Words(lead + " " + xLabel, .dim)]
      return [Words(lead + page.symbol("└", "+") + line.joined(), .dim), Words(below, .dim)] + name
    }
  }
}
