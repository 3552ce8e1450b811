import Autograd
import Tensors

/// A classifier whose buffers and kernels are fixed before training begins, so that a step allocates
/// nothing. Gradients are those of the recorded computation, which tests compare.
package protocol CompiledModel: AnyObject {
  var layout: ParameterLayout { get }
  var parameters: Buffer { get }
  var gradients: Buffer { get }
  /// How many examples are in the batch.
  var rows: Int { get }
  /// Puts other examples into the batch, as many as it has rows.
  func load(_ examples: [Int], of data: LabeledData)
  var classes: Int { get }
  /// Runs the batch: mean cross entropy, and how many examples are right.
  func loss() -> (loss: Double, correct: Int)
  /// Leaves in `gradients` the gradients of what `loss()` just computed.
  func propagate()
  /// Scores of the last run, a row an example.
  var scores: Tensor { get }
  /// The same loss as a recorded computation, which can be asked where its numbers come from.
  func recordedLoss() throws -> Variable
  /// The scores of rows [n, numbers] as a recorded computation, with parameters in the layout's order.
  func recordedScores(_ x: Variable, _ parameters: [Variable]) throws -> Variable
}

extension CompiledModel {
  /// Copies of the parameters, by name.
  package var namedParameters: [(name: String, value: Tensor)] {
    layout.entries.map { ($0.name, layout.tensor($0, of: parameters)) }
  }

  package var namedGradients: [(name: String, value: Tensor)] {
    layout.entries.map { ($0.name, layout.tensor($0, of: gradients)) }
  }

  /// A parameter as a quantity under its name.
  fileprivate func quantity(_ name: String, _ shape: Shape, at offset: Int) -> Variable {
    Variable(parameters.tensor(shape, at: offset)).called(name)
  }

  fileprivate func crossEntropy(_ scores: Variable, _ labels: [Int32]) throws -> Variable {
    let target = Tensor(labels.map(Double.init), dtype: .int64)
    return try Operation.required("cross_entropy")(scores, Variable(target)).called("the loss")
  }
}

extension Variable {
  fileprivate func called(_ name: String) -> Variable {
    naming = Naming(name: name, line: 0)
    return self
  }
}

/// Fully connected layers with softmax at the end, on a batch of fixed size.
package final class CompiledMLP: CompiledModel {
  package private(set) var layout = ParameterLayout()
  package let parameters: Buffer
  package let gradients: Buffer
  package let rows: Int
  package let classes: Int
  private let layers: [(layer: DenseLayer, weights: Int, bias: Int)]
  /// The inputs and then the output of every layer.
  private let values: [Buffer]
  /// Gradients of the outputs.
  private let slopes: [Buffer]
  private let head: ClassLoss
  private var labels: [Int32] = []

  /// `widths` are the sizes from inputs to classes. Each layer draws its weights, then its biases,
  /// from U(±1/√inputs). A layer's parameters are W and b with a prime for each layer before it.
  /// The batch is all of the data, or `batch` rows of it; a model that shares the parameters of
  /// another draws none.
  package init(
    _ data: LabeledData, hidden: [Int], activation: Activation, dtype: DType,
    batch: Int? = nil, sharing other: CompiledMLP? = nil, generator: inout SplitMix64
  ) {
    let rows = batch ?? data.rows
    self.rows = rows
    classes = data.classes
    let widths = [data.width] + hidden + [data.classes]
    var made: [(layer: DenseLayer, weights: Int, bias: Int)] = []
    for index in 1..<widths.count {
      let primes = String(repeating: "′", count: index - 1)
      let layer = DenseLayer(
        rows: rows, inputs: widths[index - 1], outputs: widths[index],
        activation: index == widths.count - 1 ? .linear : activation, dtype: dtype)
      let weights = layout.add("W" + primes, [widths[index - 1], widths[index]])
      made.append((layer, weights, layout.add("b" + primes, [widths[index]])))
    }
    layers = made
    parameters = other?.parameters ?? Buffer(count: layout.count, dtype: dtype)
    gradients = Buffer(count: layout.count, dtype: dtype)
    values = widths.map { Buffer(count: rows * $0, dtype: dtype) }
    slopes = widths.dropFirst().map { Buffer(count: rows * $0, dtype: dtype) }
    head = ClassLoss(rows: rows, classes: data.classes, dtype: dtype)
    load(Array(0..<rows), of: data)
    guard other == nil else { return }
    for (layer, weights, bias) in layers {
      let bound = 1 / Double(layer.inputs).squareRoot()
      parameters.store(
        generator.uniform(bound, count: layer.inputs * layer.outputs), at: weights)
      parameters.store(generator.uniform(bound, count: layer.outputs), at: bias)
    }
  }

  /// Layers with weights [outputs, inputs], whose numbers are put in later.
  package init(
    transposed sizes: [(inputs: Int, outputs: Int, activation: Activation)], rows: Int,
    sharing other: CompiledMLP? = nil
  ) {
    self.rows = rows
    classes = sizes.last?.outputs ?? 0
    var made: [(layer: DenseLayer, weights: Int, bias: Int)] = []
    for (index, size) in sizes.enumerated() {
      let layer = DenseLayer(
        rows: rows, inputs: size.inputs, outputs: size.outputs, activation: size.activation,
        isTransposed: true, dtype: .float64)
      let weights = layout.add("\(index).weight", [size.outputs, size.inputs])
      made.append((layer, weights, layout.add("\(index).bias", [size.outputs])))
    }
    layers = made
    parameters = other?.parameters ?? Buffer(count: layout.count, dtype: .float64)
    gradients = other?.gradients ?? Buffer(count: layout.count, dtype: .float64)
    values = ([sizes.first?.inputs ?? 0] + sizes.map(\.outputs)).map {
      Buffer(count: rows * $0, dtype: .float64)
    }
    slopes = sizes.map { Buffer(count: rows * $0.outputs, dtype: .float64) }
    head = ClassLoss(rows: rows, classes: classes, dtype: .float64)
  }

  package func load(_ examples: [Int], of data: LabeledData) {
    labels = examples.map { Int32(data.labels[$0]) }
    for (row, example) in examples.enumerated() {
      values[0].store(data.row(example), at: row * data.width)
    }
  }

  package func loss() -> (loss: Double, correct: Int) {
    for (index, (layer, weights, bias)) in layers.enumerated() {
      layer.forward(
        x: values[index].memory, weights: parameters.at(weights), bias: parameters.at(bias),
        into: values[index + 1].memory)
    }
    return head(
      scores: values[layers.count].memory, labels: labels, gradient: slopes[layers.count - 1].memory
    )
  }

  package func propagate() {
    for index in stride(from: layers.count - 1, through: 0, by: -1) {
      let (layer, weights, bias) = layers[index]
      layer.backward(
        x: values[index].memory, weights: parameters.at(weights), out: values[index + 1].memory,
        gradient: slopes[index].memory, intoWeights: gradients.at(weights),
        intoBias: gradients.at(bias), intoX: index > 0 ? slopes[index - 1].memory : nil)
    }
  }

  package var scores: Tensor { values[layers.count].tensor([rows, classes]) }

  package func recordedLoss() throws -> Variable {
    let x = Variable(values[0].tensor([rows, layers[0].layer.inputs]))
    let numbers = layout.entries.map { quantity($0.name, $0.shape, at: $0.offset) }
    return try crossEntropy(recordedScores(x, numbers), labels)
  }

  package func recordedScores(_ x: Variable, _ parameters: [Variable]) throws -> Variable {
    var value = x
    for (index, (layer, _, _)) in layers.enumerated() {
      value = try Operation.linear([value, parameters[2 * index], parameters[2 * index + 1]])
        .called("layer \(index + 1)")
      if layer.activation != .linear {
        value = try Operation.required(layer.activation.rawValue)(value)
      }
    }
    return value
  }
}

/// A recurrent layer over sequences of equal length, with softmax on its last state.
package final class CompiledSequenceClassifier: CompiledModel {
  package private(set) var layout = ParameterLayout()
  package let parameters: Buffer
  package let gradients: Buffer
  package let rows: Int
  package let classes: Int
  private let recurrence: Recurrence
  private let readout: DenseLayer
  private let head: ClassLoss
  private var labels: [Int32] = []
  /// [steps, rows, numbers a step].
  private let inputs: Buffer
  private let trace: Buffer
  private let scratch: Buffer
  private let output: Buffer
  private let outputSlope: Buffer
  private let stateSlope: Buffer
  private let places: (weights: Int, bias: Int, readout: Int, readoutBias: Int)

  /// The data's columns are the steps, or several columns each. Parameters are drawn from
  /// U(±1/√hidden): for each gate its weights and then its biases, then V and d of the softmax layer.
  /// Batch and sharing are as for `CompiledMLP`.
  package init(
    _ data: LabeledData, perStep inputsPerStep: Int = 1, cell: Cell, hidden: Int, dtype: DType,
    batch: Int? = nil, sharing other: CompiledSequenceClassifier? = nil,
    generator: inout SplitMix64
  ) {
    let rows = batch ?? data.rows
    self.rows = rows
    classes = data.classes
    recurrence = Recurrence(
      cell, steps: data.width / inputsPerStep, rows: rows, inputs: inputsPerStep, hidden: hidden,
      dtype: dtype)
    readout = DenseLayer(rows: rows, inputs: hidden, outputs: data.classes, dtype: dtype)
    head = ClassLoss(rows: rows, classes: data.classes, dtype: dtype)
    let (weights, bias) = layout.add(
      gates: cell.gateNames, rows: hidden + inputsPerStep, width: hidden)
    let readoutAt = layout.add("V", [hidden, data.classes])
    places = (weights, bias, readoutAt, layout.add("d", [data.classes]))
    parameters = other?.parameters ?? Buffer(count: layout.count, dtype: dtype)
    gradients = Buffer(count: layout.count, dtype: dtype)
    inputs = Buffer(count: rows * data.width, dtype: dtype)
    trace = Buffer(count: recurrence.traceCount, dtype: dtype)
    scratch = Buffer(count: recurrence.scratchCount, dtype: dtype)
    output = Buffer(count: rows * data.classes, dtype: dtype)
    outputSlope = Buffer(count: rows * data.classes, dtype: dtype)
    stateSlope = Buffer(count: rows * hidden, dtype: dtype)
    load(Array(0..<rows), of: data)
    guard other == nil else { return }
    let bound = 1 / Double(hidden).squareRoot()
    for entry in layout.entries {
      layout.store(generator.uniform(bound, count: entry.shape.count), in: entry, of: parameters)
    }
  }

  package func load(_ examples: [Int], of data: LabeledData) {
    labels = examples.map { Int32(data.labels[$0]) }
    let width = recurrence.inputs
    for (row, example) in examples.enumerated() {
      let numbers = data.row(example)
      for (column, number) in numbers.enumerated() {
        inputs[(column / width * rows + row) * width + column % width] = number
      }
    }
  }

  private var lastState: UnsafeMutableRawPointer {
    trace.at(recurrence.state(after: recurrence.steps))
  }

  package func loss() -> (loss: Double, correct: Int) {
    recurrence.forward(
      x: inputs.memory, weights: parameters.at(places.weights), bias: parameters.at(places.bias),
      trace: trace.memory, startsAtZero: true)
    readout.forward(
      x: lastState, weights: parameters.at(places.readout),
      bias: parameters.at(places.readoutBias), into: output.memory)
    return head(scores: output.memory, labels: labels, gradient: outputSlope.memory)
  }

  package func propagate() {
    readout.backward(
      x: lastState, weights: parameters.at(places.readout), out: output.memory,
      gradient: outputSlope.memory, intoWeights: gradients.at(places.readout),
      intoBias: gradients.at(places.readoutBias), intoX: stateSlope.memory)
    var request = Recurrence.Gradients()
    request.last = UnsafeRawPointer(stateSlope.memory)
    request.intoWeights = gradients.at(places.weights)
    request.intoBias = gradients.at(places.bias)
    recurrence.backward(
      x: inputs.memory, weights: parameters.at(places.weights), trace: trace.memory,
      scratch: scratch.memory, startsAtZero: true, request)
  }

  package var scores: Tensor { output.tensor([rows, classes]) }

  package func recordedLoss() throws -> Variable {
    let (cell, hidden) = (recurrence.cell, readout.inputs)
    let width = cell.gateNames.count * hidden
    let states = try Operation.required("\(cell.rawValue)_sequence")([
      Variable(inputs.tensor([recurrence.steps, rows, recurrence.inputs])),
      Variable(
        Tensor(repeating: 0, shape: [rows, hidden * cell.statesPerUnit], dtype: inputs.dtype)),
      quantity("W", [hidden + recurrence.inputs, width], at: places.weights),
      quantity("b", [width], at: places.bias),
    ]).called("the states")
    let last = try Operation.index(
      states,
      .one("items", .index([.at(-1), .ellipsis, .slice(start: 0, stop: hidden, step: 1)])))
    let scores = try Operation.linear([
      last, quantity("V", [hidden, classes], at: places.readout),
      quantity("d", [classes], at: places.readoutBias),
    ])
    return try crossEntropy(scores, labels)
  }

  package func recordedScores(_ x: Variable, _ parameters: [Variable]) throws -> Variable {
    let (cell, hidden, count) = (recurrence.cell, readout.inputs, x.shape[0])
    let cut = try Operation.reshape(
      x, .one("shape", .integers([count, recurrence.steps, recurrence.inputs])))
    let steps = try Operation.required("transpose")(cut, .one("axes", .integers([1, 0, 2])))
    let gates = cell.gateNames.count
    func joined(_ first: Int) throws -> Variable {
      let parts = (0..<gates).map { parameters[2 * $0 + first] }
      if parts.count == 1 { return parts[0] }
      return try Operation.required("concat")(parts, .one("axis", .integer(-1)))
    }
    let states = try Operation.required("\(cell.rawValue)_sequence")([
      steps,
      Variable(
        Tensor(repeating: 0, shape: [count, hidden * cell.statesPerUnit], dtype: inputs.dtype)),
      try joined(0), try joined(1),
    ]).called("the states")
    let last = try Operation.index(
      states,
      .one("items", .index([.at(-1), .ellipsis, .slice(start: 0, stop: hidden, step: 1)])))
    return try Operation.linear([last, parameters[2 * gates], parameters[2 * gates + 1]])
  }
}

extension Cell {
  /// What the parameters of each gate are called.
  package var gateNames: [(weights: String, bias: String)] {
    switch self {
    case .rnn: [("W", "b")]
    case .lstm: [("Wf", "bf"), ("Wi", "bi"), ("WC", "bC"), ("Wo", "bo")]
    case .gru: [("Wz", "bz"), ("Wr", "br"), ("Wn", "bn")]
    }
  }
}
