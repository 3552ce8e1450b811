import Foundation
import Testing

/// A program run in a pseudo-terminal, driven as a person drives it: keys go in, and a test looks
/// at the screen. Tests wait for what they want to see, never for a time.
///
///     let terminal = try PseudoTerminal(["-e", "1"])
///     try terminal.expect("∇ ")
///     terminal.send("x = 1\r")
package final class PseudoTerminal {
  package enum Failure: Error {
    case cannotStart(String, code: Int32)
    case notSeen
  }

  package private(set) var screen: Screen
  /// Everything the program has written, for what the screen does not keep.
  package private(set) var output: [UInt8] = []
  private let master: Int32
  private let process: ChildProcess

  // What the headers define as macros, or hide from strict C, by Linux's numbers.
  private static let unlock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430

  /// How long to wait for something to appear: far longer than it takes even on a busy machine.
  package static let patience: TimeInterval = 60

  /// The program under test: `$NABLA_PROGRAM` (a release build), or the one built beside the
  /// running test bundle.
  package static let nabla: String = {
    if let chosen = ProcessInfo.processInfo.environment["NABLA_PROGRAM"] { return chosen }
    let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: bundle ?? "").deletingLastPathComponent().path + "/nabla"
  }()

  /// Starts a program with its own terminal. The environment holds only what is given, a type of
  /// terminal and a UTF-8 locale, so that a test sees the same everywhere.
  package init(
    _ arguments: [String] = [], program: String = PseudoTerminal.nabla,
    environment: [String: String] = [:], directory: String? = nil, columns: Int = 80,
    rows: Int = 24, announcing size: (columns: Int, rows: Int)? = nil
  ) throws {
    screen = Screen(columns: columns, rows: rows)
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
    var number: Int32 = 0
    guard master >= 0, ioctl(master, PseudoTerminal.unlock, &number) == 0,
      ioctl(master, PseudoTerminal.getNumber, &number) == 0
    else { throw Failure.cannotStart("/dev/ptmx", code: errno) }
    let defaults = ["TERM": "xterm", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    PseudoTerminal.setSize(
      of: master, columns: size?.columns ?? columns, rows: size?.rows ?? rows)
    let terminal = "/dev/pts/\(number)"
    process = try ChildProcess(
      [program] + arguments, environment: defaults.merging(environment) { $1 },
      directory: directory, streams: Array(repeating: (terminal, O_RDWR), count: 3), isLeader: true)
  }

  deinit { close(master) }

  // MARK: - Driving

  /// Types keys; `\r` is Enter, `\u{3}` Ctrl-C, `\u{1B}[A` the arrow up.
  package func send(_ keys: String) { send(bytes: Array(keys.utf8)) }

  /// A program that has ended, or that reads no more, leaves the terminal full: the rest of the keys
  /// is dropped when the patience is up, and whatever the test waits for next is not seen.
  package func send(bytes: [UInt8]) {
    var bytes = bytes[...]
    let deadline = Date().addingTimeInterval(PseudoTerminal.patience)
    while !bytes.isEmpty, Date() < deadline {
      // A full terminal takes more once what the program writes has been read.
      let count = bytes.prefix(512).withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      let isFull = count < 0 && errno == EAGAIN
      if count < 0, !isFull, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, count))
      _ = receive(within: isFull ? 0.01 : 0)
    }
  }

  /// Pastes as terminals do: between brackets.
  package func paste(_ text: String) { send("\u{1B}[200~\(text)\u{1B}[201~") }

  package func resize(columns: Int, rows: Int) {
    screen = Screen(columns: columns, rows: rows)
    setSize(columns: columns, rows: rows)
  }

  /// Lets the program believe in a window of any size; the screen here stays as it is.
  package func announce(columns: Int, rows: Int) { setSize(columns: columns, rows: rows) }

  /// Takes in what the program writes until it pauses; one that never does is not waited for.
  package func settle() {
    let deadline = Date().addingTimeInterval(PseudoTerminal.patience)
    while Date() < deadline, receive(within: 0.5) {}
  }

  /// Brings the prompt back whatever was typed. What is typed is worked off first, as Ctrl-C drops
  /// what waits; twice, as a key that asks for another one (Ctrl-X, vi's `f`) takes the first.
  package func interrupt() {
    for _ in 0..<2 {
      settle()
      send("\u{3}")
    }
    settle()
  }

  package func signal(_ number: Int32) { kill(process.identifier, number) }

  /// The most memory the program has held so far, in KiB; nil when it has ended.
  package var peakMemory: Int? {
    let bytes = process.peakMemory
    return bytes == 0 ? nil : bytes / 1024
  }

  /// Whether the terminal collects whole lines and echoes them, as a shell expects to find it.
  package var isAsShellsExpect: Bool {
    var modes = termios()
    let wanted = tcflag_t(ICANON | ECHO | ISIG)
    return tcgetattr(master, &modes) == 0 && modes.c_lflag & wanted == wanted
  }

  /// Waits until the screen satisfies the condition; the test fails, and shows the screen, when
  /// the program ends or the time is up before that.
  package func wait(
    for what: String, sourceLocation: SourceLocation = #_sourceLocation,
    until isMet: (Screen) -> Bool
  ) throws {
    let deadline = Date().addingTimeInterval(PseudoTerminal.patience)
    while !isMet(screen) {
      // Both: a program that writes without end never lets the terminal fall silent.
      guard deadline.timeIntervalSinceNow > 0, receive(within: deadline.timeIntervalSinceNow) else {
        Issue.record(
          "not seen: \(what)\nThe screen was:\n\(screen.text)", sourceLocation: sourceLocation)
        throw Failure.notSeen
      }
    }
  }

  /// Waits until the text stands anywhere on the screen.
  package func expect(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try wait(for: text, sourceLocation: sourceLocation) { $0.text.contains(text) }
  }

  /// Waits until the last rows that are not empty read as given.
  package func expect(
    lastLines lines: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try wait(for: lines.joined(separator: "\n"), sourceLocation: sourceLocation) {
      $0.lines.suffix(lines.count) == lines[...]
    }
  }

  /// Waits for the end of the program: its exit status, or 128 plus the signal that ended it.
  package func waitForExit(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int32 {
    let deadline = Date().addingTimeInterval(PseudoTerminal.patience)
    while deadline.timeIntervalSinceNow > 0, receive(within: deadline.timeIntervalSinceNow) {}
    while true {
      if let status = process.status { return status }
      guard deadline.timeIntervalSinceNow > 0 else {
        Issue.record(
          "still running; the screen was:\n\(screen.text)", sourceLocation: sourceLocation)
        throw Failure.notSeen
      }
      usleep(1000)
    }
  }

  // MARK: - Details

  private func setSize(columns: Int, rows: Int) {
    PseudoTerminal.setSize(of: master, columns: columns, rows: rows)
  }

  private static func setSize(of master: Int32, columns: Int, rows: Int) {
    var size = winsize()
    size.ws_col = UInt16(columns)
    size.ws_row = UInt16(rows)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Takes in what the program writes within so many seconds; false at its end or when nothing
  /// came.
  private func receive(within seconds: TimeInterval) -> Bool {
    var event = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, Int32(max(0, seconds) * 1000)) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    output += buffer[..<count]
    screen.receive(buffer[..<count])
    return true
  }
}
