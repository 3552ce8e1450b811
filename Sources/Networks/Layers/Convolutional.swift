import Autograd
import Tensors

extension LayerKind {
  /// Filters and windows that slide.
  package static let convolutional: [LayerKind] = [
    convolution(1), convolution(2), convolution(3),
    pooling("MaxPool", "max_pool", 1, "Keeps the largest element under each window."),
    pooling("MaxPool", "max_pool", 2, "Keeps the largest element under each window."),
    pooling("AvgPool", "avg_pool", 1, "Averages what lies under each window."),
    pooling("AvgPool", "avg_pool", 2, "Averages what lies under each window."),
    LayerKind(
      "GlobalAvgPool2d", "Averages each channel over the whole image.",
      examples: ["GlobalAvgPool2d()"]
    ) { _ throws(TensorError) in
      LayerPlan(
        outputShape: { _, shape throws(TensorError) in
          guard shape.rank >= 2 else {
            throw .rank(of: "the input", expected: "2 or more", found: shape)
          }
          return Shape(unchecked: shape.array.dropLast(2))
        },
        forward: { _, input in [try Operation.required("global_avg_pool2d")(input[0])] })
    },
  ]

  private static func convolution(_ n: Int) -> LayerKind {
    let operation = Operation.required("conv\(n)d")
    let settings = operation.parameters.filter {
      $0.kind != .tensor && $0.name != "flip" && $0.name != "channels"
    }
    return LayerKind(
      "Conv\(n)d", "Slides filters over its input and sums what lies under them.",
      notes: Notes(
        "weight is [out_channels, in_channels / groups, window…].",
        Convention("first values", "uniform within 1/√inputs of a filter")),
      parameters: [
        Parameter("in_channels", .integer, "channels of the input"),
        Parameter("out_channels", .integer, "filters"),
        Parameter("kernel_size", .integers, "size of the filters, one or one an axis"),
      ] + settings + [biasParameter],
      examples: [Example(stringLiteral: "Conv\(n)d(3, 6, 5)")]
    ) { make throws(TensorError) in
      let (channels, filters) = (try make.size("in_channels"), try make.size("out_channels"))
      let groups = try make.size("groups")
      guard channels % groups == 0 else {
        throw .argument(
          "groups", found: "\(groups)", expected: "a divisor of the \(channels) channels")
      }
      var window = make.attributes.integers("kernel_size") ?? []
      if window.count == 1 { window = Array(repeating: window[0], count: n) }
      guard window.count == n, window.allSatisfy({ $0 > 0 }) else {
        throw .argument("kernel_size", found: "\(window)", expected: "\(n) whole numbers above 0")
      }
      let weight = try Shape(checking: [filters, channels / groups] + window)
      let inputs = weight.array.dropFirst().reduce(1, *)
      let start = Initializer.Distribution.fanIn(inputs)
      let hasBias = make.attributes.bool("bias")
      let used = Attributes(
        make.attributes.values.filter { given in settings.contains { $0.name == given.name } })
      return LayerPlan(
        parameters: [("weight", weight, start)] + (hasBias ? [("bias", [filters], start)] : []),
        outputShape: { _, shape throws(TensorError) in
          var layout = ConvolutionSettings(dimensions: n)
          layout.stride = used.integers("stride") ?? [1]
          layout.padding = try used.padding("padding")
          layout.dilation = used.integers("dilation") ?? [1]
          layout.groups = groups
          return try ConvolutionLayout(input: shape, weight: weight, layout).outputShape
        },
        forward: { layer, input in
          [try operation([input[0]] + layer.ownParameters.map(\.variable), used)]
        })
    }
  }

  private static func pooling(_ name: String, _ operationName: String, _ n: Int, _ summary: String)
    -> LayerKind
  {
    let operation = Operation.required("\(operationName)\(n)d")
    return LayerKind(
      "\(name)\(n)d", summary, notes: operation.notes,
      parameters: operation.parameters.filter { $0.kind != .tensor },
      examples: [Example(stringLiteral: "\(name)\(n)d(2)")]
    ) { make throws(TensorError) in
      LayerPlan(
        outputShape: { _, shape throws(TensorError) in
          try Operation.pooling(n, shape, make.attributes).outputShape
        },
        forward: { _, input in try operation.results(input, make.attributes) })
    }
  }
}
