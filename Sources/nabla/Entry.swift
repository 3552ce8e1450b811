import ArgumentParser
import Glibc

/// Parsing and evaluating walk trees recursively, as deep as the language allows; the main thread's
/// stack, whose size the environment decides, is not what that should depend on.
@main
enum Entry {
  static let stackSize = 512 << 20

  nonisolated static func main() {
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

  /// Runs the command named by the arguments; wrong usage ends with code 2, as wrong input does.
  nonisolated static func run() {
    do {
      var command = try Nabla.parseAsRoot()
      try command.run()
    } catch {
      let code = Nabla.exitCode(for: error)
      let text = Nabla.fullMessage(for: error)
      if !text.isEmpty {
        writeText(text + "\n", to: code == .success ? STDOUT_FILENO : STDERR_FILENO)
      }
      exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }
}
