import Explain
import Language
import Lessons
import Library
import Presentation

/// One person's work at the prompt: a line in, a document out. The shell, scripts, lessons and tests
/// are callers of this; nothing here knows a terminal or opens a file itself.
package final class Session {
  package var settings = Settings()
  package let host: Host
  private let own: Evaluator
  /// What is shown meanwhile, where it goes into a file instead of on the screen.
  private var collected: Document?
  /// Whether all that is shown meanwhile are lines of JSON.
  private var printsJSON = false
  /// The lesson being stepped through, if one is.
  var lesson: LessonSession?
  /// Texts that ran without an error, for `:save`.
  var accepted: [String] = []

  /// - Throws: never with the standard catalogue; a test makes one.
  package init(host: Host, width: Int = 80) throws(Environment.MissingOperation) {
    self.host = host
    own = Evaluator(
      try Library.environment(adding: ExplainLibrary.builtins), output: Output { _ in },
      interrupt: Interrupt(counter: host.interrupts))
    settings.width = width
    own.output = Output { [weak self] subject, blocks in self?.show(blocks, about: subject) }
    own.notice = { [weak self] in self?.host.emit(.notice($0)) }
    own.write = { path, text throws(Diagnostic) in try host.write(text: text, to: path) }
  }

  /// Inside a lesson its own variables are those that commands see.
  var evaluator: Evaluator { lesson?.player.workspace.evaluator ?? own }
  package var environment: Environment { evaluator.environment }

  package var prompt: String { lesson?.prompt ?? "∇ " }

  package var greeting: Document {
    Document([
      .paragraph(
        Words("nabla", .strong) + Words(": deep learning, number by number. ")
          + Words(":help", .code) + Words(" shows what there is, ") + Words(":learn", .code)
          + Words(" begins a lesson."))
    ])
  }

  /// The answer to one input at the prompt: a command, a question about a name, or code.
  package func respond(to input: String) -> Response {
    let text = input.trimmed
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
    let response = evaluate(SourceText(name: "<prompt>", text: input), as: .statements)
    if response.outcome == .fine { accepted.append(input) }
    return response
  }

  /// Lets an evaluator show numbers as the settings have it.
  func format(_ evaluator: Evaluator) {
    evaluator.numberFormat = NumberFormat(digits: settings.digits)
    evaluator.pageWidth = settings.width
  }

  /// Runs a text in the session's environment.
  package func evaluate(_ source: SourceText, as echo: Echo) -> Response {
    format(evaluator)
    let parsed = Parser.parse(source)
    guard parsed.diagnostics.isEmpty else { return failure(parsed.diagnostics, as: echo) }
    printsJSON = echo.isJSON
    defer { printsJSON = false }
    do {
      let evaluator = evaluator
      let run = {
        try evaluator.run(parsed.tree) { result in
          self.show(self.shown(result, as: echo))
          if let (name, value) = result.values.last, !result.isSilent, echo != .none {
            evaluator.watch(value, name, at: result.span)
          }
        }
      }
      if let lesson {
        try lesson.player.workspace.streaming(to: { self.show([$0]) }, run)
      } else {
        try run()
      }
      return Response()
    } catch {
      return failure(Session.diagnostics(of: error), as: echo)
    }
  }

  /// Shows something while a computation is still at work.
  func show(_ blocks: [Block]) {
    if blocks.isEmpty { return }
    if collected != nil {
      collected?.blocks += blocks
    } else {
      host.emit(.output(Document(blocks)))
    }
  }

  /// Shows what the program prints or explains.
  private func show(_ blocks: [Block], about subject: Output.Subject?) {
    guard printsJSON else { return show(blocks) }
    show([.json(JSONValue(blocks, about: subject, width: settings.width))])
  }

  /// All that an evaluation shows, as one document instead of on the screen.
  func collecting(_ evaluation: () -> Response) -> (shown: Document, response: Response) {
    collected = Document()
    defer { collected = nil }
    let response = evaluation()
    return (collected ?? Document(), response)
  }

  /// What went wrong; as JSON it is the answer itself.
  package func failure(_ diagnostics: [Diagnostic], as echo: Echo) -> Response {
    var response = Response.failure(diagnostics.map { $0.knowing(commands) })
    if echo.isJSON, let first = diagnostics.first {
      response.document = Document([.json(first.json)])
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

  /// The echo of one statement.
  private func shown(_ result: StatementResult, as echo: Echo) -> [Block] {
    if result.isSilent { return [] }
    switch (echo, result.kind) {
    case (.none, _), (_, .definition), (_, .other), (.expressions, .assignment),
      (.expressions, .update):
      return []
    case (.json(let isExplained), _):
      return json(of: result, isExplained: isExplained)
    case (.expressions, .expression), (.statements, _), (.explained, _):
      let lines = result.values.flatMap { name, value -> [Block] in
        if name == nil, case .none = value { return [] }
        if name == nil, case .object(let object) = value, !object.isEchoed { return [] }
        return settings.lines(value, named: name?.name, evaluator)
      }
      guard echo == .explained else { return lines }
      let worked = evaluator.workedOut(result).flatMap(\.blocks)
      return lines + worked + (worked.isEmpty ? [] : [.blank])
    }
  }

  /// The value; nothing for a call that has none, as it has shown what it does.
  private func json(of result: StatementResult, isExplained: Bool) -> [Block] {
    var lines = result.values.last.map { [JSONValue($0.value)] } ?? []
    if case .none? = result.values.last?.value, case .expression(let asked) = result.statement.form,
      case .call = asked.form
    {
      lines = []
    }
    if isExplained {
      lines += evaluator.workedOut(result).map {
        JSONValue($0.blocks, about: .init("explain", $0.subject), width: settings.width)
      }
    }
    return lines.map { .json($0) }
  }

  /// The indentation of the next line while the text is unfinished, nil when it can be run.
  package func continuation(after text: String) -> String? {
    if text.hasPrefix(":") || text.hasPrefix("?") { return nil }
    guard case .incomplete(let indent) = Parser.status(of: text) else { return nil }
    return String(repeating: " ", count: indent)
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

extension Block {
  /// A text of one line.
  static func json(_ value: JSONValue) -> Block { .line(Words(value.text)) }
}

extension StringProtocol {
  /// The text when it is one name.
  var asName: String? {
    let name = String(self).trimmed
    guard let first = name.first, first.isLetter || first == "_" else { return nil }
    return name.allSatisfy { !$0.isWhitespace && !"()[]+-*/=,\"'".contains($0) } ? name : nil
  }
}
