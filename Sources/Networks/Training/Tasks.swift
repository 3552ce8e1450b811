import Autograd
import Tensors

extension TrainingTask {
  /// Two features, two classes, one hidden layer: what a line cannot do.
  static let xor = TrainingTask(
    "xor", "Learns whether two numbers have the same sign.",
    parameters: [
      Parameter(
        "model", .choice(["mlp", "linear", "stacked-linear"]), default: .string("mlp"),
        "one hidden layer; none; or two layers without a function between them"),
      Parameter(
        "activation", .choice(Activation.allCases.map(\.rawValue)), default: .string("tanh"),
        "what the hidden layer does to its sums"),
    ] + Options.shared(hidden: 4, optimizer: "sgd", steps: 200)
  ) { task, options throws(TensorError) in
    let kind = try options.choice("model")
    let hidden = try options.integer("hidden", in: 1...4096)
    let chosen: Activation = try options.value("activation")
    var generator = try options.generator
    let model = CompiledMLP(
      .xor, hidden: kind == "linear" ? [] : [hidden],
      activation: kind == "stacked-linear" ? .linear : chosen, dtype: try options.dtype,
      generator: &generator)
    let isLinear = kind != "mlp" || chosen == .linear
    return try Trainer(
      task, options, model: model,
      rates: LearningRates(sgd: 0.5, momentum: 0.1, adagrad: 0.5, rmsprop: 0.05, adam: 0.05),
      data: .xor, inputNames: ["f1", "f2"], classNames: ["c1", "c2"]
    ) { progress in isLinear ? lineClosing(isStacked: kind != "linear") : closing(progress) }
  }

  /// Sequences of bits, the class is the number of ones.
  static let bitSum = TrainingTask(
    "bitsum", "Counts the ones in a sequence of bits.",
    parameters: [
      Options.cell(.rnn),
      Parameter(
        "length", .integer, default: .integer(5), "bits in a sequence; all of them are the batch"),
    ] + Options.shared(hidden: 8, optimizer: "adam", steps: 300)
  ) { task, options throws(TensorError) in
    let length = try options.integer("length", in: 1...12)
    let data = LabeledData.bitSum(length: length)
    let hidden = try options.integer("hidden", in: 1...512)
    var generator = try options.generator
    let model = CompiledSequenceClassifier(
      data, cell: try options.value("cell"), hidden: hidden, dtype: try options.dtype,
      generator: &generator)
    return try Trainer(
      task, options, model: model,
      rates: LearningRates(sgd: 0.5, momentum: 0.1, adagrad: 0.1, rmsprop: 0.01, adam: 0.03),
      data: data, inputNames: (1...length).map { "x\($0)" },
      classNames: (0...length).map(String.init), closing: closing)
  }

  @Sendable
  static func closing(_ progress: TrainingProgress) -> String {
    guard progress.loss.isFinite else {
      return
        "The loss is no finite number from step \(progress.step) on; a smaller learning rate helps."
    }
    return progress.correct == progress.examples
      ? "All \(progress.examples) examples are right."
      : "\(progress.correct) of \(progress.examples) examples are right; more steps or another seed may help."
  }

  private static func lineClosing(isStacked: Bool) -> String {
    let layers =
      isStacked
      ? "Two layers without a function between them are one: x W W′ + (b W′ + b′). "
      : ""
    return layers + """
      The scores are a sum of f1 and f2, so the border between the classes is a straight line, and no \
      line has (1, 2) and (−1, −2) on one side, (1, −2) and (−1, 2) on the other. The best it can do \
      is to ignore its inputs: probability ½ everywhere, loss ln 2 = 0.6931.
      """
  }
}
