/// Which elements of an input make up an output that only moves elements: the map from output cells
/// to input elements, or, for `onto`, from input elements to cells of a larger output of zeros.
package enum Placement: Sendable {
  /// Offsets on a regular grid: `start` plus `steps` along each axis of the output.
  case grid(Shape, start: Int, steps: [Int])
  /// One input offset for each output cell, in row-major order.
  case list(Shape, [Int])
  /// The input laid on a grid of the output; all other cells are 0.
  case onto(Shape, start: Int, steps: [Int])

  /// The shape of the output.
  package var target: Shape {
    switch self {
    case .grid(let shape, _, _), .list(let shape, _), .onto(let shape, _, _): shape
    }
  }

  /// Input offsets of output cells, or for `onto` output offsets of input elements.
  package func offsets(input: Shape) -> [Int] {
    switch self {
    case .list(_, let offsets): offsets
    case .grid(let shape, let start, let steps): Self.offsets(of: shape, start, steps)
    case .onto(_, let start, let steps): Self.offsets(of: input, start, steps)
    }
  }

  private static func offsets(of shape: Shape, _ start: Int, _ steps: [Int]) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(shape.count)
    walk(shape, steps: steps, start: start) { _, offset, count, step in
      Poll.inChunks(count) { for index in $0 { result.append(offset + index * step) } }
    }
    // Whoever uses them finds as many as there are cells, also when told to end.
    let missing = shape.count - result.count
    if missing > 0 { result.append(contentsOf: repeatElement(0, count: missing)) }
    return result
  }
}

extension Tensor {
  /// The elements moved as the placement says.
  package func placed(_ placement: Placement) -> Tensor {
    switch placement {
    case .grid(let target, let start, let steps): gather(target, steps: steps, start: start)
    case .list(let target, let offsets): taken(offsets, shape: target)
    case .onto(let target, let start, let steps): spread(onto: target, steps: steps, start: start)
    }
  }

  /// Moves the elements of an output back to an input of the given shape; elements that came from
  /// the same place are added, places nothing came from are 0.
  package func placedBack(_ placement: Placement, to input: Shape) -> Tensor {
    switch placement {
    case .grid(_, let start, let steps): spread(onto: input, steps: steps, start: start)
    case .list(_, let offsets): scattered(offsets, shape: input)
    case .onto(_, let start, let steps): gather(input, steps: steps, start: start)
    }
  }

  /// The elements at row-major offsets.
  package func taken(_ offsets: [Int], shape target: Shape) -> Tensor {
    if dtype == .float32 {
      return withFloats { source in
        Tensor(float32: target) { out in
          Poll.inChunks(offsets.count) { for index in $0 { out[index] = source[offsets[index]] } }
        }
      }
    }
    return withElements { source in
      Tensor(target, dtype: dtype) { out in
        Poll.inChunks(offsets.count) { for index in $0 { out[index] = source[offsets[index]] } }
      }
    }
  }

  /// Zeros of the target shape with each element added at its row-major offset.
  package func scattered(_ offsets: [Int], shape target: Shape) -> Tensor {
    withElements { source in
      Tensor(target, dtype: dtype) { out in
        out.fill(with: 0)
        Poll.inChunks(offsets.count) { for index in $0 { out[offsets[index]] += source[index] } }
      }
    }
  }

  /// Zeros of the target shape with the elements laid on a grid of offsets.
  private func spread(onto target: Shape, steps: [Int], start: Int) -> Tensor {
    withElements { source in
      Tensor(target, dtype: dtype) { out in
        out.fill(with: 0)
        walk(shape, steps: steps, start: start) { position, offset, count, step in
          Poll.inChunks(count) {
            for index in $0 { out[offset + index * step] += source[position + index] }
          }
        }
      }
    }
  }

  /// The elements as whole numbers in `0..<size`, negative ones counted from the end.
  package func wholeNumbers(
    below size: Int, axis: Int, of argument: String
  ) throws(TensorError) -> [Int] {
    try Memory.make(2 * count, of: MemoryLayout<Int>.stride)
    var result: [Int] = []
    result.reserveCapacity(count)
    for element in elements {
      if result.count & 0xFFFF == 0xFFFF { try Poll.checkNow() }
      guard let index = Int(exactly: element) else {
        throw .argument(argument, found: "\(element)", expected: "whole numbers")
      }
      guard index >= -size, index < size else { throw .index(index, size: size, axis: axis) }
      result.append(index < 0 ? index + size : index)
    }
    return result
  }
}

extension Tensor {
  /// Tensors of equal shape, except along one axis, put one after the other along it.
  package static func concatenated(_ parts: [Tensor], axis: Int) throws(TensorError) -> Tensor {
    guard let first = parts.first else {
      throw .argument("tensors", found: "an empty list", expected: "a list of at least one tensor")
    }
    guard first.shape.rank > 0 else {
      throw .rank(of: "a tensor to concatenate", expected: "1 or more", found: first.shape)
    }
    let axis = try first.shape.axis(axis)
    var size = 0
    for part in parts {
      guard part.shape.rank == first.shape.rank,
        part.shape.replacing(axis: axis, with: 0) == first.shape.replacing(axis: axis, with: 0)
      else { throw .broadcast(first.shape, part.shape) }
      size += part.shape[axis]
    }
    var sizes = first.shape.array
    sizes[axis] = size
    let target = try Shape(checking: sizes)
    let inner = sizes[(axis + 1)...].reduce(1, *)
    let outer = sizes[..<axis].reduce(1, *)
    func fill<T>(
      _ out: UnsafeMutableBufferPointer<T>, _ source: UnsafeBufferPointer<T>, _ place: Int
    ) {
      let run = outer == 0 ? 0 : source.count / outer
      for block in 0..<outer {
        Poll.inChunks(run) {
          for index in $0 {
            out[block * size * inner + place + index] = source[block * run + index]
          }
        }
      }
    }
    var dtype = first.dtype
    for part in parts where part.dtype != dtype {
      dtype = promoted(
        Tensor(repeating: 0, shape: [1], dtype: dtype),
        Tensor(repeating: 0, shape: [1], dtype: part.dtype))
    }
    var place = 0
    if dtype == .float32 {
      return Tensor(float32: target) { out in
        for part in parts {
          part.withFloats { fill(out, $0, place) }
          place += part.shape[axis] * inner
        }
      }
    }
    return Tensor(target, dtype: dtype) { out in
      for part in parts {
        part.withElements { fill(out, $0, place) }
        place += part.shape[axis] * inner
      }
    }
  }

  /// The part from `start` along an axis that has `size` places, without a copy of the rest.
  package func sliced(axis: Int, from start: Int, size: Int) -> Tensor {
    let steps = shape.strides
    return gather(shape.replacing(axis: axis, with: size), steps: steps, start: start * steps[axis])
  }
}
