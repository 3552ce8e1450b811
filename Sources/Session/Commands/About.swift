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
        VariableRow(
          name: name.name, value: session.evaluator.shown(value, isShort: true),
          shape: value.shapeText)
      }
      if rows.isEmpty { return Response(.line("no variables yet")) }
      return Response(Document(VariableRow.blocks(rows, width: session.width)))
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

/// A variable in the list of them.
private struct VariableRow {
  let name: String
  let value: String
  let shape: String

  /// Columns that a column of values needs, so that no number is broken in it.
  private static let narrowest = 30

  /// A table, or where its columns would break numbers a line each.
  static func blocks(_ rows: [VariableRow], width: Int) -> [Block] {
    let widest = { (text: (VariableRow) -> String) in
      rows.map { DisplayWidth.of(text($0)) }.max() ?? 0
    }
    let room = width - widest(\.name) - widest(\.shape) - 6
    guard room < min(widest(\.value), narrowest) else {
      let cells = rows.map { [$0.nameWords, $0.words, $0.shapeWords] }
      return [.table(Table(header: [], rows: cells))]
    }
    return rows.map { row in
      let shape = row.shape.isEmpty ? "" : Words("   ") + row.shapeWords
      return .hanging(row.nameWords + Words(" = ") + row.words + shape, indent: 4)
    }
  }

  private var nameWords: Words { Words(name, .name) }
  private var words: Words { Words(value, .value) }
  private var shapeWords: Words { Words(shape, .shape) }
}
