import Autograd

/// Arithmetic of a cell, and why pieces of functions were chosen in it.
typealias Worked = (term: Term, reasons: [Reason])

/// The condition under which a piece of a function applies.
struct Reason {
  let left: Term
  let comparison: Formula.Comparison
  let right: Term
  let holds: Bool

  /// `x[1] = −2 ≤ 0`: what holds, with its numbers.
  func text(_ numbers: NumberText) -> String {
    if let inner = asked { return inner.text(numbers) }
    let isUndecided = left.exactValue.isNaN || right.exactValue.isNaN
    let sign = holds || isUndecided ? comparison : comparison.opposite
    let isSaid = sign == .equal && right.constantValue != nil || left.isTruth
    let below = isSaid ? "" : " \(sign.sign) \(side(right, numbers, isFirst: false))"
    return side(left, numbers, isFirst: true) + below
      + (holds || !isUndecided ? "" : " does not hold")
  }

  func replacingQuantities(_ replace: (Quantity) -> Quantity) -> Reason {
    Reason(
      left: left.replacingQuantities(replace), comparison: comparison,
      right: right.replacingQuantities(replace), holds: holds)
  }

  /// Whether a comparison held is asked by comparing its answer with 0.
  private var asked: Reason? {
    guard case .indicator(let a, let inner, let b) = left, right.constantValue == 0,
      comparison == .notEqual || comparison == .equal
    else { return nil }
    return Reason(left: a, comparison: inner, right: b, holds: holds == (comparison == .notEqual))
  }

  /// A side with its number: `x[1] = −2` on the left, `−2 = x[1]` on the right.
  private func side(_ term: Term, _ numbers: NumberText, isFirst: Bool) -> String {
    let texts = TermText(numbers: numbers)
    let value = numbers.text(term.exactValue, term.shownOrigin)
    let symbols = texts.text(term)
    if term.quantities.isEmpty { return value }
    return isFirst ? "\(symbols) = \(value)" : "\(value) = \(symbols)"
  }
}

extension Term {
  /// Whether this is an element of an answer, True or False.
  fileprivate var isTruth: Bool {
    if case .quantity(let quantity) = self {
      quantity.cell?.variable.value.dtype == .bool
    } else {
      false
    }
  }

  /// How the value of this alone is printed.
  fileprivate var shownOrigin: NumberText.Origin {
    switch self {
    case .quantity(let quantity): quantity.origin
    case .constant: .constant
    default: resultOrigin(exactValue)
    }
  }
}
