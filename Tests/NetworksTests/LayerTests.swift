import Autograd
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct LayerTests {
  struct Case: CustomTestStringConvertible, @unchecked Sendable {
    let name: String
    let content: [String: Any]
    var testDescription: String { name }

    static let all: [Case] = {
      let file = try? Reference.json("layers") as? [String: Any]
      return (file?["cases"] as? [[String: Any]] ?? []).map {
        Case(name: $0["name"] as? String ?? "", content: $0)
      }
    }()

    var kind: String { content["kind"] as? String ?? "" }
    var children: [Case] {
      (content["children"] as? [[String: Any]] ?? []).map { Case(name: name, content: $0) }
    }
    /// Its own kind and those inside.
    var kinds: [String] { [kind] + children.flatMap(\.kinds) }

    func layer() throws -> Layer {
      guard let kind = LayerKind[kind] else { throw Reference.Missing(name: kind) }
      return try kind(attributes, children: children.map { try $0.layer() }, seed: 1)
    }

    private var attributes: Attributes {
      Attributes(
        (content["settings"] as? [String: Any] ?? [:]).map { name, value in
          if let text = value as? String { return (name, .string(text)) }
          if value is [Any] { return (name, .integers(Reference.flattened(value).map { Int($0) })) }
          let number = Reference.flattened(value)[0]
          if ["bias", "bidirectional", "causal"].contains(name) {
            return (name, .bool(number == 1))
          }
          return (name, number == number.rounded() ? .integer(Int(number)) : .real(number))
        })
    }

    func tensor(_ value: Any?, dtype: DType = .float64) throws -> Tensor {
      guard let entry = value as? [String: Any] else { throw Reference.Missing(name: name) }
      return Tensor(
        Reference.flattened(entry["values"] ?? []),
        shape: Shape(unchecked: Reference.flattened(entry["shape"] ?? []).map { Int($0) }),
        dtype: dtype)
    }

    func tensors(_ key: String) throws -> [String: Tensor] {
      try (content[key] as? [String: Any] ?? [:]).mapValues { try tensor($0) }
    }
  }

  @Test func everyKindOfLayerHasAReference() {
    let missing = Set(LayerKind.standard.map(\.name)).subtracting(Case.all.flatMap(\.kinds))
    // Dropout draws numbers of its own.
    #expect(missing == ["Identity", "Dropout"])
  }

  private func close(_ found: Tensor, _ expected: Tensor, _ what: String) {
    #expect(found.shape == expected.shape, "\(what)")
    expectClose(found.elements, expected.elements, absolute: 1e-10, relative: 1e-10, what)
  }

  @Test(arguments: Case.all)
  func agreesWithPyTorch(_ sample: Case) throws {
    let layer = try sample.layer()
    layer.setTraining(sample.content["training"] as? Bool ?? true)
    let given = try sample.tensors("parameters")
    #expect(Set(layer.parameters.map(\.path)) == Set(given.keys))
    for (path, parameter) in layer.parameters { try parameter.set(try #require(given[path])) }
    let before = try sample.tensors("state_before")
    // The recorded states have no count of the batches seen.
    for index in layer.state.indices where layer.state[index].name != "num_batches_tracked" {
      layer.state[index].value = try #require(before[layer.state[index].name])
    }

    let isWhole = sample.content["integers"] as? Bool ?? false
    let x = Variable(try sample.tensor(sample.content["x"], dtype: isWhole ? .int64 : .float64))
    let y = try layer(x)
    close(y.value, try sample.tensor(sample.content["y"]), "output")
    #expect(try layer.outputShape(for: x.shape) == y.shape)

    let arriving = try sample.tensor(sample.content["arriving"])
    let gradients = try y.gradients(for: layer.parameters.map(\.parameter.variable), seed: arriving)
    let expected = try sample.tensors("gradients")
    for ((path, _), gradient) in zip(layer.parameters, gradients) {
      close(try #require(gradient), try #require(expected[path]), path)
    }
    if !isWhole {
      let gradient = try #require(try y.gradients(for: [x], seed: arriving)[0])
      close(gradient, try sample.tensor(sample.content["x_gradient"]), "gradient of x")
    }
    let after = try sample.tensors("state_after")
    for (name, value) in layer.state where name != "num_batches_tracked" {
      close(value, try #require(after[name]), name)
    }
  }

  @Test(arguments: LayerKind.standard.map(\.name))
  func isDocumented(_ name: String) throws {
    let kind = try #require(LayerKind[name])
    #expect(kind.summary.hasSuffix("."))
    #expect(!kind.examples.isEmpty)
  }

  @Test func namesAreUnique() {
    let names = LayerKind.standard.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  // MARK: - Models

  private func layer(
    _ name: String, _ settings: [(name: String, value: Attribute)] = [], _ children: [Layer] = []
  ) throws -> Layer {
    let kind = try #require(LayerKind[name])
    return try kind(Attributes(settings), children: children, seed: 5)
  }

  private func linear(_ inputs: Int, _ outputs: Int) throws -> Layer {
    try layer("Linear", [("in_features", .integer(inputs)), ("out_features", .integer(outputs))])
  }

  /// Refused when the layer is made: its numbers are drawn much later, where nothing can be refused.
  @Test(
    arguments: [
      ("Linear", [("in_features", 1_000_000), ("out_features", 1_000_000)]),
      ("BatchNorm1d", [("features", 1_000_000_000)]),
      ("LSTM", [("input_size", 1), ("hidden_size", Int(Int32.max))]),
      ("Embedding", [("num_embeddings", 1 << 40), ("embedding_dim", 2)]),
    ] as [(String, [(String, Int)])])
  func layersLargerThanMemoryAreRefused(kind: String, sizes: [(String, Int)]) throws {
    let layer = try #require(LayerKind[kind])
    do {
      _ = try layer(Attributes(sizes.map { ($0.0, .integer($0.1)) }), seed: 1)
      Issue.record("\(kind) was made")
    } catch {
      if case .tooLarge = error { return }
      Issue.record("\(kind): \(error)")
    }
  }

  @Test func sequentialLearnsXOR() throws {
    let model = try layer("Sequential", [], [linear(2, 4), layer("Tanh"), linear(4, 2)])
    #expect(model.parameters.map(\.path) == ["0.weight", "0.bias", "2.weight", "2.bias"])
    let optimizer = try ModelOptimizer(
      try #require(UpdateRule["adam"]), Attributes([("lr", .real(0.05))]),
      parameters: model.parameters.map(\.parameter))
    let (x, labels) = (Variable(LabeledData.xor.inputTensor), Variable(LabeledData.xor.labelTensor))
    let crossEntropy = try #require(Catalogue.standard["cross_entropy"])
    var losses: [Double] = []
    for _ in 0..<300 {
      let loss = try crossEntropy([try model(x), labels], .none)
      losses.append(try #require(loss.value.item))
      optimizer.zeroGradients()
      try loss.backward()
      try optimizer.step()
    }
    #expect(losses[0] > 0.5 && losses[299] < 0.02)
  }

  @Test func frozenLayersStay() throws {
    let model = try layer("Sequential", [], [linear(2, 3), linear(3, 1)])
    model.children[0].layer.setFrozen(true)
    let before = model.parameters.map { $0.parameter.value.elements }
    let optimizer = try ModelOptimizer(
      try #require(UpdateRule["sgd"]), Attributes([("lr", .real(0.1))]),
      parameters: model.parameters.map(\.parameter))
    let square = try #require(Catalogue.standard["square"])
    try square(model(Variable(Tensor([1, 2])))).backward()
    try optimizer.step()
    let after = model.parameters.map { $0.parameter.value.elements }
    #expect(before[0] == after[0] && before[1] == after[1])
    #expect(before[2] != after[2] && before[3] != after[3])
  }

  @Test func dropoutKeepsTheMeanAndIsOffInPrediction() throws {
    let ones = Variable(Tensor(repeating: 1, shape: [10_000]))
    let inverted = try layer("Dropout", [("p", .real(0.2))])
    let kept = try inverted(ones).value.elements
    #expect(Set(kept) == [0, 1.25])
    expectClose(kept.reduce(0, +) / 10_000, 1, absolute: 0.02, relative: 0)
    inverted.setTraining(false)
    #expect(try inverted(ones).value.elements == ones.value.elements)
    let weighted = try layer("Dropout", [("p", .real(0.2)), ("scaling", .string("weights"))])
    #expect(Set(try weighted(ones).value.elements) == [0, 1])
    weighted.setTraining(false)
    #expect(try weighted(ones).value.elements.allSatisfy { abs($0 - 0.8) < 1e-15 })
  }

  /// One query over two keys, by hand.
  @Test func additiveAttentionWeighsTheKeys() throws {
    let layer = try layer(
      "AdditiveAttention",
      [
        ("query_size", .integer(1)), ("key_size", .integer(1)), ("hidden_size", .integer(1)),
      ])
    for (parameter, value) in zip(layer.ownParameters, [0.5, -1.0, 2.0]) {
      try parameter.set(Tensor([value], shape: parameter.shape))
    }
    let outputs = try layer([
      Variable(Tensor([1], shape: [1, 1])), Variable(Tensor([0.3, -2], shape: [2, 1])),
    ])
    let scores = [0.2, 2.5].map { 2 * ScalarFunction.value(of: "tanh", [$0])! }
    let powers = scores.map { ScalarFunction.value(of: "exp", [$0])! }
    let weights = powers.map { $0 / (powers[0] + powers[1]) }
    expectClose(outputs[1].value.elements, weights, absolute: 1e-12, relative: 0)
    expectClose(
      outputs[0].value.elements, [weights[0] * 0.3 - weights[1] * 2], absolute: 1e-12, relative: 0)
  }

  /// The summary of a model counts the positions that the layer really visits.
  @Test(
    arguments: [
      ("ceil_mode", .bool(true), [1, 3, 5]), ("dilation", .integer(2), [1, 2, 4]),
      ("stride", .integer(1), [1, 5, 8]), ("padding", .integer(1), [1, 4, 5]),
    ] as [(String, Attribute, [Int])])
  func poolingSaysItsShape(_ name: String, _ value: Attribute, _ expected: [Int]) throws {
    let pooling = try layer("MaxPool2d", [("kernel_size", .integer(2)), (name, value)])
    let images = Variable(Tensor(repeating: 1, shape: [1, 6, 9]))
    #expect(try pooling(images).shape.array == expected)
    #expect(try pooling.outputShape(for: images.shape).array == expected)
  }

  @Test func residualAddsWhatGoesAround() throws {
    let (body, shortcut) = (try linear(2, 3), try linear(2, 3))
    let block = try layer("Residual", [], [body, shortcut])
    let x = Variable(Tensor([0.5, -1]))
    let expected = zip(try body(x).value.elements, try shortcut(x).value.elements).map { $0 + $1 }
    #expect(try block(x).value.elements == expected)
    #expect(throws: TensorError.self) {
      try layer("Residual", [], [linear(2, 3)]).outputShape(for: [1, 2])
    }
  }

  @Test(
    arguments: [
      ("Linear", [("in_features", .integer(0)), ("out_features", .integer(2))]), ("Linear", []),
      ("Dropout", [("p", .real(1.5))]),
      (
        "Conv2d",
        [
          ("in_channels", .integer(3)), ("out_channels", .integer(2)), ("kernel_size", .integer(3)),
          ("groups", .integer(2)),
        ]
      ),
      ("Residual", []),
    ] as [(String, [(name: String, value: Attribute)])])
  func refusesSettingsItCannotUse(_ name: String, _ settings: [(name: String, value: Attribute)]) {
    #expect(throws: TensorError.self) { try layer(name, settings) }
  }
}
