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
    let order = shape.axes.filter { !resolved.contains($0) } + resolved
    let strides = shape.strides
    let rows = Placement.grid(
      Shape(unchecked: order.map { shape[$0] }), start: 0, steps: order.map { strides[$0] })
    // Numbers of places take as much as the elements.
    try Memory.make(count + target.count, of: MemoryLayout<Int>.stride)
    let places = rows.offsets(input: shape)
    try Poll.check()
    return withElements { source in
      let offsets = (0..<target.count).map { cell in
        if Poll.spend(2 * run) { return 0 }
        var best = places[cell * run]
        for place in places[cell * run..<(cell + 1) * run] {
          if source[best].isNaN { break }
          if wins(source[place], source[best]) || source[place].isNaN { best = place }
        }
        return best
      }
      return (offsets, target)
    }
  }
}
