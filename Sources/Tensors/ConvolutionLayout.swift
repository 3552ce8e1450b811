/// Everything about a convolution that is not a tensor.
package struct ConvolutionSettings: Sendable {
  /// Spatial axes: 1, 2 or 3.
  package var dimensions: Int
  package var stride = [1]
  package var padding = Padding.zeros([0])
  package var dilation = [1]
  package var groups = 1
  /// The channel axis comes last, in images and in filters.
  package var channelsLast = false
  /// The window is turned by half a turn first: convolution as mathematics defines it.
  package var flips = false

  package init(dimensions: Int) { self.dimensions = dimensions }
}

/// How the axes of the images, filters and output of one call map to batch, channels, filters and
/// spatial axes. An image may come without batch and channel axis, a filter without filter and
/// channel axis; the output then has none either.
package struct ConvolutionLayout: Sendable {
  package let settings: ConvolutionSettings
  package let kernel: Convolution
  package let inputShape: Shape
  package let weightShape: Shape
  package let outputShape: Shape

  package init(
    input: Shape, weight: Shape, _ settings: ConvolutionSettings
  ) throws(TensorError) {
    let n = settings.dimensions
    let image = try Self.split(input, n, settings.channelsLast, "the input")
    let filter = try Self.split(weight, n, settings.channelsLast, "the weight")
    let (groups, largest) = (settings.groups, max(1, image.channels))
    guard groups >= 1, image.channels % groups == 0 else {
      throw .argument(
        "groups", found: "\(groups)", expected: "a divisor of the \(largest) channels")
    }
    guard filter.channels == image.channels / groups else {
      throw .sizes(
        of: "each filter", expected: image.channels / groups, found: filter.channels,
        what: "channels")
    }
    let filters = filter.outer ?? 1
    guard filters % groups == 0 else {
      throw .argument("groups", found: "\(groups)", expected: "a divisor of the \(filters) filters")
    }
    let windows = try Windows(
      over: image.sizes, window: filter.sizes, stride: settings.stride, padding: settings.padding,
      dilation: settings.dilation)
    kernel = Convolution(
      batch: image.outer ?? 1, channels: image.channels, filters: filters, groups: groups,
      windows: windows)
    let map = filter.outer.map { [$0] } ?? []
    outputShape = try Shape(
      checking: (image.outer.map { [$0] } ?? [])
        + (settings.channelsLast ? windows.outputSizes + map : map + windows.outputSizes))
    inputShape = input
    weightShape = weight
    self.settings = settings
  }

  private static func split(
    _ shape: Shape, _ dimensions: Int, _ channelsLast: Bool, _ name: String
  ) throws(TensorError) -> (outer: Int?, channels: Int, sizes: [Int]) {
    var sizes = shape.array
    guard (dimensions...dimensions + 2).contains(sizes.count) else {
      throw .rank(of: name, expected: "\(dimensions) to \(dimensions + 2)", found: shape)
    }
    let outer = sizes.count == dimensions + 2 ? sizes.removeFirst() : nil
    guard sizes.count == dimensions + 1 else { return (outer, 1, sizes) }
    let channels = channelsLast ? sizes.removeLast() : sizes.removeFirst()
    return (outer, channels, sizes)
  }
}

// MARK: - The operation and its gradients

extension ConvolutionLayout {
  package func forward(_ x: Tensor, _ w: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor
  {
    if let bias, bias.count != kernel.filters || bias.shape.rank > 1 {
      throw .sizes(of: "the bias", expected: kernel.filters, found: bias.count, what: "numbers")
    }
    try kernel.checkCost()
    let out = try kernel.forward(
      channelsFirst(x), filters(w), bias: bias,
      into: movedShape(outputShape, hasChannels: hasFilterAxis))
    return try channelsRestored(out, hasChannels: hasFilterAxis)
  }

  package func inputGradient(_ g: Tensor, _ w: Tensor) throws(TensorError) -> Tensor {
    try expect(g, outputShape, "the gradient")
    let hasChannels = inputShape.rank > settings.dimensions
    try kernel.checkCost()
    let out = try kernel.inputGradient(
      channelsFirst(g, hasChannels: hasFilterAxis), filters(w),
      into: movedShape(inputShape, hasChannels: hasChannels))
    return try channelsRestored(out, hasChannels: hasChannels)
  }

  package func weightGradient(_ x: Tensor, _ g: Tensor) throws(TensorError) -> Tensor {
    try expect(g, outputShape, "the gradient")
    let hasChannels = weightShape.rank > settings.dimensions
    try kernel.checkCost()
    let out = try kernel.weightGradient(
      channelsFirst(x), channelsFirst(g, hasChannels: hasFilterAxis),
      into: movedShape(weightShape, hasChannels: hasChannels))
    return try channelsRestored(settings.flips ? turned(out) : out, hasChannels: hasChannels)
  }

  private func expect(_ tensor: Tensor, _ shape: Shape, _ name: String) throws(TensorError) {
    guard tensor.shape == shape else {
      throw .argument(name, found: "of shape \(tensor.shape)", expected: "of shape \(shape)")
    }
  }

  private var hasFilterAxis: Bool { weightShape.rank == settings.dimensions + 2 }

  private func filters(_ w: Tensor) throws(TensorError) -> Tensor {
    let first = try channelsFirst(w)
    return settings.flips ? turned(first) : first
  }

  /// Every window read backwards, which turns it by half a turn.
  private func turned(_ w: Tensor) -> Tensor {
    let run = kernel.windows.windowCount
    return w.withElements { source in
      Tensor(w.shape, dtype: w.dtype) { out in
        out.fill { index in source[index - 2 * (index % run) + run - 1] }
      }
    }
  }

  private func movedShape(_ shape: Shape, hasChannels: Bool) -> Shape {
    guard settings.channelsLast, hasChannels else { return shape }
    var sizes = shape.array
    let channels = sizes.removeLast()
    sizes.insert(channels, at: sizes.count - settings.dimensions)
    return Shape(unchecked: sizes)
  }

  private func channelsFirst(_ x: Tensor, hasChannels: Bool? = nil) throws(TensorError) -> Tensor {
    guard settings.channelsLast, hasChannels ?? (x.shape.rank > settings.dimensions) else {
      return x
    }
    var order = Array(x.shape.axes)
    order.insert(order.removeLast(), at: order.count - settings.dimensions)
    return try x.transposed(order)
  }

  private func channelsRestored(_ x: Tensor, hasChannels: Bool) throws(TensorError) -> Tensor {
    guard settings.channelsLast, hasChannels else { return x }
    var order = Array(x.shape.axes)
    order.append(order.remove(at: order.count - settings.dimensions - 1))
    return try x.transposed(order)
  }
}

// MARK: - Transposed convolution

extension ConvolutionLayout {
  /// The shape whose convolution has the given output: (n − 1)·stride − 2·padding + extent + extra.
  package static func transposedInput(
    output: Shape, weight: Shape, _ settings: ConvolutionSettings, extra: [Int]
  ) throws(TensorError) -> Shape {
    let n = settings.dimensions
    let image = try split(output, n, settings.channelsLast, "the input")
    let filter = try split(weight, n, settings.channelsLast, "the weight")
    guard image.channels == filter.outer ?? 1 else {
      throw .sizes(
        of: "the weight", expected: image.channels, found: filter.outer ?? 1, what: "filters")
    }
    guard case .zeros(let padding) = settings.padding else {
      throw .argument("padding", found: "a word", expected: "whole numbers")
    }
    // Any input that fits the window checks the settings; its sizes are not used.
    _ = try Windows(
      over: image.sizes.map { max($0, 1 << 30) }, window: filter.sizes, stride: settings.stride,
      padding: settings.padding, dilation: settings.dilation)
    var sizes: [Int] = []
    for (place, size) in image.sizes.enumerated() {
      func of(_ values: [Int]) -> Int {
        values.count == 1 ? values[0] : values[min(place, values.count - 1)]
      }
      let (stride, dilation, rest) = (
        of(settings.stride), of(settings.dilation), extra.isEmpty ? 0 : of(extra)
      )
      guard rest >= 0, rest < stride else {
        throw .argument(
          "output_padding", found: "\(rest)", expected: "at least 0 and less than the stride")
      }
      let extent = (filter.sizes[place] - 1) * dilation + 1
      sizes.append((size - 1) * stride - 2 * of(padding) + extent + rest)
    }
    let (channels, overflow) = filter.channels.multipliedReportingOverflow(
      by: max(0, settings.groups))
    guard !overflow else {
      throw .argument("groups", found: "\(settings.groups)", expected: "a divisor of the channels")
    }
    let channel = output.rank > n || weight.rank > n ? [channels] : []
    return try Shape(
      checking: (image.outer.map { [$0] } ?? [])
        + (settings.channelsLast ? sizes + channel : channel + sizes))
  }

  /// A number for each channel of an image.
  package func adding(bias: Tensor, to image: Tensor) throws(TensorError) -> Tensor {
    guard bias.shape == [kernel.channels] else {
      throw .sizes(of: "the bias", expected: kernel.channels, found: bias.count, what: "numbers")
    }
    let ones = [Int](repeating: 1, count: settings.channelsLast ? 0 : settings.dimensions)
    let sizes = [kernel.channels] + ones
    return try image.adding(bias.reshaped(to: Shape(unchecked: sizes)))
  }
}

// MARK: - Offsets, for explaining single cells

extension ConvolutionLayout {
  /// Where an element is: image or filter, channel, and place along the spatial axes.
  package struct Place: Equatable {
    package var outer: Int
    package var channel: Int
    /// Index along depth, height and width.
    package var at: SIMD3<Int>

    package init(outer: Int, channel: Int, at: SIMD3<Int>) {
      self.outer = outer
      self.channel = channel
      self.at = at
    }
  }

  package enum Operand { case input, weight, output }

  private func shape(_ operand: Operand) -> (shape: Shape, hasOuter: Bool, hasChannels: Bool) {
    let n = settings.dimensions
    switch operand {
    case .input: return (inputShape, inputShape.rank == n + 2, inputShape.rank > n)
    case .weight: return (weightShape, weightShape.rank == n + 2, weightShape.rank > n)
    case .output: return (outputShape, inputShape.rank == n + 2, hasFilterAxis)
    }
  }

  /// The row-major offset of an element. For a weight, `outer` is the filter and `at` the tap as it
  /// meets the image, so a flipped window is read backwards; for an output, `channel` is the
  /// filter.
  package func offset(_ operand: Operand, _ place: Place) -> Int {
    let (shape, hasOuter, hasChannels) = shape(operand)
    var at = place.at
    if operand == .weight && settings.flips { at = mirrored(at) }
    let spatial = (3 - settings.dimensions..<3).map { at[$0] }
    let channel = hasChannels ? [place.channel] : []
    return shape.offset(
      of: (hasOuter ? [place.outer] : [])
        + (settings.channelsLast ? spatial + channel : channel + spatial))
  }

  /// The place of a row-major offset; the reverse of `offset`.
  package func place(_ operand: Operand, _ offset: Int) -> Place {
    let (shape, hasOuter, hasChannels) = shape(operand)
    var coordinates = shape.coordinates(of: offset)
    let outer = hasOuter ? coordinates.removeFirst() : 0
    var channel = 0
    if hasChannels {
      channel = settings.channelsLast ? coordinates.removeLast() : coordinates.removeFirst()
    }
    var at = SIMD3<Int>(repeating: 0)
    for (index, coordinate) in coordinates.enumerated() {
      at[3 - coordinates.count + index] = coordinate
    }
    if operand == .weight && settings.flips { at = mirrored(at) }
    return Place(outer: outer, channel: channel, at: at)
  }

  private func mirrored(_ at: SIMD3<Int>) -> SIMD3<Int> {
    let windows = kernel.windows
    return SIMD3(windows.depth.window - 1, windows.height.window - 1, windows.width.window - 1)
      &- at
  }
}
