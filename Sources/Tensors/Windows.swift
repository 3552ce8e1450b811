// A window that slides over an input: the arithmetic of sizes that convolution and pooling share.
// Inputs of one, two and three spatial axes are all treated as three, the missing ones of size 1.

/// What is put around an input before a window slides over it.
package enum Padding: Sendable, Equatable {
  /// So many zeros on each side, one number an axis or one for all.
  case zeros([Int])
  /// As many as keep ⌈input / stride⌉ positions; an odd one goes to the end.
  case same
  /// None.
  case valid
}

/// One axis of a sliding window.
package struct WindowAxis: Sendable, Equatable {
  package var input = 1
  package var window = 1
  package var stride = 1
  package var dilation = 1
  package var before = 0
  package var after = 0
  package var output = 1

  /// The window slid one step after the other over the input: ⌊(input + padding − extent) / stride⌋
  /// + 1 positions, where extent = (window − 1) · dilation + 1. What is left over at the end is not
  /// visited, unless `roundsUp`: then one more window reaches beyond the end, if it begins before it.
  init(
    input: Int, window: Int, stride: Int, dilation: Int, padding: Int?, roundsUp: Bool = false
  ) throws(TensorError) {
    self.input = input
    self.window = window
    self.stride = stride
    self.dilation = dilation
    let total: Int
    if let padding {
      total = 2 * padding
    } else {
      total = max(0, ((input + stride - 1) / stride - 1) * stride + extent - input)
    }
    before = total / 2
    after = total - before
    guard input + total >= extent else {
      throw .windowDoesNotFit(input: input, window: extent, stride: stride, padding: total / 2)
    }
    output = (input + total - extent) / stride + 1
    if roundsUp, (input + total - extent) % stride != 0, output * stride < input + before {
      output += 1
    }
  }

  init() {}

  /// How far the window reaches, holes included.
  package var extent: Int { (window - 1) * dilation + 1 }

  /// The input index under a tap of the window at a position; nil in the padding.
  @inline(__always)
  package func index(position: Int, tap: Int) -> Int? {
    let index = position * stride - before + tap * dilation
    return index >= 0 && index < input ? index : nil
  }

  /// The input indices under the window at a position.
  @inline(__always)
  func taps(at position: Int) -> Taps {
    let start = position * stride - before
    let skipped = start < 0 ? (dilation - 1 - start) / dilation : 0
    let first = start + skipped * dilation
    let count = min(window - skipped, (input - first + dilation - 1) / dilation)
    return Taps(
      first: first, count: max(0, count), step: dilation,
      bordered: min(extent, input + after - start))
  }

  /// The positions at which a tap lies inside the input.
  @inline(__always)
  func positions(of tap: Int) -> Range<Int> {
    let shift = tap * dilation - before
    let first = shift >= 0 ? 0 : (stride - 1 - shift) / stride
    let end = input - shift <= 0 ? 0 : min(output, (input - shift - 1) / stride + 1)
    return first..<max(first, end)
  }

  /// The position at which a tap lies on an input index, if there is one.
  package func position(index: Int, tap: Int) -> Int? {
    let distance = index + before - tap * dilation
    guard distance >= 0, distance % stride == 0, distance / stride < output else { return nil }
    return distance / stride
  }
}

/// The input indices under a window along one axis, `step` apart.
struct Taps: Sequence, IteratorProtocol {
  let first: Int
  let count: Int
  let step: Int
  /// How many places of the input and its padding the window covers.
  let bordered: Int
  private var passed = 0

  init(first: Int, count: Int, step: Int, bordered: Int) {
    (self.first, self.count, self.step, self.bordered) = (first, count, step, bordered)
  }

  @inline(__always)
  mutating func next() -> Int? {
    guard passed < count else { return nil }
    defer { passed += 1 }
    return first + passed * step
  }
}

/// A window over one to three spatial axes.
package struct Windows: Sendable, Equatable {
  package var depth = WindowAxis()
  package var height = WindowAxis()
  package var width = WindowAxis()
  package let dimensions: Int

  /// Largest stride, window, padding or dilation accepted, so that neither sizes nor the elements of
  /// a window with three axes can overflow.
  private static let largest = 1 << 20

  package init(
    over sizes: [Int], window: [Int], stride: [Int], padding: Padding, dilation: [Int],
    roundsUp: Bool = false
  ) throws(TensorError) {
    dimensions = sizes.count
    let windows = try Self.each(window, sizes.count, "kernel_size", least: 1)
    let strides = try Self.each(stride, sizes.count, "stride", least: 1)
    let dilations = try Self.each(dilation, sizes.count, "dilation", least: 1)
    var zeros: [Int?] = []
    switch padding {
    case .zeros(let given): zeros = try Self.each(given, sizes.count, "padding", least: 0)
    case .valid: zeros = [Int?](repeating: 0, count: sizes.count)
    case .same: zeros = [Int?](repeating: nil, count: sizes.count)
    }
    for place in sizes.indices {
      self[3 - sizes.count + place] = try WindowAxis(
        input: sizes[place], window: windows[place], stride: strides[place],
        dilation: dilations[place], padding: zeros[place], roundsUp: roundsUp)
    }
  }

  private static func each(
    _ values: [Int], _ count: Int, _ name: String, least: Int
  ) throws(TensorError) -> [Int] {
    guard values.count == 1 || values.count == count else {
      throw .argument(
        name, found: "\(values.count) numbers", expected: "one number or \(count)")
    }
    for value in values where value < least || value > largest {
      throw .argument(
        name, found: "\(value)",
        expected: value < least ? "at least \(least)" : "at most \(largest)")
    }
    return values.count == count ? values : [Int](repeating: values[0], count: count)
  }

  package subscript(axis: Int) -> WindowAxis {
    get { axis == 0 ? depth : axis == 1 ? height : width }
    set {
      switch axis {
      case 0: depth = newValue
      case 1: height = newValue
      default: width = newValue
      }
    }
  }

  /// Elements of one channel of the input, of the window, and positions of the window.
  package var inputCount: Int { depth.input * height.input * width.input }
  package var windowCount: Int { depth.window * height.window * width.window }
  package var outputCount: Int { depth.output * height.output * width.output }

  /// The sizes of the spatial axes that are really there.
  package var windowSizes: [Int] { (3 - dimensions..<3).map { self[$0].window } }
  package var outputSizes: [Int] { (3 - dimensions..<3).map { self[$0].output } }

  /// For every tap of the window, the blocks of positions at which it lies inside the input: where
  /// the block starts in the input and in the output, and its size. The next row is `inputRow` and
  /// `width.output` further on, the next position in a row `width.stride` and 1.
  @inline(__always)
  func forEachBlock(
    rows: Range<Int>,
    _ body: (_ tap: Int, _ input: Int, _ output: Int, _ height: Int, _ width: Int) -> Void
  ) {
    var tap = 0
    for z in 0..<depth.window {
      for y in 0..<height.window {
        let lines = height.positions(of: y)
        for x in 0..<width.window {
          if Poll.spend(rows.count &* width.output) { return }
          let columns = width.positions(of: x)
          for slice in depth.positions(of: z) where !columns.isEmpty {
            let first = max(rows.lowerBound, slice * height.output + lines.lowerBound)
            let end = min(rows.upperBound, slice * height.output + lines.upperBound)
            guard first < end else { continue }
            let i = slice * depth.stride - depth.before + z * depth.dilation
            let j =
              (first - slice * height.output) * height.stride - height.before + y * height.dilation
            let k = columns.lowerBound * width.stride - width.before + x * width.dilation
            body(
              tap, (i * height.input + j) * width.input + k,
              first * width.output + columns.lowerBound, end - first, columns.count)
          }
          tap += 1
        }
      }
    }
  }

  /// How far apart in the input neighboring rows of positions are.
  var inputRow: Int { height.stride * width.input }

  /// Rows of positions: all axes but the last.
  var rows: Int { depth.output * height.output }
}

/// The number of positions of a window, as lectures compute it: (input − kernel + 2·padding) /
/// stride + 1. Refused when it is not a whole number; `rounding` down is what convolution and
/// pooling do then.
package func convolvedSize(
  _ input: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
  roundingDown: Bool = false
) throws(TensorError) -> Int {
  guard (0...Int(Int32.max)).contains(input) else {
    throw .argument(
      "size", found: "\(input)", expected: "a whole number from 0 to \(Int32.max)")
  }
  let windows = try Windows(
    over: [input], window: [kernel], stride: [stride], padding: .zeros([padding]),
    dilation: [dilation])
  let axis = windows.width
  guard roundingDown || (input + 2 * padding - axis.extent) % stride == 0 else {
    throw .windowDoesNotFit(input: input, window: axis.extent, stride: stride, padding: padding)
  }
  return axis.output
}
