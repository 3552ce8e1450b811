import Language
import Presentation
import Tensors

/// Steps a student through a lesson: a line in, a document out. Enter shows the next step, a
/// question takes an answer, anything else is computed with the lesson's own variables.
package final class Player {
  /// What the lesson answers; `finished` when it is over or left.
  package typealias Reply = (document: Document, finished: Bool)

  package let lesson: Lesson
  package private(set) var progress: LessonProgress
  /// What happened since the lesson was opened, and how much of it has been taken to the journal.
  private(set) var events: [LessonEvent] = []
  private var taken = 0
  /// While what was done before is done once more, nothing happens that is not known.
  var isReplaying = false
  /// Runs a command of the shell that changes variables, when what was done is done once more.
  package var command: (String) -> Void = { _ in }
  /// The variables of the lesson at this step, and the student's.
  package let workspace: Workspace
  /// What the lesson computes without the student.
  private let lessonAlone: Reference
  /// What was before each step that has been reached.
  var moments: [Moment] = []
  /// Lines of work with the lesson's numbers.
  package var branches = Branches<Position>()
  /// The generators that the lesson's steps draw from, and how its brackets are read: what a student
  /// draws or imports in between leaves them alone, so that a step gives the same numbers whatever was
  /// tried before.
  var trail = EvaluationContext.Trail()
  /// The lesson's numbers that the student exchanged, since the last `:rerun`.
  var exchanged: [String: Tensor] = [:]
  /// Whether the lesson's own numbers gave way to others, so that its marks say nothing.
  var isAltered = false
  /// The step shown last, among all of the lesson's; nil before the first.
  var current: Int?
  /// The steps as they are counted.
  let shown: [Range<Int>]
  /// A question that was dealt with and is asked once more.
  var reopened: Reopened?
  /// The open question of which Enter has told what can be done.
  private var explained: Int?
  /// Names the student has given values of their own, in order.
  var changed: [String] = []
  /// Whether marks are verified as they appear, and what came of it.
  var verifies = false
  /// Whether what was typed changed a number.
  var isTouched = false
  var findings: [Finding] = []
  /// The lesson in slide arithmetic, by places, as far as a mark needed it.
  var slides: [Int: Reference] = [:]
  /// Whether the lesson was another text when the student was in it last.
  let hasOtherText: Bool

  /// Starts at the beginning, or after the steps that `progress` says were shown.
  package init(
    _ lesson: Lesson, in context: EvaluationContext, continuing progress: LessonProgress? = nil
  ) {
    self.lesson = lesson
    if let digits = lesson.digits { context.digits = digits }
    workspace = Workspace(context)
    lessonAlone = Reference(lesson, like: context)
    shown = lesson.shownSteps
    self.progress = progress ?? LessonProgress(lesson: lesson.name, steps: shown.count)
    let isOther = progress.map { $0.place > 0 && $0.fingerprint != lesson.fingerprint } ?? false
    hasOtherText = isOther
    note(.opened(lesson: lesson.name, steps: shown.count, fingerprint: lesson.fingerprint))
  }

  /// What happened since the last call, for the journal.
  package func takeEvents() -> [LessonEvent] {
    defer { taken = events.count }
    return Array(events[taken...])
  }

  package func note(_ event: LessonEvent) {
    guard !isReplaying else { return }
    progress.apply(event)
    events.append(event)
  }

  /// The opening: title, what it takes, and the step to begin with.
  package func start() -> Document {
    var blocks: [Block] = [.heading(level: 1, Words(lesson.front.title))]
    var facts = [lesson.front.deck, "\(shown.count) steps"]
    if let minutes = lesson.front.minutes { facts.append("about \(minutes) minutes") }
    let keys = "Enter: next step · any expression is computed · :back :goto :help :quit"
    for line in [facts.joined(separator: " · "), keys] {
      blocks.append(.hanging(Words(line, .dim), indent: 2))
    }
    blocks.append(.blank)
    guard progress.place > 0 else { return Document(blocks + jump(to: 0)) }
    blocks.append(.line(Words("You were at step \(progress.place).", .note)))
    if hasOtherText {
      blocks += note("The lesson has changed since; its own numbers are taken.")
    }
    return Document(blocks + replay())
  }

  /// What a line that is no command brings about.
  package func respond(to line: String) -> Reply {
    let text = line.trimmed
    if text.isEmpty { return advance() }
    if let reply = spoken(text) { return reply }
    if let question = openQuestion { return (Document(answer(text, to: question)), false) }
    return (Document(compute(text).told), false)
  }

  // MARK: - Moving

  /// The next step, unless a question is open.
  package func advance() -> Reply {
    if let question = openQuestion {
      let isNew = explained != question.number
      explained = question.number
      let text =
        isNew
        ? "The question is still open: answer it, or :hint, :reveal, :skip."
        : "(still open)"
      return (Document([.paragraph(Words(text, isNew ? .note : .dim))]), false)
    }
    return goOn()
  }

  private func goOn() -> Reply {
    let next = position.map { $0 + 1 } ?? 0
    guard next < shown.count else {
      note(.finished)
      return (Document(closing), true)
    }
    note(.step(next + 1, isJump: false))
    return (Document(play(next)), false)
  }

  package func back() -> [Block] {
    guard let position, position > 0 else { return note("This is the first step.") }
    return jump(to: position - 1)
  }

  /// Goes to a step by its number, which counts from 1.
  package func go(toStep number: Int) -> [Block] {
    guard shown.indices.contains(number - 1) else {
      return note("Steps are numbered from 1 to \(shown.count): ':goto 3'.")
    }
    return jump(to: number - 1)
  }

  package func skip() -> Reply {
    guard let question = openQuestion else {
      return (Document(note("No question is open.")), false)
    }
    close(question, as: .skipped)
    return goOn()
  }

  package func leave() -> Reply {
    let place = position.map { "step \($0 + 1) of \(shown.count)" } ?? "the beginning"
    return (Document(note("Left at \(place).")), true)
  }

  /// Shows a step with the variables it had when it was reached first, running what lies between
  /// when it lies ahead.
  func jump(to target: Int) -> [Block] {
    guard shown.indices.contains(target) else { return [] }
    note(.step(target + 1, isJump: true))
    let first = shown[target].lowerBound
    if first < moments.count {
      restore(moments[first])
      moments.removeSubrange(first...)
    } else {
      var between = position.map { $0 + 1 } ?? 0
      while between < target {
        _ = play(between)
        between += 1
      }
    }
    return play(target)
  }

  /// Runs and shows a step, with the preparations before it.
  func play(_ number: Int) -> [Block] {
    let range = shown[number]
    moments.removeSubrange(min(range.lowerBound, moments.count)...)
    reopened = nil
    var blocks: [Block] = [self.number(of: number)]
    for index in range {
      moments.append(now)
      current = index
      blocks += show(lesson.steps[index])
    }
    return blocks
  }

  func number(of step: Int) -> Block {
    .line(Words("[\(step + 1)/\(shown.count)]", .dim))
  }

  /// The number of the step shown last, counted from 0.
  var position: Int? {
    current.flatMap { index in shown.firstIndex { $0.contains(index) } }
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
}

extension Lesson {
  /// Decimals that its numbers are shown with, where it says so.
  package var digits: Int? { front.places.map { max(2, $0) } }

  /// `deck/slug`, the lesson's name in commands and progress.
  package var name: String { front.deck + "/" + slug }
}
