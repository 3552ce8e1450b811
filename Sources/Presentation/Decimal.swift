import Glibc

/// A decimal number: digits without zeros at either end, times a power of ten; zero has no digits
/// and no sign.
///
/// Here lives the rule by which every number is shown and judged: it is rounded half away from zero
/// on the shortest decimal that names it, as a person does. 0.125 gives 0.13 and 2.675 gives 2.68,
/// although the binary number nearest to 2.675 lies below it. A Double names decimals of up to 15
/// digits; what it holds beyond them is the dust of binary arithmetic, which would make 0.24 of the
/// 0.245 that 0.35·0.7 is. It is shown only where somebody asks for that many digits.
package struct Decimal: Sendable, Equatable {
  /// How far digits go.
  package enum Precision: Sendable, Equatable {
    /// Behind the point; before it, from right to left, where negative.
    case decimals(Int)
    /// From the first that is not zero.
    case significant(Int)
  }

  package let isNegative: Bool
  package let digits: [UInt8]
  /// The power of ten of the last digit.
  package let exponent: Int

  package static let zero = Decimal(isNegative: false, digits: [], exponent: 0)

  package var isZero: Bool { digits.isEmpty }

  package init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    let start = digits.firstIndex { $0 != 0 } ?? digits.endIndex
    let end = digits.lastIndex { $0 != 0 }.map { $0 + 1 } ?? start
    self.digits = start == 0 && end == digits.count ? digits : Array(digits[start..<end])
    self.exponent = self.digits.isEmpty ? 0 : exponent + (digits.count - end)
    self.isNegative = isNegative && !self.digits.isEmpty
  }

  /// The shortest decimal that names the number; zero for what is not finite.
  package init(_ number: Double) { self.init(parsing: number.isFinite ? number.description : "0") }

  /// Digits as `description` writes them: `123.45`, `1.2e-05`.
  private init(parsing text: String) {
    var digits: [UInt8] = []
    digits.reserveCapacity(20)
    var exponent = 0
    var isNegative = false
    var isFraction = false
    var power: Int?
    var powerSign = 1
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "-"):
        if power == nil { isNegative = true } else { powerSign = -1 }
      case UInt8(ascii: "+"): continue
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): power = 0
      default:
        if let value = power {
          power = value * 10 + Int(byte - 0x30)
        } else {
          digits.append(byte - 0x30)
          if isFraction { exponent -= 1 }
        }
      }
    }
    exponent += powerSign * (power ?? 0)
    self.init(isNegative: isNegative, digits: digits, exponent: exponent)
  }

  /// The number in single precision as the Double that its shortest decimal names: 0.1 where the
  /// exact value is 0.10000000149.
  package static func named(_ number: Float) -> Double {
    number.isFinite ? Double(number.description) ?? Double(number) : Double(number)
  }

  /// The power of ten of the first digit.
  package var magnitude: Int { isZero ? 0 : exponent + digits.count - 1 }

  // MARK: - Rounding

  /// How many of the digits a precision keeps; fewer than none where all lie below it.
  private func kept(at precision: Precision) -> Int {
    switch precision {
    case .decimals(let count): digits.count + exponent + count
    case .significant(let count): count
    }
  }

  /// Rounded half away from zero, or cut off.
  package func rounded(to precision: Precision, cutting: Bool = false) -> Decimal {
    let kept = kept(at: precision)
    guard kept < digits.count else { return self }
    guard kept >= 0 else { return .zero }
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

  /// Digits that every decimal keeps when a Double holds it.
  private static let certain = 15

  /// The number rounded by the rule; zero for what is not finite.
  package init(_ number: Double, rounded precision: Precision) {
    let exact = Decimal(number)
    let isDusty = exact.digits.count > Self.certain && exact.kept(at: precision) < Self.certain
    self = (isDusty ? exact.rounded(to: .significant(Self.certain)) : exact).rounded(to: precision)
  }

  /// The number rounded by the rule; what is not finite stays as it is.
  package static func rounded(_ number: Double, decimals: Int) -> Double {
    guard number.isFinite, number.magnitude < 1e17 else { return number }
    return Decimal(number, rounded: .decimals(decimals)).value
  }

  /// The nearest floating-point number.
  package var value: Double {
    let digits = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    return isZero ? 0 : Double("\(isNegative ? "-" : "")\(digits)e\(exponent)") ?? .nan
  }

  // MARK: - Text

  /// Exactly so many decimals, of a number that has been rounded to them: `1.3500`.
  package func text(decimals: Int) -> String {
    var digits = digits.map { $0 + 0x30 }
    digits += [UInt8](repeating: 0x30, count: max(0, min(exponent + decimals, 400)))
    let missing = decimals + 1 - digits.count
    if missing > 0 { digits.insert(contentsOf: [UInt8](repeating: 0x30, count: missing), at: 0) }
    if decimals > 0 { digits.insert(UInt8(ascii: "."), at: digits.count - decimals) }
    return (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
  }

  /// `1.35e-04`: one digit before the point, so many behind it, of a number rounded to them.
  package func scientific(decimals: Int) -> String {
    let missing = max(0, decimals + 1 - digits.count)
    let mantissa = (digits + [UInt8](repeating: 0, count: missing)).map { $0 + 0x30 }
    let tail = decimals > 0 ? "." + String(decoding: mantissa.dropFirst(), as: UTF8.self) : ""
    let power = String(magnitude.magnitude)
    return (isNegative ? "-" : "") + String(decoding: mantissa.prefix(1), as: UTF8.self) + tail
      + "e" + (magnitude < 0 ? "-" : "+") + (power.utf8.count < 2 ? "0" : "") + power
  }

  /// As Python writes a float with these digits: `0.1`, `3.0`, `1e-05`, `1e+16`.
  package var python: String {
    guard -4..<16 ~= magnitude else { return scientific(decimals: digits.count - 1) }
    return text(decimals: max(1, -exponent))
  }
}

extension Decimal {
  /// Powers of ten that are exact as Double and leave room for nine digits before them.
  private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]

  /// The number rounded to so many decimals, as text. Where nothing lies near a tie, which is nearly
  /// always, binary arithmetic decides as the digits would, and a tenth of the time is enough.
  package static func text(_ number: Double, decimals: Int) -> String {
    if decimals < powers.count, number.magnitude < 1e9 {
      let scaled = number.magnitude * powers[decimals]
      let whole = scaled.rounded(.down)
      let rest = scaled - whole
      // Below 1e9 the product is off by less than 1e-7, and dust is less than 1e-5.
      if scaled < 1e9, (rest - 0.5).magnitude > 1e-4 {
        let shown = Int(whole) + (rest > 0.5 ? 1 : 0)
        return fixed(shown, decimals, isNegative: number < 0 && shown > 0)
      }
    }
    return Decimal(number, rounded: .decimals(decimals)).text(decimals: decimals)
  }

  /// A whole number with a point before its last digits.
  private static func fixed(_ shown: Int, _ decimals: Int, isNegative: Bool) -> String {
    String(unsafeUninitializedCapacity: 24) { buffer in
      var rest = shown
      var at = 24
      var written = 0
      while rest > 0 || written <= decimals {
        if written == decimals, decimals > 0 {
          at -= 1
          buffer[at] = UInt8(ascii: ".")
        }
        at -= 1
        buffer[at] = 0x30 + UInt8(rest % 10)
        rest /= 10
        written += 1
      }
      if isNegative {
        at -= 1
        buffer[at] = UInt8(ascii: "-")
      }
      for index in at..<24 { buffer[index - at] = buffer[index] }
      return 24 - at
    }
  }
}
