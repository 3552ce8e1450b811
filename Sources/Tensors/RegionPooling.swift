/// How a region is cut into bins for ROI pooling. Published systems differ, and so do their
/// results.
package enum RegionRule: String, Sendable, CaseIterable {
  /// Cut at ⌊k·size/bins⌋; the lower right corner is exclusive.
  case floor
  /// Cut at ⌈k·size/bins⌉; the corner is exclusive.
  case ceil
  /// From ⌊k·size/bins⌋ to ⌈(k+1)·size/bins⌉, so that neighbors may overlap; the corner is
  /// exclusive.
  case overlap
  /// The same with the corner inclusive and clipped to the map, as the code of Fast R-CNN.
  case inclusive
}

/// ROI pooling: the largest element in each bin of a region of the last two axes.
package struct RegionPooling: Sendable {
  package let rows: [Range<Int>]
  package let columns: [Range<Int>]
  package let inputShape: Shape
  package let outputShape: Shape

  /// `region` is (x1, y1, x2, y2), `size` one number or rows and columns of bins.
  package init(
    over input: Shape, region: [Int], size: [Int], _ rule: RegionRule
  ) throws(TensorError) {
    guard input.rank >= 2 else { throw .rank(of: "the input", expected: "2 or more", found: input) }
    guard region.count == 4 else {
      throw .argument("region", found: "\(region.count) numbers", expected: "4: x1, y1, x2, y2")
    }
    guard size.count == 1 || size.count == 2 else {
      throw .argument("size", found: "\(size.count) numbers", expected: "one number or two")
    }
    let (height, width) = (input[input.rank - 2], input[input.rank - 1])
    rows = try Self.bins(region[1], region[3], limit: height, count: size[0], rule)
    columns = try Self.bins(region[0], region[2], limit: width, count: size[size.count - 1], rule)
    inputShape = input
    outputShape = try Shape(checking: input.array.dropLast(2) + [rows.count, columns.count])
  }

  private static func bins(
    _ start: Int, _ corner: Int, limit: Int, count: Int, _ rule: RegionRule
  ) throws(TensorError) -> [Range<Int>] {
    guard start >= 0, start < limit, corner >= start, corner <= limit else {
      throw .argument("region", found: "\(start) to \(corner)", expected: "inside 0 to \(limit)")
    }
    let length = corner - start + (rule == .inclusive ? 1 : 0)
    guard count >= 1, length >= count else {
      throw .argument(
        "size", found: "\(count) bins for \(length) cells", expected: "at most one bin a cell")
    }
    func down(_ k: Int) -> Int { start + k * length / count }
    func up(_ k: Int) -> Int { start + (k * length + count - 1) / count }
    return try (0..<count).map { k throws(TensorError) in
      let lower = rule == .ceil ? up(k) : down(k)
      let upper = min(limit, rule == .floor ? down(k + 1) : up(k + 1))
      guard lower < upper else {
        throw .argument("region", found: "\(start) to \(corner)", expected: "inside 0 to \(limit)")
      }
      return lower..<upper
    }
  }

  /// Offsets within a plane of the cells of a bin, row by row.
  package func elements(row: Int, column: Int) -> [Int] {
    let width = inputShape[inputShape.rank - 1]
    return rows[row].flatMap { i in columns[column].map { i * width + $0 } }
  }

  /// Where in its plane the largest element of each bin is: the first one row by row.
  package func winners(_ x: Tensor) -> Tensor {
    let plane = inputShape[inputShape.rank - 2] * inputShape[inputShape.rank - 1]
    let bins = rows.indices.flatMap { row in columns.indices.map { elements(row: row, column: $0) }
    }
    return x.withElements { source in
      Tensor(outputShape, dtype: .int64) { out in
        for index in 0..<out.count {
          let base = index / bins.count * plane
          let cells = bins[index % bins.count]
          if Poll.spend(cells.count) { return }
          var best = cells[0]
          for cell in cells {
            let (value, largest) = (source[base + cell], source[base + best])
            if value > largest || (value.isNaN && !largest.isNaN) { best = cell }
          }
          out[index] = Double(best)
        }
      }
    }
  }
}
