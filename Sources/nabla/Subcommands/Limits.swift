import ArgumentParser
import Language
import Presentation
import Session

/// What a run may use; `nabla run`, `nabla check`, `-e`, FILE and standard input understand them.
struct LimitOptions: ParsableArguments {
  @Option(help: "How many steps (statements, rounds, calls) one evaluation may take.")
  var steps: Int?

  @Option(help: "How many seconds one evaluation may take; of a check, one file (default 5).")
  var seconds: Double?

  @Option(help: "How many characters one evaluation may print.")
  var output: Int?

  @Option(help: "How deep calls may lie in each other (default 1000).")
  var recursion: Int?

  func validate() throws {
    for (name, value) in [("steps", steps), ("output", output), ("recursion", recursion)] {
      if let value, value < 1 {
        throw ValidationError("'--\(name)' must be at least 1, not \(value).")
      }
    }
    if let seconds, !(seconds > 0 && seconds < 1e9) {
      throw ValidationError("'--seconds' must be a number above 0, not \(seconds).")
    }
  }

  var limits: Limits {
    Limits(
      steps: steps, recursion: recursion ?? Limits.none.recursion, seconds: seconds, output: output)
  }
}

/// Where a script may write.
struct FileOptions: ParsableArguments {
  @Option(
    name: .customLong("allow-write"),
    help: "A folder beneath which a script may make files, besides the current one; repeatable.",
    completion: .directory)
  var writable: [String] = []

  @Flag(help: "Let a script replace files that are there already.")
  var force = false

  var policy: FilePolicy {
    var policy = FilePolicy.script
    policy.writable += writable.map(expanded)
    if force { policy.replacing = .always }
    return policy
  }
}
