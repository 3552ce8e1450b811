import Autograd
import Language
import Library
import Presentation

extension Command {
  static let about: [Command] = [
    Command(
      "help", aliases: ["h"], "Shows what there is, or the documentation of a name.",
      parameters: [
        Parameter("name", .string, default: Attribute.none, "a function, command or variable")
      ],
      examples: [":help", ":help sigmoid", "?sigmoid", ":help commands"], takesRest: true,
      completion: .topics
    ) { session, arguments in
      guard let topic = arguments.string("name") else { return Response(session.overview) }
      return Response(try session.help(on: topic))
    },
    Command("vars", "Lists your variables.", examples: [":vars"]) { session, _ in
      let rows = session.environment.variables.map { name, value in
        [
          Words(name.name, .name),
          Words(session.evaluator.shown(value, isShort: true), .value),
          Words(value.shapeText, .shape),
        ]
      }
      if rows.isEmpty { return Response(.line("no variables yet")) }
      return Response(.table(Table(header: [], rows: rows)))
    },
    Command(
      "source", "Shows how a function was defined.",
      parameters: [Parameter("name", .string, "a function written in the language")],
      examples: [":source f", ":source silu"], completion: .functions
    ) { session, arguments in
      let name = arguments.string("name") ?? ""
      let function = session.environment.moduleFunction(name).map { Value.builtin($0) }
      let value = session.environment[Symbol(name)] ?? function
      guard let text = value?.definitionText else {
        throw Diagnostic(
          "unknown-function", "'\(name)' is not a function written in the language",
          helps: [session.environment.builtin(Symbol(name)) != nil ? "?\(name)" : ":vars"])
      }
      return Response(Document(Library.lines(of: text)))
    },
    Command(
      "reset", "Forgets all variables.", examples: [":reset"], changesState: true
    ) { session, _ in
      let count = session.environment.variables.count
      session.environment.removeAll()
      session.accepted = []
      return Response(.line(Words("forgot \(count) variable\(count == 1 ? "" : "s")", .note)))
    },
    Command(
      "quit", aliases: ["q", "exit"],
      "Leaves the lesson, which remembers the step, or the shell; Ctrl-D does the same.",
      examples: [":quit"]
    ) { session, _ in
      session.lesson?.respond(in: session) { $0.leave() } ?? Response(Document(), ends: true)
    },
  ]
}
