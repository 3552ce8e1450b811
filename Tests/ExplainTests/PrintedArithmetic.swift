import Autograd
import Glibc
import Tensors

/// A reader with a calculator: works out the numbers printed in an explanation, as text.
struct PrintedArithmetic {
  private var rest: Substring
  /// What symbols stand for, written without spaces.
  private let symbols: [String: Double]

  /// The value of a printed expression; nil when it holds symbols other than the given ones.
  static func value(of text: String, symbols: [String: Double] = [:]) -> Double? {
    var parser = PrintedArithmetic(rest: text.filter { $0 != " " }[...], symbols: symbols)
    guard let value = parser.sum(), parser.rest.isEmpty else { return nil }
    return value
  }

  private mutating func take(_ prefix: String) -> Bool {
    guard rest.hasPrefix(prefix) else { return false }
    rest.removeFirst(prefix.count)
    return true
  }

  private mutating func sum() -> Double? {
    guard var total = product() else { return nil }
    while true {
      if take("+") {
        guard let next = product() else { return nil }
        total += next
      } else if take("−") {
        guard let next = product() else { return nil }
        total -= next
      } else {
        return total
      }
    }
  }

  private mutating func product() -> Double? {
    if take("−") { return product().map { -$0 } }
    guard var total = power() else { return nil }
    while true {
      if take("·") {
        guard let next = power() else { return nil }
        total *= next
      } else if take("/") {
        guard let next = power() else { return nil }
        total /= next
      } else {
        return total
      }
    }
  }

  private mutating func power() -> Double? {
    guard let base = atom() else { return nil }
    if take("**") { return (take("−") ? atom().map { -$0 } : atom()).map { pow(base, $0) } }
    var exponent = ""
    while let digit = rest.first, let place = Array("⁰¹²³⁴⁵⁶⁷⁸⁹").firstIndex(of: digit) {
      exponent += String(place)
      rest.removeFirst()
    }
    let isNegative = exponent.isEmpty && take("⁻")
    while isNegative, let digit = rest.first, let place = Array("⁰¹²³⁴⁵⁶⁷⁸⁹").firstIndex(of: digit)
    {
      exponent += String(place)
      rest.removeFirst()
    }
    guard let number = Double(exponent) else { return base }
    return pow(base, isNegative ? -number : number)
  }

  private mutating func atom() -> Double? {
    if take("(") { return closing(")", sum()) }
    if take("|") { return closing("|", sum()).map(abs) }
    if take("[") { return omitted() }
    if take("∞") { return .infinity }
    if take("nan") { return .nan }
    if take("⌊") { return closing("⌋", sum()).map { floor($0) } }
    if take("⌈") { return closing("⌉", sum()).map { ceil($0) } }
    // Anywhere else π may be a name of the program.
    if take("√π") { return Double.pi.squareRoot() }
    if take("√") { return atom().map { $0.squareRoot() } }
    if take("𝟙[") { return indicator() }
    let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    if !digits.isEmpty {
      rest.removeFirst(digits.count)
      return Double(digits)
    }
    if let known = symbol() { return known }
    let name = rest.prefix { $0.isLetter || $0 == "_" || $0.isASCII && $0.isNumber }
    guard !name.isEmpty, take(name + "(") else { return nil }
    return call(String(name))
  }

  /// The longest known symbol.
  private mutating func symbol() -> Double? {
    guard !symbols.isEmpty else { return nil }
    for length in stride(from: min(rest.count, 40), to: 0, by: -1) {
      if let value = symbols[String(rest.prefix(length))] {
        rest.removeFirst(length)
        return value
      }
    }
    return nil
  }

  private mutating func closing(_ bracket: String, _ value: Double?) -> Double? {
    take(bracket) ? value : nil
  }

  /// `[995 more: 2.13]`
  private mutating func omitted() -> Double? {
    guard let colon = rest.firstIndex(of: ":") else { return nil }
    rest = rest[rest.index(after: colon)...]
    return closing("]", sum())
  }

  private mutating func indicator() -> Double? {
    guard let left = sum(), let sign = rest.popFirst(), let right = sum(), take("]") else {
      return nil
    }
    switch sign {
    case "<": return left < right ? 1 : 0
    case "≤": return left <= right ? 1 : 0
    case ">": return left > right ? 1 : 0
    case "≥": return left >= right ? 1 : 0
    case "=": return left == right ? 1 : 0
    case "≠": return left != right ? 1 : 0
    default: return nil
    }
  }

  private mutating func call(_ name: String) -> Double? {
    var arguments: [Double] = []
    repeat {
      guard let argument = sum() else { return nil }
      arguments.append(argument)
    } while take(",")
    guard take(")"), let first = arguments.first else { return nil }
    switch name {
    case "exp": return exp(first)
    case "log": return log(first)
    case "log1p": return log1p(first)
    case "log2": return log2(first)
    case "log10": return log10(first)
    case "arctan": return atan(first)
    case "arctan2": return arguments.count == 2 ? atan2(first, arguments[1]) : nil
    case "tanh": return tanh(first)
    case "sinh": return sinh(first)
    case "cosh": return cosh(first)
    case "sin": return sin(first)
    case "cos": return cos(first)
    case "floor": return floor(first)
    case "ceil": return ceil(first)
    case "round": return first.rounded(.toNearestOrEven)
    case "sign": return first > 0 ? 1 : first < 0 ? -1 : 0
    case "erf": return erf(first)
    case "max": return arguments.max()
    case "min": return arguments.min()
    case "argmax": return arguments.firstIndex(of: arguments.max() ?? first).map(Double.init)
    case "argmin": return arguments.firstIndex(of: arguments.min() ?? first).map(Double.init)
    default: return Self.operation(name, arguments)
    }
  }

  /// Any function of numbers that has a name in the catalogue: σ(z).
  private static func operation(_ name: String, _ arguments: [Double]) -> Double? {
    guard let operation = Catalogue.standard[name], operation.inputCount == arguments.count else {
      return nil
    }
    let result = try? operation.evaluate(
      arguments.map { Tensor($0) }, Attributes.none.filled(operation))
    return result?.count == 1 ? result?[flat: 0] : nil
  }
}

/// The printed lines of an explanation: what was worked out of them, and what is wrong with them.
struct PrintedLines {
  /// Lines that were looked at, and equalities between numbers that were worked out.
  private(set) var checked = 0
  private(set) var mistakes: [String] = []
  /// Equals signs with something else than numbers on a side.
  private(set) var passedOver: [PassedOver: [String]] = [:]

  /// Why no calculator works out both sides of an equals sign.
  enum PassedOver {
    /// What is worked out stands at the left: `s1[0] = …`.
    case name
    /// A formula in symbols, whose numbers stand behind the next sign.
    case symbols
    /// Rows and columns stand beneath.
    case drawing
    /// None of these.
    case unreadable
  }

  /// Decimals of the explanation, which a whole result does not show.
  private var digits: Int

  init(_ text: String, digits: Int = 4) {
    self.digits = digits
    for part in text.split(separator: "numbers are shown with ") {
      let typed = part.prefix(while: \.isNumber)
      if let digits = Int(typed), part.dropFirst(typed.count).hasPrefix(" decimal") {
        self.digits = digits
      }
      for line in Self.lines(of: String(part)) { check(line) }
      mistakes += StrictReader(String(part), digits: self.digits, width: .max).mistakes
        .map(\.description)
    }
  }

  /// The lines as they were before they were broken to the width of the page, without remarks.
  static func lines(of text: String) -> [String] {
    var joined: [String] = []
    for line in text.split(separator: "\n").map(String.init) {
      let start = line.drop { $0 == " " }
      let continues =
        line.hasPrefix(" ")
        && ["= ", "≈ ", "+ ", "− ", "· ", "⊙ ", "* "].contains { start.hasPrefix($0) }
      if let last = joined.last, last.hasPrefix("  ("), Self.isOpen(last) {
        joined[joined.count - 1] += " " + start  // a remark goes on
      } else if continues, !joined.isEmpty {
        joined[joined.count - 1] += " " + start
      } else {
        joined.append(line)
      }
    }
    return joined.filter { !$0.hasPrefix("∇") }.map(bare)
  }

  private static func isOpen(_ text: String) -> Bool {
    text.count { $0 == "(" } > text.count { $0 == ")" }
  }

  /// Without the words that stand beside a result, four spaces away.
  static func bare(_ whole: String) -> String {
    let line = whole.firstRange(of: "  since ").map { String(whole[..<$0.lowerBound]) } ?? whole
    guard let equals = line.lastIndex(where: { $0 == "=" || $0 == "≈" }) else { return line }
    let parts = line[equals...].split(separator: "    ", maxSplits: 1)
    return parts.count == 2 && parts[0].count > 2 && parts[1].contains(where: \.isLetter)
      ? String(line[..<equals] + parts[0]) : line
  }

  struct Piece {
    let relation: Character?
    var text: String
  }

  /// What stands between the equals signs outside brackets.
  static func pieces(of line: String) -> [Piece] {
    var pieces = [Piece(relation: nil, text: "")]
    var depth = 0
    for character in line {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if depth == 0, character == "=" || character == "≈" {
        pieces.append(Piece(relation: character, text: ""))
      } else {
        pieces[pieces.count - 1].text.append(character)
      }
    }
    return pieces
  }

  /// Counts what can be worked out; how well it agrees is the strict reader's to say.
  private mutating func check(_ line: String) {
    let pieces = Self.pieces(of: line)
    let values = pieces.map { PrintedArithmetic.value(of: $0.text) }
    for index in pieces.indices.dropFirst() {
      if values[index - 1] == nil || values[index] == nil {
        passedOver[Self.reason(pieces, values, index), default: []].append(line)
      } else {
        checked += 1
      }
    }
  }

  private static func reason(_ pieces: [Piece], _ values: [Double?], _ index: Int) -> PassedOver {
    if pieces[index].text.allSatisfy({ $0 == " " }) { return .drawing }
    if index == 1, values[0] == nil { return .name }
    func isSymbolic(_ index: Int) -> Bool {
      values[index] == nil && pieces[index].text.contains(where: \.isLetter)
    }
    return isSymbolic(index - 1) || isSymbolic(index) ? .symbols : .unreadable
  }
}
