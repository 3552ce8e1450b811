import Autograd

/// Prints terms: `−(y1 − o1)`, `1.20·1.00 + (−0.30)·(−0.50)`, `1/(1 + exp(−0.51))`.
struct TermText {
  let numbers: NumberText

  /// How tightly a piece of text holds together.
  private enum Strength: Int, Comparable {
    case sum = 1
    case negative, matrixProduct, product, power, atom
    static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
  }

  private struct Piece {
    let text: String
    let strength: Strength

    func within(_ least: Strength) -> String { strength < least ? "(\(text))" : text }
  }

  func text(_ term: Term) -> String { piece(term).text }

  /// The term as a factor of a product that is written with spaces around the dots.
  func factor(_ term: Term) -> String { piece(term).within(.product) }

  /// The term as what an index follows.
  func atom(_ term: Term) -> String { piece(term).within(.atom) }

  private func piece(_ term: Term) -> Piece {
    switch term {
    case .constant(let number): return signed(numbers.text(number, .constant))
    case .number(let number, let origin): return signed(numbers.text(number, origin))
    case .quantity(let quantity):
      return Piece(text: quantity.symbol, strength: strength(of: quantity.binding))
    case .omitted(let count, let value):
      return Piece(
        text: "[\(Self.grouped(count)) more: \(numbers.text(value, .whole))]", strength: .atom)
    case .negative(let inner):
      return Piece(text: "−" + piece(inner).within(.matrixProduct), strength: .negative)
    case .sum(let terms): return sum(terms)
    case .product(let factors): return product(factors)
    case .quotient(let top, let bottom):
      let sign = wide(top) || wide(bottom) ? " / " : "/"
      return Piece(
        text: piece(top).within(.product) + sign + divisor(bottom), strength: .product)
    case .power(let base, let exponent): return power(base, exponent)
    case .call(let name, let arguments): return call(name, arguments)
    case .indicator(let a, let comparison, let b):
      return Piece(text: "𝟙[\(text(a)) \(comparison.sign) \(text(b))]", strength: .atom)
    }
  }

  private func strength(of binding: Quantity.Binding) -> Strength {
    switch binding {
    case .atom: .atom
    case .product: .matrixProduct
    case .sum: .sum
    }
  }

  /// What is divided by. A zero shows its sign there, because 1/(−0) is −∞.
  private func divisor(_ term: Term) -> String {
    if case .number(let number, _) = term, number == 0, number.sign == .minus { return "(−0)" }
    return piece(term).within(.power)
  }

  private func signed(_ text: String) -> Piece {
    let strength: Strength = text.hasPrefix("−") ? .negative : text.contains("·") ? .product : .atom
    return Piece(text: text, strength: strength)
  }

  private func sum(_ terms: [Term]) -> Piece {
    guard let first = terms.first else { return Piece(text: "0", strength: .atom) }
    if terms.count == 1 { return piece(first) }
    var result = piece(first).within(.negative)
    for term in terms.dropFirst() {
      if case .negative(let inner) = term {
        result += " − " + piece(inner).within(.matrixProduct)
      } else {
        result += " + " + piece(term).within(.matrixProduct)
      }
    }
    return Piece(text: result, strength: .sum)
  }

  private func product(_ factors: [Term]) -> Piece {
    guard let first = factors.first else { return Piece(text: "1", strength: .atom) }
    if factors.count == 1 { return piece(first) }
    var result = piece(first).within(.product)
    for (left, right) in zip(factors, factors.dropFirst()) {
      let sign =
        left.isTensor && right.isTensor ? " ⊙ " : factors.contains(where: wide) ? " · " : "·"
      result += sign + piece(right).within(.product)
    }
    return Piece(text: result, strength: .product)
  }

  private func power(_ base: Term, _ exponent: Term) -> Piece {
    let bottom = piece(base).within(.atom)
    if case .constant(let number) = exponent, number.magnitude < 1000,
      let whole = Int(exactly: number)
    {
      return Piece(text: bottom + Superscript.text(whole), strength: .power)
    }
    if case .number(let number, .whole) = exponent, let whole = Int(exactly: number) {
      return Piece(text: bottom + Superscript.text(whole), strength: .power)
    }
    if case .quantity(let quantity) = exponent, quantity.symbol == "t" {
      return Piece(text: bottom + "ᵗ", strength: .power)
    }
    return Piece(text: bottom + "**" + piece(exponent).within(.atom), strength: .power)
  }

  private func call(_ name: String, _ arguments: [Term]) -> Piece {
    switch ScalarFunction.notation(of: name) {
    case .enclosed(let open, let close)? where arguments.count == 1:
      return Piece(text: open + text(arguments[0]) + close, strength: .atom)
    case .root? where arguments.count == 1:
      // In the language a power binds its base before the root does: (√a)² is not √a².
      return Piece(text: "√" + piece(arguments[0]).within(.atom), strength: .power)
    default:
      return Piece(text: "\(name)(\(arguments.map(text).joined(separator: ", ")))", strength: .atom)
    }
  }

  /// Fractions of derivatives and tensor names need air around the signs.
  private func wide(_ term: Term) -> Bool {
    if case .quantity(let quantity) = term {
      return quantity.symbol.contains("/") || quantity.isTensor
    }
    if case .power(let base, _) = term { return wide(base) }
    return term.isTensor
  }

  /// `9,995`
  static func grouped(_ number: Int) -> String {
    var result = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return String(result.reversed())
  }
}

extension Term {
  /// Whether the term stands for a whole tensor.
  var isTensor: Bool {
    if case .quantity(let quantity) = self { return quantity.isTensor }
    return children.contains { $0.isTensor }
  }
}

extension Formula.Comparison {
  var sign: String {
    switch self {
    case .less: "<"
    case .lessOrEqual: "≤"
    case .greater: ">"
    case .greaterOrEqual: "≥"
    case .equal: "="
    case .notEqual: "≠"
    }
  }
  /// What holds where this one does not.
  var opposite: Self {
    switch self {
    case .less: .greaterOrEqual
    case .lessOrEqual: .greater
    case .greater: .lessOrEqual
    case .greaterOrEqual: .less
    case .equal: .notEqual
    case .notEqual: .equal
    }
  }
}
