import CKernels
import COpenBLAS

/// The kinds of number that training kernels are written for, once, for both.
package protocol Scalar: BinaryFloatingPoint, Sendable {
  static var dtype: DType { get }
  static func exp(_ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func tanh(_ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func sigmoid(_ x: UnsafePointer<Self>, _ out: UnsafeMutablePointer<Self>, _ count: Int)
  static func multiply(
    _ size: MatrixProduct, _ a: Rows<Self>, _ b: Rows<Self>, into c: UnsafeMutablePointer<Self>,
    stride: Int)
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

  @inline(__always)
  func run<S: Scalar>(_ a: Rows<S>, _ b: Rows<S>, into c: UnsafeMutablePointer<S>, stride: Int) {
    guard rows > 0, columns > 0 else { return }
    let isThin = inner <= 2 && !transposesB
    if rows * columns * inner > Self.smallest && !isThin {
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

extension Double: Scalar {
  package static var dtype: DType { .float64 }

  package static func exp(_ x: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, _ count: Int) {
    nk_exp_f64(x, out, count)
  }

  package static func tanh(_ x: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, _ count: Int) {
    nk_tanh_f64(x, out, count)
  }

  package static func sigmoid(
    _ x: UnsafePointer<Double>, _ out: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    nk_sigmoid_f64(x, out, count)
  }

  package static func multiply(
    _ size: MatrixProduct, _ a: Rows<Double>, _ b: Rows<Double>,
    into c: UnsafeMutablePointer<Double>, stride: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, size.transposesA ? CblasTrans : CblasNoTrans,
      size.transposesB ? CblasTrans : CblasNoTrans, Int32(size.rows), Int32(size.columns),
      Int32(size.inner), 1, a.start, Int32(a.stride), b.start, Int32(b.stride),
      size.accumulates ? 1 : 0, c, Int32(stride))
  }
}

extension Float: Scalar {
  package static var dtype: DType { .float32 }

  package static func exp(_ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int) {
    nk_exp_f32(x, out, count)
  }

  package static func tanh(_ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int) {
    nk_tanh_f32(x, out, count)
  }

  package static func sigmoid(
    _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    nk_sigmoid_f32(x, out, count)
  }

  package static func multiply(
    _ size: MatrixProduct, _ a: Rows<Float>, _ b: Rows<Float>,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    cblas_sgemm(
      CblasRowMajor, size.transposesA ? CblasTrans : CblasNoTrans,
      size.transposesB ? CblasTrans : CblasNoTrans, Int32(size.rows), Int32(size.columns),
      Int32(size.inner), 1, a.start, Int32(a.stride), b.start, Int32(b.stride),
      size.accumulates ? 1 : 0, c, Int32(stride))
  }
}
