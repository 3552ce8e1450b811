import Autograd
import Glibc
import Tensors

/// What a reader with a calculator takes from printed arithmetic, as a tree: the numbers with the
/// unit of their last printed place. Shares nothing with the sources that print.
indirect enum PrintedTerm: Equatable {
  case number(Double, unit: Double)
  /// Sums and products are flat; what is taken off is negated, what is divided by inverted.
  case node(String, [PrintedTerm])

  var value: Double {
    switch self {
    case .number(let number, _): return number
    case .node(let name, let children):
      let values = children.map(\.value)
      switch name {
      case "+": return values.reduce(0, +)
      case "·": return values.reduce(1, *)
      case "−": return -values[0]
      case "1/": return 1 / values[0]
      case "^": return pow(values[0], values[1])
      case "<": return values[0] < values[1] ? 1 : 0
      case "≤": return values[0] <= values[1] ? 1 : 0
      case ">": return values[0] > values[1] ? 1 : 0
      case "≥": return values[0] >= values[1] ? 1 : 0
      case "≠": return values[0] != values[1] ? 1 : 0
      case "𝟙=": return values[0] == values[1] ? 1 : 0
      default: return Self.function(name, values)
      }
    }
  }

  /// By the names in the notation of the pages, worked out by PrintedArithmetic's functions.
  private static func function(_ name: String, _ values: [Double]) -> Double {
    guard let first = values.first else { return .nan }
    switch name {
    case "√": return first.squareRoot()
    case "|": return abs(first)
    case "⌊": return floor(first)
    case "⌈": return ceil(first)
    case "max": return values.max() ?? first
    case "min": return values.min() ?? first
    default:
      let arguments = values.map { value -> String in
        "(" + (value < 0 ? "−\(Self.text(-value))" : Self.text(value)) + ")"
      }
      return PrintedArithmetic.value(of: "\(name)(\(arguments.joined(separator: ",")))") ?? .nan
    }
  }

  /// Positional, as printed numbers are.
  private static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return "∞" }
    let text = value.description
    guard let mark = text.firstIndex(of: "e"), let power = Int(text[text.index(after: mark)...])
    else { return text }
    return String(text[..<mark]) + "·10**" + (power < 0 ? "(−\(-power))" : "\(power)")
  }

  /// The sub-steps between what stands at the left and at the right of a sign: each part that has
  /// become a number.
  static func steps(
    _ left: PrintedTerm, _ right: PrintedTerm
  ) -> [(part: PrintedTerm, number: PrintedTerm)] {
    switch (left, right) {
    case (.node(let a, let before), .node(let b, let after)) where a == b:
      if before.count == after.count { return zip(before, after).flatMap { steps($0, $1) } }
      // Several terms of a sum, or factors of a product, that became one number.
      let lead = zip(before, after).prefix { $0 == $1 }.count
      let trail = zip(before.reversed(), after.reversed()).prefix { $0 == $1 }.count
      if lead + trail == after.count - 1, before.count > after.count {
        return [(.node(a, Array(before[lead..<(before.count - trail)])), after[lead])]
      }
    default: break
    }
    return [(left, right)]
  }

  /// The unit of the last place of a number; of arithmetic the coarsest of its numbers.
  var unit: Double {
    switch self {
    case .number(_, let unit): unit
    case .node(_, let children): children.map(\.unit).max() ?? 0
    }
  }
}

/// Reads printed arithmetic; nil where it holds symbols.
struct PrintedParser {
  private var rest: Substring
  /// Decimals of the page: a whole number says that nothing was rounded at them.
  private let digits: Int

  static func term(of text: String, digits: Int) -> PrintedTerm? {
    var parser = PrintedParser(rest: text.filter { $0 != " " }[...], digits: digits)
    guard let term = parser.sum(), parser.rest.isEmpty else { return nil }
    return term
  }

  private init(rest: Substring, digits: Int) {
    self.rest = rest
    self.digits = digits
  }

  private mutating func take(_ prefix: String) -> Bool {
    guard rest.hasPrefix(prefix) else { return false }
    rest.removeFirst(prefix.count)
    return true
  }

  private mutating func sum() -> PrintedTerm? {
    guard let first = product() else { return nil }
    var terms = [first]
    while true {
      if take("+") {
        guard let next = product() else { return nil }
        terms.append(next)
      } else if take("−") {
        guard let next = product() else { return nil }
        terms.append(Self.negated(next))
      } else {
        return terms.count == 1 ? first : .node("+", terms)
      }
    }
  }

  private static func negated(_ term: PrintedTerm) -> PrintedTerm {
    if case .number(let number, let unit) = term { return .number(-number, unit: unit) }
    return .node("−", [term])
  }

  private mutating func product() -> PrintedTerm? {
    if take("−") { return product().map(Self.negated) }
    guard let first = power() else { return nil }
    var factors = [first]
    while true {
      if take("·") {
        guard let next = power() else { return nil }
        factors.append(next)
      } else if take("/") {
        guard let next = power() else { return nil }
        factors.append(.node("1/", [next]))
      } else {
        return Self.product(factors)
      }
    }
  }

  /// `4.39·10⁻⁷` is a number.
  private static func product(_ factors: [PrintedTerm]) -> PrintedTerm {
    var joined: [PrintedTerm] = []
    for factor in factors {
      if case .node("^", let parts) = factor, parts[0].value == 10,
        case .number(let exponent, _) = parts[1],
        case .number(let mantissa, let unit)? = joined.last
      {
        let scale = pow(10, exponent)
        joined[joined.count - 1] = .number(mantissa * scale, unit: unit * scale)
      } else {
        joined.append(factor)
      }
    }
    return joined.count == 1 ? joined[0] : .node("·", joined)
  }

  private mutating func power() -> PrintedTerm? {
    guard let base = atom() else { return nil }
    if take("**") {
      let isNegative = take("−")
      return atom().map { .node("^", [base, isNegative ? Self.negated($0) : $0]) }
    }
    let isNegative = take("⁻")
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    var digits = ""
    while let digit = rest.first, let place = raised.firstIndex(of: digit) {
      digits += String(place)
      rest.removeFirst()
    }
    guard let number = Double(digits) else { return base }
    return .node("^", [base, .number(isNegative ? -number : number, unit: 1e-12)])
  }

  private static let enclosing = [("|", "|"), ("⌊", "⌋"), ("⌈", "⌉")]

  private mutating func atom() -> PrintedTerm? {
    if take("(") { return closed(sum(), ")") }
    for (open, close) in Self.enclosing where take(open) {
      return closed(sum(), close).map { .node(open, [$0]) }
    }
    if take("[") {
      // `[995 more: 2.13]`
      guard let colon = rest.firstIndex(of: ":") else { return nil }
      rest = rest[rest.index(after: colon)...]
      return closed(sum(), "]")
    }
    if take("∞") { return .number(.infinity, unit: 1) }
    if take("nan") { return .number(.nan, unit: 1) }
    if take("√π") { return .number(Double.pi.squareRoot(), unit: 1e-12) }
    if take("√") { return atom().map { .node("√", [$0]) } }
    if take("𝟙[") { return indicator() }
    return number() ?? call()
  }

  private mutating func closed(_ term: PrintedTerm?, _ bracket: String) -> PrintedTerm? {
    take(bracket) ? term : nil
  }

  private mutating func number() -> PrintedTerm? {
    let text = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let number = Double(text) else { return nil }
    rest.removeFirst(text.count)
    let decimals = text.split(separator: ".").dropFirst().first?.count
    // Only noise is 0; what was rounded before it was used is 0.00.
    let unit =
      decimals.map { pow(10, -Double($0)) } ?? (number == 0 ? 1e-9 : pow(10, -Double(digits)))
    return .number(number, unit: unit)
  }

  private mutating func indicator() -> PrintedTerm? {
    guard let left = sum(), let sign = rest.popFirst(), let right = sum(), take("]") else {
      return nil
    }
    return .node(sign == "=" ? "𝟙=" : String(sign), [left, right])
  }

  private mutating func call() -> PrintedTerm? {
    let name = rest.prefix { $0.isLetter || $0 == "_" || $0.isASCII && $0.isNumber }
    guard !name.isEmpty, take(name + "(") else { return nil }
    var arguments: [PrintedTerm] = []
    repeat {
      guard let argument = sum() else { return nil }
      arguments.append(argument)
    } while take(",")
    return take(")") ? .node(String(name), arguments) : nil
  }
}
