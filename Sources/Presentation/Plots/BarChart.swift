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

  package init(_ bars: [Bar], number: NumberFormat = NumberFormat(), width: Int = 72) {
    self.bars = bars
    self.number = number
    self.width = max(width, 24)
  }

  /// One unwrapped line a bar; values that are not finite have no bar.
  package var document: Document {
    let notation = number.notation(for: bars.map(\.value))
    let values = bars.map { number.text($0.value, in: notation) }
    let labels = bars.map { Visible.text($0.label) }
    let labelWidth = labels.map(DisplayWidth.of).max() ?? 0
    let valueWidth = values.map(DisplayWidth.of).max() ?? 0
    let room = max(8, width - labelWidth - valueWidth - 4)
    let finite = bars.map(\.value).filter(\.isFinite)
    let high = max(0, finite.max() ?? 0)
    let low = min(0, finite.min() ?? 0)
    let left = high == low ? 0 : Int((Double(room) * (low / (low - high))).rounded())
    return Document(
      bars.indices.map { index in
        let bar = bars[index]
        let label = pad(labels[index], labelWidth, leading: false)
        let share = bar.value.isFinite && high > low ? bar.value / max(high, -low) : 0
        let scale = high >= -low ? room - left : left
        let drawn = drawing(share, left: left, right: room - left, scale: scale)
        let value = Words(pad(values[index], valueWidth, leading: true), .value)
        return .line(Words(label + "  ") + value + Words("  " + drawn, .note))
      })
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
