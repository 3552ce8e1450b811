import ArgumentParser
import Presentation
import Session

/// The command line: `nabla` alone opens the shell, the subcommands do one thing and end.
struct Nabla: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nabla",
    abstract: "Deep learning worked out number by number.",
    usage: """
      nabla [FILE.nabla] [--echo]
      nabla -e EXPR [-e EXPR …] [--format text|json|html|latex]
      nabla SUBCOMMAND [options]
      """,
    discussion: """
      Without a subcommand nabla opens the shell, runs FILE, evaluates each -e expression, or runs \
      the script on standard input when that is not a terminal.

      Exit codes: 0 done, 1 a check fell short, 2 the input is wrong, 130 interrupted.
      """,
    version: "nabla \(Version.current)",
    subcommands: [
      Shell.self, Run.self, ListLessons.self, Learn.self, Demo.self, PrintDeckPage.self,
      Check.self, WhySlides.self, Train.self, NewFile.self, ReleaseHomework.self,
      GradeHomework.self, Completions.self, Manual.self,
    ],
    defaultSubcommand: Shell.self)
}

/// Options that every subcommand understands.
struct OutputOptions: ParsableArguments {
  @Option(help: "When to color: auto (on a terminal, unless NO_COLOR is set), always or never.")
  var color: Terminal.ColorChoice = .auto

  @Flag(help: "Pictures as sentences and numbers, for screen readers; ACCESSIBLE=1 does the same.")
  var plain = false

  @Option(help: "Decimals of printed numbers.")
  var digits: Int?

  @Option(help: "How much memory tensors may take, such as 512MiB or 4GiB (default 2GiB).")
  var memory: String?

  func validate() throws {
    if let digits, !NumberFormat.places.contains(digits) {
      throw ValidationError("'--digits' must be from 0 to 17, not \(digits).")
    }
    if let memory {
      do throws(Diagnostic) {
        try Session.limitMemory(to: memory)
      } catch {
        throw ValidationError(
          "'--memory' must be an amount such as 512MiB or 4GiB, not '\(memory)'.")
      }
    }
  }
}

extension Terminal.ColorChoice: ExpressibleByArgument {}

enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, html, latex
}

extension Response.Outcome {
  /// Ends the program with the code of the outcome, where that is not 0.
  func exitIfNeeded() throws {
    if self != .fine { throw ExitCode(rawValue) }
  }
}
