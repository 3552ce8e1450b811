import CLineEdit
import Glibc
import Lessons
import Presentation

/// The whole window as a board that is painted anew, while a stage is open.
final class Board {
  private let terminal: Terminal
  private let recording: Recording?
  private var modes = termios()
  private var painted: [String] = []
  private var paintedSize = Stage.Size(columns: 0, rows: 0)
  private var markedStep: Int?

  init(_ terminal: Terminal, recording: Recording?) {
    self.terminal = terminal
    self.recording = recording
  }

  var size: Stage.Size {
    let size = Terminal.size
    return Stage.Size(columns: min(size.columns, 500), rows: min(size.rows, 200))
  }

  /// The time on the wall, which a second terminal knows as well.
  var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The other screen, without cursor; keys come one by one. Ctrl-C stays a signal, as it stops what is
  /// computed; Ctrl-Z would leave the window as it is. A signal that ends the program closes the board.
  func open() {
    tcgetattr(STDIN_FILENO, &modes)
    cle_leave_with(Board.closing, &modes)
    var raw = modes
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
    withUnsafeMutableBytes(of: &raw.c_cc) { $0[Int(VSUSP)] = 0 }
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
    printText("\u{1B}[?1049h\u{1B}[?25l\u{1B}[2J")
  }

  func close() {
    printText(String(cString: Board.closing))
    tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
    cle_leave_plainly()
  }

  /// The signal handler keeps the pointer.
  private nonisolated(unsafe) static let closing = UnsafePointer(
    strdup("\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l")!)

  /// Paints what differs from what is seen.
  func paint(_ screen: Stage.Screen, marking step: Int?) {
    let renderer = Renderer(
      width: size.columns, color: terminal.usesColor, unicode: terminal.isUnicode)
    let rows = screen.rows.map { renderer.render($0) }
    let isNew = size != paintedSize || rows.count != painted.count
    var text = isNew ? "\u{1B}[?25l\u{1B}[2J" : ""
    for (index, row) in rows.enumerated() where isNew || painted[index] != row {
      text += "\u{1B}[\(index + 1);1H\(row)\u{1B}[K"
    }
    if let cursor = screen.cursor {
      text += "\u{1B}[\(cursor.row + 1);\(cursor.column + 1)H\u{1B}[?25h"
    } else if !text.isEmpty || hadCursor {
      text += "\u{1B}[?25l"
    }
    hadCursor = screen.cursor != nil
    if isNew { recording?.size(size, at: now) }
    (painted, paintedSize) = (rows, size)
    if text.isEmpty { return }
    printText(text)
    if let step, step != markedStep { recording?.mark("step \(step + 1)", at: now) }
    markedStep = step
    recording?.output(text, at: now)
  }

  private var hadCursor = false
}

/// What is painted, kept as an asciicast of version 2: a line of JSON with the size, then one for each
/// piece of output with its time.
final class Recording {
  private let descriptor: Int32
  private let path: String
  private let title: String
  private var start: Double?
  private var size: Stage.Size?

  /// - Throws: where the file is there already or cannot be made.
  init(_ path: String, title: String) throws {
    self.path = path
    self.title = title
    descriptor = open(expanded(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let reason = errno == EEXIST ? "it is there already" : String(cString: strerror(errno))
      throw FileError(action: .write, path: path, reason: reason).problem
    }
  }

  func size(_ size: Stage.Size, at now: Double) {
    defer { self.size = size }
    guard let start else {
      self.start = now
      let terminal = environmentVariable("TERM") ?? "xterm"
      return write(
        .object([
          .init("version", 2), .init("width", .int(size.columns)), .init("height", .int(size.rows)),
          .init("timestamp", .int(Int(now))), .init("title", .string(title)),
          .init("env", .object([.init("TERM", .string(terminal))])),
        ]))
    }
    guard size != self.size else { return }
    write([.number(now - start), "r", .string("\(size.columns)x\(size.rows)")])
  }

  func output(_ text: String, at now: Double) {
    write([.number(now - (start ?? now)), "o", .string(text)])
  }

  func mark(_ text: String, at now: Double) {
    write([.number(now - (start ?? now)), "m", .string(text)])
  }

  private func write(_ value: JSONValue) {
    // A talk does not stop for a full disk; the file then ends where it ends.
    _ = writeAll(Array((value.text + "\n").utf8), to: descriptor)
  }

  func close() { _ = Glibc.close(descriptor) }
}

/// Keys as the stage knows them, from the bytes of the terminal.
struct StageKeyboard {
  private var bytes: [UInt8] = []

  /// The next key; nil when none came within so many milliseconds, or a signal did.
  mutating func next(within milliseconds: Int32) -> StageKey? {
    if bytes.isEmpty, !fill(within: milliseconds) {
      if Interrupt.isRequested {
        Interrupt.reset()
        return .cancel
      }
      return nil
    }
    guard !bytes.isEmpty else { return .endOfInput }
    let first = bytes.removeFirst()
    switch first {
    case 0x1B: return sequence()
    case 0x0D, 0x0A: return .enter
    case 0x08, 0x7F: return .backspace
    case 0x09: return .tab
    case 0x03: return .cancel
    case 0x04: return .endOfInput
    case 0x01: return .home
    case 0x05: return .end
    case ..<0x20: return .escape
    default: return character(first)
    }
  }

  /// False when nothing came; at the end of the input nothing is there afterwards either.
  private mutating func fill(within milliseconds: Int32) -> Bool {
    var event = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return false }
    if count > 0 { bytes += buffer[..<count] }
    return true
  }

  private mutating func byte() -> UInt8? {
    if bytes.isEmpty, !fill(within: 50) { return nil }
    return bytes.isEmpty ? nil : bytes.removeFirst()
  }

  private mutating func character(_ first: UInt8) -> StageKey {
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
    var all = [first]
    while all.count < length, let next = byte() { all.append(next) }
    return .character(String(decoding: all, as: UTF8.self).first ?? "\u{FFFD}")
  }

  private mutating func sequence() -> StageKey {
    guard let kind = byte() else { return .escape }
    guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .escape }
    var digits: [UInt8] = []
    while let next = byte() {
      if next >= 0x40 { return StageKeyboard.key(final: next, digits) }
      digits.append(next)
      if digits.count > 16 { break }
    }
    return .escape
  }

  private static func key(final: UInt8, _ digits: [UInt8]) -> StageKey {
    let number = Int(String(decoding: digits.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self))
    switch (Character(UnicodeScalar(final)), number) {
    case ("A", _): return .up
    case ("B", _): return .down
    case ("C", _): return .right
    case ("D", _): return .left
    case ("H", _), ("~", 1), ("~", 7): return .home
    case ("F", _), ("~", 4), ("~", 8): return .end
    case ("~", 3): return .delete
    case ("~", 5): return .pageUp
    case ("~", 6): return .pageDown
    case ("~", 15): return .start
    default: return .escape
    }
  }
}
