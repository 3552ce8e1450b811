import Autograd
import Tensors

/// A toy problem that `train` knows: its options, declared once for the command line, the shell and
/// the help, and how a run is made from them.
package struct TrainingTask: Sendable {
  package let name: String
  package let summary: String
  package let parameters: [Parameter]
  /// The parameters that are paths of files.
  package let files: [String]
  private let make: @Sendable (TrainingTask, Options) throws(TensorError) -> Trainer

  init(
    _ name: String, _ summary: String, parameters: [Parameter], files: [String] = [],
    make: @escaping @Sendable (TrainingTask, Options) throws(TensorError) -> Trainer
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.files = files
    self.make = make
  }

  package static let standard: [TrainingTask] = [.xor, .bitSum, .digits, .chars]

  package static subscript(name: String) -> TrainingTask? { standard.first { $0.name == name } }

  /// A run with the given options; those left out take their defaults. `files` are the contents of
  /// the files among them. Throws where an option is unknown, out of range, or not one of the choices.
  package func trainer(
    _ options: Attributes = .none, files: [String: [UInt8]] = [:]
  ) throws(TensorError) -> Trainer {
    for (name, _) in options.values where !parameters.contains(where: { $0.name == name }) {
      throw .argument(
        name, found: "an option of \(self.name)",
        expected: "one of " + parameters.map(\.name).joined(separator: ", "))
    }
    return try make(self, Options(parameters: parameters, given: options, files: files))
  }
}

/// Options of a task, checked when they are read.
struct Options {
  let parameters: [Parameter]
  let given: Attributes
  let files: [String: [UInt8]]

  private subscript(name: String) -> Attribute {
    let value = given[name]
    if value != .none { return value }
    return parameters.first { $0.name == name }?.standard ?? .none
  }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(TensorError) -> Int {
    guard case .integer(let value) = self[name], range.contains(value) else {
      throw .argument(
        name, found: described(name),
        expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// A positive number; nil when it was left open.
  func positive(_ name: String) throws(TensorError) -> Double? {
    if self[name] == .none { return nil }
    let value = Attributes([(name, self[name])]).real(name)
    guard value > 0, value.isFinite else {
      throw .argument(name, found: described(name), expected: "a number above 0")
    }
    return value
  }

  func choice(_ name: String) throws(TensorError) -> String {
    guard case .choice(let words)? = parameters.first(where: { $0.name == name })?.kind,
      case .string(let word) = self[name], words.contains(word)
    else {
      throw .argument(name, found: described(name), expected: "one of \(words(name))")
    }
    return word
  }

  /// A choice among the cases of a type.
  func value<Choice: RawRepresentable<String>>(_ name: String) throws(TensorError) -> Choice {
    let word = try choice(name)
    guard let value = Choice(rawValue: word) else {
      throw .argument(name, found: "'\(word)'", expected: "one of \(words(name))")
    }
    return value
  }

  private func words(_ name: String) -> String {
    guard case .choice(let words)? = parameters.first(where: { $0.name == name })?.kind else {
      return ""
    }
    return words.joined(separator: ", ")
  }

  private func described(_ name: String) -> String {
    switch self[name] {
    case .none: "left out"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .integers(let values): "\(values)"
    case .string(let value): "'\(value)'"
    case .index: "an index"
    }
  }
}

// MARK: - What all tasks take

extension Options {
  static func cell(_ standard: Cell) -> Parameter {
    Parameter(
      "cell", .choice(Cell.allCases.map(\.rawValue)), default: .string(standard.rawValue),
      "the recurrent cell")
  }

  static func shared(hidden: Int, optimizer: String, steps: Int) -> [Parameter] {
    [
      Parameter("hidden", .integer, default: .integer(hidden), "hidden units"),
      Parameter(
        "optimizer",
        .choice(UpdateRule.standard.flatMap { [$0.name] + $0.aliases.filter { $0 == "gd" } }),
        default: .string(optimizer), "how parameters follow their gradients"),
      Parameter(
        "lr", .real, default: Attribute.none,
        "learning rate; left out, one that suits the optimizer"),
      Parameter("momentum", .real, default: .real(0.9), "for momentum and nesterov"),
      Parameter("steps", .integer, default: .integer(steps), "updates of the parameters"),
      Parameter("seed", .integer, default: .integer(1), "seed of the initial parameters"),
      Parameter(
        "dtype", .choice(["float64", "float32"]), default: .string("float64"),
        "precision of the numbers"),
    ]
  }

  var dtype: DType {
    get throws(TensorError) { try choice("dtype") == "float32" ? .float32 : .float64 }
  }

  var generator: SplitMix64 {
    get throws(TensorError) {
      SplitMix64(seed: UInt64(bitPattern: Int64(try integer("seed", in: Int.min...Int.max))))
    }
  }

  /// The optimizer asked for, with one of the rates unless another is given.
  func optimizer(count: Int, rates: LearningRates) throws(TensorError) -> Optimizer {
    let name = try choice("optimizer")
    guard let rule = UpdateRule[name] else {
      throw .argument("optimizer", found: "'\(name)'", expected: "one of \(words("optimizer"))")
    }
    var values: [(name: String, value: Attribute)] = []
    if let rate = try positive("lr") ?? rates[rule] { values.append(("lr", .real(rate))) }
    if rule.parameters.contains(where: { $0.name == "momentum" }) {
      let momentum = Attributes([("momentum", self["momentum"])]).real("momentum")
      guard momentum >= 0, momentum < 1 else {
        throw .argument("momentum", found: described("momentum"), expected: "from 0 up to below 1")
      }
      values.append(("momentum", .real(momentum)))
    }
    return try Optimizer(rule, Attributes(values), count: count, dtype: dtype)
  }
}

/// Learning rates that suit a task. Nesterov's takes that of momentum, adamw that of adam.
struct LearningRates {
  let sgd, momentum, adagrad, rmsprop, adam: Double

  /// Nil for other rules, which have a rate of their own.
  subscript(rule: UpdateRule) -> Double? {
    switch rule.name {
    case "sgd": sgd
    case "momentum", "nesterov": momentum
    case "adagrad": adagrad
    case "rmsprop": rmsprop
    case "adam", "adamw": adam
    default: nil
    }
  }
}
