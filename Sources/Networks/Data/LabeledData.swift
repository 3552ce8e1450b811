import Tensors

/// Examples with a class each: rows of numbers and labels from 0.
package struct LabeledData: Sendable, Equatable {
  /// Row-major, `width` numbers an example.
  package let inputs: [Double]
  package let width: Int
  package let labels: [Int]
  package let classes: Int

  /// Labels must lie in 0..<classes, one for each row, and rows must be equally long.
  package init(_ rows: [[Double]], labels: [Int], classes: Int) {
    precondition(rows.count == labels.count)
    precondition(labels.allSatisfy { (0..<classes).contains($0) })
    width = rows.first?.count ?? 0
    inputs = rows.flatMap { $0 }
    precondition(inputs.count == rows.count * width)
    self.labels = labels
    self.classes = classes
  }

  package var rows: Int { labels.count }
  package func row(_ index: Int) -> [Double] { Array(inputs[index * width..<(index + 1) * width]) }

  /// The inputs, [rows, width].
  package var inputTensor: Tensor { Tensor(inputs, shape: [rows, width]) }
  /// The labels as whole numbers.
  package var labelTensor: Tensor { Tensor(labels.map(Double.init), dtype: .int64) }

  /// Some of the examples, in the given order.
  package func picking(_ indices: [Int]) -> LabeledData {
    LabeledData(indices.map(row), labels: indices.map { labels[$0] }, classes: classes)
  }

  /// Two parts after a shuffle: the first `held` examples for testing, the others for training.
  package func split(
    holding held: Int, generator: inout SplitMix64
  ) -> (training: LabeledData, test: LabeledData) {
    let order = generator.permutation(of: rows)
    let count = max(0, min(held, rows))
    return (picking(order[count...].sorted()), picking(order[..<count].sorted()))
  }

  /// The numbers of the examples in random order, in batches; the last one may be smaller.
  package static func batches(of size: Int, rows: Int, generator: inout SplitMix64) -> [[Int]] {
    let order = generator.permutation(of: rows)
    return stride(from: 0, to: rows, by: max(size, 1)).map {
      Array(order[$0..<min($0 + max(size, 1), rows)])
    }
  }
}
