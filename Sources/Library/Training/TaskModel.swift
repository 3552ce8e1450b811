import Autograd
import Language
import Networks
import Presentation
import Tensors

/// The network of a training task as a value of the language: a function of rows, with parameters
/// under the names that the task gives them.
final class TaskModel: LanguageObject, @unchecked Sendable {
  let parameters: [ModelParameter]
  private let task: String
  private let compiled: any CompiledModel

  init(_ task: String, _ compiled: any CompiledModel) {
    self.task = task
    self.compiled = compiled
    parameters = compiled.namedParameters.map { ModelParameter($0.name, $0.value) }
  }

  var summary: String {
    let shapes = parameters.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
    return "the network of \(task): \(shapes)"
  }

  private static let list = Builtin(
    "parameters", "Gives the parameters, for an optimizer.",
    parameters: [Parameter("model", .any, "the network")]
  ) { call in
    guard case .object(let object) = call[0], let model = object as? TaskModel else { return .none }
    return .object(ParameterList(model.parameters.map { ($0.name, $0) }))
  }

  var attributeNames: [String] { parameters.map(\.name) + ["parameters"] }

  func attribute(_ name: Symbol) -> Value? {
    if let parameter = parameters.first(where: { Symbol($0.name) == name }) {
      return .thing(parameter.thing)
    }
    return name.name == "parameters" ? .method(BoundMethod(.object(self), Self.list)) : nil
  }

  private(set) lazy var callable: Builtin? = Builtin(
    task, "Gives the scores of the classes for rows of inputs.",
    parameters: [Parameter("x", .tensor, "a row of numbers for each example")]
  ) { [weak self] call in
    guard let self else { return .none }
    let x = try call.tensor(0)
    let width = self.width
    guard x.shape.rank == 2, x.shape[1] == width else {
      throw call.fail(
        0, "wrong-shape", "the network takes rows of \(width) numbers, not \(x.shape)",
        helps: ["model(X)"])
    }
    return .tensor(try self.compiled.recordedScores(x, self.parameters.map(\.variable)))
  }

  /// Numbers a row.
  var width = 0

  var heldValues: [Value] { parameters.compactMap(\.heldThing).map { .thing($0) } }
}

/// A run of a training command, followed so that it is left as an object of the session.
package final class TaskRun {
  private let trainer: Trainer
  private let training: CompiledTraining
  private let run: FitRun
  private let model: TaskModel

  /// Nil where the numbers are not those of the language, or the losses are too many to be kept.
  package init?(_ trainer: Trainer, in environment: Environment) {
    guard trainer.keepsLosses, trainer.model.parameters.dtype == .float64,
      let loss = environment.builtin(Symbol("cross_entropy"))
    else { return nil }
    let settings = Attributes(
      trainer.optimizer.settings.map { ($0.key, Attribute.real($0.value)) })
    let model = TaskModel(trainer.task.name, trainer.model)
    model.width = trainer.examples.width
    guard
      let optimizer = try? ModelOptimizer(
        trainer.optimizer.rule, settings, parameters: model.parameters),
      let training = CompiledTraining(
        trainer.model, trainer.examples, optimizer: optimizer, worker: trainer.optimizer,
        others: { _ in trainer.model })
    else { return nil }
    var data = RunData(
      x: Variable(trainer.examples.rowTensor), y: Variable(trainer.examples.labelTensor),
      batch: trainer.heldOut == nil ? nil : trainer.model.rows, seed: nil,
      heldOut: trainer.heldOut.map { (Variable($0.rowTensor), Variable($0.labelTensor)) })
    data.cycle = { trainer.rows(of: $0) }
    self.trainer = trainer
    self.training = training
    self.model = model
    run = FitRun(
      model: .object(model), optimizer: Stepper(trainer.optimizer.rule.name, optimizer),
      loss: .builtin(loss), data: data, steps: trainer.steps)
    run.engine = FitEngine(training, data)
  }

  /// Takes over where the training stands; what can be gone back to is kept.
  package func follow(_ context: EvaluationContext, heldOut: TrainingProgress? = nil) throws {
    try training.give()
    run.note(
      step: trainer.step, losses: trainer.losses,
      heldOut: trainer.heldOut == nil ? nil : heldOut.map { ($0.loss, $0.accuracy) }, context)
  }

  /// The names that the session gets, with what they stand for.
  package var variables: [(name: String, value: Value)] {
    [
      ("run", .object(run)), ("X", .tensor(run.data.x)), ("Y", .tensor(run.data.y)),
      ("model", .object(model)),
    ] + model.parameters.map { ($0.name, .thing($0.thing)) }
  }
}

extension FitRun {
  /// A step that was reached elsewhere.
  fileprivate func note(
    step: Int, losses: [Double], heldOut: (loss: Double, accuracy: Double)?,
    _ context: EvaluationContext
  ) {
    progress.step = step
    progress.losses = losses
    progress.last = nil
    progress.checkpoints.append((step, Capture(of: roots, in: context)))
    guard let heldOut else { return }
    progress.looks.append(
      Look(
        step: step, loss: losses.last ?? .nan, layers: [], weights: [],
        heldOut: Look.HeldOut(loss: heldOut.loss, accuracy: heldOut.accuracy)))
  }
}

extension LabeledData {
  /// A row of numbers for each example, whatever its axes.
  fileprivate var rowTensor: Tensor { Tensor(inputs, shape: [rows, width]) }
}
