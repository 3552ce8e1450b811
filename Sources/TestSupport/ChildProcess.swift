import Foundation

/// A program started for a test. By the system's own call, as Foundation's `Process` learns of an end
/// only when every process has gone that was started in between: tests run side by side, and one of
/// them could wait for ever.
package final class ChildProcess {
  package enum Failure: Error { case cannotStart(String, code: Int32) }

  package let identifier: pid_t
  private var ended: Int32?

  // What the headers hide from strict C, by Linux's number.
  private static let newSession: Int16 = 0x80

  /// - Parameters:
  ///   - command: the program's path and its arguments.
  ///   - streams: what standard input, output and errors are, opened in this order.
  ///   - isLeader: whether it leads a session of its own, so that a terminal opened first becomes
  ///     its controlling one.
  package init(
    _ command: [String], environment: [String: String], directory: String? = nil,
    streams: [(path: String, flags: Int32)], isLeader: Bool = false
  ) throws {
    let command = directory.map { ["/usr/bin/env", "-C", $0] + command } ?? command
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, stream) in streams.enumerated() {
      posix_spawn_file_actions_addopen(&actions, Int32(descriptor), stream.path, stream.flags, 0)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var noSignals = sigset_t()
    sigemptyset(&noSignals)
    posix_spawnattr_setsigmask(&attributes, &noSignals)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK) | (isLeader ? Self.newSession : 0)
    posix_spawnattr_setflags(&attributes, flags)
    var argv = command.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process = pid_t()
    let code = posix_spawn(&process, command[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw Failure.cannotStart(command[0], code: code) }
    identifier = process
  }

  deinit { stop() }

  /// Kills what still runs.
  package func stop() {
    guard ended == nil else { return }
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    ended = 128 + SIGKILL
  }

  /// The exit code, or 128 plus the signal that ended it; nil while it runs.
  package var status: Int32? {
    if let ended { return ended }
    var status: Int32 = 0
    guard waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
    ended = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    return ended
  }

  /// The most memory that it has held so far, in bytes; 0 when it has ended.
  package var peakMemory: Int {
    let status = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return 1024 * (line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0)
  }
}
