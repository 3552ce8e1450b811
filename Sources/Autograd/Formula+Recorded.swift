import Tensors

extension Variable {
  /// What the symbols of an element-wise formula stand for in this call.
  package var symbols: (String) -> Variable? {
    { [self] name in
      if name == "y" { return self }
      if name == "x" || name == "a" { return inputs[0] }
      if name == "b", inputs.count > 1 { return inputs[1] }
      let number = attributes.real(name)
      return number.isNaN ? nil : Variable(number)
    }
  }
}

extension Formula {
  /// The formula evaluated over variables, so that the result has a history. Comparisons have none
  /// unless `showsComparisons`: then an explanation can print them, but nothing can be differentiated
  /// through them again.
  package func recorded(
    showsComparisons: Bool = false, _ symbol: (String) -> Variable?
  ) throws -> Variable {
    func value(_ formula: Formula) throws -> Variable {
      try formula.recorded(showsComparisons: showsComparisons, symbol)
    }
    switch self {
    case .number(let number): return Variable(number)
    case .symbol(let name):
      guard let variable = symbol(name) else { throw FormulaError.unknown(name) }
      return variable
    case .element: throw FormulaError.unknown("element")
    case .negative(let inner): return try Operation.negate(value(inner))
    case .binary(let op, let a, let b): return try op.operation(value(a), value(b))
    case .sum(let terms):
      return try terms.dropFirst().reduce(value(terms.first ?? 0)) {
        try Operation.add($0, value($1))
      }
    case .product(let factors):
      return try factors.dropFirst().reduce(value(factors.first ?? 1)) {
        try Operation.multiply($0, value($1))
      }
    case .call(let name, let arguments):
      guard let operation = Catalogue.standard[Self.operationName(of: name)] else {
        throw FormulaError.unknown(name)
      }
      return try operation(arguments.map(value))
    // A comparison is constant except where it jumps: it takes no part in further derivatives.
    case .indicator(let a, let comparison, let b):
      return try compared(value(a), comparison, value(b))
    case .choice(let a, let comparison, let b, let then, let otherwise):
      return try Operation.choose([
        compared(value(a), comparison, value(b)), value(then), value(otherwise),
      ])
    // A guard that acts nowhere has no part in what is recorded.
    case .guarded(let usual, let a, let comparison, let b, let then):
      let acts = try comparison.operation(value(a), value(b))
      let isIdle = acts.value.withElements { $0.allSatisfy { $0 == 0 } }
      if isIdle { return try value(usual) }
      if comparison == .less, then == b {
        return try Operation.required("maximum")(value(usual), value(then))
      }
      return try Operation.choose([
        compared(value(a), comparison, value(b)), value(then), value(usual),
      ])
    case .part(let part): return try value(part.formula)
    }

    func compared(_ a: Variable, _ comparison: Comparison, _ b: Variable) throws -> Variable {
      let answer = try comparison.operation(a, b)
      return showsComparisons ? answer : answer.detached()
    }
  }

  private static func operationName(of function: String) -> String {
    switch function {
    case "max": "maximum"
    case "min": "minimum"
    default: function
    }
  }
}

/// A formula names something its operation does not have: a mistake in a declaration, which tests find.
package enum FormulaError: Error { case unknown(String) }

extension Formula.Operator {
  package var operation: Operation {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .power: .power
    }
  }
}

extension Formula.Comparison {
  package var operation: Operation {
    switch self {
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    case .equal: .equal
    case .notEqual: .notEqual
    }
  }
}
