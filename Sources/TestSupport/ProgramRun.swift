import Foundation

/// One run of the program without a terminal, from its start to its end.
package struct ProgramRun: Sendable {
  package let output: String
  package let errors: String
  /// The exit code, or 128 plus the signal that ended the program.
  package let status: Int32
  /// The most memory that it was seen to take, in bytes: looked at every few milliseconds.
  package let peakMemory: Int

  package enum Failure: Error { case hangs(arguments: [String]) }

  /// Output beyond what a pipe holds would block the program, so it goes to files.
  package init(
    _ arguments: [String] = [], input: [UInt8] = [], program: String = PseudoTerminal.nabla,
    environment: [String: String] = [:], directory: String? = nil
  ) throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory() + "nabla-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
    try Data(input).write(to: files[0])
    for file in files.dropFirst() { try Data().write(to: file) }
    let defaults = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder.path]
    let process = try ChildProcess(
      [program] + arguments, environment: defaults.merging(environment) { $1 },
      directory: directory,
      streams: [
        (files[0].path, O_RDONLY), (files[1].path, O_WRONLY), (files[2].path, O_WRONLY),
      ])
    let deadline = Date() + PseudoTerminal.patience
    var peak = 0
    while process.status == nil {
      peak = max(peak, process.peakMemory)
      guard Date() < deadline else { throw Failure.hangs(arguments: arguments) }
      usleep(1000)
    }
    peakMemory = peak
    output = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
    status = process.status ?? 0
  }

  package init(_ arguments: [String] = [], input: String) throws {
    try self.init(arguments, input: Array(input.utf8))
  }
}
