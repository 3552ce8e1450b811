import Autograd
import Tensors

/// Sizes of a model for one example, layer by layer, without memory for its weights.
package struct ModelSummary: Sendable {
  package struct Row: Sendable, Equatable {
    /// Where the layer is: `0`, `1.body.0`.
    package let path: String
    package let name: String
    package let output: Shape
    /// Numbers the layer gives for one example.
    package let neurons: Int
    package let weights: Int
    package let biases: Int
    /// Weights that connecting every input with every output would take; as a real number, since no
    /// memory limits it.
    package let fullyConnected: Double
    /// How many of the parameters learn.
    package let trainable: Int
    /// Shapes of the layer's parameters, in their order.
    package let parameterShapes: [Shape]
    /// The window the layer slides along each axis, where it has one.
    package let windows: [SlidingWindow]

    package var parameters: Int { weights + biases }
    package var isFrozen: Bool { trainable == 0 && parameters > 0 }
  }

  package let input: Shape
  package let rows: [Row]

  package var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
  package var trainable: Int { rows.reduce(0) { $0 + $1.trainable } }

  /// `input` is the shape of one example, without the axis of the batch.
  package init(_ model: Layer, input: Shape) throws(TensorError) {
    self.input = input
    var rows: [Row] = []
    _ = try Self.visit(model, "", try input.inserting(1, at: 0), &rows)
    self.rows = rows
  }

  /// Adds the rows of a layer and gives the shape of its output, batch axis included.
  private static func visit(
    _ layer: Layer, _ path: String, _ input: Shape, _ rows: inout [Row]
  ) throws(TensorError) -> Shape {
    func inner(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
    switch layer.flow {
    case .chain:
      var current = input
      for child in layer.children {
        current = try visit(child.layer, inner(child.name), current, &rows)
      }
      return current
    case .parallel:
      for child in layer.children { _ = try visit(child.layer, inner(child.name), input, &rows) }
      return try layer.outputShape(for: input)
    case .whole:
      let output = try layer.outputShape(for: input)
      rows.append(row(layer, path, from: input, to: output))
      return output
    }
  }

  private static func row(_ layer: Layer, _ path: String, from input: Shape, to output: Shape)
    -> Row
  {
    let all = layer.parameters.map(\.parameter)
    func count(_ isIncluded: (ModelParameter) -> Bool) -> Int {
      all.reduce(0) { $0 + (isIncluded($1) ? $1.shape.count : 0) }
    }
    let biases = count {
      $0.shape.rank == 1 && ($0.name.hasPrefix("b") || $0.name.hasSuffix("bias"))
    }
    return Row(
      path: path, name: layer.kind.name, output: output.removing(axis: 0), neurons: output.count,
      weights: layer.parameterCount - biases, biases: biases,
      fullyConnected: Double(input.count) * Double(output.count), trainable: count { !$0.isFrozen },
      parameterShapes: all.map(\.shape),
      windows: SlidingWindow.windows(of: layer, input: input, output: output))
  }
}

/// How a window slides along one axis of an input.
package struct SlidingWindow: Sendable, Equatable {
  package let size: Int
  package let kernel: Int
  package let stride: Int
  package let padding: Int
  package let dilation: Int
  package let positions: Int

  /// Empty unless the layer says how large its window is, with a padding in numbers.
  static func windows(of layer: Layer, input: Shape, output: Shape) -> [SlidingWindow] {
    guard let kernel = layer.attributes.integers("kernel_size"), !kernel.isEmpty else { return [] }
    let name = layer.kind.name
    let axes = name.hasSuffix("1d") ? 1 : name.hasSuffix("2d") ? 2 : 3
    guard input.rank >= axes, output.rank >= axes else { return [] }
    func setting(_ name: String, _ axis: Int, else standard: Int) -> Int {
      guard let values = layer.attributes.integers(name), !values.isEmpty else { return standard }
      return values[min(axis, values.count - 1)]
    }
    if case .string = layer.attributes["padding"] { return [] }
    let isPooling = layer.attributes["in_channels"] == .none
    return (0..<axes).map { axis in
      let window = kernel[min(axis, kernel.count - 1)]
      return SlidingWindow(
        size: input[input.rank - axes + axis], kernel: window,
        stride: setting("stride", axis, else: isPooling ? window : 1),
        padding: setting("padding", axis, else: 0), dilation: setting("dilation", axis, else: 1),
        positions: output[output.rank - axes + axis])
    }
  }
}
