import CLineEdit
import Glibc
import Grading
import Presentation

/// Runs a task's code in a process of its own, which can open no file, start no process, and take only
/// so much memory and time; it may die without harm.
enum Confinement {
  /// Beyond what the process has mapped already.
  private static let bytes = 1 << 30
  /// Of computing; the code is told to end earlier.
  static let seconds = 20
  private static let longestOutcome = 1 << 20

  static func outcome(of body: () -> TaskOutcome) -> TaskOutcome {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return TaskOutcome(.malformed, reason: noProcess) }
    let process = cle_fork()
    if process == 0 {
      close(ends[0])
      confine()
      let text = body().json.text
      _ = writeAll(Array(text.utf8), to: ends[1])
      _exit(0)
    }
    close(ends[1])
    guard process > 0 else {
      close(ends[0])
      return TaskOutcome(.malformed, reason: noProcess)
    }
    let (text, isLate) = read(ends[0], from: process)
    close(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if status == 0, let json = try? JSONReader.value(of: text), let outcome = TaskOutcome(json) {
      return outcome
    }
    return died(status, isLate: isLate)
  }

  private static let noProcess = "no process could be started for it"

  /// Nothing that the code does can get out of these.
  private static func confine() {
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE] { signal(fault, SIG_DFL) }
    var limits: [(UInt32, Int)] = [
      (RLIMIT_CORE.rawValue, 0), (RLIMIT_FSIZE.rawValue, 0), (RLIMIT_NOFILE.rawValue, 0),
      (__RLIMIT_NPROC.rawValue, 0), (RLIMIT_CPU.rawValue, seconds),
    ]
    if let mapped = mappedBytes { limits.append((RLIMIT_AS.rawValue, mapped + bytes)) }
    for (resource, amount) in limits {
      var limit = rlimit(rlim_cur: rlim_t(amount), rlim_max: rlim_t(amount))
      setrlimit(__rlimit_resource_t(resource), &limit)
    }
  }

  private static var mappedBytes: Int? {
    guard let bytes = try? readBytes(descriptor: openStatus(), name: "statm"),
      let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ").first
    else { return nil }
    return Int(pages).map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }

  private static func openStatus() -> Int32 { open("/proc/self/statm", O_RDONLY | O_CLOEXEC) }

  private static func read(_ pipe: Int32, from process: pid_t) -> (String, isLate: Bool) {
    let deadline = ProcessCopies.now + 5 * Double(seconds)
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while output.count <= longestOutcome {
      let left = deadline - ProcessCopies.now
      var event = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      guard left > 0 else {
        kill(process, SIGKILL)
        return ("", true)
      }
      guard poll(&event, 1, Int32(min(left, 1) * 1000)) > 0 else { continue }
      let count = Glibc.read(pipe, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return (String(decoding: output, as: UTF8.self), false) }
      output += buffer[..<count]
    }
    kill(process, SIGKILL)
    return ("", false)
  }

  /// What a student is told whose code ended its process.
  private static func died(_ status: Int32, isLate: Bool) -> TaskOutcome {
    let signal = status & 0x7F
    if isLate || signal == SIGXCPU || signal == SIGKILL && isLate {
      return TaskOutcome(.stopped, reason: "stopped after \(seconds) seconds")
    }
    return TaskOutcome(
      .stopped, reason: "stopped: it took more memory than it may, or ended its process")
  }
}
