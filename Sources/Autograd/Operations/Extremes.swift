import Tensors

extension Operation {
  /// Operations that find the largest or smallest elements.
  static let extremes: [Operation] = [
    .extreme(
      "max", aliases: ["amax"], "Finds the largest element along axes.",
      form: .extreme(.largest, ofWindow: false), notes: extremeNotes("max"),
      examples: [
        "max([1, 5; 7, 2])  # 7", "max([1, 5; 7, 2], axis=1)  # [5, 7]", "max(1, 3, 8)  # 8",
      ], function: "max",
      wins: { $0 > $1 }),
    .extreme(
      "min", aliases: ["amin"], "Finds the smallest element along axes.",
      form: .extreme(.smallest, ofWindow: false), notes: extremeNotes("min"),
      examples: [
        "min([1, 5; 7, 2])  # 1", "min([1, 5; 7, 2], axis=0)  # [1, 2]", "min(2, -1)  # -1",
      ], function: "min",
      wins: { $0 < $1 }),
    .position(
      "argmax", "Finds the position of the largest element along an axis.", of: "largest",
      examples: ["argmax([1, 5, 2])  # 1", "argmax([1, 5; 7, 2], axis=1)  # [1, 0]"],
      wins: { $0 > $1 }),
    .position(
      "argmin", "Finds the position of the smallest element along an axis.", of: "smallest",
      examples: ["argmin([3, 1, 2])  # 1", "argmin([1, 5; 7, 2], axis=0)  # [0, 1]"],
      wins: { $0 < $1 }),
  ]

  private static func extremeNotes(_ name: String) -> Notes {
    Notes(
      "",
      Convention(
        "gradient at a tie", "all of it to the first",
        pytorch: "the same for \(name)(dim); \(name)() and a\(name) share it evenly"),
      Convention("nan", "wins over every number"))
  }

  private static func extreme(
    _ name: String, aliases: [String], _ summary: String, form: Form, notes: Notes,
    examples: [Example], function: String, wins: @escaping @Sendable (Double, Double) -> Bool
  ) -> Operation {
    @Sendable func placement(_ x: Tensor, _ attributes: Attributes) throws(TensorError) -> Placement
    {
      let found = try x.winners(
        along: attributes.integers("axis"), keepingAxes: attributes.bool("keepdims"), name: name,
        wins: wins)
      return .list(found.target, found.offsets)
    }
    return Operation(
      name, aliases: aliases, summary, form: form, notes: notes, examples: examples,
      parameters: [Parameter("x", .tensor, "the tensor")] + axisParameters,
      kernel: .unary { x, attributes throws(TensorError) in x.placed(try placement(x, attributes))
      },
      rule: .recorded { call in
        let x = call.inputs[0].value
        return Contributions(
          try movedBack(call.gradient, placement(x, call.attributes), to: x.shape))
      },
      fastRule: { call throws(TensorError) in
        let x = call.inputs[0]
        return Contributions(
          call.gradient.placedBack(try placement(x, call.attributes), to: x.shape))
      },
      sampling: Sampling(
        shapes: reductionSampling.shapes, attributes: reductionSampling.attributes, isSmooth: false),
      joinsNumbers: true,
      cell: { request in .call(function, request.reducedElements) })
  }

  private static func position(
    _ name: String, _ summary: String, of element: String, examples: [Example],
    wins: @escaping @Sendable (Double, Double) -> Bool
  ) -> Operation {
    Operation(
      name, summary, form: .position(of: element),
      notes: Notes(
        "Without an axis the elements are counted row by row.",
        Convention("ties", "the first position", pytorch: "no promise; in practice the first"),
        Convention("nan", "wins over every number")),
      examples: examples,
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter(
          "axis", .integer, default: Attribute.none, "the axis to search; None for all elements"),
        Parameter("keepdims", .bool, default: .bool(false), "keep the searched axis with size 1"),
      ],
      kernel: .unary { x, attributes throws(TensorError) in
        let axis = attributes.optionalInteger("axis")
        let found = try x.winners(
          along: axis.map { [$0] }, keepingAxes: attributes.bool("keepdims"), name: name, wins: wins
        )
        let resolved = try axis.map { axis throws(TensorError) in try x.shape.axis(axis) }
        let positions = found.offsets.map { offset in
          Double(resolved.map { x.shape.coordinates(of: offset)[$0] } ?? offset)
        }
        return Tensor(positions, shape: found.target, dtype: .int64)
      },
      rule: .undefined(
        because:
          "a position jumps when another element becomes the \(wins(1, 0) ? "largest" : "smallest")"
      ),
      sampling: Sampling(
        shapes: [[[2, 3]], [[2, 3]], [[4]]],
        attributes: [
          .none, Attributes([("axis", .integer(1)), ("keepdims", .bool(true))]),
          .one("axis", .integer(-1)),
        ]),
      cell: { request in
        // The places in a long list say nothing that the result does not.
        let search = Formula.call(name, request.searchedElements)
        guard request.searchedElements.count > 9 else { return search }
        return search.evaluated(symbol: { _ in nil }) { request.inputs[$0][flat: $1] }
          .map(Formula.number)
      })
  }
}

extension CellRequest {
  /// The elements among which `argmax` and `argmin` looked for the cell.
  package var searchedElements: [Formula] {
    let shape = inputs[0].shape
    guard let written = attributes.optionalInteger("axis") else {
      return (0..<shape.count).map { .element(input: 0, offset: $0) }
    }
    guard let runs = try? Runs(of: shape, along: written) else { return [] }
    let start = offset / runs.inner * runs.size * runs.inner + offset % runs.inner
    return (0..<runs.size).map { .element(input: 0, offset: start + $0 * runs.inner) }
  }
}
