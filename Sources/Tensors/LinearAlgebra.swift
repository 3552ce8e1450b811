extension Tensor {
  /// The matrix product by NumPy's rules: vectors are rows on the left and columns on the right,
  /// leading axes are broadcast.
  package func matmul(_ other: Tensor) throws(TensorError) -> Tensor {
    guard shape.rank > 0, other.shape.rank > 0 else {
      throw .rank(
        of: "a factor of @", expected: "1 or more", found: shape.rank == 0 ? shape : other.shape)
    }
    if shape.rank <= 2 && other.shape.rank <= 2 { return try flatProduct(other) }
    let left = shape.rank == 1 ? try reshaped(to: [1, shape[0]]) : self
    let right = other.shape.rank == 1 ? try other.reshaped(to: [other.shape[0], 1]) : other
    let product = try left.matrixProduct(right, reporting: (shape, other.shape))
    var sizes = product.shape.array
    if other.shape.rank == 1 { sizes.removeLast() }
    if shape.rank == 1 { sizes.remove(at: sizes.count - (other.shape.rank == 1 ? 1 : 2)) }
    return try product.reshaped(to: Shape(unchecked: sizes))
  }

  /// The product of two matrices or vectors.
  private func flatProduct(_ other: Tensor) throws(TensorError) -> Tensor {
    let (left, right) = (MatrixSize(left: shape), MatrixSize(right: other.shape))
    guard left.columns == right.rows else { throw .innerSizes(shape, other.shape) }
    let target: Shape
    if shape.rank == 2 {
      target = other.shape.rank == 2 ? [left.rows, right.columns] : [left.rows]
    } else {
      target = other.shape.rank == 2 ? [right.columns] : .scalar
    }
    guard left.rows * right.columns <= Memory.largestCount else {
      throw .tooLarge(sizes: target.array, limit: Memory.limit)
    }
    try Work.check(
      Double(left.rows) * Double(left.columns) * Double(right.columns), "this product of matrices")
    return Gemm(rows: left.rows, columns: right.columns, inner: left.columns)
      .product(self, other, as: target)
  }

  /// This gradient of a product of matrices or vectors passed on to the left factor, g·bᵀ; nil for
  /// stacks of matrices.
  package func matmulGradient(left a: Tensor, right b: Tensor) -> Tensor? {
    guard a.shape.rank <= 2, b.shape.rank <= 2 else { return nil }
    let (left, right) = (MatrixSize(left: a.shape), MatrixSize(right: b.shape))
    var gemm = Gemm(rows: left.rows, columns: left.columns, inner: right.columns)
    gemm.transposesB = true
    return gemm.product(self, b, as: a.shape)
  }

  /// The same to the right factor, aᵀ·g.
  package func matmulGradient(right b: Tensor, left a: Tensor) -> Tensor? {
    guard a.shape.rank <= 2, b.shape.rank <= 2 else { return nil }
    let (left, right) = (MatrixSize(left: a.shape), MatrixSize(right: b.shape))
    var gemm = Gemm(rows: right.rows, columns: right.columns, inner: left.rows)
    gemm.transposesA = true
    return gemm.product(a, self, as: b.shape)
  }

  private func matrixProduct(
    _ other: Tensor, reporting shapes: (Shape, Shape)
  ) throws(TensorError) -> Tensor {
    let (rows, inner) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let columns = other.shape[other.shape.rank - 1]
    guard inner == other.shape[other.shape.rank - 2] else { throw .innerSizes(shapes.0, shapes.1) }
    let leftBatch = Shape(unchecked: shape.array.dropLast(2))
    let rightBatch = Shape(unchecked: other.shape.array.dropLast(2))
    let batch = try leftBatch.broadcast(with: rightBatch)
    let target = try Shape(checking: batch.array + [rows, columns])
    try Work.check(
      Double(batch.count) * Double(rows) * Double(inner) * Double(columns),
      "this product of matrices")
    let dtype = promoted(self, other)
    let size = Gemm(rows: rows, columns: columns, inner: inner)
    let (stepsA, stepsB) = (
      leftBatch.strides(broadcastTo: batch), rightBatch.strides(broadcastTo: batch)
    )
    func offsets(_ index: Int) -> (Int, Int) {
      let coordinates = batch.coordinates(of: index)
      let a = zip(coordinates, stepsA).reduce(0) { $0 + $1.0 * $1.1 }
      let b = zip(coordinates, stepsB).reduce(0) { $0 + $1.0 * $1.1 }
      return (a * rows * inner, b * inner * columns)
    }
    let matrices = target.isEmpty ? 0 : batch.count
    if dtype == .float32 {
      return withFloats { a in
        other.withFloats { b in
          Tensor(float32: target) { c in
            for index in 0..<matrices {
              let (i, j) = matrices == 1 ? (0, 0) : offsets(index)
              size.multiply(a, i, b, j, into: c, index * rows * columns)
            }
          }
        }
      }
    }
    return withElements { a in
      other.withElements { b in
        Tensor(target, dtype: dtype) { c in
          for index in 0..<matrices {
            let (i, j) = matrices == 1 ? (0, 0) : offsets(index)
            size.multiply(a, i, b, j, into: c, index * rows * columns)
          }
        }
      }
    }
  }

  /// A matrix with its last two axes exchanged; a vector or scalar is itself.
  package func matrixTransposed() throws(TensorError) -> Tensor {
    guard shape.rank >= 2 else { return self }
    var order = Array(shape.axes)
    order.swapAt(order.count - 1, order.count - 2)
    return try transposed(order)
  }
}

/// A factor of a product read as a matrix: a vector is a row on the left and a column on the right.
private struct MatrixSize {
  let rows: Int
  let columns: Int

  init(left shape: Shape) {
    rows = shape.rank == 2 ? shape[0] : 1
    columns = shape[shape.rank - 1]
  }

  init(right shape: Shape) {
    rows = shape[0]
    columns = shape.rank == 2 ? shape[1] : 1
  }
}

/// A product of two row-major matrices; either may be read as its transpose.
package struct Gemm {
  package var rows: Int
  package var columns: Int
  package var inner: Int
  package var transposesA = false
  package var transposesB = false
  /// What the earlier content of the result is multiplied by: 0 stores, 1 adds.
  package var beta = 0.0

  /// Products below this many multiply-adds run in a plain loop: a BLAS call costs more.
  private static let smallest = 64

  package init(rows: Int, columns: Int, inner: Int) {
    self.rows = rows
    self.columns = columns
    self.inner = inner
  }

  /// The product as a tensor of the given shape, in the kind the factors have in common.
  package func product(_ a: Tensor, _ b: Tensor, as shape: Shape) -> Tensor {
    let dtype = promoted(a, b)
    guard a.isStored(like: dtype), b.isStored(like: dtype) else {
      return product(a.stored(like: dtype), b.stored(like: dtype), as: shape)
    }
    return dtype == .float32
      ? product(Float.self, a, b, shape, dtype) : product(Double.self, a, b, shape, dtype)
  }

  @inline(__always)
  private func product<T: KernelElement>(
    _: T.Type, _ a: Tensor, _ b: Tensor, _ shape: Shape, _ dtype: DType
  ) -> Tensor {
    let result = Tensor(unset: shape, dtype: dtype, of: T.self)
    run(a.pointer(T.self), b.pointer(T.self), into: result.pointer(T.self))
    withExtendedLifetime(a) {}
    withExtendedLifetime(b) {}
    return result
  }

  package func multiply(
    _ a: UnsafeBufferPointer<Double>, _ i: Int, _ b: UnsafeBufferPointer<Double>, _ j: Int,
    into c: UnsafeMutableBufferPointer<Double>, _ k: Int
  ) {
    run(a, i, b, j, into: c, k)
  }

  package func multiply(
    _ a: UnsafeBufferPointer<Float>, _ i: Int, _ b: UnsafeBufferPointer<Float>, _ j: Int,
    into c: UnsafeMutableBufferPointer<Float>, _ k: Int
  ) {
    run(a, i, b, j, into: c, k)
  }

  @inline(__always)
  private func run<T: KernelElement>(
    _ a: UnsafeBufferPointer<T>, _ i: Int, _ b: UnsafeBufferPointer<T>, _ j: Int,
    into c: UnsafeMutableBufferPointer<T>, _ k: Int
  ) {
    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
    run(a + i, b + j, into: c + k)
  }

  @inline(__always)
  private func run<T: KernelElement>(
    _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, into c: UnsafeMutablePointer<T>
  ) {
    guard rows > 0, columns > 0 else { return }
    guard inner > 0 else {
      if beta == 0 {
        UnsafeMutableBufferPointer(start: c, count: rows * columns).fill(with: 0)
      }
      return
    }
    let work = rows &* columns &* inner
    if Poll.spend(work >> 4 &+ 16) { return }
    if work <= Self.smallest { return loop(a, b, c) }
    T.multiply(
      MatrixProduct(
        rows: rows, columns: columns, inner: inner, transposesA: transposesA,
        transposesB: transposesB,
        accumulates: beta != 0),
      Rows(a, transposesA ? rows : inner), Rows(b, transposesB ? inner : columns), into: c,
      stride: columns)
  }

  @inline(__always)
  private func loop<T: KernelElement>(
    _ a: UnsafePointer<T>, _ b: UnsafePointer<T>, _ c: UnsafeMutablePointer<T>
  ) {
    let (stepA, nextA) = transposesA ? (1, rows) : (inner, 1)
    let (stepB, nextB) = transposesB ? (inner, 1) : (1, columns)
    for row in 0..<rows {
      for column in 0..<columns {
        var total = beta == 0 ? 0 : T(beta) * c[row * columns + column]
        for index in 0..<inner {
          total += a[row * stepA + index * nextA] * b[column * stepB + index * nextB]
        }
        c[row * columns + column] = total
      }
    }
  }
}
