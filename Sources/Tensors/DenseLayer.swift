/// What a layer does to its sums.
package enum Activation: String, Sendable, CaseIterable {
  case linear, sigmoid, tanh, relu
}

/// A fully connected layer on a batch of rows: out = activation(x W + b), and its gradients.
/// x is [rows, inputs], W [inputs, outputs] or, where `isTransposed`, [outputs, inputs]; b [outputs].
package struct DenseLayer: Sendable {
  package let rows: Int
  package let inputs: Int
  package let outputs: Int
  package let activation: Activation
  package let isTransposed: Bool
  package let dtype: DType

  package init(
    rows: Int, inputs: Int, outputs: Int, activation: Activation = .linear,
    isTransposed: Bool = false, dtype: DType
  ) {
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    self.isTransposed = isTransposed
    self.dtype = dtype
  }

  package func forward(
    x: UnsafeRawPointer, weights: UnsafeRawPointer, bias: UnsafeRawPointer,
    into out: UnsafeMutableRawPointer
  ) {
    if dtype == .float32 {
      run(as: Float.self, x, weights, bias, out)
    } else {
      run(as: Double.self, x, weights, bias, out)
    }
  }

  /// Gradients from `gradient`, which holds ∂E/∂out and afterwards ∂E/∂(x W + b). Places that are nil
  /// are not computed.
  package func backward(
    x: UnsafeRawPointer, weights: UnsafeRawPointer, out: UnsafeRawPointer,
    gradient: UnsafeMutableRawPointer, intoWeights: UnsafeMutableRawPointer?,
    intoBias: UnsafeMutableRawPointer?, intoX: UnsafeMutableRawPointer?
  ) {
    if dtype == .float32 {
      runBackward(as: Float.self, x, weights, out, gradient, intoWeights, intoBias, intoX)
    } else {
      runBackward(as: Double.self, x, weights, out, gradient, intoWeights, intoBias, intoX)
    }
  }

  /// Distance between rows of W.
  private var weightStride: Int { isTransposed ? inputs : outputs }

  @inline(__always)
  private func run<S: Scalar>(
    as kind: S.Type, _ x: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ bias: UnsafeRawPointer,
    _ out: UnsafeMutableRawPointer
  ) {
    let y = out.assumingMemoryBound(to: S.self)
    let b = bias.assumingMemoryBound(to: S.self)
    for row in 0..<rows {
      for column in 0..<outputs { y[row * outputs + column] = b[column] }
    }
    MatrixProduct(
      rows: rows, columns: outputs, inner: inputs, transposesB: isTransposed, accumulates: true
    ).run(
      Rows(x.assumingMemoryBound(to: S.self), inputs),
      Rows(weights.assumingMemoryBound(to: S.self), weightStride), into: y, stride: outputs)
    activation.apply(y, rows * outputs)
  }

  @inline(__always)
  private func runBackward<S: Scalar>(
    as kind: S.Type, _ x: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ out: UnsafeRawPointer,
    _ gradient: UnsafeMutableRawPointer, _ intoWeights: UnsafeMutableRawPointer?,
    _ intoBias: UnsafeMutableRawPointer?, _ intoX: UnsafeMutableRawPointer?
  ) {
    let g = gradient.assumingMemoryBound(to: S.self)
    activation.scaleBySlope(g, out.assumingMemoryBound(to: S.self), rows * outputs)
    if let target = intoWeights?.assumingMemoryBound(to: S.self) {
      let (left, right) = (Rows(x.assumingMemoryBound(to: S.self), inputs), Rows(g, outputs))
      MatrixProduct(
        rows: isTransposed ? outputs : inputs, columns: weightStride, inner: rows, transposesA: true
      ).run(
        isTransposed ? right : left, isTransposed ? left : right, into: target, stride: weightStride
      )
    }
    if let target = intoBias?.assumingMemoryBound(to: S.self) {
      sumRows(g, rows: rows, columns: outputs, into: target)
    }
    if let target = intoX?.assumingMemoryBound(to: S.self) {
      MatrixProduct(rows: rows, columns: inputs, inner: outputs, transposesB: !isTransposed).run(
        Rows(g, outputs), Rows(weights.assumingMemoryBound(to: S.self), weightStride), into: target,
        stride: inputs)
    }
  }
}

extension Activation {
  @inline(__always)
  func apply<S: Scalar>(_ x: UnsafeMutablePointer<S>, _ count: Int) {
    switch self {
    case .linear: break
    case .sigmoid: Poll.inChunks(count) { S.sigmoid(x + $0.lowerBound, $0.count) }
    case .tanh: Poll.inChunks(count) { S.tanh(x + $0.lowerBound, $0.count) }
    case .relu: for index in 0..<count where x[index] < 0 { x[index] = 0 }
    }
  }

  /// Multiplies gradients by the slope, which all of these have as a function of their value y:
  /// y(1 − y), 1 − y², or 1 where y > 0.
  @inline(__always)
  func scaleBySlope<S: Scalar>(
    _ g: UnsafeMutablePointer<S>, _ y: UnsafePointer<S>, _ count: Int
  ) {
    switch self {
    case .linear: break
    case .sigmoid: S.scaleBySigmoidSlope(g, y, count)
    case .tanh: S.scaleByTanhSlope(g, y, count)
    case .relu: for index in 0..<count where !(y[index] > 0) { g[index] = 0 }
    }
  }
}

/// Column sums of a matrix: the gradient of a bias that was added to every row.
@inline(__always)
func sumRows<S: Scalar>(
  _ matrix: UnsafePointer<S>, rows: Int, columns: Int, into sums: UnsafeMutablePointer<S>
) {
  sums.update(repeating: 0, count: columns)
  for row in 0..<rows {
    let line = matrix + row * columns
    for column in 0..<columns { sums[column] += line[column] }
  }
}
