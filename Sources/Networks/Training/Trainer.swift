import Autograd
import Glibc
import Tensors

/// Where a training run stands: the loss and the count of right examples with the parameters as they
/// are after `step` updates.
package struct TrainingProgress: Sendable, Equatable {
  package let step: Int
  package let steps: Int
  package let loss: Double
  package let correct: Int
  package let examples: Int

  package var accuracy: Double { examples == 0 ? 0 : Double(correct) / Double(examples) }
}

/// What a training run ends with: every example with its output and target, and the parameters.
package struct TrainingReport {
  package struct Row: Sendable, Equatable {
    package let input: [Double]
    package let probabilities: [Double]
    /// The class of the largest probability, the first of equals.
    package let predicted: Int
    package let target: Int
  }

  package let progress: TrainingProgress
  package let inputNames: [String]
  package let classNames: [String]
  package let rows: [Row]
  /// What the run shows, in one or two sentences.
  package let closing: String
  package let parameters: [(name: String, value: Tensor)]
}

/// Mini-batches for one step after the other: every pass over the examples takes them in a new
/// random order, and leaves out those that do not fill a batch.
final class BatchCycle {
  let data: LabeledData
  private let size: Int
  /// The generator at the beginning of each pass, as far as they were needed.
  private var starts: [SplitMix64]
  private var pass = -1
  private var batches: [[Int]] = []

  init(_ data: LabeledData, size: Int, generator: SplitMix64) {
    self.data = data
    self.size = size
    starts = [generator]
  }

  /// The examples of a step, asked for in any order.
  func rows(of step: Int) -> [Int] {
    let perPass = max(data.rows / size, 1)
    let wanted = step / perPass
    if wanted != pass {
      while starts.count <= wanted {
        var generator = starts[starts.count - 1]
        _ = generator.permutation(of: data.rows)
        starts.append(generator)
      }
      var generator = starts[wanted]
      batches = LabeledData.batches(of: size, order: generator.permutation(of: data.rows))
      pass = wanted
    }
    return batches[step % perPass]
  }

  func load(into model: any CompiledModel, step: Int) { model.load(rows(of: step), of: data) }
}

/// A training run that advances when it is told to, so that whoever drives it decides when to look,
/// to print, or to stop. Nothing here reads a clock.
package final class Trainer {
  package let task: TrainingTask
  package let steps: Int
  package let model: any CompiledModel
  package let optimizer: Optimizer
  package private(set) var step = 0
  /// The step whose loss was the first that is no finite number; the run stops there.
  package private(set) var failedStep: Int?
  /// The loss of every step, before its update, as long as there are not too many to be kept.
  package private(set) var losses: [Double] = []
  /// The examples that tell how good the model is, and the model on them, with the same parameters.
  private let data: LabeledData
  private let judge: any CompiledModel
  /// The batches of the steps; without them every step takes the same examples.
  private let batches: BatchCycle?
  private let names: (inputs: [String], classes: [String])
  private let closing: (TrainingProgress) -> String

  /// `rates` are the learning rates that suit the task. Without names of the inputs the report does
  /// not list them.
  init(
    _ task: TrainingTask, _ options: Options, model: any CompiledModel, rates: LearningRates,
    data: LabeledData, judge: (any CompiledModel)? = nil, batches: BatchCycle? = nil,
    inputNames: [String] = [], classNames: [String],
    closing: @escaping (TrainingProgress) -> String
  ) throws(TensorError) {
    self.judge = judge ?? model
    self.batches = batches
    self.task = task
    self.model = model
    optimizer = try options.optimizer(count: model.layout.count, rates: rates)
    steps = try options.integer("steps", in: 0...100_000_000)
    self.data = data
    names = (inputNames, classNames)
    self.closing = closing
  }

  /// What made the loss nan or infinite where the run stopped.
  package var failure: NonFiniteOrigin? {
    failedStep == nil ? nil : (try? model.recordedLoss())?.nonFiniteOrigin
  }

  /// More losses are not kept.
  package static let mostLosses = 1_000_000
  package var keepsLosses: Bool { steps <= Self.mostLosses }

  /// What it is trained on.
  package var examples: LabeledData { batches?.data ?? data }
  /// What it is judged by, where it is not trained on that.
  package var heldOut: LabeledData? { batches == nil ? nil : data }
  /// The numbers of the examples of a step; nil for all.
  package func rows(of step: Int) -> [Int]? { batches?.rows(of: step) }
  package var inputNames: [String] { names.inputs }
  package var classNames: [String] { names.classes }

  package var isFinished: Bool { step >= steps || failedStep != nil }

  /// Takes up to `count` more steps and returns how many it took.
  @discardableResult
  package func advance(by count: Int = 1) -> Int {
    let first = step
    while step - first < count, step < steps, failedStep == nil {
      batches?.load(into: model, step: step)
      let loss = model.loss().loss
      guard loss.isFinite else {
        failedStep = step
        break
      }
      if keepsLosses { losses.append(loss) }
      model.propagate()
      optimizer.step(parameters: model.parameters, gradients: model.gradients)
      step += 1
    }
    return step - first
  }

  /// Loss and accuracy now.
  package var progress: TrainingProgress {
    let now = judge.loss()
    return TrainingProgress(
      step: step, steps: steps, loss: now.loss, correct: now.correct, examples: judge.rows)
  }

  /// The steps at which a report of progress is due when there shall be about `count` of them: the
  /// first, the last, and multiples of a round number between.
  package static func cadence(steps: Int, about count: Int = 20) -> Int {
    let wanted = max(1, steps / max(count, 1))
    var unit = 1
    while unit <= wanted / 10 { unit *= 10 }
    for factor in [1, 2, 5, 10] where unit * factor >= wanted { return unit * factor }
    return unit * 10
  }

  package var report: TrainingReport {
    let progress = progress
    let scores = judge.scores.elements
    let rows = (0..<data.rows).map { row in
      let probabilities = Self.softmax(
        Array(scores[row * model.classes..<(row + 1) * model.classes]))
      var predicted = 0
      for index in probabilities.indices where probabilities[index] > probabilities[predicted] {
        predicted = index
      }
      return TrainingReport.Row(
        input: names.inputs.isEmpty ? [] : data.row(row), probabilities: probabilities,
        predicted: predicted,
        target: data.labels[row])
    }
    return TrainingReport(
      progress: progress, inputNames: names.inputs, classNames: names.classes, rows: rows,
      closing: closing(progress), parameters: model.namedParameters)
  }

  static func softmax(_ scores: [Double]) -> [Double] {
    let largest = scores.max() ?? 0
    let powers = scores.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }
}
