import Glibc

/// The runs of a tensor along one axis: each starts at an offset and steps by `inner`.
package struct Runs {
  package let outer: Int
  package let size: Int
  package let inner: Int

  /// A scalar is seen as one run of one element.
  package init(of shape: Shape, along axis: Int) throws(TensorError) {
    if shape.isScalar && (axis == 0 || axis == -1) {
      (outer, size, inner) = (1, 1, 1)
      return
    }
    let axis = try shape.axis(axis)
    let sizes = shape.array
    size = sizes[axis]
    outer = sizes[..<axis].reduce(1, *)
    inner = sizes[(axis + 1)...].reduce(1, *)
  }

  package var count: Int { outer * inner }

  /// Calls `body` with the number of each run and the offset of its first element.
  @inline(__always)
  package func forEach(_ body: (_ run: Int, _ start: Int) -> Void) {
    for block in 0..<outer {
      if Poll.spend(4 &* size &* min(inner, Poll.chunk)) { return }
      for column in 0..<inner {
        if column & 0xFF == 0xFF, Poll.spend(size << 10) { return }
        body(block * inner + column, block * size * inner + column)
      }
    }
  }

  /// The largest element of a run; NaN when one is NaN, -inf when there is none.
  @inline(__always)
  func largest(_ source: UnsafeBufferPointer<Double>, _ start: Int) -> Double {
    var result = -Double.infinity
    Poll.inChunks(size) {
      for index in $0 {
        let element = source[start + index * inner]
        if !(element <= result) { result = element }
        if result.isNaN { break }
      }
    }
    return result
  }

  /// The largest element of a run and log Σ exp(xⱼ − largest). The largest counts as 1 exactly, so
  /// that a rest far below it is not lost. NaN for the logarithm when the largest is not finite.
  @inline(__always)
  package func logarithm(
    _ source: UnsafeBufferPointer<Double>, _ start: Int
  ) -> (largest: Double, share: Double) {
    let top = largest(source, start)
    guard top.isFinite else { return (top, .nan) }
    var (rest, isTopSeen) = (0.0, false)
    Poll.inChunks(size) {
      for index in $0 {
        let element = source[start + index * inner]
        if element == top, !isTopSeen {
          isTopSeen = true
        } else {
          rest += exp(element - top)
        }
      }
    }
    return (top, log1p(rest))
  }
}

extension Tensor {
  /// exp(xᵢ) / Σ exp(xⱼ) along an axis; elements of any size do not overflow.
  package func softmax(along axis: Int) throws(TensorError) -> Tensor {
    let runs = try Runs(of: shape, along: axis)
    return withElements { source in
      Tensor(shape, dtype: dtype.isReal ? dtype : .float64) { out in
        runs.forEach { _, start in
          let top = runs.largest(source, start)
          var total = 0.0
          Poll.inChunks(runs.size) {
            for index in $0 {
              let place = start + index * runs.inner
              out[place] = exp(source[place] - top)
              total += out[place]
            }
          }
          Poll.inChunks(runs.size) {
            for index in $0 { out[start + index * runs.inner] /= total }
          }
        }
      }
    }
  }

  /// xᵢ − log Σ exp(xⱼ) along an axis.
  package func logSoftmax(along axis: Int) throws(TensorError) -> Tensor {
    let runs = try Runs(of: shape, along: axis)
    return withElements { source in
      Tensor(shape, dtype: dtype.isReal ? dtype : .float64) { out in
        runs.forEach { _, start in
          let (top, share) = runs.logarithm(source, start)
          Poll.inChunks(runs.size) {
            for index in $0 {
              let place = start + index * runs.inner
              out[place] = source[place] - top - share
            }
          }
        }
      }
    }
  }

  /// log Σ exp(xⱼ) along axes.
  package func logSumExp(along axes: [Int]?, keepingAxes: Bool) throws(TensorError) -> Tensor {
    try reduced(along: axes, keepingAxes: keepingAxes, dtype: dtype.isReal ? dtype : .float64) {
      run in
      guard let (top, share) = try? Runs(of: [run.count], along: 0).logarithm(run.elements, 0)
      else {
        return .nan
      }
      return top.isFinite ? top + share : top
    }
  }
}
