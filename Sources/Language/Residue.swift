import Autograd
import Tensors

// What binary fractions leave of terms that cancel, 0.1 + 0.2 − 0.3, is shown as 0 by the echo, as on
// the page of an explanation. The number itself stays, and `print` shows it.

extension Variable {
  /// Larger tensors are not looked at element by element.
  private static let residueLimit = 10_000
  /// A residue is smaller than this part of the terms it is left of.
  private static let residuePart = 1e-15

  /// The value, with 0 for elements that are residues of the sum or difference that made it.
  var withoutResidues: Tensor {
    guard value.dtype == .float64, value.count <= Self.residueLimit, let terms = addedTerms,
      value.withElements({ $0.contains { $0 != 0 && $0.magnitude < 1e-9 } })
    else { return value }
    let elements = value.elements
    let shown = elements.indices.map { index in
      let result = elements[index].magnitude
      var size = 0.0
      // A term of the size of the result is what the larger ones leave: 1 − 1 + 10⁻¹⁷.
      var isSeen = false
      terms(index) { term in
        size += term.magnitude
        if term != 0, term.magnitude <= 2 * result { isSeen = true }
      }
      return !isSeen && size.isFinite && result <= Self.residuePart * size ? 0 : elements[index]
    }
    return Tensor(shown, shape: shape)
  }

  /// The terms of each element, where the operation adds or subtracts; nil for any other.
  private var addedTerms: ((_ index: Int, _ visit: (Double) -> Void) -> Void)? {
    switch operation?.name {
    case "add", "subtract":
      let sides = inputs.array.map(\.value)
      guard sides.allSatisfy({ $0.count == 1 || $0.shape == shape }) else { return nil }
      let terms = sides.map(\.elements)
      return { index, visit in
        for side in terms { visit(side.count == 1 ? side[0] : side[index]) }
      }
    case "sum", "mean":
      guard inputs.count == 1, value.count == 1 else { return nil }
      let terms = inputs[0].value.elements
      let count = operation?.name == "mean" ? Double(terms.count) : 1
      return { _, visit in for term in terms { visit(term / count) } }
    default: return nil
    }
  }
}
