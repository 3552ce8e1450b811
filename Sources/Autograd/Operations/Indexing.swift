import Tensors

extension Operation {
  /// Operations that pick elements by position, and their reverses.
  static let indexing: [Operation] = [
    .rearrangement(
      "index", "Picks elements by position, also written `x[0, 1:3]`.", form: .picking,
      notes: "A negative index counts from the end; slices follow Python, steps may be negative.",
      examples: ["[1, 2; 3, 4][0, 1]  # 2", "[1, 2; 3, 4][:, 1]  # [2, 4]"],
      parameters: [Parameter("items", .any, "positions, slices, `...` and None")],
      sampling: Sampling(
        shapes: [[[2, 3]], [[4, 3]], [[5]], [[2, 3, 2]], [[4]], [[3]]],
        attributes: [
          .one("items", .index([.at(1), .at(-1)])),
          .one(
            "items",
            .index([.slice(start: 1, stop: nil, step: 2), .slice(start: nil, stop: nil, step: -1)])),
          .one("items", .index([.slice(start: -2, stop: -5, step: -1)])),
          .one("items", .index([.ellipsis, .newAxis, .at(0)])),
          .one("items", .index([.slice(start: 3, stop: 2, step: 1)])),
          .one("items", .index([])),
        ]),
      sharesElements: true
    ) { shape, attributes throws(TensorError) in
      guard case .index(let items) = attributes["items"] else {
        throw .argument("items", found: "nothing", expected: "an index")
      }
      return try shape.placement(of: items)
    },
    .rearrangement(
      "slice", "Takes the elements from start up to, but not including, stop along an axis.",
      notes: "The function behind x[start:stop:step]; None leaves an end open.",
      examples: [
        "slice([10, 20, 30, 40], 1, 3)  # [20, 30]",
        "slice([1, 2, 3; 4, 5, 6], 1, axis=1)  # [2, 3; 5, 6]",
      ],
      parameters: [
        Parameter("start", .integer, default: Attribute.none, "first position"),
        Parameter("stop", .integer, default: Attribute.none, "the position behind the last"),
        Parameter("step", .integer, default: .integer(1), "how far each step goes"),
        Parameter("axis", .integer, default: .integer(0), "the axis to cut"),
      ],
      sampling: Sampling(
        shapes: [[[4]], [[2, 5]], [[3, 2]]],
        attributes: [
          Attributes([("start", .integer(1)), ("stop", .integer(3))]),
          Attributes([("start", .integer(-1)), ("step", .integer(-2)), ("axis", .integer(1))]),
          .one("start", .integer(5)),
        ]),
      sharesElements: true
    ) { shape, attributes throws(TensorError) in
      let whole = IndexItem.slice(start: nil, stop: nil, step: 1)
      let axis = try shape.axis(attributes.integer("axis"))
      return try shape.placement(
        of: Array(repeating: whole, count: axis) + [
          .slice(
            start: attributes.optionalInteger("start"), stop: attributes.optionalInteger("stop"),
            step: attributes.integer("step", default: 1))
        ])
    },
    Operation(
      "take",
      """
      Picks the elements or slices with the given numbers along an axis, also written \
      `x[indices]`.
      """, form: .taking,
      notes: "Without an axis the numbers count the elements row by row, as in NumPy and PyTorch.",
      examples: [
        "take([10, 20, 30], [2, 0, 2])  # [30, 10, 30]",
        "take([1, 2; 3, 4], [1, 0], axis=1)  # [2, 1; 4, 3]",
      ],
      parameters: [
        Parameter("x", .tensor, "the tensor"), Parameter("indices", .tensor, "whole numbers"),
        Parameter(
          "axis", .integer, default: Attribute.none,
          "the axis to pick along; None counts all elements"),
      ],
      kernel: .binary { x, indices, attributes throws(TensorError) in
        x.placed(try x.shape.placement(taking: indices, attributes))
      },
      rule: .recorded { call in
        let shape = call.inputs[0].shape
        let placement = try shape.placement(taking: call.inputs[1].value, call.attributes)
        return Contributions(try movedBack(call.gradient, placement, to: shape), nil)
      },
      fastRule: { call throws(TensorError) in
        let shape = call.inputs[0].shape
        let placement = try shape.placement(taking: call.inputs[1], call.attributes)
        return Contributions(call.gradient.placedBack(placement, to: shape), nil)
      },
      sampling: Sampling(
        shapes: [[[2, 3], [2, 2]], [[4, 2], [3]], [[2, 3], []], [[3], [0]]],
        attributes: [.none, .one("axis", .integer(0)), .one("axis", .integer(-1)), .none],
        inputs: { shapes, random in
          [.drawn(shapes[0], random), .labels(shapes[1], below: 2, random)]
        }),
      cell: { request in
        (try? request.inputs[0].shape.placement(taking: request.inputs[1], request.attributes))?
          .cell(request)
      }),
    Operation(
      "scatter_add",
      "Makes zeros of a shape and adds each element at its place, counted row by row.",
      form: .placing,
      notes: "The reverse of `take` without an axis: elements with the same place are added up.",
      examples: ["scatter_add([1, 2, 3], [0, 2, 0], shape=(4,))  # [4, 0, 2, 0]"],
      parameters: [
        Parameter("x", .tensor, "the elements"),
        Parameter("places", .tensor, "one whole number for each"),
        Parameter("shape", .integers, "the shape of the result"),
      ],
      kernel: .binary { x, places, attributes throws(TensorError) in
        let shape = try Shape(checking: attributes.integers("shape") ?? [])
        guard x.shape == places.shape else { throw .broadcast(x.shape, places.shape) }
        return x.scattered(
          try places.wholeNumbers(below: shape.count, axis: 0, of: "places"), shape: shape)
      },
      rule: .recorded { call in Contributions(try take([call.gradient, call.inputs[1]]), nil) },
      sampling: Sampling(
        shapes: [[[3], [3]], [[2, 2], [2, 2]]],
        attributes: [.one("shape", .integers([4])), .one("shape", .integers([2, 3]))],
        inputs: { shapes, random in
          [.drawn(shapes[0], random), .labels(shapes[1], below: 4, random)]
        }),
      cell: { request in
        let places = request.inputs[1].elements
        return .sum(
          places.indices.filter { Int(places[$0]) == request.offset }.map {
            .element(input: 0, offset: $0)
          })
      }),
    Operation(
      "one_hot", "Turns class numbers into rows with a 1 at the class and 0 elsewhere.",
      examples: ["one_hot([2, 0], 3)  # [0, 0, 1; 1, 0, 0]"],
      parameters: [
        Parameter("labels", .tensor, "class numbers from 0"),
        Parameter(
          "classes", .integer, default: Attribute.none,
          "how many classes; None for the largest number + 1"),
      ],
      kernel: .unary { labels, attributes throws(TensorError) in
        let largest = labels.withElements { NumberRun($0).reduce(-1, Swift.max) }
        let classes = attributes.optionalInteger("classes") ?? Int(exactly: largest + 1) ?? 0
        guard classes >= 0 else { throw .negativeSize(classes) }
        let target = try Shape(checking: labels.shape.array + [classes])
        guard !labels.contains(where: { !($0 >= 0) }) else {
          throw .argument("labels", found: "a negative number", expected: "class numbers from 0")
        }
        let places = try labels.wholeNumbers(below: classes, axis: target.rank - 1, of: "labels")
        return Tensor(target, dtype: .int64) { out in
          out.fill(with: 0)
          for (row, place) in Poll.each(places.enumerated()) { out[row * classes + place] = 1 }
        }
      },
      rule: .undefined(
        because: "a class number is a name, not a quantity that could change a little"),
      sampling: Sampling(
        shapes: [[[3]], [[2, 2]]], attributes: [.one("classes", .integer(5)), .none],
        inputs: { shapes, random in [.labels(shapes[0], below: 4, random)] }),
      cell: { request in
        let classes = request.output.shape[request.output.shape.rank - 1]
        return .indicator(
          .element(input: 0, offset: request.offset / classes), .equal,
          .number(Double(request.offset % classes)))
      }),
  ]
}

extension Tensor {
  /// Random numbers in -2...2, for sampling.
  static func drawn(_ sizes: [Int], _ random: () -> Double) -> Tensor {
    let shape = Shape(unchecked: sizes)
    return Tensor((0..<shape.count).map { _ in 4 * random() - 2 }, shape: shape)
  }

  /// Random whole numbers in 0..<limit, for sampling.
  static func labels(_ sizes: [Int], below limit: Int, _ random: () -> Double) -> Tensor {
    let shape = Shape(unchecked: sizes)
    return Tensor(
      (0..<shape.count).map { _ in (random() * Double(limit)).rounded(.down) }, shape: shape,
      dtype: .int64)
  }
}

extension Shape {
  /// The grid that basic indexing picks, by Python's rules.
  package func placement(of items: [IndexItem]) throws(TensorError) -> Placement {
    let consuming = items.count {
      switch $0 {
      case .at, .slice: true
      case .ellipsis, .newAxis: false
      }
    }
    guard consuming <= rank else { throw .tooManyIndices(consuming, rank: rank) }
    guard items.count(where: { $0 == .ellipsis }) <= 1 else {
      throw .argument("index", found: "more than one '...'", expected: "at most one '...'")
    }
    let filler = Array(
      repeating: IndexItem.slice(start: nil, stop: nil, step: 1), count: rank - consuming)
    let hasEllipsis = items.contains(.ellipsis)
    let full = items.flatMap { $0 == .ellipsis ? filler : [$0] } + (hasEllipsis ? [] : filler)
    var (sizes, steps, start, axis) = ([Int](), [Int](), 0, 0)
    let strides = self.strides
    for item in full {
      switch item {
      case .newAxis, .ellipsis:
        sizes.append(1)
        steps.append(0)
      case .at(let index):
        let size = self[axis]
        guard index >= -size, index < size else { throw .index(index, size: size, axis: axis) }
        start += (index < 0 ? index + size : index) * strides[axis]
        axis += 1
      case .slice(let first, let last, let step):
        let range = try Self.range(first, last, step, size: self[axis])
        sizes.append(range.count)
        steps.append(range.count > 1 ? step * strides[axis] : 0)
        if range.count > 0 { start += range.start * strides[axis] }
        axis += 1
      }
    }
    return .grid(try Shape(checking: sizes), start: start, steps: steps)
  }

  /// First position and number of positions of a slice, by Python's rules.
  private static func range(
    _ first: Int?, _ last: Int?, _ step: Int, size: Int
  ) throws(TensorError) -> (start: Int, count: Int) {
    guard step != 0 else { throw .zeroStep }
    func clamped(_ position: Int, _ low: Int, _ high: Int) -> Int {
      min(max(position < 0 ? position + size : position, low), high)
    }
    if step > 0 {
      let (start, stop) = (clamped(first ?? 0, 0, size), clamped(last ?? size, 0, size))
      return (start, stop > start ? (stop - start - 1) / step + 1 : 0)
    }
    let start = first.map { clamped($0, -1, size - 1) } ?? size - 1
    let stop = last.map { clamped($0, -1, size - 1) } ?? -1
    return (start, start > stop ? (start - stop - 1) / Int(clamping: step.magnitude) + 1 : 0)
  }

  /// The elements `take` picks.
  func placement(taking indices: Tensor, _ attributes: Attributes) throws(TensorError) -> Placement
  {
    guard let given = attributes.optionalInteger("axis") else {
      return .list(indices.shape, try indices.wholeNumbers(below: count, axis: 0, of: "indices"))
    }
    let axis = try self.axis(given)
    let picks = try indices.wholeNumbers(below: self[axis], axis: axis, of: "indices")
    let inner = array[(axis + 1)...].reduce(1, *)
    let target = try Shape(checking: array[..<axis] + indices.shape.array + array[(axis + 1)...])
    try Memory.make(target.count, of: MemoryLayout<Int>.stride)
    var offsets: [Int] = []
    offsets.reserveCapacity(target.count)
    for block in 0..<array[..<axis].reduce(1, *) {
      for pick in picks {
        let base = (block * self[axis] + pick) * inner
        try Poll.check(spending: inner)
        for index in 0..<inner { offsets.append(base + index) }
      }
    }
    return .list(target, offsets)
  }
}
