import Glibc

/// How numbers are written: at the decimals that were asked for, or, where none were, in full.
///
/// Every number is rounded by the rule of `Decimal`. A number that rounds to 0 has no sign.
package struct NumberFormat: Sendable, Equatable {
  /// What the numbers are; integers and Booleans travel as Double and are shown as what they are.
  /// `single` numbers are floats named by the shortest decimal of single precision.
  package enum Kind: Sendable { case float, single, integer, boolean }

  package enum Notation: Sendable, Equatable {
    /// `1.3500`
    case fixed
    /// `1.0`: floats that happen to be whole, still seen to be floats.
    case whole
    /// `4.3000e-04`
    case scientific
    /// `0.1`, `1e-05`: as Python writes a float, rounded before; nil: every digit.
    case python(Decimal.Precision?)
    /// `3`
    case integer
    /// `True`
    case boolean
  }

  /// Decimals that were asked for: typed after `:digits` or `--digits`, or a lesson's places. Nil
  /// where nobody did: then `print` writes every digit, as Python does.
  package let asked: Int?
  /// Signs as explanations print them: `−0.5` (U+2212) instead of `-0.5`.
  package let typographicMinus: Bool

  /// Decimals that people may ask for; more would show nothing of a float64.
  package static let places = 0...17
  /// Decimals of a display (an echo, an explanation) for which nobody asked any.
  package static let usual = 4
  /// What prints numbers as Python does.
  package static let python = NumberFormat(asked: nil, typographicMinus: false)

  package init(digits: Int = usual, typographicMinus: Bool = false) {
    self.init(asked: min(max(digits, 0), 30), typographicMinus: typographicMinus)
  }

  private init(asked: Int?, typographicMinus: Bool) {
    self.asked = asked
    self.typographicMinus = typographicMinus
  }

  /// Decimals of what is shown rather than printed.
  package var digits: Int { asked ?? Self.usual }

  /// The format of echoes, messages and explanations: numbers rounded, to 4 decimals if nobody asked
  /// for others.
  package var display: NumberFormat {
    NumberFormat(digits: digits, typographicMinus: typographicMinus)
  }

  /// One number in the notation that suits it.
  package func text(_ number: Double, _ kind: Kind = .float) -> String {
    let number = kind == .single ? Decimal.named(Float(number)) : number
    return text(number, in: notation(for: CollectionOfOne(number), kind))
  }

  /// The notation for numbers shown together. Not finite ones have no say.
  ///
  /// Whole floats below 1e12 get one decimal. Scientific is used when the largest magnitude is
  /// 1e6 or more; when it is so small that fixed decimals would show nothing of it or next to
  /// nothing (below 0.001, or below a tenth of the last-but-one decimal if that is finer); and
  /// when magnitudes span more than five powers of ten and the smallest would be shown as zero.
  /// Numbers below the last bits of the largest are residues of rounding beside it: they have no say
  /// either, and come out as zero. Without decimals nothing is too small.
  package func notation(for numbers: some Collection<Double>, _ kind: Kind = .float) -> Notation {
    switch kind {
    case .boolean: return .boolean
    case .integer: return .integer
    case .float, .single: break
    }
    if asked == nil { return .python(nil) }
    var largest = 0.0
    var isWhole = true
    for number in numbers where number.isFinite {
      let magnitude = number.magnitude
      largest = max(largest, magnitude)
      if isWhole { isWhole = magnitude < 1e12 && magnitude == Double(Int64(magnitude)) }
    }
    if isWhole { return digits == 0 ? .fixed : .whole }
    if largest >= 1e6 { return .scientific }
    if digits == 0 { return .fixed }
    let unit = pow(10, -Double(digits))
    let vanishing = max(unit, min(10 * unit, 1e-3))
    let smallest = Self.smallest(of: numbers, above: largest * Self.residue)
    let spread = smallest < unit / 2 && largest > 1e5 * smallest
    return largest < vanishing || spread ? .scientific : .fixed
  }

  /// What rounding leaves of numbers is below this part of them: nine units in the last place.
  private static let residue = 2e-15

  /// The smallest magnitude above a bound; infinite where there is none.
  private static func smallest(of numbers: some Collection<Double>, above bound: Double) -> Double {
    numbers.reduce(.infinity) { $1.magnitude > bound ? min($0, $1.magnitude) : $0 }
  }

  /// How NumPy prints numbers shown together: 8 decimals, or 9 figures where their magnitudes
  /// differ much or are very large or small. Each is written in the notation that suits it alone.
  package static func numpyPrecision(for numbers: some Collection<Double>) -> Decimal.Precision {
    let largest = numbers.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    let smallest = smallest(of: numbers, above: 0)
    let isEven = largest < 1e8 && smallest >= 1e-4 && largest <= 1000 * smallest
    return isEven ? .decimals(8) : .significant(9)
  }

  package func text(_ number: Double, in notation: Notation) -> String {
    switch notation {
    case .boolean: return number == 0 ? "False" : "True"
    case .integer: return signed(number) { Decimal.text($0, decimals: 0) }
    case .fixed: return fixed(number)
    case .whole: return signed(number) { Decimal.text($0, decimals: 1) }
    case .scientific:
      return signed(number) { number in
        Decimal(number, rounded: .significant(digits + 1)).scientific(decimals: digits)
      }
    case .python(nil): return signed(number, Self.shortest)
    case .python(let precision?):
      return signed(number) { Decimal($0, rounded: precision).python }
    }
  }

  /// Exactly `digits` decimals whatever the magnitude: `1.3500`. `nan`, `inf`, `-inf`.
  package func fixed(_ number: Double) -> String {
    signed(number) { Decimal.text($0, decimals: digits) }
  }

  /// The shortest text that reads back as the same number, as Python writes it: `0.1`, `1e-05`,
  /// `3.0`, `1e+16`, `nan`, `-inf`; `0.0` for both zeros.
  package static func shortest(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number == 0 { return "0.0" }
    // Here Swift and Python agree.
    if number.isInfinite || 1e-3..<1e15 ~= number.magnitude { return number.description }
    return Decimal(number).python
  }

  private func signed(_ number: Double, _ text: (Double) -> String) -> String {
    if number.isNaN { return "nan" }
    let text = number.isInfinite ? number.description : text(number)
    guard typographicMinus, text.utf8.first == UInt8(ascii: "-") else { return text }
    return "−" + text.dropFirst()
  }
}
