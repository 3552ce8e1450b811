import Autograd
import Tensors

extension LayerKind {
  private static let causal = Parameter(
    "causal", .bool, default: .bool(false), "no position looks at later ones")

  /// Layers in which positions of a sequence look at each other. Sequences are [rows, steps, numbers]
  /// or [steps, numbers]. They give what was read, and how much each position looked at each other.
  package static let attention: [LayerKind] = [
    LayerKind(
      "ScaledDotProductAttention",
      "Reads values by how well keys fit queries: softmax(q kᵀ / √size) v.",
      notes: "Takes queries, keys and values; one input serves as all three.",
      parameters: [causal], examples: ["ScaledDotProductAttention()"]
    ) { make throws(TensorError) in
      let isCausal = make.attributes.bool("causal")
      return LayerPlan(
        inputs: 1...3,
        forward: { _, input in
          try scaledDotProduct(
            input[0], input.count > 1 ? input[1] : input[0], input[input.count - 1], isCausal)
        })
    },
    LayerKind(
      "AdditiveAttention",
      "Reads values by a small network of query and key: softmax(v · tanh(W q + U k)).",
      notes: "Takes queries and keys, which are read as values too; one input serves as both.",
      parameters: [
        Parameter("query_size", .integer, "numbers a query"),
        Parameter("key_size", .integer, "numbers a key"),
        Parameter("hidden_size", .integer, "hidden units"),
      ],
      examples: ["AdditiveAttention(4, 4, 8)"]
    ) { make throws(TensorError) in
      let (queries, keys) = (try make.size("query_size"), try make.size("key_size"))
      let hidden = try make.size("hidden_size")
      return LayerPlan(
        inputs: 1...2,
        parameters: [
          ("W", [hidden, queries], .fanIn(queries)),
          ("U", [hidden, keys], .fanIn(keys)),
          ("v", [hidden], .fanIn(hidden)),
        ],
        outputShape: { _, shape throws(TensorError) in
          guard shape.rank >= 2, shape[shape.rank - 1] == queries, queries == keys else {
            throw .sizes(
              of: "each key", expected: keys, found: shape.rank > 0 ? shape[shape.rank - 1] : 0,
              what: "numbers")
          }
          return shape
        },
        forward: additive)
    },
    LayerKind(
      "MultiheadAttention", "Scaled dot-product attention in several parts of the numbers at once.",
      notes: Notes(
        """
        Takes the sequence that asks and the one that is read; one input serves as both. \
        in_proj_weight has the rows for queries, keys and values below each other, as in PyTorch.
        """,
        Convention("axis of the batch", "the first", pytorch: "the second, unless batch_first=True")
      ),
      parameters: [
        Parameter("embed_dim", .integer, "numbers a position"),
        Parameter("num_heads", .integer, "parts"),
        causal,
      ],
      examples: ["MultiheadAttention(4, 2)"], build: multihead),
    LayerKind(
      "TransformerEncoderLayer",
      "Attention, then two linear layers, each with a way around it and followed by LayerNorm.",
      notes: Notes(
        "",
        Convention("normalization", "after each part", pytorch: "the same, unless norm_first=True"),
        Convention("dropout", "0 unless given", pytorch: "0.1")),
      parameters: [
        Parameter("d_model", .integer, "numbers a position"), Parameter("nhead", .integer, "parts"),
        Parameter(
          "dim_feedforward", .integer, default: .integer(2048), "hidden units of the linear layers"),
        Parameter("dropout", .real, default: .real(0), "share of numbers set to 0 while training"),
        causal,
      ],
      examples: ["TransformerEncoderLayer(4, 2, 8)"], build: encoderLayer),
  ]

  // MARK: - Computations

  private static let lastAxis = Attributes.one("axis", .integer(-1))

  private static func requireSequences(_ inputs: Variable...) throws(TensorError) {
    for input in inputs where input.shape.rank < 2 {
      throw .rank(of: "a sequence", expected: "2 or more", found: input.shape)
    }
  }

  private static func scaledDotProduct(
    _ q: Variable, _ k: Variable, _ v: Variable, _ isCausal: Bool
  ) throws -> [Variable] {
    try requireSequences(q, k)
    let size = Double(max(q.shape[q.shape.rank - 1], 1)).squareRoot()
    var scores = try Operation.divide(Operation.matmul(q, Operation.transpose(k)), Variable(size))
    if isCausal {
      let (rows, columns) = (q.shape[q.shape.rank - 2], k.shape[k.shape.rank - 2])
      let mask = Tensor([rows, columns]) { out in
        out.fill { index in
          index % columns > index / columns ? -.infinity : 0
        }
      }
      scores = try Operation.add(scores, Variable(mask))
    }
    let weights = try Operation.softmax(scores, lastAxis)
    return [try Operation.matmul(weights, v), weights]
  }

  private static func additive(_ layer: Layer, _ input: [Variable]) throws -> [Variable] {
    let (q, k) = (input[0], input.count > 1 ? input[1] : input[0])
    try requireSequences(q, k)
    func projected(_ x: Variable, _ index: Int) throws -> Variable {
      try Operation.matmul(x, Operation.transpose(layer.ownParameters[index].variable))
    }
    let forQueries = try projected(q, 0).inserting(axisBeforeLast: true)
    let forKeys = try projected(k, 1).inserting(axisBeforeLast: false)
    let hidden = try Operation.required("tanh")(Operation.add(forQueries, forKeys))
    let scores = try Operation.matmul(hidden, layer.ownParameters[2].variable)
    let weights = try Operation.softmax(scores, lastAxis)
    return [try Operation.matmul(weights, k), weights]
  }

  @Sendable
  private static func multihead(_ make: Construction) throws(TensorError) -> LayerPlan {
    let (size, heads) = (try make.size("embed_dim"), try make.size("num_heads"))
    guard size % heads == 0 else {
      throw .argument("num_heads", found: "\(heads)", expected: "a divisor of embed_dim, \(size)")
    }
    let isCausal = make.attributes.bool("causal")
    var seeds = SplitMix64(seed: make.seed &+ 1)
    let output = try inner("Linear", [("in_features", size), ("out_features", size)], make, &seeds)
    return LayerPlan(
      inputs: 1...2,
      parameters: [
        ("in_proj_weight", [3 * size, size], .uniform((6 / Double(4 * size)).squareRoot())),
        ("in_proj_bias", [3 * size], .constant(0)),
      ],
      children: [("out_proj", output)],
      outputShape: { _, shape throws(TensorError) in
        guard shape.rank >= 2, shape[shape.rank - 1] == size else {
          throw .innerSizes(shape.rank == 0 ? [1] : shape, [size, size])
        }
        return shape
      },
      forward: { layer, input in
        let (x, other) = (input[0], input.count > 1 ? input[1] : input[0])
        for sequence in [x, other] { _ = try layer.outputShape(for: sequence.shape) }
        func projected(_ x: Variable, _ part: Int) throws -> Variable {
          let rows = Attributes.one(
            "items", .index([.slice(start: part * size, stop: (part + 1) * size, step: 1)]))
          let weight = try Operation.index(layer.ownParameters[0].variable, rows)
          let bias = try Operation.index(layer.ownParameters[1].variable, rows)
          return try Operation.linear([x, weight, bias], .one("transposed", .bool(true))).splitting(
            heads)
        }
        let read = try scaledDotProduct(
          projected(x, 0), projected(other, 1), projected(other, 2), isCausal)
        let weights = try Operation.required("mean")(read[1], .one("axis", .integer(-3)))
        return [try layer.children[0].layer(read[0].joining()), weights]
      })
  }

  @Sendable
  private static func encoderLayer(_ make: Construction) throws(TensorError) -> LayerPlan {
    let (size, hidden) = (try make.size("d_model"), try make.size("dim_feedforward"))
    var seeds = SplitMix64(seed: make.seed &+ 1)
    guard let attentionKind = LayerKind["MultiheadAttention"],
      let dropoutKind = LayerKind["Dropout"]
    else {
      throw .argument("layers", found: "nothing", expected: "MultiheadAttention and Dropout")
    }
    let attention = try attentionKind(
      Attributes([
        ("embed_dim", .integer(size)), ("num_heads", .integer(try make.size("nhead"))),
        ("causal", make.attributes["causal"]),
      ]), seed: seeds.next(), dtype: make.dtype)
    let dropout = try dropoutKind(
      Attributes([("p", .real(try make.share("dropout")))]), seed: seeds.next(), dtype: make.dtype)
    return LayerPlan(
      children: [
        ("self_attn", attention),
        (
          "linear1",
          try inner("Linear", [("in_features", size), ("out_features", hidden)], make, &seeds)
        ),
        (
          "linear2",
          try inner("Linear", [("in_features", hidden), ("out_features", size)], make, &seeds)
        ),
        ("norm1", try inner("LayerNorm", [("features", size)], make, &seeds)),
        ("norm2", try inner("LayerNorm", [("features", size)], make, &seeds)),
        ("dropout", dropout),
      ],
      outputShape: { layer, shape throws(TensorError) in
        try layer.children[0].layer.outputShape(for: shape)
      },
      forward: { layer, input in
        func apply(_ index: Int, _ x: Variable) throws -> Variable {
          try layer.children[index].layer(x)
        }
        let read = try apply(3, Operation.add(input[0], apply(5, apply(0, input[0]))))
        let inner = try apply(5, Operation.required("relu")(apply(1, read)))
        return [try apply(4, Operation.add(read, apply(5, apply(2, inner))))]
      })
  }

  private static func inner(
    _ name: String, _ sizes: [(String, Int)], _ make: Construction, _ seeds: inout SplitMix64
  ) throws(TensorError) -> Layer {
    guard let kind = LayerKind[name] else {
      throw .argument("layers", found: "nothing", expected: name)
    }
    return try kind(
      Attributes(sizes.map { ($0.0, .integer($0.1)) }), seed: seeds.next(), dtype: make.dtype)
  }
}

extension Variable {
  private func shaped(_ sizes: [Int]) throws -> Variable {
    try Operation.reshape(self, .one("shape", .integers(sizes)))
  }

  /// [..., steps, size] as [..., steps, 1, size], or as [..., 1, steps, size].
  fileprivate func inserting(axisBeforeLast: Bool) throws -> Variable {
    var sizes = shape.array
    sizes.insert(1, at: sizes.count - (axisBeforeLast ? 1 : 2))
    return try shaped(sizes)
  }

  /// [..., steps, size] as [..., heads, steps, size / heads].
  fileprivate func splitting(_ heads: Int) throws -> Variable {
    let leading = Array(shape.array.dropLast(2))
    let (steps, size) = (shape[shape.rank - 2], shape[shape.rank - 1])
    return try shaped(leading + [steps, heads, size / heads]).exchangingMiddle()
  }

  /// The reverse of `splitting`.
  fileprivate func joining() throws -> Variable {
    let exchanged = try exchangingMiddle()
    let sizes = exchanged.shape.array
    return try exchanged.shaped(
      Array(sizes.dropLast(2)) + [sizes[sizes.count - 2] * sizes[sizes.count - 1]])
  }

  private func exchangingMiddle() throws -> Variable {
    var order = Array(shape.axes)
    order.swapAt(order.count - 2, order.count - 3)
    return try Operation.transpose(self, .one("axes", .integers(order)))
  }
}
