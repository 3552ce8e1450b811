import Foundation

/// A process that times one workload when told how many steps to do.
final class Timer {
  struct Time { let seconds, processor, memory: Double }

  private let process = Process()
  private let (orders, answers) = (Pipe(), Pipe())
  private var steps = 1

  /// This program as a worker.
  convenience init(_ workload: Workload) throws {
    try self.init(CommandLine.arguments[0], ["--worker", workload.name])
  }

  /// The same work in PyTorch.
  convenience init(_ workload: Workload, python: String) throws {
    try self.init("/usr/bin/env", [python, Self.script, workload.name])
  }

  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Peers/pytorch.py").path

  static func hasPyTorch(_ python: String) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, "-c", "import torch"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private init(_ program: String, _ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    // One thread for everybody: what is compared is the work, not the number of processors.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"].map { ($0, "1") }
    ) { $1 }
    process.standardInput = orders
    process.standardOutput = answers
    try process.run()
  }

  deinit {
    try? orders.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Waits until the worker can work; false if it does not know the workload.
  func isReady() -> Bool { answer() == "ready" }

  /// Finds the number of steps that takes about the seconds given.
  func calibrate(_ budget: Double) throws {
    _ = try time(steps: 3)
    var taken = try time(steps: steps).seconds
    while taken < budget / 4, steps < 1 << 24 {
      steps *= 2
      taken = try time(steps: steps).seconds
    }
    steps = max(1, Int(Double(steps) * budget / taken))
  }

  /// The time of one step.
  func time() throws -> Time {
    let total = try time(steps: steps)
    return Time(
      seconds: total.seconds / Double(steps), processor: total.processor / Double(steps),
      memory: total.memory)
  }

  struct Stopped: Error {}

  private func time(steps: Int) throws -> Time {
    try orders.fileHandleForWriting.write(contentsOf: Data("\(steps)\n".utf8))
    let numbers = answer().split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 3 else { throw Stopped() }
    return Time(seconds: numbers[0], processor: numbers[1], memory: numbers[2])
  }

  private func answer() -> String {
    var line = Data()
    while let byte = try? answers.fileHandleForReading.read(upToCount: 1), byte.first != 10 {
      guard !byte.isEmpty else { break }
      line.append(byte)
    }
    return String(decoding: line, as: UTF8.self)
  }
}
