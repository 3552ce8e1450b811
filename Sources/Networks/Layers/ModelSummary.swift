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
    package let isFrozen: Bool

    package var parameters: Int { weights + biases }
  }

  package let input: Shape
  package let rows: [Row]

  package var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
  package var trainable: Int { rows.reduce(0) { $0 + ($1.isFrozen ? 0 : $1.parameters) } }

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
    if layer.kind.name == "Sequential" {
      var current = input
      for child in layer.children {
        current = try visit(child.layer, inner(child.name), current, &rows)
      }
      return current
    }
    let output = try layer.outputShape(for: input)
    if !layer.children.isEmpty {
      for child in layer.children { _ = try visit(child.layer, inner(child.name), input, &rows) }
      return output
    }
    let own = layer.ownParameters
    let biases = own.filter { $0.shape.rank == 1 && $0.name.hasPrefix("b") }
    let biasCount = biases.reduce(0) { $0 + $1.shape.count }
    rows.append(
      Row(
        path: path, name: layer.kind.name, output: output.removing(axis: 0), neurons: output.count,
        weights: layer.parameterCount - biasCount, biases: biasCount,
        fullyConnected: input.count * output.count,
        isFrozen: !own.isEmpty && own.allSatisfy(\.isFrozen)))
    return output
  }
}
