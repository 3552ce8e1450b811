import Language
import Lessons
import Presentation
import Tensors

/// The inputs of the prompt and the states between them: what `:undo` and `:goto` go back to.
struct Timeline {
  struct Input {
    let text: String
    /// Everything as it was before the input ran.
    let before: Moment
  }

  /// The variables, and how many texts had run without an error.
  struct Moment {
    let state: State
    let accepted: [String]
  }

  private(set) var inputs: [Input] = []
  /// How many of the inputs lie behind the present; those after it can be gone forward to.
  private(set) var position = 0
  /// Inputs that are too old to be gone back to.
  private(set) var forgotten = 0
  /// The state after the last input, once it was left.
  private var end: Moment?

  private static let longest = 500

  /// The number of the last input, counted from 1.
  var number: Int { forgotten + position }

  /// Notes an input that is about to run. What lay ahead is another past now.
  mutating func note(_ text: String, before: Moment) {
    inputs.removeSubrange(position...)
    end = nil
    inputs.append(Input(text: text, before: before))
    position += 1
    // What is kept must not take the memory that the program needs.
    while inputs.count > 1,
      inputs.count > Self.longest || Memory.live > Memory.limit / 2
    {
      inputs.removeFirst()
      forgotten += 1
      position -= 1
    }
  }

  func text(ofInput number: Int) -> String? {
    let index = number - forgotten - 1
    return inputs.indices.contains(index) ? inputs[index].text : nil
  }

  /// Goes to the state after an input; 0 is the beginning.
  /// - Returns: that state; nil where there is none.
  mutating func go(to number: Int, from now: Moment) -> Moment? {
    let target = number - forgotten
    guard (0...inputs.count).contains(target) else { return nil }
    if position == inputs.count { end = now }
    position = target
    return target == inputs.count ? end : inputs[target].before
  }
}

extension Session {
  var moment: Timeline.Moment { Timeline.Moment(state: own.state, accepted: accepted) }

  func restore(_ moment: Timeline.Moment) {
    own.restore(moment.state)
    accepted = moment.accepted
  }

  /// `:goto N` and `:undo` at the prompt.
  func go(toInput number: Int) throws(Diagnostic) -> Response {
    guard let target = timeline.go(to: number, from: moment) else {
      let (first, last) = (timeline.forgotten, timeline.forgotten + timeline.inputs.count)
      throw Diagnostic(
        "usage", "there is no input \(number) to go to",
        notes: [last == first ? "nothing was typed yet" : "there are \(first) to \(last)"],
        helps: [":inputs lists them"])
    }
    restore(target)
    let text = number == 0 ? "at the beginning" : "after input \(number)"
    return Response(.line(Words(text, .note)))
  }

  /// `:edit` at the prompt.
  func edit(_ what: String?) throws(Diagnostic) -> Response {
    if let what, Int(what) == nil {
      _ = host.edit(.file(what))
      return Response(.line(Words(":run \(what)", .code) + Words(" runs it", .note)))
    }
    let number = what.flatMap { Int($0) } ?? timeline.number
    guard let text = timeline.text(ofInput: number) else {
      throw Diagnostic(
        "usage", timeline.inputs.isEmpty ? "nothing was typed yet" : "there is no input \(number)",
        helps: [timeline.inputs.isEmpty ? ":edit demo.nabla" : ":inputs lists them"])
    }
    var response = Response()
    response.draft = host.edit(.text(text)) ?? ""
    return response
  }

  /// The inputs with their numbers, the present one marked.
  var listedInputs: Document {
    if timeline.inputs.isEmpty { return Document([.line(Words("no inputs yet", .note))]) }
    return Document(
      timeline.inputs.enumerated().map { index, input in
        let number = "\(timeline.forgotten + index + 1)"
        let isNow = index + 1 == timeline.position
        let lines = input.text.split(separator: "\n", omittingEmptySubsequences: false)
        let text = (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
        let room = String(repeating: " ", count: max(0, 4 - number.count))
        return .line(
          Words(room + number, .dim) + Words(isNow ? " → " : "   ", .prompt)
            + Words(text, index < timeline.position ? .code : .dim))
      })
  }
}

// MARK: - Branches

extension Session {
  /// A line of work at the prompt, as it was left.
  struct Line {
    let timeline: Timeline
    let moment: Timeline.Moment
  }

  /// Goes to another line of work, or begins one here.
  func branch(_ name: String) -> Response {
    let isNew: Bool
    if let player = lesson?.player {
      isNew = player.branch(name)
    } else {
      let other = branches.leave(Line(timeline: timeline, moment: moment), for: name)
      if let other {
        timeline = other.timeline
        restore(other.moment)
      }
      isNew = other == nil
    }
    let text = isNew ? "'\(name)' goes on from here" : "'\(name)' as it was left"
    return Response(.line(Words(text, .note)))
  }

  var branchNames: (all: [String], current: String) {
    guard let player = lesson?.player else { return (branches.names, branches.current) }
    return (player.branches.names, player.branches.current)
  }

  /// Which quantities differ between another state and now.
  func difference(from name: String?) throws(Diagnostic) -> Document {
    if let name, name == branchNames.current {
      return Document([.line(Words("'\(name)' is where you are", .note))])
    }
    let then = try state(named: name)
    let evaluator = evaluator
    let now = evaluator.state
    let after = listing()
    evaluator.restore(then)
    let before = listing()
    evaluator.restore(now)
    var names = before.map(\.name)
    names += after.map(\.name).filter { !names.contains($0) }
    let rows: [[Words]] = names.compactMap { name in
      let (old, new) = (before.first { $0.name == name }, after.first { $0.name == name })
      if old?.contents == new?.contents { return nil }
      return [Words(name, .name), Words(old?.text ?? "–"), Words(new?.text ?? "–", .value)]
    }
    if rows.isEmpty { return Document([.line(Words("no quantity differs", .note))]) }
    return Document([
      .table(Table(header: ["", Words("then", .strong), Words("now", .strong)], rows: rows))
    ])
  }

  private func listing() -> [(name: String, text: String, contents: [UInt64])] {
    evaluator.environment.variables.map {
      ($0.name.name, evaluator.text(of: $0.value), $0.value.contents)
    }
  }

  private func state(named name: String?) throws(Diagnostic) -> State {
    guard let name else {
      if let player = lesson?.player {
        if let state = player.stateBefore { return state }
      } else if timeline.position > 0 {
        return timeline.inputs[timeline.position - 1].before.state
      }
      throw Diagnostic("usage", "nothing was changed yet", helps: [":branch try"])
    }
    let found = lesson.map { $0.player.branches[name]?.state } ?? branches[name]?.moment.state
    guard let found else {
      let (all, current) = branchNames
      throw Diagnostic(
        "usage", "there is no branch '\(name)'",
        helps: [
          Suggestion.closest(to: name, in: all.filter { $0 != current }).map { ":diff \($0)" }
            ?? ":branches"
        ])
    }
    return found
  }
}
