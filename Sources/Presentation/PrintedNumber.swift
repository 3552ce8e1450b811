import Glibc

/// A number as it stands on a slide or in an answer: its digits and the precision they claim.
///
/// Written plainly it claims its decimals (`0.62`: two), in scientific notation its significant
/// digits (`9.4e-14`, also `9.4·10^-14`: two). `nan`, `inf`, `-inf` (also `∞`) claim themselves.
package struct PrintedNumber: Sendable, Equatable {
  package typealias Precision = Decimal.Precision

  package let text: String
  package let value: Double
  package let precision: Precision
  /// The power of ten of the last digit typed: −3 for `0.010`, −7 for `1.20e-05`, 8 for `1e8`.
  package let unit: Int
  package let decimal: Decimal
  /// NaN or an infinity, written without digits; its `decimal` is zero.
  package let isLimit: Bool

  private static let limits: [String: Double] = [
    "nan": .nan, "inf": .infinity, "+inf": .infinity, "-inf": -.infinity, "−inf": -.infinity,
    "∞": .infinity, "+∞": .infinity, "-∞": -.infinity, "−∞": -.infinity,
  ]

  /// Nil when the text is no number.
  package init?(_ text: some StringProtocol) {
    self.text = String(text)
    if let value = Self.limits[text.lowercased()] {
      (self.value, isLimit, unit) = (value, true, 0)
      precision = .decimals(0)
      decimal = .zero
      return
    }
    isLimit = false
    var reader = NumberReader(text)
    guard let read = reader.read() else { return nil }
    (precision, decimal, unit) = (read.precision, read.decimal, read.unit)
    value = decimal.value
  }

  /// Whether `exact` rounds to this number at this number's own precision, by the rule of `Decimal`.
  /// NaN and infinities round to themselves, not to anything printed in digits.
  package func isRounding(of exact: Double) -> Bool {
    if isLimit { return exact == value || (exact.isNaN && value.isNaN) }
    return exact.isFinite
      && (exact == value && exact != 0
        || Decimal(exact, rounded: precision) == decimal)
  }

  /// Whether `exact` cut off, instead of rounded, at this number's precision gives this number.
  package func isTruncation(of exact: Double) -> Bool {
    exact.isFinite && !isLimit
      && Decimal(exact, rounded: .significant(15)).rounded(to: precision, cutting: true) == decimal
  }

  /// Whether `exact` is at most half a unit of the last digit away: either way at a tie. `unit`
  /// stands in for the number's own where others beside it are typed more finely.
  package func agrees(with exact: Double, unit: Int? = nil) -> Bool {
    if isLimit || !exact.isFinite { return isRounding(of: exact) }
    let unit = unit ?? self.unit
    if unit == self.unit, isRounding(of: exact) { return true }
    let room = pow(10, Double(unit)) / 2 * (1 + 2e-9)
    return (value - exact).magnitude <= room + max(value.ulp, exact.ulp)
  }

  /// Decimals after the point, counting the exponent: two for `0.62`, fifteen for `9.4e-14`.
  package var decimals: Int { max(0, -unit) }

  /// Digits from the first that is not zero to the last typed: two for `0.062`, none for `0.00`.
  package var significantDigits: Int {
    switch precision {
    case .significant(let count): count
    case .decimals: decimal.isZero ? 0 : max(0, decimal.magnitude - unit + 1)
    }
  }

  /// Typed without point and exponent.
  package var isWhole: Bool { unit == 0 && !isLimit }
}

/// Reads `-0.5`, `−0.5`, `.5`, `9.4e-14`, `9.4*10^-14`, `9.4·10⁻¹⁴`.
private struct NumberReader {
  private let text: [Character]
  private var at = 0

  init(_ text: some StringProtocol) { self.text = Array(text) }

  mutating func read() -> (decimal: Decimal, precision: Decimal.Precision, unit: Int)? {
    let isNegative = sign()
    let whole = digits()
    var fraction: [UInt8] = []
    if take(".") { fraction = digits() }
    guard !(whole.isEmpty && fraction.isEmpty), whole.count + fraction.count <= 400 else {
      return nil
    }
    let power = exponent()
    guard at == text.count else { return nil }
    let all = whole + fraction
    let unit = (power ?? 0) - fraction.count
    let decimal = Decimal(isNegative: isNegative, digits: all, exponent: unit)
    guard power != nil else { return (decimal, .decimals(fraction.count), unit) }
    let leading = all.prefix { $0 == 0 }.count
    return (decimal, .significant(max(1, all.count - leading)), unit)
  }

  private mutating func take(_ character: Character) -> Bool {
    guard at < text.count, text[at] == character else { return false }
    at += 1
    return true
  }

  private mutating func sign() -> Bool {
    if take("+") { return false }
    return take("-") || take("−")
  }

  private mutating func digits() -> [UInt8] {
    var result: [UInt8] = []
    while at < text.count, let value = text[at].asciiValue, value >= 0x30, value <= 0x39 {
      result.append(value - 0x30)
      at += 1
    }
    return result
  }

  /// Nil when there is none; moves past it when there is.
  private mutating func exponent() -> Int? {
    let start = at
    if take("e") || take("E") {
      let isNegative = sign()
      return power(digits(), isNegative, restart: start)
    }
    guard take("*") || take("·") || take("×"), take("1"), take("0") else {
      at = start
      return nil
    }
    if take("^") || (take("*") && take("*")) {
      let isNegative = sign()
      return power(digits(), isNegative, restart: start)
    }
    let isNegative = take("⁻")
    let raised: [Character: UInt8] = [
      "⁰": 0, "¹": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9,
    ]
    var found: [UInt8] = []
    while at < text.count, let digit = raised[text[at]] {
      found.append(digit)
      at += 1
    }
    return power(found, isNegative, restart: start)
  }

  private mutating func power(_ digits: [UInt8], _ isNegative: Bool, restart: Int) -> Int? {
    guard !digits.isEmpty, digits.count <= 4 else {
      at = restart
      return nil
    }
    let value = digits.reduce(0) { $0 * 10 + Int($1) }
    return isNegative ? -value : value
  }
}
