/// Bars from a common zero, one a line, with their labels and values: class probabilities, how much
/// each path adds to a gradient.
package struct BarChart: Sendable {
  package struct Bar: Sendable {
    package var label: String
    package var value: Double

    package init(_ label: String, _ value: Double) {
      self.label = label
      self.value = value
    }
  }

  package var bars: [Bar]
  package var number: NumberFormat
  package var width: Int
  package var unicode: Bool

  package init(
    _ bars: [Bar], number: NumberFormat = NumberFormat(), width: Int = 72, unicode: Bool = true
  ) {
    self.bars = bars
    self.number = number
    self.width = max(width, 24)
    self.unicode = unicode
  }

  /// One unwrapped line a bar; values that are not finite have no bar.
  package var document: Document {
    let notation = number.notation(for: bars.map(\.value))
    let values = bars.map { number.text($0.value, in: notation) }
    let labelWidth = bars.map { DisplayWidth.of(shown($0.label)) }.max() ?? 0
    let valueWidth = values.map(DisplayWidth.of).max() ?? 0
    let room = max(8, width - labelWidth - valueWidth - 4)
    let finite = bars.map(\.value).filter(\.isFinite)
    let high = max(0, finite.max() ?? 0)
    let low = min(0, finite.min() ?? 0)
    let left = high == low ? 0 : Int((Double(room) * (low / (low - high))).rounded())
    return Document(
      zip(bars, values).map { bar, value in
        let label = pad(shown(bar.label), labelWidth, leading: false)
        let share = bar.value.isFinite && high > low ? bar.value / max(high, -low) : 0
        let scale = high >= -low ? room - left : left
        let drawn = drawing(share, left: left, right: room - left, scale: scale)
        let value = Words(pad(value, valueWidth, leading: true), .value)
        return .line(Words(label + "  ") + value + Words("  " + drawn, .note))
      })
  }

  private func shown(_ label: String) -> String {
    let visible = Visible.text(label)
    return unicode ? visible : Transliteration.ascii(visible)
  }

  private func drawing(_ share: Double, left: Int, right: Int, scale: Int) -> String {
    let cells = Int((share.magnitude * Double(scale)).rounded())
    let bar = String(repeating: unicode ? "█" : "#", count: min(cells, share < 0 ? left : right))
    let edge = left == 0 ? "" : unicode ? "│" : "|"
    if share < 0 { return String(repeating: " ", count: left - bar.count) + bar + edge }
    return String(repeating: " ", count: left) + edge + bar
  }

  private func pad(_ text: String, _ width: Int, leading: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    return leading ? space + text : text + space
  }
}

/// A curve in one line of text, for progress displays: the values, thinned out to `width`
/// columns, as heights. Values that are not finite show as a gap.
package func sparkline(_ values: [Double], width: Int = 30, unicode: Bool = true) -> String {
  let levels = Array(unicode ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
  let columns = min(max(width, 1), values.count)
  // Rows of the last value of each column, so that the newest one is always seen.
  let shown = (0..<columns).map { values[($0 + 1) * values.count / columns - 1] }
  guard let range = Plot.Range.of(shown.filter(\.isFinite)) else {
    return String(repeating: " ", count: columns)
  }
  return String(
    shown.map { $0.isFinite ? levels[range.position(of: $0, steps: levels.count)] : " " })
}
