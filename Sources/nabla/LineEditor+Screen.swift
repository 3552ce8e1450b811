import CLineEdit
import Glibc

// What happens on the screen beside libedit's own drawing: pasting brackets, signals, a new window
// size, the list of candidates.
extension LineEditor {
  /// Signals that concern a terminal in the editor's mode.
  private static let signals = [SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGQUIT]

  func beginEditing() {
    for signal in LineEditor.signals { cle_catch(signal) }
    _ = cle_take_signals()
    Interrupt.reset()
    // libedit shows the prompt first, and keys typed meanwhile would appear twice.
    cle_prepare_terminal(handle, 1)
    el_resize(handle)
    setPasteBrackets(true)
  }

  func endEditing() {
    setPasteBrackets(false)
    for signal in LineEditor.signals { cle_release(signal) }
    Interrupt.reset()
  }

  /// Asks the terminal to mark pasted text, so that its line ends do not submit it.
  private func setPasteBrackets(_ isOn: Bool) {
    if !terminal.isDumb { write("\u{1B}[?2004\(isOn ? "h" : "l")") }
  }

  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  // MARK: - Signals

  func handleSignals() {
    let noted = cle_take_signals()
    let has = { (signal: Int32) in noted & (1 << UInt(signal)) != 0 }
    for signal in [SIGTERM, SIGHUP, SIGQUIT] where has(signal) { leave(by: signal) }
    if has(SIGTSTP) {
      stop()
    } else if has(SIGCONT) {
      cle_prepare_terminal(handle, 0)
      cle_prepare_terminal(handle, 1)
      redrawBelow()
    }
    if has(SIGWINCH) { adoptSize() }
    if has(SIGINT) { queue(.interrupt) }
  }

  private func leave(by signal: Int32) {
    endEditing()
    cle_prepare_terminal(handle, 0)
    write("\n")
    raise(signal)
  }

  /// Ctrl-Z: leaves the terminal to the shell as it was found, and draws anew on return.
  private func stop() {
    moveBelow()
    setPasteBrackets(false)
    cle_prepare_terminal(handle, 0)
    cle_release(SIGTSTP)
    raise(SIGTSTP)
    cle_catch(SIGTSTP)
    _ = cle_take_signals()
    cle_prepare_terminal(handle, 1)
    setPasteBrackets(true)
    el_resize(handle)
    cle_redraw(handle)
  }

  /// Terminals wrap anew when their width changes, so the place of the cursor follows from the
  /// new width; everything from the prompt on is wiped and drawn again.
  private func adoptSize() {
    // Row by row: wiping a whole screen at once makes tmux keep a copy of it in its history.
    if !terminal.isDumb {
      let wipeRow = "\u{1B}[2K"
      let wipeAbove = String(repeating: "\u{1B}[A" + wipeRow, count: rows(before: cursor))
      write("\u{1B}[J" + wipeRow + wipeAbove + "\r")
    }
    el_resize(handle)
    cle_redraw(handle)
  }

  // MARK: - Places

  /// Rows of the screen between the prompt and a position of the text.
  private func rows(before position: Int) -> Int {
    let size = Terminal.size
    var layout = TextLayout(columns: size.columns)
    layout.place(prompt.text.unicodeScalars)
    layout.place(String(scalars: buffer[..<position]).unicodeScalars)
    return min(layout.row, size.rows - 1)
  }

  private func moveBelow() {
    let rows = rows(before: buffer.count) - rows(before: cursor)
    write(String(repeating: "\n", count: rows + 1) + "\r")
  }

  private func redrawBelow() {
    write("\r")
    cle_redraw(handle)
  }

  // MARK: - Completion

  func completeWord() -> Reaction {
    let before = String(scalars: buffer[..<cursor])
    let completion = complete(String(scalars: buffer), before.utf8.count)
    guard let first = completion.candidates.first else { return indent() }
    let start = before.utf8.index(before.startIndex, offsetBy: completion.start)
    let typed = String(before[start...])
    let common = completion.candidates.dropFirst().reduce(first, LineEditor.commonPrefix)
    if completion.candidates.count == 1 || common.count > typed.count && common.hasPrefix(typed) {
      _ = delete(from: cursor - typed.unicodeScalars.count)
      return insert(common)
    }
    list(completion.candidates)
    return .nothing
  }

  /// TAB before the first letter of a line indents.
  private func indent() -> Reaction {
    let line = buffer[..<cursor].split(separator: 0x0A, omittingEmptySubsequences: false).last
    guard let line, line.allSatisfy({ $0 == 0x20 }) else { return .beep }
    return insert(String(repeating: " ", count: 4 - line.count % 4))
  }

  private static func commonPrefix(_ left: String, _ right: String) -> String {
    String(zip(left, right).prefix { $0 == $1 }.map(\.0))
  }

  /// Shows candidates below the text, in columns, and the prompt again below them.
  private func list(_ candidates: [String]) {
    let size = Terminal.size
    let width = (candidates.map(TextLayout.width).max() ?? 0) + 2
    let perRow = max(1, (size.columns - 1) / width)
    let shown = candidates.prefix(perRow * max(1, size.rows / 2))
    moveBelow()
    for start in stride(from: 0, to: shown.count, by: perRow) {
      let row = shown[start..<min(start + perRow, shown.count)].map { candidate in
        candidate + String(repeating: " ", count: width - TextLayout.width(of: candidate))
      }
      write(row.joined() + "\r\n")
    }
    if shown.count < candidates.count {
      write("(and \(candidates.count - shown.count) more)\r\n")
    }
    cle_redraw(handle)
  }
}
