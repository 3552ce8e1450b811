import CLineEdit
import Glibc

// What happens on the screen beside painting: pasting brackets, signals, a new window size.
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
    painter.forget()
    beginRow()
    setPasteBrackets(true)
  }

  /// The prompt begins a row of its own, also where output ended within one: a mark and blanks up to
  /// the margin leave a row that is begun, and are wiped in one that is not.
  private func beginRow() {
    guard !terminal.isDumb, !terminal.isSpoken else { return }
    let columns = Terminal.size.columns
    guard columns > 1 else { return }
    let mark = colors ? "\u{1B}[7m%\u{1B}[0m" : "%"
    write(mark + String(repeating: " ", count: columns - 1) + "\r\u{1B}[K")
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
    var bytes = (terminal.isUnicode ? Array(text.utf8) : LineEditor.encoded(text))[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }

  /// In the locale's encoding.
  private static func encoded(_ text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar -> [UInt8] in
      var bytes = [CChar](repeating: 0, count: 16)
      let count = wctomb(&bytes, wchar_t(bitPattern: scalar.value))
      guard count > 0 else { return Array("?".utf8) }
      return bytes[..<Int(count)].map { UInt8(bitPattern: $0) }
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
      write("\r")
      redraw()
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
    redraw()
  }

  /// Paints anew from the row of the cursor on.
  func redraw() {
    painter.forget()
    if terminal.isDumb { cle_redraw(handle) }
  }

  /// Terminals wrap anew when their width changes; everything from the prompt on is wiped and drawn
  /// again.
  private func adoptSize() {
    // Row by row: wiping a whole screen at once makes tmux keep a copy of it in its history.
    if !terminal.isDumb {
      let wipeRow = "\u{1B}[2K"
      let size = Terminal.size
      let above = min(painter.rowsAboveCursor(wrappedAt: size.columns), size.rows - 1)
      let wipeAbove = String(repeating: "\u{1B}[A" + wipeRow, count: above)
      write("\u{1B}[J" + wipeRow + wipeAbove + "\r")
    }
    el_resize(handle)
    redraw()
  }

  // MARK: - Places

  func moveBelow() {
    if terminal.isDumb { return write("\r\n") }
    paint()
    write(painter.leave())
  }
}
