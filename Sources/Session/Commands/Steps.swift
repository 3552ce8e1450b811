import Autograd
import Lessons
import Presentation

extension Command {
  /// Ways through a lesson.
  static let steps: [Command] = [
    Command("next", "Shows the next step; Enter does the same.", examples: [":next"], in: .lesson) {
      session, _ in
      try session.inLesson { $0.advance() }
    },
    .ofLesson("back", "Goes back one step, with the variables as they were then.") { $0.back() },
    .ofLesson("hint", "Gives a hint for the question.") { $0.hint() },
    .ofLesson("reveal", "Shows the answer to the question.") { $0.reveal() },
    Command("skip", "Leaves the question open and goes on.", examples: [":skip"], in: .lesson) {
      session, _ in
      try session.inLesson { $0.skip() }
    },
    Command(
      "answer", "Answers the question with an expression.",
      parameters: [Parameter("expression", .string, "what the answer is computed by")],
      examples: [":answer 2/3"], takesRest: true, in: .lesson, completion: .code
    ) { session, arguments in
      try session.inLesson {
        (Document($0.answer(arguments.string("expression") ?? "")), false)
      }
    },
    .ofLesson("again", "Asks a question again that has been dealt with.") { $0.again() },
    .ofLesson("rerun", "Runs the steps again with the numbers you changed.") { $0.rerun() },
    .ofLesson("show", "Shows the code of this step.") { $0.code() },
    .ofLesson("steps", "Lists the steps.") { $0.steps },
  ]

  private static func ofLesson(
    _ name: String, _ summary: String, run: @escaping @Sendable (Player) -> [Block]
  ) -> Command {
    Command(name, summary, examples: [":" + name], in: .lesson) { session, _ in
      try session.inLesson { (Document(run($0)), false) }
    }
  }
}

extension Session {
  func inLesson(_ answer: (Player) -> Player.Reply) throws(Diagnostic) -> Response {
    guard let lesson else {
      throw Diagnostic("usage", "no lesson has begun", helps: [":learn begins one"])
    }
    return lesson.respond(in: self, answer)
  }
}
