import Tensors

extension Operation {
  /// Operations that move elements and change none.
  static let shaping: [Operation] = [
    Operation(
      "transpose", aliases: ["permute"],
      "Puts the axes in another order; without one, exchanges the last two.", form: .transposition,
      notes: "`x.T` and `xᵀ` are the same; a vector stays a vector.",
      examples: ["transpose([1, 2; 3, 4])  # [1, 3; 2, 4]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("axes", .integers, default: Attribute.none, "the new order of the axes"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        guard let order = attributes.integers("axes") else { return try x.matrixTransposed() }
        return try x.transposed(order)
      },
      rule: .recorded { call in
        guard let order = call.attributes.integers("axes") else {
          return Contributions(try transpose(call.gradient))
        }
        var inverse = [Int](repeating: 0, count: order.count)
        for (place, axis) in order.enumerated() {
          inverse[try call.inputs[0].shape.axis(axis)] = place
        }
        return Contributions(try transpose(call.gradient, .one("axes", .integers(inverse))))
      },
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 3, 2]]],
        attributes: [.none, .one("axes", .integers([2, 0, 1]))]),
      sharesElements: true,
      cell: { request in
        let rank = request.inputs[0].shape.rank
        var order = Array(0..<rank)
        if let given = request.attributes.integers("axes") {
          order = given.map { $0 < 0 ? $0 + rank : $0 }
        } else if rank >= 2 {
          order.swapAt(rank - 1, rank - 2)
        }
        var source = [Int](repeating: 0, count: rank)
        for (place, axis) in order.enumerated() { source[axis] = request.coordinates[place] }
        return request.element(0, source)
      }),
    Operation(
      "reshape", aliases: ["view"], "Gives the same elements another shape; one size may be -1.",
      form: .reshaping,
      examples: ["reshape([1, 2, 3, 4], (2, 2))  # [1, 2; 3, 4]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("shape", .integers, variadic: true, "the new sizes"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        try x.reshaped(to: x.shape.completing(attributes.integers("shape") ?? []))
      },
      rule: .recorded { call in
        Contributions(
          try reshape(call.gradient, .one("shape", .integers(call.inputs[0].shape.array))))
      },
      sampling: Sampling(
        shapes: [[[2, 3]], [[4]]],
        attributes: [.one("shape", .integers([3, 2])), .one("shape", .integers([2, -1]))]),
      sharesElements: true,
      cell: { .element(input: 0, offset: $0.offset) }),
  ]
}

extension Shape {
  /// Sizes a reshape asked for, with one -1 filled in from the count of elements.
  package func completing(_ sizes: [Int]) throws(TensorError) -> Shape {
    guard let open = sizes.firstIndex(of: -1) else { return try Shape(checking: sizes) }
    var filled = sizes
    filled[open] = 1
    let known = try Shape(checking: filled).count
    guard known > 0, count % known == 0 else { throw .reshape(from: self, to: sizes) }
    filled[open] = count / known
    return try Shape(checking: filled)
  }
}
