import Language
import Presentation
import Tensors

// The states between the steps, and how the one is reached in which a lesson was left.

extension Player {
  /// A state to go back to, with what the student had changed in it.
  struct Moment {
    let variables: Workspace.Snapshot
    let trail: EvaluationContext.Trail
    let exchanged: [String: Tensor]
    let isAltered: Bool
    let changed: [String]
    let isTouched: Bool
    let current: Int?
  }

  /// Where a line of work was left: a step, its variables, and those of the steps before.
  package struct Position {
    package var state: State { now.variables }
    let now: Moment
    let moments: [Moment]
  }

  /// The variables before the step that was shown last.
  package var stateBefore: State? {
    position.map { shown[$0].lowerBound }.flatMap {
      moments.indices.contains($0) ? moments[$0].variables : nil
    }
  }

  var now: Moment {
    Moment(
      variables: workspace.snapshot(), trail: trail, exchanged: exchanged, isAltered: isAltered,
      changed: changed, isTouched: isTouched, current: current)
  }

  /// The state as it is.
  func restore(_ moment: Moment) {
    workspace.restore(moment.variables)
    (trail, exchanged, isAltered) = (moment.trail, moment.exchanged, moment.isAltered)
    (changed, isTouched, current) = (moment.changed, moment.isTouched, moment.current)
  }

  /// Goes to another line of work, or begins one here. What was answered stays answered.
  /// - Returns: whether it begins here.
  package func branch(_ name: String) -> Bool {
    let left = Position(now: now, moments: moments)
    let other = branches.leave(left, for: name)
    if let other {
      restore(other.now)
      moments = other.moments
    }
    note(.branch(name, step: position.map { $0 + 1 } ?? 0))
    return other == nil
  }

  /// Does once more what led to the state in which the lesson was left, unseen but for the step.
  func replay() -> [Block] {
    isReplaying = true
    defer { isReplaying = false }
    var step: [Block] = []
    var isStopped = false
    workspace.context.output.diverted(to: { _ in }) {
      for deed in progress.deeds where !isStopped {
        switch deed {
        case .step(let number, let isJump):
          guard shown.indices.contains(number - 1) else { continue }
          let isNext = position.map { $0 + 2 } ?? 1 == number
          step = isJump || !isNext ? jump(to: number - 1) : play(number - 1)
        case .input(":rerun"): _ = rerun()
        case .input(let text) where text.hasPrefix(":"): command(text)
        case .input(let text): isStopped = compute(text).problem?.code == "interrupted"
        case .branch(let name): _ = branch(name)
        }
      }
    }
    if isStopped { return jump(to: progress.place - 1) + note("Your own numbers were left out.") }
    guard !changed.isEmpty else { return step }
    return step + note("Your own " + changed.joined(separator: ", ") + ": as you left them.")
  }
}
