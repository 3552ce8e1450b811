import CKernels

/// What tensor kernels need of the two kinds of number, so that one generic kernel serves both.
protocol KernelElement: Scalar {
  static func read<R>(_ tensor: Tensor, _ body: (UnsafeBufferPointer<Self>) -> R) -> R
  static func make(
    _ shape: Shape, _ dtype: DType, _ fill: (UnsafeMutableBufferPointer<Self>) -> Void
  ) -> Tensor

  static func sum(_ source: UnsafePointer<Self>, _ count: Int) -> Self
  /// out[i] += source[i].
  static func accumulate(
    _ source: UnsafePointer<Self>, onto out: UnsafeMutablePointer<Self>, _ count: Int)

  /// Copies a block whose rows and columns are some steps apart to one whose rows are.
  static func copyBlock(
    _ source: UnsafePointer<Self>, _ rows: Int, _ step: Int,
    to target: UnsafeMutablePointer<Self>, _ targetRows: Int, _ height: Int, _ width: Int)
  /// The reverse, added to what is there.
  static func scatterBlock(
    _ source: UnsafePointer<Self>, _ sourceRows: Int,
    onto target: UnsafeMutablePointer<Self>, _ rows: Int, _ step: Int, _ height: Int, _ width: Int)

  /// The sums of windows side by side, each divided.
  static func gatherWindows(
    _ source: UnsafePointer<Self>, _ rows: Int, _ window: WindowRun<Self>,
    to target: UnsafeMutablePointer<Self>)
  /// The largest elements of windows side by side.
  static func largestOfWindows(
    _ source: UnsafePointer<Self>, _ rows: Int, _ window: WindowRun<Self>,
    to target: UnsafeMutablePointer<Self>)
  /// Adds each gradient to the place of the largest element of its window in `source`.
  static func spreadToLargest(
    _ source: UnsafePointer<Self>, _ rows: Int, _ window: WindowRun<Self>,
    _ gradient: UnsafePointer<Self>, onto target: UnsafeMutablePointer<Self>)
  /// Adds a share of each source element to all elements of its window.
  static func spreadWindows(
    _ source: UnsafePointer<Self>, onto target: UnsafeMutablePointer<Self>, _ rows: Int,
    _ window: WindowRun<Self>)
}

/// Windows side by side in equal steps.
struct WindowRun<Element> {
  var step: Int
  var height: Int
  var width: Int
  var divisor: Element
  var count: Int
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

  @inline(__always)
  static func sum(_ source: UnsafePointer<Double>, _ count: Int) -> Double {
    nk_sum_f64(source, count)
  }

  @inline(__always)
  static func accumulate(
    _ source: UnsafePointer<Double>, onto out: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    nk_accumulate_f64(source, out, count)
  }

  @inline(__always)
  static func copyBlock(
    _ source: UnsafePointer<Double>, _ rows: Int, _ step: Int,
    to target: UnsafeMutablePointer<Double>, _ targetRows: Int, _ height: Int, _ width: Int
  ) {
    nk_copy_block_f64(source, rows, step, target, targetRows, height, width)
  }

  @inline(__always)
  static func scatterBlock(
    _ source: UnsafePointer<Double>, _ sourceRows: Int,
    onto target: UnsafeMutablePointer<Double>, _ rows: Int, _ step: Int, _ height: Int, _ width: Int
  ) {
    nk_scatter_block_f64(target, rows, step, source, sourceRows, height, width)
  }

  @inline(__always)
  static func gatherWindows(
    _ source: UnsafePointer<Double>, _ rows: Int, _ window: WindowRun<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    nk_gather_windows_f64(
      source, rows, window.step, window.height, window.width, window.divisor, target, window.count)
  }

  @inline(__always)
  static func largestOfWindows(
    _ source: UnsafePointer<Double>, _ rows: Int, _ window: WindowRun<Double>,
    to target: UnsafeMutablePointer<Double>
  ) {
    nk_largest_of_windows_f64(
      source, rows, window.step, window.height, window.width, target, window.count)
  }

  @inline(__always)
  static func spreadToLargest(
    _ source: UnsafePointer<Double>, _ rows: Int, _ window: WindowRun<Double>,
    _ gradient: UnsafePointer<Double>, onto target: UnsafeMutablePointer<Double>
  ) {
    nk_spread_to_largest_f64(
      source, rows, window.step, window.height, window.width, gradient, target, window.count)
  }

  @inline(__always)
  static func spreadWindows(
    _ source: UnsafePointer<Double>, onto target: UnsafeMutablePointer<Double>, _ rows: Int,
    _ window: WindowRun<Double>
  ) {
    nk_spread_windows_f64(
      target, rows, window.step, window.height, window.width, window.divisor, source, window.count)
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

  @inline(__always)
  static func sum(_ source: UnsafePointer<Float>, _ count: Int) -> Float {
    nk_sum_f32(source, count)
  }

  @inline(__always)
  static func accumulate(
    _ source: UnsafePointer<Float>, onto out: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    nk_accumulate_f32(source, out, count)
  }

  @inline(__always)
  static func copyBlock(
    _ source: UnsafePointer<Float>, _ rows: Int, _ step: Int,
    to target: UnsafeMutablePointer<Float>, _ targetRows: Int, _ height: Int, _ width: Int
  ) {
    nk_copy_block_f32(source, rows, step, target, targetRows, height, width)
  }

  @inline(__always)
  static func scatterBlock(
    _ source: UnsafePointer<Float>, _ sourceRows: Int,
    onto target: UnsafeMutablePointer<Float>, _ rows: Int, _ step: Int, _ height: Int, _ width: Int
  ) {
    nk_scatter_block_f32(target, rows, step, source, sourceRows, height, width)
  }

  @inline(__always)
  static func gatherWindows(
    _ source: UnsafePointer<Float>, _ rows: Int, _ window: WindowRun<Float>,
    to target: UnsafeMutablePointer<Float>
  ) {
    nk_gather_windows_f32(
      source, rows, window.step, window.height, window.width, window.divisor, target, window.count)
  }

  @inline(__always)
  static func largestOfWindows(
    _ source: UnsafePointer<Float>, _ rows: Int, _ window: WindowRun<Float>,
    to target: UnsafeMutablePointer<Float>
  ) {
    nk_largest_of_windows_f32(
      source, rows, window.step, window.height, window.width, target, window.count)
  }

  @inline(__always)
  static func spreadToLargest(
    _ source: UnsafePointer<Float>, _ rows: Int, _ window: WindowRun<Float>,
    _ gradient: UnsafePointer<Float>, onto target: UnsafeMutablePointer<Float>
  ) {
    nk_spread_to_largest_f32(
      source, rows, window.step, window.height, window.width, gradient, target, window.count)
  }

  @inline(__always)
  static func spreadWindows(
    _ source: UnsafePointer<Float>, onto target: UnsafeMutablePointer<Float>, _ rows: Int,
    _ window: WindowRun<Float>
  ) {
    nk_spread_windows_f32(
      target, rows, window.step, window.height, window.width, window.divisor, source, window.count)
  }
}
