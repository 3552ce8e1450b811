extension Tensor {
  /// For each cell of a reduction, the row-major offset of the element that comes first by `wins`.
  /// At a tie the first one counts; NaN wins over every number, as in NumPy.
  package func winners(
    along axes: [Int]?, keepingAxes: Bool, name: String, wins: (Double, Double) -> Bool
  ) throws(TensorError) -> (offsets: [Int], target: Shape) {
    let resolved = try shape.resolved(axes: axes)
    let target = shape.reduced(along: resolved, keepingAxes: keepingAxes)
    let run = resolved.reduce(1) { $0 * shape[$1] }
    guard run > 0 || target.isEmpty else { throw .emptyReduction(name) }
    guard !target.isEmpty else { return ([], target) }
    let strides = shape.strides
    func offsets(of axes: [Int]) -> [Int] {
      Placement.grid(
        Shape(unchecked: axes.map { shape[$0] }), start: 0, steps: axes.map { strides[$0] }
      ).offsets(input: shape)
    }
    // Numbers of places take as much as the elements. Along the last axes they need not be written
    // down: neighbors lie side by side.
    let isTrailing = resolved == Array(shape.axes.suffix(resolved.count))
    try Memory.make((isTrailing ? 0 : run) + 2 * target.count, of: MemoryLayout<Int>.stride)
    let starts = offsets(of: shape.axes.filter { !resolved.contains($0) })
    let steps = isTrailing ? [] : offsets(of: resolved)
    try Poll.check()
    return withElements { source in
      let offsets = (0..<target.count).map { cell in
        let start = starts[cell]
        var best = start
        Poll.inChunks(run) { chunk in
          for index in chunk {
            if source[best].isNaN { break }
            let place = start + (isTrailing ? index : steps[index])
            if wins(source[place], source[best]) || source[place].isNaN { best = place }
          }
        }
        return best
      }
      return (offsets, target)
    }
  }
}
