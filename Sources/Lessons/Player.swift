import Language
import Presentation
import Tensors

/// Steps a student through a lesson: a line in, a document out. Enter shows the next step, a
/// question takes an answer, anything else is computed with the lesson's own variables.
package final class Player {
  /// What the lesson answers; `finished` when it is over or left.
  package typealias Reply = (document: Document, finished: Bool)

  package let lesson: Lesson
  package internal(set) var progress: LessonProgress
  /// The variables of the lesson at this step, and the student's.
  package let workspace: Workspace
  /// What the lesson computes without the student.
  private let lessonAlone: Reference
  /// What was before each step that has been reached.
  private var moments: [Moment] = []
  /// Lines of work with the lesson's numbers.
  package private(set) var branches = Branches<Position>()
  /// The generators that the lesson's steps draw from, and how its brackets are read: what a student
  /// draws or imports in between leaves them alone, so that a step gives the same numbers whatever was
  /// tried before.
  private var trail = EvaluationContext.Trail()
  /// The lesson's numbers that the student exchanged, since the last `:rerun`.
  private var exchanged: [String: Tensor] = [:]
  /// The step shown last; nil before the first.
  var current: Int?
  /// Names the student has given values of their own, in order.
  var changed: [String] = []

  /// Starts at the beginning, or after the steps that `progress` says were shown.
  package init(
    _ lesson: Lesson, in context: EvaluationContext, continuing progress: LessonProgress? = nil
  ) {
    self.lesson = lesson
    if let digits = lesson.digits { context.digits = digits }
    workspace = Workspace(context)
    lessonAlone = Reference(lesson, like: context)
    let fresh = LessonProgress(lesson: lesson.name, steps: lesson.steps.count)
    self.progress = progress?.steps == fresh.steps ? progress ?? fresh : fresh
  }

  /// The opening: title, what it takes, and the step to begin with.
  package func start() -> Document {
    var blocks: [Block] = [.heading(level: 1, Words(lesson.front.title))]
    var facts = [lesson.front.deck, "\(lesson.steps.count) steps"]
    if let minutes = lesson.front.minutes { facts.append("about \(minutes) minutes") }
    blocks.append(.line(Words(facts.joined(separator: " · "), .dim)))
    blocks.append(
      .line(Words("Enter: next step · any expression is computed · :back :goto :help :quit", .dim)))
    blocks.append(.blank)
    let target = progress.isFinished ? 0 : max(0, progress.step - 1)
    if target > 0 {
      blocks.append(.line(Words("You were at step \(target + 1).", .note)))
    }
    progress.isFinished = false
    return Document(blocks) + Document(jump(to: target))
  }

  /// What a line that is no command brings about.
  package func respond(to line: String) -> Reply {
    let text = line.trimmed
    if text.isEmpty { return advance() }
    if let question = openQuestion { return (Document(answer(text, to: question)), false) }
    return (Document(compute(text).problems), false)
  }

  // MARK: - Moving

  /// The next step, unless a question is open.
  package func advance() -> Reply {
    if openQuestion != nil {
      let text = "The question is still open: answer it, or :hint, :reveal, :skip."
      return (Document([.line(Words(text, .note))]), false)
    }
    let next = current.map { $0 + 1 } ?? 0
    guard next < lesson.steps.count else {
      progress.isFinished = true
      return (Document(closing), true)
    }
    return (Document(play(next)), false)
  }

  package func back() -> [Block] {
    guard let current, current > 0 else { return note("This is the first step.") }
    return jump(to: current - 1)
  }

  /// Goes to a step by its number, which counts from 1.
  package func go(toStep number: Int) -> [Block] {
    guard lesson.steps.indices.contains(number - 1) else {
      return note("Steps are numbered from 1 to \(lesson.steps.count): ':goto 3'.")
    }
    return jump(to: number - 1)
  }

  package func skip() -> Reply {
    guard let question = openQuestion else {
      return (Document(note("No question is open.")), false)
    }
    progress.questions[question.number, default: .init()].state = .skipped
    return advance()
  }

  package func leave() -> Reply {
    let place = current.map { "step \($0 + 1) of \(lesson.steps.count)" } ?? "the beginning"
    return (Document(note("Left at \(place).")), true)
  }

  /// Shows a step with the variables it had when it was reached first, running what lies between
  /// when it lies ahead.
  private func jump(to target: Int) -> [Block] {
    guard lesson.steps.indices.contains(target) else { return [] }
    changed = []
    if target < moments.count {
      workspace.restore(moments[target].variables)
      (trail, exchanged) = (moments[target].trail, moments[target].exchanged)
      moments.removeSubrange(target...)
    } else {
      var index = current.map { $0 + 1 } ?? 0
      while index < target {
        _ = play(index)
        index += 1
      }
    }
    return play(target)
  }

  /// Runs and shows a step.
  private func play(_ index: Int) -> [Block] {
    moments.removeSubrange(min(index, moments.count)...)
    moments.append(now)
    current = index
    progress.step = max(progress.step, index + 1)
    let counter = Words("[\(index + 1)/\(lesson.steps.count)]", .dim)
    return [.line(counter)] + show(lesson.steps[index])
  }

  /// What a question is judged by: the lesson's own steps so far, with the numbers that the student
  /// exchanged by `:rerun`.
  var reference: Workspace {
    lessonAlone.workspace(before: current ?? 0, exchanging: exchanged)
  }

  /// The same in slide arithmetic; nil where that does not run.
  func reference(rounding places: Int) -> Workspace? {
    let rounded = Reference(lesson, like: workspace.context, rounding: places)
    let workspace = rounded.workspace(before: current ?? 0, exchanging: exchanged)
    return rounded.failure == nil ? workspace : nil
  }

  func note(_ text: String) -> [Block] { [.paragraph(Words(text, .note))] }

  // MARK: - Computing

  /// Runs what the student typed and shows what it gives as it comes; whatever goes wrong is told
  /// and changes nothing.
  func compute(_ text: String) -> (problems: [Block], isComputed: Bool) {
    let parsed = Parser.parse(SourceText(name: "input", text: text))
    guard parsed.diagnostics.isEmpty else {
      return (parsed.diagnostics.flatMap { $0.document(width: 80).blocks }, false)
    }
    for statement in parsed.tree.statements {
      do {
        try workspace.run(statement, of: parsed.tree) { self.workspace.context.output.echo($0) }
        for name in statement.assignedNames where !changed.contains(name) { changed.append(name) }
      } catch {
        return (error.document(width: 80).blocks, false)
      }
    }
    return ([], true)
  }

  /// The steps so far once more, from fresh variables, keeping the values the student gave.
  package func rerun() -> [Block] {
    guard let current else { return [] }
    let first = lesson.steps[...current].firstIndex { step in
      guard case .code(let code) = step.content else { return false }
      return code.tree.statements.contains { $0.assignedNames.contains(where: changed.contains) }
    }
    guard let first else {
      let text =
        changed.isEmpty
        ? "Change a number first, for example 'x = [1, 2]'; then :rerun."
        : "No step so far gives a value to " + changed.joined(separator: ", ") + "."
      return note(text)
    }
    let kept = workspace.values(of: changed)
    let given = lesson.givenNames(upTo: current)
    exchanged = kept.filter { given.contains($0.key) }.compactMapValues(\.copiedNumbers)
    trail = EvaluationContext.Trail()
    workspace.removeAll()
    var blocks: [Block] = []
    for (index, step) in lesson.steps[...current].enumerated() {
      guard case .code(let code) = step.content else { continue }
      let shown = run(code, keeping: kept)
      if index >= first { blocks += shown }
    }
    let names = changed.joined(separator: ", ")
    let others = changed.filter { kept[$0] != nil && exchanged[$0] == nil && isAssigned($0) }
    let remark =
      others.isEmpty
      ? []
      : note(
        "Questions go by the lesson's own \(others.joined(separator: ", ")).")
    return [.line(Words("With your \(names):", .note))] + blocks + remark
  }
}

extension Player {
  /// A state to go back to.
  fileprivate struct Moment {
    let variables: Workspace.Snapshot
    let trail: EvaluationContext.Trail
    let exchanged: [String: Tensor]
  }

  /// Where a line of work was left: a step, its variables, and those of the steps before.
  package struct Position {
    package var state: State { now.variables }
    fileprivate let now: Moment
    fileprivate let moments: [Moment]
    fileprivate let current: Int?
    fileprivate let changed: [String]
  }

  /// The variables before the step that was shown last.
  package var stateBefore: State? { moments.last?.variables }

  private var now: Moment {
    Moment(variables: workspace.snapshot(), trail: trail, exchanged: exchanged)
  }

  /// Goes to another line of work, or begins one here. What was answered stays answered.
  /// - Returns: whether it begins here.
  package func branch(_ name: String) -> Bool {
    let position = Position(now: now, moments: moments, current: current, changed: changed)
    guard let other = branches.leave(position, for: name) else { return true }
    workspace.restore(other.now.variables)
    (trail, exchanged) = (other.now.trail, other.now.exchanged)
    (moments, current, changed) = (other.moments, other.current, other.changed)
    return false
  }

  /// Lets the lesson's own code run as if nobody had typed anything in between; a bracket that the
  /// student has been reading as a list stays one for the student.
  func drawing<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let readsLists = workspace.context.bracketsMakeLists
    workspace.context.trail = trail
    // What an author wrote is meant as it is.
    workspace.context.tellsOfPython = false
    defer {
      trail = workspace.context.trail
      if readsLists { workspace.context.bracketsMakeLists = true }
      workspace.context.tellsOfPython = true
    }
    return try body()
  }

  /// Whether the lesson gives a name a value in the steps so far.
  private func isAssigned(_ name: String) -> Bool {
    lesson.steps[...(current ?? 0)].contains { step in
      guard case .code(let code) = step.content else { return false }
      return code.tree.statements.contains { $0.assignedNames.contains(name) }
    }
  }
}

extension Lesson {
  /// Decimals that its numbers are shown with, where it says so.
  package var digits: Int? { front.places.map { max(2, $0) } }

  /// `deck/slug`, the lesson's name in commands and progress.
  package var name: String { front.deck + "/" + slug }
}

extension Statement {
  /// The plain names this statement gives a value to.
  var assignedNames: [String] {
    switch form {
    case .assignment(let targets, _): targets.flatMap(\.names)
    case .update(let target, _), .augmented(let target, _, at: _, _): target.names
    case .function(let target, _), .classDefinition(let target, _): target.names
    case .expression, .returned, .conditional, .forLoop, .whileLoop, .leaveLoop, .nextRound, .pass,
      .assertion, .delete, .rounding, .managed, .attempt, .raised, .importing, .yielded:
      []
    }
  }
}

extension Target {
  fileprivate var names: [String] {
    switch form {
    case .name(let name): [name.symbol.name]
    case .tuple(let targets, starred: _): targets.flatMap(\.names)
    case .index, .attribute: []
    }
  }
}
