import Autograd

/// What a reader has to be told beside the arithmetic: why a number was taken off, which one won.
enum Remark {
  /// About all cells of a quantity.
  static func heading(of variable: Variable, _ names: Names) -> String? {
    if let method = variable.solvingMethod { return solving(variable, method, names) }
    guard let name = variable.operation?.name, logarithms.contains(name), variable.shape.count > 0,
      (0..<min(variable.shape.count, 16)).contains(where: { offset in
        Expansion.formula(of: Cell(variable: variable, offset: offset))?.takesOff == true
      })
    else { return nil }
    return "(the largest score is taken off first, so that no exponential overflows)"
  }

  private static let logarithms: Set<String> = [
    "softmax", "log_softmax", "logsumexp", "cross_entropy",
  ]

  /// About one cell.
  static func cell(_ cell: Cell, _ names: Names, _ numbers: NumberText) -> String? {
    switch cell.variable.operation?.name {
    case "argmax": return place(cell, "largest", names, numbers)
    case "argmin": return place(cell, "smallest", names, numbers)
    case "argsort", "arg_top_k": return place(cell, "element that comes here", names, numbers)
    case "matrix_rank":
      return "how many singular values are not 0; they are found by iteration, not by a formula"
    default: return nil
    }
  }

  /// Which element stands at the place that the cell gives.
  private static func place(
    _ cell: Cell, _ what: String, _ names: Names, _ numbers: NumberText
  ) -> String? {
    let variable = cell.variable
    let request = CellRequest(
      inputs: variable.inputs.array.map(\.value), attributes: variable.attributes,
      output: variable.value, offset: cell.offset)
    let searched = request.searchedElements
    let place = Int(exactly: cell.value) ?? -1
    let found =
      request.orderedElement(of: variable.operation?.name ?? "")
      ?? (searched.indices.contains(place) ? searched[place] : nil)
    guard case .element(_, let offset)? = found else { return nil }
    let input = variable.inputs[0]
    let element = numbers.text(input.value[flat: offset], names.origin(of: input))
    return "the place of the \(what), \(element)"
  }

  /// Why a maximum passes its gradient on to an element, or does not.
  static func slope(
    of above: Cell, by below: Cell, _ value: Double, _ names: Names, _ numbers: NumberText
  ) -> String? {
    guard let name = above.variable.operation?.name, above.variable.inputs[0] === below.variable
    else { return nil }
    let isPooling = name.hasPrefix("max_pool")
    guard isPooling || ["max", "min"].contains(name) else { return nil }
    let kind = (name == "min" ? "smallest" : "largest") + (isPooling ? " of its window" : "")
    func text(_ cell: Cell) -> String {
      let symbol = Names.indexed(
        names.symbol(of: cell.variable) ?? "it", cell.variable.shape, cell.offset)
      return "\(symbol) = \(numbers.text(cell.value, names.origin(of: cell.variable)))"
    }
    if value != 0 { return "\(text(below)) is the \(kind)" }
    if below.value == above.value { return "\(text(below)), but an equal element comes before it" }
    return
      "\(text(below)) is not the \(kind), \(numbers.text(above.value, names.origin(of: above.variable)))"
  }
}

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

extension Remark {
  /// Reasons shown beside a line; more are left out.
  private static let reasonLimit = 3

  /// `since x[1] = −2 ≤ 0`; nil without a reason.
  static func since(_ reasons: [Reason], _ numbers: NumberText) -> String? {
    var texts: [String] = []
    let asked = reasons.filter { !$0.left.quantities.isEmpty || !$0.right.quantities.isEmpty }
    for text in asked.map({ $0.text(numbers) }) where !texts.contains(text) { texts.append(text) }
    guard !texts.isEmpty else { return nil }
    let more = texts.count > reasonLimit ? ", …" : ""
    return "since " + texts.prefix(reasonLimit).joined(separator: ", ") + more
  }
}

extension Formula {
  /// Whether an exponential has something taken off in it.
  fileprivate var takesOff: Bool {
    if case .call("exp", let arguments) = self, case .binary(.subtract, _, _)? = arguments.first {
      return true
    }
    return operands.contains(where: \.takesOff)
  }
}
