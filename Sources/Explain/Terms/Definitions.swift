import Presentation

extension Term {
  /// With the symbol of a part wherever its arithmetic stands: where a variance has a mean μ, the mean
  /// that is taken off is μ as well.
  var usingDefinitions: Term {
    let texts = TermText(numbers: NumberText(digits: 15))
    var symbols: [String: Quantity] = [:]
    for quantity in quantities {
      guard let definition = quantity.definition, definition.leafCount > 1 else { continue }
      symbols[texts.text(definition)] = quantity
    }
    return symbols.isEmpty ? self : replaced(symbols, texts)
  }

  private func replaced(_ symbols: [String: Quantity], _ texts: TermText) -> Term {
    if children.count > 1, let quantity = symbols[texts.text(self)] { return .quantity(quantity) }
    return replacingChildren { $0.replaced(symbols, texts) }
  }
}

/// What the symbols of a page's arithmetic stand for that are no quantities of their own:
/// `with μ = (1 + 3)/2 = 2`. Each is told before the first line that uses it.
struct Definitions {
  private var known: [String: Double] = [:]
  /// More symbols than this are told by numbers alone, unless they stand for others themselves.
  private static let symbolLimit = 2

  /// Lines for the symbols of the term that were not told yet, or that stand for something else now.
  mutating func lines(of term: Term, _ worker: Worker, indent: Int = 0) -> [WorkedLine] {
    var lines: [WorkedLine] = []
    for quantity in term.quantities {
      guard let definition = quantity.definition,
        known.updateValue(quantity.value, forKey: quantity.symbol) != quantity.value
      else { continue }
      lines += self.lines(of: definition, worker, indent: indent)
      let inner = definition.quantities
      let result = worker.numbers.printed(quantity.value, definition.resultOrigin(quantity.value))
      lines.append(
        worker.line(
          .phrase([.words("with "), quantity.formula]), definition, result: result,
          showsSymbols: inner.count <= Self.symbolLimit || inner.contains { $0.definition != nil },
          indent: indent))
    }
    return lines
  }
}
