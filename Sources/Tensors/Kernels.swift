import CKernels

/// A vectorized function of one number, in both precisions.
package struct UnaryKernel: Sendable {
  package typealias Wide =
    @convention(c) (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void
  package typealias Narrow =
    @convention(c) (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  let wide: Wide
  let narrow: Narrow

  package func callAsFunction(_ x: Tensor, dtype: DType) -> Tensor {
    guard x.isStored(like: dtype) else { return self(x.stored(like: dtype), dtype: dtype) }
    return dtype == .float32 ? run(narrow, x, dtype) : run(wide, x, dtype)
  }

  @inline(__always)
  private func run<T: KernelElement>(
    _ body: (UnsafePointer<T>, UnsafeMutablePointer<T>, Int) -> Void, _ x: Tensor, _ dtype: DType
  ) -> Tensor {
    let result = Tensor(unset: x.shape, dtype: dtype, of: T.self)
    let (from, to) = (x.pointer(T.self), result.pointer(T.self))
    Poll.inChunks(x.count) { body(from + $0.lowerBound, to + $0.lowerBound, $0.count) }
    withExtendedLifetime(x) {}
    return result
  }

  package static let negate = UnaryKernel(wide: nk_negate_f64, narrow: nk_negate_f32)
  package static let square = UnaryKernel(wide: nk_square_f64, narrow: nk_square_f32)
  package static let log = UnaryKernel(wide: nk_log_f64, narrow: nk_log_f32)
  package static let exp = UnaryKernel(wide: nk_exp_f64, narrow: nk_exp_f32)
  package static let tanh = UnaryKernel(wide: nk_tanh_f64, narrow: nk_tanh_f32)
  package static let sigmoid = UnaryKernel(wide: nk_sigmoid_f64, narrow: nk_sigmoid_f32)
  package static let relu = UnaryKernel(wide: nk_relu_f64, narrow: nk_relu_f32)
}

/// Vectorized arithmetic on two operands, each with step 0 (repeated) or 1, in both precisions.
package struct BinaryKernel: Sendable {
  package typealias Wide =
    @convention(c) (
      UnsafePointer<Double>, Int, UnsafePointer<Double>, Int, UnsafeMutablePointer<Double>, Int
    ) -> Void
  package typealias Narrow =
    @convention(c) (
      UnsafePointer<Float>, Int, UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int
    ) -> Void
  let wide: Wide
  let narrow: Narrow

  package func callAsFunction(_ a: Tensor, _ b: Tensor, dtype: DType) throws(TensorError) -> Tensor
  {
    guard a.isStored(like: dtype), b.isStored(like: dtype) else {
      return try self(a.stored(like: dtype), b.stored(like: dtype), dtype: dtype)
    }
    let shape = try a.shape.broadcast(with: b.shape)
    return dtype == .float32 ? run(narrow, a, b, shape, dtype) : run(wide, a, b, shape, dtype)
  }

  @inline(__always)
  private func run<T: KernelElement>(
    _ body: (UnsafePointer<T>, Int, UnsafePointer<T>, Int, UnsafeMutablePointer<T>, Int) -> Void,
    _ a: Tensor, _ b: Tensor, _ shape: Shape, _ dtype: DType
  ) -> Tensor {
    let result = Tensor(unset: shape, dtype: dtype, of: T.self)
    let (l, r, out) = (a.pointer(T.self), b.pointer(T.self), result.pointer(T.self))
    Tensor.forEachRun(of: shape, a.shape, b.shape) { start, count, i, stepI, j, stepJ in
      Poll.inChunks(count) {
        let first = $0.lowerBound
        body(
          l + (i + first * stepI), stepI, r + (j + first * stepJ), stepJ, out + (start + first),
          $0.count)
      }
    }
    withExtendedLifetime(a) {}
    withExtendedLifetime(b) {}
    return result
  }

  package static let add = BinaryKernel(wide: nk_add_f64, narrow: nk_add_f32)
  package static let subtract = BinaryKernel(wide: nk_subtract_f64, narrow: nk_subtract_f32)
  package static let multiply = BinaryKernel(wide: nk_multiply_f64, narrow: nk_multiply_f32)
  package static let divide = BinaryKernel(wide: nk_divide_f64, narrow: nk_divide_f32)

  /// The gradient passed on, from the gradient that arrives and the output (sigmoid, tanh) or the
  /// input (relu, square).
  package static let sigmoidGradient = BinaryKernel(
    wide: nk_sigmoid_gradient_f64, narrow: nk_sigmoid_gradient_f32)
  package static let tanhGradient = BinaryKernel(
    wide: nk_tanh_gradient_f64, narrow: nk_tanh_gradient_f32)
  package static let reluGradient = BinaryKernel(
    wide: nk_relu_gradient_f64, narrow: nk_relu_gradient_f32)
  package static let squareGradient = BinaryKernel(
    wide: nk_square_gradient_f64, narrow: nk_square_gradient_f32)
}
