import Tensors

// Systems of linear equations as a person works them out: by determinants up to three unknowns, by
// elimination with exchanges of rows up to eight. Every number on the way has a symbol.

/// A square matrix of formulas taken apart into factors: `order` tells which row comes where; a row
/// minus `lower` times the rows above it leaves `upper`.
private struct Elimination {
  let order: [Int]
  /// How often two rows were exchanged.
  let exchanges: Int
  private var lower: [[Formula?]]
  private var upper: [[Formula?]]
  private let inputs: [Tensor]

  init(_ rows: [[Formula]], of inputs: [Tensor]) {
    self.inputs = inputs
    let size = rows.count
    (order, exchanges) = Self.order(rows.map { $0.map { $0.value(of: inputs) } })
    lower = Array(repeating: Array(repeating: nil, count: size), count: size)
    upper = lower
    for row in 0..<size {
      for column in 0..<size {
        let terms = (0..<min(row, column)).compactMap { minus(lower[row][$0], upper[$0][column]) }
        let rest = reduced(rows[order[row]][column], terms)
        if column < row {
          // Under a pivot of 0 there is nothing left to take off.
          guard let pivot = upper[column][column], pivot.value(of: inputs) != 0, let rest else {
            continue
          }
          lower[row][column] = part("l", row, column, rest / pivot)
        } else {
          upper[row][column] = terms.isEmpty ? rest : rest.map { part("u", row, column, $0) }
        }
      }
    }
  }

  /// Of each column the largest number comes first.
  private static func order(_ rows: [[Double]]) -> (order: [Int], exchanges: Int) {
    var (rows, order, exchanges) = (rows, Array(rows.indices), 0)
    for column in rows.indices {
      var pivot = column
      for row in column..<rows.count
      where abs(rows[row][column]) > abs(rows[pivot][column]) { pivot = row }
      guard rows[pivot][column] != 0 else { continue }
      if pivot != column {
        rows.swapAt(pivot, column)
        order.swapAt(pivot, column)
        exchanges += 1
      }
      for row in (column + 1)..<max(rows.count, column + 1) {
        let factor = rows[row][column] / rows[column][column]
        for index in column..<rows.count { rows[row][index] -= factor * rows[column][index] }
      }
    }
    return (order, exchanges)
  }

  /// The product of what stands on the diagonal in the end.
  var determinant: Formula {
    let pivots = upper.indices.map { upper[$0][$0] ?? 0 }
    return exchanges % 2 == 0 ? .product(pivots) : -.product(pivots)
  }

  /// The unknowns for a right side, the last one first: y from above, x from below.
  func unknowns(_ side: [Formula], column: Int?) -> [Formula] {
    let size = order.count
    var forward: [Formula?] = []
    for row in 0..<size {
      let terms = (0..<row).compactMap { minus(lower[row][$0], forward[$0]) }
      let rest = reduced(side[order[row]], terms)
      forward.append(terms.isEmpty ? rest : rest.map { part("y", row, column, $0) })
    }
    var formulas = [Formula](repeating: 0, count: size)
    var found = [Formula?](repeating: nil, count: size)
    for row in (0..<size).reversed() {
      let terms = ((row + 1)..<max(size, row + 1)).compactMap { minus(upper[row][$0], found[$0]) }
      guard let rest = reduced(forward[row] ?? 0, terms), let pivot = upper[row][row] else {
        continue
      }
      formulas[row] = rest / pivot
      found[row] = part("x", row, column, formulas[row])
    }
    return formulas
  }

  private func part(_ symbol: String, _ row: Int, _ column: Int?, _ formula: Formula) -> Formula {
    .named(symbol, row, column, formula, of: inputs)
  }

  /// nil where nothing is taken away.
  private func minus(_ a: Formula?, _ b: Formula?) -> Formula? {
    guard let a, let b else { return nil }
    return b == 1 ? -a : -(a * b)
  }

  /// What is left of a number; nil for a zero.
  private func reduced(_ first: Formula, _ terms: [Formula]) -> Formula? {
    let isZero = first.value(of: inputs) == 0
    if terms.isEmpty { return isZero ? nil : first }
    return terms.count == 1 && isZero ? terms[0] : .sum((isZero ? [] : [first]) + terms)
  }
}

extension Formula {
  fileprivate func value(of inputs: [Tensor]) -> Double {
    evaluated(symbol: { _ in nil }) { inputs[$0][flat: $1] } ?? .nan
  }

  /// A part with indices: u₁₂.
  fileprivate static func named(
    _ symbol: String, _ row: Int, _ column: Int?, _ formula: Formula, of inputs: [Tensor]
  ) -> Formula {
    let digits = "\(row)" + (column.map(String.init) ?? "")
    let lowered = digits.unicodeScalars.compactMap { Unicode.Scalar($0.value - 48 + 0x2080) }
    return .part(
      Part(symbol + String(String.UnicodeScalarView(lowered)), formula, of: inputs))
  }

  /// Σ aₖ·bₖ, without factors of 1 and terms of 0.
  fileprivate static func products(_ a: [Formula], _ b: [Formula]) -> Formula {
    let terms = zip(a, b).compactMap { a, b -> Formula? in
      if a == 0 || b == 0 { return nil }
      return a == 1 ? b : b == 1 ? a : a * b
    }
    return terms.count == 1 ? terms[0] : .sum(terms)
  }

  /// A determinant written out along its first rows.
  fileprivate static func determinant(_ rows: [[Formula]]) -> Formula {
    guard let first = rows.first else { return 1 }
    let terms = first.indices.map { column -> Formula in
      let rest = rows.dropFirst().map { row in
        row.indices.filter { $0 != column }.map { row[$0] }
      }
      let product = rest.isEmpty ? first[column] : first[column] * determinant(rest)
      return column % 2 == 0 ? product : -product
    }
    return terms.count == 1 ? terms[0] : .sum(terms)
  }
}

extension CellRequest {
  /// Larger determinants are worked out by elimination.
  private static let writtenSize = 4
  /// Unknowns that are told by determinants.
  private static let cramerSize = 3
  /// Nobody works larger systems out by hand.
  private static let eliminationSize = 8
  /// Elements of a matrix whose products with itself are written out.
  private static let fittedCount = 4096

  fileprivate func matrix(_ input: Int) -> [[Formula]] {
    let (rows, columns) = (inputs[input].shape[0], inputs[input].shape[1])
    return (0..<rows).map { row in
      (0..<columns).map { .element(input: input, offset: row * columns + $0) }
    }
  }

  /// Of a square matrix: as a person writes it out, or the product of the pivots.
  var determinant: Formula? {
    let size = inputs[0].shape[0]
    guard size <= Self.eliminationSize else { return nil }
    return size <= Self.writtenSize
      ? .determinant(matrix(0)) : Elimination(matrix(0), of: inputs).determinant
  }

  /// A cell of the inverse: the signed determinant of the matrix without its column and row over the
  /// determinant, or an unknown of the system with a column of the identity on the right.
  var inverse: Formula? {
    let size = inputs[0].shape[0]
    guard size <= Self.eliminationSize else { return nil }
    let (row, column) = offset.quotientAndRemainder(dividingBy: max(size, 1))
    if size <= Self.cramerSize {
      let rest = matrix(0).enumerated().filter { $0.offset != column }.map { line in
        line.element.indices.filter { $0 != row }.map { line.element[$0] }
      }
      let minor = Formula.determinant(rest)
      return ((row + column) % 2 == 0 ? minor : -minor) / divisor(matrix(0))
    }
    let identity = (0..<size).map { Formula.number($0 == column ? 1 : 0) }
    return Elimination(matrix(0), of: inputs).unknowns(identity, column: column)[row]
  }

  /// An unknown of a system of equations.
  var unknown: Formula? {
    guard inputs[0].shape[0] <= Self.eliminationSize else { return nil }
    let (unknown, side) = unknownAndSide
    return solution(matrix(0), rightSide(side), column: sideIndex(side))[unknown]
  }

  /// Right sides that are solved for at once.
  private var sides: Int { inputs[1].shape.rank == 1 ? 1 : inputs[1].shape[1] }

  private var unknownAndSide: (Int, Int) { offset.quotientAndRemainder(dividingBy: sides) }

  private func rightSide(_ side: Int) -> [Formula] {
    (0..<inputs[1].shape[0]).map { .element(input: 1, offset: $0 * sides + side) }
  }

  /// nil where there is one right side only, so that its numbers need no second index.
  private func sideIndex(_ side: Int) -> Int? { inputs[1].shape.rank == 1 ? nil : side }

  /// The determinant under a fraction, with a symbol of its own where it is long.
  private func divisor(_ rows: [[Formula]]) -> Formula {
    let determinant = Formula.determinant(rows)
    return rows.count < Self.cramerSize ? determinant : .part(.init("D", determinant, of: inputs))
  }

  /// The unknowns of a system by Cramer's rule, or by elimination.
  private func solution(_ rows: [[Formula]], _ side: [Formula], column: Int?) -> [Formula] {
    guard rows.count <= Self.cramerSize else {
      return Elimination(rows, of: inputs).unknowns(side, column: column)
    }
    let below = divisor(rows)
    return rows.indices.map { unknown in
      let above = rows.enumerated().map { row, line in
        line.indices.map { $0 == unknown ? side[row] : line[$0] }
      }
      return .determinant(above) / below
    }
  }
}

/// How the unknowns of a system are told.
package enum SolvingMethod: Equatable {
  /// With the rows in this order.
  case elimination([Int])
  /// More equations than unknowns.
  case normal
  /// Fewer equations than unknowns.
  case shortest
  /// The independent columns.
  case dependent([Int])
  case tooLarge
}

extension CellRequest {
  /// How a system is told; nil where determinants are written out.
  package func method(of system: Form.System) -> SolvingMethod? {
    if system == .fit { return fittingMethod }
    let size = inputs[0].shape[0]
    if size > Self.eliminationSize { return .tooLarge }
    if size <= (system == .determinant ? Self.writtenSize : Self.cramerSize) { return nil }
    return .elimination(Elimination(matrix(0), of: inputs).order)
  }
}

// MARK: - Least squares

extension CellRequest {
  /// How `lstsq` is told; nil for a matrix of zeros.
  var fittingMethod: SolvingMethod? {
    let (rows, columns) = (inputs[0].shape[0], inputs[0].shape[1])
    guard inputs[0].count <= Self.fittedCount, let rank = try? inputs[0].matrixRank(),
      rank <= Self.eliminationSize
    else { return .tooLarge }
    if rank == 0 { return nil }
    if rank == columns { return .normal }
    if rank == rows { return .shortest }
    let chosen = independentColumns(rank)
    return chosen.count == rank && columns <= Self.eliminationSize
      ? .dependent(chosen) : .tooLarge
  }

  /// An unknown of a system with more or fewer equations than unknowns. With independent columns C
  /// of a, N = CᵀC and c = Cᵀb give N w = c; where other columns are F-fold sums of those, the
  /// shortest of all solutions is x = Fᵀz with F Fᵀ z = w.
  var closestUnknown: Formula? {
    let (unknown, side) = unknownAndSide
    let chosen: [Int]
    switch fittingMethod {
    case nil: return 0
    case .tooLarge, .elimination: return nil
    case .shortest: return shortest(unknown, side)
    case .normal: chosen = Array(0..<inputs[0].shape[1])
    case .dependent(let columns): chosen = columns
    }
    let independent = chosen.map(column)
    let square = products("N", of: independent)
    let target = independent.enumerated().map { place, vector in
      Formula.named(
        "c", place, sideIndex(side), .products(vector, rightSide(side)), of: inputs)
    }
    let weights = solution(square, target, column: sideIndex(side))
    if chosen.count == inputs[0].shape[1] { return weights[unknown] }
    return shared(weights, among: chosen, square, unknown, side)
  }

  private func column(_ index: Int) -> [Formula] { matrix(0).map { $0[index] } }

  /// The products of vectors with each other, which are the same on both sides of the diagonal.
  private func products(_ symbol: String, of vectors: [[Formula]]) -> [[Formula]] {
    vectors.indices.map { row in
      vectors.indices.map { column in
        let (low, high) = (min(row, column), max(row, column))
        return .named(symbol, low, high, .products(vectors[low], vectors[high]), of: inputs)
      }
    }
  }

  /// Of fewer equations than unknowns: x = aᵀz with (a aᵀ) z = b.
  private func shortest(_ unknown: Int, _ side: Int) -> Formula {
    let found = solution(
      products("G", of: matrix(0)), rightSide(side), column: sideIndex(side))
    return .products(column(unknown), named("z", found, side))
  }

  private func named(_ symbol: String, _ all: [Formula], _ side: Int) -> [Formula] {
    all.enumerated().map {
      .named(symbol, $0.offset, sideIndex(side), $0.element, of: inputs)
    }
  }

  /// The part of an unknown where columns depend on each other.
  private func shared(
    _ weights: [Formula], among chosen: [Int], _ square: [[Formula]], _ unknown: Int, _ side: Int
  ) -> Formula {
    let (columns, rank) = (inputs[0].shape[1], chosen.count)
    let factors = (0..<columns).map { number -> [Formula] in
      if let place = chosen.firstIndex(of: number) {
        return (0..<rank).map { .number($0 == place ? 1 : 0) }
      }
      let target = chosen.map { Formula.products(column($0), column(number)) }
      return solution(square, target, column: number).enumerated().map {
        .named("F", $0.offset, number, $0.element, of: inputs)
      }
    }
    let rows = (0..<rank).map { row in factors.map { $0[row] } }
    let found = solution(
      products("G", of: rows), named("w", weights, side), column: sideIndex(side))
    return .products(factors[unknown], named("z", found, side))
  }

  /// The first columns that are no sums of those before them.
  private func independentColumns(_ rank: Int) -> [Int] {
    let a = inputs[0]
    let (rows, columns) = (a.shape[0], a.shape[1])
    var chosen: [Int] = []
    for column in 0..<columns where chosen.count < rank {
      let candidate = chosen + [column]
      let part = Tensor(
        (0..<rows).flatMap { row in candidate.map { a[flat: row * columns + $0] } },
        shape: [rows, candidate.count])
      if (try? part.matrixRank()) == candidate.count { chosen.append(column) }
    }
    return chosen
  }
}
