import Presentation

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
          "with \(quantity.symbol)", definition, result: result,
          showsSymbols: inner.count <= Self.symbolLimit || inner.contains { $0.definition != nil },
          indent: indent))
    }
    return lines
  }
}
