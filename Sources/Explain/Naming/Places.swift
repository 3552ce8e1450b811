import Autograd
import Tensors

extension Variable {
  /// Larger tensors are not looked at element by element.
  private static let placeLimit = 10_000

  /// For each element the element of `whole` that it is, where this is a part of it: `W[0]`, `x[1:3]`.
  package func places(in whole: Variable) -> [Int]? {
    guard operation?.form == .picking, inputs.count == 1, inputs[0] === whole else { return nil }
    return pickedPlaces
  }

  /// For each element of an operation that only picks elements, which one of its input it is.
  var pickedPlaces: [Int]? {
    guard inputs.count > 0, shape.count <= Self.placeLimit else { return nil }
    var places: [Int] = []
    for offset in 0..<shape.count {
      guard
        case .element(0, let place)? = Expansion.formula(of: Cell(variable: self, offset: offset))
      else { return nil }
      places.append(place)
    }
    return places
  }
}
