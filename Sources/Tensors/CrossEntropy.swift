// Cross entropy of rows of scores with class numbers, the loss of nearly every classifier, in one go.

extension Tensor {
  /// The sum over all rows of log Σ exp(score) − score of the right class, divided by `divisor`. Nil for
  /// anything but finite rows of scores with a class number each.
  package func crossEntropy(classes: Tensor, dividedBy divisor: Double) -> Tensor? {
    meanCrossEntropy(classes).map { mean in
      Tensor(mean.loss * (Double(shape[0]) / divisor), dtype: mean.gradient.dtype)
    }
  }

  /// Its gradient, softmax(scores) − 1 at the right class, times `factor`.
  package func crossEntropyGradient(classes: Tensor, times factor: Double) -> Tensor? {
    guard let (_, gradient) = meanCrossEntropy(classes) else { return nil }
    let scale = factor * Double(shape[0])
    if scale == 1 { return gradient }
    return try? BinaryKernel.multiply(gradient, Tensor(scale), dtype: gradient.dtype)
  }

  private func meanCrossEntropy(_ classes: Tensor) -> (loss: Double, gradient: Tensor)? {
    guard shape.rank == 2, classes.shape == [shape[0]], !shape.isEmpty else { return nil }
    var labels: [Int32] = []
    labels.reserveCapacity(classes.count)
    let fits = classes.withElements { numbers in
      for number in numbers {
        guard let label = Int32(exactly: number), label >= 0, label < shape[1] else { return false }
        labels.append(label)
      }
      return true
    }
    guard fits else { return nil }
    return dtype == .float32
      ? meanCrossEntropy(Float.self, labels) : meanCrossEntropy(Double.self, labels)
  }

  private func meanCrossEntropy<T: KernelElement>(
    _: T.Type, _ labels: [Int32]
  ) -> (loss: Double, gradient: Tensor)? {
    let scores = pointer(T.self)
    let gradient = Tensor(unset: shape, dtype: dtype.isReal ? dtype : .float64, of: T.self)
    return withExtendedLifetime(self) {
      for index in 0..<count where !scores[index].isFinite { return nil }
      let head = ClassLoss(rows: shape[0], classes: shape[1], dtype: T.dtype)
      let loss = head(scores: scores, labels: labels, gradient: gradient.pointer(T.self)).loss
      return (loss, gradient)
    }
  }
}
