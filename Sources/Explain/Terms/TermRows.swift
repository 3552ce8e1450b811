import Autograd
import Presentation

/// A long sum taken apart: its terms under letters, each on a line of its own, and what is left of
/// the arithmetic over the letters: ℓ[0] = …, ℓ[1] = …, loss = (ℓ[0] + ℓ[1])/2.
struct TermRows {
  struct Row {
    let label: WorkedFormula
    let term: Term
    let value: PrintedNumber
  }

  let rows: [Row]
  /// The arithmetic with the letters in place of the terms.
  let rest: Term

  /// nil unless the term holds a sum of several terms that are worked out in steps, and its symbols
  /// alone fill more than two lines, or all of its steps more than five.
  init?(_ term: Term, worker: Worker, width: Int, letter: () -> String) {
    guard let terms = Self.sum(in: term), terms.count(where: Self.isWorked) > 1 else { return nil }
    let line = min(width, 80) - 8
    if worker.texts.text(term).count <= 2 * line {
      let steps = worker.arithmetic(term, result: worker.numbers.printed(term.exactValue))
      guard steps.reduce(0, { $0 + $1.text.count }) > 4 * line else { return nil }
    }
    let letter = letter()
    var rows: [Row] = []
    var index = 0
    let symbols = terms.map { term -> Term in
      defer { if case .omitted(let count, _) = term { index += count } else { index += 1 } }
      guard Self.isWorked(term) else { return term }
      let value = term.exactValue
      let origin = term.resultOrigin(value)
      let label = WorkedFormula.element(.name(letter), [index])
      rows.append(
        Row(label: label, term: term, value: worker.numbers.printed(value, origin)))
      return .quantity(Quantity(label, value: value, origin: origin))
    }
    self.rows = rows
    rest = Self.replacingSum(in: term, by: .sum(symbols))
  }

  /// Whether a term is more than numbers beside each other.
  private static func isWorked(_ term: Term) -> Bool {
    if case .omitted = term { return false }
    return term.holdsFunction || term.leafCount > 3
  }

  /// The sum that the arithmetic is mostly about: behind a sign, a divisor, a factor, a root.
  private static func sum(in term: Term) -> [Term]? {
    if case .sum(let terms) = term { return terms }
    return place(in: term).flatMap { sum(in: term.children[$0]) }
  }

  private static func replacingSum(in term: Term, by sum: Term) -> Term {
    if case .sum = term { return sum }
    guard let place = place(in: term) else { return term }
    var index = 0
    return term.replacingChildren { child in
      defer { index += 1 }
      return index == place ? replacingSum(in: child, by: sum) : child
    }
  }

  /// The child that holds the longest sum.
  private static func place(in term: Term) -> Int? {
    let lengths = term.children.map { sum(in: $0)?.count ?? 0 }
    guard let longest = lengths.max(), longest > 0,
      lengths.count(where: { $0 == longest }) == 1
    else { return nil }
    return lengths.firstIndex(of: longest)
  }
}

extension Worker {
  /// Lines of worked arithmetic: one, or where that is too long the terms first.
  func lines(
    _ label: WorkedFormula, _ term: Term, result: PrintedNumber, showsSymbols: Bool,
    indent: Int = 0,
    width: Int, letter: @autoclosure () -> String
  ) -> [WorkedLine] {
    guard showsSymbols,
      let parts = TermRows(term, worker: self, width: width, letter: letter)
    else {
      return [line(label, term, result: result, showsSymbols: showsSymbols, indent: indent)]
    }
    let rows = parts.rows.map { row in
      line(row.label, row.term, result: row.value, showsSymbols: true, indent: indent)
    }
    return rows + [line(label, parts.rest, result: result, showsSymbols: true, indent: indent)]
  }
}
