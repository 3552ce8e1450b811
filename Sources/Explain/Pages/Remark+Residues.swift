import Autograd

// By hand 0.5 − 0.6 + 0.1 is 0, in binary fractions it is 2.8·10⁻¹⁷. Where a gate asks whether it is
// more than 0, the two give different slopes, and the page says both.

extension Remark {
  /// What a gate would give by hand that was decided by what cancellation leaves; nil where none was.
  static func residue(
    _ label: String, _ term: Term, _ names: Names, _ numbers: NumberText
  ) -> String? {
    var gates: [(side: Term, other: Term)] = []
    let byHand = term.withoutResidues(names) { gates.append(($0, $1)) }
    guard let gate = gates.first, byHand.exactValue != term.exactValue else { return nil }
    let symbol = TermText(numbers: numbers).text(gate.side)
    let value = gate.side.exactValue
    let sign = value > gate.other.exactValue ? ">" : "<"
    let below = numbers.text(gate.other.exactValue, .constant)
    return """
      (by hand \(symbol) is 0, which makes \(label) \(numbers.text(byHand.exactValue)); \
      the computer's \(numbers.text(value)) counts as \(sign) \(below))
      """
  }
}

extension Term {
  /// With 0 in place of what cancellation leaves on a side of a comparison; `found` is told which.
  fileprivate func withoutResidues(_ names: Names, _ found: (Term, Term) -> Void) -> Term {
    guard case .indicator(let a, let comparison, let b) = self else {
      return replacingChildren { $0.withoutResidues(names, found) }
    }
    func cleaned(_ side: Term, beside other: Term) -> Term {
      guard side.isLeftOver(names) else { return side }
      found(side, other)
      return .constant(0)
    }
    return .indicator(cleaned(a, beside: b), comparison, cleaned(b, beside: a))
  }

  /// Whether it is 0 by hand and something else in the computer.
  private func isLeftOver(_ names: Names) -> Bool {
    if case .quantity(let quantity) = self, let cell = quantity.cell, !cell.variable.isLeaf {
      return Expansion(names: names).term(of: cell).isResidue(cell.value)
    }
    return isResidue(exactValue)
  }
}
