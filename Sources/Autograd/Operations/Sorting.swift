import Tensors

extension Operation {
  fileprivate static let orderedElement = "element that comes here"
  private static let sortedAxis = Parameter(
    "axis", .integer, default: .integer(-1), "the axis to sort along")
  private static let sortSampling = Sampling(
    shapes: [[[4]], [[2, 3]], [[3, 2]]],
    attributes: [.none, .one("descending", .bool(true)), .one("axis", .integer(0))])

  /// Operations that order elements, and those that pick and place them along an axis.
  static let sorting: [Operation] = [
    .ordered(
      "sort", "Puts the elements along an axis in rising order.",
      positions: "argsort",
      notes: Notes(
        "",
        Convention("ties", "keep their order", pytorch: "only with stable=True"),
        Convention("nan", "comes last"),
        Convention(
          "result", "the values, as in NumPy; return_indices=True for both",
          pytorch: "values and positions")),
      examples: ["sort([3, 1, 2])  # [1, 2, 3]", "sort([3, 1, 2], descending=True)  # [3, 2, 1]"],
      parameters: [
        sortedAxis, Parameter("descending", .bool, default: .bool(false), "falling order"),
      ],
      sampling: sortSampling),
    .orderedPositions(
      "argsort", "Gives the positions that put the elements along an axis in rising order.",
      examples: ["argsort([3, 1, 2])  # [1, 2, 0]"],
      parameters: [
        sortedAxis, Parameter("descending", .bool, default: .bool(false), "falling order"),
      ],
      sampling: sortSampling),
    .ordered(
      "top_k", aliases: ["topk"], "Picks the k largest elements along an axis, largest first.",
      positions: "arg_top_k",
      notes: Notes(
        "",
        Convention(
          "result", "the values; return_indices=True for both", pytorch: "values and positions")),
      examples: [
        "top_k([3, 1, 2], 2)  # [3, 2]", "top_k([3, 1, 2], 2, return_indices=True)[1]  # [0, 2]",
      ],
      parameters: [Parameter("k", .integer, "how many"), sortedAxis], sampling: topSampling),
    .orderedPositions(
      "arg_top_k", aliases: ["argtopk"],
      "Gives the positions of the k largest elements along an axis, largest first.",
      examples: ["arg_top_k([3, 1, 2], 2)  # [0, 2]"],
      parameters: [Parameter("k", .integer, "how many"), sortedAxis], sampling: topSampling),
    Operation(
      "gather", aliases: ["take_along_axis"],
      """
      Picks along an axis, for every cell of the result, the element whose number `index` holds \
      there.
      """,
      notes:
        "`index` has as many axes as x and is nowhere longer except along `axis`, as in PyTorch.",
      examples: ["gather([1, 2; 3, 4], 1, [1, 0; 0, 0])  # [2, 1; 3, 3]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("axis", .integer, "the axis to pick along"),
        Parameter("index", .tensor, "whole numbers"),
      ],
      kernel: .binary { x, index, attributes throws(TensorError) in
        x.placed(.list(index.shape, try x.shape.gathered(index, attributes)))
      },
      rule: .recorded { call in
        let shape = call.inputs[0].shape
        let offsets = try shape.gathered(call.inputs[1].value, call.attributes)
        return Contributions(
          try movedBack(call.gradient, .list(call.gradient.shape, offsets), to: shape), nil)
      },
      sampling: Sampling(
        shapes: [[[2, 3], [2, 4]], [[3, 2], [2, 2]]],
        attributes: [.one("axis", .integer(1)), .one("axis", .integer(0))],
        inputs: { shapes, random in
          [.drawn(shapes[0], random), .labels(shapes[1], below: 3, random)]
        }),
      cell: { request in
        (try? request.inputs[0].shape.gathered(request.inputs[1], request.attributes))
          .map { .element(input: 0, offset: $0[request.offset]) }
      }),
    Operation(
      "scatter", "Copies x and puts the elements of `source` along an axis where `index` says.",
      notes: Notes(
        "",
        Convention(
          "two elements for one place", "the last stays and alone gets the gradient",
          pytorch: "no promise")),
      examples: ["scatter([0, 0, 0], 0, [2, 0], [5, 6])  # [6, 0, 5]"],
      parameters: [
        Parameter("x", .tensor, "the tensor"),
        Parameter("axis", .integer, "the axis to place along"),
        Parameter("index", .tensor, "whole numbers"),
        Parameter("source", .tensor, "what is placed"),
      ],
      kernel: .many { inputs, attributes throws(TensorError) in
        let owners = try scattered(inputs, attributes)
        let (x, source) = (inputs[0], inputs[2])
        return x.withElements { x in
          source.withElements { from in
            Tensor(inputs[0].shape, dtype: promoted(inputs[0], source)) { out in
              for (place, owner) in Poll.each(owners.enumerated()) {
                out[place] = owner.map { from[$0] } ?? x[place]
              }
            }
          }
        }
      },
      rule: .recorded { call in
        let owners = try scattered(call.inputs.map(\.value), call.attributes)
        let kept = Tensor(try Poll.map(owners) { $0 == nil ? 1 : 0 }, shape: call.output.shape)
        let taken = Poll.each(owners.indices).filter { owners[$0] != nil }
        let arrived = try take([call.gradient, indices(taken, shape: [taken.count])])
        let placed = try scatterAdd(
          [arrived, indices(owners.compactMap { $0 }, shape: [taken.count])],
          .one("shape", .integers(call.inputs[2].shape.array)))
        return Contributions(try multiply(call.gradient, Variable(kept)), nil, placed)
      },
      sampling: Sampling(
        shapes: [[[2, 3], [2, 2], [2, 2]], [[3], [2], [2]]],
        attributes: [.one("axis", .integer(1)), .one("axis", .integer(0))],
        inputs: { shapes, random in
          [
            .drawn(shapes[0], random), .labels(shapes[1], below: 3, random),
            .drawn(shapes[2], random),
          ]
        }),
      cell: { request in
        (try? scattered(request.inputs, request.attributes)).map { owners in
          owners[request.offset].map { .element(input: 2, offset: $0) }
            ?? .element(input: 0, offset: request.offset)
        }
      }),
  ]

  private static let topSampling = Sampling(
    shapes: [[[4]], [[3, 2]]],
    attributes: [.one("k", .integer(2)), Attributes([("k", .integer(1)), ("axis", .integer(0))])])

  /// Whose element each cell of a scatter holds: an offset in the source, or nil for x itself.
  private static func scattered(_ inputs: [Tensor], _ attributes: Attributes) throws(TensorError)
    -> [Int?]
  {
    let (x, index, source) = (inputs[0].shape, inputs[1], inputs[2].shape)
    guard index.shape == source else { throw .broadcast(index.shape, source) }
    try Memory.make(x.count, of: MemoryLayout<Int?>.stride)
    var owners = [Int?](repeating: nil, count: x.count)
    for (from, place) in Poll.each(try x.gathered(index, attributes).enumerated()) {
      owners[place] = from
    }
    return owners
  }

  private static func ordered(
    _ name: String, aliases: [String] = [], _ summary: String, positions: String, notes: Notes,
    examples: [Example], parameters: [Parameter], sampling: Sampling
  ) -> Operation {
    @Sendable func placement(_ x: Tensor, _ attributes: Attributes) throws(TensorError) -> Placement
    {
      let order = try Ordering(x, attributes)
      return .list(order.target, order.offsets)
    }
    return Operation(
      name, aliases: aliases, summary, notes: notes, examples: examples,
      parameters: [Parameter("x", .tensor, "the tensor")] + parameters, secondResult: positions,
      kernel: .unary { x, attributes throws(TensorError) in x.placed(try placement(x, attributes))
      },
      rule: .recorded { call in
        let x = call.inputs[0].value
        return Contributions(
          try movedBack(call.gradient, placement(x, call.attributes), to: x.shape))
      },
      sampling: sampling,
      cell: { request in (try? placement(request.inputs[0], request.attributes))?.cell(request) })
  }

  private static func orderedPositions(
    _ name: String, aliases: [String] = [], _ summary: String, examples: [Example],
    parameters: [Parameter], sampling: Sampling
  ) -> Operation {
    Operation(
      name, aliases: aliases, summary, form: .position(of: orderedElement),
      notes: Notes(
        "", Convention("ties", "keep their order", pytorch: "only with stable=True"),
        Convention("nan", "counts as the largest")),
      examples: examples, parameters: [Parameter("x", .tensor, "the tensor")] + parameters,
      kernel: .unary { x, attributes throws(TensorError) in
        let order = try Ordering(x, attributes)
        return Tensor(order.target, dtype: .int64) { out in
          Poll.inChunks(out.count) { for cell in $0 { out[cell] = Double(order.position(cell)) } }
        }
      },
      rule: .undefined(because: "a position jumps when two elements change places"),
      sampling: sampling,
      cell: { request in
        (try? Ordering(request.inputs[0], request.attributes))
          .map { .number(Double($0.position(request.offset))) }
      })
  }
}

extension CellRequest {
  /// The element that a cell of an order gives the place of; nil where nothing is ordered.
  package func orderedElement(of operation: Operation?) -> Formula? {
    guard operation?.form == .position(of: Operation.orderedElement),
      let order = try? Ordering(inputs[0], attributes)
    else { return nil }
    return .element(input: 0, offset: order.offsets[offset])
  }
}

/// The order of the elements along an axis.
private struct Ordering {
  let target: Shape
  /// The offset of the element that each cell of the result holds.
  private(set) var offsets: [Int]
  private let runs: Runs

  /// Its place along the axis.
  func position(_ cell: Int) -> Int { offsets[cell] / runs.inner % max(runs.size, 1) }

  init(_ x: Tensor, _ attributes: Attributes) throws(TensorError) {
    let axis = attributes.integer("axis", default: -1)
    let runs = try Runs(of: x.shape, along: axis)
    let k = attributes.optionalInteger("k")
    let count = k ?? runs.size
    guard count >= 0, count <= runs.size else {
      throw .argument("k", found: "\(count)", expected: "between 0 and \(runs.size)")
    }
    let falls = k != nil || attributes.bool("descending")
    target =
      x.shape.isScalar ? .scalar : x.shape.replacing(axis: try x.shape.axis(axis), with: count)
    try Memory.make(target.count, of: MemoryLayout<Int>.stride)
    var offsets = [Int](repeating: 0, count: target.count)
    var sorter = try NumberSorter(capacity: runs.size)
    try x.withElements { elements throws(TensorError) in
      for run in 0..<runs.count {
        let (block, column) = run.quotientAndRemainder(dividingBy: runs.inner)
        let start = block * runs.size * runs.inner + column
        let order = try sorter.sort(runs.size, falls: falls) { elements[start + $0 * runs.inner] }
        let first = block * count * runs.inner + column
        Poll.inChunks(count) {
          for place in $0 {
            offsets[first + place * runs.inner] = start + order[place] * runs.inner
          }
        }
      }
    }
    (self.offsets, self.runs) = (offsets, runs)
  }
}

extension Shape {
  /// For each cell of `index`, the offset of the element it names along the axis.
  fileprivate func gathered(_ index: Tensor, _ attributes: Attributes) throws(TensorError) -> [Int]
  {
    let axis = try self.axis(attributes.integer("axis"))
    guard index.shape.rank == rank,
      axes.allSatisfy({ $0 == axis || index.shape[$0] <= self[$0] })
    else { throw .broadcast(self, index.shape) }
    let picks = try index.wholeNumbers(below: self[axis], axis: axis, of: "index")
    return try Poll.list(picks.count) { offset in
      var place = index.shape.coordinates(of: offset)
      place[axis] = picks[offset]
      return self.offset(of: place)
    }
  }
}
