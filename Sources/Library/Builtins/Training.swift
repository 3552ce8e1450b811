import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Library {
  // MARK: - From the declarations

  /// `cosine_schedule(0.1, 10)` is a function from the step to the learning rate.
  static let schedules: [Builtin] = Schedule.standard.map { schedule in
    Builtin(schedule, suffix: "_schedule") { _, settings in
      .object(ScheduleFunction(try schedule(settings)))
    }
  }

  /// `xavier_uniform((4, 3))` draws a tensor; `init_scale` tells how widely.
  static let initializers: [Builtin] = Initializer.standard.map(drawing) + [initialScale]

  private static func drawing(_ initializer: Initializer) -> Builtin {
    let fans = [
      Parameter(
        "fan_in", .integer, default: Attribute.none, "inputs of a unit; None: by the shape"),
      Parameter(
        "fan_out", .integer, default: Attribute.none, "outputs of a unit; None: by the shape"),
    ]
    let shape = Parameter("shape", .integers, "the sizes, as PyTorch's (outputs, inputs, window…)")
    return Builtin(initializer, taking: [shape] + fans) { call, settings in
      let shape = try Shape(checking: call.integers(0) ?? [])
      var fans = Initializer.Fans(of: shape)
      if !call.isNone(1) { fans.inputs = try call.fan(1) }
      if !call.isNone(2) { fans.outputs = try call.fan(2) }
      let context = call.evaluator.context
      return .tensor(
        Variable(try initializer.tensor(shape, fans: fans, settings, generator: &context.generator))
      )
    }
  }

  private static let initialScale = Builtin(
    "init_scale", "Gives the spread of an initializer for numbers of inputs and outputs.",
    notes: "Half the width of a uniform distribution, the standard deviation of a normal one.",
    examples: [
      "init_scale(\"xavier_uniform\", 784, 300)  # 0.0744",
      "init_scale(\"he_normal\", 784)  # 0.0505",
    ],
    parameters: [
      Parameter(
        "name", .choice(Initializer.standard.flatMap { [$0.name] + $0.aliases }), "the initializer"),
      Parameter("fan_in", .integer, "inputs of a unit"),
      Parameter("fan_out", .integer, default: .integer(0), "outputs of a unit"),
    ]
  ) { call in
    let fans = Initializer.Fans(inputs: try call.fan(1), outputs: try call.fan(2))
    guard let initializer = Initializer[try call.string(0)] else { return .none }
    let settings = try Attributes.none.completed(by: initializer.parameters)
    return .number(initializer.distribution(fans, settings).scale)
  }

  /// `X, Y = xor_data()`.
  static let datasets: [Builtin] = Dataset.standard.map { dataset in
    Builtin(dataset, suffix: "_data") { _, settings in
      let data = try dataset(settings)
      return .tuple([.tensor(Variable(data.inputTensor)), .tensor(Variable(data.labelTensor))])
    }
  }

  /// `random_crop(images, 10, seed=1)`.
  static let augmentations: [Builtin] = Augmentation.standard.map { augmentation in
    let images = Parameter("images", .tensor, "[rows, columns] with any axes before")
    return Builtin(
      augmentation, taking: [images], then: augmentation.isRandom ? [seed] : []
    ) { call, settings in
      try call.drawing { generator in
        .tensor(try augmentation(call.tensor(0), settings, generator: &generator))
      }
    }
  }

  private static let seed = Parameter(
    "seed", .integer, default: Attribute.none, keywordOnly: true,
    "None: numbers of the session, as seed(n) starts them")

  // MARK: - Mini-batches

  static let batching: [Builtin] = [
    Builtin(
      "batches", "Takes the rows of tensors apart into mini-batches, for a loop.",
      notes: """
        In the order of the rows unless a seed is given, which shuffles them (SplitMix64): another \
        seed for every epoch gives another order. The last batch is smaller where the rows do not \
        come out even.
        """,
      examples: [
        "[len(x) for x in batches(arange(10), size=4)]  # [4, 4, 2]",
        "X, Y = xor_data(); [sum(y) for x, y in batches(X, Y, size=4, seed=1)]  # [2]",
        "len(batches(arange(10), size=4, drop_last=True))  # 2",
      ],
      parameters: [
        Parameter("tensors", .any, variadic: true, "tensors with as many rows each"),
        Parameter("size", .integer, default: .integer(32), keywordOnly: true, "rows of a batch"),
        Parameter(
          "seed", .integer, default: Attribute.none, keywordOnly: true,
          "shuffles the rows; None keeps their order"),
        Parameter(
          "drop_last", .bool, default: .bool(false), keywordOnly: true,
          "leave a smaller last batch out"),
      ]
    ) { call in .object(try BatchList(call)) }
  ]
}

extension Call {
  /// A number of connections.
  fileprivate func fan(_ position: Int) throws -> Int {
    let count = try integer(position)
    guard count >= 0 else {
      throw TensorError.argument(
        builtin.parameters[position].name, found: "\(count)", expected: "at least 0")
    }
    return count
  }

  /// Runs with a generator of the seed at the end of the parameters, or with the session's.
  fileprivate func drawing(_ body: (inout SplitMix64) throws -> Value) throws -> Value {
    let last = values.count - 1
    guard builtin.parameters[last].name == "seed", !isNone(last) else {
      return try body(&evaluator.context.generator)
    }
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(try integer(last))))
    return try body(&generator)
  }
}

/// A schedule with its settings, called with the step.
final class ScheduleFunction: LanguageObject {
  private let rate: LearningRate

  init(_ rate: LearningRate) { self.rate = rate }

  var summary: String {
    let settings = rate.settings.values.map { "\($0.name)=\($0.value.text)" }
    return "\(rate.schedule.name)_schedule(\(settings.joined(separator: ", ")))"
  }

  var attributeNames: [String] { rate.settings.values.map(\.name) }
  func attribute(_ name: Symbol) -> Value? {
    rate.settings.values.first { $0.name == name.name }?.value.value
  }

  private(set) lazy var callable: Builtin? = Builtin(
    "schedule", rate.schedule.summary,
    parameters: [Parameter("step", .tensor, "the number of the step, from 0, or several")]
  ) { [rate] call in
    let steps = try call.tensor(0).value
    if let step = steps.item { return .tensor(try rate.recorded(step)) }
    var rates: [Double] = []
    for step in steps.elements { rates.append(try rate(step)) }
    return .tensor(Variable(Tensor(rates, shape: steps.shape)))
  }
}

/// The batches of one pass over the rows of some tensors. A batch is made when it is asked for.
final class BatchList: LanguageObject {
  private let tensors: [Variable]
  private let orders: [[Int]]

  init(_ call: Call) throws {
    tensors = try call.variadic(0).map { value in
      guard let tensor = try value.asTensor(call.evaluator.environment.structure),
        tensor.shape.rank > 0
      else {
        throw call.fail(0, "wrong-kind", "batches are made of tensors, not of \(value.kindText)")
      }
      return tensor
    }
    guard let rows = tensors.first?.shape[0], tensors.allSatisfy({ $0.shape[0] == rows }) else {
      let counts = tensors.map { "\($0.shape[0])" }.joined(separator: " and ")
      throw call.fail(
        0, "bad-argument",
        tensors.isEmpty ? "there is nothing to make batches of" : "the tensors have \(counts) rows",
        helps: ["batches(X, Y, size=32)"])
    }
    let size = try call.integer(1)
    guard size > 0 else {
      throw call.fail(1, "bad-argument", "a batch needs at least one row", helps: ["size=32"])
    }
    var order = Array(0..<rows)
    if !call.isNone(2) {
      var generator = SplitMix64(seed: UInt64(bitPattern: Int64(try call.integer(2))))
      order = generator.permutation(of: rows)
    }
    let isEven = try call.bool(3)
    orders = LabeledData.batches(of: size, order: order).filter { !isEven || $0.count == size }
  }

  var summary: String { "\(orders.count) batches of up to \(orders.first?.count ?? 0) rows" }
  var attributeNames: [String] { [] }
  func attribute(_ name: Symbol) -> Value? { nil }
  var count: Int? { orders.count }

  func element(_ index: Int) -> Value? {
    guard orders.indices.contains(index) else { return nil }
    // The places are rows of the tensors, so nothing can be out of range.
    let parts = tensors.compactMap { try? $0.picked(orders[index], shape: [orders[index].count]) }
    return parts.count == 1 ? .tensor(parts[0]) : .tuple(parts.map { .tensor($0) })
  }
}
