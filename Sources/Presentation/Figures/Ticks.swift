import Glibc

extension Plot {
  /// A range of an axis, never empty: a single value gets room on both sides.
  package struct Range: Sendable, Equatable {
    package var low: Double
    package var high: Double

    package init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }

    package static func of(_ values: some Sequence<Double>) -> Range? {
      guard let low = values.min(), let high = values.max() else { return nil }
      if low < high { return Range(low: low, high: high) }
      let room = max(low.magnitude * 0.1, 0.5)
      return Range(
        low: max(low - room, -.greatestFiniteMagnitude),
        high: min(high + room, .greatestFiniteMagnitude))
    }

    /// The nearest of `steps` places from low (0) to high, halves first so that the widest range
    /// does not overflow.
    package func position(of value: Double, steps: Int) -> Int {
      let share = (value / 2 - low / 2) / (high / 2 - low / 2)
      guard share.isFinite else { return 0 }
      return min(max(Int((share * Double(steps - 1)).rounded()), 0), steps - 1)
    }
  }

  /// Round values inside a range, with their labels.
  package struct Ticks: Sendable {
    package struct Label: Sendable {
      package var value: Double
      package var text: String
    }
    package var labels: [Label] = []

    /// About `count` ticks, at least two, at 1, 2 or 5 times a power of ten; on a logarithmic axis (whose range is
    /// in powers of ten) at whole powers, or at its ends if there are none.
    package init(_ range: Range, isLogarithmic: Bool, count: Int) {
      guard isLogarithmic else {
        let ends = [range.low, range.high].map { Label(value: $0, text: Self.general($0)) }
        labels = Self.linear(range, count: count) ?? Self.linear(range, count: 2 * count) ?? ends
        return
      }
      let powers = (Self.linear(range, count: count) ?? [])
        .filter { $0.value == $0.value.rounded() }
      let values = powers.count > 1 ? powers.map(\.value) : [range.low, range.high]
      labels = values.map { Label(value: $0, text: Self.general(pow(10, $0))) }
    }

    /// Nil where a range has no two round values, or none that differ: a step can be lost in the
    /// magnitude of the numbers.
    private static func linear(_ range: Range, count: Int) -> [Label]? {
      let rough = (range.high / 2 - range.low / 2) / Double(count) * 2
      let power = pow(10, floor(log10(rough)))
      let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
      let first = (range.low / step).rounded(.up)
      let last = (range.high / step).rounded(.down)
      guard step > 0, step.isFinite, last - first < 100, last > first, last.magnitude < 1e15,
        first.magnitude < 1e15
      else { return nil }
      let largest = max(range.low.magnitude, range.high.magnitude)
      return (0...Int(last - first)).map { index in
        let value = (first + Double(index)) * step
        return Label(value: value, text: text(value, step: step, largest: largest))
      }
    }

    private static func text(_ value: Double, step: Double, largest: Double) -> String {
      if largest >= 1e6 || largest < 1e-3 { return general(value) }
      let places = max(0, -Int(floor(log10(step) + 1e-9)))
      return NumberFormat(digits: places).fixed(value == 0 ? 0 : value)
    }

    /// Short, three figures at most, for ends and powers.
    private static func general(_ value: Double) -> String {
      if value == 0 { return "0" }
      if value.magnitude >= 1e5 || value.magnitude < 1e-3 {
        return NumberFormat(digits: 1).text(value, in: .scientific)
      }
      let places = max(0, 2 - Int(floor(log10(value.magnitude))))
      let text = NumberFormat(digits: places).fixed(value)
      guard text.contains(".") else { return text }
      let trimmed = String(text.reversed().drop { $0 == "0" }.reversed())
      return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
    }
  }
}
