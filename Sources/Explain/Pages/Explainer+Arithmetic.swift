import Autograd
import Language
import Presentation
import Tensors

extension Explainer {
  /// What an object works out in its own way: symbols, numbers in their place, result.
  package func explain(_ arithmetic: [WorkedArithmetic]) -> Document {
    var document = Document()
    var heading = ""
    for entry in arithmetic {
      if entry.heading != heading {
        heading = entry.heading
        if !document.isEmpty { document.append(.blank) }
        if !heading.isEmpty { document.append(.line(Words(heading, .strong))) }
      }
      let term = Expansion.term(of: entry.formula) { name in
        let value = entry.symbols[name] ?? .nan
        let origin: NumberText.Origin =
          NumberText.isWhole(value) ? .whole : NumberText.isShort(value) ? .constant : .computed
        return Quantity(.name(Self.greek(name)), value: value, origin: origin)
      }
      let result = numbers.printed(entry.result, term.resultOrigin(entry.result))
      var line = worker.line(.name(entry.label), term, result: result, showsSymbols: true)
      line.indent = heading.isEmpty ? 0 : 2
      document.append(.worked([line]))
    }
    return document
  }

  /// The step that changed a parameter: what was called, then its arithmetic.
  package func explain(
    _ arithmetic: [WorkedArithmetic], changing variable: Variable, _ name: WorkedFormula, shown: Int
  ) -> Document {
    var document = Document()
    if shown > 1 || variable.shape.count > shown, let call = source(variable) {
      document.append(
        .line(
          Words("\(name.text) ← \(call.text)", .formula)
            + Words("    \(variable.shape.slide)", .shape)))
      document.append(.blank)
    }
    document.blocks += explain(arithmetic).blocks
    if variable.shape.count > shown, shown > 1 {
      let last = Names.indexed(name, variable.shape, variable.shape.count - 1)
      document.append(.blank)
      document.append(
        .line(
          Words(
            "… \(TermText.grouped(variable.shape.count - shown)) more; explain(\(last.text)) works"
              + " one out", .dim)))
    }
    return document
  }

  /// The letters that books use for settings with English names.
  private static func greek(_ name: String) -> String {
    for (word, letter) in [
      ("beta", "β"), ("alpha", "α"), ("eps", "ε"), ("gamma", "γ"), ("lr", "γ"),
    ]
    where name.hasPrefix(word) && name.dropFirst(word.count).allSatisfy(\.isNumber) {
      return letter + name.dropFirst(word.count)
    }
    return name
  }
}

extension Expansion {
  /// The arithmetic of a formula over symbols alone.
  static func term(of formula: Formula, _ quantity: (String) -> Quantity) -> Term {
    func term(_ formula: Formula) -> Term { Self.term(of: formula, quantity) }
    switch formula {
    case .number(let number): return .constant(number)
    case .symbol(let name): return .quantity(quantity(name))
    case .element: return .constant(.nan)
    case .negative(let inner): return .negative(term(inner))
    case .binary(let op, let a, let b): return .combined(op, term(a), term(b))
    case .sum(let terms): return .sum(terms.map(term))
    case .product(let factors):
      return factors.count == 1 ? term(factors[0]) : .product(factors.map(term))
    case .call(let name, let arguments): return .call(name, arguments.map(term))
    case .indicator(let a, let comparison, let b):
      return .indicator(term(a), comparison, term(b))
    case .choice(let a, let comparison, let b, let then, let otherwise):
      return term(comparison.holds(term(a).exactValue, term(b).exactValue) ? then : otherwise)
    case .guarded(let usual, let a, let comparison, let b, let then):
      return term(comparison.holds(term(a).exactValue, term(b).exactValue) ? then : usual)
    case .part(let part): return term(part.formula)
    }
  }
}
