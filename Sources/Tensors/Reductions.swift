// Reductions along axes. A reduction is seen as three nested loops: before the axis, along it, after.

extension Tensor {
  /// Whether no element is nan or infinite.
  package var isFinite: Bool {
    dtype == .float32 ? isFinite(Float.self) : isFinite(Double.self)
  }

  /// nan and infinity survive in a sum, which vector code makes; a sum that finite elements overflow
  /// is looked into.
  private func isFinite<T: KernelElement>(_: T.Type) -> Bool {
    let start = pointer(T.self)
    defer { withExtendedLifetime(self) {} }
    if count == 1 { return start.pointee.isFinite }
    var isFinite = true
    Poll.inChunks(count) { piece in
      guard isFinite else { return }
      let first = start + piece.lowerBound
      isFinite =
        T.sum(first, piece.count).isFinite
        || UnsafeBufferPointer(start: first, count: piece.count).allSatisfy(\.isFinite)
    }
    return isFinite
  }
}

extension Tensor {
  /// The row-major offset of the first element for which something holds; nil for none, and where
  /// the computation is to end.
  package func firstOffset(where holds: (Double) -> Bool) -> Int? {
    withElements { elements in
      var found: Int?
      Poll.inChunks(elements.count) { piece in
        guard found == nil else { return }
        found = piece.first { holds(elements[$0]) }
      }
      return found
    }
  }

  package func contains(where holds: (Double) -> Bool) -> Bool { firstOffset(where: holds) != nil }

  /// Their number, where something holds.
  package func count(where holds: (Double) -> Bool) -> Int {
    withElements { NumberRun($0).count(where: holds) }
  }
}

extension Shape {
  /// The named axes, resolved, checked and in order; nil names all.
  package func resolved(axes: [Int]?) throws(TensorError) -> [Int] {
    guard let axes else { return Array(self.axes) }
    var result: [Int] = []
    for index in axes {
      let resolved = try axis(index)
      guard !result.contains(resolved) else { throw .repeatedAxis(index) }
      result.append(resolved)
    }
    return result.sorted()
  }

  /// The shape left after reducing along the axes.
  package func reduced(along axes: [Int], keepingAxes: Bool) -> Shape {
    var sizes: [Int] = []
    for axis in self.axes {
      if !axes.contains(axis) { sizes.append(self[axis]) } else if keepingAxes { sizes.append(1) }
    }
    return Shape(unchecked: sizes)
  }
}

extension Tensor {
  /// The axes moved to the end, so that each output cell reduces one contiguous run.
  /// Gives the rearranged tensor and the length of a run.
  package func gathered(along axes: [Int]) throws(TensorError) -> (tensor: Tensor, run: Int) {
    let kept = shape.axes.filter { !axes.contains($0) }
    let run = axes.reduce(1) { $0 * shape[$1] }
    let order = kept + axes
    return (order == Array(shape.axes) ? self : try transposed(order), run)
  }

  /// One number for each run of elements along the axes.
  package func reduced(
    along axes: [Int]?, keepingAxes: Bool, dtype: DType,
    _ reduce: (NumberRun) -> Double
  ) throws(TensorError) -> Tensor {
    let resolved = try shape.resolved(axes: axes)
    let (rows, run) = try gathered(along: resolved)
    let target = shape.reduced(along: resolved, keepingAxes: keepingAxes)
    return rows.withElements { source in
      Tensor(target, dtype: dtype) { out in
        for index in 0..<out.count {
          if Poll.spend(1) { return }
          out[index] = reduce(
            NumberRun(UnsafeBufferPointer(rebasing: source[index * run..<(index + 1) * run])))
        }
      }
    }
  }

  /// The axes in another order.
  package func transposed(_ order: [Int]) throws(TensorError) -> Tensor {
    guard order.count == shape.rank else {
      throw .rank(of: "the tensor", expected: "\(order.count)", found: shape)
    }
    let resolved = try order.map { axis throws(TensorError) in try shape.axis(axis) }
    for (place, axis) in resolved.enumerated() where resolved[..<place].contains(axis) {
      throw .repeatedAxis(order[place])
    }
    let target = Shape(unchecked: resolved.map { shape[$0] })
    let strides = shape.strides
    let steps = resolved.map { strides[$0] }
    return gather(target, steps: steps, start: 0)
  }

  /// The elements at a regular grid of offsets: `start` plus `steps` along each axis of the target.
  package func gather(_ target: Shape, steps: [Int], start: Int) -> Tensor {
    func run<T>(_ source: UnsafeBufferPointer<T>, _ out: UnsafeMutableBufferPointer<T>) {
      walk(target, steps: steps, start: start) { position, offset, count, step in
        Poll.inChunks(count) {
          for index in $0 { out[position + index] = source[offset + index * step] }
        }
      }
    }
    if dtype == .float32 {
      return withFloats { source in Tensor(float32: target) { run(source, $0) } }
    }
    return withElements { source in Tensor(target, dtype: dtype) { run(source, $0) } }
  }
}

/// Visits a grid of offsets in runs along its last axis.
func walk(
  _ shape: Shape, steps: [Int], start: Int,
  _ body: (_ position: Int, _ offset: Int, _ count: Int, _ step: Int) -> Void
) {
  let total = shape.count
  guard total > 0 else { return }
  guard shape.rank > 0 else { return body(0, start, 1, 1) }
  let run = shape[shape.rank - 1]
  var index = [Int](repeating: 0, count: shape.rank)
  var offset = start
  for position in Swift.stride(from: 0, to: total, by: run) {
    if Poll.isStopped { return }
    body(position, offset, run, steps[shape.rank - 1])
    var axis = shape.rank - 2
    while axis >= 0 {
      index[axis] += 1
      offset += steps[axis]
      if index[axis] < shape[axis] { break }
      offset -= steps[axis] * shape[axis]
      index[axis] = 0
      axis -= 1
    }
  }
}
