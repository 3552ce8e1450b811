// Cross-correlation of images with filters, and its two gradients. Images are laid out [batch,
// channels, depth, height, width], filters [filters, channels of a group, window]. Small ones run
// as plain loops, and so do windows as long as the signal. Others become matrix products, one image
// at a time, in the orientation channels × positions: the patches under the window are written side
// by side as columns, a block of rows at a time, so that the columns stay in the cache and memory
// stays flat. They are written again for the gradients rather than kept.

package struct Convolution: Sendable {
  package let batch: Int
  package let channels: Int
  package let filters: Int
  package let groups: Int
  package let windows: Windows

  /// Convolutions below this many multiply-adds run as plain loops: less than what it costs to
  /// copy.
  private static let direct = 20_000
  /// A long window over a long row would make columns of gigabytes: elements of one channel's.
  private static let longColumns = 1 << 22
  /// Multiply-adds of those, at most: some minutes.
  private static let longest = 1 << 37
  /// Elements of columns that are made at a time.
  private static let block = 1 << 16

  private var groupChannels: Int { channels / groups }
  private var groupFilters: Int { filters / groups }
  private var isDirect: Bool {
    let (work, overflow) = (batch * filters * windows.outputCount)
      .multipliedReportingOverflow(by: groupChannels * windows.windowCount)
    if overflow { return false }
    let isLong = windows.rows == 1 && windows.windowCount &* windows.width.output > Self.longColumns
    return work < (isLong ? Self.longest : Self.direct)
  }
  /// A window of one cell that visits every cell: the columns are the image itself.
  private var isPointwise: Bool {
    windows.windowCount == 1 && windows.inputCount == windows.outputCount
      && windows.depth.before + windows.height.before + windows.width.before == 0
  }
  /// Length of a column: one patch over all channels of a group.
  private var patch: Int { groupChannels * windows.windowCount }
  /// Rows of positions in a block.
  private var blockRows: Int { max(1, Self.block / max(1, patch * windows.width.output)) }
}

// MARK: - On tensors

extension Convolution {
  /// The output for images and filters, with a number added for each filter.
  func forward(_ x: Tensor, _ w: Tensor, bias: Tensor?, into shape: Shape) -> Tensor {
    let dtype = promoted(x, w)
    if dtype == .float32 { return forward(Float.self, x, w, bias, shape, dtype) }
    return forward(
      Double.self, x, w, bias, shape,
      bias.map { promoted($0, x) == .float64 ? .float64 : dtype } ?? dtype)
  }

  private func forward<T: KernelElement>(
    _: T.Type, _ x: Tensor, _ w: Tensor, _ bias: Tensor?, _ shape: Shape, _ dtype: DType
  ) -> Tensor {
    let offsets = bias?.elements
    return T.read(x) { x in
      T.read(w) { w in
        T.make(shape, dtype) { out in
          let run = windows.outputCount
          for map in 0..<batch * filters {
            UnsafeMutableBufferPointer(rebasing: out[map * run..<(map + 1) * run])
              .fill(with: T(offsets?[map % filters] ?? 0))
          }
          guard let x = x.baseAddress, let w = w.baseAddress, let out = out.baseAddress else {
            return
          }
          isDirect ? addDirectly(x, w, to: out) : addProducts(x, w, to: out)
        }
      }
    }
  }

  /// ∂E/∂input from ∂E/∂output: every output's gradient sent back through its patch.
  func inputGradient(_ g: Tensor, _ w: Tensor, into shape: Shape) -> Tensor {
    let dtype = promoted(g, w)
    return dtype == .float32
      ? inputGradient(Float.self, g, w, shape, dtype)
      : inputGradient(Double.self, g, w, shape, dtype)
  }

  private func inputGradient<T: KernelElement>(
    _: T.Type, _ g: Tensor, _ w: Tensor, _ shape: Shape, _ dtype: DType
  ) -> Tensor {
    T.read(g) { g in
      T.read(w) { w in
        T.make(shape, dtype) { out in
          out.fill(with: 0)
          guard let g = g.baseAddress, let w = w.baseAddress, let out = out.baseAddress else {
            return
          }
          isDirect ? scatterDirectly(g, w, to: out) : scatterProducts(g, w, to: out)
        }
      }
    }
  }

  /// ∂E/∂filters from ∂E/∂output: each patch weighted by the gradient of the output it made.
  func weightGradient(_ x: Tensor, _ g: Tensor, into shape: Shape) -> Tensor {
    let dtype = promoted(x, g)
    return dtype == .float32
      ? weightGradient(Float.self, x, g, shape, dtype)
      : weightGradient(Double.self, x, g, shape, dtype)
  }

  private func weightGradient<T: KernelElement>(
    _: T.Type, _ x: Tensor, _ g: Tensor, _ shape: Shape, _ dtype: DType
  ) -> Tensor {
    T.read(x) { x in
      T.read(g) { g in
        T.make(shape, dtype) { out in
          out.fill(with: 0)
          guard let x = x.baseAddress, let g = g.baseAddress, let out = out.baseAddress else {
            return
          }
          isDirect ? correlateDirectly(x, g, to: out) : correlateProducts(x, g, to: out)
        }
      }
    }
  }
}

// MARK: - Plain loops

extension Convolution {
  /// Where one pair of channel and filter finds its image, its taps and its output.
  @inline(__always)
  private func forEachPair(_ body: (_ image: Int, _ taps: Int, _ output: Int) -> Void) {
    for image in 0..<batch {
      for filter in 0..<filters {
        let first = filter / groupFilters * groupChannels
        for channel in 0..<groupChannels {
          if Poll.spend(windows.outputCount &* windows.windowCount) { return }
          body(
            (image * channels + first + channel) * windows.inputCount,
            (filter * groupChannels + channel) * windows.windowCount,
            (image * filters + filter) * windows.outputCount)
        }
      }
    }
  }

  private func addDirectly<T: KernelElement>(
    _ x: UnsafePointer<T>, _ w: UnsafePointer<T>, to out: UnsafeMutablePointer<T>
  ) {
    let (row, step, length) = (windows.inputRow, windows.width.stride, windows.width.output)
    forEachPair { image, taps, output in
      windows.forEachBlock(rows: 0..<windows.rows) { tap, input, position, height, width in
        var (from, to) = (x + image + input, out + output + position)
        let weight = w[taps + tap]
        for _ in 0..<height {
          for index in 0..<width { to[index] += weight * from[index * step] }
          (from, to) = (from + row, to + length)
        }
      }
    }
  }

  private func scatterDirectly<T: KernelElement>(
    _ g: UnsafePointer<T>, _ w: UnsafePointer<T>, to out: UnsafeMutablePointer<T>
  ) {
    let (row, step, length) = (windows.inputRow, windows.width.stride, windows.width.output)
    forEachPair { image, taps, output in
      windows.forEachBlock(rows: 0..<windows.rows) { tap, input, position, height, width in
        var (from, to) = (g + output + position, out + image + input)
        let weight = w[taps + tap]
        for _ in 0..<height {
          for index in 0..<width { to[index * step] += weight * from[index] }
          (from, to) = (from + length, to + row)
        }
      }
    }
  }

  private func correlateDirectly<T: KernelElement>(
    _ x: UnsafePointer<T>, _ g: UnsafePointer<T>, to out: UnsafeMutablePointer<T>
  ) {
    let (row, step, length) = (windows.inputRow, windows.width.stride, windows.width.output)
    forEachPair { image, taps, output in
      windows.forEachBlock(rows: 0..<windows.rows) { tap, input, position, height, width in
        var (from, weight) = (x + image + input, g + output + position)
        var total: T = 0
        for _ in 0..<height {
          for index in 0..<width { total += weight[index] * from[index * step] }
          (from, weight) = (from + row, weight + length)
        }
        out[taps + tap] += total
      }
    }
  }
}

// MARK: - Matrix products

extension Convolution {
  /// Calls `body` for every group of every image and block of rows, with the offsets of its image,
  /// filters and output.
  @inline(__always)
  private func forEachBlock(
    _ body: (_ image: Int, _ filter: Int, _ output: Int, _ rows: Range<Int>) -> Void
  ) {
    for image in 0..<batch {
      for group in 0..<groups {
        let input = (image * channels + group * groupChannels) * windows.inputCount
        let output = (image * filters + group * groupFilters) * windows.outputCount
        for start in stride(from: 0, to: windows.rows, by: blockRows) {
          if Poll.spend(patch &* blockRows &* windows.width.output) { return }
          body(
            input, group * groupFilters * patch, output + start * windows.width.output,
            start..<min(windows.rows, start + blockRows))
        }
      }
    }
  }

  /// Scratch memory for one block of columns.
  @inline(__always)
  private func withColumns<T: KernelElement>(
    _: T.Type, _ body: (UnsafeMutablePointer<T>) -> Void
  ) {
    let columns = Storage.make(bytes: max(1, columnCount) * MemoryLayout<T>.stride)
    defer { withExtendedLifetime(columns) {} }
    body(UnsafeMutableRawPointer(columns.start).assumingMemoryBound(to: T.self))
  }

  /// Elements of one block of columns.
  private var columnCount: Int {
    isPointwise ? 1 : patch * min(blockRows, windows.rows) * windows.width.output
  }

  /// Refuses what would take too long or more memory for columns than there is.
  func checkCost() throws(TensorError) {
    try Work.check(
      Double(batch * filters) * Double(windows.outputCount) * Double(groupChannels)
        * Double(windows.windowCount), "this convolution")
    let columns =
      Double(patch) * Double(min(blockRows, windows.rows)) * Double(windows.width.output)
    if !isDirect, !isPointwise { try Memory.require(Int(min(columns, 1e15)) * 8) }
  }

  /// The patches under the window at the given rows of positions, one a column, zeros in the
  /// padding.
  private func write<T: KernelElement>(
    _ image: UnsafePointer<T>, _ rows: Range<Int>, to columns: UnsafeMutablePointer<T>
  ) {
    let length = rows.count * windows.width.output
    let skipped = rows.lowerBound * windows.width.output
    if isPadded { columns.update(repeating: 0, count: patch * length) }
    for channel in 0..<groupChannels {
      if Poll.isStopped { return }
      let source = image + channel * windows.inputCount
      let target = columns + channel * windows.windowCount * length - skipped
      windows.forEachBlock(rows: rows) { tap, input, position, height, width in
        T.copyBlock(
          source + input, windows.inputRow, windows.width.stride,
          to: target + tap * length + position, windows.width.output, height, width)
      }
    }
  }

  /// Adds columns back to where their patches came from.
  private func add<T: KernelElement>(
    _ columns: UnsafePointer<T>, _ rows: Range<Int>, to image: UnsafeMutablePointer<T>
  ) {
    let length = rows.count * windows.width.output
    let skipped = rows.lowerBound * windows.width.output
    for channel in 0..<groupChannels {
      let target = image + channel * windows.inputCount
      let source = columns + channel * windows.windowCount * length - skipped
      windows.forEachBlock(rows: rows) { tap, input, position, height, width in
        T.scatterBlock(
          source + tap * length + position, windows.width.output,
          onto: target + input, windows.inputRow, windows.width.stride, height, width)
      }
    }
  }

  /// Whether some tap of some position lies outside the input.
  private var isPadded: Bool {
    (0..<3).contains { place in
      let axis = windows[place]
      return axis.before > 0
        || (axis.output - 1) * axis.stride + axis.extent - axis.before > axis.input
    }
  }

  /// The patches at the given rows of positions: written to `columns`, or the image itself.
  private func patches<T: KernelElement>(
    _ image: UnsafePointer<T>, _ columns: UnsafeMutablePointer<T>, _ rows: Range<Int>
  ) -> Rows<T> {
    if isPointwise {
      return Rows(image + rows.lowerBound * windows.width.output, windows.inputCount)
    }
    write(image, rows, to: columns)
    return Rows(columns, rows.count * windows.width.output)
  }

  private func addProducts<T: KernelElement>(
    _ x: UnsafePointer<T>, _ w: UnsafePointer<T>, to out: UnsafeMutablePointer<T>
  ) {
    guard patch > 0 else { return }
    withColumns(T.self) { columns in
      forEachBlock { image, filter, output, rows in
        let length = rows.count * windows.width.output
        T.multiply(
          MatrixProduct(rows: groupFilters, columns: length, inner: patch, accumulates: true),
          Rows(w + filter, patch), patches(x + image, columns, rows),
          into: out + output, stride: windows.outputCount)
      }
    }
  }

  private func scatterProducts<T: KernelElement>(
    _ g: UnsafePointer<T>, _ w: UnsafePointer<T>, to out: UnsafeMutablePointer<T>
  ) {
    guard patch > 0 else { return }
    withColumns(T.self) { columns in
      forEachBlock { image, filter, output, rows in
        let length = rows.count * windows.width.output
        let target =
          isPointwise ? out + image + rows.lowerBound * windows.width.output : columns
        T.multiply(
          MatrixProduct(rows: patch, columns: length, inner: groupFilters, transposesA: true),
          Rows(w + filter, patch), Rows(g + output, windows.outputCount),
          into: target, stride: isPointwise ? windows.inputCount : length)
        if !isPointwise { add(columns, rows, to: out + image) }
      }
    }
  }

  private func correlateProducts<T: KernelElement>(
    _ x: UnsafePointer<T>, _ g: UnsafePointer<T>, to out: UnsafeMutablePointer<T>
  ) {
    guard patch > 0 else { return }
    withColumns(T.self) { columns in
      forEachBlock { image, filter, output, rows in
        let length = rows.count * windows.width.output
        T.multiply(
          MatrixProduct(
            rows: groupFilters, columns: patch, inner: length, transposesB: true, accumulates: true),
          Rows(g + output, windows.outputCount), patches(x + image, columns, rows),
          into: out + filter, stride: patch)
      }
    }
  }
}
