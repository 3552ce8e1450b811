import Autograd

/// What a reader has to be told beside the arithmetic: why a number was taken off, which one won.
enum Remark {
  /// About all cells of a quantity.
  static func heading(of variable: Variable) -> String? {
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

extension Formula {
  /// Whether an exponential has something taken off in it.
  fileprivate var takesOff: Bool {
    if case .call("exp", let arguments) = self, case .binary(.subtract, _, _)? = arguments.first {
      return true
    }
    return operands.contains(where: \.takesOff)
  }
}
