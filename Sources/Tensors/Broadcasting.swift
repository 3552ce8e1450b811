// Element-wise work on two tensors. The last axis is the inner loop; an operand that is repeated
// along it has stride 0 there.

extension Tensor {
  /// `f` applied to the elements of both, broadcast against each other.
  @inline(__always)
  package static func combine(
    _ a: Tensor, _ b: Tensor, dtype: DType, _ f: (Double, Double) -> Double
  ) throws(TensorError) -> Tensor {
    let shape = try a.shape.broadcast(with: b.shape)
    return a.withElements { left in
      b.withElements { right in
        Tensor(shape, dtype: dtype) { out in
          forEachRun(of: shape, a.shape, b.shape) { start, count, i, stepI, j, stepJ in
            Poll.inChunks(count) {
              var (x, y) = (i + $0.lowerBound * stepI, j + $0.lowerBound * stepJ)
              for position in start + $0.lowerBound..<start + $0.upperBound {
                out[position] = f(left[x], right[y])
                x += stepI
                y += stepJ
              }
            }
          }
        }
      }
    }
  }

  /// Walks the output of a broadcast in runs along its last axis and gives, for each run, where it
  /// starts, its length, and the offset and step in each operand. Equal shapes make one run.
  @inline(__always)
  static func forEachRun(
    of shape: Shape, _ a: Shape, _ b: Shape,
    _ body: (_ start: Int, _ count: Int, _ i: Int, _ stepI: Int, _ j: Int, _ stepJ: Int) -> Void
  ) {
    let total = shape.count
    guard total > 0 else { return }
    let (wholeA, wholeB) = (a.count == total, b.count == total)
    if (wholeA || a.count == 1) && (wholeB || b.count == 1) {
      return body(0, total, 0, wholeA ? 1 : 0, 0, wholeB ? 1 : 0)
    }
    // A trailing part repeated over the leading axes, as a bias over a batch.
    if wholeA && b.isTail(of: shape) || wholeB && a.isTail(of: shape) {
      let run = wholeA ? b.count : a.count
      for start in stride(from: 0, to: total, by: run) {
        if Poll.isStopped { return }
        body(start, run, wholeA ? start : 0, 1, wholeB ? start : 0, 1)
      }
      return
    }
    let axes = Broadcasting(shape, a.strides(broadcastTo: shape), b.strides(broadcastTo: shape))
    let last = axes.sizes.count - 1
    let run = axes.sizes[last]
    var (i, j) = (0, 0)
    var index = [Int](repeating: 0, count: axes.sizes.count)
    for start in stride(from: 0, to: total, by: run) {
      if Poll.spend(8) { return }
      body(start, run, i, axes.stepsA[last], j, axes.stepsB[last])
      var axis = last - 1
      while axis >= 0 {
        index[axis] += 1
        i += axes.stepsA[axis]
        j += axes.stepsB[axis]
        if index[axis] < axes.sizes[axis] { break }
        i -= axes.stepsA[axis] * axes.sizes[axis]
        j -= axes.stepsB[axis] * axes.sizes[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }

  /// Repeats along axes of size 1 and new leading axes until the tensor has the shape.
  package func broadcast(to target: Shape) throws(TensorError) -> Tensor {
    if shape == target { return self }
    guard try shape.broadcast(with: target) == target else { throw .broadcast(shape, target) }
    return try Tensor.combine(self, Tensor(repeating: 0, shape: target), dtype: dtype) { x, _ in x }
  }

  /// Adds up what broadcasting had repeated: the reverse of `broadcast(to:)`, used once, where
  /// gradients are collected.
  package func summed(to target: Shape) throws(TensorError) -> Tensor {
    if shape == target { return self }
    guard try target.broadcast(with: shape) == shape else { throw .broadcast(shape, target) }
    return dtype == .float32
      ? summed(Float.self, to: target, dtype: dtype) : summed(Double.self, to: target, dtype: dtype)
  }

  /// The elements added up along axes, without moving them.
  package func sum(
    along axes: [Int]?, keepingAxes: Bool, dtype: DType
  ) throws(TensorError) -> Tensor {
    let resolved = try shape.resolved(axes: axes)
    let kept = shape.reduced(along: resolved, keepingAxes: true)
    let source = (dtype == .float32) == (self.dtype == .float32) ? self : converted(to: dtype)
    let total =
      dtype == .float32
      ? source.summed(Float.self, to: kept, dtype: dtype)
      : source.summed(Double.self, to: kept, dtype: dtype)
    return keepingAxes
      ? total : Tensor(sharing: total, shape: shape.reduced(along: resolved, keepingAxes: false))
  }

  private func summed<T: KernelElement>(_: T.Type, to target: Shape, dtype: DType) -> Tensor {
    let result = Tensor(unset: target, dtype: dtype, of: T.self)
    let (source, out) = (pointer(T.self), result.pointer(T.self))
    withExtendedLifetime(self) {
      guard target.count != 1 else {
        out[0] = Tensor.total(source, count)
        return
      }
      UnsafeMutableBufferPointer(start: out, count: target.count).fill(with: 0)
      Tensor.forEachRun(of: shape, shape, target) { start, count, _, _, j, stepJ in
        if stepJ == 1 {
          Poll.inChunks(count) {
            T.accumulate(source + start + $0.lowerBound, onto: out + j + $0.lowerBound, $0.count)
          }
        } else {
          out[j] += Tensor.total(source + start, count)
        }
      }
    }
    return result
  }

  /// The sum of a run; of a very long one in pieces, between which it may end.
  private static func total<T: KernelElement>(_ source: UnsafePointer<T>, _ count: Int) -> T {
    let piece = 1 << 24
    if count <= piece {
      Poll.spend(count)
      return T.sum(source, count)
    }
    var result = 0.0
    for start in Swift.stride(from: 0, to: count, by: piece) {
      if Poll.spend(piece) { break }
      result += Double(T.sum(source + start, min(piece, count - start)))
    }
    return T(result)
  }

  /// Sum of two tensors of equal shape, as gradients of several paths are added.
  package func adding(_ other: Tensor) throws(TensorError) -> Tensor {
    try BinaryKernel.add(self, other, dtype: promoted(self, other))
  }
}

/// The axes of two operands that broadcast to a shape of 2 or more elements, neighbors merged where
/// both operands step evenly across them, so that runs are as long as they can be.
private struct Broadcasting {
  private(set) var sizes: [Int] = []
  private(set) var stepsA: [Int] = []
  private(set) var stepsB: [Int] = []

  init(_ shape: Shape, _ stridesA: [Int], _ stridesB: [Int]) {
    for axis in shape.axes where shape[axis] != 1 {
      let (size, a, b) = (shape[axis], stridesA[axis], stridesB[axis])
      if let last = sizes.indices.last, stepsA[last] == a * size, stepsB[last] == b * size {
        sizes[last] *= size
        stepsA[last] = a
        stepsB[last] = b
      } else {
        sizes.append(size)
        stepsA.append(a)
        stepsB.append(b)
      }
    }
  }
}

extension Shape {
  /// Whether this is the end of the larger shape, so that it repeats as a whole; leading 1s count
  /// as missing.
  fileprivate func isTail(of larger: Shape) -> Bool {
    var first = 0
    while first < rank && self[first] == 1 { first += 1 }
    let length = rank - first
    guard length > 0, length <= larger.rank else { return false }
    for offset in 1...length where self[rank - offset] != larger[larger.rank - offset] {
      return false
    }
    return true
  }
}
