import Foundation

extension Workload {
  /// W1: the program from its start to its end, with one matrix product printed. It is looked for
  /// beside this one.
  static let startup = [
    Workload("W1 start to first product") {
      let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("nabla")
      return { steps in
        for _ in 0..<steps {
          let process = Process()
          process.executableURL = program
          process.arguments = ["-e", "[1.0, 2; 3, 4] @ [5.0, 6; 7, 8]"]
          process.standardOutput = Pipe()
          try process.run()
          process.waitUntilExit()
          guard process.terminationStatus == 0 else { throw Timer.Stopped() }
        }
      }
    }
  ]
}
