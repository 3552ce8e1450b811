import Tensors

extension Operation {
  /// Operations that move, repeat or leave out elements.
  static let rearranging: [Operation] = [
    .rearrangement(
      "flatten", "Joins axes into one, by default all of them.", form: .moving,
      notes: "The layer `Flatten()` keeps axis 0, which is start_axis=1.",
      examples: ["flatten([1, 2; 3, 4])  # [1, 2, 3, 4]"],
      parameters: [
        Parameter("start_axis", .integer, default: .integer(0), "first axis to join"),
        Parameter("end_axis", .integer, default: .integer(-1), "last axis to join"),
      ],
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 3, 2]], [[]]],
        attributes: [.none, .one("start_axis", .integer(1)), .none])
    ) { shape, attributes throws(TensorError) in
      guard !shape.isScalar else { return .grid([1], start: 0, steps: [1]) }
      let first = try shape.axis(attributes.integer("start_axis"))
      let last = try shape.axis(attributes.integer("end_axis", default: -1))
      guard first <= last else {
        throw .argument("end_axis", found: "\(last)", expected: "\(first) or more")
      }
      let sizes = shape.array
      let joined = sizes[..<first] + [sizes[first...last].reduce(1, *)] + sizes[(last + 1)...]
      let target = Shape(unchecked: joined)
      return .grid(target, start: 0, steps: target.strides)
    },
    .rearrangement(
      "squeeze", "Removes axes of size 1.", form: .moving,
      notes: Notes(
        "", Convention("a named axis not of size 1", "an error, as in NumPy", pytorch: "ignored")),
      examples: ["squeeze([[1, 2]])  # [1, 2]"],
      parameters: [
        Parameter("axis", .axes, default: Attribute.none, "axes to remove; None for all of size 1")
      ],
      sampling: Sampling(
        shapes: [[[1, 3, 1]], [[1, 3, 1]]], attributes: [.none, .one("axis", .integer(-1))]),
      sharesElements: true
    ) { shape, attributes throws(TensorError) in
      let named = try attributes.integers("axis").map { axes throws(TensorError) in
        try shape.resolved(axes: axes)
      }
      for axis in named ?? [] where shape[axis] != 1 {
        throw .argument(
          "axis", found: "\(axis), which has size \(shape[axis])", expected: "an axis of size 1")
      }
      let target = shape.reduced(
        along: named ?? shape.axes.filter { shape[$0] == 1 }, keepingAxes: false)
      return .grid(target, start: 0, steps: target.strides)
    },
    .rearrangement(
      "unsqueeze", aliases: ["expand_dims"], "Inserts an axis of size 1.", form: .moving,
      examples: ["unsqueeze([1, 2], 0)  # [[1, 2]]", "unsqueeze([1, 2], -1)  # [1; 2]"],
      parameters: [Parameter("axis", .integer, "the place of the new axis")],
      sampling: Sampling(
        shapes: [[[3]], [[2, 3]]],
        attributes: [.one("axis", .integer(0)), .one("axis", .integer(-1))]),
      sharesElements: true
    ) { shape, attributes throws(TensorError) in
      let axis = attributes.integer("axis")
      guard axis >= -shape.rank - 1, axis <= shape.rank else {
        throw .axis(axis, rank: shape.rank + 1)
      }
      let target = try shape.inserting(1, at: axis < 0 ? axis + shape.rank + 1 : axis)
      return .grid(target, start: 0, steps: target.strides)
    },
    .rearrangement(
      "swapaxes", aliases: ["swapdims"], "Exchanges two axes.",
      examples: ["swapaxes([1, 2; 3, 4], 0, 1)  # [1, 3; 2, 4]"],
      parameters: [
        Parameter("axis1", .integer, "one axis"), Parameter("axis2", .integer, "the other axis"),
      ],
      sampling: Sampling(
        shapes: [[[2, 3, 2]]],
        attributes: [Attributes([("axis1", .integer(0)), ("axis2", .integer(-1))])]),
      sharesElements: true
    ) { shape, attributes throws(TensorError) in
      let (one, two) = (
        try shape.axis(attributes.integer("axis1")), try shape.axis(attributes.integer("axis2"))
      )
      var order = Array(shape.axes)
      order.swapAt(one, two)
      let strides = shape.strides
      return .grid(
        Shape(unchecked: order.map { shape[$0] }), start: 0, steps: order.map { strides[$0] })
    },
    .rearrangement(
      "flip", aliases: ["reverse"], "Reverses the order along axes.",
      examples: ["flip([1, 2, 3])  # [3, 2, 1]", "flip([1, 2; 3, 4], axis=1)  # [2, 1; 4, 3]"],
      parameters: [
        Parameter("axis", .axes, default: Attribute.none, "axes to reverse; None for all")
      ],
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 3]], [[]]], attributes: [.none, .one("axis", .integer(-1)), .none])
    ) { shape, attributes throws(TensorError) in
      shape.reversed(along: try shape.resolved(axes: attributes.integers("axis")))
    },
    .rearrangement(
      "rot180", aliases: ["rotate180"],
      "Turns the last two axes by 180°, as a true convolution turns its kernel.",
      notes: "A vector is reversed. The same as flip(x, axis=(-2, -1)) and rot90(x, 2).",
      examples: ["rot180([1, 2; 3, 4])  # [4, 3; 2, 1]"], parameters: [],
      sampling: Sampling(shapes: [[[2, 3]], [[2, 2, 2]], [[3]]])
    ) { shape, _ throws(TensorError) in shape.reversed(along: Array(shape.axes.suffix(2))) },
    .rearrangement(
      "rot90", "Turns the last two axes by 90°, k times, from the rows towards the columns.",
      notes: Notes(
        "Counterclockwise as an image is drawn.",
        Convention("axes that are turned", "the last two", pytorch: "the first two, as in NumPy")),
      examples: ["rot90([1, 2; 3, 4])  # [2, 4; 1, 3]", "rot90([1, 2; 3, 4], -1)  # [3, 1; 4, 2]"],
      parameters: [Parameter("k", .integer, default: .integer(1), "how many quarter turns")],
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 2, 3]], [[2, 3]]],
        attributes: [.none, .one("k", .integer(3)), .one("k", .integer(-6))])
    ) { shape, attributes throws(TensorError) in
      guard shape.rank >= 2 else { throw .rank(of: "x", expected: "2 or more", found: shape) }
      return shape.turned(by: ((attributes.integer("k", default: 1) % 4) + 4) % 4)
    },
    .rearrangement(
      "roll", "Shifts elements along axes; what leaves at one end enters at the other.",
      notes: "Without an axis the tensor is shifted as if it were flat, as in NumPy and PyTorch.",
      examples: [
        "roll([1, 2, 3], 1)  # [3, 1, 2]", "roll([1, 2; 3, 4], 1, axis=0)  # [3, 4; 1, 2]",
      ],
      parameters: [
        Parameter("shift", .integers, "places to shift by, one for each axis"),
        Parameter("axis", .axes, default: Attribute.none, "axes to shift along"),
      ],
      sampling: Sampling(
        shapes: [[[4]], [[2, 3]], [[2, 3]], [[2, 3]]],
        attributes: [
          .one("shift", .integer(1)), .one("shift", .integer(-2)),
          Attributes([("shift", .integer(4)), ("axis", .integer(-1))]),
          Attributes([("shift", .integers([1, 2])), ("axis", .integers([0, 1]))]),
        ]),
      placement: rolled),
    .rearrangement(
      "repeat", aliases: ["repeat_interleave"], "Repeats every element in place.",
      notes: Notes(
        "Without an axis the tensor is flattened first.",
        Convention(
          "x.repeat(2)", "each element twice, as in NumPy",
          pytorch: "repeat_interleave; its repeat is tile here")),
      examples: [
        "repeat([1, 2], 2)  # [1, 1, 2, 2]",
        "repeat([1, 2; 3, 4], 2, axis=0)  # [1, 2; 1, 2; 3, 4; 3, 4]",
      ],
      parameters: [
        Parameter("repeats", .integer, "how many times"),
        Parameter("axis", .integer, default: Attribute.none, "the axis to lengthen"),
      ],
      sampling: Sampling(
        shapes: [[[3]], [[2, 3]]],
        attributes: [
          .one("repeats", .integer(2)),
          Attributes([("repeats", .integer(3)), ("axis", .integer(1))]),
        ])
    ) { shape, attributes throws(TensorError) in
      let times = attributes.integer("repeats")
      let axis = try attributes.optionalInteger("axis").map { axis throws(TensorError) in
        try shape.axis(axis)
      }
      let (sizes, place) = axis.map { (shape.array, $0) } ?? ([shape.count], 0)
      return try Shape(unchecked: sizes).lengthened(axis: place, times) { $0 / times }
    },
    .rearrangement(
      "tile", "Repeats the whole tensor along its axes.",
      notes: "NumPy's `tile`, PyTorch's `Tensor.repeat`.",
      examples: ["tile([1, 2], 2)  # [1, 2, 1, 2]", "tile([1, 2], (2, 1))  # [1, 2; 1, 2]"],
      parameters: [Parameter("reps", .integers, "how many times along each axis")],
      sampling: Sampling(
        shapes: [[[3]], [[2, 3]], [[2]]],
        attributes: [
          .one("reps", .integer(2)), .one("reps", .integers([2, 2])),
          .one("reps", .integers([2, 1])),
        ]),
      placement: tiled),
    .rearrangement(
      "diag", aliases: ["diagonal"],
      "Makes a diagonal matrix of a vector, or takes the diagonal of a matrix.",
      examples: ["diag([1, 2])  # [1, 0; 0, 2]", "diag([1, 2; 3, 4])  # [1, 4]"],
      parameters: [
        Parameter(
          "offset", .integer, default: .integer(0), "0 for the main diagonal, 1 for the one above")
      ],
      sampling: Sampling(
        shapes: [[[3]], [[2, 3]], [[2]], [[3, 3]]],
        attributes: [.none, .none, .one("offset", .integer(1)), .one("offset", .integer(-1))])
    ) { shape, attributes throws(TensorError) in
      try shape.diagonal(offset: attributes.integer("offset"))
    },
    .triangle(
      "tril", "Keeps the lower triangle and sets what is above to 0.",
      example: "tril([1, 2; 3, 4])  # [1, 0; 3, 4]"
    ) {
      row, column, offset in column - row <= offset
    },
    .triangle(
      "triu", "Keeps the upper triangle and sets what is below to 0.",
      example: "triu([1, 2; 3, 4])  # [1, 2; 0, 4]"
    ) {
      row, column, offset in column - row >= offset
    },
  ]

  private static func triangle(
    _ name: String, _ summary: String, example: Example,
    keeps: @escaping @Sendable (_ row: Int, _ column: Int, _ offset: Int) -> Bool
  ) -> Operation {
    @Sendable func mask(_ shape: Shape, _ attributes: Attributes) throws(TensorError) -> Tensor {
      guard shape.rank >= 2 else { throw .rank(of: "x", expected: "2 or more", found: shape) }
      let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
      let offset = max(-rows - 1, min(columns + 1, attributes.integer("offset")))
      return Tensor([rows, columns]) { out in
        Poll.inChunks(out.count) {
          for index in $0 { out[index] = keeps(index / columns, index % columns, offset) ? 1 : 0 }
        }
      }
    }
    return Operation(
      name, summary, examples: [example],
      parameters: [
        Parameter("x", .tensor, "the matrix"),
        Parameter(
          "offset", .integer, default: .integer(0),
          "the last diagonal that is kept, 0 for the main one"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        try Tensor.combine(x, mask(x.shape, attributes), dtype: x.dtype) { $1 == 0 ? 0 : $0 }
      },
      rule: .recorded { call in
        Contributions(
          try multiply(call.gradient, Variable(mask(call.inputs[0].shape, call.attributes))))
      },
      sampling: Sampling(
        shapes: [[[3, 3]], [[2, 2, 3]]], attributes: [.none, .one("offset", .integer(1))]),
      cell: { request in
        let place = request.coordinates.suffix(2)
        guard let row = place.first, let column = place.last else { return nil }
        let isKept = keeps(row, column, request.attributes.integer("offset"))
        return isKept ? .element(input: 0, offset: request.offset) : 0
      })
  }

  private static let rolled: @Sendable (Shape, Attributes) throws(TensorError) -> Placement = {
    shape, attributes throws(TensorError) in
    let shifts = attributes.integers("shift") ?? []
    guard let axes = attributes.integers("axis") else {
      let total = shifts.reduce(0, &+)
      let count = shape.count
      return .list(shape, try Poll.list(count) { wrapped($0, total, count) })
    }
    guard shifts.count == axes.count else {
      throw .sizes(of: "shift", expected: axes.count, found: shifts.count, what: "numbers")
    }
    var shiftOfAxis = [Int](repeating: 0, count: shape.rank)
    for (axis, shift) in zip(axes, shifts) { shiftOfAxis[try shape.axis(axis)] &+= shift }
    return .list(
      shape,
      try Poll.list(shape.count) { offset in
        let from = zip(shape.coordinates(of: offset), shape.axes).map {
          wrapped($0, shiftOfAxis[$1], shape[$1])
        }
        return shape.offset(of: from)
      })
  }

  /// The place an element came from when all were shifted around a circle.
  private static func wrapped(_ place: Int, _ shift: Int, _ count: Int) -> Int {
    let moved = (place - shift % count) % count
    return moved < 0 ? moved + count : moved
  }

  private static let tiled: @Sendable (Shape, Attributes) throws(TensorError) -> Placement = {
    shape, attributes throws(TensorError) in
    let given = attributes.integers("reps") ?? []
    if let negative = given.first(where: { $0 < 0 }) { throw .negativeSize(negative) }
    let rank = max(shape.rank, given.count)
    let sizes = Array(repeating: 1, count: rank - shape.rank) + shape.array
    let times = Array(repeating: 1, count: rank - given.count) + given
    var target: [Int] = []
    for (size, count) in zip(sizes, times) {
      let (product, overflow) = size.multipliedReportingOverflow(by: count)
      guard !overflow else { throw .tooLarge(sizes: given, limit: Memory.limit) }
      target.append(product)
    }
    let (source, result) = (try Shape(checking: sizes), try Shape(checking: target))
    return .list(
      result,
      try Poll.list(result.count) { offset in
        source.offset(of: zip(result.coordinates(of: offset), sizes).map { $0 % $1 })
      })
  }
}

extension Shape {
  /// Every element, in reverse order along the axes.
  fileprivate func reversed(along axes: [Int]) -> Placement {
    let strides = strides
    var (start, steps) = (0, strides)
    for axis in axes where self[axis] > 0 {
      start += (self[axis] - 1) * strides[axis]
      steps[axis] = -strides[axis]
    }
    return .grid(self, start: start, steps: steps)
  }

  /// The last two axes turned by quarters.
  fileprivate func turned(by quarters: Int) -> Placement {
    if quarters % 2 == 0 {
      return reversed(along: quarters == 0 ? [] : Array(axes.suffix(2)))
    }
    var (sizes, steps, start) = (array, strides, 0)
    sizes.swapAt(rank - 2, rank - 1)
    steps.swapAt(rank - 2, rank - 1)
    let mirrored = quarters == 1 ? rank - 2 : rank - 1
    if count > 0 { start = (sizes[mirrored] - 1) * steps[mirrored] }
    steps[mirrored] = -steps[mirrored]
    return .grid(Shape(unchecked: sizes), start: start, steps: steps)
  }

  /// An axis made longer by a factor; `source` gives the place along it an element comes from.
  fileprivate func lengthened(
    axis: Int, _ times: Int, source: (Int) -> Int
  ) throws(TensorError) -> Placement {
    guard times >= 0 else { throw .negativeSize(times) }
    let (size, overflow) = self[axis].multipliedReportingOverflow(by: times)
    guard !overflow else { throw .tooLarge(sizes: [self[axis], times], limit: Memory.limit) }
    var sizes = array
    sizes[axis] = size
    let target = try Shape(checking: sizes)
    let inner = strides[axis]
    return .list(
      target,
      try Poll.list(target.count) { offset in
        let (block, rest) = offset.quotientAndRemainder(dividingBy: size * inner)
        return (block * self[axis] + source(rest / inner)) * inner + rest % inner
      })
  }

  /// A vector laid on a diagonal of zeros, or the diagonal of a matrix.
  func diagonal(offset: Int) throws(TensorError) -> Placement {
    guard rank == 1 || rank == 2 else { throw .rank(of: "x", expected: "1 or 2", found: self) }
    let reach = Int(clamping: offset.magnitude)
    if rank == 1 {
      let (size, overflow) = self[0].addingReportingOverflow(reach)
      guard !overflow else { throw .tooLarge(sizes: [reach, reach], limit: Memory.limit) }
      let target = try Shape(checking: [size, size])
      return .onto(target, start: offset < 0 ? reach * size : reach, steps: [size + 1])
    }
    let (rows, columns) = (self[0], self[1])
    let count =
      offset < 0 ? min(rows - min(reach, rows), columns) : min(rows, columns - min(reach, columns))
    let start = count == 0 ? 0 : offset < 0 ? reach * columns : reach
    return .grid([count], start: start, steps: [columns + 1])
  }
}
