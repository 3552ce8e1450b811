import Autograd
import Presentation
import Tensors

/// The computation of a whole tensor in the notation of the slides, down to named quantities:
/// `Θ1ᵀ @ x`, `∂E/∂h1 ⊙ h1 ⊙ (1 − h1)`, `x ⊗ ∂E/∂s1`.
struct Notation {
  static let levelLimit = 8
  /// Longer tensors of numbers are not written out.
  static let literalLimit = 9

  let names: Names
  /// Operations inside each other that are written out; deeper ones become `…`.
  var levels = Notation.levelLimit
  /// For recorded gradients: simplified, and without the arguments of operations.
  var isDerivative = false

  /// One operation at least is written out, also where the quantity has a name.
  func term(of variable: Variable) -> Term {
    operation(variable, levels) ?? reference(to: variable)
  }

  func formula(of variable: Variable) -> WorkedFormula {
    TermText(numbers: NumberText(digits: 4)).formula(term(of: variable))
  }

  func text(of variable: Variable) -> String { formula(of: variable).text }

  func term(_ variable: Variable, _ levels: Int) -> Term {
    if names.hasSymbol(variable) || variable.isLeaf { return reference(to: variable) }
    guard levels > 0 else { return opaque(.gap, variable) }
    return operation(variable, levels - 1) ?? reference(to: variable)
  }

  func reference(to variable: Variable) -> Term {
    if let symbol = names.symbol(of: variable) {
      names.markUsed(variable)
      let value = variable.shape.count == 1 ? variable.value[flat: 0] : .nan
      return .quantity(
        Quantity(
          symbol, value: value, origin: names.origin(of: variable),
          isTensor: variable.shape.count > 1))
    }
    if variable.shape.count == 1 { return .constant(variable.value[flat: 0]) }
    let elements = variable.value.withElements { Array($0.prefix(Self.literalLimit)) }
    if let first = elements.first, variable.value.elements.allSatisfy({ $0 == first }) {
      return .constant(first)
    }
    let numbers = NumberText(digits: 4)
    guard (1...2).contains(variable.shape.rank),
      (1...Self.literalLimit).contains(variable.shape.count)
    else {
      return opaque(.words("a \(variable.shape.slide) constant"), variable)
    }
    let width = variable.shape.array.last ?? 1
    let rows = stride(from: 0, to: elements.count, by: width).map { start in
      elements[start..<(start + width)].map { numbers.formula($0, .constant) }
    }
    return opaque(.rows(rows), variable)
  }

  func opaque(_ formula: WorkedFormula, _ variable: Variable) -> Term {
    .quantity(
      Quantity(formula, value: .nan, origin: .computed, isTensor: variable.shape.count > 1))
  }

  private func operation(_ variable: Variable, _ levels: Int) -> Term? {
    guard let operation = variable.operation else { return nil }
    let inputs = variable.inputs
    func operand(_ index: Int) -> Term {
      term(broadcasting(inputs[index], into: variable), levels)
    }
    if let placed = placed(variable, levels) { return placed }
    switch (operation.form, inputs.count) {
    case (.arithmetic(.add), 2) where isDerivative:
      return elementwise(variable, levels)
        ?? .sum(operand(0).summands + operand(1).summands)
    case (.arithmetic(.add), 2): return .sum(operand(0).summands + operand(1).summands)
    case (.arithmetic(.subtract), 2): return .sum(operand(0).summands + [.negative(operand(1))])
    case (.arithmetic(.multiply), 2): return .product(operand(0).factors + operand(1).factors)
    case (.arithmetic(.divide), 2): return .quotient(operand(0), operand(1))
    case (.arithmetic(.power), 2): return .power(operand(0), operand(1))
    case (.negation, 1): return .negative(operand(0))
    case (.matrixProduct, 2): return matmul(variable, levels)
    case (.transposition, 1) where variable.attributes["axes"] == .none:
      return transposed(inputs[0], levels)
    case (.itself, 1): return operand(0)
    case (.reshaping, 1): return reshaped(variable, levels)
    case (.repetition, 1): return repeated(variable, levels)
    case (.layer, 3): return layer(variable, levels)
    case (.unbroadcasting, 1): return summed(variable, levels)
    case (.choice, 3): if let chosen = chosen(variable, levels) { return chosen }
    case (.joining, 1...4) where isRowwise(variable): return sideBySide(variable, levels)
    case (.unpooling, 2) where isDerivative:
      let placed = WorkedFormula.words(" at the largest of each window, 0 elsewhere")
      return opaque(.phrase([formula(operand(0)), placed]), variable)
    case (.sharing, 1):
      let shared = WorkedFormula.words(" shared out over each window")
      return opaque(.phrase([formula(operand(0)), shared]), variable)
    case (.comparison(let comparison), 2): return .indicator(operand(0), comparison, operand(1))
    default: break
    }
    return call(variable, levels)
  }

  /// What broadcasting had repeated, added up: over leading axes `sum(g, axis=0)`.
  private func summed(_ variable: Variable, _ levels: Int) -> Term {
    let (large, small) = (variable.inputs[0].shape, variable.shape)
    let leading = large.rank - small.rank
    let axes = large.axes.filter { $0 < leading || small[$0 - leading] == 1 && large[$0] > 1 }
    guard !axes.isEmpty else { return term(variable.inputs[0], levels) }
    let inner = formula(term(variable.inputs[0], levels))
    if axes.count == large.rank {
      return opaque(.call(Operation.sum.writtenName, [inner]), variable)
    }
    let list = axes.map(String.init).joined(separator: ", ")
    let kept: [WorkedFormula] = leading == 0 ? [.words("keepdims=True")] : []
    let axis = WorkedFormula.words("axis=\(axes.count == 1 ? list : "(\(list))")")
    return opaque(.call(Operation.sum.writtenName, [inner, axis] + kept), variable)
  }

  func formula(_ term: Term) -> WorkedFormula {
    TermText(numbers: NumberText(digits: 4)).formula(isDerivative ? term.simplified : term)
  }

  // MARK: - Shapes

  /// The operand of an element-wise operation without a repetition that the operation makes itself.
  private func broadcasting(_ input: Variable, into result: Variable) -> Variable {
    guard !names.hasSymbol(input), input.operation?.form == .repetition,
      result.operation?.rule.isElementwise == true
    else { return input }
    let others = result.inputs.array.filter { $0 !== input && $0.operation?.form != .repetition }
    return others.contains { $0.shape == result.shape } ? input.inputs[0] : input
  }

  /// `p[:, None]`, `A.reshape(2, 3)`; what only gets or loses leading axes of size 1 stays as it is,
  /// since those make no difference to arithmetic.
  private func reshaped(_ variable: Variable, _ levels: Int) -> Term {
    let input = variable.inputs[0]
    let inner = term(input, levels)
    let (before, after) = (input.shape.array, variable.shape.array)
    func withoutLead(_ sizes: [Int]) -> [Int] { Array(sizes.drop { $0 == 1 }) }
    let isVector = before == after + [1]
    if input.shape.count == 1 || isVector || withoutLead(before) == withoutLead(after) {
      return inner
    }
    let whole = formula(inner)
    if after == before + [1] {
      return opaque(.part(whole, before.map { _ in ":, " }.joined() + "None"), variable)
    }
    let sizes = after.map { WorkedFormula.number(String($0)) }
    return opaque(.method(whole, Operation.reshape.writtenName, sizes), variable)
  }

  /// A number stands for as many as are wanted; a tensor that is repeated says so.
  private func repeated(_ variable: Variable, _ levels: Int) -> Term {
    let input = variable.inputs[0]
    let inner = term(input, levels)
    if input.shape.count == 1 || input.shape == variable.shape { return inner }
    let shape = Attribute.integers(variable.shape.array).text ?? ""
    return opaque(
      .call(Operation.broadcastTo.writtenName, [formula(inner), .words(shape)]), variable)
  }

  // MARK: - Products of matrices

  private func matmul(_ variable: Variable, _ levels: Int) -> Term {
    let (a, b) = (variable.inputs[0], variable.inputs[1])
    if a.shape.rank == 2, b.shape.rank == 2, a.shape[1] == 1, b.shape[0] == 1 {
      let (left, right) = (vector(a), vector(b))
      if left.shape.count == 1 || right.shape.count == 1 {
        return .product(term(left, levels).factors + term(right, levels).factors)
      }
      return joined(left, .outer, right, variable, levels)
    }
    return joined(vector(a), .matrix, vector(b), variable, levels)
  }

  /// A fully connected layer: `x @ Wᵀ + b`, where weights are [outputs, inputs].
  private func layer(_ variable: Variable, _ levels: Int) -> Term {
    let (x, weight, bias) = (variable.inputs[0], variable.inputs[1], variable.inputs[2])
    let weights = formula(term(weight, levels))
    let right = variable.attributes.bool("transposed") ? .transposed(weights) : weights
    let product = opaque(
      .product([formula(term(x, levels)), right], sign: .matrix), variable)
    let isWithoutBias = bias.isLeaf && !names.hasSymbol(bias)
    return isWithoutBias ? product : .sum([product, term(bias, levels)])
  }

  private func joined(
    _ left: Variable, _ sign: WorkedFormula.Sign, _ right: Variable, _ result: Variable,
    _ levels: Int
  ) -> Term {
    opaque(
      .product([formula(term(left, levels)), formula(term(right, levels))], sign: sign), result)
  }

  /// A vector behind the one-row or one-column matrix made of it.
  private func vector(_ variable: Variable) -> Variable {
    var current = variable
    while !names.hasSymbol(current), current.shape.rank == 2,
      current.shape[0] == 1 || current.shape[1] == 1,
      let form = current.operation?.form, [.reshaping, .transposition].contains(form)
    {
      let inner = current.inputs[0]
      guard inner.shape.rank <= 2, inner.shape.count == current.shape.count else { break }
      current = inner
    }
    return current
  }

  private func transposed(_ variable: Variable, _ levels: Int) -> Term {
    if !names.hasSymbol(variable), let operation = variable.operation {
      if operation.form == .transposition, variable.attributes["axes"] == .none {
        return term(variable.inputs[0], levels)
      }
      if operation.form == .matrixProduct, variable.shape.rank == 2 {
        let (a, b) = (variable.inputs[0], variable.inputs[1])
        if a.shape.rank == 2, b.shape.rank == 2, a.shape[1] == 1, b.shape[0] == 1,
          a.shape[0] > 1, b.shape[1] > 1
        {
          return joined(vector(b), .outer, vector(a), variable, levels)
        }
      }
    }
    if variable.shape.rank < 2 { return term(variable, levels) }
    return opaque(.transposed(formula(term(variable, levels))), variable)
  }

  // MARK: - Choices and places

  /// One of two alternatives where the other is 0: 𝟙[x > 0] ⊙ ∂E/∂y.
  private func chosen(_ variable: Variable, _ levels: Int) -> Term? {
    let inputs = variable.inputs
    func isZero(_ input: Variable) -> Bool {
      input.isLeaf && !names.hasSymbol(input)
        && input.value.withElements { $0.allSatisfy { $0 == 0 } }
    }
    func isZeroOrOne(_ input: Variable) -> Bool {
      input.value.withElements { $0.allSatisfy { $0 == 0 || $0 == 1 } }
    }
    if inputs[0].isLeaf, !names.hasSymbol(inputs[0]),
      let choice = inputs[0].value.withElements({ flags -> Int? in
        flags.allSatisfy { $0 == 0 } ? 2 : flags.allSatisfy { $0 != 0 } ? 1 : nil
      })
    {
      return term(inputs[choice], levels)
    }
    let flag = term(inputs[0], levels)
    // Any number but 0 counts as true.
    let condition =
      inputs[0].value.dtype == .bool || isZeroOrOne(inputs[0])
      ? flag : Term.indicator(flag, .notEqual, .constant(0))
    guard isZero(inputs[1]) != isZero(inputs[2]) else { return nil }
    if isZero(inputs[2]) { return .product(condition.factors + term(inputs[1], levels).factors) }
    var opposite = Term.sum([.constant(1), .negative(condition)])
    if case .indicator(let a, let comparison, let b) = condition {
      opposite = .indicator(a, comparison.opposite, b)
    }
    return .product([opposite] + term(inputs[2], levels).factors)
  }

  // MARK: - Everything else

  private func call(_ variable: Variable, _ levels: Int) -> Term {
    guard let operation = variable.operation else { return reference(to: variable) }
    var listed = variable.inputs.array
    if isDerivative {
      // Places are told in other words.
      listed = listed.filter {
        !$0.isLeaf || names.hasSymbol($0) || $0.shape.count == 1
          || [.float32, .float64].contains($0.value.dtype)
      }
    }
    let operands = listed.prefix(4).map { operand(term($0, levels), of: operation) }
    if operation.form == .picking { return picked(variable, levels) }
    if operands.count == 2, case .convolutionGradient(let ofInput) = operation.form {
      let right = ofInput ? .turned(operands[1]) : operands[1]
      return opaque(.product([operands[0], right], sign: .correlation), variable)
    }
    let elided: [WorkedFormula] = variable.inputs.count > 4 ? [.gap] : []
    let given = arguments(of: variable, operation).map { WorkedFormula.words($0) }
    return opaque(.call(operation.writtenName, operands + elided + given), variable)
  }

  /// `axis=1`: what was given and is not usual. A gradient of a convolution or pooling goes by the
  /// window of its operation; a vector has one axis.
  private func arguments(of variable: Variable, _ operation: Operation) -> [String] {
    let rank = variable.inputs.array.first?.shape.rank ?? 0
    if isDerivative, operation.form.goesByWindow { return [] }
    return variable.attributes.values.compactMap { entry -> String? in
      let standard = operation.parameters.first { $0.name == entry.name }?.standard
      guard entry.value != standard, let value = entry.value.text else { return nil }
      if standard == .integer(-1), entry.value == .integer(variable.shape.rank - 1) { return nil }
      let isOfAxis = entry.name == "axis" || entry.name == "keepdims"
      if isDerivative, isOfAxis, rank == 1 { return nil }
      // The first axis is kept or not: it broadcasts all the same.
      if isDerivative, entry.name == "keepdims", variable.attributes["axis"] == .integer(0) {
        return nil
      }
      if entry.name == "axis", case .integer(let axis) = entry.value, axis < 0 {
        return "axis=\(axis + rank)"
      }
      return "\(entry.name)=\(value)"
    }
  }

  /// `W[0]`; of quantities put together for this, the one that is taken out again.
  private func picked(_ variable: Variable, _ levels: Int) -> Term {
    let whole = variable.inputs[0]
    if names.symbol(of: whole) == nil, whole.operation?.form == .stacking,
      whole.attributes.integer("axis") == 0, let number = variable.attributes.onlyIndex,
      whole.inputs.array.indices.contains(number)
    {
      return term(whole.inputs[number], levels)
    }
    if isLiteral(whole) { return reference(to: variable) }
    return opaque(
      .part(formula(term(whole, levels)), Self.subscripts(variable.attributes)), variable)
  }

  /// A condition needs no 𝟙 around it.
  private func operand(_ term: Term, of operation: Operation) -> WorkedFormula {
    if operation.form == .choice, case .indicator(let a, let comparison, let b) = term {
      return .relations(formula(a), [.init(comparison.sign, formula(b))])
    }
    return formula(term)
  }

  private static func subscripts(_ attributes: Attributes) -> String {
    for entry in attributes.values {
      if case .index(let items) = entry.value {
        return items.map(\.text).joined(separator: ", ")
      }
      if let text = entry.value.text { return text }
    }
    return "…"
  }
}
