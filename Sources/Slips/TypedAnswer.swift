import Presentation
import Tensors

/// A number or tensor as somebody gave it. What precision it claims is read from its text, never from
/// the number: `0.010` has the unit 0.001 and two figures.
package struct TypedAnswer: Sendable, Equatable {
  package struct Element: Sendable, Equatable {
    package let value: Double
    /// What the last digit counts.
    package let unit: Double
    package let figures: Int
    /// Its digits; nil where it was computed.
    package let printed: PrintedNumber?
    /// The power of ten of the unit; nil where it was computed.
    fileprivate let power: Int?

    /// Whether a number that is cut off, not rounded, at the unit gives this one.
    func isTruncation(of exact: Double) -> Bool {
      guard let power, exact.isFinite else { return false }
      return Decimal(exact, rounded: .significant(15))
        .rounded(to: .decimals(-power), cutting: true).value == value
    }

    /// Whether a number is at most half a unit away: either way at a tie.
    package func agrees(with exact: Double) -> Bool {
      if let printed, let power {
        return printed.agrees(with: exact, unit: power == printed.unit ? nil : power)
      }
      if !value.isFinite || !exact.isFinite {
        return value == exact || value.isNaN && exact.isNaN
      }
      return (value - exact).magnitude <= max(unit / 2 * (1 + 2e-9), value.ulp)
    }
  }

  package let elements: [Element]
  package let shape: Shape
  /// As it was understood.
  package let text: String

  /// A number, a bracketed tensor, or numbers in a row with commas between them. Nil for anything else.
  package init?(_ text: some StringProtocol) {
    let trimmed = text.trimmed
    let isRow =
      !trimmed.hasPrefix("[") && !trimmed.hasPrefix("(")
      && (trimmed.contains(",") || trimmed.contains(";"))
    guard let printed = PrintedValue(isRow ? "[\(trimmed)]" : trimmed) else { return nil }
    switch printed {
    case .number: shape = .scalar
    case .tensor(let sizes, _):
      guard let known = try? Shape(checking: sizes) else { return nil }
      shape = known
    case .boolean, .string: return nil
    }
    self.text = trimmed
    elements = zip(printed.numbers, printed.units).map { number, power in
      Element(
        value: number.value, unit: Self.power(power), figures: number.significantDigits,
        printed: number, power: power)
    }
  }

  /// Of a result that was computed: exact to nine figures.
  package init(computed tensor: Tensor, text: String) {
    shape = tensor.shape
    self.text = text
    elements = tensor.elements.map { value in
      Element(
        value: value, unit: max(value.magnitude * 1e-9, .leastNormalMagnitude), figures: 9,
        printed: nil, power: nil)
    }
  }

  private static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }

  /// Decimals to which the most finely typed element goes; nil where none are typed.
  var decimals: Int? {
    let finest = elements.compactMap(\.printed).map(\.unit).min()
    return finest.flatMap { (1...8).contains(-$0) ? -$0 : nil }
  }

  /// Whether every element rounds to what was typed.
  package func agrees(with exact: [Double]) -> Bool {
    exact.count == elements.count
      && zip(elements, exact).allSatisfy { $0.agrees(with: $1) }
  }

  package func agreement(with exact: [Double]) -> [Bool] {
    zip(elements, exact).map { $0.agrees(with: $1) }
  }
}
