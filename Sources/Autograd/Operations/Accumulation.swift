import Tensors

extension Operation {
  private static let flattening = Notes(
    "", Convention("without an axis", "flattened, as in NumPy", pytorch: "an axis is needed"))

  private static let runningAxis = Parameter(
    "axis", .integer, default: Attribute.none, "the axis to run along; None flattens first")
  private static let runningSampling = Sampling(
    shapes: [[[4]], [[2, 3]], [[2, 3]]], attributes: [.none, .none, .one("axis", .integer(-1))])

  /// Running sums and products, and differences of neighbors.
  static let accumulation: [Operation] = [
    Operation(
      "cumsum", "Gives the running sum along an axis.",
      notes: flattening,
      examples: ["cumsum([1, 2, 3])  # [1, 3, 6]"],
      parameters: [Parameter("x", .tensor, "the tensor"), runningAxis],
      kernel: .unary { x, attributes throws(TensorError) in try x.running(attributes, +) },
      rule: .recorded { call in
        Contributions(try backwardsSum(call.gradient, call.inputs[0].shape, call.attributes))
      },
      sampling: runningSampling,
      cell: { request in .sum(request.earlierElements) }),
    Operation(
      "cumprod", "Gives the running product along an axis.",
      notes: flattening + "Zeros have exact gradients.",
      examples: ["cumprod([1, 2, 3])  # [1, 2, 6]"],
      parameters: [Parameter("x", .tensor, "the tensor"), runningAxis],
      kernel: .unary { x, attributes throws(TensorError) in try x.running(attributes, *) },
      rule: .recorded { call in Contributions(try cumulativeProductRule(call)) },
      sampling: runningSampling,
      cell: { request in .product(request.earlierElements) }),
    Operation(
      "prod", "Multiplies the elements along axes.", notes: "The product of no elements is 1.",
      examples: ["prod([2, 3, 4])  # 24", "prod([1, 2; 3, 4], axis=0)  # [3, 8]"],
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        try x.reduced(
          along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"),
          dtype: ResultType.same.dtype(of: x)
        ) { $0.reduce(1, *) }
      },
      rule: .recorded { call in Contributions(try productRule(call)) },
      sampling: reductionSampling,
      cell: { request in .product(request.reducedElements) }),
    Operation(
      "diff", "Subtracts from every element the one before it along an axis.",
      examples: ["diff([1, 4, 9])  # [3, 5]", "diff([1, 4, 9], n=2)  # [2]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("n", .integer, default: .integer(1), "how many times"),
        Parameter("axis", .integer, default: .integer(-1), "the axis to run along"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        let axis = try x.shape.axis(attributes.integer("axis", default: -1))
        let times = attributes.integer("n", default: 1)
        guard times >= 0 else { throw .argument("n", found: "\(times)", expected: "0 or more") }
        var result = x
        for _ in 0..<min(times, x.shape[axis]) { result = try result.difference(along: axis) }
        return result
      },
      rule: .recorded { call in
        let axis = try call.inputs[0].shape.axis(call.attributes.integer("axis", default: -1))
        var gradient = call.gradient
        for _ in 0..<min(call.attributes.integer("n", default: 1), call.inputs[0].shape[axis]) {
          gradient = try differenceRule(gradient, axis)
        }
        return Contributions(gradient)
      },
      sampling: Sampling(
        shapes: [[[4]], [[2, 3]], [[3, 2]]],
        attributes: [.none, .one("n", .integer(2)), .one("axis", .integer(0))]),
      cell: differenceCell),
  ]

  /// Running sums from the end, in the shape of the input.
  private static func backwardsSum(
    _ gradient: Variable, _ shape: Shape, _ attributes: Attributes
  ) throws -> Variable {
    let axis = attributes.optionalInteger("axis") ?? 0
    let along = Attributes.one("axis", .integer(axis))
    let turned = try required("flip")(gradient, along)
    let summed = try required("flip")(required("cumsum")(turned, along), along)
    return summed.shape == shape
      ? summed : try reshape(summed, .one("shape", .integers(shape.array)))
  }

  /// ∂/∂xⱼ = Σ_{k≥j} gₖ yₖ / xⱼ; where an element is 0, the products are taken without xⱼ instead.
  private static func cumulativeProductRule(_ call: Backward<Variable>) throws -> Variable {
    let x = call.inputs[0]
    if !x.value.contains(where: { $0 == 0 }) {
      let weighted = try multiply(call.gradient, call.output)
      return try divide(backwardsSum(weighted, x.shape, call.attributes), x)
    }
    let axis = try call.output.shape.axis(call.attributes.optionalInteger("axis") ?? 0)
    let size = call.output.shape[axis]
    let ones = Tensor(repeating: 1, shape: [size, size])
    let reached = Variable(try required("tril").evaluate([ones], .one("offset", .integer(0))))
    func unsqueezed(_ x: Variable, _ place: Int) throws -> Variable {
      try required("unsqueeze")(x, .one("axis", .integer(place)))
    }
    func last(_ x: Variable) throws -> Variable {
      try required("swapaxes")(x, Attributes([("axis1", .integer(axis)), ("axis2", .integer(-1))]))
    }
    let flat = try reshape(x, .one("shape", .integers(call.output.shape.array)))
    // Row k holds the factors of cell k, and 1 for those that come later.
    let factors = try choose([reached, unsqueezed(last(flat), -2), Variable(1)])
    let products = try others(unsqueezed(factors, -2))
    let weighted = try multiply(unsqueezed(last(call.gradient), -1), multiply(reached, products))
    return try reshape(
      last(sum(weighted, .one("axis", .integer(-2)))), .one("shape", .integers(x.shape.array)))
  }

  /// From rows of factors (…, 1, n) the product of all factors but one, for each of the n.
  private static func others(_ rows: Variable) throws -> Variable {
    let size = rows.shape[rows.shape.rank - 1]
    let ones = Tensor(repeating: 1, shape: [size])
    let diagonal = Variable(try required("diag").evaluate([ones], .one("offset", .integer(0))))
    return try required("prod")(choose([diagonal, Variable(1), rows]), .one("axis", .integer(-1)))
  }

  /// ∂/∂xⱼ = g · y / xⱼ; where an element is 0, the product of all others is taken instead.
  private static func productRule(_ call: Backward<Variable>) throws -> Variable {
    let x = call.inputs[0]
    let g = try spread(call.gradient, over: call)
    if !x.value.contains(where: { $0 == 0 }) {
      return try multiply(g, divide(spread(call.output, over: call), x))
    }
    let axes = try x.shape.resolved(axes: call.attributes.integers("axis"))
    let order = x.shape.axes.filter { !axes.contains($0) } + axes
    let moved = try transpose(x, .one("axes", .integers(order)))
    let run = axes.reduce(1) { $0 * x.shape[$1] }
    let rows = try reshape(moved, .one("shape", .integers([x.shape.count / max(run, 1), 1, run])))
    let shaped = try reshape(others(rows), .one("shape", .integers(moved.shape.array)))
    var inverse = order
    for (place, axis) in order.enumerated() { inverse[axis] = place }
    return try multiply(g, transpose(shaped, .one("axes", .integers(inverse))))
  }

  /// Each element of the input was subtracted in one cell and subtracted from in the one before it.
  private static func differenceRule(_ gradient: Variable, _ axis: Int) throws -> Variable {
    var sizes = gradient.shape.array
    sizes[axis] = 1
    let edge = Variable(Tensor(repeating: 0, shape: Shape(unchecked: sizes)))
    let padded = try required("concat")([edge, gradient, edge], .one("axis", .integer(axis)))
    return try negate(
      required("diff")(padded, Attributes([("n", .integer(1)), ("axis", .integer(axis))])))
  }

  /// The elements with the signed binomial coefficients of n differences.
  private static func differenceCell(_ request: CellRequest) -> Formula? {
    guard let axis = try? request.output.shape.axis(request.attributes.integer("axis", default: -1))
    else { return nil }
    let times = min(request.attributes.integer("n", default: 1), request.inputs[0].shape[axis])
    var coefficient = 1.0
    var terms: [Formula] = []
    for step in 0...times {
      var place = request.coordinates
      place[axis] += times - step
      let element = request.element(0, place)
      let sized = coefficient == 1 ? element : .number(coefficient) * element
      terms.append(step % 2 == 0 ? sized : -sized)
      coefficient *= Double(times - step) / Double(step + 1)
    }
    return times == 1 ? request.subtraction(axis) : .sum(terms)
  }
}

extension CellRequest {
  /// The elements a running sum or product has passed when it reaches the cell.
  fileprivate var earlierElements: [Formula] {
    guard let axis = attributes.optionalInteger("axis"), let resolved = try? output.shape.axis(axis)
    else {
      return (0...offset).map { .element(input: 0, offset: $0) }
    }
    return (0...coordinates[resolved]).map { index in
      var place = coordinates
      place[resolved] = index
      return element(0, place)
    }
  }

  fileprivate func subtraction(_ axis: Int) -> Formula {
    var next = coordinates
    next[axis] += 1
    return element(0, next) - element(0, coordinates)
  }
}

extension Tensor {
  /// Running totals along an axis, or of all elements without one.
  fileprivate func running(
    _ attributes: Attributes, _ combine: (Double, Double) -> Double
  ) throws(TensorError) -> Tensor {
    let axis = attributes.optionalInteger("axis")
    let target = axis == nil ? Shape(unchecked: [count]) : shape
    let runs = try Runs(of: target, along: axis ?? 0)
    return withElements { source in
      Tensor(target, dtype: ResultType.same.dtype(of: self)) { out in
        runs.forEach { _, start in
          Poll.inChunks(runs.size) {
            for index in $0 {
              let place = start + index * runs.inner
              out[place] =
                index == 0 ? source[place] : combine(out[place - runs.inner], source[place])
            }
          }
        }
      }
    }
  }

  fileprivate func difference(along axis: Int) throws(TensorError) -> Tensor {
    let size = Swift.max(shape[axis] - 1, 0)
    let later = sliced(axis: axis, from: shape[axis] - size, size: size)
    return try Tensor.combine(
      later, sliced(axis: axis, from: 0, size: size), dtype: ResultType.same.dtype(of: self), -)
  }
}
