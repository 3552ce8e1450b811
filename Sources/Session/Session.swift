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
  package let environment: Environment
  let evaluator: Evaluator
  /// The lesson being stepped through, if one is.
  var lesson: LessonSession?
  /// Texts that ran without an error, for `:save`.
  var accepted: [String] = []

  /// - Throws: never with the standard catalogue; a test makes one.
  package init(host: Host, width: Int = 80) throws(Environment.MissingOperation) {
    self.host = host
    environment = try Library.environment(adding: ExplainLibrary.builtins)
    evaluator = Evaluator(
      environment, output: Output { _ in }, interrupt: Interrupt(counter: host.interrupts))
    settings.width = width
    evaluator.output = Output { [weak self] block in self?.host.emit(.output(Document([block]))) }
    evaluator.notice = { [weak self] in self?.host.emit(.notice($0)) }
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

  /// The answer to one input at the prompt: a command, a question about a name, or code.
  package func respond(to input: String) -> Response {
    let text = input.trimmed
    if let lesson, let response = lesson.respond(to: input, in: self) { return response }
    if text.isEmpty { return Response() }
    do {
      if text.hasPrefix(":") { return try command(String(text.dropFirst())) }
      if text.hasPrefix("?") { return Response(try help(on: text.dropFirst().trimmed)) }
      if text.hasSuffix("?"), !text.contains(where: \.isNewline), let topic = text.dropLast().asName {
        return Response(try help(on: topic))
      }
    } catch let diagnostic as Diagnostic {
      return .failure([diagnostic])
    } catch {
      return .failure([Diagnostic(unforeseen: error)])
    }
    let response = evaluate(SourceText(name: "<prompt>", text: input), as: .statements)
    if response.outcome == .fine { accepted.append(input) }
    return response
  }

  /// Runs a text in the session's environment.
  package func evaluate(_ source: SourceText, as echo: Echo) -> Response {
    evaluator.numberFormat = NumberFormat(digits: settings.digits)
    let parsed = Parser.parse(source)
    guard parsed.diagnostics.isEmpty else { return failure(parsed.diagnostics, as: echo) }
    do {
      try evaluator.run(parsed.tree) { result in
        let shown = shown(result, as: echo)
        if !shown.isEmpty { host.emit(.output(Document(shown))) }
        if let (name, value) = result.values.last, !result.isSilent, echo != .none {
          evaluator.watch(value, name, at: result.span)
        }
      }
      return Response()
    } catch {
      return failure(Session.diagnostics(of: error), as: echo)
    }
  }

  /// What went wrong; as JSON it is the answer itself.
  package func failure(_ diagnostics: [Diagnostic], as echo: Echo) -> Response {
    var response = Response.failure(diagnostics)
    if echo == .json, let first = diagnostics.first {
      response.document = Document([.line(Words(first.json.text))])
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
    case (.none, _), (_, .definition), (_, .other), (.expressions, .assignment), (.expressions, .update):
      return []
    case (.json, _):
      return result.values.last.map { [.line(Words(JSONValue($0.value).text))] } ?? []
    case (.expressions, .expression), (.statements, _), (.explained, _):
      return result.values.flatMap { name, value -> [Block] in
        if name == nil, case .none = value { return [] }
        if name == nil, case .object(let object) = value, !object.isEchoed { return [] }
        let shown = settings.lines(value, named: name?.name, evaluator)
        return echo == .explained ? shown + ExplainLibrary.working(of: value, name, settings) : shown
      }
    }
  }

  /// The indentation of the next line while the text is unfinished, nil when it can be run.
  package func continuation(after text: String) -> String? {
    if text.hasPrefix(":") || text.hasPrefix("?") { return nil }
    guard case .incomplete(let indent) = Parser.status(of: text) else { return nil }
    return String(repeating: " ", count: indent)
  }
}

extension Diagnostic {
  /// A thrown error that no layer worded: a mistake of the program.
  package init(unforeseen error: any Error) {
    self.init(
      "internal", "internal error: \(error)",
      notes: ["nothing of your work is lost; this is a mistake in nabla"],
      helps: ["report it with the line you typed"])
  }
}

extension StringProtocol {
  var trimmed: String {
    var view = self[...]
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }

  /// The text when it is one name.
  var asName: String? {
    let name = String(self).trimmed
    guard let first = name.first, first.isLetter || first == "_" else { return nil }
    return name.allSatisfy { !$0.isWhitespace && !"()[]+-*/=,\"'".contains($0) } ? name : nil
  }
}
