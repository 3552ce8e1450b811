import Tensors

extension Operation {
  /// Filters slid over signals, images and volumes, with the operations their gradients are made
  /// of.
  static let convolutions: [Operation] = [
    convolution(
      1, "Slides filters along a signal and sums what lies under them, weighted.",
      examples: [
        "conv1d([0, 3, 0, 0, 0], [-1, 2, -1])  # [6, -3, 0]",
        "conv1d([0, 3, 0, 0, 0], [-1, 2, -1], padding=1)  # [-3, 6, -3, 0, 0]",
      ]),
    convolution(
      2, "Slides filters over an image and sums what lies under them, weighted.",
      examples: [
        "conv2d([1, 2, 0; 0, 1, 3; 2, 1, 1], [1, 0; 0, -1])  # [0, -1; -1, 0]",
        "conv2d([1, 2, 0; 0, 1, 3; 2, 1, 1], [1, 2; 0, 3], stride=2, padding=1)  # [3, 0; 6, 10]",
      ]),
    convolution(
      3, "Slides filters through a volume and sums what lies under them, weighted.",
      examples: [
        "conv3d([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[1, 1], [1, 1]]])  # [[[10]], [[26]]]"
      ]),
    inputGradient(
      1, examples: ["conv1d_input_gradient([1, 10], [1, 2], shape=(3,))  # [1, 12, 20]"]),
    inputGradient(
      2, examples: ["conv2d_input_gradient([[1, 10]], [[1, 2]], shape=(1, 3))  # [[1, 12, 20]]"]),
    inputGradient(
      3, examples: ["conv3d_input_gradient([[[2]]], [[[1, 3]]], shape=(1, 1, 2))  # [[[2, 6]]]"]),
    weightGradient(
      1, examples: ["conv1d_weight_gradient([1, 2, 3], [1, 10], shape=(2,))  # [21, 32]"]),
    weightGradient(
      2, examples: ["conv2d_weight_gradient([1, 2; 3, 4], [[1, 10]], shape=(2, 1))  # [21; 43]"]),
    weightGradient(
      3, examples: ["conv3d_weight_gradient([[[1, 2]]], [[[3]]], shape=(1, 1, 2))  # [[[3, 6]]]"]),
    transposed(
      1, examples: ["conv_transpose1d([1, 10], [1, 2, 3], stride=2)  # [1, 2, 13, 20, 30]"]),
    transposed(
      2, examples: ["conv_transpose2d([1, 2; 3, 4], [1, 1; 1, 1])  # [1, 3, 2; 4, 10, 6; 3, 7, 4]"]),
    transposed(
      3, examples: ["conv_transpose3d([[[1, 2]]], [[[1]], [[3]]])  # [[[1, 2]], [[3, 6]]]"]),
  ]

  private static let notes = Notes(
    """
    With `channels="last"` images are [N, H, W, C] and filters [K, H, W, C]. An image without batch \
    or channel axis and a single filter without filter axis are accepted; the output then lacks \
    the same axes. Zeros of the padding take no part in the worked sum.
    """,
    Convention(
      "the filter", "not turned: cross-correlation; flip=True turns it, as mathematics does",
      pytorch: "not turned"),
    Convention("what is left over at the end", "not visited; conv_size tells"),
    Convention(
      "padding=\"same\"", "keeps ⌈size / stride⌉ positions, an odd zero at the end",
      pytorch: "the same, for stride 1 only"))

  private static let slidingParameters = [
    Parameter("stride", .integers, default: .integer(1), "step of the filter, one or one an axis"),
    Parameter(
      "padding", .any, default: .integer(0),
      "zeros on each side, one or one an axis, or \"same\" or \"valid\""),
    Parameter("dilation", .integers, default: .integer(1), "distance of neighboring taps"),
    Parameter("groups", .integer, default: .integer(1), "parts the channels are split into"),
    channelsParameter,
    Parameter("flip", .bool, default: .bool(false), keywordOnly: true, "true convolution"),
  ]

  private static let channelsParameter = Parameter(
    "channels", .choice(["first", "last"]), default: .string("first"), keywordOnly: true,
    "where the channel axis is")

  private static func settings(
    _ dimensions: Int, _ attributes: Attributes
  ) throws(TensorError) -> ConvolutionSettings {
    var settings = ConvolutionSettings(dimensions: dimensions)
    settings.stride = attributes.integers("stride") ?? [1]
    settings.padding = try attributes.padding("padding")
    settings.dilation = attributes.integers("dilation") ?? [1]
    settings.groups = attributes.integer("groups", default: 1)
    settings.channelsLast = attributes.string("channels") == "last"
    settings.flips = attributes.bool("flip")
    return settings
  }

  static func layout(
    _ dimensions: Int, input: Shape, weight: Shape, _ attributes: Attributes
  ) throws(TensorError) -> ConvolutionLayout {
    try ConvolutionLayout(input: input, weight: weight, settings(dimensions, attributes))
  }

}

// MARK: - Convolution

extension Variable {
  /// Of a convolution: with channels before rows and columns, and filters that are not turned.
  package var slidesPlainly: Bool {
    attributes.string("channels") != "last" && !attributes.bool("flip")
  }
}

extension Operation {
  private static func convolution(
    _ n: Int, _ summary: String, examples: [Example]
  ) -> Operation {
    Operation(
      "conv\(n)d", summary, form: .convolution(dimensions: n), expansion: biasApart(n),
      notes: notes, examples: examples,
      parameters: [
        Parameter("x", .tensor, "the images"), Parameter("weight", .tensor, "the filters"),
        Parameter("bias", .tensor, default: Attribute.none, "one number a filter"),
      ] + slidingParameters,
      kernel: .many { inputs, attributes throws(TensorError) in
        try layout(n, input: inputs[0].shape, weight: inputs[1].shape, attributes)
          .forward(inputs[0], inputs[1], bias: inputs.count > 2 ? inputs[2] : nil)
      },
      rule: .recorded { call in
        let (x, w, g) = (call.inputs[0], call.inputs[1], call.gradient)
        return Contributions(
          [
            call.needs[0]
              ? try required("conv\(n)d_input_gradient")(g, w, call.attributes.shaped(x.shape))
              : nil,
            call.needs[1]
              ? try required("conv\(n)d_weight_gradient")(x, g, call.attributes.shaped(w.shape))
              : nil,
          ] + (call.inputs.count > 2 ? [call.needs[2] ? try biasGradient(n, call) : nil] : []))
      },
      sampling: convolutionSampling(n),
      cell: { request in
        guard
          let layout = try? layout(
            n, input: request.inputs[0].shape, weight: request.inputs[1].shape, request.attributes)
        else { return nil }
        let terms = layout.outputTerms(request.offset).map { pair in
          Formula.element(input: 0, offset: pair.0) * .element(input: 1, offset: pair.1)
        }
        guard request.inputs.count > 2 else { return .sum(terms) }
        let filter = layout.place(.output, request.offset).channel
        return .sum(terms + [.element(input: 2, offset: filter)])
      })
  }

  /// The bias added to what the filters give; channels come first.
  private static func biasApart(_ n: Int) -> Expansion {
    Expansion(isWrittenOut: true) { inputs, attributes in
      let convolution = required("conv\(n)d")
      guard inputs.count > 2, attributes.string("channels") != "last" else {
        return try convolution(inputs, attributes)
      }
      let bias = inputs[2]
      let map = try convolution(Array(inputs[..<2]), attributes)
      let ones = [Int](repeating: 1, count: n)
      let spread = try reshape(bias, .one("shape", .integers([bias.shape.count] + ones)))
      return try add(map, spread)
    }
  }

  /// Every position of a map adds the bias of its filter, so the gradients of a map are added up.
  private static func biasGradient(_ n: Int, _ call: Backward<Variable>) throws -> Variable {
    let (g, bias) = (call.gradient, call.inputs[2])
    var axes = Array(g.shape.axes)
    if call.inputs[1].shape.rank == n + 2 {
      axes.remove(
        at: call.attributes.string("channels") == "last" ? axes.count - 1 : axes.count - n - 1)
    }
    let total = try sum(g, .one("axis", .integers(axes)))
    return total.shape == bias.shape
      ? total : try reshape(total, .one("shape", .integers(bias.shape.array)))
  }

  private static func inputGradient(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "conv\(n)d_input_gradient",
      "Sends the gradient of a \(n)-dimensional convolution's output back to its input.",
      form: .convolutionGradient(ofInput: true),
      notes:
        "Each output's gradient is spread over the window it was made from, weighted by the filter.",
      examples: examples,
      parameters: [
        Parameter("gradient", .tensor, "∂E/∂output"), Parameter("weight", .tensor, "the filters"),
        Parameter("shape", .integers, "the shape of the input"),
      ] + slidingParameters,
      kernel: .binary { g, w, attributes throws(TensorError) in
        let shape = try Shape(checking: attributes.integers("shape") ?? [])
        return try layout(n, input: shape, weight: w.shape, attributes).inputGradient(g, w)
      },
      rule: .recorded { call in
        let (g, w, arriving) = (call.inputs[0], call.inputs[1], call.gradient)
        return Contributions(
          call.needs[0] ? try required("conv\(n)d")(arriving, w, call.attributes) : nil,
          call.needs[1]
            ? try required("conv\(n)d_weight_gradient")(
              arriving, g, call.attributes.shaped(w.shape)) : nil)
      },
      sampling: adjointSampling(
        n, inputs: { [$0.outputShape.array, $0.weightShape.array] }, shape: { $0.inputShape }),
      cell: { request in
        guard
          let layout = try? layout(
            n, input: request.output.shape, weight: request.inputs[1].shape, request.attributes)
        else { return nil }
        return .sum(
          layout.inputTerms(request.offset).map { pair in
            .element(input: 0, offset: pair.0) * .element(input: 1, offset: pair.1)
          })
      })
  }

  private static func weightGradient(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "conv\(n)d_weight_gradient",
      "Gives the gradient of the filters of a \(n)-dimensional convolution.",
      form: .convolutionGradient(ofInput: false),
      notes:
        "Each tap's gradient is the sum over all positions of the input under it times ∂E/∂output.",
      examples: examples,
      parameters: [
        Parameter("x", .tensor, "the images"), Parameter("gradient", .tensor, "∂E/∂output"),
        Parameter("shape", .integers, "the shape of the filters"),
      ] + slidingParameters,
      kernel: .binary { x, g, attributes throws(TensorError) in
        let shape = try Shape(checking: attributes.integers("shape") ?? [])
        return try layout(n, input: x.shape, weight: shape, attributes).weightGradient(x, g)
      },
      rule: .recorded { call in
        let (x, g, arriving) = (call.inputs[0], call.inputs[1], call.gradient)
        return Contributions(
          call.needs[0]
            ? try required("conv\(n)d_input_gradient")(g, arriving, call.attributes.shaped(x.shape))
            : nil,
          call.needs[1] ? try required("conv\(n)d")(x, arriving, call.attributes) : nil)
      },
      sampling: adjointSampling(
        n, inputs: { [$0.inputShape.array, $0.outputShape.array] }, shape: { $0.weightShape }),
      cell: { request in
        guard
          let layout = try? layout(
            n, input: request.inputs[0].shape, weight: request.output.shape, request.attributes)
        else { return nil }
        return .sum(
          layout.weightTerms(request.offset).map { pair in
            .element(input: 0, offset: pair.0) * .element(input: 1, offset: pair.1)
          })
      })
  }
}

// MARK: - Transposed convolution

extension Operation {
  /// The shape of the output: what a convolution with these settings would have been applied to.
  private static func transposedLayout(
    _ n: Int, _ x: Shape, _ w: Shape, _ attributes: Attributes
  ) throws(TensorError) -> ConvolutionLayout {
    var settings = try settings(n, attributes)
    let extra = attributes.integers("output_padding") ?? [0]
    let output = try ConvolutionLayout.transposedInput(output: x, weight: w, settings, extra: extra)
    settings.groups = attributes.integer("groups", default: 1)
    return try ConvolutionLayout(input: output, weight: w, settings)
  }

  private static func transposed(_ n: Int, examples: [Example]) -> Operation {
    Operation(
      "conv_transpose\(n)d",
      "Spreads every element over a window, weighted by a filter, and adds what overlaps.",
      notes: """
        The gradient of a convolution used as an operation, also called up-convolution: sizes \
        become (n − 1)·stride − 2·padding + dilation·(k − 1) + output_padding + 1. The weight is \
        [input channels, output channels / groups, window], as in PyTorch; with `channels="last"` \
        [input channels, window, output channels / groups].
        """,
      examples: examples,
      parameters: [
        Parameter("x", .tensor, "the images"), Parameter("weight", .tensor, "the filters"),
        Parameter("bias", .tensor, default: Attribute.none, "one number an output channel"),
        Parameter("stride", .integers, default: .integer(1), "distance of neighboring windows"),
        Parameter("padding", .integers, default: .integer(0), "cut off on each side"),
        Parameter("output_padding", .integers, default: .integer(0), "added at the end"),
        Parameter("groups", .integer, default: .integer(1), "parts the channels are split into"),
        Parameter("dilation", .integers, default: .integer(1), "distance of neighboring taps"),
        channelsParameter,
      ],
      kernel: .many { inputs, attributes throws(TensorError) in
        let layout = try transposedLayout(n, inputs[0].shape, inputs[1].shape, attributes)
        let out = try layout.inputGradient(inputs[0], inputs[1])
        return inputs.count > 2 ? try layout.adding(bias: inputs[2], to: out) : out
      },
      rule: .recorded { call in
        let (x, w, g) = (call.inputs[0], call.inputs[1], call.gradient)
        var result: [Variable?] = [
          call.needs[0] ? try required("conv\(n)d")(g, w, call.attributes) : nil,
          call.needs[1]
            ? try required("conv\(n)d_weight_gradient")(g, x, call.attributes.shaped(w.shape))
            : nil,
        ]
        if call.inputs.count > 2 {
          let isLast = call.attributes.string("channels") == "last"
          let channel = g.shape.rank - (isLast ? 1 : n + 1)
          let axes = g.shape.axes.filter { $0 != channel }
          result.append(call.needs[2] ? try sum(g, .one("axis", .integers(axes))) : nil)
        }
        return Contributions(result)
      },
      sampling: transposedSampling(n),
      cell: { request in
        guard
          let layout = try? transposedLayout(
            n, request.inputs[0].shape, request.inputs[1].shape, request.attributes)
        else { return nil }
        let terms = layout.inputTerms(request.offset).map { pair in
          Formula.element(input: 0, offset: pair.0) * .element(input: 1, offset: pair.1)
        }
        guard request.inputs.count > 2 else { return .sum(terms) }
        let channel = layout.place(.input, request.offset).channel
        return .sum(terms + [.element(input: 2, offset: channel)])
      })
  }
}

extension Attributes {
  /// The same with the shape that a gradient is to have.
  fileprivate func shaped(_ shape: Shape) -> Attributes {
    var result = self
    result.values.removeAll { $0.name == "shape" }
    result.values.append(("shape", .integers(shape.array)))
    return result
  }

  /// A padding given as a number, one number an axis, or a word.
  package func padding(_ name: String) throws(TensorError) -> Padding {
    switch self[name] {
    case .none: return .zeros([0])
    case .integer(let zeros): return .zeros([zeros])
    case .integers(let zeros): return .zeros(zeros)
    case .string("same"): return .same
    case .string("valid"): return .valid
    case .string(let word): throw .argument(name, found: "'\(word)'", expected: Self.paddings)
    case .real(let number): throw .argument(name, found: "\(number)", expected: Self.paddings)
    case .bool(let truth):
      throw .argument(name, found: truth ? "True" : "False", expected: Self.paddings)
    case .index: throw .argument(name, found: "an index", expected: Self.paddings)
    }
  }

  private static let paddings = "whole numbers, \"same\" or \"valid\""
}
