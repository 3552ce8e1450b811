import Autograd
import Networks
import Tensors
import Testing

/// Sizes of the networks of the slides.
@Suite struct ModelSummaryTests {
  private func make(
    _ name: String, _ settings: [(name: String, value: Attribute)] = [], _ children: [Layer] = []
  ) throws -> Layer {
    let kind = try #require(LayerKind[name])
    return try kind(Attributes(settings), children: children, seed: 1)
  }

  private func conv(_ inputs: Int, _ outputs: Int, _ size: Int, stride: Int = 1, padding: Int = 0)
    throws -> Layer
  {
    try make(
      "Conv2d",
      [
        ("in_channels", .integer(inputs)), ("out_channels", .integer(outputs)),
        ("kernel_size", .integer(size)),
        ("stride", .integer(stride)), ("padding", .integer(padding)),
      ])
  }

  private func pool(_ name: String, _ size: Int, stride: Int) throws -> Layer {
    try make(name, [("kernel_size", .integer(size)), ("stride", .integer(stride))])
  }

  private func linear(_ inputs: Int, _ outputs: Int) throws -> Layer {
    try make("Linear", [("in_features", .integer(inputs)), ("out_features", .integer(outputs))])
  }

  @Test func leNet5() throws {
    let model = try make(
      "Sequential", [],
      [
        conv(1, 6, 5), make("Tanh"), pool("AvgPool2d", 2, stride: 2), conv(6, 16, 5), make("Tanh"),
        pool("AvgPool2d", 2, stride: 2), conv(16, 120, 5), make("Tanh"), make("Flatten"),
        linear(120, 84),
        make("Tanh"), linear(84, 10),
      ])
    let summary = try ModelSummary(model, input: [1, 32, 32])
    #expect(summary.parameters == 61_706)
    let counted = summary.rows.filter { $0.parameters > 0 }
    #expect(counted.map(\.parameters) == [156, 2416, 48_120, 10_164, 850])
    #expect(counted.map(\.neurons) == [4704, 1600, 120, 84, 10])
    #expect(counted[0].output == [6, 28, 28])
    #expect(counted[0].fullyConnected == 32 * 32 * 4704)
  }

  @Test func alexNetTakesNoMemoryForItsWeights() throws {
    let before = Memory.live
    let model = try make(
      "Sequential", [],
      [
        conv(3, 96, 11, stride: 4), make("ReLU"), pool("MaxPool2d", 3, stride: 2),
        conv(96, 256, 5, padding: 2), make("ReLU"), pool("MaxPool2d", 3, stride: 2),
        conv(256, 384, 3, padding: 1), make("ReLU"), conv(384, 384, 3, padding: 1), make("ReLU"),
        conv(384, 256, 3, padding: 1), make("ReLU"), pool("MaxPool2d", 3, stride: 2),
        make("Flatten"),
        linear(9216, 4096), make("ReLU"), linear(4096, 4096), make("ReLU"), linear(4096, 1000),
      ])
    let summary = try ModelSummary(model, input: [3, 227, 227])
    #expect(summary.rows[0].neurons == 290_400)
    #expect(summary.rows[0].weights == 34_848 && summary.rows[0].biases == 96)
    #expect(summary.parameters == 62_378_344)
    #expect(Memory.live - before < 1_000_000)
  }

  @Test func namesTheLayerInsideABlock() throws {
    let block = try make(
      "Residual", [], [make("Sequential", [], [linear(4, 4), make("ReLU")]), linear(4, 4)])
    let model = try make("Sequential", [], [linear(2, 4), block])
    block.setFrozen(true)
    let summary = try ModelSummary(model, input: [2])
    #expect(summary.rows.map(\.path) == ["0", "1.body.0", "1.body.1", "1.shortcut"])
    #expect(summary.parameters == 12 + 40 && summary.trainable == 12)
  }

  /// What only a part of is frozen still learns; a block with parameters of its own counts once.
  @Test func countsWhatLearns() throws {
    let layer = try linear(3, 2)
    layer.ownParameters[1].isFrozen = true
    let summary = try ModelSummary(layer, input: [3])
    #expect(summary.parameters == 8 && summary.trainable == 6 && !summary.rows[0].isFrozen)
    let block = try make(
      "TransformerEncoderLayer",
      [("d_model", .integer(4)), ("nhead", .integer(2)), ("dim_feedforward", .integer(8))])
    // torch.nn.TransformerEncoderLayer(4, 2, 8) has as many.
    let whole = try ModelSummary(block, input: [3, 4])
    #expect(whole.parameters == 172 && whole.parameters == block.parameterCount)
    #expect(whole.rows.map(\.name) == ["TransformerEncoderLayer"])
  }

  @Test func namesWhatDoesNotFit() throws {
    let model = try make("Sequential", [], [conv(1, 6, 5), linear(9, 2)])
    #expect(throws: TensorError.self) { try ModelSummary(model, input: [1, 32, 32]) }
    #expect(throws: TensorError.self) { try ModelSummary(model, input: [1, 4, 4]) }
  }
}
