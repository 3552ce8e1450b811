import Networks
import TestSupport
import Testing

/// Networks in the language, used as in PyTorch.
@Suite struct ModelTests {
  private static let start = """
    seed(3)
    model = Sequential(Linear(2, 3), Tanh(), Linear(3, 1))
    x = [0.5, -1.0]
    opt = sgd(model.parameters(), lr=0.1)
    def train():
        E = sum(model(x)**2)
        opt.zero_grad()
        E.backward()
        opt.step()

    """

  /// Three ways to freeze a layer; what is frozen stays, the rest moves.
  @Test(arguments: [
    "model[0].freeze()", "model[0].requires_grad_(False)",
    "for p in model[0].parameters():\n    p.requires_grad = False",
    "model[0].weight.requires_grad = False; model[0].bias.requires_grad = False",
  ])
  func frozenParametersStay(_ freezing: String) throws {
    let program = try Program(Self.start + freezing)
    let first = (try program.numbers("model[0].weight"), try program.numbers("model[0].bias"))
    let last = try program.numbers("model[2].weight")
    try program.run("train()\ntrain()")
    #expect(try program.numbers("model[0].weight") == first.0)
    #expect(try program.numbers("model[0].bias") == first.1)
    #expect(try program.numbers("model[2].weight") != last)
    #expect(try program.text("model[0].weight.grad") == "None")
    #expect(try program.numbers("model[0].weight.requires_grad") == [0])
    #expect(try program.numbers("model[2].weight.requires_grad") == [1])
    try program.run("model.unfreeze()\ntrain()")
    #expect(try program.numbers("model[0].weight") != first.0)
  }

  @Test func aLayerIsReplaced() throws {
    let program = try Program(Self.start + "model[2] = Linear(3, 4); model[-2] = ReLU()")
    #expect(try program.numbers("model(x).shape") == [4])
    #expect(
      try program.text("model")
        == "Sequential(Linear(in_features=2, out_features=3), ReLU(), Linear(in_features=3, out_features=4))"
    )
    #expect(try program.numbers("len(model.parameters())") == [4])
    try program.run("block = Residual(Linear(2, 2)); block.body = Sequential(Tanh(), Linear(2, 2))")
    #expect(try program.numbers("allclose(block(x), x + block.body(x))") == [1])
    #expect(try program.error("model[3] = Tanh()").headline.contains("3"))
    #expect(try program.error("model[0] = 5").headline.contains("layer"))
    #expect(try program.error("model[0] = Sequential(model)").headline.contains("layer"))
    #expect(try program.error("block.body = block").headline.contains("layer"))
  }

  @Test func trainingAndPredictionDiffer() throws {
    let program = try Program(
      "d = Sequential(Dropout(0.5)); w = Dropout(0.5, scaling=\"weights\"); x = ones(400)")
    #expect(Set(try program.numbers("d(x)")) == [0, 2])
    #expect(Set(try program.numbers("w(x)")) == [0, 1])
    try program.run("d.eval(); w.eval()")
    #expect(Set(try program.numbers("d(x)")) == [1])
    #expect(Set(try program.numbers("w(x)")) == [0.5])
    try program.run("d.train()")
    #expect(Set(try program.numbers("d(x)")) == [0, 2])
    try program.run("b = BatchNorm1d(1); y = b([1.0; 3.0]); b.eval()")
    #expect(try abs(program.numbers("y")[0] + 1) < 1e-4)
    #expect(try abs(program.numbers("b([0.2;])")[0]) < 1e-4)
  }

  @Test func poolingTellsWhereItFound() throws {
    let program = try Program(
      "y, places = MaxPool2d(2, return_indices=True)([[1.0, 2; 4, 3]])")
    #expect(try program.numbers("y") == [4] && program.numbers("places") == [2])
  }

  @Test func partsAreReached() throws {
    let program = try Program(Self.start)
    #expect(try program.numbers("[p.size for p in model.parameters()]") == [6, 3, 3, 1])
    #expect(try program.numbers("len(model)") == [3])
    try program.run("model[0].weight = [1, 0; 0, 1; 1, 1]; model[0].bias = zeros(3)")
    #expect(try program.numbers("model[0](x)") == [0.5, -1, -0.5])
    #expect(try program.numbers("[len(layer.parameters()) for layer in model]") == [2, 0, 2])
  }

  /// Going back in a lesson puts back numbers, replaced layers, what is frozen, and what the
  /// optimizer remembers.
  @Test(arguments: UpdateRule.standard.map(\.name))
  func goingBackRestoresEverything(_ optimizer: String) throws {
    let program = try Program(Self.start.replacing("sgd(", with: optimizer + "("))
    try program.run("train()\ntrain()")
    let snapshot = program.evaluator.state
    func outcome() throws -> [Double] {
      try program.run("train()\ny = model(x)")
      return try program.numbers("y")
    }
    let steps = try workedSteps(of: "opt", in: program)
    #expect(steps.count > 4)
    let expected = try outcome()
    try program.run("model[0].freeze(); model[2] = Linear(3, 1); train(); model.eval(); opt.lr = 9")
    program.evaluator.restore(snapshot)
    #expect(try workedSteps(of: "opt", in: program) == steps)
    #expect(try outcome() == expected)
  }

  /// What `explain` tells of an optimizer: headings and results.
  private func workedSteps(of name: String, in program: Program) throws -> [String] {
    guard case .object(let object) = try program.evaluator.value(of: name) else { return [] }
    return try object.arithmetic().map { "\($0.heading): \($0.result)" }
  }

  /// The step of a parameter that would stay as it is is not told.
  @Test func frozenParametersTakeNoStep() throws {
    let program = try Program(Self.start + "E = sum(model(x)**2); E.backward()")
    #expect(try workedSteps(of: "opt", in: program).contains { $0.contains("weight") })
    try program.run("model[0].weight.requires_grad = False; model[2].freeze()")
    let steps = try workedSteps(of: "opt", in: program)
    #expect(steps.count == 2 && steps.allSatisfy { $0.contains("bias") }, "\(steps)")
  }

  /// Going back draws the same numbers again, in the mode of that moment.
  @Test func goingBackRepeatsWhatDropoutDrew() throws {
    let program = try Program("seed(3); layer = Dropout(0.5); x = ones(40)")
    let snapshot = program.evaluator.state
    let drawn = try program.numbers("layer(x)")
    #expect(drawn.contains(0) && drawn.contains(2))
    #expect(try program.numbers("layer(x)") != drawn)
    try program.run("layer.eval()")
    program.evaluator.restore(snapshot)
    #expect(try program.numbers("layer(x)") == drawn)
  }

  /// Sizes are worked out by PyTorch's formula, where the windows fit evenly and where they do not.
  @Test(arguments: 1...3, [(0, 1), (1, 1), (1, 2)])
  func sizesOfWindows(_ stride: Int, _ edge: (padding: Int, dilation: Int)) throws {
    let settings = "stride=\(stride), padding=\(edge.padding), dilation=\(edge.dilation)"
    let text = "summary(Conv2d(1, 1, 3, \(settings)), (1, 9, 8))"
    guard case .object(let object) = try Program().evaluator.value(of: text) else {
      Issue.record("\(text) gives nothing to explain")
      return
    }
    let lines = try object.arithmetic().filter { $0.label == "size" }
    let expected = [9, 8].map { (size: Int) in
      (size + 2 * edge.padding - 2 * edge.dilation - 1) / stride + 1
    }
    #expect(lines.map(\.result) == expected.map(Double.init))
    for line in lines {
      #expect(line.formula.evaluated(symbol: { _ in nil }) { _, _ in .nan } == line.result)
    }
  }

  /// One input for both, and the state handed over by hand, agree.
  @Test func theDecoderStartsWhereTheEncoderEnds() throws {
    let program = try Program(
      """
      seed(1)
      pair = EncoderDecoder(GRU(2, 3), Sequential(GRU(1, 3), Linear(3, 2)))
      source = randn(5, 2)
      given = randn(4, 1)
      out = pair(source, given)
      states, last = pair.encoder(source)
      by_hand = pair.decoder[1](pair.decoder[0](given, last)[0])
      """)
    #expect(try program.numbers("allclose(out, by_hand)") == [1])
    #expect(try program.numbers("out.shape") == [4, 2])
    #expect(
      try program.error("EncoderDecoder(Linear(2, 3), GRU(2, 3))(source)").headline.contains(
        "recurrent"))
    #expect(try program.error("EncoderDecoder(GRU(2, 3))").headline.contains("decoder"))
  }

  /// None are too few for a layer, and what it would not look at is refused.
  @Test(arguments: [
    "Linear(2, 4)()", "Linear(2, 4)(ones(2), ones(2))", "ReLU()(1, 2)", "Sequential()()",
    "Sequential(Tanh(), Linear(2, 2))(ones(2), ones(2))", "Residual(Linear(2, 2))()",
    "EncoderDecoder(GRU(2, 3), GRU(2, 3))(ones(1, 2), ones(1, 2), ones(1, 2))",
    "GRU(2, 3)(ones(4, 2), zeros(3), zeros(3))", "GRUCell(2, 3)()",
    "ScaledDotProductAttention()()", "MultiheadAttention(4, 2)()",
    "AdditiveAttention(4, 4, 8)(ones(3, 4), ones(3, 4), ones(3, 4))",
  ])
  func layersTakeTheirNumberOfInputs(_ call: String) throws {
    let error = try Program().error(call)
    #expect(error.code == "bad-argument" && error.headline.contains("'inputs' must be"))
  }

  @Test(arguments: [
    "AdditiveAttention(4, 4, 8)(ones(4))", "AdditiveAttention(4, 4, 8)(ones(3, 4), ones(4))",
    "MultiheadAttention(4, 2)(ones(3, 4), ones(4))", "MultiheadAttention(4, 2)(ones(4))",
    "ScaledDotProductAttention()(ones(3, 4), ones(4))", "TransformerEncoderLayer(4, 2)(ones(4))",
    "Residual(AdditiveAttention(4, 4, 8))(ones(4))",
  ])
  func attentionNeedsSequences(_ call: String) throws {
    #expect(try Program().error(call).code == "shape-mismatch")
  }

  /// A cell taken step by step gives what the layer over the sequence gives.
  @Test(arguments: ["RNN", "LSTM", "GRU"])
  func cellsAreStepsOfSequences(_ name: String) throws {
    let program = try Program(
      """
      seed(2)
      layer = \(name)(2, 3)
      cell = \(name)Cell(2, 3)
      cell.W = layer.W; cell.b = layer.b
      x = randn(4, 2)
      all, last = layer(x)
      state = zeros(last.shape)
      steps = []
      for step in x:
          \(name == "LSTM" ? "h, state = cell(step, state)" : "state = cell(step, state); h = state")
          steps.append(h)
      """)
    #expect(try program.numbers("allclose(stack(steps), all, rtol=1e-12)") == [1])
    #expect(try program.numbers("allclose(state, last, rtol=1e-12)") == [1])
  }
}
