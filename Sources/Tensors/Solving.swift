import COpenBLAS

extension Tensor {
  /// The matrix X with `self` X = `right`; a vector on the right gives a vector.
  package func solving(_ right: Tensor) throws(TensorError) -> Tensor {
    let size = try squareSize(of: "the matrix of solve")
    guard right.shape.rank == 1 || right.shape.rank == 2 else {
      throw .rank(of: "the right side of solve", expected: "1 or 2", found: right.shape)
    }
    guard right.shape[0] == size else { throw .innerSizes(shape, right.shape) }
    let columns = right.shape.rank == 1 ? 1 : right.shape[1]
    guard size > 0, columns > 0 else { return right.converted(to: .float64) }
    try Work.checkSingle(
      Double(size) * Double(size) * (Double(size) / 3 + Double(columns)),
      "solving \(size) equations")
    // LAPACK stores by columns: it gets the transposes, and gives the transpose back.
    var matrix = try matrixTransposed().elements
    var solution = try right.reshaped(to: [size, columns]).matrixTransposed().elements
    var pivots = [Int32](repeating: 0, count: size)
    var (n, nrhs, info) = (Int32(size), Int32(columns), Int32(0))
    dgesv_(&n, &nrhs, &matrix, &n, &pivots, &solution, &n, &info)
    guard info == 0 else { throw .singular(shape) }
    return try Tensor(solution, shape: [columns, size]).matrixTransposed().reshaped(to: right.shape)
  }

  package func inverted() throws(TensorError) -> Tensor {
    let size = try squareSize(of: "the matrix of inv")
    let identity = Tensor([size, size]) { out in
      out.fill { index in index % (size + 1) == 0 ? 1 : 0 }
    }
    return try solving(identity)
  }

  /// The product of the pivots of elimination with exchanges of rows; 0 for a singular matrix.
  package func determinant() throws(TensorError) -> Tensor {
    let size = try squareSize(of: "the matrix of det")
    try Work.check(Double(size) * Double(size) * Double(size) / 3, "this determinant")
    try Memory.require(count * MemoryLayout<Double>.stride)
    var rows = elements
    var product = 1.0
    for column in 0..<size {
      var pivot = column
      for row in column..<size
      where abs(rows[row * size + column]) > abs(rows[pivot * size + column]) { pivot = row }
      if rows[pivot * size + column] == 0 { return Tensor(0) }
      if pivot != column {
        product = -product
        for index in 0..<size { rows.swapAt(pivot * size + index, column * size + index) }
      }
      let top = rows[column * size + column]
      product *= top
      for row in (column + 1)..<max(size, column + 1) {
        try Poll.check(spending: size - column)
        let factor = rows[row * size + column] / top
        for index in column..<size {
          rows[row * size + index] -= factor * rows[column * size + index]
        }
      }
    }
    return Tensor(product)
  }

  /// The X of least length that makes ‖`self` X − `right`‖ smallest.
  package func leastSquares(_ right: Tensor) throws(TensorError) -> Tensor {
    guard shape.rank == 2 else {
      throw .rank(of: "the matrix of lstsq", expected: "2", found: shape)
    }
    guard right.shape.rank == 1 || right.shape.rank == 2 else {
      throw .rank(of: "the right side of lstsq", expected: "1 or 2", found: right.shape)
    }
    guard right.shape[0] == shape[0] else { throw .innerSizes(shape, right.shape) }
    let (rows, unknowns) = (shape[0], shape[1])
    let columns = right.shape.rank == 1 ? 1 : right.shape[1]
    let target: Shape = right.shape.rank == 1 ? [unknowns] : [unknowns, columns]
    guard rows > 0, unknowns > 0, columns > 0 else { return Tensor(repeating: 0, shape: target) }
    let height = max(rows, unknowns)
    try checkSingularValues(columns, "least squares")
    var matrix = try matrixTransposed().elements
    var solution = [Double](repeating: 0, count: height * columns)
    let sides = right.elements
    for row in 0..<rows {
      for column in 0..<columns { solution[column * height + row] = sides[row * columns + column] }
    }
    _ = try solveLeastSquares(&matrix, &solution, rows, unknowns, columns, height)
    return Tensor(target) { out in
      for row in 0..<unknowns {
        for column in 0..<columns { out[row * columns + column] = solution[column * height + row] }
      }
    }
  }

  /// How many rows of this matrix are independent, up to rounding: the singular values above
  /// ε · the longer side · the largest one.
  package func matrixRank() throws(TensorError) -> Int {
    guard shape.rank == 2 else {
      throw .rank(of: "the matrix of matrix_rank", expected: "2", found: shape)
    }
    let (rows, columns) = (shape[0], shape[1])
    guard rows > 0, columns > 0 else { return 0 }
    try checkSingularValues(1, "the rank of a matrix")
    var matrix = try matrixTransposed().elements
    var solution = [Double](repeating: 0, count: max(rows, columns))
    return try solveLeastSquares(&matrix, &solution, rows, columns, 1, solution.count)
  }

  /// Singular values take some ten times the work of elimination.
  private func checkSingularValues(_ sides: Int, _ what: String) throws(TensorError) {
    let (long, short) = (Double(max(shape[0], shape[1])), Double(min(shape[0], shape[1])))
    try Work.checkSingle(
      4 * short * short * (long + short) + long * short * Double(sides), what + " of this size")
  }

  /// Overwrites `solution`; the result is the rank of the matrix.
  private func solveLeastSquares(
    _ matrix: inout [Double], _ solution: inout [Double], _ rows: Int, _ unknowns: Int,
    _ columns: Int, _ height: Int
  ) throws(TensorError) -> Int {
    var (m, n, nrhs, ldb, info, rank) = (
      Int32(rows), Int32(unknowns), Int32(columns), Int32(height), Int32(0), Int32(0)
    )
    // Singular values below this share of the largest count as 0, as in NumPy.
    let epsilon = dtype == .float32 ? Double(Float.ulpOfOne) : Double.ulpOfOne
    var cutoff = epsilon * Double(height)
    var values = [Double](repeating: 0, count: min(rows, unknowns))
    var (asked, integers, length) = ([0.0], [Int32(0)], Int32(-1))
    dgelsd_(
      &m, &n, &nrhs, &matrix, &m, &solution, &ldb, &values, &cutoff, &rank, &asked, &length,
      &integers, &info)
    length = Int32(asked[0])
    var work = [Double](repeating: 0, count: Int(length))
    integers = [Int32](repeating: 0, count: max(1, Int(integers[0])))
    dgelsd_(
      &m, &n, &nrhs, &matrix, &m, &solution, &ldb, &values, &cutoff, &rank, &work, &length,
      &integers, &info)
    guard info == 0 else { throw .singular(shape) }
    return Int(rank)
  }

  private func squareSize(of what: String) throws(TensorError) -> Int {
    guard shape.rank == 2 else { throw .rank(of: what, expected: "2", found: shape) }
    guard shape[0] == shape[1] else {
      throw .sizes(of: what, expected: shape[0], found: shape[1], what: "columns")
    }
    return shape[0]
  }
}
