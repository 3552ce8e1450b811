import ArgumentParser
import Session

/// `nabla train xor|bitsum|digits|chars [options]`. The options belong to the tasks, which declare them once for
/// the shell and for here, so they are passed on as they are.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a toy model with live progress: xor, bitsum, digits or chars.",
    discussion: "nabla train TASK --help lists the options of a task.",
    helpNames: [])

  @Argument(parsing: .allUnrecognized, help: "The task and its options.")
  var arguments: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let app = try App(output, interactive: false)
    try app.train(arguments).exitIfNeeded()
  }
}
