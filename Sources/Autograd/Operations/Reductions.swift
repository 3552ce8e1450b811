import Tensors

extension Operation {
  static let axisParameters = [
    Parameter("axis", .axes, default: Attribute.none, "axis or axes to reduce; None for all"),
    Parameter("keepdims", .bool, default: .bool(false), "keep reduced axes with size 1"),
  ]

  /// Shapes and axes on which reductions are tested.
  static let reductionSampling = Sampling(
    shapes: [[[2, 3]], [[2, 3]], [[2, 3, 2]], [[4]], [[]]],
    attributes: [
      .none, Attributes([("axis", .integer(1)), ("keepdims", .bool(true))]),
      Attributes([("axis", .integers([0, -1]))]), Attributes([("axis", .integer(-1))]), .none,
    ])

  /// Operations that turn many numbers into fewer.
  static let reductions: [Operation] = [
    Operation(
      "sum", aliases: ["Σ"], "Adds the elements along axes.", form: .total, purpose: .sum,
      notes: "The sum of no elements is 0.",
      examples: ["sum([1, 2; 3, 4], axis=0)  # [4, 6]"],
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        try x.sum(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"),
          dtype: x.dtype == .bool ? .int64 : x.dtype)
      },
      rule: .recorded { call in Contributions(try spread(call.gradient, over: call)) },
      sampling: reductionSampling,
      cell: { request in .sum(request.reducedElements) }),
    Operation(
      "mean", "Averages the elements along axes.", form: .total, purpose: .mean,
      notes: "The mean of no elements is nan.",
      examples: ["mean([1, 2; 3, 4], axis=1)  # [1.5, 3.5]"],
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        let total = try x.sum(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"),
          dtype: ResultType.real.dtype(of: x))
        let count = Tensor(Double(x.count) / Double(max(total.count, 1)))
        return try BinaryKernel.divide(total, count, dtype: total.dtype)
      },
      rule: .recorded { call in
        let count = call.inputs[0].shape.count / max(call.output.shape.count, 1)
        return Contributions(try spread(divide(call.gradient, Variable(Double(count))), over: call))
      },
      sampling: reductionSampling,
      cell: { request in
        let elements = request.reducedElements
        return .sum(elements) / .number(Double(elements.count))
      }),
    Operation(
      "sum_to", "Adds up what broadcasting to this tensor's shape had repeated.",
      form: .unbroadcasting,
      examples: ["sum_to([1, 2; 3, 4], shape=(2,))  # [4, 6]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"), Parameter("shape", .integers, "the smaller shape"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        try x.summed(to: Shape(checking: attributes.integers("shape") ?? []))
      },
      rule: .recorded { call in
        Contributions(
          try broadcastTo(call.gradient, .one("shape", .integers(call.inputs[0].shape.array))))
      },
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 3]]],
        attributes: [.one("shape", .integers([3])), .one("shape", .integers([2, 1]))]),
      cell: { request in
        let (large, small) = (request.inputs[0].shape, request.output.shape)
        let steps = small.strides(broadcastTo: large)
        return .sum(
          (0..<large.count).filter { offset in
            zip(large.coordinates(of: offset), steps).reduce(0) { $0 + $1.0 * $1.1 }
              == request.offset
          }.map { .element(input: 0, offset: $0) })
      }),
    Operation(
      "broadcast_to", "Repeats a tensor along axes of size 1 and new leading axes.",
      form: .repetition,
      examples: ["broadcast_to([1, 2], shape=(2, 2))  # [1, 2; 1, 2]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"), Parameter("shape", .integers, "the larger shape"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        try x.broadcast(to: Shape(checking: attributes.integers("shape") ?? []))
      },
      rule: .recorded { call in Contributions(try summed(call.gradient, to: call.inputs[0].shape))
      },
      sampling: Sampling(
        shapes: [[[3]], [[2, 1]]],
        attributes: [.one("shape", .integers([2, 3])), .one("shape", .integers([2, 3]))]),
      sharesElements: true, cell: { $0.broadcastElement(0) }),
  ]

  /// A gradient that arrived at a reduction, repeated over the axes that were reduced.
  static func spread(_ gradient: Variable, over call: Backward<Variable>) throws -> Variable {
    let shape = call.inputs[0].shape
    let axes = try shape.resolved(axes: call.attributes.integers("axis"))
    let kept = shape.reduced(along: axes, keepingAxes: true)
    let aligned = try reshape(gradient, .one("shape", .integers(kept.array)))
    return try broadcastTo(aligned, .one("shape", .integers(shape.array)))
  }
}

extension CellRequest {
  /// The input elements that one output cell of a reduction is made from.
  package var reducedElements: [Formula] {
    let shape = inputs[0].shape
    guard let axes = try? shape.resolved(axes: attributes.integers("axis")) else { return [] }
    let strides = shape.strides
    let kept = shape.reduced(along: axes, keepingAxes: true).coordinates(of: offset)
    var offsets = [zip(kept, strides).reduce(0) { $0 + $1.0 * $1.1 }]
    for axis in axes {
      offsets = offsets.flatMap { start in (0..<shape[axis]).map { start + $0 * strides[axis] } }
    }
    return offsets.map { .element(input: 0, offset: $0) }
  }
}
