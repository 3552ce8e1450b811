import Tensors

/// The scalar arithmetic behind one cell of an output, as a symbolic expression. Built with Swift's
/// own operators, so a declaration reads like the textbook: `1 / (1 + exp(-x))`. It is evaluated by
/// tests against the kernel, over variables for second derivatives, and step by step by `explain`.
package enum Formula: Sendable, Hashable {
  case number(Double)
  /// A named operand: `x`, `y`, `a`, `b`, or a parameter of the operation.
  case symbol(String)
  /// One element of an input, by row-major offset.
  case element(input: Int, offset: Int)
  indirect case negative(Formula)
  indirect case binary(Operator, Formula, Formula)
  /// A long sum or product, kept flat so that it can be elided.
  case sum([Formula])
  case product([Formula])
  /// A named function of numbers: `exp`, `max`.
  case call(String, [Formula])
  /// 1 where the comparison holds, else 0: 𝟙[x > 0].
  indirect case indicator(Formula, Comparison, Formula)
  /// The first where the comparison holds, else the second.
  indirect case choice(Formula, Comparison, Formula, then: Formula, otherwise: Formula)

  /// What mathematics says, and where the comparison holds what stands in for it, so that numbers
  /// stay finite: a logarithm that is cut off. Pages tell of it only there.
  indirect case guarded(Formula, when: Formula, Comparison, Formula, then: Formula)

  /// A part that has a symbol of its own and is worked out once.
  indirect case part(Part)

  /// The mean μ inside a variance: written once, meant in every term.
  package struct Part: Sendable, Hashable {
    package let symbol: String
    package let formula: Formula
    package let value: Double

    /// `inputs` are what the elements in the formula belong to.
    package init(_ symbol: String, _ formula: Formula, of inputs: [Tensor]) {
      self.symbol = symbol
      self.formula = formula
      value =
        formula.evaluated(symbol: { _ in nil }) { inputs[$0][flat: $1] } ?? .nan
    }
  }

  package enum Operator: String, Sendable {
    case add = "+", subtract = "-", multiply = "*", divide = "/", power = "**"
  }
  package enum Comparison: String, Sendable {
    case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">=", equal = "==",
      notEqual = "!="
  }
}

extension Formula: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(integerLiteral value: Int) { self = .number(Double(value)) }

  package static func + (a: Formula, b: Formula) -> Formula { .binary(.add, a, b) }
  package static func - (a: Formula, b: Formula) -> Formula { .binary(.subtract, a, b) }
  package static func * (a: Formula, b: Formula) -> Formula { .binary(.multiply, a, b) }
  package static func / (a: Formula, b: Formula) -> Formula { .binary(.divide, a, b) }
  package static prefix func - (a: Formula) -> Formula { .negative(a) }
  package func power(_ exponent: Formula) -> Formula { .binary(.power, self, exponent) }

  package static let x = Formula.symbol("x")
  package static let y = Formula.symbol("y")
  package static let a = Formula.symbol("a")
  package static let b = Formula.symbol("b")

  package static func exp(_ x: Formula) -> Formula { .call("exp", [x]) }
  package static func log(_ x: Formula) -> Formula { .call("log", [x]) }
  package static func sqrt(_ x: Formula) -> Formula { .call("sqrt", [x]) }
}

// MARK: - Evaluating

extension Formula {
  /// The value with operands looked up; nil when a symbol or function is unknown.
  package func evaluated(
    symbol: (String) -> Double?, element: (_ input: Int, _ offset: Int) -> Double? = { _, _ in nil }
  ) -> Double? {
    func value(_ formula: Formula) -> Double? {
      formula.evaluated(symbol: symbol, element: element)
    }
    switch self {
    case .number(let number): return number
    case .symbol(let name): return symbol(name)
    case .element(let input, let offset): return element(input, offset)
    case .negative(let inner): return value(inner).map { -$0 }
    case .binary(let op, let a, let b):
      guard let x = value(a), let y = value(b) else { return nil }
      return op.apply(x, y)
    case .sum(let terms):
      return terms.reduce(0 as Double?) { total, term in
        guard let total, let term = value(term) else { return nil }
        return total + term
      }
    case .product(let factors):
      return factors.reduce(1 as Double?) { total, factor in
        guard let total, let factor = value(factor) else { return nil }
        return total * factor
      }
    case .call(let name, let arguments):
      let values = arguments.compactMap(value)
      return values.count == arguments.count ? ScalarFunction.value(of: name, values) : nil
    case .indicator(let a, let comparison, let b):
      guard let x = value(a), let y = value(b) else { return nil }
      return comparison.holds(x, y) ? 1 : 0
    case .choice(let a, let comparison, let b, let then, let otherwise):
      guard let x = value(a), let y = value(b) else { return nil }
      return value(comparison.holds(x, y) ? then : otherwise)
    case .guarded(let usual, let a, let comparison, let b, let then):
      guard let x = value(a), let y = value(b) else { return nil }
      return value(comparison.holds(x, y) ? then : usual)
    case .part(let part): return part.value
    }
  }

  /// The formulas this one is directly made of.
  package var operands: [Formula] {
    switch self {
    case .number, .symbol, .element: []
    case .negative(let a): [a]
    case .binary(_, let a, let b), .indicator(let a, _, let b): [a, b]
    case .sum(let terms), .product(let terms), .call(_, let terms): terms
    case .choice(let a, _, let b, let then, let otherwise): [a, b, then, otherwise]
    case .guarded(let usual, let a, _, let b, let then): [a, b, then, usual]
    case .part(let part): [part.formula]
    }
  }

  /// The same expression with symbols and elements replaced where `replacement` has something.
  package func substituting(_ replacement: (Formula) -> Formula?) -> Formula {
    if let replaced = replacement(self) { return replaced }
    func inner(_ formula: Formula) -> Formula { formula.substituting(replacement) }
    switch self {
    case .number, .symbol, .element: return self
    case .negative(let a): return .negative(inner(a))
    case .binary(let op, let a, let b): return .binary(op, inner(a), inner(b))
    case .sum(let terms): return .sum(terms.map(inner))
    case .product(let factors): return .product(factors.map(inner))
    case .call(let name, let arguments): return .call(name, arguments.map(inner))
    case .indicator(let a, let comparison, let b): return .indicator(inner(a), comparison, inner(b))
    case .choice(let a, let comparison, let b, let then, let otherwise):
      return .choice(inner(a), comparison, inner(b), then: inner(then), otherwise: inner(otherwise))
    case .guarded(let usual, let a, let comparison, let b, let then):
      return .guarded(inner(usual), when: inner(a), comparison, inner(b), then: inner(then))
    case .part(let part): return inner(part.formula)
    }
  }
}

extension Formula.Operator {
  package func apply(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .power: ScalarFunction.power(x, y)
    }
  }
}

extension Formula.Comparison {
  package func holds(_ x: Double, _ y: Double) -> Bool {
    switch self {
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    case .equal: x == y
    case .notEqual: x != y
    }
  }
}

extension Formula {
  /// Whether an exponential has something taken off in it. Parts that stand in many places are walked
  /// as often, so only the first thousands are: where there is one, it is among them.
  package var shiftsExponential: Bool {
    var left = 4096
    return shiftsExponential(&left)
  }

  private func shiftsExponential(_ left: inout Int) -> Bool {
    left -= 1
    if left < 0 { return false }
    if case .call("exp", let arguments) = self, case .binary(.subtract, _, _)? = arguments.first {
      return true
    }
    for operand in operands where left > 0 {
      if operand.shiftsExponential(&left) { return true }
    }
    return false
  }
}
