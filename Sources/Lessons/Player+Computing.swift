import Autograd
import Language
import Presentation
import Tensors

// What the student types is computed with the lesson's variables.

extension Player {
  /// What became of something that was computed.
  struct Computed {
    var told: [Block] = []
    /// Nil where all of it ran.
    var problem: Diagnostic?
  }

  /// Runs what the student typed and shows what it gives as it comes; whatever goes wrong is told
  /// and changes nothing.
  func compute(_ text: String, as kind: LessonEvent.Input = .ran) -> Computed {
    let parsed = Parser.parse(SourceText(name: "input", text: text))
    guard parsed.diagnostics.isEmpty else {
      return Computed(told: parsed.diagnostics.flatMap(told), problem: parsed.diagnostics.first)
    }
    let before = workspace.contents
    defer { noteChanges(since: before) }
    for statement in parsed.tree.statements {
      do {
        try meaningLists(statement) { () throws(Diagnostic) in
          _ = try workspace.run(statement, of: parsed.tree) {
            self.workspace.context.output.echo($0)
          }
        }
        for name in statement.assignedNames { noteChange(of: name) }
      } catch {
        // An interrupt comes at another place each time.
        if error.code != "interrupted" { note(.input(text, .failed)) }
        return Computed(told: told(error), problem: error)
      }
    }
    note(.input(text, kind))
    return Computed()
  }

  /// A call, a method or a backward pass may change what no assignment names.
  private func noteChanges(since before: [(name: String, contents: [UInt64])]) {
    let after = workspace.contents
    let old = Dictionary(uniqueKeysWithValues: before)
    for (name, contents) in after where old[name] != contents {
      isTouched = true
      noteChange(of: name)
    }
    let left = Set(after.map(\.name))
    if before.contains(where: { !left.contains($0.name) }) { isTouched = true }
  }

  private func noteChange(of name: String) {
    if !changed.contains(name) { changed.append(name) }
  }

  /// Runs a line that was made for the student.
  package func take(_ text: String) -> [Block] { compute(text).told }

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
    note(.input(":rerun", .ran))
    let kept = workspace.values(of: changed)
    isAltered = isAltered || !kept.isEmpty
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

extension Statement {
  /// The plain names this statement gives a value to.
  package var assignedNames: [String] {
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
