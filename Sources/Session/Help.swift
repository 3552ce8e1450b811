import Autograd
import Language
import Library
import Presentation

/// Documentation on the screen, made from the declarations.
extension Session {
  /// `:help`: what can be typed, in one screen.
  var overview: Document {
    var blocks: [Block] = [
      .heading(level: 1, "At the prompt"),
      .paragraph(
        "Type any expression or statement: names keep their values, every computation is recorded. "
      ),
      .list(
        ordered: false,
        items: Session.hints.map { [.line(Words($0.0, .code) + Words("   " + $0.1))] }),
    ]
    let parts = [
      ("In the lesson", commands.filter { $0.scope == .lesson }),
      ("Commands", commands.filter { $0.scope != .lesson }),
    ]
    for (title, commands) in parts where !commands.isEmpty {
      let rows = commands.map { [Words($0.usage, .code), Words($0.summary)] }
      blocks += [.heading(level: 1, Words(title)), .table(Table(header: [], rows: rows))]
    }
    blocks.append(.heading(level: 1, "Functions"))
    blocks.append(
      .table(
        Table(
          header: [],
          rows: functions.map { [Words($0.title, .note), Words($0.names.joined(separator: ", "))] })
      ))
    blocks.append(
      .paragraph(
        Words("?name shows the documentation of any of them, ") + Words(":help conventions", .code)
          + Words(" what could as well be otherwise, and how PyTorch has it.")))
    return Document(blocks)
  }

  private static let hints = [
    ("x = [1.0, -0.5]", "a tensor; [1, 2; 3, 4] has rows"),
    ("y = x**2 + 3", "and what follows from it"),
    ("∂y/∂x", "its derivative; type \\partial then TAB for ∂, or d(y)/d(x)"),
    ("explain(y)", "how y was worked out"),
  ]

  /// The names of all functions, by what they are about; other spellings stand on their pages.
  var functions: [(title: String, names: [String])] {
    Library.contents + [("explaining", ExplainLibrary.builtins.map(\.name).sorted())]
  }

  /// `?name`: a function, a command or a variable of the session.
  func help(on topic: String) throws(Diagnostic) -> Document {
    let name = topic.hasPrefix(":") ? String(topic.dropFirst()) : topic
    // `?train` may mean the command as well as the function.
    if !topic.hasPrefix(":"), let builtin = environment.builtin(Symbol(name)) {
      let command = Command.named(name).map { Document([.blank]) + Session.documentation(of: $0) }
      return Session.documentation(of: builtin) + (command ?? Document())
    }
    if topic == "conventions" { return conventions }
    if let command = Command.named(name) { return Session.documentation(of: command) }
    if case .function(let function)? = environment.variable(Symbol(name)),
      function.definition.summary != nil
    {
      return Session.documentation(of: Builtin(function.definition, of: function.source))
    }
    if let value = environment.variable(Symbol(name)) {
      return Document(evaluator.lines(value, named: name))
    }
    if let builtin = environment.builtin(Symbol(name)) { return Session.documentation(of: builtin) }
    if case .tensor? = environment[Symbol(name)], let constant = environment[Symbol(name)] {
      return Document(evaluator.lines(constant, named: name))
    }
    if let derivative = evaluator.derivativeFunction(name) {
      return Session.documentation(of: derivative)
    }
    if topic == "modules" { return modules }
    if let builtin = environment.moduleFunction(topic) {
      return Session.documentation(of: builtin)
    }
    let known = environment.names + topics + ["modules"]
    throw Diagnostic(
      "unknown-topic", "there is no help on '\(topic)'",
      helps: [Suggestion.help(for: name, in: known) ?? ":help lists everything"])
  }

  /// What there is help on, beside names of the language.
  var topics: [String] { Command.all.map(\.name) + ["conventions"] }

  static func documentation(of command: Command) -> Document {
    var blocks: [Block] = [
      .heading(level: 1, Words(command.usage, .code)), .paragraph(Words(command.summary)),
    ]
    if command.scope == .lesson { blocks.append(.paragraph("A command of lessons.")) }
    blocks += parameterTable(command.parameters)
    blocks += examples(command.examples.map { Words($0, .code) })
    return Document(blocks)
  }

  static func documentation(of builtin: Builtin) -> Document {
    var blocks: [Block] = [
      .heading(level: 1, Words(builtin.signature, .code)), .paragraph(Words(builtin.summary)),
    ]
    blocks += parameterTable(builtin.parameters)
    if !builtin.notes.text.isEmpty { blocks.append(.paragraph(Words(builtin.notes.text))) }
    if !builtin.notes.conventions.isEmpty {
      blocks.append(conventionTable(builtin.notes.conventions))
    }
    blocks += examples(
      builtin.examples.map { example in
        Words(example.source, .code) + Words(example.result.map { "   # \($0)" } ?? "", .comment)
      })
    if builtin.definition != nil {
      blocks.append(
        .paragraph(Words("Written in the language: ") + Words(":source \(builtin.name)", .code)))
    }
    if !builtin.aliases.isEmpty {
      blocks.append(.paragraph(Words("Also written: " + builtin.aliases.joined(separator: ", "))))
    }
    return Document(blocks)
  }

  /// `:help conventions`: every choice that could as well be otherwise, from the declarations.
  var conventions: Document {
    var names: [Convention: [String]] = [:]
    var order: [Convention] = []
    for builtin in functions.flatMap(\.names).compactMap({ environment.builtin(Symbol($0)) }) {
      for convention in builtin.notes.conventions {
        if names[convention] == nil { order.append(convention) }
        if names[convention]?.contains(builtin.name) != true {
          names[convention, default: []].append(builtin.name)
        }
      }
    }
    return Document([
      .heading(level: 1, "Conventions"),
      .paragraph(
        "Where textbooks and programs differ: what is done here, and what PyTorch does. Each is also in the help of its function."
      ),
      .list(
        ordered: false,
        items: order.map { convention in
          let owners = Words((names[convention] ?? []).joined(separator: ", "), .name)
          return [
            .paragraph(
              owners + Words(", \(convention.topic): ") + Words(convention.here, .strong)
                + Words(" (PyTorch: \(convention.pytorch))"))
          ]
        }),
      .heading(level: 2, "Lines of Python"),
      .paragraph(
        "What is valid Python means what it means there, or the program says that it does not. After an import brackets are Python's lists; before one they are the vectors of the slides, and a note says so where that makes a difference."
      ),
      .table(
        Table(
          header: ["", Words("here", .strong), Words("after an import", .strong)],
          rows: PythonRule.all.map { rule in
            [
              Words(rule.program, .code), Words(rule.here + (rule.isTold ? " (told)" : "")),
              Words(rule.afterImport),
            ]
          })),
    ])
  }

  /// `:help modules`: what programs can import, and the names that lead to something here.
  private var modules: Document {
    Document(
      [
        .heading(level: 1, "Modules"),
        .paragraph(
          "What programs in Python import, under their own names; ?np.std shows one function."),
      ]
        + Library.modules.map { module in
          .paragraph(
            Words(module.path, .name) + Words(" (\(module.summary)): ")
              + Words(module.names.joined(separator: ", "), .dim))
        })
  }

  private static func conventionTable(_ conventions: [Convention]) -> Block {
    .table(
      Table(
        header: ["convention", "here", "PyTorch"],
        rows: conventions.map { [Words($0.topic), Words($0.here), Words($0.pytorch)] }))
  }

  private static func parameterTable(_ parameters: [Parameter]) -> [Block] {
    let rows = parameters.filter { !$0.summary.isEmpty }.map { parameter in
      [
        Words(parameter.name, .name), Words(parameter.summary),
        Words(parameter.standard.map { "default \($0.text)" } ?? "", .dim),
      ]
    }
    return rows.isEmpty ? [] : [.table(Table(header: [], rows: rows))]
  }

  private static func examples(_ lines: [Words]) -> [Block] {
    lines.isEmpty
      ? []
      : [.heading(level: 2, lines.count == 1 ? "Example" : "Examples")]
        + lines.map { .line("  " + $0) }
  }
}
