import CLineEdit
import Glibc

/// Ctrl-C while something is computed. The handler only counts; whoever computes polls `count`
/// between two steps, so nothing is ever left half done.
enum Interrupt {
  /// Where the number of interrupts stands, for loops that poll it.
  static var count: UnsafeMutablePointer<Int32> { cle_interrupt_count() }

  static var isRequested: Bool { count.pointee > 0 }

  /// Forgets earlier interrupts; call it before something new is computed.
  static func reset() { count.pointee = 0 }

  /// Interrupts what is computed after so many seconds of computing, however long that takes while
  /// other programs are at work; two seconds later the system ends the process.
  static func install(afterSeconds seconds: Double) {
    signal(SIGPROF) { _ in Interrupt.count.pointee += 1 }
    let (whole, rest) = (Int(seconds), Int((seconds - seconds.rounded(.down)) * 1e6))
    var timer = itimerval()
    timer.it_value = timeval(tv_sec: whole, tv_usec: rest)
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    let last = rlim_t(seconds.rounded(.up)) + 2
    var limit = rlimit(rlim_cur: last, rlim_max: last + 1)
    setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
  }

  /// At the prompt a second Ctrl-C only explains what is going on, as the session would be lost
  /// otherwise; in a script it ends the program with status 130.
  static func install(forSession: Bool) {
    // The handler keeps the pointer.
    let stillBusy = strdup(
      "\nnabla: still in the middle of one step, which cannot be cut; Ctrl-\\ ends the program\n")
    cle_catch_interrupt(stillBusy, forSession ? 0 : 1)
  }
}
