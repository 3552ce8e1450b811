import Tensors

extension Operation {
  /// Windows that keep the largest element, the sum or the average of what lies under them.
  static let poolings: [Operation] = [
    maxPool(1, examples: ["max_pool1d([4, 3, 1, 3], 2)  # [4, 3]"]),
    maxPool(
      2,
      examples: [
        "max_pool2d([1, 3, 2, 1; 4, 6, 5, 0; 7, 2, 9, 8; 1, 0, 3, 4], 2)  # [6, 5; 7, 9]",
        "max_pool2d([1, 3; 4, 6], 2, return_indices=True)[1]  # [[3]]",
      ]),
    maxPool(3, examples: ["max_pool3d([[[1, 3], [4, 6]], [[7, 2], [0, 5]]], 2)  # [[[7]]]"]),
    maxPoolIndices(1, examples: ["max_pool1d_indices([4, 3, 1, 3], 2)  # [0, 3]"]),
    maxPoolIndices(2, examples: ["max_pool2d_indices([1, 3; 4, 6], 2)  # [[3]]"]),
    maxPoolIndices(
      3, examples: ["max_pool3d_indices([[[1, 3], [4, 6]], [[7, 2], [0, 5]]], 2)  # [[[4]]]"]),
    maxUnpool(1, examples: ["max_unpool1d([4, 3], [0, 3], shape=(4,))  # [4, 0, 0, 3]"]),
    maxUnpool(2, examples: ["max_unpool2d([[6]], [[3]], shape=(2, 2))  # [0, 0; 0, 6]"]),
    maxUnpool(
      3, examples: ["max_unpool3d([[[6]]], [[[1]]], shape=(1, 2, 2))  # [[[0, 6], [0, 0]]]"]),
    take(1, examples: ["pool_take1d([4, 3, 1, 3], [0, 3])  # [4, 3]"]),
    take(2, examples: ["pool_take2d([1, 3; 4, 6], [[3]])  # [[6]]"]),
    take(3, examples: ["pool_take3d([[[1, 3], [4, 6]]], [[[2]]])  # [[[4]]]"]),
    totalPool(1, "avg_pool1d", "Averages", examples: ["avg_pool1d([4, 3, 1, 3], 2)  # [3.5, 2]"]),
    totalPool(
      2, "avg_pool2d", "Averages",
      examples: ["avg_pool2d([1, 3, 2, 1; 4, 6, 5, 0], 2)  # [[3.5, 2]]"]),
    totalPool(
      3, "avg_pool3d", "Averages",
      examples: ["avg_pool3d([[[1, 3], [4, 6]], [[7, 2], [0, 5]]], 2)  # [[[3.5]]]"]),
    totalPool(1, "sum_pool1d", "Adds up", examples: ["sum_pool1d([4, 3, 1, 3], 2)  # [7, 4]"]),
    totalPool(
      2, "sum_pool2d", "Adds up", examples: ["sum_pool2d([1, 3, 2, 1; 4, 6, 5, 0], 2)  # [[14, 8]]"]
    ),
    totalPool(
      3, "sum_pool3d", "Adds up",
      examples: ["sum_pool3d([[[1, 3], [4, 6]], [[7, 2], [0, 5]]], 2)  # [[[28]]]"]),
    totalPoolGradient(
      1, "avg_pool1d",
      examples: ["avg_pool1d_input_gradient([6, 4], 2, shape=(4,))  # [3.0, 3.0, 2.0, 2.0]"]),
    totalPoolGradient(
      2, "avg_pool2d",
      examples: ["avg_pool2d_input_gradient([[4]], 2, shape=(2, 2))  # [1.0, 1.0; 1.0, 1.0]"]),
    totalPoolGradient(
      3, "avg_pool3d",
      examples: ["avg_pool3d_input_gradient([[[4]]], (1, 1, 2), shape=(1, 1, 2))  # [[[2.0, 2.0]]]"]
    ),
    totalPoolGradient(
      1, "sum_pool1d",
      examples: ["sum_pool1d_input_gradient([6, 4], 2, shape=(4,))  # [6, 6, 4, 4]"]),
    totalPoolGradient(
      2, "sum_pool2d",
      examples: ["sum_pool2d_input_gradient([[4]], 2, shape=(2, 2))  # [4, 4; 4, 4]"]),
    totalPoolGradient(
      3, "sum_pool3d",
      examples: ["sum_pool3d_input_gradient([[[4]]], (1, 1, 2), shape=(1, 1, 2))  # [[[4, 4]]]"]),
    globalMaxPool(1, examples: ["global_max_pool1d([1, 5, 2; 4, 0, 3])  # [5, 4]"]),
    globalMaxPool(2, examples: ["global_max_pool2d([1, 5; 4, 0])  # 5"]),
    globalMaxPool(3, examples: ["global_max_pool3d([[[1, 5], [4, 0]]])  # 5"]),
    globalAveragePool(1, examples: ["global_avg_pool1d([1, 5, 3; 4, 0, 2])  # [3.0, 2.0]"]),
    globalAveragePool(2, examples: ["global_avg_pool2d([1, 5; 4, 0])  # 2.5"]),
    globalAveragePool(3, examples: ["global_avg_pool3d([[[1, 5], [4, 0]]])  # 2.5"]),
    roiPool,
  ]

  private static let poolingParameters = [
    Parameter("kernel_size", .integers, "size of the window, one or one an axis"),
    Parameter(
      "stride", .integers, default: Attribute.none, "step of the window; None for its size"),
    Parameter(
      "padding", .any, default: .integer(0),
      "border on each side, at most half the window, or \"same\" or \"valid\""),
  ]

  private static let overhang = Convention(
    "what is left over at the end", "not visited, unless ceil_mode=True")

  private static let roundingParameter = Parameter(
    "ceil_mode", .bool, default: .bool(false), "visit also what is left over at the end")

  private static let borderParameter = Parameter(
    "count_include_pad", .bool, default: .bool(true), "count the zeros of the padding in an average"
  )

  private static let maximumParameters =
    [Parameter("x", .tensor, "the images")] + poolingParameters + [
      Parameter("dilation", .integers, default: .integer(1), "distance of neighboring taps"),
      roundingParameter,
    ]

  /// The windows that settings of a pooling mean over an input.
  package static func pooling(
    _ n: Int, _ shape: Shape, _ attributes: Attributes
  ) throws(TensorError) -> Pooling {
    try Pooling(
      over: shape, dimensions: n, window: attributes.integers("kernel_size") ?? [],
      stride: attributes.integers("stride"), padding: attributes.padding("padding"),
      dilation: attributes.integers("dilation") ?? [1], roundsUp: attributes.bool("ceil_mode"))
  }

  private static func planeShape(_ attributes: Attributes) throws(TensorError) -> Shape {
    try Shape(checking: attributes.integers("shape") ?? [])
  }

  private static func sampling(
    _ n: Int, shaped: Bool = false, isSmooth: Bool = true, dilates: Bool = false
  ) -> Sampling {
    var calls: [(shape: [Int], attributes: [(name: String, value: Attribute)])] = [
      ([4, 6], [("kernel_size", .integer(2))]),
      (
        [2, 5, 5],
        [("kernel_size", .integer(3)), ("stride", .integer(2)), ("padding", .integer(1))]
      ),
      (
        [2, 1, 4, 3],
        [("kernel_size", .integer(2)), ("stride", .integer(1)), ("padding", .string("same"))]
      ),
      (
        [3, 5],
        [
          ("kernel_size", .integer(3)), ("stride", .integer(3)), ("padding", .integer(1)),
          ("count_include_pad", .bool(false)),
        ]
      ),
      (
        [5, 4],
        [
          ("kernel_size", .integer(2)), ("stride", .integer(3)), ("padding", .integer(1)),
          ("ceil_mode", .bool(true)),
        ]
      ),
    ]
    if dilates {
      calls.append(
        (
          [5, 6],
          [("kernel_size", .integer(2)), ("stride", .integer(2)), ("dilation", .integer(2))]
        ))
    }
    // Volumes get one more axis in front.
    if n == 3 { for index in calls.indices { calls[index].shape.insert(3, at: 0) } }
    return Sampling(
      shapes: calls.map { call in
        let layout = try? pooling(n, Shape(unchecked: call.shape), Attributes(call.attributes))
        return [shaped ? layout?.outputShape.array ?? [] : call.shape]
      },
      attributes: calls.map {
        Attributes($0.attributes + (shaped ? [("shape", .integers($0.shape))] : []))
      }, isSmooth: isSmooth)
  }
}

// MARK: - Largest elements

extension Operation {
  private static func maxPool(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "max_pool\(n)d", "Keeps the largest element under each window.",
      form: .extreme(.largest, ofWindow: true), purpose: .pooling,
      notes: Notes(
        "A border of the padding never wins. A window with a nan gives nan.",
        Convention("gradient at a tie", "all of it to the first, row by row"), overhang),
      examples: examples, parameters: maximumParameters, secondResult: "max_pool\(n)d_indices",
      kernel: .unary { x, attributes throws(TensorError) in
        try pooling(n, x.shape, attributes).maximum(x)
      },
      rule: .recorded { call in
        let x = call.inputs[0]
        let winners = try required("max_pool\(n)d_indices")(x, call.attributes)
        return Contributions(
          try required("max_unpool\(n)d")(
            call.gradient, winners, .one("shape", .integers(x.shape.array))))
      },
      fastRule: { call throws(TensorError) in
        let x = call.inputs[0]
        return Contributions(
          try pooling(n, x.shape, call.attributes).maximumGradient(x, call.gradient))
      },
      sampling: sampling(n, isSmooth: false, dilates: true),
      cell: { request in
        windowElements(n, request).map { .call("max", $0) }
      })
  }

  /// The elements under the window that one output cell was made from.
  private static func windowElements(
    _ n: Int, _ request: CellRequest, shape: Shape? = nil
  ) -> [Formula]? {
    guard let pooling = try? pooling(n, request.inputs[0].shape, request.attributes) else {
      return nil
    }
    let (plane, run) = (pooling.windows.inputCount, pooling.windows.outputCount)
    return pooling.elements(at: request.offset % run).map {
      .element(input: 0, offset: request.offset / run * plane + $0)
    }
  }

  private static func maxPoolIndices(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "max_pool\(n)d_indices", "Tells where in its plane the largest element under each window is.",
      form: .window,
      notes: Notes(
        "", Convention("ties", "the first"),
        Convention("offsets", "row by row within one channel")),
      examples: examples, parameters: maximumParameters,
      kernel: .unary { x, attributes throws(TensorError) in
        try pooling(n, x.shape, attributes).winners(x)
      },
      rule: .undefined(because: "an index jumps from one whole number to another"),
      sampling: sampling(n, isSmooth: false, dilates: true),
      cell: { request in
        guard let pooling = try? pooling(n, request.inputs[0].shape, request.attributes) else {
          return nil
        }
        let (plane, run) = (pooling.windows.inputCount, pooling.windows.outputCount)
        let base = request.offset / run * plane
        let places = pooling.elements(at: request.offset % run)
        return firstLargest(places) { .element(input: 0, offset: base + $0) }
      })
  }

  /// The first place whose element is as large as all others, as nested choices.
  private static func firstLargest(_ places: [Int], _ element: (Int) -> Formula) -> Formula {
    let largest = Formula.call("max", places.map(element))
    guard let last = places.last else { return 0 }
    return places.dropLast().reversed().reduce(Formula.number(Double(last))) { rest, place in
      .choice(element(place), .equal, largest, then: .number(Double(place)), otherwise: rest)
    }
  }

  /// Shapes and indices on which placing and taking are tested; one index twice.
  private static func indexSampling(_ n: Int, placing: Bool) -> Sampling {
    let shape = [2] + [1, 3, 2].suffix(n)
    let pooled = [2] + [1, 1, 2].suffix(n)
    return Sampling(
      shapes: [placing ? [pooled, pooled] : [shape, pooled]],
      attributes: [placing ? .one("shape", .integers(shape)) : .none],
      inputs: { shapes, random in
        let sizes = shapes.map { Shape(unchecked: $0) }
        let values = (0..<sizes[0].count).map { _ in 4 * random() - 2 }
        let plane = Double(shape.dropFirst().reduce(1, *) - 1)
        return [
          Tensor(values, shape: sizes[0]),
          Tensor([plane, 0, 1, 1], shape: sizes[1], dtype: .int64),
        ]
      })
  }

  private static func maxUnpool(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "max_unpool\(n)d", "Puts every element where its index says, zeros elsewhere.",
      form: .unpooling,
      notes: Notes(
        "",
        Convention("several elements for one place", "added", pytorch: "one of them stays")),
      examples: examples,
      parameters: [
        Parameter("x", .tensor, "the pooled tensor"),
        Parameter("indices", .tensor, "offsets in a plane"),
        Parameter("shape", .integers, "the shape of the result"),
      ],
      kernel: .binary { x, indices, attributes throws(TensorError) in
        try x.placing(at: indices, into: planeShape(attributes), dimensions: n)
      },
      rule: .recorded { call in
        Contributions(try required("pool_take\(n)d")(call.gradient, call.inputs[1]), nil)
      },
      sampling: indexSampling(n, placing: true),
      cell: { request in
        let indices = request.inputs[1]
        let run = indices.shape.array.suffix(n).reduce(1, *)
        let plane = request.output.shape.array.suffix(n).reduce(1, *)
        let first = request.offset / plane * run
        return .sum(
          (first..<first + run).filter { Int(indices[flat: $0]) == request.offset % plane }
            .map { .element(input: 0, offset: $0) })
      })
  }

  private static func take(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "pool_take\(n)d", "Takes the elements of each plane at the given offsets.", form: .window,
      examples: examples,
      parameters: [
        Parameter("x", .tensor, "the images"), Parameter("indices", .tensor, "offsets in a plane"),
      ],
      kernel: .binary { x, indices, _ throws(TensorError) in try x.taking(indices, dimensions: n) },
      rule: .recorded { call in
        Contributions(
          try required("max_unpool\(n)d")(
            call.gradient, call.inputs[1], .one("shape", .integers(call.inputs[0].shape.array))),
          nil)
      },
      sampling: indexSampling(n, placing: false),
      cell: { request in
        let run = request.output.shape.array.suffix(n).reduce(1, *)
        let plane = request.inputs[0].shape.array.suffix(n).reduce(1, *)
        guard let offset = Int(exactly: request.inputs[1][flat: request.offset]) else { return nil }
        return .element(input: 0, offset: request.offset / run * plane + offset)
      })
  }
}

// MARK: - Sums and averages

extension Operation {
  private static func poolingRule(_ name: String, _ attributes: Attributes) -> PoolingRule {
    if name.hasPrefix("sum") { return .sum }
    return attributes["count_include_pad"] == .bool(false) ? .averageInside : .average
  }

  private static func totalParameters(_ name: String) -> [Parameter] {
    poolingParameters + [roundingParameter] + (name.hasPrefix("avg") ? [borderParameter] : [])
  }

  private static func totalPool(
    _ n: Int, _ name: String, _ verb: String, examples: [Example]
  ) -> Operation {
    Operation(
      name, "\(verb) the elements under each window.", form: .window, purpose: .pooling,
      notes: Notes("", overhang)
        + (name.hasPrefix("avg")
          ? Notes("", Convention("zeros of the padding", "count, unless count_include_pad=False"))
          : ""),
      examples: examples,
      parameters: [Parameter("x", .tensor, "the images")] + totalParameters(name),
      kernel: .unary { x, attributes throws(TensorError) in
        try pooling(n, x.shape, attributes).total(x, poolingRule(name, attributes))
      },
      rule: .recorded { call in
        var attributes = call.attributes
        attributes.values.append(("shape", .integers(call.inputs[0].shape.array)))
        return Contributions(try required("\(name)_input_gradient")(call.gradient, attributes))
      },
      sampling: sampling(n),
      cell: { request in
        guard let elements = windowElements(n, request),
          let pooling = try? pooling(n, request.inputs[0].shape, request.attributes)
        else { return nil }
        let divisor = pooling.divisor(
          at: request.offset % pooling.windows.outputCount, poolingRule(name, request.attributes))
        let sum = Formula.sum(elements)
        return name.hasPrefix("sum") ? sum : sum / .number(Double(divisor))
      })
  }

  private static func totalPoolGradient(_ n: Int, _ name: String, examples: [Example]) -> Operation
  {
    Operation(
      "\(name)_input_gradient", "Shares the gradient of a pooled element out over its window.",
      form: name.hasPrefix("avg") ? .sharing : .window,
      examples: examples,
      parameters: [Parameter("gradient", .tensor, "∂E/∂output")] + totalParameters(name)
        + [Parameter("shape", .integers, "the shape of the input")],
      kernel: .unary { g, attributes throws(TensorError) in
        let pooling = try pooling(n, planeShape(attributes), attributes)
        guard pooling.outputShape == g.shape else { throw .broadcast(g.shape, pooling.outputShape) }
        return pooling.totalGradient(g, poolingRule(name, attributes))
      },
      rule: .recorded { call in Contributions(try required(name)(call.gradient, call.attributes)) },
      sampling: sampling(n, shaped: true),
      cell: { request in
        guard let pooling = try? pooling(n, request.output.shape, request.attributes) else {
          return nil
        }
        let (plane, run) = (pooling.windows.inputCount, pooling.windows.outputCount)
        let (base, place) = (request.offset / plane * run, request.offset % plane)
        let rule = poolingRule(name, request.attributes)
        return .sum(
          (0..<run).filter { pooling.elements(at: $0).contains(place) }.map { position in
            let share = Formula.element(input: 0, offset: base + position)
            let divisor = pooling.divisor(at: position, rule)
            return divisor == 1 ? share : share / .number(Double(divisor))
          })
      })
  }
}
