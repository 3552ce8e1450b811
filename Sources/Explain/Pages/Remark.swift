import Autograd

/// What a reader has to be told beside the arithmetic: why a number was taken off, which one won.
enum Remark {
  /// About all cells of a quantity.
  static func heading(of variable: Variable, _ names: Names) -> String? {
    if let method = variable.solvingMethod { return solving(variable, method, names) }
    guard let operation = variable.operation, !operation.rule.isElementwise,
      variable.shape.count > 0,
      (0..<min(variable.shape.count, 16)).contains(where: { offset in
        Expansion.formula(of: Cell(variable: variable, offset: offset))?.shiftsExponential == true
      })
    else { return nil }
    return "(the largest score is taken off first, so that no exponential overflows)"
  }

  /// About one cell.
  static func cell(_ cell: Cell, _ names: Names, _ numbers: NumberText) -> String? {
    switch cell.variable.operation?.form {
    case .position(let element): place(cell, element, names, numbers)
    case .iteration(let remark): remark
    case .extreme(let extreme, ofWindow: _): tie(cell, extreme, names)
    default: nil
    }
  }

  /// That several elements are the largest, and which of them counts.
  private static func tie(_ cell: Cell, _ extreme: Form.Extreme, _ names: Names) -> String? {
    let variable = cell.variable
    guard let formula = Expansion.formula(of: cell) else { return nil }
    let elements = formula.elements { variable.inputs[$0].value[flat: $1] }.filter {
      $0.input == 0 && variable.inputs[0].value[flat: $0.offset] == cell.value
    }
    guard elements.count > 1 else { return nil }
    let input = variable.inputs[0]
    let symbols = elements.prefix(3).map { element in
      names.symbol(of: input).map { Names.indexed($0, input.shape, element.offset).text }
        ?? "[\(input.shape.coordinates(of: element.offset).map(String.init).joined(separator: ","))]"
    }
    let kind = extreme == .smallest ? "small" : "large"
    return symbols.joined(separator: " and ") + (elements.count > 3 ? " and more" : "")
      + " are equally \(kind); the first of them counts"
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
    let ordered = request.orderedElement(of: variable.operation)
    let found = ordered ?? (searched.indices.contains(place) ? searched[place] : nil)
    guard case .element(_, let offset)? = found else { return nil }
    let input = variable.inputs[0]
    let element = numbers.text(input.value[flat: offset], names.origin(of: input))
    let same = searched.count { candidate in
      guard ordered == nil, case .element(0, let other) = candidate, other < input.shape.count
      else {
        return false
      }
      return input.value[flat: other] == input.value[flat: offset]
    }
    let tie = same > 1 ? ", the first of \(same) equal ones" : ""
    return "the place of the \(what), \(element)\(tie)"
  }

  /// Why a maximum passes its gradient on to an element, or does not.
  static func slope(
    of above: Cell, by below: Cell, _ value: Double, _ names: Names, _ numbers: NumberText
  ) -> String? {
    guard case .extreme(let extreme, let ofWindow)? = above.variable.operation?.form,
      above.variable.inputs[0] === below.variable
    else { return nil }
    let kind =
      (extreme == .smallest ? "smallest" : "largest") + (ofWindow ? " of its window" : "")
    func text(_ cell: Cell) -> String {
      let symbol = Names.indexed(
        names.symbol(of: cell.variable) ?? "it", cell.variable.shape, cell.offset
      ).text
      return "\(symbol) = \(numbers.text(cell.value, names.origin(of: cell.variable)))"
    }
    if value != 0 { return "\(text(below)) is the \(kind)" }
    if below.value == above.value { return "\(text(below)), but an equal element comes before it" }
    return
      "\(text(below)) is not the \(kind), \(numbers.text(above.value, names.origin(of: above.variable)))"
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
