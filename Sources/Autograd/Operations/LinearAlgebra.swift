import Tensors

extension Operation {
  /// Products of matrices and vectors.
  static let linearAlgebra: [Operation] = [
    Operation(
      "matmul", "Multiplies matrices by NumPy's rules, also written `a @ b`.", form: .matrixProduct,
      notes: "A vector is a row on the left and a column on the right; leading axes are broadcast.",
      examples: ["matmul([1, 2; 3, 4], [10, 1])  # [12, 34]"],
      parameters: [
        Parameter("a", .tensor, "left factor"), Parameter("b", .tensor, "right factor"),
      ],
      kernel: .binary { a, b, _ throws(TensorError) in try a.matmul(b) },
      rule: .recorded { call in
        try matmulRule(call.inputs[0], call.inputs[1], call.gradient, needs: call.needs)
      },
      directRule: .binary { g, a, b, slot, _ in
        slot == .left ? g.matmulGradient(left: a, right: b) : g.matmulGradient(right: b, left: a)
      },
      sampling: Sampling(shapes: [
        [[3], [3]], [[2, 3], [3]], [[3], [3, 2]], [[2, 3], [3, 4]], [[2, 2, 3], [3, 2]],
        [[2, 1, 2, 3], [3, 3, 2]],
      ]),
      cell: matmulCell)
  ]

  /// ∂E/∂a = g bᵀ and ∂E/∂b = aᵀ g, with vectors read as one-row or one-column matrices.
  static func matmulRule(
    _ a: Variable, _ b: Variable, _ g: Variable, needs: [Bool]
  ) throws -> Contributions<Variable> {
    let (left, right) = (a.shape, b.shape)
    func shaped(_ variable: Variable, _ sizes: [Int]) throws -> Variable {
      variable.shape.array == sizes
        ? variable : try reshape(variable, .one("shape", .integers(sizes)))
    }
    let rowA = try left.rank == 1 ? shaped(a, [1, left[0]]) : a
    let columnB = try right.rank == 1 ? shaped(b, [right[0], 1]) : b
    var sizes = g.shape.array
    if left.rank == 1 { sizes.insert(1, at: sizes.count - (right.rank == 1 ? 0 : 1)) }
    if right.rank == 1 { sizes.append(1) }
    let matrix = try shaped(g, sizes)
    var result: [Variable?] = [nil, nil]
    if needs[0] {
      let gradient = try matmul(matrix, transpose(columnB))
      let fitted = left.rank == 1 ? try summed(gradient, to: [1, left[0]]) : gradient
      result[0] = left.rank == 1 ? try shaped(fitted, left.array) : fitted
    }
    if needs[1] {
      let gradient = try matmul(transpose(rowA), matrix)
      let fitted = right.rank == 1 ? try summed(gradient, to: [right[0], 1]) : gradient
      result[1] = right.rank == 1 ? try shaped(fitted, right.array) : fitted
    }
    return Contributions(result)
  }

  /// Row of the left times column of the right, in the matrices that broadcasting pairs.
  static func matmulCell(_ request: CellRequest) -> Formula? {
    let (left, right) = (request.inputs[0].shape, request.inputs[1].shape)
    guard left.rank > 0, right.rank > 0 else { return nil }
    var cell = request.coordinates
    let column = right.rank > 1 ? cell.popLast() : nil
    let row = left.rank > 1 ? cell.popLast() : nil
    func leading(_ shape: Shape) -> [Int] {
      let count = max(0, shape.rank - 2)
      return (0..<count).map { shape[$0] == 1 ? 0 : cell[cell.count - count + $0] }
    }
    let (leadingA, leadingB) = (leading(left), leading(right))
    return .sum(
      (0..<left[left.rank - 1]).map { index in
        request.element(0, leadingA + (row.map { [$0] } ?? []) + [index])
          * request.element(1, leadingB + [index] + (column.map { [$0] } ?? []))
      })
  }
}
