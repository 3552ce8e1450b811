import Autograd

extension Expansion {
  /// A part of the formula and how it is shown.
  fileprivate struct KnownPart {
    let part: Formula.Part
    let quantity: Quantity

    func isSame(as other: Formula.Part) -> Bool {
      part.symbol == other.symbol && part.value.bitPattern == other.value.bitPattern
    }
  }

  /// One attempt with a number of levels of unnamed operations.
  struct Pass {
    let expansion: Expansion
    /// Some unnamed input was not worked out for lack of levels.
    var isCut = false
    var visits = 0
    /// The parts met so far; another one with the same symbol gets a number.
    private var parts: [KnownPart] = []
    /// Which conditions chose among pieces of functions.
    private(set) var reasons: [Reason] = []

    /// A condition says more with ⌊4/2⌋ than with 4/2.
    private let keepsRounding: Bool

    init(expansion: Expansion, keepsRounding: Bool = false) {
      self.expansion = expansion
      self.keepsRounding = keepsRounding
    }

    mutating func operation(at cell: Cell, levels: Int) -> Term? {
      guard let formula = expansion.known(cell) else { return nil }
      return term(formula, inputs: cell.variable.inputs, levels: levels)
    }

    /// An input cell: a name, a constant, or worked out. Operations that only move elements are free.
    private mutating func input(_ first: Cell, levels: Int) -> Term {
      var cell = first
      visits += 1
      for _ in 0..<64 {
        if expansion.names.hasSymbol(cell.variable) || cell.variable.isLeaf {
          return expansion.reference(to: cell)
        }
        guard let known = expansion.known(cell) else { return expansion.reference(to: cell) }
        let formula = chosen(known, cell.variable.inputs)
        if case .element(let slot, let offset) = formula {
          cell = Cell(variable: cell.variable.inputs[slot], offset: offset)
          continue
        }
        // p − t says more than the exponentials inside p.
        if expansion.foldsZeros, cell.variable.operation?.form == .probabilities {
          return expansion.reference(to: cell)
        }
        guard levels > 0, visits < 200 else {
          isCut = true
          return expansion.reference(to: cell)
        }
        return term(formula, inputs: cell.variable.inputs, levels: levels - 1)
      }
      return expansion.reference(to: cell)
    }

    private mutating func term(_ formula: Formula, inputs: Inputs, levels: Int) -> Term {
      switch formula {
      case .number(let number): return .constant(number)
      case .symbol(let name):
        return .quantity(Quantity(.name(name), value: .nan, origin: .computed))
      case .element(let slot, let offset):
        return input(Cell(variable: inputs[slot], offset: offset), levels: levels)
      case .negative(let inner): return .negative(term(inner, inputs: inputs, levels: levels))
      case .binary(.subtract, let a, let b)
      where expansion.foldsZeros && isZero(a, inputs, depth: 3):
        return .negative(term(b, inputs: inputs, levels: levels))
      case .binary(.multiply, let a, let b):
        let factors = product(of: [a, b], inputs, levels)
        return .combined(.multiply, factors[0], factors[1])
      case .binary(let op, let a, let b):
        let left = term(a, inputs: inputs, levels: levels)
        return .combined(op, left, term(b, inputs: inputs, levels: levels))
      case .sum(let terms):
        let flat = list(terms, inputs, levels, unit: 0) { Formula.sum($0) }
        return flat.count == 1 ? flat[0] : .sum(flat)
      case .product(let factors):
        let flat = list(factors, inputs, levels, unit: 1) { Formula.product($0) }
        return flat.count == 1 ? flat[0] : .product(flat)
      case .call(let name, let arguments) where ScalarFunction.roundsDown(name):
        let inner = list(arguments, inputs, levels, unit: nil) { .call(name, $0) }
        // A division of whole numbers that comes out even needs no rounding.
        if !keepsRounding, case .quotient? = inner.first, inner[0].comesOutEven { return inner[0] }
        return .call(name, inner)
      case .call(let name, let arguments):
        return .call(name, list(arguments, inputs, levels, unit: nil) { .call(name, $0) })
      case .indicator(let a, let comparison, let b):
        let left = term(a, inputs: inputs, levels: levels)
        return .indicator(left, comparison, term(b, inputs: inputs, levels: levels))
      case .choice: return term(chosen(formula, inputs), inputs: inputs, levels: levels)
      case .guarded(let usual, let a, let comparison, let b, let then):
        if value(.indicator(a, comparison, b), inputs) != 1 {
          return term(usual, inputs: inputs, levels: levels)
        }
        let choice = Formula.choice(a, comparison, b, then: then, otherwise: usual)
        return term(choice, inputs: inputs, levels: levels)
      case .part(let part):
        if let known = parts.first(where: { $0.isSame(as: part) }) {
          return .quantity(known.quantity)
        }
        let definition = term(part.formula, inputs: inputs, levels: levels)
        let quantity = Quantity(
          .name(symbol(for: part)), value: part.value,
          origin: definition.resultOrigin(part.value), definition: definition)
        parts.append(KnownPart(part: part, quantity: quantity))
        return .quantity(quantity)
      }
    }

    /// Factors; beside a constant zero (the seed of another element) no piece of a function matters.
    private mutating func product(of all: [Formula], _ inputs: Inputs, _ levels: Int) -> [Term] {
      let before = reasons.count
      var isNothing = false
      let factors = all.map { formula in
        let known = reasons.count
        let factor = term(formula, inputs: inputs, levels: levels)
        isNothing = isNothing || factor.constantValue == 0 && reasons.count == known
        return factor
      }
      if expansion.foldsZeros, isNothing { reasons.removeSubrange(before...) }
      return factors
    }

    /// The symbol of a part, with a prime for each other quantity that has it.
    /// y₂ gets one as well where there is a y, whose element it is not.
    private func symbol(for part: Formula.Part) -> String {
      let letter = String(part.symbol.prefix { !Subscript.isDigit($0) })
      let index = part.symbol.dropFirst(letter.count)
      var primes = String(repeating: "′", count: parts.count { $0.part.symbol == part.symbol })
      while expansion.names.isUsed(letter + primes)
        || expansion.names.isUsed(letter + primes + index)
      {
        primes += "′"
      }
      return letter + primes + index
    }

    /// The piece of a function that applies, with the condition that chose it among the reasons.
    private mutating func chosen(_ formula: Formula, _ inputs: Inputs) -> Formula {
      var current = formula
      while case .choice(let a, let comparison, let b, let then, let otherwise) = current {
        let holds = value(.indicator(a, comparison, b), inputs) == 1
        current = holds ? then : otherwise
        // Where either piece would be nothing, nobody asks which one it is.
        let isAsked =
          !expansion.foldsZeros
          || ![then, otherwise].allSatisfy { piece in
            isZero(piece, inputs, depth: 3)
          }
        guard isAsked else { continue }
        var side = Pass(expansion: expansion, keepsRounding: true)
        reasons.append(
          Reason(
            left: side.term(a, inputs: inputs, levels: 2), comparison: comparison,
            right: side.term(b, inputs: inputs, levels: 2), holds: holds))
      }
      return current
    }

    /// The terms of a sum (or the like), with the middle of a long one worked out as one number.
    private mutating func list(
      _ all: [Formula], _ inputs: Inputs, _ levels: Int, unit: Double?,
      _ whole: ([Formula]) -> Formula
    ) -> [Term] {
      var terms = all
      if expansion.foldsZeros, unit == 0 { terms = terms.filter { !isZero($0, inputs, depth: 3) } }
      guard terms.count > Expansion.termLimit else {
        return terms.map { term($0, inputs: inputs, levels: levels) }
      }
      if unit == 0 { return weightiest(terms, inputs, levels) }
      let middle = Array(terms[3..<(terms.count - 2)])
      let front = terms[..<3].map { term($0, inputs: inputs, levels: levels) }
      let back = terms.suffix(2).map { term($0, inputs: inputs, levels: levels) }
      return front + [.omitted(count: middle.count, value: value(whole(middle), inputs))] + back
    }

    /// The terms of a long sum that make most of it; the others as one number behind them.
    private mutating func weightiest(
      _ terms: [Formula], _ inputs: Inputs, _ levels: Int
    ) -> [Term] {
      let values = terms.map { value($0, inputs) }
      let weights = Weights(
        values, limit: Expansion.termLimit, of: Expansion.weightiestTerms)
      let left = value(.sum(weights.rest.map { terms[$0] }), inputs)
      return weights.terms({ term(terms[$0], inputs: inputs, levels: levels) }, rest: left)
    }

    private func value(_ formula: Formula, _ inputs: Inputs) -> Double {
      formula.evaluated(symbol: { _ in nil }) { inputs[$0].value[flat: $1] } ?? .nan
    }

    /// A product with a factor that is a constant zero, or a zero beside the one element that has a
    /// gradient; looked for through `depth` unnamed operations.
    private func isZero(_ formula: Formula, _ inputs: Inputs, depth: Int) -> Bool {
      switch formula {
      case .number(let number): return number == 0
      case .element(let slot, let offset):
        let variable = inputs[slot]
        guard variable.value[flat: offset] == 0 else { return false }
        if isConstant(variable) || expansion.names.isPlacedAlone(variable) { return true }
        guard depth > 0, !expansion.names.hasSymbol(variable), !variable.isLeaf,
          let inner = expansion.known(Cell(variable: variable, offset: offset))
        else { return false }
        return isZero(inner, variable.inputs, depth: depth - 1)
      case .binary(.multiply, let a, let b):
        return isZero(a, inputs, depth: depth) || isZero(b, inputs, depth: depth)
      case .product(let factors): return factors.contains { isZero($0, inputs, depth: depth) }
      case .negative(let inner): return isZero(inner, inputs, depth: depth)
      case .choice(let a, let comparison, let b, let then, let otherwise):
        let holds = value(.indicator(a, comparison, b), inputs) == 1
        return isZero(holds ? then : otherwise, inputs, depth: depth)
      default: return false
      }
    }

    /// An unnamed leaf, seen through operations that move elements.
    private func isConstant(_ variable: Variable) -> Bool {
      var current = variable
      for _ in 0..<8 {
        if expansion.names.hasSymbol(current) { return false }
        if current.isLeaf { return true }
        guard let operation = current.operation, operation.form.isMover,
          current.inputs.count == 1
        else { return false }
        current = current.inputs[0]
      }
      return false
    }
  }
}
