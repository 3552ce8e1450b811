import Language
import Presentation

/// Steps a student through a lesson: a line in, a document out. Enter shows the next step, a
/// question takes an answer, anything else is computed with the lesson's own variables.
package final class Player {
  package struct Command: Sendable {
    package var name: String
    package var argument: String = ""
    package var summary: String
  }

  /// The commands a lesson understands; all others are the shell's.
  package static let commands: [Command] = [
    Command(name: "back", summary: "go back one step, with the variables as they were then"),
    Command(name: "goto", argument: "N", summary: "go to step N, with the variables of that step"),
    Command(name: "hint", summary: "a hint for the question"),
    Command(name: "reveal", summary: "the answer to the question"),
    Command(name: "skip", summary: "leave the question open and go on"),
    Command(name: "answer", argument: "EXPR", summary: "answer with an expression"),
    Command(name: "rerun", summary: "run the steps again with the numbers you changed"),
    Command(name: "show", summary: "the code of this step"),
    Command(name: "steps", summary: "the list of steps"),
    Command(name: "quit", summary: "leave; the lesson remembers the step"),
  ]

  package let lesson: Lesson
  package internal(set) var progress: LessonProgress
  /// The variables of the lesson at this step.
  package let workspace: Workspace
  let host: LessonHost
  /// The variables before each step that has been reached.
  var snapshots: [Workspace.Snapshot] = []
  /// The step shown last; nil before the first.
  var current: Int?
  /// Names the student has given values of their own, in order.
  var changed: [String] = []

  /// Starts at the beginning, or after the steps that `progress` says were shown.
  package init(
    _ lesson: Lesson, in host: LessonHost, continuing progress: LessonProgress? = nil
  ) {
    self.lesson = lesson
    self.host = host
    workspace = host.workspace()
    if let digits = lesson.digits {
      workspace.evaluator.numberFormat = NumberFormat(digits: digits)
    }
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
      .line(Words("Enter: next step · any expression is computed · :back :goto :quit", .dim)))
    blocks.append(.blank)
    let target = progress.isFinished ? 0 : max(0, progress.step - 1)
    if target > 0 {
      blocks.append(.line(Words("You were at step \(target + 1).", .note)))
    }
    progress.isFinished = false
    return Document(blocks) + Document(jump(to: target))
  }

  /// What a line brings about; `finished` when the lesson is over or left.
  package func respond(to line: String) -> (document: Document, finished: Bool) {
    // What judging an answer printed is not part of the conversation.
    _ = workspace.takePrinted()
    let text = line.trimmed
    if text.hasPrefix(":") { return perform(text) }
    if text.isEmpty { return advance() }
    if let question = openQuestion { return (Document(answer(text, to: question)), false) }
    return (Document(compute(text).blocks), false)
  }

  /// Whether a line that begins with `:` is a command of the lesson.
  package static func handles(_ line: String) -> Bool {
    let name = line.trimmed.dropFirst().prefix { !$0.isWhitespace }
    return commands.contains { $0.name == name } || name == "next"
  }

  // MARK: - Moving

  private func advance() -> (Document, Bool) {
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

  /// Shows a step with the variables it had when it was reached first, running what lies between
  /// when it lies ahead.
  func jump(to target: Int) -> [Block] {
    guard lesson.steps.indices.contains(target) else { return [] }
    changed = []
    if target < snapshots.count {
      workspace.restore(snapshots[target])
      snapshots.removeSubrange(target...)
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
    snapshots.removeSubrange(min(index, snapshots.count)...)
    snapshots.append(workspace.snapshot())
    current = index
    progress.step = max(progress.step, index + 1)
    let counter = Words("[\(index + 1)/\(lesson.steps.count)]", .dim)
    return [.line(counter)] + show(lesson.steps[index])
  }

  private func perform(_ text: String) -> (Document, Bool) {
    let words = text.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let argument = words.count > 1 ? words[1].trimmed : ""
    switch words.first ?? "" {
    case "next": return advance()
    case "back":
      guard let current, current > 0 else { return say("This is the first step.") }
      return (Document(jump(to: current - 1)), false)
    case "goto":
      guard let number = Int(argument), lesson.steps.indices.contains(number - 1) else {
        return say("Steps are numbered from 1 to \(lesson.steps.count): ':goto 3'.")
      }
      return (Document(jump(to: number - 1)), false)
    case "hint": return (Document(hint()), false)
    case "reveal": return (Document(reveal()), false)
    case "skip": return skip()
    case "answer":
      guard let question = openQuestion else { return say("No question is open.") }
      guard !argument.isEmpty else { return say("Write the answer behind it: ':answer 2/3'.") }
      return (Document(answer(argument, to: question, isExpression: true)), false)
    case "rerun": return (Document(rerun()), false)
    case "show": return (Document(code()), false)
    case "steps": return (Document(steps), false)
    case "quit":
      let place = current.map { "step \($0 + 1) of \(lesson.steps.count)" } ?? "the beginning"
      return (Document([.line(Words("Left at \(place).", .note))]), true)
    case let name:
      let help = Suggestion.help(for: name, in: Player.commands.map(\.name))
      let known = Player.commands.map { ":" + $0.name }.joined(separator: " ")
      return say("There is no ':\(name)' in a lesson: " + (help ?? known))
    }
  }

  private func skip() -> (Document, Bool) {
    guard let question = openQuestion else { return say("No question is open.") }
    progress.questions[question.number, default: .init()].state = .skipped
    return advance()
  }

  private func say(_ text: String) -> (Document, Bool) {
    (Document([.line(Words(text, .note))]), false)
  }

  // MARK: - Computing

  /// Runs what the student typed; whatever goes wrong is told and changes nothing.
  func compute(_ text: String) -> (blocks: [Block], isComputed: Bool) {
    let parsed = Parser.parse(SourceText(name: "input", text: text))
    guard parsed.diagnostics.isEmpty else {
      return (parsed.diagnostics.flatMap { $0.document(width: 80).blocks }, false)
    }
    var blocks: [Block] = []
    let show = host.emit ?? { blocks.append($0) }
    for statement in parsed.tree.statements {
      do {
        let result = try workspace.streaming(to: show) { () throws(Diagnostic) in
          try workspace.run(statement, of: parsed.tree)
        }
        echo(result).forEach(show)
        for name in statement.assignedNames where !changed.contains(name) { changed.append(name) }
      } catch {
        return (blocks + error.document(width: 80).blocks, false)
      }
    }
    return (blocks, true)
  }

  /// What the prompt would show; nothing after a `;`.
  func echo(_ result: StatementResult?) -> [Block] {
    guard let result, !result.isSilent else { return [] }
    return host.echo(result, workspace.evaluator)
  }

  /// The steps so far once more, from fresh variables, keeping the values the student gave.
  private func rerun() -> [Block] {
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
      return [.line(Words(text, .note))]
    }
    let kept = workspace.values(of: changed)
    workspace.removeAll()
    var blocks: [Block] = []
    for (index, step) in lesson.steps[...current].enumerated() {
      guard case .code(let code) = step.content else { continue }
      let shown = run(code, keeping: kept)
      if index >= first { blocks += shown }
    }
    let names = changed.joined(separator: ", ")
    return [.line(Words("With your \(names):", .note))] + blocks
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
    case .function(let target, _): target.names
    case .expression, .returned, .conditional, .forLoop, .whileLoop, .leaveLoop, .nextRound, .pass,
      .assertion, .delete, .rounding:
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
