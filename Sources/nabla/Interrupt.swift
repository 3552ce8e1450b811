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

  /// At the prompt a second Ctrl-C only explains what is going on, as the session would be lost
  /// otherwise; in a script it ends the program with status 130.
  static func install(forSession: Bool) {
    // The handler keeps the pointer.
    let stillBusy = strdup(
      "\nnabla: still in the middle of one step, which cannot be cut; Ctrl-\\ ends the program\n")
    cle_catch_interrupt(stillBusy, forSession ? 0 : 1)
    // A closed pipe (`nabla run x | head`) ends the program quietly, whoever started it.
    cle_release(SIGPIPE)
  }
}
