import Language
import Lessons
import Presentation

/// What became of a task's code. It may come from another process, as JSON.
package struct TaskOutcome: Sendable, Equatable {
  package enum Status: String, Sendable {
    case judged
    /// Not what was asked for; it costs nothing.
    case malformed
    /// It did not end, took too much, or stopped with an error.
    case stopped
  }

  package var status: Status
  /// Why it was not judged or stopped.
  package var reason = ""
  /// One for each check.
  package var holds: [Bool] = []
  /// `W [3, 2], b [2]`
  package var made: String?
  /// What is to be said about the checks that do not hold.
  package var findings: [String] = []
  /// Names that pass every check when they are transposed.
  package var transposed: [String] = []

  package init(_ status: Status, reason: String = "") {
    self.status = status
    self.reason = reason
  }

  package var json: JSONValue {
    [
      "status": .string(status.rawValue), "reason": .string(reason),
      "holds": .array(holds.map { .bool($0) }), "made": made.map { .string($0) } ?? .null,
      "findings": .array(findings.map { .string($0) }),
      "transposed": .array(transposed.map { .string($0) }),
    ]
  }

  /// Nil where it is nothing of ours.
  package init?(_ json: JSONValue) {
    guard let status = json["status"]?.string.flatMap(Status.init(rawValue:)),
      let holds = json["holds"]?.items
    else { return nil }
    self.init(status, reason: json["reason"]?.string ?? "")
    self.holds = holds.map { $0 == .bool(true) }
    made = json["made"]?.string
    findings = json["findings"]?.items?.compactMap(\.string) ?? []
    transposed = json["transposed"]?.items?.compactMap(\.string) ?? []
  }
}

/// How a task's code is run where it can do no harm; the rim of the program makes a process for it.
package typealias Isolation = (_ body: () -> TaskOutcome) -> TaskOutcome

/// Tries a task's code: it runs alone, in an empty environment with nothing but the library, and the
/// task's checks decide.
struct TaskTrial {
  let task: LessonTask
  /// The library, without a variable.
  let context: EvaluationContext

  /// What the code of a task may use. Steps end it, as they are the same on every machine; time is a
  /// last resort, from outside.
  static let limits = Limits(
    steps: 10_000_000, memory: 256 << 20, recursion: 1000, output: 200_000)
  /// Longer than any solution.
  static let longestCode = 64 << 10

  init(_ task: LessonTask, in context: EvaluationContext) {
    self.task = task
    self.context = context.pristine()
    self.context.limits = TaskTrial.limits
    self.context.tellsOfPython = false
  }

  func outcome(of code: String) -> TaskOutcome {
    if let refusal = refusal(of: code) { return TaskOutcome(.malformed, reason: refusal) }
    let tree = Parser.parse(SourceText(name: "answer", text: code)).tree
    let room = Workspace(context.pristine())
    let before = room.context.output
    return before.diverted(to: { _ in }) {
      for statement in tree.statements {
        do throws(Diagnostic) { try room.run(statement, of: tree) } catch {
          return stopped(error, in: tree.source)
        }
      }
      return judged(room)
    }
  }

  // MARK: - Before it runs

  /// Why code is not run at all; nil where it is.
  func refusal(of code: String) -> String? {
    guard code.utf8.count <= TaskTrial.longestCode else {
      return "the code is longer than \(TaskTrial.longestCode / 1024) KiB"
    }
    let source = SourceText(name: "answer", text: code)
    let parsed = Parser.parse(source)
    if let line = firstImport(of: parsed.tree) {
      return "line \(line): there are no imports here; σ, exp and @ need none, "
        + "and a matrix is written W = [1, 0; 0, 1]"
    }
    if let problem = parsed.diagnostics.first { return text(of: problem) }
    for (word, span) in source.tokens {
      if let forbidden = task.rules.forbidden.first(where: { Self.is(word, $0) }) {
        let line = source.position(of: span.start).line
        return "line \(line): '\(forbidden)' may not be used here"
      }
      if word.hasPrefix("__"), word.hasSuffix("__"), word != "__init__", word != "__call__" {
        let line = source.position(of: span.start).line
        return "line \(line): '\(word.prefix(40))' may not be used here"
      }
    }
    return shadowed(by: parsed.tree)
  }

  /// Names are compared whole; a sign may stand within what is read as one.
  private static func `is`(_ word: String, _ forbidden: String) -> Bool {
    word == forbidden || !forbidden.isWord && word.contains(forbidden)
  }

  private func firstImport(of tree: SyntaxTree) -> Int? {
    for (index, line) in tree.source.text.split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.first == "import" || words.first == "from" && words.contains("import") {
        return index + 1
      }
    }
    return nil
  }

  /// The checks go by the library's functions, so the code may give them no other meaning.
  private func shadowed(by tree: SyntaxTree) -> String? {
    let used = Set(task.checks.flatMap(Self.names)).subtracting(task.rules.makes)
    for (index, name) in Self.assigned(in: tree.statements) where used.contains(name) {
      guard context.environment.builtin(Symbol(name)) != nil else { continue }
      let line = tree.source.position(of: index).line
      return "line \(line): '\(name)' is a function of the library; choose another name"
    }
    return nil
  }

  private static func names(of text: String) -> Set<String> {
    let tree = Parser.parse(SourceText(name: "check", text: text)).tree
    return tree.statements.reduce(into: []) { names, statement in
      if case .expression(let expression) = statement.form { names.formUnion(expression.names) }
    }
  }

  /// Names given a value at top level, in blocks as well.
  private static func assigned(in statements: [Statement]) -> [(Int, String)] {
    statements.flatMap { statement -> [(Int, String)] in
      let own = statement.assignedNames.map { (statement.span.start, $0) }
      switch statement.form {
      case .conditional(let branches, let otherwise):
        return own + branches.flatMap { assigned(in: $0.body) } + assigned(in: otherwise)
      case .forLoop(_, in: _, let body, let otherwise), .whileLoop(_, let body, let otherwise):
        return own + assigned(in: body) + assigned(in: otherwise)
      case .rounding(_, let body), .managed(_, as: _, let body): return own + assigned(in: body)
      default: return own
      }
    }
  }

  private func text(of problem: Diagnostic) -> String {
    let line = problem.position.map { "line \($0.line): " } ?? ""
    return line + problem.headline
  }

  // MARK: - After it ran

  private func stopped(_ problem: Diagnostic, in source: SourceText) -> TaskOutcome {
    if problem.code == "step-limit" {
      return TaskOutcome(.stopped, reason: "stopped after 10,000,000 steps")
    }
    return TaskOutcome(.stopped, reason: "stopped: " + text(of: problem))
  }

  private func judged(_ room: Workspace) -> TaskOutcome {
    let made = task.rules.makes.isEmpty ? solutionNames : task.rules.makes
    if let missing = made.first(where: { room.environment.variable(Symbol($0)) == nil }) {
      return TaskOutcome(.malformed, reason: "the code does not make '\(missing)'")
    }
    var outcome = TaskOutcome(.judged)
    outcome.made = shapes(of: task.rules.makes, in: room)
    let results = task.checks.map { check in TaskFinding(check, in: room) }
    outcome.holds = results.map(\.holds)
    if let stop = results.compactMap(\.stop).first {
      outcome.status = .stopped
      outcome.reason = stopped(stop, in: SourceText(name: "check", text: "")).reason
      return outcome
    }
    outcome.findings = TaskFinding.sentences(of: results)
    if outcome.holds.contains(false) { outcome.transposed = transposed(made, in: room) }
    return outcome
  }

  /// What the solution makes.
  private var solutionNames: [String] {
    Parser.parse(SourceText(name: "solution", text: task.solution)).tree.statements
      .flatMap(\.assignedNames)
  }

  private func shapes(of names: [String], in room: Workspace) -> String? {
    let shapes = names.compactMap { name -> String? in
      guard let value = room.environment.variable(Symbol(name)),
        let shape = room.computed(value).shape
      else { return nil }
      return "\(name) [\(shape.map(String.init).joined(separator: ", "))]"
    }
    return shapes.isEmpty ? nil : shapes.joined(separator: ", ")
  }

  /// Matrices whose transposes pass every check, where they themselves do not.
  private func transposed(_ names: [String], in room: Workspace) -> [String] {
    let matrices = names.filter { name in
      guard let value = room.environment.variable(Symbol(name)) else { return false }
      return room.computed(value).shape?.count == 2
    }
    guard !matrices.isEmpty, matrices.count <= 4 else { return [] }
    let before = room.snapshot()
    defer { room.restore(before) }
    for name in matrices {
      let tree = Parser.parse(SourceText(name: "transpose", text: "\(name) = \(name).T")).tree
      for statement in tree.statements {
        guard (try? room.run(statement, of: tree)) != nil else { return [] }
      }
    }
    let passes = task.checks.allSatisfy { (try? room.value(of: $0)) == .boolean(true) }
    return passes ? matrices : []
  }
}
