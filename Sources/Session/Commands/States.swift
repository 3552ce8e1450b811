import Autograd
import Presentation

extension Command {
  /// Ways back, at the prompt and in lessons.
  static let states: [Command] = [
    Command(
      "goto",
      "Goes to the state after an input, or in a lesson to a step, with the variables of then.",
      parameters: [
        Parameter(
          "number", .integer, "of the input (:inputs) or the step (:steps); 0: the beginning")
      ],
      examples: [":goto 1"]
    ) { session, arguments in
      let number = arguments.integer("number") ?? 0
      if session.isInLesson {
        return try session.inLesson { (Document($0.go(toStep: number)), false) }
      }
      return try session.go(toInput: number)
    },
    Command(
      "undo", "Takes the last input back, whatever it changed.", examples: [":undo"], in: .shell
    ) { session, _ in
      guard session.timeline.number > session.timeline.forgotten else {
        throw Diagnostic("usage", "there is nothing to take back", helps: [":inputs"])
      }
      return try session.go(toInput: session.timeline.number - 1)
    },
    Command("inputs", "Lists your inputs with their numbers.", examples: [":inputs"], in: .shell) {
      session, _ in
      Response(session.listedInputs)
    },
    Command(
      "edit", "Opens the last input, another one, or a file in $EDITOR.",
      parameters: [
        Parameter(
          "what", .string, default: Attribute.none,
          "the number of an input (:inputs), whose text then stands at the prompt, or a file")
      ],
      examples: [":edit", ":edit 1", ":edit demo.nabla"], takesRest: true, in: .shell,
      completion: .path()
    ) { session, arguments in try session.edit(arguments.string("what")) },
    Command(
      "branch", "Begins a line of work here under a name, or goes to one as it was left.",
      parameters: [Parameter("name", .string, "its name; you begin on 'main'")],
      examples: [":branch try", ":branch main"], completion: .branches
    ) { session, arguments in
      let name = arguments.string("name") ?? ""
      if name == session.branchNames.current {
        return Response(.line(Words("you are on '\(name)'", .note)))
      }
      return session.branch(name)
    },
    Command("branches", "Lists the lines of work.", examples: [":branches"]) { session, _ in
      let (all, current) = session.branchNames
      return Response(
        Document(
          all.map {
            .line(Words($0 == current ? "→ " : "  ", .prompt) + Words($0, .name))
          }))
    },
    Command(
      "diff", "Shows which quantities differ: then, now.",
      parameters: [
        Parameter(
          "name", .string, default: Attribute.none, "a branch; left out, before the last input")
      ],
      examples: [":diff", ":diff main"], completion: .branches
    ) { session, arguments in Response(try session.difference(from: arguments.string("name"))) },
  ]
}
