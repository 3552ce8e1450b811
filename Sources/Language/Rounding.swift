import Autograd
import Presentation
import Tensors

// Slide arithmetic: inside `with rounding(k):` a named value is rounded before it is used again, as
// a person with a calculator does. What an expression has just made is made again with the rounded
// number, so that slopes are taken at the numbers on the slide; what had a name before keeps it, and
// the new name stands for a rounding of it.

extension Operation {
  /// A quantity that is known already, about to be rounded for a new name. Gradients pass straight
  /// through, as if nothing had been rounded.
  fileprivate static let slideRounding = Operation(
    "rounding", "Stands for x where it is rounded; gradients pass unchanged.", form: .itself,
    parameters: [Parameter("x", .tensor)], kernel: .unary { x, _ in x },
    rule: .recorded { call in Contributions(call.gradient) },
    cell: { .element(input: 0, offset: $0.offset) })
}

extension Variable {
  /// The quantity with its number rounded half away from zero.
  package func rounded(toPlaces places: Int) throws -> Variable {
    let isKnown = naming != nil || isLeaf && !isLiteral
    return Variable(
      rounding: isKnown ? try Operation.slideRounding(self) : self, toPlaces: UInt8(places)
    ) { Decimal.rounded($0, decimals: places) }
  }
}

extension Evaluator {
  /// The value as the names of the current block see it.
  func rounded(_ variable: Variable) throws -> Variable {
    guard let places = roundingPlaces, variable.value.dtype.isReal,
      variable.places.map(Int.init) != places
    else { return variable }
    return try variable.rounded(toPlaces: places)
  }

  func rounded(_ value: Value) throws -> Value {
    guard roundingPlaces != nil, case .tensor(let variable) = value else { return value }
    return .tensor(try rounded(variable))
  }
}
