import Autograd
import Glibc
import Presentation

/// Worked arithmetic as a tree: what is printed with symbols, then with numbers, then step by step.
/// Sums and products are flat; a difference is a sum with a negative term.
enum Term {
  /// A constant of the formula.
  case constant(Double)
  /// A number put in place of something.
  case number(Double, NumberText.Origin)
  indirect case quantity(Quantity)
  indirect case negative(Term)
  case sum([Term])
  case product([Term])
  indirect case quotient(Term, Term)
  indirect case power(Term, Term)
  case call(String, [Term])
  indirect case indicator(Term, Formula.Comparison, Term)
  /// Neighbors left out of a long sum, product or call, and what they come to together.
  case omitted(count: Int, value: Double)
}

/// A reference to something that has a name and a value: `w5`, `Θ1[0,1]`.
struct Quantity {
  let formula: WorkedFormula
  /// The formula in one line, by which quantities are told apart.
  let symbol: String
  let value: Double
  let origin: NumberText.Origin
  /// Where it is explained; nil for symbols that are nowhere else.
  var cell: Cell? = nil
  /// The symbol stands for a whole tensor: products with it are element-wise.
  var isTensor = false
  /// How a symbol came about that stands in this arithmetic alone: the mean inside a variance.
  var definition: Term? = nil

  init(
    _ formula: WorkedFormula, value: Double, origin: NumberText.Origin, cell: Cell? = nil,
    isTensor: Bool = false, definition: Term? = nil
  ) {
    self.formula = formula
    self.value = value
    self.origin = origin
    self.cell = cell
    self.isTensor = isTensor
    self.definition = definition
    symbol = formula.text
  }
}

/// One element of a recorded quantity.
struct Cell {
  let variable: Variable
  let offset: Int

  var value: Double { variable.value[flat: offset] }
  var key: Key { Key(variable: ObjectIdentifier(variable), offset: offset) }

  struct Key: Hashable {
    let variable: ObjectIdentifier
    let offset: Int
  }
}

extension Term {
  var children: [Term] {
    switch self {
    case .constant, .number, .quantity, .omitted: []
    case .negative(let a): [a]
    case .sum(let terms), .product(let terms), .call(_, let terms): terms
    case .quotient(let a, let b), .power(let a, let b), .indicator(let a, _, let b): [a, b]
    }
  }

  /// The same node over other children.
  func replacingChildren(_ replace: (Term) -> Term) -> Term {
    switch self {
    case .constant, .number, .quantity, .omitted: self
    case .negative(let a): .negative(replace(a))
    case .sum(let terms): .sum(terms.map(replace))
    case .product(let terms): .product(terms.map(replace))
    case .call(let name, let terms): .call(name, terms.map(replace))
    case .quotient(let a, let b): .quotient(replace(a), replace(b))
    case .power(let a, let b): .power(replace(a), replace(b))
    case .indicator(let a, let comparison, let b): .indicator(replace(a), comparison, replace(b))
    }
  }

  func replacingQuantities(_ replace: (Quantity) -> Quantity) -> Term {
    if case .quantity(let quantity) = self { return .quantity(replace(quantity)) }
    return replacingChildren { $0.replacingQuantities(replace) }
  }

  var leafCount: Int {
    let inner = children
    return inner.isEmpty ? 1 : inner.reduce(0) { $0 + $1.leafCount }
  }

  /// Whether terms were left out somewhere in it.
  var holdsOmitted: Bool {
    if case .omitted = self { true } else { children.contains(where: \.holdsOmitted) }
  }

  /// Quantities in reading order, each symbol once.
  var quantities: [Quantity] {
    var found: [Quantity] = []
    var seen: Set<String> = []
    func visit(_ term: Term) {
      if case .quantity(let quantity) = term, seen.insert(quantity.symbol).inserted {
        found.append(quantity)
      }
      for child in term.children { visit(child) }
    }
    visit(self)
    return found
  }

  /// The value with every leaf read by `leaf`: exactly, or as printed.
  func evaluated(_ leaf: (Double, NumberText.Origin) -> Double) -> Double {
    func value(_ term: Term) -> Double { term.evaluated(leaf) }
    switch self {
    case .constant(let number): return leaf(number, .constant)
    case .number(let number, let origin): return leaf(number, origin)
    case .quantity(let quantity): return leaf(quantity.value, quantity.origin)
    case .omitted(_, let number): return leaf(number, .whole)
    case .negative(let a): return -value(a)
    case .sum(let terms): return terms.reduce(0) { $0 + value($1) }
    case .product(let terms): return terms.reduce(1) { $0 * value($1) }
    case .quotient(let a, let b): return value(a) / value(b)
    case .power(let a, let b): return ScalarFunction.power(value(a), value(b))
    case .call(let name, let arguments):
      return ScalarFunction.value(of: name, arguments.map(value)) ?? .nan
    case .indicator(let a, let comparison, let b):
      return comparison.holds(value(a), value(b)) ? 1 : 0
    }
  }

  var exactValue: Double { evaluated { number, _ in number } }

  /// Whether a result is only what binary fractions leave of terms that cancel: 0.1 + 0.2 − 0.3.
  func isResidue(_ result: Double) -> Bool {
    if case .quotient(let above, let below) = self {
      return above.isResidue(result * below.exactValue)
    }
    if case .product(let factors) = self {
      return result.isFinite && factors.contains { $0.isResidue($0.exactValue) }
    }
    if case .call(_, let arguments) = self {
      // The larger of 0 and of what is 0 by hand.
      return arguments.contains { argument in
        let value = argument.exactValue
        return argument.isResidue(value) && (value - result).magnitude <= 0.01 * value.magnitude
      }
    }
    guard case .sum(let terms) = self, terms.count > 1, result != 0 else { return false }
    let all = terms.map(\.exactValue)
    let size = all.reduce(0) { $0 + $1.magnitude }
    guard size.isFinite, result.magnitude <= 1e-15 * size else { return false }
    // A term of the size of the result is what the larger ones leave: 1 − 1 + 10⁻¹⁷.
    return !all.contains { $0 != 0 && $0.magnitude <= 2 * result.magnitude }
  }

  /// What a reader gets from the printed numbers with a calculator.
  func printedValue(_ numbers: NumberText) -> Double {
    evaluated { numbers.printed($0, $1).value }
  }

  /// The same with a number in place of every quantity.
  var substituted: Term {
    if case .quantity(let quantity) = self { return .number(quantity.value, quantity.origin) }
    if case .call(let name, let arguments) = self {
      return .call(name, arguments.map(\.substituted.withoutDoubleSign))
    }
    return replacingChildren(\.substituted)
  }

  /// exp(3) for exp(−(−3)).
  private var withoutDoubleSign: Term {
    switch self {
    case .negative(.number(let number, let origin)) where number <= 0: .number(0 - number, origin)
    case .negative(.constant(let number)) where number <= 0: .constant(0 - number)
    default: self
    }
  }
}

// MARK: - Small steps

extension Term {
  /// A number, or a number with a sign: nothing left to work out.
  var isPlain: Bool {
    switch self {
    case .constant, .number, .quantity, .omitted: true
    case .negative(let inner): if case .negative = inner { false } else { inner.isPlain }
    default: false
    }
  }

  /// −(−0.5), which still wants to be worked out.
  var isNegatedNegative: Bool {
    if case .negative(let inner) = self { inner.exactValue < 0 } else { false }
  }

  /// Needs more than the four operations on a calculator.
  private var isFunction: Bool {
    switch self {
    case .call, .indicator: true
    case .power(let base, let exponent): !(base.isPlain && exponent.isPlain)
    default: false
    }
  }

  var holdsFunction: Bool { isFunction || children.contains { $0.holdsFunction } }

  /// One step of working out: the innermost functions are evaluated, first their arguments; what is
  /// left with the four operations alone becomes a number at once.
  func steppedOnce() -> Term {
    guard holdsFunction else { return workedOut }
    if isFunction, !children.contains(where: \.holdsFunction) {
      let plain = children.allSatisfy { $0.isPlain || $0.isNegatedNumber }
      guard plain else { return replacingChildren { $0.workedOut } }
      if case .indicator = self { return .constant(exactValue) }
      return worked
    }
    return replacingChildren { $0.holdsFunction ? $0.steppedOnce() : $0 }
  }

  private var isNegatedNumber: Bool {
    if case .negative(let inner) = self { inner.isPlain } else { false }
  }

  private var workedOut: Term { isPlain ? self : worked }

  /// What the term comes to, without decimals where only whole numbers went into it.
  private var worked: Term {
    let value = exactValue
    return isResidue(value) ? .constant(0) : .number(value, resultOrigin(value))
  }

  /// How a result of this arithmetic is printed.
  func resultOrigin(_ value: Double) -> NumberText.Origin {
    NumberText.isWhole(value) && isOfWholeNumbers ? .whole : .computed
  }

  /// Whole numbers that give a whole number.
  var comesOutEven: Bool { resultOrigin(exactValue) == .whole }

  /// Whether every number in it is a whole one.
  private var isOfWholeNumbers: Bool {
    switch self {
    case .constant(let number), .number(let number, .constant): NumberText.isWhole(number)
    case .number(_, let origin): origin == .whole
    case .quantity(let quantity): quantity.origin == .whole
    case .omitted(_, let value): NumberText.isWhole(value)
    case .indicator: true
    case .call(let name, _) where ScalarFunction.counts(name): true
    default: children.allSatisfy(\.isOfWholeNumbers)
    }
  }
}
