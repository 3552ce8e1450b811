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
  /// Whether gradients are forgotten before every step, as they have to be.
  let forgetsGradients: Bool
  /// Works out many steps at once where the model allows.
  lazy var engine = FitEngine(self)
  /// Steps from which on a branch has another rate.
  private var turns: [(step: Int, rate: Double)] = []
  var progress: Progress

  /// All that changes: a value, so that it goes back with the state of the session.
  struct Progress: @unchecked Sendable {
    var step = 0
    /// The loss of every step that was ever reached, before its update.
    var losses: [Double] = []
    /// The loss of the last step, with its history, and the rows it was computed from.
    var last: (loss: Variable, x: Variable, y: Variable)?
    var checkpoints: [(step: Int, capture: Capture)] = []
    /// Steps between checkpoints.
    var distance = 16
    /// What was noted of steps, and how far apart.
    var looks: [Look] = []
    var lookDistance = 16
  }

  /// All checkpoints together take about this many bytes.
  static let memory = 16 << 20
  /// What a checkpoint takes besides the numbers of the parameters.
  private static let overhead = 4096
  /// As many steps are worked out between two looks at the clock: a few milliseconds.
  private var slice: Int {
    let rows = max(1, min(data.batch ?? data.count, data.count))
    return min(2048, max(4, 2_000_000 / (optimizer.size * rows)))
  }
  private static let mostLooks = 96

  init(
    model: Value, optimizer: Stepper, loss: Value, data: RunData, steps: Int,
    forgetsGradients: Bool = true
  ) {
    self.model = model
    self.optimizer = optimizer
    self.loss = loss
    self.data = data
    self.steps = steps
    self.forgetsGradients = forgetsGradients
    progress = Progress()
  }

  var step: Int { progress.step }
  var losses: [Double] { Array(progress.losses.prefix(progress.step)) }
  var roots: [Value] { [model, .object(optimizer)] }
  /// Notes of the steps up to here.
  var looks: [Look] { progress.looks.filter { $0.step < progress.step } }

  private var capacity: Int {
    // Parameters, and two moments of each.
    let bytes = optimizer.size * 3 * 8 + Self.overhead
    return min(engine == nil ? 256 : 64, max(2, Self.memory / bytes))
  }

  // MARK: - Going

  /// To the state after so many steps: back or forward, over known steps or new ones.
  func go(to target: Int, _ site: Site, hears: (Int) -> Void = { _ in }) throws {
    let context = site.evaluator.context
    if progress.checkpoints.isEmpty {
      // Where steps cost next to nothing, keeping them costs more.
      if engine != nil { progress.distance = 1024 }
      progress.checkpoints = [(0, Capture(of: roots, in: context))]
    } else {
      try takeTurn(site)
    }
    optimizer.holder = ObjectIdentifier(self)
    if target <= progress.step {
      // The loss of a step belongs to it, so the last step is always worked out again.
      goBack(below: target, context)
    }
    while progress.step < target {
      try advance(towards: target, site)
      try takeStep(site)
      hears(progress.step)
    }
  }

  /// To the last checkpoint from which the last step before `target` is still to be taken.
  private func goBack(below target: Int, _ context: EvaluationContext) {
    let isReached = { (step: Int) in step == 0 || step < target }
    guard let place = progress.checkpoints.last(where: { isReached($0.step) }) else { return }
    place.capture.restore(in: context)
    progress.step = place.step
    progress.last = nil
  }

  /// A branch had the model last: it is put to where this run stands.
  private func takeTurn(_ site: Site) throws {
    guard let holder = optimizer.holder, holder != ObjectIdentifier(self) else { return }
    let step = progress.step
    goBack(below: step, site.evaluator.context)
    optimizer.holder = ObjectIdentifier(self)
    while progress.step < step {
      try advance(towards: step, site)
      try takeStep(site)
    }
  }

  /// Another run that stands where this one does.
  func branch(rate: Double?, _ site: Site) throws -> FitRun {
    try go(to: progress.step, site)
    let branch = FitRun(
      model: model, optimizer: optimizer, loss: loss, data: data, steps: steps,
      forgetsGradients: forgetsGradients)
    branch.engine = engine
    branch.turns = turns
    if let rate { branch.turns.append((progress.step, rate)) }
    branch.progress = progress
    branch.progress.losses = losses
    branch.progress.looks = looks
    branch.progress.checkpoints = progress.checkpoints.filter { $0.step <= progress.step }
    return branch
  }

  /// The loss of the rows of the next step.
  func ahead(_ site: Site) throws -> Variable {
    try go(to: progress.step, site)
    let (x, y) = try data.rows(of: progress.step)
    return try computed(x, y, site).1
  }

  /// Several steps by the engine, if it can: up to the next that is looked at or kept. A step that is
  /// recorded follows, so that wherever the run stops its last step can be asked.
  private func advance(towards target: Int, _ site: Site) throws {
    guard let engine, forgetsGradients else { return }
    let kept = (progress.checkpoints.last?.step ?? 0) + progress.distance
    var count = min(target - 1 - progress.step, slice)
    if kept > progress.step { count = min(count, kept - progress.step - 1) }
    if isNewest { count = min(count, stepsToLook) }
    for turn in turns where turn.step >= progress.step {
      count = min(count, turn.step - progress.step)
    }
    guard count >= 4 else { return }
    for _ in 0..<count { try site.evaluator.countRound(at: site.span) }
    let losses = try engine.advance(from: progress.step, by: count)
    guard !losses.isEmpty else { return }
    let known = progress.losses.count - progress.step
    progress.losses += losses.dropFirst(max(0, known))
    progress.step += losses.count
    progress.last = nil
  }

  /// One step; where it is broken off, everything is as it was before.
  private func takeStep(_ site: Site) throws {
    let context = site.evaluator.context
    try site.evaluator.countRound(at: site.span)
    let before = Capture(of: roots, in: context)
    do {
      try computeStep(site)
    } catch {
      before.restore(in: context)
      throw error
    }
    progress.step += 1
    keepCheckpoint(context)
  }

  private func computeStep(_ site: Site) throws {
    let (x, y) = try data.rows(of: progress.step)
    if let turn = turns.last(where: { $0.step == progress.step }) { optimizer.rate = turn.rate }
    let isNoted = isNewest && stepsToLook == 0
    let moment = isNoted ? optimizer.moment(names: parameterNames) : nil
    // As the loss, before the update: `run.to(step)` gives the same.
    let held = isNoted ? try heldOut(site) : nil
    if forgetsGradients { optimizer.forgetGradients() }
    let (_, loss) = try computed(x, y, site)
    let added = try loss.backward()
    let gradients = isNoted ? optimizer.parameters.map(\.gradient) : []
    try optimizer.step(site)
    if progress.step == progress.losses.count { progress.losses.append(loss.value.item ?? .nan) }
    progress.last = (loss, x, y)
    guard let moment else { return }
    var look = Look(
      step: progress.step, loss: loss.value.item ?? .nan,
      layers: Look.UnitLayer.layers(of: loss, moment),
      weights: moment.look(after: optimizer.parameters, gradients: gradients))
    look.usedGradient = moment.ratio(of: gradients, to: added)
    look.heldOut = held
    note(look)
  }

  /// Output and loss for some rows.
  func computed(_ x: Variable, _ y: Variable, _ site: Site) throws -> (Variable, Variable) {
    let output = try site.evaluator.call(model, [.tensor(x)], at: site.span)
    let value = try site.evaluator.call(loss, [output, .tensor(y)], at: site.span)
    let structure = site.evaluator.environment.structure
    guard let loss = try value.asTensor(structure), loss.shape.isScalar else {
      throw site.fail(
        "not-a-loss", "the loss must be one number, not \(value.kindText)",
        help: "loss=lambda ŷ, y: mean((ŷ - y)**2)")
    }
    return (try output.asTensor(structure) ?? loss, loss)
  }

  // MARK: - Keeping

  /// Whether the next step was never taken before.
  private var isNewest: Bool { progress.step >= (progress.looks.last?.step ?? -1) + 1 }

  /// The first sixteen are noted, then some.
  private var stepsToLook: Int {
    if progress.step < 16 { return 0 }
    let past = progress.step % progress.lookDistance
    return past == 0 ? 0 : progress.lookDistance - past
  }

  private func note(_ look: Look) {
    progress.looks.append(look)
    guard progress.looks.count > Self.mostLooks else { return }
    let distance = progress.lookDistance * 2
    progress.lookDistance = distance
    progress.looks.removeAll { $0.step >= 16 && $0.step % distance != 0 }
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

  var heldValues: [Value] { roots + [loss] }
  func snapshot() -> any Sendable { progress }
  func restore(_ state: any Sendable) {
    if let state = state as? Progress { progress = state }
  }
}
