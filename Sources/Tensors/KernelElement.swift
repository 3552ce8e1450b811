import COpenBLAS

/// The two kinds of number that kernels are written for, so that one generic kernel serves both.
protocol KernelElement: BinaryFloatingPoint, Sendable {
  static func read<R>(_ tensor: Tensor, _ body: (UnsafeBufferPointer<Self>) -> R) -> R
  static func make(
    _ shape: Shape, _ dtype: DType, _ fill: (UnsafeMutableBufferPointer<Self>) -> Void
  ) -> Tensor

  /// c ← a·b + beta·c on row-major matrices with the given row lengths in memory.
  static func gemm(
    _ a: UnsafePointer<Self>, _ rowA: Int, transposed: Bool,
    _ b: UnsafePointer<Self>, _ rowB: Int, transposed: Bool,
    into c: UnsafeMutablePointer<Self>, _ rowC: Int, _ size: (rows: Int, columns: Int, inner: Int),
    beta: Self)
}

extension Double: KernelElement {
  @inline(__always)
  static func read<R>(_ tensor: Tensor, _ body: (UnsafeBufferPointer<Double>) -> R) -> R {
    tensor.withElements(body)
  }

  @inline(__always)
  static func make(
    _ shape: Shape, _ dtype: DType, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Tensor {
    Tensor(shape, dtype: dtype, fill: fill)
  }

  static func gemm(
    _ a: UnsafePointer<Double>, _ rowA: Int, transposed left: Bool,
    _ b: UnsafePointer<Double>, _ rowB: Int, transposed right: Bool,
    into c: UnsafeMutablePointer<Double>, _ rowC: Int,
    _ size: (rows: Int, columns: Int, inner: Int), beta: Double
  ) {
    cblas_dgemm(
      CblasRowMajor, left ? CblasTrans : CblasNoTrans, right ? CblasTrans : CblasNoTrans,
      Int32(size.rows), Int32(size.columns), Int32(size.inner), 1, a, Int32(rowA), b, Int32(rowB),
      beta, c, Int32(rowC))
  }
}

extension Float: KernelElement {
  @inline(__always)
  static func read<R>(_ tensor: Tensor, _ body: (UnsafeBufferPointer<Float>) -> R) -> R {
    tensor.withFloats(body)
  }

  @inline(__always)
  static func make(
    _ shape: Shape, _ dtype: DType, _ fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Tensor {
    Tensor(float32: shape, fill: fill)
  }

  static func gemm(
    _ a: UnsafePointer<Float>, _ rowA: Int, transposed left: Bool,
    _ b: UnsafePointer<Float>, _ rowB: Int, transposed right: Bool,
    into c: UnsafeMutablePointer<Float>, _ rowC: Int,
    _ size: (rows: Int, columns: Int, inner: Int), beta: Float
  ) {
    cblas_sgemm(
      CblasRowMajor, left ? CblasTrans : CblasNoTrans, right ? CblasTrans : CblasNoTrans,
      Int32(size.rows), Int32(size.columns), Int32(size.inner), 1, a, Int32(rowA), b, Int32(rowB),
      beta, c, Int32(rowC))
  }
}
