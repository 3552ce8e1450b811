import Tensors

/// An operation that is several in one, with small operations: what a person writes who has no such
/// function. Tests prove equal values and gradients.
package struct Expansion: Sendable {
  /// Textbooks write the small steps themselves: a layer, the gates of a cell.
  package let isWrittenOut: Bool
  private let compose: @Sendable ([Variable], Attributes) throws -> Variable

  package init(
    isWrittenOut: Bool = false,
    _ compose: @escaping @Sendable ([Variable], Attributes) throws -> Variable
  ) {
    self.isWrittenOut = isWrittenOut
    self.compose = compose
  }

  package func callAsFunction(_ inputs: [Variable], _ attributes: Attributes) throws -> Variable {
    try compose(inputs, attributes)
  }

  /// A formula of pairs of elements, a and b, averaged or added up.
  static func pairwise(_ formula: Formula, reduction: String) -> Expansion {
    Expansion { inputs, attributes in
      let pairs = try formula.recorded { name in
        name == "a" ? inputs[0] : name == "b" ? inputs[1] : nil
      }
      return try pairs.reduced(attributes, default: reduction)
    }
  }

  /// Binary cross-entropy of the sigmoid of scores.
  static let ofSigmoid = Expansion { inputs, attributes in
    let probabilities = try Operation.required("sigmoid")(inputs[0])
    let loss = Operation.required("binary_cross_entropy")
    guard let expansion = loss.expansion else {
      return try loss([probabilities, inputs[1]], attributes)
    }
    return try expansion([probabilities, inputs[1]], attributes)
  }
}

extension Variable {
  /// Losses averaged, added up or left as they are.
  func reduced(_ attributes: Attributes, default standard: String = "mean") throws -> Variable {
    switch attributes.string("reduction") ?? standard {
    case "none": self
    case "sum": try Operation.sum(self)
    default: try Operation.mean(self)
    }
  }
}
