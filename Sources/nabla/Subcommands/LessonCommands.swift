import ArgumentParser
import Lessons
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
    try App(output, files: .shell, interactive: true).learn(lesson).exitIfNeeded()
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

  @OptionGroup var limits: LimitOptions
  @OptionGroup var output: OutputOptions

  /// Seconds of computing that a file may take where nothing else was said; lessons take less than a
  /// tenth of them.
  static let standardSeconds = 5.0

  func run() throws {
    let app = try App(output, interactive: false)
    let seconds = limits.seconds ?? Check.standardSeconds
    let arguments =
      ["check-file", "--format", format.rawValue, "--width", "\(app.terminal.width)"]
      + ["--color", app.terminal.usesColor ? "always" : "never"]
      + output.arguments + limits.arguments
    try app.check(paths, as: format, seconds: seconds, arguments: arguments).exitIfNeeded()
  }
}

/// One report, made in a process of its own for `nabla check`.
struct CheckFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-file", abstract: "Make the report on one file.", shouldDisplay: false)

  @Option var format: CheckFormat = .text
  @Option var width = 80
  @Argument var path: String

  @OptionGroup var limits: LimitOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    // Should memory run out, this process goes, and not the one that waits for its report.
    try? writeAtOnce("1000", to: "/proc/self/oom_score_adj")
    var limits = limits.limits
    let seconds = limits.seconds ?? Check.standardSeconds
    limits.seconds = nil
    let app = try App(output, limits: limits, interactive: false)
    Interrupt.install(afterSeconds: seconds)
    app.reportOn(path, as: format, seconds: seconds, width: width)
  }
}

extension CheckFormat: ExpressibleByArgument {}
