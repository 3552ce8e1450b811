import Autograd
import Tensors

/// Works a cell of a quantity out into scalar arithmetic over named quantities: the operation's cell
/// formula, in which cells of unnamed inputs are worked out in turn. Bounded: long sums are elided in
/// the middle, and unnamed inputs stay symbols (`(x @ W)[3]`) where the arithmetic would grow too long.
struct Expansion {
  /// More leaves than this do not fit a board.
  static let leafLimit = 30
  static let levelLimit = 10
  /// Longer sums (than the nine of a 3×3 window) keep the terms that are not 0, or of many these.
  static let termLimit = 9
  static let weightiestTerms = 5

  let names: Names
  /// Terms that are zero by construction (the one-hot seed of a local derivative) are left out.
  var foldsZeros = false

  /// The arithmetic of the cell, one operation at least, down to named quantities and constants.
  func term(of cell: Cell) -> Term { worked(cell).term }

  /// The same, and why pieces of functions were chosen.
  func worked(_ cell: Cell) -> Worked {
    var best = expanded(cell, levels: 0)
    for levels in 1...Self.levelLimit where best.isCut {
      let next = expanded(cell, levels: levels)
      if next.term.leafCount > Self.leafLimit { break }
      best = next
    }
    let reasons = best.reasons.map { $0.replacingQuantities(named) }
    return (best.term.replacingQuantities(named).usingDefinitions, reasons)
  }

  /// Unnamed quantities that were not worked out are written as what they are: `(x @ W)[3]`.
  private func named(_ quantity: Quantity) -> Quantity {
    guard let cell = quantity.cell, quantity.symbol.hasPrefix(Self.unnamed) else { return quantity }
    let notation = Notation(names: names, levels: 2, isDerivative: foldsZeros).term(
      of: cell.variable)
    let whole = TermText(numbers: NumberText(digits: 4)).formula(notation)
    return Quantity(
      Names.indexed(whole, cell.variable.shape, cell.offset), value: quantity.value,
      origin: quantity.origin, cell: cell)
  }

  private static let unnamed = "#"

  /// How the cell is referred to from elsewhere.
  func reference(to cell: Cell) -> Term {
    let variable = cell.variable
    if let symbol = names.symbol(of: variable) {
      names.markUsed(variable)
      return .quantity(
        Quantity(
          Names.indexed(symbol, variable.shape, cell.offset), value: cell.value,
          origin: names.origin(of: variable), cell: cell))
    }
    if variable.isLeaf { return .constant(cell.value) }
    // Told apart by number while the shape of the arithmetic is looked for; `named` writes them out.
    let number = ObjectIdentifier(variable).hashValue
    return .quantity(
      Quantity(
        .name("\(Self.unnamed)\(number)[\(cell.offset)]"), value: cell.value,
        origin: names.origin(of: variable), cell: cell))
  }

  /// The same, remembered: long sums are built once however often the arithmetic is tried.
  func known(_ cell: Cell) -> Formula? {
    if let known = names.formula(of: cell) { return known }
    let formula = Self.formula(of: cell)
    if let formula { names.remember(formula, of: cell) }
    return formula
  }

  /// The operation's arithmetic for a cell; nil for leaves and operations without a cell formula.
  static func formula(of cell: Cell) -> Formula? {
    let variable = cell.variable
    guard let operation = variable.operation, cell.offset < variable.value.count else { return nil }
    return operation.cell(
      CellRequest(
        inputs: variable.inputs.array.map(\.value), attributes: variable.attributes,
        output: variable.value, offset: cell.offset))
  }

  private func expanded(_ cell: Cell, levels: Int) -> (
    term: Term, isCut: Bool, reasons: [Reason]
  ) {
    var pass = Pass(expansion: self)
    var term = pass.operation(at: cell, levels: levels) ?? reference(to: cell)
    if foldsZeros { term = term.simplified }
    if case .product(let factors) = term, Self.isTransposedOuter(cell.variable) {
      term = .product(factors.reversed())
    }
    return (term, pass.isCut, pass.reasons)
  }

  /// (δ ⊗ x)ᵀ is written x ⊗ δ, its cells too.
  private static func isTransposedOuter(_ variable: Variable) -> Bool {
    var current = variable
    var isTransposed = false
    while let operation = current.operation, operation.form.isMover {
      if operation.form == .transposition { isTransposed.toggle() }
      current = current.inputs[0]
    }
    return isTransposed && current.operation?.form == .matrixProduct
      && current.inputs[0].shape.array.last == 1
  }
}

extension Term {
  /// The terms when this is a sum, else itself alone.
  var summands: [Term] { if case .sum(let terms) = self { terms } else { [self] } }
  var factors: [Term] { if case .product(let factors) = self { factors } else { [self] } }

  /// Two terms joined, sums and products kept flat.
  static func combined(_ op: Formula.Operator, _ a: Term, _ b: Term) -> Term {
    switch op {
    case .add: .sum(a.summands + b.summands)
    case .subtract: .sum(a.summands + [.negative(b)])
    case .multiply: .product(a.factors + b.factors)
    case .divide: .quotient(a, b)
    case .power: .power(a, b)
    }
  }
}
