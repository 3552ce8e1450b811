import ArgumentParser
import Glibc

/// Parsing and evaluating walk trees recursively, as deep as the language allows; the main thread's
/// stack, whose size the environment decides, is not what that should depend on.
@main
enum Entry {
  static let stackSize = 512 << 20

  nonisolated static func main() {
    occupyStandardStreams()
    // A write to a closed pipe is an error like others, which is told by the exit code.
    signal(SIGPIPE, SIG_IGN)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackSize)
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes,
      { @Sendable _ in
        Entry.run()
        return nil
      }, nil)
    guard failure == 0 else { return run() }
    pthread_join(thread, nil)
  }

  /// Keeps the numbers of closed standard streams from being given to other files: what is opened for
  /// them cannot be read, or not be written, as they could not.
  private nonisolated static func occupyStandardStreams() {
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Runs the command named by the arguments; wrong usage ends with code 2, as wrong input does.
  nonisolated static func run() {
    do {
      var command = try Nabla.parseAsRoot()
      try command.run()
    } catch {
      let code = Nabla.exitCode(for: error)
      let text = Nabla.fullMessage(for: error)
      if !text.isEmpty {
        if code == .success {
          printText(text + "\n")
        } else {
          writeText(text + "\n", to: STDERR_FILENO)
        }
      }
      exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }
}
