import Foundation

extension Workload {
  /// W1: the program from its start to its end, with one matrix product printed. It is looked for
  /// beside this one.
  static let startup = [
    Workload("W1 start to first product") {
      let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("nabla").path
      return { steps in
        for _ in 0..<steps { try run(program, "-e", "[1.0, 2; 3, 4] @ [5.0, 6; 7, 8]") }
      }
    }
  ]

  /// Runs a program without a shell and without a run loop, which would be timed as well.
  private static func run(_ words: String...) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process: pid_t = 0
    var status: Int32 = 0
    guard posix_spawn(&process, words[0], &actions, nil, &arguments, environ) == 0,
      waitpid(process, &status, 0) == process, status == 0
    else { throw Timer.Stopped() }
  }
}
