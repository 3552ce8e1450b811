import Autograd
import Language
import Library
import Presentation

extension Session {
  /// Runs what was typed after the colon.
  func command(_ line: String) throws -> Response {
    let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    guard let name = parts.first else { return Response(overview) }
    guard let command = Command.named(name) else { throw Diagnostic.unknownCommand(name) }
    let rest = parts.count > 1 ? parts[1].trimmed : ""
    let words =
      command.takesRest
      ? (rest.isEmpty ? [] : [rest]) : rest.split(whereSeparator: \.isWhitespace).map(String.init)
    return try command.run(self, CommandArguments(words, for: command))
  }
}

extension Command {
  static let about: [Command] = [
    Command(
      "help", aliases: ["h"], "Shows what there is, or the documentation of a name.",
      parameters: [
        Parameter("name", .string, default: Attribute.none, "a function, command or variable")
      ],
      examples: [":help", ":help sigmoid", "?sigmoid"]
    ) { session, arguments in
      guard let topic = arguments.string("name") else { return Response(session.overview) }
      return Response(try session.help(on: topic))
    },
    Command("vars", "Lists your variables.", examples: [":vars"]) { session, _ in
      let rows = session.environment.variables.map { name, value in
        [
          Words(name.name, .name),
          Words(session.settings.shortText(of: value, session.evaluator), .value),
          Words(value.shapeText, .shape),
        ]
      }
      if rows.isEmpty { return Response(.line("no variables yet")) }
      return Response(.table(Table(header: [], rows: rows)))
    },
    Command(
      "source", "Shows how a function was defined.",
      parameters: [Parameter("name", .string, "a function written in the language")],
      examples: [":source f", ":source silu"]
    ) { session, arguments in
      let name = arguments.string("name") ?? ""
      let value = session.environment[Symbol(name)]
      guard let text = value?.definitionText else {
        throw Diagnostic(
          "unknown-function", "'\(name)' is not a function written in the language",
          helps: [session.environment.builtin(Symbol(name)) != nil ? "?\(name)" : ":vars"])
      }
      return Response(Document(Library.lines(of: text)))
    },
    Command("reset", "Forgets all variables.", examples: [":reset"]) { session, _ in
      let count = session.environment.variables.count
      session.environment.removeAll()
      session.accepted = []
      return Response(.line(Words("forgot \(count) variable\(count == 1 ? "" : "s")", .note)))
    },
    Command(
      "quit", aliases: ["q", "exit"], "Leaves the shell; Ctrl-D does the same.", examples: [":quit"]
    ) { _, _ in
      Response(Document(), ends: true)
    },
  ]
}
