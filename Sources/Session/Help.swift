import Autograd
import Language
import Library
import Presentation

/// Documentation on the screen, made from the declarations.
extension Session {
  /// `:help`: what can be typed, and where to read more; fits a screen of 80 by 24.
  var overview: Document {
    if isInLesson { return lessonOverview }
    return Document([
      .paragraph(
        "Type any expression or statement: names keep their values, every computation is recorded."
      ),
      .blank,
      .table(Table(header: [], rows: Session.hints.map { [Words($0.0, .code), Words($0.1)] })),
      .blank, .table(Table(header: [], rows: Session.pages)),
    ])
  }

  private static let hints = [
    ("x = [1.0, -0.5]", "a tensor; [1, 2; 3, 4] has rows"),
    ("y = x**2 + 3", "and what follows from it"),
    ("∂y/∂x", "its derivative; type \\partial then TAB for ∂, or d(y)/d(x)"),
    ("_, _3", "the last value shown, and that of input 3 (:inputs)"),
    (":explain y", "how y was worked out"),
    (":learn", "a lesson; :lessons lists them"),
  ]

  private static let pages: [[Words]] = [
    (":help commands", "what begins with a colon"),
    (":help functions", "all functions by what they are about"),
    (":help losses", "those of one subject, a line each"),
    ("?softmax", "one function, command or variable, with examples"),
    (":help conventions", "what could as well be otherwise, and how PyTorch has it"),
    (":help modules", "what import gives"), (":help keys", "what the keys do; ? alone as well"),
  ].map { [Words($0.0, .code), Words($0.1)] }

  /// `:help` in a lesson: its commands.
  private var lessonOverview: Document {
    let rows = commands.filter { $0.scope == .lesson || ["goto", "quit"].contains($0.name) }.map {
      [Words($0.usage, .code), Words($0.summary)]
    }
    return Document([
      .paragraph(
        "Enter shows the next step; anything you type is computed with the lesson's numbers."),
      .blank, .table(Table(header: [], rows: rows)), .blank,
      .paragraph(
        Words(":help commands", .code) + Words(" lists the others, ")
          + Words(":help functions", .code) + Words(" the functions; ") + Words("?softmax", .code)
          + Words(" explains one, ") + Words(":help back", .code) + Words(" a command.")),
    ])
  }

  /// `:help commands`: all that can be typed here.
  private var commandPage: Document {
    let parts = [
      ("In the lesson", commands.filter { $0.scope == .lesson }),
      ("Commands", commands.filter { $0.scope != .lesson }),
    ]
    var blocks: [Block] = []
    for (title, commands) in parts where !commands.isEmpty {
      let rows = commands.map { [Words($0.usage, .code), Words($0.summary)] }
      blocks += [.heading(level: 1, Words(title)), .table(Table(header: [], rows: rows))]
    }
    return Document(blocks)
  }

  /// `:help functions`: their names by subject.
  private var functionPage: Document {
    let rows = functions.map {
      [Words($0.title, .note), Words($0.names.joined(separator: ", "))]
    }
    return Document([
      .heading(level: 1, "Functions"), .table(Table(header: [], rows: rows)),
      .paragraph(Words("?name", .code) + Words(" shows one of them, :help losses a subject.")),
    ])
  }

  /// `:help losses`: the functions of a subject.
  private func subjectPage(_ title: String) -> Document? {
    let wanted = title.lowercased()
    guard let subject = functions.first(where: { $0.title.lowercased() == wanted }) else {
      return nil
    }
    let rows = subject.names.map { name in
      [Words(name, .name), Words(environment.builtin(Symbol(name))?.summary ?? "")]
    }
    return Document([
      .heading(level: 1, Words(subject.title)), .table(Table(header: [], rows: rows)),
    ])
  }

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
    if topic == "keys" || topic.isEmpty { return keyHelp }
    if topic == "commands" { return commandPage }
    if topic == "functions" { return functionPage }
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
    if let page = subjectPage(topic) { return page }
    let known = environment.names + topics
    throw Diagnostic(
      "unknown-topic", "there is no help on '\(topic)'",
      helps: [Suggestion.help(for: name, in: known) ?? ":help lists everything"])
  }

  /// What there is help on, beside names of the language.
  var topics: [String] {
    Command.all.map(\.name) + ["commands", "functions", "conventions", "modules", "keys"]
      + functions.map(\.title).filter { !$0.contains(" ") }
  }

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
