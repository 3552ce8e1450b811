import Explain
import Language
import Lessons
import Library
import Presentation
import Tensors

/// One person's work at the prompt: a line in, a document out. The shell, scripts, lessons and tests
/// are callers of this; nothing here knows a terminal or opens a file itself.
package final class Session {
  package let host: Host
  let own: Evaluator
  /// The lesson being stepped through, if one is.
  var lesson: LessonSession?
  /// The lesson that was left last, for `:use`.
  var left: Player?
  /// Whether there is a prompt behind a lesson, to which one comes back.
  package var goesOn = false
  /// Settings that are off.
  var switchedOff: Set<String> = []
  /// Texts that ran without an error, for `:save`.
  var accepted: [String] = []
  /// What was typed, and the states between.
  var timeline = Timeline()
  var branches = Branches<Line>()

  /// - Throws: never with the standard catalogue; a test makes one.
  package init(
    host: Host, files: FilePolicy = .none, limits: Limits = .none, width: Int = 80
  ) throws(Environment.MissingOperation) {
    self.host = host
    let context = EvaluationContext(
      try Library.environment(adding: ExplainLibrary.builtins),
      interrupt: Interrupt(counter: host.interrupts), limits: limits, width: width,
      files: FileAccess(files, writer: host.save))
    own = Evaluator(context)
    context.output.listen { [weak self] in self?.show($0, as: .statements) }
  }

  /// Inside a lesson its own variables are those that commands see.
  var evaluator: Evaluator { lesson?.player.workspace.evaluator ?? own }
  package var context: EvaluationContext { evaluator.context }
  package var environment: Environment { context.environment }

  /// Columns of the page.
  package var width: Int {
    get { context.width }
    set {
      own.context.width = newValue
      context.width = newValue
    }
  }

  package var prompt: String { lesson?.prompt ?? "∇ " }

  package var greeting: Document {
    Document([
      .paragraph(
        Words("nabla", .strong) + Words(": deep learning, number by number. ")
          + Words(":help", .code) + Words(" shows what there is, ") + Words(":learn", .code)
          + Words(" begins a lesson."))
    ])
  }

  /// The answer to what was typed or pasted at the prompt; of several parts the last one's, while
  /// those before it are shown as they come. The first that goes wrong ends it.
  package func respond(to input: String) -> Response {
    let parts = PastedInput.parts(of: input)
    for part in parts.dropLast() {
      let response = answer(to: part)
      if response.ends || response.outcome != .fine { return response }
      for notice in response.diagnostics { host.emit(.notice(notice)) }
      host.emit(.output(response.document))
    }
    return answer(to: parts.last ?? input)
  }

  /// The answer to one input: a command, a question about a name, or code.
  private func answer(to input: String) -> Response {
    let text = input.trimmed
    if own.context.files.policy.typed != nil { own.context.files.policy.typed = input }
    do {
      if text.hasPrefix(":") { return try command(String(text.dropFirst())) }
      if text.hasPrefix("?") { return Response(try help(on: text.dropFirst().trimmed)) }
      if let lesson { return lesson.respond(in: self) { $0.respond(to: input) } }
      if text.hasSuffix("?"), !text.contains(where: \.isNewline), let topic = text.dropLast().asName
      {
        return Response(try help(on: topic))
      }
    } catch let diagnostic as Diagnostic {
      return .failure([diagnostic])
    } catch {
      return .failure([Diagnostic(unforeseen: error)])
    }
    if text.isEmpty { return Response() }
    // What an input gave must not take the memory that the program needs.
    if Memory.live > Memory.limit / 2 { environment.forgetResults() }
    timeline.note(input, before: moment)
    let source = SourceText(name: "<prompt>", text: input)
    let response = evaluate(source, as: .statements, keepingResultOf: timeline.number)
    if response.outcome == .fine { accepted.append(input) }
    return response
  }

  /// Runs a text in the session's environment; `listener` hears what it shows, instead of the
  /// screen. Values that are echoed are kept as those of an input, where it is one.
  package func evaluate(
    _ source: SourceText, as echo: Echo, listener: Output.Listener? = nil,
    keepingResultOf number: Int? = nil
  ) -> Response {
    let parsed = Parser.parse(source)
    let evaluator = evaluator
    let problems = parsed.diagnostics + evaluator.missingImports(of: parsed.tree)
    guard problems.isEmpty else { return failure(problems, as: echo) }
    do {
      try evaluator.output.diverted(to: listener ?? { self.show($0, as: echo) }) {
        _ = try evaluator.run(parsed.tree) { result in
          evaluator.output.echo(result)
          if let (name, value) = result.values.last, !result.isSilent, echo != .none {
            evaluator.watch(value, name, at: result.span)
          }
          if let number, let value = result.echoedValue {
            evaluator.environment.keep(value, ofInput: number)
          }
        }
      }
      return Response()
    } catch {
      return failure(Session.diagnostics(of: error), as: echo)
    }
  }

  /// Shows what an evaluation gives, as it comes.
  func show(_ event: Output.Event, as echo: Echo) {
    switch event {
    case .notice(let diagnostic): host.emit(.notice(diagnostic))
    case .progress(let words, let below):
      host.emit(.progress(words, below: Document(below)))
    case .printed, .page, .echo:
      if echo.isJSON { return json(of: event, as: echo).forEach(emit) }
      let blocks = blocks(of: event, as: echo)
      if !blocks.isEmpty { host.emit(.output(Document(blocks))) }
    }
  }

  /// Writes a value on a line of its own.
  func emit(_ value: JSONValue) { host.emit(.data(value.text + "\n")) }

  /// What went wrong; as JSON it is the answer itself.
  package func failure(_ diagnostics: [Diagnostic], as echo: Echo) -> Response {
    var response = Response.failure(diagnostics.map { $0.knowing(commands) })
    if echo.isJSON, let first = diagnostics.first {
      emit(first.json)
      response.diagnostics = []
    }
    return response
  }

  package static func diagnostics(of error: any Error) -> [Diagnostic] {
    switch error {
    case let diagnostic as Diagnostic: [diagnostic.withMemoryHelp]
    case let malformed as LessonError: malformed.diagnostics
    case let problem as FileProblem: [problem.diagnostic("read")]
    default: [Diagnostic(unforeseen: error)]
    }
  }

  /// What stands on the page for an event.
  func blocks(of event: Output.Event, as echo: Echo) -> [Block] {
    switch event {
    case .notice(let diagnostic): return diagnostic.document.blocks
    case .progress(let words, _): return [.line(words)]
    case .printed(let block): return [block]
    case .page(let blocks, about: _): return blocks
    case .echo(let result):
      switch (echo, result.kind) {
      case (.none, _), (.json, _), (.expressions, .assignment), (.expressions, .update): return []
      case (.expressions, _), (.statements, _): return evaluator.echo(result)
      case (.explained, _):
        let shown = evaluator.echo(result)
        guard !result.isSilent, result.kind != .definition, result.kind != .other else {
          return shown
        }
        let worked = evaluator.workedOut(result).flatMap(\.blocks)
        return shown + worked + (worked.isEmpty ? [] : [.blank])
      }
    }
  }

  /// The same for a program: what was printed or explained, and values.
  private func json(of event: Output.Event, as echo: Echo) -> [JSONValue] {
    switch event {
    case .notice, .progress: []
    case .printed(let block): [JSONValue([block], about: nil, width: width)]
    case .page(let blocks, let subject): [JSONValue(blocks, about: subject, width: width)]
    case .echo(let result): json(of: result, isExplained: echo == .json(isExplained: true))
    }
  }

  /// The value; nothing for a call that has none, as it has shown what it does.
  private func json(of result: StatementResult, isExplained: Bool) -> [JSONValue] {
    if result.isSilent || result.kind == .definition || result.kind == .other { return [] }
    var lines = result.values.last.map { [JSONValue($0.value)] } ?? []
    if case .none? = result.values.last?.value, case .expression(let asked) = result.statement.form,
      case .call = asked.form
    {
      lines = []
    }
    if isExplained {
      lines += evaluator.workedOut(result).map {
        JSONValue($0.blocks, about: .init("explain", $0.subject), width: width)
      }
    }
    return lines
  }

  /// The indentation of the next line while the text is unfinished, nil when it can be run.
  package func continuation(after text: String) -> String? {
    if text.hasPrefix(":") || text.hasPrefix("?") { return nil }
    guard case .incomplete(let indent) = Parser.status(of: text) else { return nil }
    return String(repeating: " ", count: indent)
  }
}

extension StatementResult {
  /// The value that is seen when it is echoed; nil where there is none.
  fileprivate var echoedValue: Value? {
    guard !isSilent, [.expression, .assignment, .update].contains(kind), let last = values.last
    else { return nil }
    if case .none = last.value { return nil }
    return last.value
  }
}

extension Diagnostic {
  /// `help`, `quit()`: names that are commands say how those are typed.
  fileprivate func knowing(_ commands: [Command]) -> Diagnostic {
    guard code == "unknown-name", helps.isEmpty, let source, let primary,
      let command = Command.named(source[primary.span], among: commands)
    else { return self }
    var diagnostic = self
    diagnostic.helps = ["commands begin with a colon: :\(command.name)"]
    return diagnostic
  }

  /// A thrown error that no layer worded: a mistake of the program.
  package init(unforeseen error: any Error) {
    self.init(
      "internal", "internal error: \(error)",
      notes: ["nothing of your work is lost; this is a mistake in nabla"],
      helps: ["report it with the line you typed"])
  }
}

extension StringProtocol {
  /// The text when it is one name.
  var asName: String? {
    let name = String(self).trimmed
    guard let first = name.first, first.isLetter || first == "_" else { return nil }
    return name.allSatisfy { !$0.isWhitespace && !"()[]+-*/=,\"'".contains($0) } ? name : nil
  }
}
