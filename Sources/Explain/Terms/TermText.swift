import Autograd
import Presentation

/// Terms as formulas: `−(y1 − o1)`, `1.20·1.00 + (−0.30)·(−0.50)`, `1/(1 + exp(−0.51))`.
struct TermText {
  let numbers: NumberText

  func text(_ term: Term) -> String { formula(term).text }

  func formula(_ term: Term) -> WorkedFormula {
    switch term {
    case .constant(let number): numbers.formula(number, .constant)
    case .number(let number, let origin): numbers.formula(number, origin)
    case .quantity(let quantity): quantity.formula
    case .omitted(let count, let value):
      .omitted(Self.grouped(count), numbers.formula(value, .whole))
    case .negative(let inner): .negative(formula(inner))
    case .sum(let terms): terms.count == 1 ? formula(terms[0]) : .sum(terms.map(formula))
    case .product(let factors): product(factors)
    case .quotient(let top, let bottom):
      .quotient(formula(top), divisor(bottom), isWide: wide(top) || wide(bottom))
    case .power(let base, let exponent): .power(formula(base), formula(exponent))
    case .call(let name, let arguments): call(name, arguments)
    case .indicator(let a, let comparison, let b):
      .indicator(formula(a), comparison.sign, formula(b))
    }
  }

  /// What is divided by. A zero shows its sign there, because 1/(−0) is −∞.
  private func divisor(_ term: Term) -> WorkedFormula {
    if case .number(let number, _) = term, number == 0, number.sign == .minus {
      return .number("−0")
    }
    return formula(term)
  }

  private func product(_ factors: [Term]) -> WorkedFormula {
    guard let first = factors.first, factors.count > 1 else {
      return factors.first.map(formula) ?? .number("1")
    }
    let isWide = factors.contains(where: wide)
    let rest = zip(factors, factors.dropFirst()).map { left, right in
      let sign: WorkedFormula.Sign =
        left.isTensor && right.isTensor ? .elementwise : isWide ? .wideDot : .dot
      return WorkedFormula.Factor(sign, formula(right))
    }
    return .product(formula(first), rest)
  }

  private func call(_ name: String, _ arguments: [Term]) -> WorkedFormula {
    switch ScalarFunction.notation(of: name) {
    case .enclosed(let open, let close)? where arguments.count == 1:
      .enclosed(open, formula(arguments[0]), close)
    case .root? where arguments.count == 1: .root(formula(arguments[0]))
    default: .call(name, arguments.map(formula))
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
