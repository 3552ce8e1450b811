import ArgumentParser
import Session

/// `nabla lessons`.
struct ListLessons: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lessons", abstract: "List the lessons by deck, with your progress.")

  @Option(help: "text, json or html.")
  var format: ResultFormat = .text

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, interactive: false).listLessons(as: format).exitIfNeeded()
  }
}

/// `nabla learn [LESSON]`.
struct Learn: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step through a lesson; without a name, continue where you stopped.")

  @Argument(help: "A lesson's name, part of it, or a file.")
  var lesson: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, interactive: true).learn(lesson).exitIfNeeded()
  }
}

/// `nabla check [PATH…]`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run lessons or scripts and verify every printed value; exit 1 if one fails.")

  @Option(help: "text, tap, junit or json.")
  var format: CheckFormat = .text

  @Argument(help: "Lessons, scripts or folders of them.", completion: .file())
  var paths: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    try App(output, interactive: false).check(paths, as: format).exitIfNeeded()
  }
}

extension CheckFormat: ExpressibleByArgument {}
