import Tensors

extension Operation {
  /// Operations that put tensors together.
  static let joining: [Operation] = [
    Operation(
      "concat", aliases: ["cat", "concatenate"],
      "Puts tensors one after the other along an existing axis.", form: .joining,
      examples: [
        "concat([[1, 2], [3]])  # [1, 2, 3]", "concat([[1; 2], [3; 4]], axis=1)  # [1, 3; 2, 4]",
      ],
      parameters: [
        Parameter("tensors", .tensors, "the tensors"),
        Parameter("axis", .integer, default: .integer(0), "the axis along which they are joined"),
      ],
      kernel: .many { parts, attributes throws(TensorError) in
        try Tensor.concatenated(parts, axis: attributes.integer("axis"))
      },
      rule: .recorded { call in
        let axis = try call.output.shape.axis(call.attributes.integer("axis"))
        return Contributions(
          try call.pieces(axis).map { piece in
            guard let piece else { return nil }
            return try index(
              call.gradient,
              .one(
                "items",
                .index(
                  along(axis, .slice(start: piece.start, stop: piece.start + piece.size, step: 1))))
            )
          })
      },
      fastRule: { call throws(TensorError) in
        let axis = try call.output.shape.axis(call.attributes.integer("axis"))
        var result: [Tensor?] = []
        for piece in call.pieces(axis) {
          result.append(
            piece.map { call.gradient.sliced(axis: axis, from: $0.start, size: $0.size) })
        }
        return Contributions(result)
      },
      sampling: Sampling(
        shapes: [[[2], [3]], [[2, 3], [1, 3], [0, 3]], [[2, 2, 2], [2, 2, 1]]],
        attributes: [.none, .one("axis", .integer(0)), .one("axis", .integer(-1))]),
      cell: { request in
        guard let axis = try? request.output.shape.axis(request.attributes.integer("axis")) else {
          return nil
        }
        var place = request.coordinates
        for (number, input) in request.inputs.enumerated() {
          if place[axis] < input.shape[axis] { return request.element(number, place) }
          place[axis] -= input.shape[axis]
        }
        return nil
      }),
    Operation(
      "stack", "Puts tensors of the same shape side by side along a new axis.", form: .stacking,
      examples: [
        "stack([[1, 2], [3, 4]])  # [1, 2; 3, 4]",
        "stack([[1, 2], [3, 4]], axis=1)  # [1, 3; 2, 4]",
      ],
      parameters: [
        Parameter("tensors", .tensors, "the tensors"),
        Parameter("axis", .integer, default: .integer(0), "the place of the new axis"),
      ],
      kernel: .many { parts, attributes throws(TensorError) in
        guard let first = parts.first else { return try Tensor.concatenated(parts, axis: 0) }
        for part in parts where part.shape != first.shape {
          throw .broadcast(first.shape, part.shape)
        }
        let axis = try newAxis(attributes, rank: first.shape.rank)
        let widened = try parts.map { part throws(TensorError) in
          try part.reshaped(to: part.shape.inserting(1, at: axis))
        }
        return try Tensor.concatenated(widened, axis: axis)
      },
      rule: .recorded { call in
        let axis = try newAxis(call.attributes, rank: call.output.shape.rank - 1)
        return Contributions(
          try call.needs.enumerated().map { number, needed in
            needed ? try index(call.gradient, .one("items", .index(along(axis, .at(number))))) : nil
          })
      },
      fastRule: { call throws(TensorError) in
        let axis = try newAxis(call.attributes, rank: call.output.shape.rank - 1)
        var result: [Tensor?] = []
        for (number, needed) in call.needs.enumerated() {
          let piece = needed ? call.gradient.sliced(axis: axis, from: number, size: 1) : nil
          result.append(try piece?.reshaped(to: call.inputs[number].shape))
        }
        return Contributions(result)
      },
      sampling: Sampling(
        shapes: [[[], [], []], [[2], [2]], [[2, 3], [2, 3]]],
        attributes: [.none, .one("axis", .integer(1)), .one("axis", .integer(-2))]),
      cell: { request in
        guard let axis = try? newAxis(request.attributes, rank: request.output.shape.rank - 1)
        else { return nil }
        var place = request.coordinates
        let number = place.remove(at: axis)
        return request.element(number, place)
      }),
    .rearrangement(
      "pad", "Surrounds a tensor with zeros.",
      notes: Notes(
        "One number pads both sides of the last two axes.",
        Convention("a tuple", "(before, after) from the last axis backwards"),
        Convention("negative numbers", "refused", pytorch: "crop")),
      examples: ["pad([1, 2], (1, 2))  # [0, 1, 2, 0, 0]", "pad([5], 1)  # [0, 5, 0]"],
      parameters: [Parameter("padding", .integers, "how many zeros")],
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 3]], [[3]], [[1, 2, 2]]],
        attributes: [
          .one("padding", .integer(1)), .one("padding", .integers([1, 2])),
          .one("padding", .integers([2, 0])),
          .one("padding", .integers([0, 1, 1, 0, 2, 0])),
        ])
    ) { shape, attributes throws(TensorError) in
      let sides = try shape.sides(attributes)
      var (sizes, start) = ([Int](), 0)
      for axis in shape.axes {
        let (size, overflow) = shape[axis].addingReportingOverflow(sides[axis].0)
        let (total, overflows) = size.addingReportingOverflow(sides[axis].1)
        guard !overflow, !overflows else { throw .tooLarge(sizes: [Int.max], limit: Memory.limit) }
        sizes.append(total)
      }
      let target = try Shape(checking: sizes)
      let strides = target.strides
      for axis in shape.axes { start += sides[axis].0 * strides[axis] }
      return .onto(target, start: start, steps: strides)
    },
  ]

  /// An index that selects along one axis and takes the others whole.
  static func along(_ axis: Int, _ item: IndexItem) -> [IndexItem] {
    Array(repeating: .slice(start: nil, stop: nil, step: 1), count: axis) + [item]
  }

  /// The place of a new axis; negative ones count from behind the last.
  private static func newAxis(_ attributes: Attributes, rank: Int) throws(TensorError) -> Int {
    let axis = attributes.integer("axis")
    guard axis >= -rank - 1, axis <= rank else { throw .axis(axis, rank: rank + 1) }
    return axis < 0 ? axis + rank + 1 : axis
  }
}

extension Backward {
  /// Inputs of a concatenation that a gradient is wanted for: where each starts and its size.
  private func pieces(_ sizes: [Int]) -> [(start: Int, size: Int)?] {
    var start = 0
    return zip(sizes, needs).map { size, needed in
      defer { start += size }
      return needed ? (start, size) : nil
    }
  }
}

extension Backward<Variable> {
  fileprivate func pieces(_ axis: Int) -> [(start: Int, size: Int)?] {
    pieces(inputs.map { $0.shape[axis] })
  }
}

extension Backward<Tensor> {
  fileprivate func pieces(_ axis: Int) -> [(start: Int, size: Int)?] {
    pieces(inputs.map { $0.shape[axis] })
  }
}

extension Shape {
  /// Zeros before and after each axis.
  fileprivate func sides(_ attributes: Attributes) throws(TensorError) -> [(Int, Int)] {
    var result = [(Int, Int)](repeating: (0, 0), count: rank)
    var given: [Int]
    if case .integer(let both) = attributes["padding"] {
      given = Array(repeating: both, count: 2 * Swift.min(rank, 2))
    } else {
      given = attributes.integers("padding") ?? []
    }
    guard given.count % 2 == 0, given.count <= 2 * rank else {
      throw .argument("padding", found: "\(given.count) numbers", expected: "a pair for each axis")
    }
    if let negative = given.first(where: { $0 < 0 }) { throw .negativeSize(negative) }
    for pair in 0..<given.count / 2 {
      result[rank - 1 - pair] = (given[2 * pair], given[2 * pair + 1])
    }
    return result
  }
}
