import CLineEdit
import Glibc
import Presentation

/// Shows a text that is taller than the window page by page: Space for a page, Enter for a line, q for
/// the end.
struct Pager {
  let terminal: Terminal

  /// The smallest window in which a page says more than the line that asks for the next.
  private static let smallest = (columns: 30, rows: 8)

  /// Whether somebody sits there to turn the pages, in a window that has room for one.
  var isUsable: Bool {
    let size = Terminal.size
    return terminal.isInputInteractive && terminal.isOutputInteractive && !terminal.isDumb
      && size.columns >= Pager.smallest.columns && size.rows >= Pager.smallest.rows
  }

  /// Prints a text, pausing where the window is full.
  func show(_ text: String) {
    var size = Terminal.size
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // The text ends in a line end, behind which nothing stands; the prompt takes a row too.
    guard isUsable, Pager.rows(of: lines.dropLast(), columns: size.columns) >= size.rows else {
      return printText(text)
    }
    var keys = Keys()
    defer { keys.end() }
    var room = size.rows - 1
    var shown = 0
    for line in lines.dropLast() {
      let height = Pager.rows(of: [line], columns: size.columns)
      if height > room, shown > 0 {
        size = Terminal.size
        switch keys.ask("\(shown) of \(lines.count - 1) lines", columns: size.columns) {
        case .page: room = size.rows - 1
        case .line: room = height
        case .end: return
        }
      }
      printText(line + "\n")
      room -= height
      shown += 1
    }
  }

  static func rows(of lines: some Sequence<Substring>, columns: Int) -> Int {
    lines.reduce(0) { rows, line in
      let plain = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      return rows + max(1, (DisplayWidth.of(String(plain)) + columns - 1) / max(1, columns))
    }
  }

  private enum Answer { case page, line, end }

  /// The keyboard while a page is looked at.
  private struct Keys {
    private var modes = termios()

    init() {
      tcgetattr(STDIN_FILENO, &modes)
      cle_leave_with("\n", &modes)
      var raw = modes
      raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
      tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
    }

    mutating func end() {
      tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
      cle_leave_plainly()
    }

    func ask(_ place: String, columns: Int) -> Answer {
      let text = "-- \(place) · Space: page · Enter: line · q: enough --"
      let short = DisplayWidth.of(text) < columns ? text : "-- Space, Enter, q --"
      printText(short)
      defer { printText("\r\u{1B}[K") }
      while true {
        switch key() {
        case UInt8(ascii: " "), UInt8(ascii: "f"): return .page
        case 0x0A, 0x0D, UInt8(ascii: "j"): return .line
        case nil, UInt8(ascii: "q"), UInt8(ascii: "Q"), 0x03, 0x04: return .end
        case 0x1B?:
          // A key with a name; PageDown turns the page, Escape alone ends.
          guard let rest = sequence() else { return .end }
          if rest == [UInt8(ascii: "["), UInt8(ascii: "6"), UInt8(ascii: "~")] { return .page }
          if rest.last == UInt8(ascii: "B") { return .line }
        default: continue
        }
      }
    }

    private func sequence() -> [UInt8]? {
      var bytes: [UInt8] = []
      while bytes.count < 16, let byte = key(within: 50) {
        bytes.append(byte)
        if bytes.count > 1, byte >= 0x40 { break }
      }
      return bytes.isEmpty ? nil : bytes
    }

    /// Nil at the end of the input, at Ctrl-C, and where none came in time.
    private func key(within milliseconds: Int32 = -1) -> UInt8? {
      var event = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      while true {
        let ready = poll(&event, 1, milliseconds)
        if ready == 0 || Interrupt.isRequested { return nil }
        if ready < 0 {
          if errno == EINTR { continue }
          return nil
        }
        var byte: UInt8 = 0
        return read(STDIN_FILENO, &byte, 1) == 1 ? byte : nil
      }
    }
  }
}
