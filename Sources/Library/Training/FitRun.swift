import Autograd
import Language
import Networks
import Presentation
import Tensors

/// A training run as an object: it goes on, stops anywhere, and goes back to any of its steps exactly.
/// It keeps checkpoints, at growing distances so that they take a bounded memory, and comes to a step
/// by working out again what lies between.
final class FitRun: LanguageObject {
  let model: Value
  let optimizer: Stepper
  let loss: Value
  let data: RunData
  /// How many steps `fit` was asked for.
  let steps: Int
  private var progress: Progress

  /// All that changes: a value, so that it goes back with the state of the session.
  private struct Progress: @unchecked Sendable {
    var step = 0
    /// The loss of every step that was ever reached, before its update.
    var losses: [Double] = []
    /// The loss of the last step, with its history, and the rows it was computed from.
    var last: (loss: Variable, x: Variable, y: Variable)?
    var checkpoints: [(step: Int, capture: Capture)] = []
    /// Steps between checkpoints.
    var distance = 16
  }

  /// All checkpoints together take about this many bytes.
  static let memory = 16 << 20
  /// What a checkpoint takes besides the numbers of the parameters.
  private static let overhead = 4096

  init(model: Value, optimizer: Stepper, loss: Value, data: RunData, steps: Int) {
    self.model = model
    self.optimizer = optimizer
    self.loss = loss
    self.data = data
    self.steps = steps
    progress = Progress()
  }

  var step: Int { progress.step }
  var losses: [Double] { Array(progress.losses.prefix(progress.step)) }
  private var roots: [Value] { [model, .object(optimizer)] }

  private var capacity: Int {
    // Parameters, and two moments of each.
    let bytes = optimizer.size * 3 * 8 + Self.overhead
    return min(256, max(2, Self.memory / bytes))
  }

  // MARK: - Going

  /// To the state after so many steps: back or forward, over known steps or new ones.
  func go(to target: Int, _ call: Call, hears: (Int) -> Void = { _ in }) throws {
    let context = call.evaluator.context
    if progress.checkpoints.isEmpty {
      progress.checkpoints = [(0, Capture(of: roots, in: context))]
    }
    if target <= progress.step {
      // The loss of a step belongs to it, so the last step is always worked out again.
      let isReached = { (step: Int) in step == 0 || step < target }
      guard let place = progress.checkpoints.last(where: { isReached($0.step) }) else { return }
      place.capture.restore(in: context)
      progress.step = place.step
      progress.last = nil
    }
    while progress.step < target {
      try takeStep(call)
      hears(progress.step)
    }
  }

  /// One step; where it is broken off, everything is as it was before.
  private func takeStep(_ call: Call) throws {
    let context = call.evaluator.context
    try call.evaluator.countRound(at: call.span)
    let before = Capture(of: roots, in: context)
    do {
      let (x, y) = try data.rows(of: progress.step)
      optimizer.forgetGradients()
      let output = try call.evaluator.call(model, [.tensor(x)], at: call.span)
      let value = try call.evaluator.call(loss, [output, .tensor(y)], at: call.span)
      guard let loss = try value.asTensor(context.environment.structure), loss.shape.isScalar else {
        throw call.fail(
          3, "not-a-loss", "the loss must be one number, not \(value.kindText)",
          helps: ["loss=lambda ŷ, y: mean((ŷ - y)**2)"])
      }
      _ = try loss.backward()
      try optimizer.step(call)
      if progress.step == progress.losses.count { progress.losses.append(loss.value.item ?? .nan) }
      progress.last = (loss, x, y)
    } catch {
      before.restore(in: context)
      throw error
    }
    progress.step += 1
    keepCheckpoint(context)
  }

  private func keepCheckpoint(_ context: EvaluationContext) {
    let last = progress.checkpoints.last?.step ?? 0
    guard progress.step >= last + progress.distance else { return }
    progress.checkpoints.append((progress.step, Capture(of: roots, in: context)))
    guard progress.checkpoints.count > capacity else { return }
    progress.distance *= 2
    var kept: [(step: Int, capture: Capture)] = []
    for checkpoint in progress.checkpoints
    where kept.isEmpty || checkpoint.step >= kept[kept.count - 1].step + progress.distance {
      kept.append(checkpoint)
    }
    progress.checkpoints = kept
  }

  // MARK: - As a value

  var summary: String { "a run at step \(progress.step) of \(steps)" }

  private static let values = ["step", "steps", "losses", "loss", "model", "optimizer", "x", "y"]

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
    default:
      Library.runMethods.first { $0.name == "run." + name.name }
        .map { .method(BoundMethod(.object(self), $0)) }
    }
  }

  var heldValues: [Value] { roots + [loss] }
  func snapshot() -> any Sendable { progress }
  func restore(_ state: any Sendable) {
    if let state = state as? Progress { progress = state }
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

  func rows(of step: Int) throws -> (x: Variable, y: Variable) {
    let count = x.shape.rank > 0 ? x.shape[0] : 1
    guard let batch, batch < count else { return (x, y) }
    let perEpoch = (count + batch - 1) / batch
    let (epoch, place) = (step / perEpoch, step % perEpoch)
    var order = Array(0..<count)
    if let seed {
      var generator = SplitMix64(seed: UInt64(bitPattern: Int64(seed &+ epoch)))
      order = generator.permutation(of: count)
    }
    let rows = Array(order[place * batch..<min((place + 1) * batch, count)])
    return (try x.picked(rows, shape: [rows.count]), try y.picked(rows, shape: [rows.count]))
  }
}
