import Autograd
import BigInt
import Presentation
import Tensors

/// An integer beyond 2⁵³, where numbers stored as Double stop to be exact. Results that are small
/// enough are ordinary numbers again.
package final class WholeNumber: DynamicObject {
  package let value: BigInt

  init(_ value: BigInt) { self.value = value }

  /// The largest number of bits that a power or shift may have.
  static let longest = 1_000_000

  package var summary: String { "an integer" }
  package var typeName: String { "int" }
  package var attributeNames: [String] { ["bit_length"] }
  package var number: Double? { Double(value) }
  /// As Int, where it is one.
  package var small: Int? { Int(exactly: value) }

  package func truth(_ site: Site) -> Bool { true }
  package func text(isShort: Bool, _ site: Site) -> String { value.description }

  package func equals(_ other: Value, _ site: Site) -> Bool? { other.whole.map { $0 == value } }

  package func attribute(_ name: Symbol) -> Value? {
    name.name == "bit_length"
      ? .method(BoundMethod(.object(self), Builtin.bitLength)) : nil
  }

  package func operate(_ sign: Operator, _ site: Site) -> Value? {
    switch sign {
    case .negative: .whole(-value)
    case .bitNot: .whole(-value - 1)
    default: sign.side == .prefix ? .object(self) : nil
    }
  }

  package func operate(
    _ sign: Operator, _ other: Value, isReversed: Bool, _ site: Site
  ) throws -> Value? {
    if let second = other.whole {
      let (a, b) = isReversed ? (second, value) : (value, second)
      if sign.role == .comparison { return .truth(sign.holds(a < b ? -1 : a == b ? 0 : 1)) }
      if let result = try WholeNumber.result(sign, a, b, site) { return result }
    }
    guard case .tensor(let tensor) = other, sign.role != .bits else { return nil }
    // Beside a real number, an array, or under a sign that gives real numbers: as a real number.
    let real = Value.tensor(Variable(Tensor(Double(value)), literal: true))
    let none = Expression(.none, site.span)
    return try site.evaluator.operate(
      sign, isReversed ? .tensor(tensor) : real, isReversed ? real : .tensor(tensor),
      at: site.span, none, none)
  }

  /// Python's arithmetic on integers; nil for signs that give real numbers.
  static func result(_ sign: Operator, _ a: BigInt, _ b: BigInt, _ site: Site) throws -> Value? {
    switch sign {
    case .add: return .whole(a + b)
    case .subtract: return .whole(a - b)
    case .multiply: return .whole(a * b)
    case .floorDivide: return .whole(try divided(a, b, site).quotient)
    case .remainder: return .whole(try divided(a, b, site).remainder)
    case .bitAnd: return .whole(a & b)
    case .bitOr: return .whole(a | b)
    case .bitXor: return .whole(a ^ b)
    case .divide:
      if b == 0 { throw site.zeroDivision }
      return .number(quotient(a, b))
    case .power:
      guard b >= 0 else { return nil }
      // Of 0, 1 and -1 only the parity of the exponent counts.
      let effective = a.magnitude < 2 && b > 2 ? 2 + (b & 1) : b
      guard let exponent = Int(exactly: effective), exponent <= longest,
        a.bitWidth * exponent <= longest
      else { throw site.fail("too-long", "the power has more than \(longest) bits") }
      return .whole(a.power(exponent))
    case .shiftLeft, .shiftRight:
      guard let count = Int(exactly: b), count >= 0 else {
        throw site.fail("bad-argument", "a shift by \(b) bits", help: "shift by 0 bits or more")
      }
      if sign == .shiftRight { return .whole(a >> count) }
      guard count <= longest, a.bitWidth + count <= longest else {
        throw site.fail("too-long", "the number has more than \(longest) bits")
      }
      return .whole(a << count)
    default: return nil
    }
  }

  /// Rounded down, with a remainder of the divisor's sign.
  private static func divided(
    _ a: BigInt, _ b: BigInt, _ site: Site
  ) throws -> (quotient: BigInt, remainder: BigInt) {
    if b == 0 { throw site.zeroDivision }
    let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
    let isOff = remainder != 0 && (remainder.sign != b.sign)
    return isOff ? (quotient - 1, remainder + b) : (quotient, remainder)
  }

  /// The nearest real number to a fraction.
  private static func quotient(_ a: BigInt, _ b: BigInt) -> Double {
    let (x, y) = (Double(a), Double(b))
    if x.isFinite, y.isFinite { return x / y }
    let shift = max(0, max(a.bitWidth, b.bitWidth) - 900)
    return Double(a >> shift) / Double(b >> shift)
  }
}

extension Call {
  /// `int(x)` of a text of digits, in any base, and of numbers beyond 2⁵³; nil for everything else.
  package func wholeNumber() throws -> Value? {
    switch self[0] {
    case .string(let text):
      let radix = isNone(1) ? 10 : try integer(1)
      var digits = text.trimmed.lowercased().filter { $0 != "_" }
      let isNegative = digits.first == "-"
      if isNegative || digits.first == "+" { digits.removeFirst() }
      for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)]
      where radix == base && digits.hasPrefix(prefix) { digits.removeFirst(2) }
      guard (2...36).contains(radix), digits.first?.isASCII == true, digits.first != "-",
        digits.first != "+", digits.utf8.count <= 10_000, let value = BigInt(digits, radix: radix)
      else {
        throw fail(0, "bad-argument", "'\(text.prefix(40))' is not a whole number")
      }
      return .whole(isNegative ? -value : value)
    case .tensor(let variable):
      guard variable.shape.isScalar, abs(variable.value[flat: 0]) > NumberLiteral.exactLimit,
        let value = BigInt(exactly: variable.value[flat: 0].rounded(.towardZero))
      else { return nil }
      return .whole(value)
    default: return nil
    }
  }
}

extension Value {
  /// An integer of any size: an ordinary number as long as that is exact.
  static func whole(_ value: BigInt) -> Value {
    if value.magnitude <= BigUInt(1) << 53, let small = Int(exactly: value) {
      return .integer(small)
    }
    return .object(WholeNumber(value))
  }

  /// The integer that a value is, of any size; truth values are 0 and 1.
  var whole: BigInt? {
    switch self {
    case .object(let object): return (object as? WholeNumber)?.value
    case .tensor(let variable):
      guard variable.shape.isScalar, !variable.value.dtype.isReal else { return nil }
      return BigInt(exactly: variable.value[flat: 0])
    default: return nil
    }
  }
}

extension Variable {
  /// A result that needs no second look: a single number that is finite and small enough to be exact,
  /// or an array of reals.
  @inline(__always)
  var isPlain: Bool {
    if value.shape.isScalar { return abs(value[flat: 0]) < NumberLiteral.exactLimit }
    return value.dtype != .int64
  }

  /// A number as Python itself has it: written, or computed from such numbers by operators alone.
  fileprivate var isPythonNumber: Bool {
    var waiting = [self]
    var seen: Set<ObjectIdentifier> = []
    while let next = waiting.popLast() {
      guard next.shape.isScalar, !next.isArray, seen.count < 10_000 else { return false }
      guard let operation = next.operation else { continue }
      guard Variable.ofPython.contains(operation.name) else { return false }
      if seen.insert(ObjectIdentifier(next)).inserted { waiting += next.inputs.array }
    }
    return true
  }

  private static let ofPython: Set = [
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "power", "negate",
  ]
}

extension Evaluator {
  func wholeNumber(_ literal: NumberLiteral) -> Value {
    .whole(literal.digits.flatMap { BigInt($0) } ?? 0)
  }

  /// A result that is not plain: integers beyond 2⁵³ are computed again, exactly; a number divided by
  /// 0 is Python's error.
  func exact(
    _ sign: Operator, _ a: Variable, _ b: Variable, _ result: Variable, _ expression: Expression
  ) throws -> Value {
    let site = Site(self, expression.span)
    guard result.shape.isScalar else {
      if context.bracketsMakeLists, a.value.dtype == .bool, b.value.dtype == .bool,
        sign == .add || sign == .multiply
      {
        // As NumPy and PyTorch have it, truth values stay some: + is or, * is and.
        return .tensor(
          try Operation.required(sign == .add ? "logical_or" : "logical_and")(a, b))
      }
      tellOfRounding(result, at: expression.span)
      return .tensor(result)
    }
    if sign.divides, b.value.item == 0 { try refuseZero(a, b, site) }
    if sign == .power, a.value.item == 0, result.value.item?.isInfinite == true {
      try refuseZero(a, b, site)
    }
    guard result.value.dtype == .int64, let x = Value.tensor(a).whole,
      let y = Value.tensor(b).whole,
      let whole = try WholeNumber.result(sign, x, y, site)
    else { return .tensor(result) }
    if case .tensor(let small) = whole, small.value.item == result.value.item {
      return .tensor(result)
    }
    return whole
  }

  private func refuseZero(_ a: Variable, _ b: Variable, _ site: Site) throws {
    if a.isPythonNumber, b.isPythonNumber { throw site.zeroDivision }
    tellOnce("zero-division", .divisionGivesInfinity(at: site.span))
  }

  /// Arrays of integers are stored as Double: beyond 2⁵³ they are not exact.
  func tellOfRounding(_ result: Variable, at span: Span) {
    guard result.value.dtype == .int64,
      result.value.withElements({ $0.contains { abs($0) > NumberLiteral.exactLimit } })
    else { return }
    tellOnce("rounded-integers", .roundedIntegers(at: span))
  }
}

extension Operator {
  fileprivate var divides: Bool { self == .divide || self == .floorDivide || self == .remainder }
}

extension Site {
  var zeroDivision: Diagnostic { evaluator.fail(.divisionByZero(at: span)) }
}

extension Diagnostic {
  static func divisionByZero(at span: Span) -> Diagnostic {
    Diagnostic(
      "zero-division", "division by zero", primary: Label(span),
      helps: ["for inf as in NumPy divide tensors: [1.0] / 0"])
  }

  static func divisionGivesInfinity(at span: Span) -> Diagnostic {
    Diagnostic(
      "zero-division", "a tensor divided by 0 gives inf or nan, as in NumPy", severity: .warning,
      primary: Label(span))
  }

  static func roundedIntegers(at span: Span) -> Diagnostic {
    Diagnostic(
      "rounded-integers", "integers of a tensor beyond 2**53 are rounded", severity: .warning,
      primary: Label(span), notes: ["single numbers are exact at any size"])
  }
}

extension FormatSpecification {
  /// `:d`, `:,`, `:x` of an integer of any size; as a real number by the other types.
  func apply(to whole: WholeNumber) -> String? {
    let radix: Int
    switch type {
    case nil, "d", "n": radix = 10
    case "x", "X": radix = 16
    case "o": radix = 8
    case "b": radix = 2
    default: return whole.number.flatMap { apply(to: $0, .float64) }
    }
    guard precision == nil else { return nil }
    let digits = String(whole.value.magnitude, radix: radix, uppercase: type == "X")
    return laidOut(digits, isNegative: whole.value < 0)
  }
}
