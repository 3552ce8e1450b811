import Autograd
import Language
import Presentation

extension Session {
  /// Runs a script file.
  package func run(_ path: String, echo: Echo) -> Response {
    do {
      if path.isLesson {
        throw Diagnostic(
          "usage", "'\(path)' is a lesson, which is no script",
          helps: ["nabla learn \(path)", "nabla check \(path)", "nabla demo \(path)"])
      }
      let text = try text(of: host.read(path), path: path)
      // What a script names was not typed.
      let policy = own.context.files.policy
      own.context.files.policy.typed = nil
      if policy.replacing == .ifConfirmed { own.context.files.policy.replacing = .never }
      defer { own.context.files.policy = policy }
      return evaluate(SourceText(name: path, text: text), as: echo)
    } catch {
      return failure(Session.diagnostics(of: error), as: echo)
    }
  }
}

extension Command {
  private static let echo = Parameter(
    "echo", .bool, default: .bool(false), keywordOnly: true, "show what each statement gives")

  static let files: [Command] = [
    Command(
      "run", aliases: ["load"], "Runs a script; its variables stay.",
      parameters: [
        Parameter("file", .string, "the script"), echo,
      ],
      examples: [":run demo.nabla", ":run demo.nabla --echo"], changesState: true,
      completion: .path([echo])
    ) { session, arguments in
      session.run(
        arguments.string("file") ?? "", echo: arguments.flag("echo") ? .statements : .none)
    },
    Command(
      "save", "Writes the lines of this session that ran without an error to a script.",
      parameters: [Parameter("file", .string, "where to")],
      examples: [":save mine.nabla"], completion: .path()
    ) { session, arguments in
      let path = arguments.string("file") ?? ""
      let text = session.accepted.map { $0 + "\n" }.joined()
      guard !session.accepted.isEmpty else {
        throw Diagnostic(
          "nothing-to-save", "no input of this session ran yet, so there is nothing to write",
          helps: ["x = [1, 2]"])
      }
      try session.own.context.files.write(text: text, to: path)
      let count = session.accepted.count
      return Response(
        .line(Words("\(count) input\(count == 1 ? "" : "s") written to \(path)", .note)))
    },
  ]
}
