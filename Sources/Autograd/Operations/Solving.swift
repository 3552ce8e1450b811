import Tensors

extension Operation {
  private static let matrix = Parameter("a", .tensor, "the matrix")

  /// Products of vectors, and systems of linear equations.
  static let solving: [Operation] = [
    Operation(
      "dot", "Multiplies two vectors element by element and adds up.",
      notes: Notes(
        "",
        Convention(
          "matrices and numbers", "multiplied as by @ and *, as in NumPy", pytorch: "refused")),
      examples: ["dot([1, 2, 3], [4, 5, 6])  # 32"],
      parameters: [Parameter("a", .tensor, "left"), Parameter("b", .tensor, "right")],
      kernel: .binary { a, b, _ throws(TensorError) in
        if a.shape.isScalar || b.shape.isScalar {
          return try BinaryKernel.multiply(a, b, dtype: promoted(a, b))
        }
        guard a.shape.rank <= 2, b.shape.rank <= 2 else {
          throw .rank(
            of: "a factor of dot", expected: "1 or 2", found: a.shape.rank > 2 ? a.shape : b.shape)
        }
        return try a.matmul(b)
      },
      rule: .recorded { call in
        let (a, b, g) = (call.inputs[0], call.inputs[1], call.gradient)
        if a.shape.isScalar || b.shape.isScalar {
          return Contributions(try multiply(g, b), try multiply(g, a))
        }
        return try matmulRule(a, b, g, needs: call.needs)
      },
      sampling: Sampling(shapes: [[[3], [3]], [[2, 3], [3]], [[], [3]]]),
      cell: { request in
        if request.inputs.contains(where: { $0.shape.isScalar }) {
          return request.broadcastElement(0) * request.broadcastElement(1)
        }
        return matmulCell(request)
      }),
    Operation(
      "outer", "Multiplies every element of one vector with every element of another.",
      notes: "Other tensors are flattened first, as in NumPy.",
      examples: ["outer([1, 2], [3, 4])  # [3, 4; 6, 8]"],
      parameters: [
        Parameter("a", .tensor, "one row for each element"),
        Parameter("b", .tensor, "one column for each element"),
      ],
      kernel: .binary { a, b, _ throws(TensorError) in
        try BinaryKernel.multiply(
          a.reshaped(to: [a.count, 1]), b.reshaped(to: [1, b.count]), dtype: promoted(a, b))
      },
      rule: .recorded { call in
        func shaped(_ x: Variable, _ shape: Shape) throws -> Variable {
          try reshape(x, .one("shape", .integers(shape.array)))
        }
        let (a, b) = (call.inputs[0], call.inputs[1])
        let left = try matmul(call.gradient, shaped(b, [b.shape.count]))
        let right = try matmul(transpose(call.gradient), shaped(a, [a.shape.count]))
        return Contributions(try shaped(left, a.shape), try shaped(right, b.shape))
      },
      sampling: Sampling(shapes: [[[2], [3]], [[2, 2], [2]]]),
      cell: { request in
        let columns = max(request.output.shape[1], 1)
        return .element(input: 0, offset: request.offset / columns)
          * .element(input: 1, offset: request.offset % columns)
      }),
    Operation(
      "solve", "Finds the x with a @ x = b.", form: .system(.solution),
      notes: "One matrix at a time; a singular one is an error.",
      examples: ["solve([2, 0; 0, 4], [1, 2])  # [0.5, 0.5]"],
      parameters: [matrix, Parameter("b", .tensor, "the right side, a vector or a matrix")],
      kernel: .binary { a, b, _ throws(TensorError) in try a.solving(b) },
      rule: .recorded { call in
        let sides = try required("solve")(transpose(call.inputs[0]), call.gradient)
        return Contributions(try negate(outerProduct(sides, call.output)), sides)
      },
      sampling: Sampling(
        shapes: [[[2, 2], [2]], [[3, 3], [3, 2]], [[5, 5], [5]], [[4, 4], [4, 2]]],
        inputs: wellConditioned),
      cell: { $0.unknown }),
    Operation(
      "inv", aliases: ["inverse"], "Finds the matrix whose product with a is the identity.",
      form: .system(.inverse),
      notes: "One matrix at a time; a singular one is an error.",
      examples: ["inv([2, 0; 0, 4])  # [0.5, 0; 0, 0.25]"], parameters: [matrix],
      kernel: .unary { a, _ throws(TensorError) in try a.inverted() },
      rule: .recorded { call in
        let turned = try transpose(call.output)
        return Contributions(try negate(matmul(turned, matmul(call.gradient, turned))))
      },
      sampling: Sampling(shapes: [[[2, 2]], [[3, 3]], [[4, 4]]], inputs: wellConditioned),
      cell: { $0.inverse }),
    Operation(
      "det", "Computes the determinant of a square matrix.", form: .system(.determinant),
      notes: Notes(
        "",
        Convention(
          "gradient of a singular matrix", "an error", pytorch: "a number for some")),
      examples: ["det([1, 2; 3, 4])  # -2"], parameters: [matrix],
      kernel: .unary { a, _ throws(TensorError) in try a.determinant() },
      rule: .recorded { call in
        let turned = try transpose(required("inv")(call.inputs[0]))
        return Contributions(try multiply(multiply(call.gradient, call.output), turned))
      },
      sampling: Sampling(shapes: [[[2, 2]], [[3, 3]]], inputs: wellConditioned),
      cell: { $0.determinant }),
    Operation(
      "matrix_rank", "Counts the independent rows of a matrix.",
      form: .iteration(
        "how many singular values are not 0; they are found by iteration, not by a formula"),
      notes: """
        The singular values above ε · the longer side · the largest of them, as in NumPy; what \
        differs by rounding only counts as dependent.
        """,
      examples: ["matrix_rank([1, 2; 2, 4])  # 1", "matrix_rank(eye(3))  # 3"],
      parameters: [matrix],
      kernel: .unary { a, _ throws(TensorError) in
        Tensor(Double(try a.matrixRank()), dtype: .int64)
      },
      rule: .undefined(because: "a count jumps from one whole number to another"),
      sampling: Sampling(shapes: [[[2, 2]], [[3, 2]], [[2, 4]]]),
      cell: { .number($0.output[flat: $0.offset]) }),
    Operation(
      "lstsq", "Finds the x for which a @ x comes closest to b in squares.", form: .system(.fit),
      notes: """
        Of several the shortest, as in NumPy, whose other three results are left out. The gradient \
        needs independent columns.
        """,
      examples: ["lstsq([1, 0; 1, 1; 1, 2], [1, 3, 5])  # [1, 2]"],
      parameters: [matrix, Parameter("b", .tensor, "the right side, a vector or a matrix")],
      kernel: .binary { a, b, _ throws(TensorError) in try a.leastSquares(b) },
      rule: .recorded { call in
        let (a, x) = (call.inputs[0], call.output)
        let inner = try required("solve")(matmul(transpose(a), a), call.gradient)
        let rest = try subtract(call.inputs[1], matmul(a, x))
        let slope = try subtract(outerProduct(rest, inner), outerProduct(matmul(a, inner), x))
        return Contributions(slope, try matmul(a, inner))
      },
      sampling: Sampling(
        shapes: [[[4, 2], [4]], [[4, 2], [4, 2]], [[6, 4], [6]]],
        inputs: wellConditioned),
      cell: { $0.closestUnknown }),
  ]

  /// u vᵀ for vectors, and the same summed over columns for matrices.
  private static func outerProduct(_ u: Variable, _ v: Variable) throws -> Variable {
    u.shape.rank == 1 ? try required("outer")(u, v) : try matmul(u, transpose(v))
  }

  /// Random tensors; a matrix gets a strong diagonal, so that differences stay exact.
  private static let wellConditioned: @Sendable ([[Int]], () -> Double) -> [Tensor] = {
    shapes, random in
    shapes.enumerated().map { number, sizes in
      let tensor = Tensor.drawn(sizes, random)
      guard number == 0, sizes.count == 2 else { return tensor }
      let elements = tensor.elements.enumerated().map { offset, element in
        offset / sizes[1] == offset % sizes[1] ? element + 5 : element
      }
      return Tensor(elements, shape: tensor.shape)
    }
  }
}
