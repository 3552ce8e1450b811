import CLineEdit
import Glibc

/// Pieces of work done in copies of this process, some at a time; what each writes to standard output
/// is handed over in order. One that never ends, takes all memory or crashes is one ending, and the
/// others are as they would be without it.
struct ProcessCopies {
  enum Ending {
    case done([UInt8])
    case late
    case outOfMemory
    case code(Int32)
    case signal(Int32)
    case notStarted
  }

  let count: Int
  let jobs: Int
  /// How long a piece may be computed; its process sees to that.
  let seconds: Double
  let work: (Int) -> Void

  /// No output is longer.
  private static let longestOutput = 64 << 20

  /// One process at work.
  private struct Job {
    let index: Int
    let process: pid_t
    let pipe: Int32
    /// Should it neither compute nor end.
    let deadline: Double
    var output: [UInt8] = []
    var isKilled = false
  }

  /// - Returns: whether it was interrupted.
  func run(skipping: (Int) -> Bool = { _ in false }, each: (Int, Ending) -> Void) -> Bool {
    var endings: [Int: Ending] = [:]
    var running: [Job] = []
    var (next, handed) = (0, 0)
    while handed < count {
      if Interrupt.isRequested {
        for job in running { end(job) }
        return true
      }
      while running.count < jobs, next < count {
        if skipping(next) {
          endings[next] = .done([])
        } else if let job = start(next) {
          running.append(job)
        } else {
          endings[next] = .notStarted
        }
        next += 1
      }
      for (index, ending) in collect(&running) { endings[index] = ending }
      while let ending = endings.removeValue(forKey: handed) {
        each(handed, ending)
        handed += 1
      }
    }
    return Interrupt.isRequested
  }

  // MARK: - Processes

  private func start(_ index: Int) -> Job? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    // A copy of this process, which has loaded already: starting anew would take longer than most
    // pieces do. The other thread, which the copy lacks, only waits for this one to end.
    let process = cle_fork()
    if process == 0 {
      // Should this program end, nobody reads what is written, and the copy ends too.
      close(ends[0])
      begin(index, printingTo: ends[1])
    }
    close(ends[1])
    guard process > 0 else {
      close(ends[0])
      return nil
    }
    return Job(index: index, process: process, pipe: ends[0], deadline: Self.now + 5 * seconds + 5)
  }

  /// What the process of a piece does.
  private func begin(_ index: Int, printingTo pipe: Int32) -> Never {
    let nothing = open("/dev/null", O_RDWR)
    for (from, to) in [(nothing, STDIN_FILENO), (pipe, STDOUT_FILENO), (nothing, STDERR_FILENO)] {
      dup2(from, to)
    }
    signal(SIGINT, SIG_DFL)
    // Should memory run out, this process goes, and not the one that waits for its report.
    try? writeAtOnce("1000", to: "/proc/self/oom_score_adj")
    Interrupt.install(afterSeconds: seconds)
    work(index)
    _exit(0)
  }

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Waits until something comes or is due; takes out the jobs that ended.
  private func collect(_ running: inout [Job]) -> [(Int, Ending)] {
    var waiting = running.map { pollfd(fd: $0.pipe, events: Int16(POLLIN), revents: 0) }
    let due = running.map(\.deadline).min() ?? Self.now
    let wait = max(0, min(due - Self.now, 0.2))
    poll(&waiting, nfds_t(waiting.count), Int32((wait * 1000).rounded(.up)))
    var ended: [(Int, Ending)] = []
    for place in running.indices.reversed() {
      if waiting[place].revents != 0, !read(&running[place]) {
        let job = running.remove(at: place)
        ended.append((job.index, ending(of: job)))
      } else if Self.now > running[place].deadline, !running[place].isKilled {
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
    if job.output.count > Self.longestOutput { kill(job.process, SIGKILL) }
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

  private func ending(of job: Job) -> Ending {
    let status = status(of: job)
    if status == 0 { return .done(job.output) }
    let signal = status & 0x7F
    if job.isKilled || signal == SIGXCPU { return .late }
    if signal == SIGKILL { return .outOfMemory }
    return signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
  }
}
