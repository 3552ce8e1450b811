import Glibc
import Lessons
import Presentation
import Session

/// Checks files in processes of their own, two at a time, and prints their reports in order as they
/// come. A file that never ends, takes all memory or crashes the process is one failed report.
struct Checking {
  let files: [FoundFile]
  /// The arguments of the program that makes one report, before the path.
  let arguments: [String]
  /// How long a file may be computed; its process sees to that.
  let seconds: Double
  var printer: CheckPrinter

  private static let jobs = 2
  /// A report is never longer.
  private static let longestReport = 64 << 20

  /// One process at work on a file.
  private struct Job {
    let index: Int
    let process: pid_t
    let pipe: Int32
    /// Should it neither compute nor end.
    let deadline: Double
    var output: [UInt8] = []
    var isKilled = false
  }

  /// What one file came to, as it is printed.
  private struct Result {
    let part: String
    let totals: CheckTotals
  }

  /// - Returns: the exit code.
  mutating func run() -> Int32 {
    printText(printer.opening)
    var results: [Int: Result] = [:]
    var running: [Job] = []
    var (next, printed) = (0, 0)
    while printed < files.count {
      if Interrupt.isRequested {
        for job in running { end(job) }
        break
      }
      while running.count < Checking.jobs, next < files.count {
        if let problem = files[next].problem {
          results[next] = result(
            CheckReport(path: problem.path, failure: problem.diagnostic("read")))
        } else if let job = start(next) {
          running.append(job)
        } else {
          results[next] = failure(files[next], "no process could be started to check it")
        }
        next += 1
      }
      for (index, result) in collect(&running) { results[index] = result }
      while let result = results.removeValue(forKey: printed) {
        printText(printer.next(result.part, result.totals))
        printed += 1
      }
    }
    printText(printer.closing)
    return Interrupt.isRequested ? 130 : printer.totals.exitCode
  }

  // MARK: - Processes

  private func start(_ index: Int) -> Job? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    // The other processes must not keep the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
    let words = ["nabla"] + arguments + ["--", files[index].path]
    var given: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for word in given { free(word) } }
    var process = pid_t()
    let failed = posix_spawn(&process, "/proc/self/exe", &actions, nil, &given, environ)
    close(ends[1])
    guard failed == 0 else {
      close(ends[0])
      return nil
    }
    return Job(
      index: index, process: process, pipe: ends[0],
      deadline: Checking.now + 5 * seconds + 5)
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Waits until something comes or is due; takes out the jobs that ended.
  private func collect(_ running: inout [Job]) -> [(Int, Result)] {
    var waiting = running.map { pollfd(fd: $0.pipe, events: Int16(POLLIN), revents: 0) }
    let due = running.map(\.deadline).min() ?? Checking.now
    let wait = max(0, min(due - Checking.now, 0.2))
    poll(&waiting, nfds_t(waiting.count), Int32((wait * 1000).rounded(.up)))
    var ended: [(Int, Result)] = []
    for place in running.indices.reversed() {
      if waiting[place].revents != 0, !read(&running[place]) {
        let job = running.remove(at: place)
        ended.append((job.index, result(of: job)))
      } else if Checking.now > running[place].deadline, !running[place].isKilled {
        kill(running[place].process, SIGKILL)
        running[place].isKilled = true
      }
    }
    return ended
  }

  /// Reads what has come; false at the end.
  private func read(_ job: inout Job) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(job.pipe, &buffer, buffer.count)
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    job.output.append(contentsOf: buffer[..<count])
    if job.output.count > Checking.longestReport { kill(job.process, SIGKILL) }
    return count > 0
  }

  private func end(_ job: Job) {
    kill(job.process, SIGKILL)
    _ = status(of: job)
  }

  private func status(of job: Job) -> Int32 {
    close(job.pipe)
    var status: Int32 = 0
    while waitpid(job.process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  // MARK: - Results

  /// The first line of a report's process has the counts, the rest is the report.
  private func result(of job: Job) -> Result {
    let status = status(of: job)
    if status == 0, let end = job.output.firstIndex(of: 0x0A),
      let totals = CheckTotals(text: String(decoding: job.output[..<end], as: UTF8.self))
    {
      return Result(
        part: String(decoding: job.output[(end + 1)...], as: UTF8.self), totals: totals)
    }
    let file = files[job.index]
    let signal = status & 0x7F
    if job.isKilled || signal == SIGXCPU {
      return failure(
        file, "it was still running after \(Int(seconds)) s",
        help: "nabla check --seconds \(Int(10 * seconds)) \(file.path)")
    }
    if signal == SIGKILL {
      return failure(file, "the system ended its process, most likely for want of memory")
    }
    return failure(
      file,
      signal == 0
        ? "its process ended with code \(status >> 8 & 0xFF)"
        : "its process ended with signal \(signal)",
      help: "this is a mistake in nabla; please report it with the file")
  }

  private func failure(_ file: FoundFile, _ reason: String, help: String? = nil) -> Result {
    let diagnostic = Diagnostic(
      "check-process", "'\(file.path)' could not be checked", notes: [reason],
      helps: help.map { [$0] } ?? [])
    return result(CheckReport(path: file.path, failure: diagnostic))
  }

  private func result(_ report: CheckReport) -> Result {
    Result(part: printer.part(report), totals: CheckTotals(report))
  }
}
