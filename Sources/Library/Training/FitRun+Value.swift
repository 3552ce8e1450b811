import Autograd
import Language
import Networks
import Presentation
import Tensors

extension FitRun {
  var summary: String { "a run at step \(progress.step) of \(steps)" }

  private static let values = [
    "step", "steps", "losses", "loss", "model", "optimizer", "x", "y", "held_out",
  ]

  var attributeNames: [String] {
    Self.values + Library.runMethods.map { String($0.name.dropFirst("run.".count)) }
  }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "step": .integer(progress.step)
    case "steps": .integer(steps)
    case "losses": .tensor(Variable(Tensor(losses)))
    case "loss": progress.last.map { .tensor($0.loss) } ?? Value.none
    case "model": model
    case "optimizer": .object(optimizer)
    case "x": progress.last.map { .tensor($0.x) } ?? Value.none
    case "y": progress.last.map { .tensor($0.y) } ?? Value.none
    case "held_out": heldOutTable
    default:
      Library.runMethods.first { $0.name == "run." + name.name }
        .map { .method(BoundMethod(.object(self), $0)) }
    }
  }

  /// Steps with the loss of the rows held out, a row each.
  private var heldOutTable: Value {
    let rows = looks.compactMap { look in look.heldOut.map { [Double(look.step), $0.loss] } }
    guard !rows.isEmpty else { return .none }
    return .tensor(Variable(Tensor(rows.flatMap { $0 }, shape: [rows.count, 2])))
  }

  // MARK: - Looking without changing anything

  /// What is computed here leaves no trace: parameters, gradients, statistics, random numbers, and
  /// nothing that the model prints.
  func quietly<R>(_ site: Site, _ body: () throws -> R) throws -> R {
    let context = site.evaluator.context
    let before = Capture(of: roots, in: context)
    defer { before.restore(in: context) }
    return try context.output.silenced(body)
  }

  /// How well it does on the rows held out, as in prediction.
  func heldOut(_ site: Site) throws -> Look.HeldOut? {
    guard let (x, y) = data.heldOut else { return nil }
    return try quietly(site) {
      let wasPaused = Recording.isPaused
      Recording.isPaused = true
      defer { Recording.isPaused = wasPaused }
      for layer in layers { layer.setTraining(false) }
      let (output, loss) = try computed(x, y, site)
      return Look.HeldOut(
        loss: loss.value.item ?? .nan, accuracy: Evidence.accuracy(output.value, y.value))
    }
  }

  /// The layers of the model, those inside included.
  var layers: [Layer] {
    guard case .object(let object) = model else { return [] }
    if let model = object as? Model { return model.layer.all }
    guard let instance = object as? Instance else { return [] }
    return instance.modules.flatMap { value -> [Layer] in
      guard case .object(let object) = value, let model = object as? Model else { return [] }
      return model.layer.all
    }
  }

  /// Paths of the parameters in the order of the optimizer.
  var parameterNames: [String] {
    var paths: [ObjectIdentifier: String] = [:]
    if case .object(let object) = model {
      let all =
        (object as? Model)?.layer.parameters ?? (object as? Instance)?.parameters
        ?? (object as? TaskModel)?.parameters.map { ($0.name, $0) } ?? []
      for (path, parameter) in all { paths[ObjectIdentifier(parameter.variable)] = path }
    }
    return optimizer.parameters.map {
      paths[ObjectIdentifier($0.variable)] ?? $0.variable.naming?.name ?? $0.name
    }
  }
}

extension Layer {
  /// It and the layers inside.
  var all: [Layer] { [self] + children.flatMap { $0.layer.all } }
}

extension Stepper {
  /// The parameters as they are.
  func moment(names: [String]) -> ParameterMoment {
    ParameterMoment(names: names, leaves: parameters.map(\.variable))
  }
}

extension ParameterMoment {
  /// The size of the gradients of a step over that of what `backward` added for it.
  func ratio(
    of used: [Tensor?], to added: (variables: [Variable], gradients: [Tensor?])
  ) -> Double? {
    var mine: [ObjectIdentifier: Double] = [:]
    for (variable, gradient) in zip(added.variables, added.gradients) {
      mine[ObjectIdentifier(variable)] = gradient?.size
    }
    let own = leaves.reduce(0) { sum, leaf in
      let size = mine[ObjectIdentifier(leaf)] ?? 0
      return sum + size * size
    }.squareRoot()
    let all = used.reduce(0) { sum, gradient in
      let size = gradient?.size ?? 0
      return sum + size * size
    }.squareRoot()
    return own > 0 && own.isFinite && all.isFinite ? all / own : nil
  }
}

/// The rows that each step of a run sees.
struct RunData {
  let x: Variable
  let y: Variable
  /// Rows of a batch; nil for all.
  let batch: Int?
  /// Shuffles the rows anew for every epoch; nil keeps their order.
  let seed: Int?
  /// Rows that are not trained on.
  var heldOut: (x: Variable, y: Variable)?
  /// An order of its own in place of `seed`'s.
  var cycle: ((_ step: Int) -> [Int]?)?

  var count: Int { x.shape.rank > 0 ? x.shape[0] : 1 }
  /// Every step sees all rows.
  var isWhole: Bool { batch.map { $0 >= count } ?? true }

  /// The numbers of the rows of a step; nil for all in their order.
  func order(of step: Int) -> [Int]? {
    if let cycle { return cycle(step) }
    guard let batch, batch < count else { return nil }
    let perEpoch = (count + batch - 1) / batch
    let (epoch, place) = (step / perEpoch, step % perEpoch)
    var order = Array(0..<count)
    if let seed {
      var generator = SplitMix64(seed: UInt64(bitPattern: Int64(seed &+ epoch)))
      order = generator.permutation(of: count)
    }
    return Array(order[place * batch..<min((place + 1) * batch, count)])
  }

  func rows(of step: Int) throws -> (x: Variable, y: Variable) {
    guard let rows = order(of: step) else { return (x, y) }
    return try picked(rows)
  }

  func picked(_ rows: [Int]) throws -> (x: Variable, y: Variable) {
    (try x.picked(rows, shape: [rows.count]), try y.picked(rows, shape: [rows.count]))
  }

  /// Up to so many rows, from all over.
  func sample(_ most: Int) throws -> (x: Variable, y: Variable) {
    guard count > most else { return (x, y) }
    return try picked((0..<most).map { $0 * count / most })
  }
}
