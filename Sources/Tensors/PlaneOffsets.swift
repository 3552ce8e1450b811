// Elements picked and placed by their offset within a plane, as pooling with indices needs.

extension Tensor {
  /// The elements of each plane (the last `dimensions` axes) at the offsets that `indices` holds
  /// for that plane.
  package func taking(_ indices: Tensor, dimensions: Int) throws(TensorError) -> Tensor {
    let (plane, run) = try planes(indices, dimensions)
    return try withElements { source throws(TensorError) in
      var failed: Int?
      let result = indices.withElements { places in
        Tensor(indices.shape, dtype: dtype) { out in
          for index in 0..<out.count {
            if index & 0xFFFF == 0xFFFF, Poll.look() { return }
            guard let offset = Self.place(places[index], in: plane) else {
              failed = index
              out[index] = .nan
              continue
            }
            out[index] = source[index / max(1, run) * plane + offset]
          }
        }
      }
      if let failed {
        throw .index(Int(exactly: indices[flat: failed]) ?? -1, size: plane, axis: 0)
      }
      return result
    }
  }

  /// A tensor of zeros of the given shape to which each element is added at the offset in its plane
  /// that `indices` holds.
  package func placing(
    at indices: Tensor, into shape: Shape, dimensions: Int
  ) throws(TensorError) -> Tensor {
    guard indices.shape == self.shape else { throw .broadcast(self.shape, indices.shape) }
    let zeros = Tensor(repeating: 0, shape: shape, dtype: dtype)
    let (plane, run) = try zeros.planes(indices, dimensions)
    var failed: Int?
    let result = withElements { source in
      indices.withElements { places in
        Tensor(shape, dtype: dtype) { out in
          out.fill(with: 0)
          for index in 0..<source.count {
            if index & 0xFFFF == 0xFFFF, Poll.look() { return }
            guard let offset = Self.place(places[index], in: plane) else {
              failed = index
              continue
            }
            out[index / max(1, run) * plane + offset] += source[index]
          }
        }
      }
    }
    if let failed { throw .index(Int(exactly: indices[flat: failed]) ?? -1, size: plane, axis: 0) }
    return result
  }

  /// Elements in a plane of this tensor and in a plane of the indices.
  private func planes(_ indices: Tensor, _ dimensions: Int) throws(TensorError) -> (
    plane: Int, run: Int
  ) {
    guard shape.rank >= dimensions, indices.shape.rank >= dimensions else {
      throw .rank(
        of: "the tensor", expected: "\(dimensions) or more",
        found: shape.rank < dimensions ? shape : indices.shape)
    }
    guard shape.array.dropLast(dimensions) == indices.shape.array.dropLast(dimensions) else {
      throw .broadcast(shape, indices.shape)
    }
    return (
      shape.array.suffix(dimensions).reduce(1, *),
      indices.shape.array.suffix(dimensions).reduce(1, *)
    )
  }

  private static func place(_ number: Double, in plane: Int) -> Int? {
    guard let offset = Int(exactly: number), offset >= 0, offset < plane else { return nil }
    return offset
  }
}
