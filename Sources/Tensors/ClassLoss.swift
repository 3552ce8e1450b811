import Glibc

/// Mean cross entropy of softmax over rows of scores, with the gradient and the count of rows whose
/// largest score is at the label (the first of equals, as argmax takes it).
package struct ClassLoss: Sendable {
  package let rows: Int
  package let classes: Int
  package let dtype: DType

  package init(rows: Int, classes: Int, dtype: DType) {
    self.rows = rows
    self.classes = classes
    self.dtype = dtype
  }

  /// Labels lie in 0..<classes. `gradient` receives (softmax(scores) − one_hot(label)) / rows.
  package func callAsFunction(
    scores: UnsafeRawPointer, labels: [Int32], gradient: UnsafeMutableRawPointer
  ) -> (loss: Double, correct: Int) {
    precondition(labels.count == rows)
    return dtype == .float32
      ? run(
        scores.assumingMemoryBound(to: Float.self), labels,
        gradient.assumingMemoryBound(to: Float.self))
      : run(
        scores.assumingMemoryBound(to: Double.self), labels,
        gradient.assumingMemoryBound(to: Double.self))
  }

  @inline(__always)
  private func run<S: Scalar>(
    _ scores: UnsafePointer<S>, _ labels: [Int32], _ gradient: UnsafeMutablePointer<S>
  ) -> (loss: Double, correct: Int) {
    var (loss, correct) = (0.0, 0)
    for row in 0..<rows {
      if Poll.spend(2 * classes) { break }
      let line = scores + row * classes
      let out = gradient + row * classes
      var best = 0
      for index in 1..<max(classes, 1) where line[index] > line[best] { best = index }
      let (label, largest) = (Int(labels[row]), line[best])
      for index in 0..<classes { out[index] = line[index] - largest }
      loss -= Double(out[label])
      if best == label { correct += 1 }
    }
    Poll.inChunks(rows * classes) { S.exp(gradient + $0.lowerBound, $0.count) }
    for row in 0..<rows {
      if Poll.spend(2 * classes) { break }
      let out = gradient + row * classes
      var total: S = 0
      for index in 0..<classes { total += out[index] }
      loss += log(Double(total))
      let scale = 1 / (total * S(rows))
      for index in 0..<classes { out[index] *= scale }
      out[Int(labels[row])] -= 1 / S(rows)
    }
    return (loss / Double(rows), correct)
  }
}
