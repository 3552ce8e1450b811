import Autograd
import Tensors

extension LayerKind {
  static let biasParameter = Parameter("bias", .bool, default: .bool(true), "add a bias")

  /// Layers that connect everything with everything, or look rows up.
  package static let dense: [LayerKind] = [
    LayerKind(
      "Linear", "Connects every input with every output: x @ weight.T + bias.",
      notes: Notes(
        "",
        Convention("weight", "[out_features, in_features]"),
        Convention("first values", "uniform within 1/√in_features")),
      parameters: [
        Parameter("in_features", .integer, "inputs"),
        Parameter("out_features", .integer, "outputs"),
        biasParameter,
      ],
      examples: ["Linear(2, 4)"]
    ) { make throws(TensorError) in
      let (inputs, outputs) = (try make.size("in_features"), try make.size("out_features"))
      let hasBias = make.attributes.bool("bias")
      let start = Initializer.Distribution.fanIn(inputs)
      return LayerPlan(
        parameters: [("weight", [outputs, inputs], start)]
          + (hasBias ? [("bias", [outputs], start)] : []),
        outputShape: { _, shape throws(TensorError) in
          guard shape.rank > 0, shape[shape.rank - 1] == inputs else {
            throw .innerSizes(shape.rank == 0 ? [1] : shape, [inputs, outputs])
          }
          return shape.replacing(axis: shape.rank - 1, with: outputs)
        },
        forward: { layer, input in
          let weight = layer.ownParameters[0].variable
          let bias =
            hasBias
            ? layer.ownParameters[1].variable : Variable(Tensor(repeating: 0, shape: [outputs]))
          return [try Operation.linear([input[0], weight, bias], .one("transposed", .bool(true)))]
        })
    },
    LayerKind(
      "Embedding", "Looks up a row for each whole number.",
      notes: Notes("", Convention("first values", "normal with mean 0 and variance 1")),
      parameters: [
        Parameter("num_embeddings", .integer, "rows"),
        Parameter("embedding_dim", .integer, "numbers a row"),
      ],
      examples: ["Embedding(10, 3)"]
    ) { make throws(TensorError) in
      let (rows, width) = (try make.size("num_embeddings"), try make.size("embedding_dim"))
      return LayerPlan(
        parameters: [("weight", [rows, width], .normal(1))],
        outputShape: { _, shape throws(TensorError) in try shape.inserting(width, at: shape.rank) },
        forward: { layer, input in
          [
            try Operation.take(
              layer.ownParameters[0].variable, input[0], .one("axis", .integer(0)))
          ]
        })
    },
    LayerKind(
      "Flatten", "Makes one axis of all axes from `start_dim` on.",
      parameters: [Parameter("start_dim", .integer, default: .integer(1), "first axis to merge")],
      examples: ["Flatten()"]
    ) { make throws(TensorError) in
      let start = make.attributes.integer("start_dim")
      return LayerPlan(
        outputShape: { _, shape throws(TensorError) in try flattened(shape, start) },
        forward: { _, input in
          let target = try flattened(input[0].shape, start)
          return [try Operation.reshape(input[0], .one("shape", .integers(target.array)))]
        })
    },
  ]

  private static func flattened(_ shape: Shape, _ start: Int) throws(TensorError) -> Shape {
    let first = try shape.axis(start)
    return Shape(unchecked: Array(shape.array[..<first]) + [shape.array[first...].reduce(1, *)])
  }
}
