import Language
import Presentation
import Tensors

/// A task's checks: the start must fail them, the solution pass them.
enum TaskCheck {
  static func failure(
    of task: LessonTask, in source: SourceText, _ room: TaskRoom
  ) -> Diagnostic? {
    let place = source.span(ofLine: task.line)
    do {
      if let failed = try firstFailed(task, code: task.solution, room) {
        return Diagnostic(
          "lesson-task", "the solution does not pass the task's own check", source: source,
          primary: .init(place), notes: ["'\(failed.text)' is not True"] + failed.findings)
      }
    } catch { return error.placed(at: place, in: source, "the solution of the task") }
    // A start that stops with an error does not pass, which is as it should be.
    do {
      if try firstFailed(task, code: task.start, room) != nil { return nil }
    } catch { return nil }
    return Diagnostic(
      "lesson-task", "the start of the task passes all checks already", source: source,
      primary: .init(place), helps: ["leave something for the student to do"])
  }

  /// The first check that does not come out true; nil when all do. The variables stay as they were.
  ///
  /// A check stands in the lesson's text, so its names mean what the lesson means by them, save for
  /// those that the task asks for: code that calls something of its own `sum` or gives the data
  /// another value is judged by the library's `sum` and the lesson's data.
  static func firstFailed(
    _ task: LessonTask, code: String, _ room: TaskRoom
  ) throws(Diagnostic) -> FailedCheck? {
    let asked = try room.reference.names(changedBy: task.solution)
    let tree = Parser.parse(SourceText(name: "answer", text: code))
    if let problem = tree.diagnostics.first { throw problem }
    return try room.student.trial { student throws(Diagnostic) -> FailedCheck? in
      let before = student.environment.variables
      for statement in tree.tree.statements { _ = try student.run(statement, of: tree.tree) }
      return try room.reference.trial { reference throws(Diagnostic) -> FailedCheck? in
        for name in asked { reference.take(name, from: student) }
        for (symbol, value) in before {
          // A model that was trained is the lesson's own, changed.
          guard case .object(let object) = value.resolved,
            case .object(let now)? = student.environment.variable(symbol)?.resolved, now === object
          else { continue }
          reference.take(symbol.name, from: student)
        }
        for check in task.checks where try reference.value(of: check) != .boolean(true) {
          return FailedCheck(check, in: reference)
        }
        return nil
      }
    }
  }
}

/// Where a task is worked on and where it is judged.
struct TaskRoom {
  let student: Workspace
  let reference: Workspace
}

extension Workspace {
  /// A variable as another workspace has it, or none where it has none.
  fileprivate func take(_ name: String, from other: Workspace) {
    if let value = other.environment.variable(Symbol(name)) {
      environment.assign(Symbol(name), value)
    } else {
      environment.remove(Symbol(name))
    }
  }

  /// The names that code gives other values than they have here.
  fileprivate func names(changedBy code: String) throws(Diagnostic) -> [String] {
    let parsed = Parser.parse(SourceText(name: "solution", text: code))
    if let problem = parsed.diagnostics.first { throw problem }
    return try trial { room throws(Diagnostic) in
      let before = room.environment.variables.map { ($0.name, $0.value, $0.value.copiedNumbers) }
      for statement in parsed.tree.statements { _ = try room.run(statement, of: parsed.tree) }
      return room.environment.variables.compactMap { name, value in
        guard let old = before.first(where: { $0.0 == name }), old.1.isSame(as: value) else {
          return name.name
        }
        guard let numbers = old.2, case .tensor(let variable) = value.resolved else { return nil }
        return numbers.elements == variable.value.elements ? nil : name.name
      }
    }
  }
}

extension Diagnostic {
  /// A mistake in a text that stands inside YAML, where its own columns mean nothing: told at the
  /// line of the block.
  func placed(at span: Span, in source: SourceText, _ what: String) -> Diagnostic {
    Diagnostic(
      code, "\(what): \(headline)", source: source, primary: .init(span), notes: notes,
      helps: helps)
  }
}
