import Autograd
import Tensors

// Tasks that train in mini-batches and are judged by examples held out.

extension TrainingTask {
  private static let batch = Parameter(
    "batch", .integer, default: .integer(50), "examples a step")

  /// Images of digits, one hidden layer.
  static let digits = TrainingTask(
    "digits", "Learns to read digits; judged by images held out.",
    parameters: [
      Parameter(
        "images", .string, default: Attribute.none,
        "a file of MNIST's format with images; left out, images are generated"),
      Parameter("labels", .string, default: Attribute.none, "the file with their labels"),
      Parameter(
        "examples", .integer, default: .integer(3000), "images to use, one in six held out"),
      batch,
    ] + Options.shared(hidden: 64, optimizer: "adam", steps: 1000),
    files: ["images", "labels"]
  ) { task, options throws(TensorError) in
    var generator = try options.generator
    let all = try options.digits()
    let parts = all.split(holding: all.rows / 6, generator: &generator)
    let batch = try options.integer("batch", in: 1...max(parts.training.rows, 1))
    let hidden = [try options.integer("hidden", in: 1...4096)]
    let dtype = try options.dtype
    let model = CompiledMLP(
      parts.training, hidden: hidden, activation: .relu, dtype: dtype, batch: batch,
      generator: &generator)
    let judge = CompiledMLP(
      parts.test, hidden: hidden, activation: .relu, dtype: dtype, sharing: model,
      generator: &generator)
    return try Trainer(
      task, options, model: model,
      rates: LearningRates(sgd: 0.1, momentum: 0.02, adagrad: 0.02, rmsprop: 0.001, adam: 0.003),
      data: parts.test, judge: judge,
      batches: BatchCycle(parts.training, size: batch, generator: generator),
      classNames: (0..<all.classes).map(String.init)
    ) { heldOutClosing($0, "images") }
  }

  /// The next character of a text.
  static let chars = TrainingTask(
    "chars", "Learns which character comes next in a text; judged by the end of the text.",
    parameters: [
      Parameter("text", .string, default: Attribute.none, "a text file; left out, a built-in text"),
      Options.cell(.gru),
      Parameter("length", .integer, default: .integer(12), "characters that are seen"),
      batch,
    ] + Options.shared(hidden: 48, optimizer: "adam", steps: 400),
    files: ["text"]
  ) { task, options throws(TensorError) in
    var generator = try options.generator
    let cell: Cell = try options.value("cell")
    let text = try CharacterData(options.text(), length: options.integer("length", in: 1...64))
    let (training, test) = text.parts
    let batch = try options.integer("batch", in: 1...max(training.rows, 1))
    let hidden = try options.integer("hidden", in: 1...512)
    let dtype = try options.dtype
    let width = text.alphabet.count
    let model = CompiledSequenceClassifier(
      training, perStep: width, cell: cell, hidden: hidden, dtype: dtype, batch: batch,
      generator: &generator)
    func sharing(_ batch: Int?) -> CompiledSequenceClassifier {
      CompiledSequenceClassifier(
        test, perStep: width, cell: cell, hidden: hidden, dtype: dtype, batch: batch,
        sharing: model, generator: &generator)
    }
    let (judge, writer) = (sharing(nil), sharing(1))
    let order = generator
    return try Trainer(
      task, options, model: model,
      rates: LearningRates(sgd: 0.5, momentum: 0.1, adagrad: 0.05, rmsprop: 0.005, adam: 0.01),
      data: test, judge: judge,
      batches: BatchCycle(training, size: batch, generator: order),
      classNames: text.alphabet.map { $0 == " " ? "␣" : $0 == "\n" ? "↵" : String($0) }
    ) { progress in
      heldOutClosing(progress, "next characters")
        + " It writes: " + text.sample(of: 100, by: writer, generator: order)
    }
  }

  private static func heldOutClosing(_ progress: TrainingProgress, _ what: String) -> String {
    guard progress.loss.isFinite else { return closing(progress) }
    return "\(progress.correct) of \(progress.examples) \(what) it was not trained on are right."
  }
}

extension Options {
  /// Generated images, or those of the files.
  fileprivate func digits() throws(TensorError) -> LabeledData {
    let count = try integer("examples", in: 12...60_000)
    guard files["images"] != nil || files["labels"] != nil else {
      let seed = try integer("seed", in: Int.min...Int.max)
      return try Dataset.digits(Attributes([("n", .integer(count)), ("seed", .integer(seed))]))
    }
    let (images, labels) = (try idx("images", rank: 3), try idx("labels", rank: 1))
    guard images.shape[0] == labels.shape[0], labels.elements.allSatisfy({ $0 < 10 }) else {
      throw .argument(
        "labels", found: "\(labels.shape[0]) labels for \(images.shape[0]) images",
        expected: "one from 0 to 9 for each image")
    }
    let (size, used) = (images.shape[1] * images.shape[2], min(count, images.shape[0]))
    guard used >= 12, size > 0 else {
      throw .argument("images", found: "\(images.shape[0]) images", expected: "at least 12")
    }
    let pixels = images.elements
    let rows = (0..<used).map { row in pixels[row * size..<(row + 1) * size].map { $0 / 255 } }
    return LabeledData(rows, labels: labels.elements.prefix(used).map { Int($0) }, classes: 10)
  }

  private func idx(_ name: String, rank: Int) throws(TensorError) -> Tensor {
    guard let bytes = files[name] else {
      throw .argument(name, found: "left out", expected: "a file; images and labels go together")
    }
    let tensor: Tensor
    do { tensor = try Tensor(idx: bytes) } catch {
      throw .argument(name, found: error.headline, expected: "a file of MNIST's format")
    }
    guard tensor.shape.rank == rank else {
      throw .argument(
        name, found: "a file with \(tensor.shape.rank) axes", expected: "one with \(rank)")
    }
    return tensor
  }

  fileprivate func text() throws(TensorError) -> String {
    guard let bytes = files["text"] else { return CharacterData.builtIn }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .argument("text", found: "bytes that are no UTF-8", expected: "a text")
    }
    return text
  }
}
