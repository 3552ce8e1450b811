import Autograd

extension Term {
  /// The form a person would write down: constants folded, ones and zeros gone, signs collected in
  /// front, fractions in one piece, equal factors as a power. The value stays the same.
  var simplified: Term {
    switch self {
    case .constant, .number, .quantity, .omitted: return self
    case .negative(let inner): return inner.simplified.negated
    case .sum(let terms): return Self.simplifiedSum(terms.map(\.simplified))
    case .product(let factors):
      var fraction = Fraction()
      for factor in factors { fraction.multiply(by: factor.simplified) }
      return fraction.term
    case .quotient(let top, let bottom):
      var fraction = Fraction()
      fraction.multiply(by: top.simplified)
      fraction.divide(by: bottom.simplified)
      return fraction.term
    case .power(let base, let exponent):
      return Self.simplifiedPower(base.simplified, exponent.simplified)
    case .call(let name, let arguments): return .call(name, arguments.map(\.simplified))
    case .indicator(let a, let comparison, let b):
      let (left, right) = (a.simplified, b.simplified)
      if case .constant(let x) = left, case .constant(let y) = right {
        return .constant(comparison.holds(x, y) ? 1 : 0)
      }
      return .indicator(left, comparison, right)
    }
  }

  var constantValue: Double? {
    if case .constant(let number) = self { number } else { nil }
  }

  private var negated: Term {
    switch self {
    case .negative(let inner): inner
    case .constant(let number): .constant(0 - number)
    default: .negative(self)
    }
  }

  private static func simplifiedSum(_ terms: [Term]) -> Term {
    var kept: [Term] = []
    var constant = 0.0
    func add(_ term: Term) {
      switch term {
      case .constant(let number): constant += number
      case .sum(let inner): inner.forEach(add)
      default: kept.append(term)
      }
    }
    terms.forEach(add)
    kept = collected(kept)
    // A constant stays in front where it was alone, 1 + exp(−z), and of what is taken from it, 1 − h1.
    let isAlone = terms.count(where: { $0.constantValue != nil }) == 1
    let leads =
      terms.first?.constantValue != nil
      && (isAlone || constant > 0 && kept.allSatisfy(\.isNegative))
    if constant != 0 {
      let isSubtracted = constant < 0 && !leads
      kept.insert(
        isSubtracted ? .negative(.constant(-constant)) : .constant(constant),
        at: leads ? 0 : kept.count)
    }
    if kept.isEmpty { return .constant(0) }
    return kept.count == 1 ? kept[0] : .sum(kept)
  }

  /// Equal terms counted: w + w + w is 3·w.
  private static func collected(_ terms: [Term]) -> [Term] {
    guard terms.count > 1, terms.count <= 16 else { return terms }
    var result: [(coefficient: Double, body: Term, key: String?)] = []
    for term in terms {
      let (coefficient, body) = term.splitCoefficient
      let key = body.key
      if key != nil, let match = result.firstIndex(where: { $0.key == key }),
        (result[match].coefficient + coefficient).isShort,
        result[match].coefficient + coefficient != 0
      {
        result[match].coefficient += coefficient
      } else {
        result.append((coefficient, body, key))
      }
    }
    if result.count == terms.count { return terms }
    return result.map { entry in
      let size = entry.coefficient.magnitude
      let scaled: Term = size == 1 ? entry.body : .product([.constant(size)] + entry.body.factors)
      return entry.coefficient < 0 ? .negative(scaled) : scaled
    }
  }

  private var isNegative: Bool { if case .negative = self { true } else { false } }

  /// 2·w as 2 and w.
  private var splitCoefficient: (Double, Term) {
    switch self {
    case .negative(let inner):
      let (coefficient, body) = inner.splitCoefficient
      return (-coefficient, body)
    case .product(let factors):
      guard factors.count > 1, let number = factors[0].constantValue else { return (1, self) }
      return (number, factors.count == 2 ? factors[1] : .product(Array(factors.dropFirst())))
    default: return (1, self)
    }
  }

  private static func simplifiedPower(_ base: Term, _ exponent: Term) -> Term {
    guard let power = exponent.constantValue else { return .power(base, exponent) }
    if power == 1 { return base }
    if power == 0 { return .constant(1) }
    if let number = base.constantValue {
      let value = ScalarFunction.power(number, power)
      if value.isShort { return .constant(value) }
    }
    return .power(base, exponent)
  }

  /// Equal keys mean equal terms; nil where numbers stand for themselves and could be equal by chance.
  fileprivate var key: String? {
    switch self {
    case .number, .omitted: return nil
    default:
      if quantities.contains(where: { $0.cell == nil && $0.symbol.contains("…") }) { return nil }
      if holdsBareNumber { return nil }
      // Unnamed quantities may be written alike, but each element is one element.
      let told = replacingQuantities { quantity in
        guard let key = quantity.cell?.key else { return quantity }
        let symbol = "#\(key.variable.hashValue)_\(key.offset)"
        return Quantity(.name(symbol), value: quantity.value, origin: quantity.origin)
      }
      return TermText(numbers: NumberText(digits: 15)).text(told)
    }
  }
}

extension Term {
  private var holdsBareNumber: Bool {
    switch self {
    case .number, .omitted: true
    default: children.contains(where: \.holdsBareNumber)
    }
  }
}

extension Double {
  /// Written with a few decimals at most.
  fileprivate var isShort: Bool {
    let scaled = self * 10_000
    return isFinite && magnitude < 1e6 && scaled == scaled.rounded()
  }
}

/// A product being collected: sign and constants apart, factors above and below the line.
private struct Fraction {
  var coefficient = 1.0
  var top: [Term] = []
  var bottom: [Term] = []

  mutating func multiply(by factor: Term) {
    switch factor {
    case .constant(let number): coefficient *= number
    case .negative(let inner):
      coefficient = -coefficient
      multiply(by: inner)
    case .product(let factors): for inner in factors { multiply(by: inner) }
    case .quotient(let above, let below):
      multiply(by: above)
      divide(by: below)
    default: top.append(factor)
    }
  }

  mutating func divide(by factor: Term) {
    switch factor {
    case .constant(let number) where number != 0 && (coefficient / number).isShort:
      coefficient /= number
    case .negative(let inner):
      coefficient = -coefficient
      divide(by: inner)
    case .product(let factors): for inner in factors { divide(by: inner) }
    case .quotient(let above, let below):
      divide(by: above)
      multiply(by: below)
    default: bottom.append(factor)
    }
  }

  var term: Term {
    if coefficient == 0 { return .constant(0) }
    var reduced = self
    reduced.cancel()
    let size = reduced.coefficient.magnitude
    var factors = Self.powers(reduced.top)
    if size != 1 || factors.isEmpty { factors.insert(.constant(size), at: 0) }
    let above: Term = factors.count == 1 ? factors[0] : .product(factors)
    let below = Self.powers(reduced.bottom)
    let result: Term =
      below.isEmpty ? above : .quotient(above, below.count == 1 ? below[0] : .product(below))
    if reduced.coefficient > 0 || reduced.coefficient.isNaN { return result }
    if case .constant(let number) = result { return .constant(-number) }
    return .negative(result)
  }

  private mutating func cancel() {
    for index in bottom.indices.reversed() {
      guard let key = bottom[index].key, let match = top.firstIndex(where: { $0.key == key }) else {
        continue
      }
      top.remove(at: match)
      bottom.remove(at: index)
    }
  }

  private static func powers(_ factors: [Term]) -> [Term] {
    guard factors.count <= 16 else { return factors }
    var result: [(term: Term, key: String?, count: Int)] = []
    for factor in factors {
      let key = factor.key
      if key != nil, let match = result.firstIndex(where: { $0.key == key }) {
        result[match].count += 1
      } else {
        result.append((factor, key, 1))
      }
    }
    return result.map { entry in
      if entry.count == 1 { return entry.term }
      // A root times itself.
      if entry.count == 2, case .call(let name, let inside) = entry.term, inside.count == 1,
        ScalarFunction.isRoot(name)
      {
        return inside[0]
      }
      return .power(entry.term, .constant(Double(entry.count)))
    }
  }
}
