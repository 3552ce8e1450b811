import Tensors

/// Examples with a class each: rows of numbers and labels from 0.
package struct LabeledData: Sendable {
  /// Row-major, `width` numbers an example.
  package let inputs: [Double]
  package let width: Int
  package let labels: [Int]
  package let classes: Int

  package init(_ rows: [[Double]], labels: [Int], classes: Int) {
    precondition(rows.count == labels.count)
    inputs = rows.flatMap { $0 }
    width = rows.first?.count ?? 0
    self.labels = labels
    self.classes = classes
  }

  package var rows: Int { labels.count }
  package func row(_ index: Int) -> [Double] { Array(inputs[index * width..<(index + 1) * width]) }

  /// The four points of the same-sign problem: c1 (label 0) where both features have the same sign, c2
  /// (label 1) where they differ, which makes it XOR of the signs.
  package static let xor = LabeledData(
    [[1, -2], [1, 2], [-1, -2], [-1, 2]], labels: [1, 0, 0, 1], classes: 2)

  /// Every sequence of `length` bits, the first bit the highest, with the number of ones.
  package static func bitSum(length: Int) -> LabeledData {
    let rows = (0..<1 << length).map { number in
      (0..<length).map { Double(number >> (length - 1 - $0) & 1) }
    }
    return LabeledData(rows, labels: rows.map { Int($0.reduce(0, +)) }, classes: length + 1)
  }
}
