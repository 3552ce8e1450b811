import Tensors

/// Examples with a class each: rows of numbers and labels from 0.
package struct LabeledData: Sendable, Equatable {
  /// Row-major, `width` numbers an example.
  package let inputs: [Double]
  package let width: Int
  /// The axes of one example: [width] unless it is an image.
  package let exampleShape: [Int]
  package let labels: [Int]
  package let classes: Int

  /// Labels must lie in 0..<classes, one for each row, and rows must be equally long.
  package init(_ rows: [[Double]], labels: [Int], classes: Int, exampleShape: [Int]? = nil) {
    precondition(rows.count == labels.count)
    precondition(labels.allSatisfy { (0..<classes).contains($0) })
    self.exampleShape = exampleShape ?? [rows.first?.count ?? 0]
    width = self.exampleShape.reduce(1, *)
    inputs = rows.flatMap { $0 }
    precondition(inputs.count == rows.count * width)
    self.labels = labels
    self.classes = classes
  }

  package var rows: Int { labels.count }
  package func row(_ index: Int) -> [Double] { Array(inputs[index * width..<(index + 1) * width]) }

  /// The inputs, the examples along axis 0.
  package var inputTensor: Tensor {
    Tensor(inputs, shape: Shape(unchecked: [rows] + exampleShape))
  }
  /// The labels as whole numbers.
  package var labelTensor: Tensor { Tensor(labels.map(Double.init), dtype: .int64) }

  /// Some of the examples, in the given order.
  package func picking(_ indices: [Int]) -> LabeledData {
    LabeledData(
      indices.map(row), labels: indices.map { labels[$0] }, classes: classes,
      exampleShape: exampleShape)
  }

  /// Two parts after a shuffle: the first `held` examples for testing, the others for training.
  package func split(
    holding held: Int, generator: inout SplitMix64
  ) -> (training: LabeledData, test: LabeledData) {
    let order = generator.permutation(of: rows)
    let count = max(0, min(held, rows))
    return (picking(order[count...].sorted()), picking(order[..<count].sorted()))
  }

  /// Numbers of examples in batches; the last one may be smaller.
  package static func batches(of size: Int, order: [Int]) -> [[Int]] {
    stride(from: 0, to: order.count, by: max(size, 1)).map {
      Array(order[$0..<min($0 + max(size, 1), order.count)])
    }
  }
}
