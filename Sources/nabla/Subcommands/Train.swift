import ArgumentParser
import Session

/// `nabla train xor|bitsum|digits|chars [options]`. The options belong to the tasks, which declare them once for
/// the shell and for here, so they are passed on as they are.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a toy model with live progress: xor, bitsum, digits or chars.",
    discussion: """
      nabla train TASK --help lists the options of a task. With --shell the shell opens afterwards, \
      with run, X, Y, model and loss in it.
      """,
    helpNames: [])

  @Argument(parsing: .allUnrecognized, help: "The task and its options.")
  var arguments: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let stays = arguments.contains("--shell")
    let app = try App(output, interactive: stays)
    let outcome = app.train(arguments.filter { $0 != "--shell" }, stays: stays)
    guard stays, outcome == .fine || outcome == .interrupted else {
      return try outcome.exitIfNeeded()
    }
    app.openShell()
  }
}
