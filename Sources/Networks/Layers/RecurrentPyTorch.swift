import Autograd
import Tensors

// PyTorch's recurrent layers under its own conventions: weights [gates · hidden, inputs] in the order of
// its gates, two biases, sequences [steps, rows, inputs] or rows first, states of all layers in a stack.

extension LayerKind {
  private static let sizes = [
    Parameter("input_size", .integer, "numbers a step"),
    Parameter("hidden_size", .integer, "hidden units"),
  ]
  private static let nonlinearity = Parameter(
    "nonlinearity", .choice(["tanh", "relu"]), default: .string("tanh"), "the activation")

  package static let pytorchRecurrent: [LayerKind] =
    [Cell.rnn, .lstm, .gru].flatMap { [sequence($0), step($0)] }

  private static func settings(_ cell: Cell) -> [Parameter] {
    let layers = Parameter("num_layers", .integer, default: .integer(1), "layers above each other")
    let leading = cell == .rnn ? sizes + [layers, nonlinearity] : sizes + [layers]
    let rest: [Parameter] = [
      biasParameter,
      Parameter(
        "batch_first", .bool, default: .bool(false), "sequences are [rows, steps, inputs]"),
      Parameter("dropout", .real, default: .real(0), "share set to 0 between layers, in training"),
      Parameter("bidirectional", .bool, default: .bool(false), "run backwards as well"),
    ]
    return leading + rest
  }

  private static func weights(
    _ cell: Cell, inputs: Int, hidden: Int, hasBias: Bool, suffix: String
  ) -> [(name: String, shape: Shape, distribution: Initializer.Distribution)] {
    let start = Initializer.Distribution.fanIn(hidden)
    let rows = cell.gates * hidden
    typealias Entry = (name: String, shape: Shape, distribution: Initializer.Distribution)
    let products: [Entry] = [
      ("weight_ih" + suffix, [rows, inputs], start), ("weight_hh" + suffix, [rows, hidden], start),
    ]
    let biases: [Entry] = [
      ("bias_ih" + suffix, [rows], start), ("bias_hh" + suffix, [rows], start),
    ]
    return hasBias ? products + biases : products
  }

  private static func sequence(_ cell: Cell) -> LayerKind {
    let name = cell.rawValue.uppercased()
    return LayerKind(
      name, "Runs \(name == "RNN" ? "simple recurrent cells" : "\(name) cells") over a sequence.",
      notes: """
        Gives the outputs of the last layer and the last states of all layers: \
        \(cell == .lstm ? "out, (h, c)" : "out, h").
        """,
      parameters: settings(cell), examples: [Example(stringLiteral: "\(name)(3, 4)")]
    ) { make throws(TensorError) in
      let stack = try RecurrentStack(cell, make)
      return LayerPlan(
        inputs: 1...(cell == .lstm ? 3 : 2),
        parameters: stack.runs.flatMap { run in
          weights(
            cell, inputs: run.inputs, hidden: stack.hidden, hasBias: stack.hasBias,
            suffix: run.suffix)
        },
        packsState: cell == .lstm,
        outputShape: { _, shape throws(TensorError) in
          guard (2...3).contains(shape.rank), shape[shape.rank - 1] == stack.runs[0].inputs else {
            throw .sizes(
              of: "each step", expected: stack.runs[0].inputs,
              found: shape.rank > 0 ? shape[shape.rank - 1] : 0, what: "numbers")
          }
          return shape.replacing(axis: shape.rank - 1, with: stack.hidden * stack.directions)
        },
        forward: { layer, given in
          _ = try layer.outputShape(for: given[0].shape)
          return try stack.outputs(given, of: layer)
        })
    }
  }

  private static func step(_ cell: Cell) -> LayerKind {
    let name = cell.rawValue.uppercased() + "Cell"
    return LayerKind(
      name, "Takes one step of \(cell == .rnn ? "a simple recurrent cell" : "a cell").",
      notes: cell == .lstm ? "Gives h and c." : "Gives h.",
      parameters: sizes + [biasParameter] + (cell == .rnn ? [nonlinearity] : []),
      examples: [Example(stringLiteral: "\(name)(3, 4)")]
    ) { make throws(TensorError) in
      let (inputs, hidden) = (try make.size("input_size"), try make.size("hidden_size"))
      let run = RecurrentRun(
        cell: cell, hidden: hidden, usesReLU: make.attributes.string("nonlinearity") == "relu",
        inputs: inputs, suffix: "")
      return LayerPlan(
        inputs: 1...(cell == .lstm ? 3 : 2),
        parameters: weights(
          cell, inputs: inputs, hidden: hidden, hasBias: make.attributes.bool("bias"), suffix: ""),
        outputShape: { _, shape throws(TensorError) in
          guard shape.rank > 0, shape[shape.rank - 1] == inputs else {
            throw .sizes(
              of: "the input", expected: inputs, found: shape.rank > 0 ? shape[shape.rank - 1] : 0,
              what: "numbers")
          }
          return shape.replacing(axis: shape.rank - 1, with: hidden)
        },
        forward: { layer, given in
          let shape = try layer.outputShape(for: given[0].shape)
          let x = try Operation.reshape(
            given[0], .one("shape", .integers([1] + given[0].shape.array)))
          let zeros = Variable(Tensor(repeating: 0, shape: shape))
          let result = try run.states(
            x, given.count > 1 ? given[1] : zeros, given.count > 2 ? given[2] : zeros, of: layer)
          return [result.h] + (cell == .lstm ? [result.c] : [])
        })
    }
  }
}

/// The runs of a recurrent layer: layer by layer, forwards and backwards.
private struct RecurrentStack {
  let cell: Cell
  let hidden: Int
  let hasBias, isBatchFirst: Bool
  let dropout: Double
  let directions: Int
  let runs: [RecurrentRun]

  init(_ cell: Cell, _ make: Construction) throws(TensorError) {
    self.cell = cell
    let (inputs, size) = (try make.size("input_size"), try make.size("hidden_size"))
    let layers = try make.size("num_layers")
    guard layers <= 1000 else {
      throw .argument("num_layers", found: "\(layers)", expected: "at most 1000")
    }
    hidden = size
    hasBias = make.attributes.bool("bias")
    isBatchFirst = make.attributes.bool("batch_first")
    dropout = try make.share("dropout")
    let suffixes = make.attributes.bool("bidirectional") ? ["", "_reverse"] : [""]
    let count = suffixes.count
    directions = count
    let usesReLU = make.attributes.string("nonlinearity") == "relu"
    runs = (0..<layers).flatMap { layer in
      suffixes.map {
        RecurrentRun(
          cell: cell, hidden: size, usesReLU: usesReLU, inputs: layer == 0 ? inputs : size * count,
          suffix: "_l\(layer)\($0)")
      }
    }
  }

  func outputs(_ given: [Variable], of layer: Layer) throws -> [Variable] {
    let turns = isBatchFirst && given[0].shape.rank == 3
    let swap = Attributes([("axis1", .integer(0)), ("axis2", .integer(1))])
    var x = turns ? try Operation.required("swapaxes")(given[0], swap) : given[0]
    let rows = Array(x.shape.array.dropFirst().dropLast())
    let first = Variable(
      Tensor(repeating: 0, shape: Shape(unchecked: [runs.count] + rows + [hidden])))
    let (h, c) = (given.count > 1 ? given[1] : first, given.count > 2 ? given[2] : first)
    guard h.shape == first.shape, c.shape == first.shape else {
      throw TensorError.broadcast(h.shape == first.shape ? c.shape : h.shape, first.shape)
    }
    var (lastH, lastC): ([Variable], [Variable]) = ([], [])
    for start in stride(from: 0, to: runs.count, by: directions) {
      if start > 0, dropout > 0, layer.isTraining { x = try thinned(x, layer) }
      let results = try (start..<start + directions).map { index in
        try runs[index].states(
          x, h.at(index), c.at(index), of: layer, isReversed: index > start)
      }
      lastH += results.map(\.h)
      lastC += results.map(\.c)
      let parts = results.map(\.all)
      x =
        parts.count == 1
        ? parts[0] : try Operation.required("concat")(parts, .one("axis", .integer(-1)))
    }
    let stack = Operation.required("stack")
    let out = turns ? try Operation.required("swapaxes")(x, swap) : x
    return [out, try stack(lastH)] + (cell == .lstm ? [try stack(lastC)] : [])
  }

  private func thinned(_ x: Variable, _ layer: Layer) throws -> Variable {
    let kept = dropout < 1 ? 1 / (1 - dropout) : 0
    let mask = Tensor(x.shape) { out in
      out.fill { index in layer.generator.unit() < dropout ? 0 : kept }
    }
    return try Operation.multiply(x, Variable(mask))
  }
}

/// One cell over one sequence [steps, …, inputs].
private struct RecurrentRun {
  let cell: Cell
  let hidden: Int
  let usesReLU: Bool
  let inputs: Int
  let suffix: String

  func states(
    _ x: Variable, _ h: Variable, _ c: Variable, of layer: Layer, isReversed: Bool = false
  ) throws -> (all: Variable, h: Variable, c: Variable) {
    let input = isReversed ? try x.backwards : x
    guard let fromInput = layer.parameter("weight_ih" + suffix),
      let fromState = layer.parameter("weight_hh" + suffix)
    else { throw GradientError.wrongInputCount(layer.kind.name, expected: 2, found: 0) }
    let biases = [layer.parameter("bias_ih" + suffix), layer.parameter("bias_hh" + suffix)]
    let isFused = cell == .lstm || (cell == .rnn && !usesReLU)
    let result =
      isFused && x.shape[0] > 0
      ? try fused(input, h, c, fromInput, fromState, biases)
      : try stepped(input, h, c, fromInput, fromState, biases)
    return isReversed ? (try result.all.backwards, result.h, result.c) : result
  }

  /// PyTorch's i, f, g, o are f, i, g, o in the operation.
  private func ordered(_ variable: Variable) throws -> Variable {
    guard cell == .lstm else { return variable }
    let parts = try [1, 0, 2, 3].map { gate in
      try variable.slice(gate * hidden, (gate + 1) * hidden)
    }
    return try Operation.required("concat")(parts, .one("axis", .integer(0)))
  }

  private func fused(
    _ x: Variable, _ h: Variable, _ c: Variable, _ fromInput: Variable, _ fromState: Variable,
    _ biases: [Variable?]
  ) throws -> (all: Variable, h: Variable, c: Variable) {
    let joined = try Operation.required("concat")(
      [ordered(fromState), ordered(fromInput)], .one("axis", .integer(1)))
    var bias = Variable(Tensor(repeating: 0, shape: [cell.gates * hidden]))
    if let one = biases[0], let other = biases[1] { bias = try ordered(Operation.add(one, other)) }
    let last = Attributes.one("axis", .integer(-1))
    let state = cell == .lstm ? try Operation.required("concat")([h, c], last) : h
    let all = try Operation.required("\(cell.rawValue)_sequence")(
      [x, state, Operation.transpose(joined), bias])
    let end = try all.at(x.shape[0] - 1)
    guard cell == .lstm else { return (all, end, c) }
    return (
      try all.columns(0, hidden), try end.columns(0, hidden), try end.columns(hidden, 2 * hidden)
    )
  }

  private func stepped(
    _ x: Variable, _ h: Variable, _ c: Variable, _ fromInput: Variable, _ fromState: Variable,
    _ biases: [Variable?]
  ) throws -> (all: Variable, h: Variable, c: Variable) {
    func product(_ a: Variable, _ weight: Variable, _ bias: Variable?) throws -> Variable {
      let product = try Operation.matmul(a, Operation.transpose(weight))
      return try bias.map { try Operation.add(product, $0) } ?? product
    }
    var (state, all): (Variable, [Variable]) = (h, [])
    for time in 0..<x.shape[0] {
      let gi = try product(x.at(time), fromInput, biases[0])
      let gh = try product(state, fromState, biases[1])
      state = try cell == .gru ? gated(gi, gh, state) : activated(Operation.add(gi, gh))
      all.append(state)
    }
    guard !all.isEmpty else {
      throw TensorError.argument("inputs", found: "no step", expected: "at least one")
    }
    return (try Operation.required("stack")(all), state, c)
  }

  private func activated(_ sum: Variable) throws -> Variable {
    try Operation.required(usesReLU ? "relu" : "tanh")(sum)
  }

  /// r and z from sums of both sides; n = tanh(x + r ⊙ h); h′ = n + z ⊙ (h − n).
  private func gated(_ gi: Variable, _ gh: Variable, _ h: Variable) throws -> Variable {
    func part(_ sum: Variable, _ gate: Int) throws -> Variable {
      try sum.columns(gate * hidden, (gate + 1) * hidden)
    }
    let (sigmoid, tanh) = (Operation.required("sigmoid"), Operation.required("tanh"))
    let r = try sigmoid(Operation.add(part(gi, 0), part(gh, 0)))
    let z = try sigmoid(Operation.add(part(gi, 1), part(gh, 1)))
    let n = try tanh(Operation.add(part(gi, 2), Operation.multiply(r, part(gh, 2))))
    return try Operation.add(n, Operation.multiply(z, Operation.subtract(h, n)))
  }
}

extension Variable {
  fileprivate func items(_ items: [IndexItem]) throws -> Variable {
    try Operation.index(self, .one("items", .index(items)))
  }
  fileprivate func at(_ index: Int) throws -> Variable { try items([.at(index)]) }
  fileprivate func slice(_ start: Int, _ stop: Int) throws -> Variable {
    try items([.slice(start: start, stop: stop, step: 1)])
  }
  fileprivate func columns(_ start: Int, _ stop: Int) throws -> Variable {
    try items([.ellipsis, .slice(start: start, stop: stop, step: 1)])
  }
  fileprivate var backwards: Variable {
    get throws { try items([.slice(start: nil, stop: nil, step: -1)]) }
  }
}
