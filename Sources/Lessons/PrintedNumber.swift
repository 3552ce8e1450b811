import Glibc

/// A number as it stands on a slide or in an answer: its digits and the precision they claim.
///
/// Written plainly it claims its decimals (`0.62`: two), in scientific notation its significant
/// digits (`9.4e-14`, also `9.4·10^-14`: two). `nan`, `inf`, `-inf` (also `∞`) claim themselves.
package struct PrintedNumber: Sendable, Equatable {
  package enum Precision: Sendable, Equatable {
    case decimals(Int)
    case significant(Int)
  }

  package let text: String
  package let value: Double
  package let precision: Precision
  let decimal: Decimal
  /// NaN or an infinity, written without digits; its `decimal` is zero.
  let isLimit: Bool

  private static let limits: [String: Double] = [
    "nan": .nan, "inf": .infinity, "+inf": .infinity, "-inf": -.infinity, "−inf": -.infinity,
    "∞": .infinity, "-∞": -.infinity, "−∞": -.infinity,
  ]

  /// Nil when the text is no number.
  package init?(_ text: some StringProtocol) {
    if let value = Self.limits[String(text)] {
      self.text = String(text)
      (self.value, isLimit) = (value, true)
      precision = .decimals(0)
      decimal = Decimal(isNegative: false, digits: [], exponent: 0)
      return
    }
    isLimit = false
    var reader = NumberReader(text)
    guard let read = reader.read() else { return nil }
    self.text = String(text)
    precision = read.precision
    decimal = read.decimal
    value = decimal.approximation
  }

  /// Whether `exact` rounds to this number at this number's own precision.
  ///
  /// The exact value is taken at 15 significant digits, which removes the dust of binary fractions
  /// (1.3499999999999999 is read as 1.35), and rounded half away from zero. NaN and infinities
  /// round to themselves, not to anything printed in digits.
  package func isRounding(of exact: Double) -> Bool {
    if isLimit { return exact == value || (exact.isNaN && value.isNaN) }
    return exact.isFinite && Decimal(exact, for: precision).rounded(to: precision) == decimal
  }

  /// Whether `exact` cut off, instead of rounded, at this number's precision gives this number.
  package func isTruncation(of exact: Double) -> Bool {
    exact.isFinite && !isLimit
      && Decimal(exact, for: precision).rounded(to: precision, cutting: true) == decimal
  }

  /// Decimals after the point, counting the exponent: two for `0.62`, fifteen for `9.4e-14`.
  package var decimals: Int {
    switch precision {
    case .decimals(let count): count
    case .significant: max(0, -decimalExponent)
    }
  }

  /// Digits from the first that is not zero to the last typed: two for `0.062`, none for `0.00`.
  package var significantDigits: Int {
    switch precision {
    case .significant(let count): return count
    case .decimals(let count):
      guard !decimal.isZero else { return 0 }
      return max(0, decimal.digits.count + decimal.exponent + count)
    }
  }

  private var decimalExponent: Int {
    guard case .significant(let count) = precision else { return 0 }
    return decimal.digits.count + decimal.exponent - count
  }
}

/// A decimal number: digits without zeros at either end, times a power of ten; zero has none.
/// A negative zero equals zero.
struct Decimal: Sendable, Equatable {
  var isNegative: Bool
  var digits: [UInt8]
  var exponent: Int

  var isZero: Bool { digits.isEmpty }

  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    let trimmed = digits.drop { $0 == 0 }
    let end = trimmed.lastIndex { $0 != 0 }.map { $0 + 1 } ?? trimmed.startIndex
    self.digits = Array(trimmed[..<end])
    self.exponent = self.digits.isEmpty ? 0 : exponent + (trimmed.endIndex - end)
    self.isNegative = isNegative && !self.digits.isEmpty
  }

  /// The decimal value of a finite number at 15 significant digits, at 17 when `precision` asks
  /// for more than that.
  init(_ value: Double, for precision: PrintedNumber.Precision) {
    self.init(value, significant: 15)
    if keptDigits(at: precision) > 15 { self.init(value, significant: 17) }
  }

  private func keptDigits(at precision: PrintedNumber.Precision) -> Int {
    switch precision {
    case .decimals(let count): digits.count + exponent + count
    case .significant(let count): count
    }
  }

  init(_ value: Double, significant: Int) {
    var buffer = [CChar](repeating: 0, count: 64)
    _ = withVaList([Int32(max(1, significant) - 1), value]) {
      vsnprintf(&buffer, buffer.count, "%.*e", $0)
    }
    let text = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let split = text.firstIndex(of: UInt8(ascii: "e")) ?? text.endIndex
    let digits = text[..<split].compactMap { $0 >= 0x30 && $0 <= 0x39 ? $0 - 0x30 : nil }
    let power = Int(String(decoding: text[split...].dropFirst(), as: UTF8.self)) ?? 0
    self.init(
      isNegative: value < 0, digits: digits, exponent: power - max(0, digits.count - 1))
  }

  /// Rounded half away from zero, or cut off.
  func rounded(to precision: PrintedNumber.Precision, cutting: Bool = false) -> Decimal {
    let kept = keptDigits(at: precision)
    guard kept < digits.count else { return self }
    guard kept >= 0 else { return Decimal(isNegative: false, digits: [], exponent: 0) }
    var result = Array(digits[..<kept])
    let power = exponent + digits.count - kept
    guard !cutting, digits[kept] >= 5 else {
      return Decimal(isNegative: isNegative, digits: result, exponent: power)
    }
    var index = kept - 1
    while index >= 0, result[index] == 9 {
      result[index] = 0
      index -= 1
    }
    if index >= 0 { result[index] += 1 } else { result.insert(1, at: 0) }
    return Decimal(isNegative: isNegative, digits: result, exponent: power)
  }

  /// The nearest floating-point number.
  var approximation: Double {
    let digits = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    return isZero ? 0 : Double("\(isNegative ? "-" : "")\(digits)e\(exponent)") ?? .nan
  }
}

/// Reads `-0.5`, `−0.5`, `.5`, `9.4e-14`, `9.4*10^-14`, `9.4·10⁻¹⁴`.
private struct NumberReader {
  private let text: [Character]
  private var at = 0

  init(_ text: some StringProtocol) { self.text = Array(text) }

  mutating func read() -> (decimal: Decimal, precision: PrintedNumber.Precision)? {
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
    let decimal = Decimal(
      isNegative: isNegative, digits: all, exponent: (power ?? 0) - fraction.count)
    guard power != nil else { return (decimal, .decimals(fraction.count)) }
    let leading = all.prefix { $0 == 0 }.count
    return (decimal, .significant(max(1, all.count - leading)))
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
