// Windows over each channel on its own: the largest element, the sum, or the average.

/// What a pooling window makes of its elements.
package enum PoolingRule: Sendable {
  case sum
  /// Divided by the size of the window; zeros of the padding count, what lies beyond does not.
  case average
  /// Divided by the number of elements inside the input.
  case averageInside
}

/// Pooling over the last one to three axes of a tensor.
package struct Pooling: Sendable {
  package let windows: Windows
  package let inputShape: Shape
  package let outputShape: Shape

  package init(
    over input: Shape, dimensions: Int, window: [Int], stride: [Int]?, padding: Padding,
    dilation: [Int] = [1], roundsUp: Bool = false
  ) throws(TensorError) {
    guard input.rank >= dimensions else {
      throw .rank(of: "the input", expected: "\(dimensions) or more", found: input)
    }
    let leading = input.array.dropLast(dimensions)
    windows = try Windows(
      over: Array(input.array.suffix(dimensions)), window: window, stride: stride ?? window,
      padding: padding, dilation: dilation, roundsUp: roundsUp)
    for place in 3 - dimensions..<3 { try Self.check(windows[place]) }
    inputShape = input
    outputShape = try Shape(checking: leading + windows.outputSizes)
  }

  /// Every window has an element of the input under it.
  private static func check(_ axis: WindowAxis) throws(TensorError) {
    if axis.input == 0 { throw .emptyReduction("pooling") }
    guard axis.before * 2 <= axis.window else {
      throw .argument(
        "padding", found: "\(axis.before)",
        expected: "at most half of the window of \(axis.window)")
    }
    guard axis.dilation == 1 || (0..<axis.output).allSatisfy({ axis.taps(at: $0).count > 0 }) else {
      throw .argument(
        "dilation", found: "\(axis.dilation)",
        expected: "less, so that no window lies wholly in the padding")
    }
  }

  private var planes: Int {
    windows.inputCount == 0 ? 0 : inputShape.count / windows.inputCount
  }

  /// Offsets within a plane of the elements under the window at a position, row by row.
  package func elements(at position: Int) -> [Int] {
    let (z, y, x) = taps(at: position)
    return z.flatMap { i in
      y.flatMap { j in x.map { k in (i * windows.height.input + j) * windows.width.input + k } }
    }
  }

  private func taps(at position: Int) -> (Taps, Taps, Taps) {
    let row = position / windows.width.output
    return (
      windows.depth.taps(at: row / windows.height.output),
      windows.height.taps(at: row % windows.height.output),
      windows.width.taps(at: position % windows.width.output)
    )
  }

  /// Visits every window: the number of its output, the offset of its plane, and the indices under
  /// it.
  @inline(__always)
  private func forEachWindow(
    _ body: (_ output: Int, _ base: Int, Taps, Taps, Taps) -> Void
  ) {
    var output = 0
    for plane in 0..<planes {
      let base = plane * windows.inputCount
      for i in 0..<windows.depth.output {
        let z = windows.depth.taps(at: i)
        for j in 0..<windows.height.output {
          let y = windows.height.taps(at: j)
          if Poll.spend(windows.windowCount &* windows.width.output) { return }
          for k in 0..<windows.width.output {
            body(output, base, z, y, windows.width.taps(at: k))
            output += 1
          }
        }
      }
    }
  }
}

// MARK: - Largest elements

extension Pooling {
  /// The largest element under each window; NaN when one is NaN.
  package func maximum(_ x: Tensor) -> Tensor {
    x.dtype == .float32 ? maximum(Float.self, x) : maximum(Double.self, x)
  }

  private func maximum<T: KernelElement>(_: T.Type, _ x: Tensor) -> Tensor {
    T.read(x) { source in
      T.make(outputShape, x.dtype) { out in
        if isFlat, let source = source.baseAddress, let out = out.baseAddress {
          return forEachLine(.sum) { input, output, run in
            T.largestOfWindows(source + input, windows.width.input, run, to: out + output)
          }
        }
        forEachWinner(source) { output, offset in out[output] = source[offset] }
      }
    }
  }

  /// Where in its plane the largest element under each window is: the first one row by row.
  package func winners(_ x: Tensor) -> Tensor {
    let plane = windows.inputCount
    func fill<T: KernelElement>(_ source: UnsafeBufferPointer<T>) -> Tensor {
      Tensor(outputShape, dtype: .int64) { out in
        forEachWinner(source) { output, offset in out[output] = Double(offset % plane) }
      }
    }
    return x.dtype == .float32 ? Float.read(x, fill) : Double.read(x, fill)
  }

  /// ∂E/∂input from ∂E/∂output: each gradient goes to the element that won.
  package func maximumGradient(_ x: Tensor, _ g: Tensor) -> Tensor {
    let dtype = promoted(x, g)
    return dtype == .float32
      ? maximumGradient(Float.self, x, g, dtype) : maximumGradient(Double.self, x, g, dtype)
  }

  private func maximumGradient<T: KernelElement>(
    _: T.Type, _ x: Tensor, _ g: Tensor, _ dtype: DType
  ) -> Tensor {
    T.read(x) { source in
      T.read(g) { g in
        T.make(inputShape, dtype) { out in
          out.fill(with: 0)
          if isFlat, let source = source.baseAddress, let g = g.baseAddress,
            let out = out.baseAddress
          {
            return forEachLine(.sum) { input, output, run in
              T.spreadToLargest(
                source + input, windows.width.input, run, g + output, onto: out + input)
            }
          }
          forEachWinner(source) { output, offset in out[offset] += g[output] }
        }
      }
    }
  }

  /// Gives, for each output, the offset of the largest element under its window: the first at a
  /// tie, the first NaN when there is one.
  @inline(__always)
  private func forEachWinner<T: KernelElement>(
    _ source: UnsafeBufferPointer<T>, _ body: (_ output: Int, _ winner: Int) -> Void
  ) {
    let (height, width) = (windows.height.input, windows.width.input)
    forEachWindow { output, base, z, y, x in
      var best = base + (z.first * height + y.first) * width + x.first
      var largest = source[best]
      for i in z {
        for j in y {
          let row = base + (i * height + j) * width
          for column in x {
            let offset = row + column
            let value = source[offset]
            // False for NaN on the right, so a NaN that has won stays.
            if value > largest || (value.isNaN && !largest.isNaN) {
              (largest, best) = (value, offset)
            }
          }
        }
      }
      body(output, best)
    }
  }
}

// MARK: - Sums and averages

extension Pooling {
  /// The sum or average of the elements under each window.
  package func total(_ x: Tensor, _ rule: PoolingRule) -> Tensor {
    let dtype: DType = x.dtype.isReal ? x.dtype : rule == .sum ? .int64 : .float64
    return dtype == .float32
      ? total(Float.self, x, rule, dtype) : total(Double.self, x, rule, dtype)
  }

  private func total<T: KernelElement>(
    _: T.Type, _ x: Tensor, _ rule: PoolingRule, _ dtype: DType
  ) -> Tensor {
    T.read(x) { source in
      T.make(outputShape, dtype) { out in
        if isFlat, let source = source.baseAddress, let out = out.baseAddress {
          return forEachLine(rule) { input, output, run in
            T.gatherWindows(source + input, windows.width.input, run, to: out + output)
          }
        }
        forEachWindow { output, base, z, y, x in
          var sum: T = 0
          for i in z {
            for j in y {
              let row = base + (i * windows.height.input + j) * windows.width.input
              for column in x { sum += source[row + column] }
            }
          }
          out[output] = divided(sum, z, y, x, rule)
        }
      }
    }
  }

  /// ∂E/∂input from ∂E/∂output: each gradient is shared out over its window.
  package func totalGradient(_ g: Tensor, _ rule: PoolingRule) -> Tensor {
    let dtype: DType = g.dtype.isReal ? g.dtype : rule == .sum ? .int64 : .float64
    return dtype == .float32
      ? totalGradient(Float.self, g, rule, dtype) : totalGradient(Double.self, g, rule, dtype)
  }

  private func totalGradient<T: KernelElement>(
    _: T.Type, _ g: Tensor, _ rule: PoolingRule, _ dtype: DType
  ) -> Tensor {
    T.read(g) { g in
      T.make(inputShape, dtype) { out in
        out.fill(with: 0)
        if isFlat, let g = g.baseAddress, let out = out.baseAddress {
          return forEachLine(rule) { input, output, run in
            T.spreadWindows(g + output, onto: out + input, windows.width.input, run)
          }
        }
        forEachWindow { output, base, z, y, x in
          let share = divided(g[output], z, y, x, rule)
          for i in z {
            for j in y {
              let row = base + (i * windows.height.input + j) * windows.width.input
              for column in x { out[row + column] += share }
            }
          }
        }
      }
    }
  }

  /// Whether windows lie in one plane and inside the input.
  private var isFlat: Bool {
    windows.depth.window == 1 && windows.height.dilation == 1 && windows.width.dilation == 1
      && windows.depth.before + windows.height.before + windows.width.before == 0
      && windows.height.extent + (windows.height.output - 1) * windows.height.stride
        <= windows.height.input
      && windows.width.extent + (windows.width.output - 1) * windows.width.stride
        <= windows.width.input
  }

  /// Visits each row of flat windows: where it starts in the input and in the output.
  @inline(__always)
  private func forEachLine<T: KernelElement>(
    _ rule: PoolingRule, _ body: (_ input: Int, _ output: Int, WindowRun<T>) -> Void
  ) {
    let (height, width) = (windows.height, windows.width)
    let run = WindowRun(
      step: width.stride, height: height.window, width: width.window,
      divisor: T(rule == .sum ? 1 : windows.windowCount), count: width.output)
    var output = 0
    for plane in 0..<planes {
      for slice in 0..<windows.depth.output {
        let first = (plane * windows.depth.input + slice * windows.depth.stride) * height.input
        for line in 0..<height.output {
          if Poll.spend(windows.windowCount &* width.output) { return }
          body((first + line * height.stride) * width.input, output, run)
          output += width.output
        }
      }
    }
  }

  /// What a window's sum is divided by.
  package func divisor(at position: Int, _ rule: PoolingRule) -> Int {
    let (z, y, x) = taps(at: position)
    return divisor(z, y, x, rule)
  }

  @inline(__always)
  private func divisor(_ z: Taps, _ y: Taps, _ x: Taps, _ rule: PoolingRule) -> Int {
    switch rule {
    case .sum: 1
    case .average: z.bordered * y.bordered * x.bordered
    case .averageInside: max(1, z.count * y.count * x.count)
    }
  }

  @inline(__always)
  private func divided<T: KernelElement>(
    _ sum: T, _ z: Taps, _ y: Taps, _ x: Taps, _ rule: PoolingRule
  ) -> T {
    rule == .sum ? sum : sum / T(divisor(z, y, x, rule))
  }
}
