/// Bars from a common zero, one a line, with their labels and values: class probabilities, how much
/// each path adds to a gradient.
package struct BarChart: Figure {
  package struct Bar: Sendable, Equatable {
    package var label: String
    package var value: Double

    package init(_ label: String, _ value: Double) {
      self.label = label
      self.value = value
    }
  }

  package var kind: String
  package var title: String
  package var bars: [Bar]
  package var number: NumberFormat
  package var width: Int

  package init(
    _ bars: [Bar], title: String = "", number: NumberFormat = NumberFormat(), width: Int = 72,
    kind: String = "bar"
  ) {
    self.kind = kind
    self.title = title
    self.bars = bars
    self.number = number
    self.width = max(width, 24)
  }

  /// One line a bar; values that are not finite have no bar.
  package func lines(on page: FigurePage) -> [Words] {
    let notation = number.notation(for: bars.map(\.value))
    let values = bars.map { number.text($0.value, in: notation) }
    let labels = bars.map { Visible.text($0.label) }
    let labelWidth = labels.map(DisplayWidth.of).max() ?? 0
    let valueWidth = values.map(DisplayWidth.of).max() ?? 0
    let finite = bars.map(\.value).filter(\.isFinite)
    let high = max(0, finite.max() ?? 0)
    let low = min(0, finite.min() ?? 0)
    // Below 0 there is an edge, too.
    let edge = low < 0 ? 1 : 0
    let room = max(8, min(width, page.width) - labelWidth - valueWidth - 4 - edge)
    let left = high == low ? 0 : Int((Double(room) * (low / (low - high))).rounded())
    return (title.isEmpty ? [] : [Words(title, .strong)])
      + bars.indices.map { index in
        let bar = bars[index]
        let label = pad(labels[index], labelWidth, leading: false)
        let share = bar.value.isFinite && high > low ? bar.value / max(high, -low) : 0
        let scale = high >= -low ? room - left : left
        let drawn = drawing(share, left: left, right: room - left, scale: scale)
        let value = Words(pad(values[index], valueWidth, leading: true), .value)
        return Words(label + "  ") + value + Words("  " + drawn, .series1)
      }
  }

  package var data: [JSONValue.Member] {
    [
      .init("title", .string(title)), .init("labels", .array(bars.map { .string($0.label) })),
      .init("values", .array(bars.map { .number($0.value) })),
    ]
  }

  package var sentence: String {
    let finite = bars.filter(\.value.isFinite)
    guard let high = finite.max(by: { $0.value < $1.value }),
      let low = finite.min(by: { $0.value < $1.value })
    else { return "No bars." }
    let subject = title.isEmpty ? "\(bars.count) bars" : "\(title), \(bars.count) bars"
    return "\(subject): the highest is \(high.label) with \(number.text(high.value)), "
      + "the lowest \(low.label) with \(number.text(low.value))."
  }

  package var markup: String {
    let finite = bars.map(\.value).filter(\.isFinite)
    let (low, high) = (min(0, finite.min() ?? 0), max(0, finite.max() ?? 0))
    let (left, room, step) = (150.0, 400.0, 24.0)
    let top = title.isEmpty ? 8.0 : 30
    var svg = SVG(width: 640, height: top + step * Double(bars.count) + 8)
    if !title.isEmpty { svg.text(title, left, 18, isBold: true) }
    let scale = high > low ? room / (high - low) : 0
    for (index, bar) in bars.enumerated() {
      let y = top + step * Double(index)
      let zero = left - low * scale
      let length = bar.value.isFinite ? bar.value * scale : 0
      svg.text(bar.label, left - 8, y + 15, anchor: .end)
      svg.rectangle(min(zero, zero + length), y + 3, abs(length), step - 8, fill: Marks.color(0))
      svg.text(number.text(bar.value), max(zero, zero + length) + 6, y + 15)
    }
    svg.line(left - low * scale, top, left - low * scale, top + step * Double(bars.count))
    return svg.text(title: sentence)
  }

  private func drawing(_ share: Double, left: Int, right: Int, scale: Int) -> String {
    let cells = Int((share.magnitude * Double(scale)).rounded())
    let bar = String(repeating: "█", count: min(cells, share < 0 ? left : right))
    let edge = left == 0 ? "" : "│"
    if share < 0 { return String(repeating: " ", count: left - bar.count) + bar + edge }
    return String(repeating: " ", count: left) + edge + bar
  }

  private func pad(_ text: String, _ width: Int, leading: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    return leading ? space + text : text + space
  }
}
