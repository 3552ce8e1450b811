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
    /// Weights that connecting every input with every output would take.
    package let fullyConnected: Int
    /// How many of the parameters learn.
    package let trainable: Int

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

  private static func row(_ layer: Layer, _ path: String, from input: Shape, to output: Shape) -> Row {
    let all = layer.parameters.map(\.parameter)
    func count(_ isIncluded: (ModelParameter) -> Bool) -> Int {
      all.reduce(0) { $0 + (isIncluded($1) ? $1.shape.count : 0) }
    }
    let biases = count { $0.shape.rank == 1 && ($0.name.hasPrefix("b") || $0.name.hasSuffix("bias")) }
    return Row(
      path: path, name: layer.kind.name, output: output.removing(axis: 0), neurons: output.count,
      weights: layer.parameterCount - biases, biases: biases,
      fullyConnected: input.count * output.count, trainable: count { !$0.isFrozen })
  }
}
