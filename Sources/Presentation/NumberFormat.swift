import Glibc

/// How numbers are shown: rounded to a number of decimals, all numbers of one tensor in the same
/// notation. Every digit printed is a correctly rounded digit of the stored number.
package struct NumberFormat: Sendable, Equatable {
  /// What the numbers are; integers and Booleans travel as Double and are shown as what they are.
  package enum Kind: Sendable { case float, integer, boolean }

  package enum Notation: Sendable, Equatable {
    /// `1.3500`
    case fixed
    /// `1.0`: floats that happen to be whole, still seen to be floats.
    case whole
    /// `4.3000e-04`
    case scientific
    /// `3`
    case integer
    /// `True`
    case boolean
  }

  package var digits: Int
  /// Signs as explanations print them: `−0.5` (U+2212) instead of `-0.5`.
  package var typographicMinus: Bool

  /// Decimals that people may ask for; more would show nothing of a float64.
  package static let places = 0...17

  package init(digits: Int = 4, typographicMinus: Bool = false) {
    self.digits = min(max(digits, 0), 30)
    self.typographicMinus = typographicMinus
  }

  /// One number in the notation that suits it.
  package func text(_ number: Double, _ kind: Kind = .float) -> String {
    text(number, in: notation(for: CollectionOfOne(number), kind))
  }

  /// The notation for numbers shown together. Not finite ones have no say.
  ///
  /// Whole floats below 1e12 get one decimal. Scientific is used when the largest magnitude is
  /// 1e6 or more; when it is so small that fixed decimals would show nothing of it or next to
  /// nothing (below 0.001, or below a tenth of the last-but-one decimal if that is finer); and
  /// when magnitudes span more than five powers of ten and the smallest would be shown as zero.
  package func notation(for numbers: some Sequence<Double>, _ kind: Kind = .float) -> Notation {
    switch kind {
    case .boolean: return .boolean
    case .integer: return .integer
    case .float: break
    }
    var largest = 0.0
    var smallest = Double.infinity
    var isWhole = true
    for number in numbers where number.isFinite {
      let magnitude = number.magnitude
      if magnitude > 0 { smallest = min(smallest, magnitude) }
      largest = max(largest, magnitude)
      if isWhole { isWhole = magnitude < 1e12 && magnitude == Double(Int64(magnitude)) }
    }
    if isWhole { return .whole }
    let unit = pow(10, -Double(digits))
    let vanishing = max(unit, min(10 * unit, 1e-3))
    let spread = smallest < unit / 2 && largest > 1e5 * smallest
    return largest >= 1e6 || largest < vanishing || spread ? .scientific : .fixed
  }

  package func text(_ number: Double, in notation: Notation) -> String {
    switch notation {
    case .boolean: return number == 0 ? "False" : "True"
    case .integer: return signed(number, places: 0, "f")
    case .fixed: return fixed(number)
    case .whole: return signed(number, places: 1, "f")
    case .scientific: return signed(number, places: digits, "e")
    }
  }

  /// Exactly `digits` decimals whatever the magnitude, rounded half to even on the exact binary
  /// value: `1.3500`. A negative number that rounds to zero keeps its sign. `nan`, `inf`, `-inf`.
  package func fixed(_ number: Double) -> String { signed(number, places: digits, "f") }

  /// The shortest text that reads back as the same number: `0.1`, `1e-05`, `3.0`, `nan`, `-inf`.
  package static func shortest<Number: BinaryFloatingPoint & CustomStringConvertible>(
    _ number: Number
  ) -> String {
    number.isNaN ? "nan" : number.description
  }

  private func signed(_ number: Double, places: Int, _ conversion: String) -> String {
    if number.isNaN { return "nan" }
    let magnitude = number.isInfinite ? "inf" : printed(number.magnitude, places, conversion)
    guard number.sign == .minus else { return magnitude }
    return (typographicMinus ? "−" : "-") + magnitude
  }

  private func printed(_ number: Double, _ places: Int, _ conversion: String) -> String {
    var buffer = [CChar](repeating: 0, count: 384)
    let length = withVaList([Int32(places), number]) {
      vsnprintf(&buffer, buffer.count, "%.*" + conversion, $0)
    }
    // The radix character is the only byte a locale can change.
    let bytes = buffer.prefix(min(Int(length), buffer.count - 1)).map { UInt8(bitPattern: $0) }
    return bytes.split { !isNumeral($0) }.map { String(decoding: $0, as: UTF8.self) }
      .joined(separator: ".")
  }

  private func isNumeral(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x65].contains(byte)
  }
}
