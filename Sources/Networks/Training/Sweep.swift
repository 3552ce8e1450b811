import Autograd
import Tensors

/// Many runs of a training task, one after the other: the program is built for one thread, and each run
/// is its own, so that its numbers are those it has alone.
package struct Sweep {
  package struct Outcome: Equatable {
    /// The first step looked at where every example is right; nil where that never was.
    package let solvedAt: Int?
    package let loss: Double
  }

  private let task: TrainingTask
  private let jobs: [Attributes]
  /// Of each job, in order; nil where it was not done.
  package private(set) var outcomes: [Outcome?]

  package init(_ task: TrainingTask, _ jobs: [Attributes]) {
    self.task = task
    self.jobs = jobs
    outcomes = Array(repeating: nil, count: jobs.count)
  }

  /// Runs them all; `hears` is told at every look how many are done, and ends it by throwing. What is
  /// done is kept.
  package mutating func run(hears: (Int) throws -> Void) throws {
    for index in jobs.indices {
      outcomes[index] = try outcome(of: jobs[index]) { try hears(index) }
    }
    try hears(jobs.count)
  }

  private func outcome(of job: Attributes, looking: () throws -> Void) throws -> Outcome {
    let trainer = try task.trainer(job)
    let distance = max(1, trainer.steps / 200)
    var solved: Int?
    while !trainer.isFinished {
      trainer.advance(by: distance)
      // Before what a stopped step left unfinished is read.
      try looking()
      guard solved == nil || trainer.isFinished else { continue }
      let progress = trainer.progress
      if progress.correct < progress.examples { solved = nil }
      if solved == nil, progress.correct == progress.examples { solved = trainer.step }
    }
    return Outcome(solvedAt: solved, loss: trainer.progress.loss)
  }
}
