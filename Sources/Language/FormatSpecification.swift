import Glibc
import Presentation
import Tensors

/// Python's format specification, `:>8.2f`, with Python's results: what is rounded here is rounded
/// as Python does, half to even on the exact binary value, not by the rule of `Decimal`.
///
///     [[fill]align][sign][z][#][0][width][,|_][.precision][type]
struct FormatSpecification {
  private var fill: Character = " "
  private var align: Character?
  private var sign: Character = "-"
  private var hidesNegativeZero = false
  private var isAlternate = false
  /// A bare 0 before the width: numbers are filled with zeros behind the sign.
  private var isZeroFilled = false
  private var width = 0
  private var groups: Character?
  var precision: Int?
  private(set) var type: Character?

  private static let real = "eEfFgG%"
  private static let whole = "bdoxXc"

  init?(_ text: String) {
    var rest = text[...]
    func take(_ characters: String) -> Character? {
      guard let first = rest.first, characters.contains(first) else { return nil }
      return rest.removeFirst()
    }
    func number() -> Int? {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      return Int(digits)
    }
    var hasFill = false
    if rest.count > 1, let second = rest.dropFirst().first, "<>^=".contains(second) {
      fill = rest.removeFirst()
      hasFill = true
    }
    align = take("<>^=")
    sign = take("+- ") ?? "-"
    hidesNegativeZero = take("z") != nil
    isAlternate = take("#") != nil
    if !hasFill, take("0") != nil {
      fill = "0"
      isZeroFilled = align == nil
    }
    width = number() ?? 0
    groups = take(",_")
    if take(".") != nil {
      guard let value = number() else { return nil }
      precision = value
    }
    type = take(Self.real + Self.whole + "sn")
    guard rest.isEmpty, width <= 1000, precision ?? 0 <= 100 else { return nil }
  }

  /// Nil if the specification is one for numbers.
  func apply(to text: String) -> String? {
    guard type == nil || type == "s", align != "=", groups == nil, sign == "-", !isAlternate,
      !hidesNegativeZero
    else { return nil }
    return padded(precision.map { String(text.prefix($0)) } ?? text, by: align ?? "<")
  }

  /// Nil if the specification is one for text, or for whole numbers and this is none.
  func apply(to number: Double, _ dtype: DType) -> String? {
    if dtype == .bool, isEmpty { return number == 0 ? "False" : "True" }
    guard let (prefix, digits) = digits(of: number, dtype) else { return nil }
    let isZero = !digits.contains { $0.isHexDigit && $0 != "0" }
    let isNegative = number.sign == .minus && !number.isNaN && !(hidesNegativeZero && isZero)
    return laidOut(digits, prefix: prefix, isNegative: isNegative)
  }

  /// Digits with their sign, groups and blanks.
  func laidOut(_ digits: String, prefix: String = "", isNegative: Bool) -> String {
    let mark = (isNegative ? "-" : sign == "-" ? "" : String(sign)) + prefix
    let align = align ?? (isZeroFilled ? "=" : ">")
    guard align == "=" else { return padded(mark + grouped(digits, width: 0), by: align) }
    // Zeros in front are grouped like the rest.
    let room = fill == "0" ? width - mark.count : 0
    let body = grouped(digits, width: room)
    return mark + padded(body, by: ">", width: width - mark.count)
  }

  private var isEmpty: Bool {
    type == nil && width == 0 && precision == nil && groups == nil && sign == "-" && !isAlternate
  }

  // MARK: - Digits

  /// What stands before the digits (`0x`), and the digits of the magnitude.
  private func digits(of number: Double, _ dtype: DType) -> (prefix: String, digits: String)? {
    if let type, Self.whole.contains(type) { return wholeDigits(of: number.magnitude, type) }
    if type == "s" { return nil }
    if !dtype.isReal, type == nil || type == "n" { return wholeDigits(of: number.magnitude, "d") }
    let digits = realDigits(of: number.magnitude, dtype)
    let isUpper = type.map { "EFG".contains($0) } ?? false
    return ("", (isUpper ? digits.uppercased() : digits) + (type == "%" ? "%" : ""))
  }

  private func wholeDigits(of magnitude: Double, _ type: Character) -> (String, String)? {
    guard let whole = Int(exactly: magnitude), precision == nil else { return nil }
    if type == "c" { return Unicode.Scalar(UInt32(clamping: whole)).map { ("", String($0)) } }
    let radix = ["x": 16, "X": 16, "o": 8, "b": 2][type] ?? 10
    guard radix == 10 || groups != "," else { return nil }
    let prefix = isAlternate && radix != 10 ? "0\(type)" : ""
    return (prefix, String(whole, radix: radix, uppercase: type == "X"))
  }

  private func realDigits(of magnitude: Double, _ dtype: DType) -> String {
    if magnitude.isNaN { return "nan" }
    if magnitude.isInfinite { return "inf" }
    switch type {
    case "f", "F": return printed(magnitude, precision ?? 6, "f")
    case "%": return printed(magnitude * 100, precision ?? 6, "f")
    case "e", "E": return printed(magnitude, precision ?? 6, "e")
    case "g", "G", "n": return printed(magnitude, precision ?? 6, "g")
    default:
      if let precision { return general(magnitude, figures: max(1, precision)) }
      return NumberFormat.shortest(dtype == .float32 ? Decimal.named(Float(magnitude)) : magnitude)
    }
  }

  /// Like `g`, but a number without exponent keeps a digit behind the point: `3.0`.
  private func general(_ magnitude: Double, figures: Int) -> String {
    let text = printed(magnitude, figures - 1, "e")
    let power = text.split(separator: "e").last.flatMap { Int($0) } ?? 0
    if power >= figures - 1 || power < -4 {
      guard !isAlternate, let end = text.firstIndex(of: "e") else { return text }
      var mantissa = text[..<end]
      if mantissa.contains(".") {
        while mantissa.last == "0" { mantissa.removeLast() }
        if mantissa.last == "." { mantissa.removeLast() }
      }
      return String(mantissa + text[end...])
    }
    let plain = printed(magnitude, figures, "g")
    return plain.contains(".") ? plain : plain + ".0"
  }

  private func printed(_ number: Double, _ places: Int, _ conversion: Character) -> String {
    withVaList([Int32(places), number]) { arguments in
      var buffer = [CChar](repeating: 0, count: 512)
      let form = (isAlternate ? "%#.*" : "%.*") + String(conversion)
      let length = vsnprintf(&buffer, buffer.count, form, arguments)
      let bytes = buffer.prefix(min(max(Int(length), 0), buffer.count - 1)).map {
        UInt8(bitPattern: $0)
      }
      // The radix character is the only part a locale can change.
      let parts = bytes.split(omittingEmptySubsequences: false) { !Self.isNumeral($0) }
      return parts.enumerated().filter { $0.offset == 0 || $0.offset == parts.count - 1 }
        .map { String(decoding: $0.element, as: UTF8.self) }.joined(separator: ".")
    }
  }

  private static func isNumeral(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x65].contains(byte)
  }

  // MARK: - Groups and width

  /// Thousands apart (fours of binary and hexadecimal digits), after zeros up to a width.
  private func grouped(_ digits: String, width: Int) -> String {
    guard let groups else { return digits }
    var whole = Array(digits.prefix { $0.isHexDigit && (radixDigits || $0.isNumber) })
    let rest = digits.dropFirst(whole.count)
    let size = radixDigits ? 4 : 3
    func length() -> Int { whole.count + max(0, whole.count - 1) / size + rest.count }
    while length() < width { whole.insert("0", at: 0) }
    var result = ""
    for (position, digit) in whole.enumerated() {
      if position > 0, (whole.count - position) % size == 0 { result.append(groups) }
      result.append(digit)
    }
    return result + rest
  }

  private var radixDigits: Bool { type.map { "bxXo".contains($0) } ?? false }

  private func padded(_ text: String, by align: Character, width: Int? = nil) -> String {
    let missing = (width ?? self.width) - DisplayWidth.of(text)
    guard missing > 0 else { return text }
    let pad = String(repeating: fill, count: missing)
    switch align {
    case "<": return text + pad
    case "^": return String(pad.prefix(missing / 2)) + text + pad.dropFirst(missing / 2)
    default: return pad + text
    }
  }
}
