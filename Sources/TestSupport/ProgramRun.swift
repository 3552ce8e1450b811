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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let defaults = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder.path]
    process.environment = defaults.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let deadline = DispatchTime.now() + PseudoTerminal.patience
    var peak = 0
    while ended.wait(timeout: .now() + .milliseconds(5)) != .success {
      peak = max(peak, Self.peakMemory(of: process.processIdentifier))
      guard DispatchTime.now() < deadline else {
        kill(process.processIdentifier, SIGKILL)
        throw Failure.hangs(arguments: arguments)
      }
    }
    peakMemory = peak
    output = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
    status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
  }

  /// The high-water mark that the system keeps of a process at work; 0 when it has ended.
  private static func peakMemory(of process: Int32) -> Int {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return 1024 * (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0)
  }

  package init(_ arguments: [String] = [], input: String) throws {
    try self.init(arguments, input: Array(input.utf8))
  }
}
