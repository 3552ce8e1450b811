/// How an operation presents itself on paper. Whoever writes pages asks for this and never for a
/// name, so an operation of a known form is one declaration.
package enum Form: Sendable, Equatable {
  /// `name(x, axis=1)`
  case call
  /// A sign between two operands, or a raised exponent.
  case arithmetic(Formula.Operator)
  case negation
  case comparison(Formula.Comparison)
  /// How large a number is, whatever its sign.
  case magnitude
  /// Elements added up, or their average.
  case total
  /// Added up what broadcasting had repeated.
  case unbroadcasting
  /// `A @ B`, `x ⊗ y`
  case matrixProduct
  /// `x @ W + b`
  case layer
  /// Elements are moved and none is changed: `Aᵀ`, another shape, repeated, in words.
  case transposition, reshaping, repetition, moving
  /// `x[1:3]`; elements at counted places; elements put at counted places among zeros.
  case picking, taking, placing
  /// One of two alternatives by a condition.
  case choice
  /// `[h, x]`; tensors as rows of a new one.
  case joining, stacking
  /// Stands for its input.
  case itself
  /// Between 0 and 1; its slope is told by its result, y·(1 − y).
  case squashing
  /// Scores as probabilities, p.
  case probabilities
  /// A loss of scores whose gradient is p − t with the right classes as zeros and ones.
  case classLoss
  /// The largest or smallest element, of all or of a window.
  case extreme(Extreme, ofWindow: Bool)
  /// The place of an element, in words.
  case position(of: String)
  /// Found by iteration, in words.
  case iteration(String)
  /// Something else that goes by windows.
  case window
  /// A gradient put at the largest element of each window, or shared out over it.
  case unpooling, sharing
  case convolution(dimensions: Int)
  case convolutionGradient(ofInput: Bool)
  case system(System)

  package enum Extreme: Sendable { case largest, smallest }

  /// What a system of equations was solved for.
  package enum System: Sendable { case solution, inverse, determinant, fit }

  /// Whether elements are moved and none is changed.
  package var isMover: Bool {
    switch self {
    case .transposition, .reshaping, .repetition, .moving: true
    default: false
    }
  }

  /// Whether every element is one of the input's, at places that have an order.
  package var isRearranging: Bool {
    [.picking, .reshaping, .taking, .transposition].contains(self)
  }

  /// Whether an operand is written out without being repeated.
  package var isTransparent: Bool {
    switch self {
    case .arithmetic(.add), .arithmetic(.subtract), .negation, .itself, .total, .picking,
      .unbroadcasting, .stacking, .joining:
      true
    default: isMover
    }
  }

  /// Whether an operand is written out once where the other is a number.
  package var isScaling: Bool {
    [.arithmetic(.multiply), .arithmetic(.divide), .arithmetic(.power)].contains(self)
  }

  /// Whether its settings are those of a window, which the page tells in other words.
  package var goesByWindow: Bool {
    switch self {
    case .extreme(_, let ofWindow): ofWindow
    case .window, .unpooling, .sharing, .convolutionGradient: true
    default: false
    }
  }
}

extension Operation {
  /// As slides write it: σ.
  package var writtenName: String {
    aliases.first { $0.count == 1 && $0.unicodeScalars.allSatisfy { !$0.isASCII } && form.isLetter }
      ?? name
  }
}

extension Form {
  /// Whether a Greek letter among its aliases is how it is written; Σ would look like a sum's sign.
  fileprivate var isLetter: Bool { self == .squashing }
}
