import Glibc
import Presentation

/// A number as an explanation prints it: the text, the number a reader takes from it, and its decimals
/// (−4 for 1.9753·10⁸).
struct PrintedNumber: Equatable {
  let formula: WorkedFormula
  let value: Double
  let decimals: Int
  let text: String

  init(_ formula: WorkedFormula, value: Double, decimals: Int) {
    self.formula = formula
    self.value = value
    self.decimals = decimals
    text = formula.text
  }

  init(text: String, value: Double, decimals: Int) {
    self.init(.number(text), value: value, decimals: decimals)
  }
}

/// How numbers stand in worked arithmetic: rounded to `digits` decimals, a few more where two
/// significant figures would be lost, whole numbers and numbers as they were typed in full.
struct NumberText {
  /// Where a number comes from decides how much of it is shown.
  enum Origin: Equatable, Sendable {
    /// Computed: rounded.
    case computed
    /// Typed in by a person: two decimals more than `digits` if that shows it in full.
    case given
    /// An element of a tensor of whole numbers: without decimals.
    case whole
    /// A constant of a formula, such as 2 or 0.5.
    case constant
    /// Rounded to so many decimals before it was used.
    case decimals(Int)
  }

  let digits: Int
  /// Decimals of single numbers, by their size, that are shown with more than usual: see `refine`.
  private var finer: [UInt64: Int] = [:]

  init(digits: Int) { self.digits = digits }

  /// Zero is printed without decimals, but nothing but noise comes to it: 0.3 is not 0.
  static let zeroDecimals = 9

  func printed(_ number: Double, _ origin: Origin = .computed) -> PrintedNumber {
    if !number.isFinite {
      let text = number.isNaN ? "nan" : number < 0 ? "−∞" : "∞"
      return PrintedNumber(text: text, value: number, decimals: 0)
    }
    if number == 0 {
      // What was rounded to two decimals is 0.00.
      if case .decimals(let count) = origin, count > 0 { return fixed(0, count) }
      return PrintedNumber(text: "0", value: number, decimals: Self.zeroDecimals)
    }
    let usual = usual(number, origin)
    guard let decimals = finer[number.magnitude.bitPattern], decimals > usual.decimals else {
      return usual
    }
    return refined(number, usual, to: decimals)
  }

  private func usual(_ number: Double, _ origin: Origin) -> PrintedNumber {
    switch origin {
    case .whole: return Self.isWhole(number) ? fixed(number, 0) : rounded(number)
    case .constant:
      if number == .pi { return PrintedNumber(text: "π", value: number, decimals: 15) }
      if Self.isWhole(number) { return fixed(number, 0) }
      if let decimals = shortestDecimals(number), decimals <= 6 { return fixed(number, decimals) }
      if let power = powerOfTen(number) {
        return PrintedNumber(
          .scientific("", power: power), value: number, decimals: max(0, -power))
      }
      return rounded(number)
    case .given:
      if let decimals = shortestDecimals(number), decimals > digits, decimals <= digits + 2 {
        return fixed(number, decimals)
      }
      return rounded(number)
    case .computed: return rounded(number)
    case .decimals(let count): return fixed(number, count)
    }
  }

  func text(_ number: Double, _ origin: Origin = .computed) -> String {
    printed(number, origin).text
  }

  func formula(_ number: Double, _ origin: Origin = .computed) -> WorkedFormula {
    printed(number, origin).formula
  }

  /// Shows one more decimal of the number from now on, wherever it stands.
  /// - Returns: whether there is one to be shown.
  mutating func refine(_ number: Double, _ origin: Origin) -> Bool {
    let now = printed(number, origin)
    guard number.isFinite, now.value != number else { return false }
    let first = Int(log10(number.magnitude).rounded(.down))
    guard now.decimals + 1 + first < Self.significantDigits else { return false }
    finer[number.magnitude.bitPattern] = now.decimals + 1
    return true
  }

  /// All that a number has.
  private static let significantDigits = 17

  private func refined(_ number: Double, _ usual: PrintedNumber, to decimals: Int) -> PrintedNumber
  {
    guard usual.text.contains("·") else { return fixed(number, decimals) }
    let first = Decimal(number, rounded: .significant(usual.text.count)).magnitude
    return scientific(number, decimals: max(decimals + first, 0))
  }

  static func isWhole(_ number: Double) -> Bool {
    number.magnitude < 1e9 && number == number.rounded(.towardZero)
  }

  /// Whether a person would have typed the number: 0.9, 0.001, 10⁻⁸.
  static func isShort(_ number: Double) -> Bool {
    let text = number.description
    return text.hasPrefix("1e-") || !text.contains("e") && text.count <= 6
  }

  private func rounded(_ number: Double) -> PrintedNumber {
    // Large numbers have all their places before the point: without it they keep those behind.
    if number.magnitude >= 1e7 { return scientific(number, decimals: max(2, digits)) }
    let first = Int(log10(number.magnitude).rounded(.down))
    let needed = 1 - first
    if needed <= digits || isExact(number, decimals: digits) { return fixed(number, digits) }
    return needed > max(digits, 6)
      ? scientific(number, decimals: max(2, digits - 2)) : fixed(number, needed)
  }

  /// Whether the decimals show the number up to the noise of binary arithmetic.
  private func isExact(_ number: Double, decimals: Int) -> Bool {
    let scaled = number * pow(10, Double(decimals))
    return scaled.magnitude > 0.5 && (scaled - scaled.rounded()).magnitude < 1e-9 * scaled.magnitude
  }

  private func fixed(_ number: Double, _ decimals: Int) -> PrintedNumber {
    PrintedNumber(
      text: NumberFormat(digits: decimals, typographicMinus: true).fixed(number),
      value: Decimal.rounded(number, decimals: decimals), decimals: decimals)
  }

  /// k where the number is 10^k, k negative.
  private func powerOfTen(_ number: Double) -> Int? {
    let text = number.description
    return text.hasPrefix("1e-") ? Int(text.dropFirst(2)) : nil
  }

  func scientific(_ number: Double, decimals: Int) -> PrintedNumber {
    let rounded = Decimal(number, rounded: .significant(decimals + 1))
    let exponent = rounded.magnitude
    let mantissa = Decimal(
      isNegative: rounded.isNegative, digits: rounded.digits, exponent: rounded.exponent - exponent)
    let text = mantissa.text(decimals: decimals)
    return PrintedNumber(
      .scientific(rounded.isNegative ? "−" + text.dropFirst() : text, power: exponent),
      // As who multiplies what is printed gets it: 0 where the power is below all numbers.
      value: mantissa.value * pow(10, Double(exponent)),
      decimals: decimals - exponent)
  }

  /// Decimals of the shortest text that reads back as the number; nil in scientific notation.
  private func shortestDecimals(_ number: Double) -> Int? {
    let text = number.description
    if text.contains("e") { return nil }
    guard let point = text.firstIndex(of: ".") else { return 0 }
    let decimals = text.distance(from: point, to: text.endIndex) - 1
    return text.hasSuffix(".0") ? 0 : decimals
  }
}

/// Small lowered numbers: z₁.
enum Subscript {
  private static let digits = Array("₀₁₂₃₄₅₆₇₈₉")

  static func isDigit(_ character: Character) -> Bool { digits.contains(character) }

  static func text(_ number: Int) -> String {
    String(String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }
}

/// Small raised numbers: exponents, and counters of quantities that share a name.
enum Superscript {
  private static let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

  static func text(_ number: Int) -> String {
    (number < 0 ? "⁻" : "")
      + String(String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }
}
