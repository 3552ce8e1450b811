import Tensors

extension Operation {
  private static func whole(_ n: Int, _ shape: Shape) throws(TensorError) -> Pooling {
    try Pooling(
      over: shape, dimensions: n, window: Array(shape.array.suffix(n)), stride: nil, padding: .valid
    )
  }

  /// The last axes dropped: one number a channel.
  private static func channels(_ n: Int, _ shape: Shape) -> Shape {
    Shape(unchecked: shape.array.dropLast(n))
  }

  private static func globalSampling(_ n: Int, isSmooth: Bool) -> Sampling {
    Sampling(shapes: [[[2, 3, 4]], [[2, 3, 1]], [[2, 2, 3, 2]]], isSmooth: isSmooth)
  }

  private static func planeElements(_ n: Int, _ request: CellRequest) -> [Formula] {
    let plane = request.inputs[0].shape.array.suffix(n).reduce(1, *)
    return (0..<plane).map { .element(input: 0, offset: request.offset * plane + $0) }
  }

  static func globalMaxPool(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "global_max_pool\(n)d", "Keeps the largest element of each channel.", form: .window,
      notes: Notes("", Convention("gradient at a tie", "all of it to the first, row by row")),
      examples: examples,
      parameters: [Parameter("x", .tensor, "the images")],
      kernel: .unary { x, _ throws(TensorError) in
        try whole(n, x.shape).maximum(x).reshaped(to: channels(n, x.shape))
      },
      rule: .recorded { call in
        let x = call.inputs[0]
        let pooling = try whole(n, x.shape)
        let window = Attributes([
          ("kernel_size", .integers(pooling.windows.windowSizes)), ("padding", .integer(0)),
        ])
        let winners = try required("max_pool\(n)d_indices")(x, window)
        let kept = try reshape(call.gradient, .one("shape", .integers(pooling.outputShape.array)))
        return Contributions(
          try required("max_unpool\(n)d")(kept, winners, .one("shape", .integers(x.shape.array))))
      },
      sampling: globalSampling(n, isSmooth: false),
      cell: { .call("max", planeElements(n, $0)) })
  }

  static func globalAveragePool(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "global_avg_pool\(n)d", "Averages each channel.", form: .window, examples: examples,
      parameters: [Parameter("x", .tensor, "the images")],
      kernel: .unary { x, _ throws(TensorError) in
        try whole(n, x.shape).total(x, .average).reshaped(to: channels(n, x.shape))
      },
      rule: .recorded { call in
        let x = call.inputs[0]
        let pooling = try whole(n, x.shape)
        let kept = try reshape(call.gradient, .one("shape", .integers(pooling.outputShape.array)))
        return Contributions(
          try required("avg_pool\(n)d_input_gradient")(
            kept,
            Attributes([
              ("kernel_size", .integers(pooling.windows.windowSizes)), ("padding", .integer(0)),
              ("shape", .integers(x.shape.array)),
            ])))
      },
      sampling: globalSampling(n, isSmooth: true),
      cell: { request in
        let elements = planeElements(n, request)
        return .sum(elements) / .number(Double(elements.count))
      })
  }

  private static func region(
    _ shape: Shape, _ attributes: Attributes
  ) throws(TensorError) -> RegionPooling {
    let rule = RegionRule(rawValue: attributes.string("rule") ?? "floor") ?? .floor
    return try RegionPooling(
      over: shape, region: attributes.integers("region") ?? [],
      size: attributes.integers("size") ?? [], rule)
  }

  /// ROI pooling, with the rule of quantization by name.
  static let roiPool = Operation(
    "roi_pool", "Cuts a region into bins and keeps the largest element of each.",
    notes: """
      The region is (x1, y1, x2, y2), x to the right. `rule` says how it is cut: "floor" at \
      ⌊k·size/bins⌋ and "ceil" at ⌈k·size/bins⌉, both without the corner's row and column; \
      "overlap" from the floor to the next ceiling, as adaptive pooling; "inclusive" the same with \
      the corner, as the code of Fast R-CNN.
      """,
    examples: [
      "roi_pool([1, 2, 3; 4, 5, 6; 7, 8, 9], region=(0, 0, 3, 3), size=2)  # [1, 3; 7, 9]",
      "roi_pool([1, 2, 3; 4, 5, 6; 7, 8, 9], region=(0, 0, 3, 3), size=2, rule=\"ceil\")  # [5, 6; 8, 9]",
    ],
    parameters: [
      Parameter("x", .tensor, "the feature maps"),
      Parameter("region", .integers, "x1, y1, x2, y2"),
      Parameter("size", .integers, "bins along both axes, or rows and columns"),
      Parameter(
        "rule", .choice(RegionRule.allCases.map(\.rawValue)), default: .string("floor"),
        keywordOnly: true,
        "where the cuts are"),
    ],
    kernel: .unary { x, attributes throws(TensorError) in
      try x.taking(region(x.shape, attributes).winners(x), dimensions: 2)
    },
    rule: .recorded { call in
      let x = call.inputs[0]
      let winners = Variable(try region(x.shape, call.attributes).winners(x.value))
      return Contributions(
        try required("max_unpool2d")(
          call.gradient, winners, .one("shape", .integers(x.shape.array))))
    },
    sampling: Sampling(
      shapes: [[[4, 5]], [[2, 5, 4]], [[5, 5]]],
      attributes: [
        Attributes([("region", .integers([0, 1, 5, 4])), ("size", .integer(2))]),
        Attributes([
          ("region", .integers([1, 0, 4, 3])), ("size", .integers([2, 3])),
          ("rule", .string("overlap")),
        ]),
        Attributes([
          ("region", .integers([0, 1, 4, 5])), ("size", .integer(2)),
          ("rule", .string("inclusive")),
        ]),
      ], isSmooth: false),
    cell: { request in
      guard let pooling = try? region(request.inputs[0].shape, request.attributes) else {
        return nil
      }
      let (rows, columns) = (pooling.rows.count, pooling.columns.count)
      let shape = request.inputs[0].shape
      let plane = shape[shape.rank - 2] * shape[shape.rank - 1]
      let place = request.offset % (rows * columns)
      let base = request.offset / (rows * columns) * plane
      return .call(
        "max",
        pooling.elements(row: place / columns, column: place % columns).map {
          .element(input: 0, offset: base + $0)
        })
    })
}
