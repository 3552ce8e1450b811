import Tensors

extension Variable {
  /// The tensor with other elements at places counted row by row; where a place is named twice the
  /// last one stays, as in NumPy. The result has a history if the tensor or the new elements have one.
  package func replacing(_ places: Tensor, with part: Variable) throws -> Variable {
    // Whole numbers and truth values have no gradient.
    let isPlain = !value.dtype.isReal && !isList
    let wide =
      part.shape == places.shape
      ? part : try Operation.broadcastTo(part, .one("shape", .integers(places.shape.array)))
    if isPlain || (isLeaf && wide.isLeaf) || (isConstant && wide.isConstant) {
      let made = Variable(try replaced(places, wide.value), carriesGradient: carriesGradient)
      made.isList = isList
      return made
    }
    try Poll.check()
    let unique = try places.withoutRepetitions()
    var source = wide
    var target = places
    if let unique {
      source = try Operation.take(
        [wide, Variable(Tensor(unique.kept.map(Double.init), dtype: .int64), literal: true)])
      target = unique.places
    }
    let spread = try Operation.scatterAdd(
      [source, Variable(target, literal: true)], .one("shape", .integers(shape.array)))
    let mask = Tensor(shape, dtype: .bool) { out in
      out.fill(with: 0)
      target.withElements { for place in Poll.each($0) { out[Int(place)] = 1 } }
    }
    let isReplaced = Variable(mask, literal: true)
    let made = try Operation.choose([isReplaced, spread, self])
    made.isList = isList
    return made
  }

  private func replaced(_ places: Tensor, _ part: Tensor) throws(TensorError) -> Tensor {
    // Whole numbers of an array stay whole, as in NumPy; a list of numbers takes what it is given.
    let dtype = isList && value.dtype != part.dtype ? promoted(value, part) : value.dtype
    let new = dtype.isReal ? part : part.converted(to: dtype)
    try Poll.check()
    let result = value.withElements { old in
      Tensor(shape, dtype: dtype) { out in
        Poll.inChunks(old.count) {
          _ = out[$0].update(fromContentsOf: old[$0])
        }
        places.withElements { places in
          new.withElements { new in
            for (place, element) in Poll.each(zip(places, new)) { out[Int(place)] = element }
          }
        }
      }
    }
    // What was left unfinished takes nobody's place.
    try Poll.check()
    return result
  }
}

extension Tensor {
  /// Each place once, and which elements stay there: the last ones; nil where none is named twice.
  fileprivate func withoutRepetitions() throws(TensorError) -> (places: Tensor, kept: [Int])? {
    // A table with room to grow.
    try Memory.make(count, of: 6 * MemoryLayout<Int>.stride)
    var last: [Int: Int] = [:]
    withElements { places in
      for (index, place) in Poll.each(places.enumerated(), steps: 64) { last[Int(place)] = index }
    }
    try Poll.check()
    guard last.count < count else { return nil }
    let kept = try Poll.sorted(Array(last.values)) { $0 < $1 }
    return (taken(kept, shape: [kept.count]), kept)
  }
}
