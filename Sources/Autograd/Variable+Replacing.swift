import Tensors

extension Variable {
  /// The tensor with other elements at places counted row by row; where a place is named twice the
  /// last one stays, as in NumPy. The result has a history if the tensor or the new elements have one.
  package func replacing(_ places: Tensor, with part: Variable) throws -> Variable {
    let wide =
      part.shape == places.shape
      ? part : try Operation.broadcastTo(part, .one("shape", .integers(places.shape.array)))
    if (isLeaf && wide.isLeaf) || (isConstant && wide.isConstant) {
      let made = Variable(replaced(places, wide.value), carriesGradient: carriesGradient)
      made.isList = isList
      return made
    }
    let unique = places.withoutRepetitions
    var source = wide
    var target = places
    if let unique {
      source = try Operation.take(
        [wide, Variable(Tensor(unique.kept.map(Double.init), dtype: .int64), literal: true)])
      target = unique.places
    }
    let spread = try Operation.scatterAdd(
      [source, Variable(target, literal: true)], .one("shape", .integers(shape.array)))
    var mask = [Double](repeating: 0, count: value.count)
    target.withElements { for place in $0 { mask[Int(place)] = 1 } }
    let isReplaced = Variable(Tensor(mask, shape: shape, dtype: .bool), literal: true)
    let made = try Operation.choose([isReplaced, spread, self])
    made.isList = isList
    return made
  }

  private func replaced(_ places: Tensor, _ part: Tensor) -> Tensor {
    var elements = value.elements
    // Whole numbers of an array stay whole, as in NumPy; a list of numbers takes what it is given.
    let dtype = isList && value.dtype != part.dtype ? promoted(value, part) : value.dtype
    let new = dtype.isReal ? part : part.converted(to: dtype)
    places.withElements { places in
      new.withElements { new in
        for (place, element) in zip(places, new) { elements[Int(place)] = element }
      }
    }
    return Tensor(elements, shape: shape, dtype: dtype)
  }
}

extension Tensor {
  /// Each place once, and which elements stay there: the last ones; nil where none is named twice.
  fileprivate var withoutRepetitions: (places: Tensor, kept: [Int])? {
    var last: [Int: Int] = [:]
    withElements { places in
      for (index, place) in places.enumerated() { last[Int(place)] = index }
    }
    guard last.count < count else { return nil }
    let kept = last.values.sorted()
    return (Tensor(kept.map { self[flat: $0] }, dtype: .int64), kept)
  }
}
