import Autograd
import Tensors

/// What a number was given for: a quantity, a gradient, or an update written out, or some elements of
/// one of these.
package struct Inquiry {
  package enum Kind {
    case value
    /// Of this quantity, by the asked one.
    case gradient(of: Variable)
    /// `w − η·∂E/∂w`, w being the asked one.
    case update(rate: Variable, of: Variable)
  }

  package let kind: Kind
  package let quantity: Variable
  /// As it is written.
  package let text: String
  /// Which elements, row by row; nil for all.
  package var cells: [Int]?
  /// The shape of what is asked where only some elements are.
  package var part: Shape

  package init(
    _ quantity: Variable, _ kind: Kind = .value, text: String, cells: [Int]? = nil,
    part: Shape? = nil
  ) {
    self.quantity = quantity
    self.kind = kind
    self.text = text
    self.cells = cells
    self.part = part ?? (cells == nil ? quantity.shape : cells?.count == 1 ? .scalar : [0])
  }

  /// What all of it was computed from.
  var root: Variable {
    switch kind {
    case .value: quantity
    case .gradient(let root), .update(_, let root): root
    }
  }
}
