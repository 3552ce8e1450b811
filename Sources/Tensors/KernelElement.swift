import CKernels
import COpenBLAS
import Glibc

private enum BLAS {
  /// One thread, unless the environment asks for more: products here are small, and threads that wait
  /// for each other on a busy machine cost far more than they gain.
  static let isReady: Bool = {
    if getenv("OPENBLAS_NUM_THREADS") == nil { openblas_set_num_threads(1) }
    return true
  }()
}

/// The two kinds of number that kernels are written for, so that one generic kernel serves both.
protocol KernelElement: BinaryFloatingPoint, Sendable {
  static func read<R>(_ tensor: Tensor, _ body: (UnsafeBufferPointer<Self>) -> R) -> R
  static func make(
    _ shape: Shape, _ dtype: DType, _ fill: (UnsafeMutableBufferPointer<Self>) -> Void
  ) -> Tensor

  static func sum(_ source: UnsafeBufferPointer<Self>) -> Self
  /// Adds the source element by element to as many elements of `out` from an offset on.
  static func accumulate(
    _ source: UnsafeBufferPointer<Self>, onto out: UnsafeMutableBufferPointer<Self>, at offset: Int)

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

  static func sum(_ source: UnsafeBufferPointer<Double>) -> Double {
    source.baseAddress.map { nk_sum_f64($0, source.count) } ?? 0
  }

  static func accumulate(
    _ source: UnsafeBufferPointer<Double>, onto out: UnsafeMutableBufferPointer<Double>, at offset: Int
  ) {
    guard let from = source.baseAddress, let to = out.baseAddress else { return }
    nk_accumulate_f64(from, to + offset, source.count)
  }

  static func gemm(
    _ a: UnsafePointer<Double>, _ rowA: Int, transposed left: Bool,
    _ b: UnsafePointer<Double>, _ rowB: Int, transposed right: Bool,
    into c: UnsafeMutablePointer<Double>, _ rowC: Int,
    _ size: (rows: Int, columns: Int, inner: Int), beta: Double
  ) {
    _ = BLAS.isReady
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

  static func sum(_ source: UnsafeBufferPointer<Float>) -> Float {
    source.baseAddress.map { nk_sum_f32($0, source.count) } ?? 0
  }

  static func accumulate(
    _ source: UnsafeBufferPointer<Float>, onto out: UnsafeMutableBufferPointer<Float>, at offset: Int
  ) {
    guard let from = source.baseAddress, let to = out.baseAddress else { return }
    nk_accumulate_f32(from, to + offset, source.count)
  }

  static func gemm(
    _ a: UnsafePointer<Float>, _ rowA: Int, transposed left: Bool,
    _ b: UnsafePointer<Float>, _ rowB: Int, transposed right: Bool,
    into c: UnsafeMutablePointer<Float>, _ rowC: Int,
    _ size: (rows: Int, columns: Int, inner: Int), beta: Float
  ) {
    _ = BLAS.isReady
    cblas_sgemm(
      CblasRowMajor, left ? CblasTrans : CblasNoTrans, right ? CblasTrans : CblasNoTrans,
      Int32(size.rows), Int32(size.columns), Int32(size.inner), 1, a, Int32(rowA), b, Int32(rowB),
      beta, c, Int32(rowC))
  }
}
