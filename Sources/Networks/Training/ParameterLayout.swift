import Tensors

/// Parameters of a model, one after another in one buffer, and their gradients in another.
package struct ParameterLayout {
  /// One parameter as the learner sees it. `columns` picks columns of a wider matrix in which gates
  /// stand side by side.
  package struct Entry {
    package let name: String
    package let shape: Shape
    let offset: Int
    /// Distance between rows in the buffer.
    let stride: Int
  }

  package private(set) var entries: [Entry] = []
  package private(set) var count = 0

  /// Adds a matrix or vector and gives its offset.
  mutating func add(_ name: String, _ shape: Shape) -> Int {
    entries.append(
      Entry(name: name, shape: shape, offset: count, stride: shape.rank > 1 ? shape[1] : 1))
    count += shape.count
    return count - shape.count
  }

  /// Adds a matrix and a bias whose columns belong to several gates, each under names of its own.
  mutating func add(gates: [(weights: String, bias: String)], rows: Int, width: Int) -> (Int, Int) {
    let total = gates.count * width
    let (weights, bias) = (count, count + rows * total)
    for (index, gate) in gates.enumerated() {
      entries.append(
        Entry(
          name: gate.weights, shape: [rows, width], offset: weights + index * width, stride: total))
      entries.append(
        Entry(name: gate.bias, shape: [width], offset: bias + index * width, stride: 1))
    }
    count = bias + total
    return (weights, bias)
  }

  /// `start` is where the numbers for all parameters begin.
  func store(_ elements: [Double], in entry: Entry, of buffer: Buffer, from start: Int = 0) {
    let width = entry.shape.rank > 1 ? entry.shape[1] : entry.shape.count
    for (index, element) in elements.enumerated() {
      buffer[start + entry.offset + index / width * entry.stride + index % width] = element
    }
  }

  /// A copy of one parameter, or of its gradient.
  func tensor(_ entry: Entry, of buffer: Buffer, from start: Int = 0) -> Tensor {
    let width = entry.shape.rank > 1 ? entry.shape[1] : entry.shape.count
    let elements = (0..<entry.shape.count).map {
      buffer[start + entry.offset + $0 / width * entry.stride + $0 % width]
    }
    return Tensor(elements, shape: entry.shape, dtype: buffer.dtype)
  }
}
