import CKernels
import COpenBLAS
import Glibc

/// The kinds of number that training kernels are written for, once, for both. Functions change what
/// they are given.
package protocol Scalar: BinaryFloatingPoint, Sendable {
  static var dtype: DType { get }
  static func exp(_ x: UnsafeMutablePointer<Self>, _ count: Int)
  static func tanh(_ x: UnsafeMutablePointer<Self>, _ count: Int)
  static func sigmoid(_ x: UnsafeMutablePointer<Self>, _ count: Int)
  /// Multiplies gradients by the slope of sigmoid or tanh as a function of its value.
  static func scaleBySigmoidSlope(
    _ g: UnsafeMutablePointer<Self>, _ y: UnsafePointer<Self>, _ count: Int)
  static func scaleByTanhSlope(
    _ g: UnsafeMutablePointer<Self>, _ y: UnsafePointer<Self>, _ count: Int)
  static var steps: RecurrentKernels<Self> { get }
  static func multiply(
    _ size: MatrixProduct, _ a: Rows<Self>, _ b: Rows<Self>, into c: UnsafeMutablePointer<Self>,
    stride: Int)
}

/// What gated cells do to the sums of one step, and the same backwards.
package struct RecurrentKernels<Element: Scalar>: Sendable {
  package typealias In = UnsafePointer<Element>
  package typealias Out = UnsafeMutablePointer<Element>
  let lstm:
    @Sendable (_ gates: Out, _ cell: In, _ newCell: Out, _ squashed: Out, _ state: Out, Int, Int) ->
      Void
  let lstmGradient:
    @Sendable (
      _ gates: In, _ cell: In, _ squashed: In, _ dState: In, _ dCell: Out, _ dGates: Out, Int, Int
    ) -> Void
  let gruReset: @Sendable (_ gates: Out, _ state: In, _ reset: Out, Int, Int) -> Void
  let gru: @Sendable (_ gates: Out, _ state: In, _ newState: Out, Int, Int) -> Void
  let gruGradient:
    @Sendable (_ gates: In, _ state: In, _ dState: In, _ dGates: Out, Int, Int) -> Void
  let gruResetGradient:
    @Sendable (_ gates: In, _ state: In, _ dReset: In, _ dState: Out, _ dGates: Out, Int, Int) ->
      Void
}

/// A row-major matrix inside memory that belongs to somebody else: where it starts and how far its
/// rows are apart.
package struct Rows<Element: Scalar> {
  let start: UnsafePointer<Element>
  let stride: Int

  @inline(__always)
  init(_ start: UnsafePointer<Element>, _ stride: Int) {
    self.start = start
    self.stride = stride
  }

  @inline(__always)
  init(_ start: UnsafeMutablePointer<Element>, _ stride: Int) {
    self.start = UnsafePointer(start)
    self.stride = stride
  }
}

/// A product of matrices that lie inside larger ones; either may be read as its transpose.
package struct MatrixProduct {
  var rows: Int
  var columns: Int
  var inner: Int
  var transposesA = false
  var transposesB = false
  /// Adds to what the result holds, instead of replacing it.
  var accumulates = false

  /// Products of at most this many multiply-adds run in a plain loop: a call of BLAS costs more.
  static let smallest = 128

  /// Products of more multiply-adds are made in blocks, between which they may end.
  private static let long = 1 << 30

  /// The same for thin ones, which wait for memory: up to a nanosecond for every multiply-add.
  private static let longIfThin = 1 << 22

  @inline(__always)
  var isLong: Bool {
    let steps = rows &* columns &* inner
    return steps > Self.longIfThin
      && (steps > Self.long || min(rows, columns, inner) <= 8)
  }

  /// The product in blocks that take some milliseconds each.
  func inBlocks<S: Scalar>(
    _ a: Rows<S>, _ b: Rows<S>, into c: UnsafeMutablePointer<S>, stride width: Int
  ) {
    let (high, broad, deep) = (512, 512, 1024)
    for row in stride(from: 0, to: rows, by: high) {
      for column in stride(from: 0, to: columns, by: broad) {
        for index in stride(from: 0, to: inner, by: deep) {
          var block = self
          block.rows = min(high, rows - row)
          block.columns = min(broad, columns - column)
          block.inner = min(deep, inner - index)
          block.accumulates = accumulates || index > 0
          // A call takes a while, however little it has to do.
          if Poll.spend(block.steps &+ 2048) { return }
          S.multiply(
            block,
            Rows(
              a.start + (transposesA ? index * a.stride + row : row * a.stride + index), a.stride),
            Rows(
              b.start + (transposesB ? column * b.stride + index : index * b.stride + column),
              b.stride),
            into: c + row * width + column, stride: width)
        }
      }
    }
  }

  /// About how many nanoseconds BLAS takes.
  var steps: Int { rows &* columns &* inner >> 4 }

  @inline(__always)
  func run<S: Scalar>(_ a: Rows<S>, _ b: Rows<S>, into c: UnsafeMutablePointer<S>, stride: Int) {
    guard rows > 0, columns > 0 else { return }
    let isThin = inner <= 2 && !transposesB
    if rows * columns * inner > Self.smallest && !isThin || isLong {
      return S.multiply(self, a, b, into: c, stride: stride)
    }
    let (rowA, stepA) = transposesA ? (1, a.stride) : (a.stride, 1)
    for row in 0..<rows {
      let out = c + row * stride
      if !accumulates { out.update(repeating: 0, count: columns) }
      for index in 0..<inner {
        let factor = a.start[row * rowA + index * stepA]
        if transposesB {
          for column in 0..<columns { out[column] += factor * b.start[index + column * b.stride] }
        } else {
          let line = b.start + index * b.stride
          for column in 0..<columns { out[column] += factor * line[column] }
        }
      }
    }
  }
}

private enum BLAS {
  /// One thread, unless the environment asks for more: products here are small, and threads that wait
  /// for each other on a busy machine cost far more than they gain.
  static let isReady: Bool = {
    if getenv("OPENBLAS_NUM_THREADS") == nil { openblas_set_num_threads(1) }
    return true
  }()
}

extension Double: Scalar {
  package static var dtype: DType { .float64 }

  package static func exp(_ x: UnsafeMutablePointer<Double>, _ count: Int) {
    nk_exp_in_place_f64(x, count)
  }
  package static func tanh(_ x: UnsafeMutablePointer<Double>, _ count: Int) {
    nk_tanh_in_place_f64(x, count)
  }
  package static func sigmoid(_ x: UnsafeMutablePointer<Double>, _ count: Int) {
    nk_sigmoid_in_place_f64(x, count)
  }
  package static func scaleBySigmoidSlope(
    _ g: UnsafeMutablePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int
  ) {
    nk_scale_by_sigmoid_slope_f64(g, y, count)
  }
  package static func scaleByTanhSlope(
    _ g: UnsafeMutablePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int
  ) {
    nk_scale_by_tanh_slope_f64(g, y, count)
  }

  package static let steps = RecurrentKernels<Double>(
    lstm: nk_lstm_f64, lstmGradient: nk_lstm_gradient_f64, gruReset: nk_gru_reset_f64,
    gru: nk_gru_f64, gruGradient: nk_gru_gradient_f64, gruResetGradient: nk_gru_reset_gradient_f64)

  package static func multiply(
    _ size: MatrixProduct, _ a: Rows<Double>, _ b: Rows<Double>,
    into c: UnsafeMutablePointer<Double>, stride: Int
  ) {
    if size.isLong { return size.inBlocks(a, b, into: c, stride: stride) }
    _ = BLAS.isReady
    cblas_dgemm(
      CblasRowMajor, size.transposesA ? CblasTrans : CblasNoTrans,
      size.transposesB ? CblasTrans : CblasNoTrans, Int32(size.rows), Int32(size.columns),
      Int32(size.inner), 1, a.start, Int32(a.stride), b.start, Int32(b.stride),
      size.accumulates ? 1 : 0, c, Int32(stride))
  }
}

extension Float: Scalar {
  package static var dtype: DType { .float32 }

  package static func exp(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
    nk_exp_in_place_f32(x, count)
  }
  package static func tanh(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
    nk_tanh_in_place_f32(x, count)
  }
  package static func sigmoid(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
    nk_sigmoid_in_place_f32(x, count)
  }
  package static func scaleBySigmoidSlope(
    _ g: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int
  ) {
    nk_scale_by_sigmoid_slope_f32(g, y, count)
  }
  package static func scaleByTanhSlope(
    _ g: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int
  ) {
    nk_scale_by_tanh_slope_f32(g, y, count)
  }

  package static let steps = RecurrentKernels<Float>(
    lstm: nk_lstm_f32, lstmGradient: nk_lstm_gradient_f32, gruReset: nk_gru_reset_f32,
    gru: nk_gru_f32, gruGradient: nk_gru_gradient_f32, gruResetGradient: nk_gru_reset_gradient_f32)

  package static func multiply(
    _ size: MatrixProduct, _ a: Rows<Float>, _ b: Rows<Float>,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    if size.isLong { return size.inBlocks(a, b, into: c, stride: stride) }
    _ = BLAS.isReady
    cblas_sgemm(
      CblasRowMajor, size.transposesA ? CblasTrans : CblasNoTrans,
      size.transposesB ? CblasTrans : CblasNoTrans, Int32(size.rows), Int32(size.columns),
      Int32(size.inner), 1, a.start, Int32(a.stride), b.start, Int32(b.stride),
      size.accumulates ? 1 : 0, c, Int32(stride))
  }
}
