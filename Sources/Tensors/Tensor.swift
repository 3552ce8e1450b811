/// What the elements of a tensor stand for. Integers and truth values are stored as Double (exact
/// up to 2^53) and keep their kind for Python's arithmetic and for display.
package enum DType: String, Sendable, CaseIterable {
  case float64, float32, int64, bool

  package var isReal: Bool { self == .float64 || self == .float32 }
}

/// An immutable, contiguous, row-major array of numbers of rank 0 to 8.
package struct Tensor: @unchecked Sendable {
  package let shape: Shape
  package let dtype: DType
  let storage: Storage

  /// Makes a tensor whose elements `fill` writes; memory is not cleared beforehand.
  package init(
    _ shape: Shape, dtype: DType = .float64, fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    self.shape = shape
    self.dtype = dtype
    let count = shape.count
    if dtype == .float32 {
      storage = Storage.make(bytes: count * MemoryLayout<Float>.stride)
      // Counted as all storage is, and refused where there is no room.
      let wide = Storage.make(bytes: count * MemoryLayout<Double>.stride)
      let view = UnsafeMutableBufferPointer(start: wide.start, count: count)
      fill(view)
      let narrow = UnsafeMutableRawPointer(storage.start).assumingMemoryBound(to: Float.self)
      Poll.inChunks(count) { for index in $0 { narrow[index] = Float(view[index]) } }
      withExtendedLifetime(wide) {}
    } else {
      storage = Storage.make(bytes: count * MemoryLayout<Double>.stride)
      fill(UnsafeMutableBufferPointer(start: storage.start, count: count))
    }
  }

  /// Makes a tensor whose elements hold nothing yet; the caller writes every one through `pointer`
  /// before anyone else sees it.
  init<T: KernelElement>(unset shape: Shape, dtype: DType, of _: T.Type) {
    precondition((dtype == .float32) == (T.self == Float.self))
    self.shape = shape
    self.dtype = dtype
    storage = Storage.make(bytes: shape.count * MemoryLayout<T>.stride)
  }

  /// Makes a float32 tensor whose elements `fill` writes.
  package init(float32 shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
    self.shape = shape
    dtype = .float32
    let count = shape.count
    storage = Storage.make(bytes: count * MemoryLayout<Float>.stride)
    let raw = UnsafeMutableRawPointer(storage.start).assumingMemoryBound(to: Float.self)
    fill(UnsafeMutableBufferPointer(start: raw, count: count))
  }

  package init(_ scalar: Double, dtype: DType = .float64) {
    self.init(.scalar, dtype: dtype) { $0[0] = scalar }
  }

  package init(_ truth: Bool) { self.init(truth ? 1 : 0, dtype: .bool) }

  /// Elements in row-major order; there must be as many as the shape has.
  package init(_ elements: [Double], shape: Shape, dtype: DType = .float64) {
    precondition(elements.count == shape.count)
    self.init(shape, dtype: dtype) { out in
      Poll.inChunks(out.count) { _ = out[$0].update(fromContentsOf: elements[$0]) }
    }
  }

  package init(_ elements: [Double], dtype: DType = .float64) {
    self.init(elements, shape: [elements.count], dtype: dtype)
  }

  package init(repeating value: Double, shape: Shape, dtype: DType = .float64) {
    self.init(shape, dtype: dtype) { $0.fill(with: value) }
  }

  /// The same elements under another shape of equal count.
  init(sharing other: Tensor, shape: Shape) {
    precondition(shape.count == other.shape.count)
    self.shape = shape
    dtype = other.dtype
    storage = other.storage
  }

  /// The same elements under another kind; both kinds must store Double.
  init(sharing other: Tensor, dtype: DType) {
    precondition((dtype == .float32) == (other.dtype == .float32))
    shape = other.shape
    self.dtype = dtype
    storage = other.storage
  }

  package var count: Int { shape.count }
}

// MARK: - Reading elements

extension Tensor {
  /// The elements as they are stored, which must be as `T`; valid as long as the tensor lives.
  @inline(__always)
  func pointer<T: KernelElement>(_: T.Type) -> UnsafeMutablePointer<T> {
    UnsafeMutableRawPointer(storage.start).assumingMemoryBound(to: T.self)
  }

  /// Whether the elements lie in memory as those of another kind do.
  @inline(__always)
  func isStored(like kind: DType) -> Bool { (kind == .float32) == (dtype == .float32) }

  /// Stored as a kind is: the tensor itself, or converted.
  func stored(like kind: DType) -> Tensor {
    isStored(like: kind) ? self : converted(to: kind == .float32 ? .float32 : .float64)
  }

  /// Calls `body` with the elements as Double; float32 elements are widened into a scratch buffer.
  @inline(__always)
  package func withElements<R, E: Error>(
    _ body: (UnsafeBufferPointer<Double>) throws(E) -> R
  ) throws(E) -> R {
    if dtype == .float32 {
      let wide = converted(to: .float64)
      return try wide.withElements(body)
    }
    let count = shape.count
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.start, count: count))
  }

  /// Calls `body` with the elements as Float; other kinds are narrowed first.
  @inline(__always)
  package func withFloats<R, E: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    if dtype != .float32 {
      let narrow = converted(to: .float32)
      return try narrow.withFloats(body)
    }
    let count = shape.count
    defer { withExtendedLifetime(storage) {} }
    let raw = UnsafeMutableRawPointer(storage.start).assumingMemoryBound(to: Float.self)
    return try body(UnsafeBufferPointer(start: raw, count: count))
  }

  /// All elements in row-major order, in an array that is counted as other memory is: where there is
  /// no room the computation is to end, and nothing is written.
  package var elements: [Double] {
    Memory.make(orRefuse: count * MemoryLayout<Double>.stride)
    return withElements { source in
      [Double](unsafeUninitializedCapacity: count) { out, filled in
        filled = count
        if Poll.isStopped { return }
        Poll.inChunks(count) { _ = out[$0].update(fromContentsOf: source[$0]) }
      }
    }
  }

  /// The element at a row-major offset.
  package subscript(flat offset: Int) -> Double {
    dtype == .float32 ? withFloats { Double($0[offset]) } : withElements { $0[offset] }
  }

  /// The only element of a tensor of count 1.
  package var item: Double? { count == 1 ? self[flat: 0] : nil }

  /// The same numbers in another kind; to bool they become 0 or 1, to int64 they are truncated.
  package func converted(to target: DType) -> Tensor {
    if target == dtype { return self }
    switch target {
    case .float32:
      return withElements { source in
        Tensor(float32: shape) {
          let out = $0
          Poll.inChunks(source.count) { for index in $0 { out[index] = Float(source[index]) } }
        }
      }
    case .float64:
      if dtype != .float32 { return Tensor(sharing: self, dtype: .float64) }
      return withFloats { source in
        Tensor(shape) { out in
          Poll.inChunks(source.count) { for index in $0 { out[index] = Double(source[index]) } }
        }
      }
    case .int64: return map(dtype: .int64) { $0.rounded(.towardZero) }
    case .bool: return map(dtype: .bool) { $0 != 0 ? 1 : 0 }
    }
  }

  /// A new tensor of `f` applied to each element.
  @inline(__always)
  package func map(dtype target: DType? = nil, _ f: (Double) -> Double) -> Tensor {
    withElements { source in
      Tensor(shape, dtype: target ?? dtype) { out in
        Poll.inChunks(source.count) { for index in $0 { out[index] = f(source[index]) } }
      }
    }
  }

  /// The same elements under another shape.
  package func reshaped(to shape: Shape) throws(TensorError) -> Tensor {
    guard shape.count == count else { throw .reshape(from: self.shape, to: shape.array) }
    return Tensor(sharing: self, shape: shape)
  }
}

/// The kind of the result of arithmetic on two tensors, by NumPy's rules with weak scalars: a rank-0
/// float64 does not widen a float32 tensor.
package func promoted(_ left: Tensor, _ right: Tensor) -> DType {
  let (a, b) = (left.dtype, right.dtype)
  if a == b { return a == .bool ? .int64 : a }
  if !a.isReal && !b.isReal { return .int64 }
  if !a.isReal { return b }
  if !b.isReal { return a }
  let narrow = a == .float32 ? right : left
  return narrow.shape.isScalar ? .float32 : .float64
}
