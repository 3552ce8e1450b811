import ArgumentParser
import Glibc
import Session

/// `nabla`, `nabla FILE`, `nabla -e EXPR`, `… | nabla`.
struct Shell: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell", abstract: "Open the shell, run a script or evaluate expressions.")

  @Option(
    name: .shortAndLong, parsing: .unconditionalSingleValue,
    help: "Evaluate an expression; may be repeated, later ones see earlier names.")
  var evaluate: [String] = []

  @Option(
    help:
      "How -e and scripts on standard input print values: text, json, or a page of html or latex.")
  var format: ResultFormat?

  @Flag(help: "Show what each statement of FILE gives.")
  var echo = false

  @Argument(help: "A script to run.", completion: .file(extensions: ["nabla"]))
  var file: String?

  @OptionGroup var files: FileOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if file != nil, !evaluate.isEmpty {
      throw ValidationError("Give a FILE or -e expressions, not both.")
    }
  }

  func run() throws {
    let isShell = evaluate.isEmpty && file == nil && isatty(STDIN_FILENO) == 1
    let app = try App(
      output, files: isShell ? .shell : files.policy, limits: limits.limits, interactive: isShell)
    if !evaluate.isEmpty {
      try app.evaluate(evaluate, as: format ?? .text).exitIfNeeded()
    } else if let file {
      try app.run(file, echo: echo ? .statements : nil, as: format).exitIfNeeded()
    } else if isShell {
      app.openShell()
    } else {
      try app.runStandardInput(echo: echo ? .statements : nil, as: format ?? .text).exitIfNeeded()
    }
  }
}

/// `nabla run FILE`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run a script.")

  @Flag(help: "Show what each statement gives.")
  var echo = false

  @Flag(help: "Show what each statement gives and how it was worked out.")
  var explain = false

  @Option(
    help: "Print what statements give as text, as lines of json, or as a page (html, latex).")
  var format: ResultFormat?

  @Argument(help: "The script; - reads standard input.", completion: .file(extensions: ["nabla"]))
  var file: String

  @OptionGroup var files: FileOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let app = try App(output, files: files.policy, limits: limits.limits, interactive: false)
    let asked: Echo? = explain ? .explained : echo ? .statements : nil
    let outcome =
      file == "-"
      ? app.runStandardInput(echo: asked, as: format ?? .text)
      : app.run(file, echo: asked, as: format)
    try outcome.exitIfNeeded()
  }
}
