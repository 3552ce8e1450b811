import CLineEdit
import Glibc
import Presentation
@_spi(_Unicode) import Swift

/// What TAB finds: texts that may replace what stands between `start` (an offset in UTF-8 bytes)
/// and the cursor. A single one is taken, several are listed.
struct Completion: Equatable {
  var start: Int
  var candidates: [String]

  static let none = Completion(start: 0, candidates: [])
}

/// The line editor of the shell: libedit with keys for input of several lines, pasting, and
/// completion.
///
/// libedit calls back with nothing but its own handle, so the editor keeps all state in itself
/// and hangs itself on that handle. It turns libedit's own signal handling off, as that resizes
/// inside the handler; signals are noted (see `cle_catch`) and dealt with between two keys.
final class LineEditor: LineSource {
  typealias Completer = (_ text: String, _ cursor: Int) -> Completion
  /// The indentation of the next line while the text is unfinished, nil when it may be submitted.
  typealias Continuation = (_ text: String) -> String?

  let handle: OpaquePointer
  let output: Int32
  private let searchable: OpaquePointer
  let complete: Completer
  let continuation: Continuation
  private let notice: (String) -> Void
  let terminal: Terminal

  var history: History
  /// Which entry of the history is shown; the number of entries when it is the user's own text.
  var historyPosition = 0
  /// The user's own text while the history is shown.
  var draft: [UInt32] = []

  var prompt = Prompt(text: "")
  /// The prompt in the form and place where libedit reads it.
  private var shownPrompt = UnsafeMutableBufferPointer<wchar_t>(start: nil, count: 0)
  var pasted = ""
  /// Letters typed and not yet inserted.
  var letters: [UInt32] = []
  var search: HistorySearch?
  var isInterrupted = false
  private var queued: [UInt32] = []
  private lazy var decoder = KeyDecoder(
    read: { [unowned self] in nextByte(within: $0) }, isUnicode: terminal.isUnicode)

  /// Nil when libedit cannot start on this terminal; read plain lines then.
  init?(
    terminal: Terminal, history path: String?, complete: @escaping Completer,
    continuation: @escaping Continuation, notice: @escaping (String) -> Void
  ) {
    guard let handle = cle_start("nabla"), let searchable = history_winit() else { return nil }
    self.handle = handle
    self.searchable = searchable
    self.terminal = terminal
    self.complete = complete
    self.continuation = continuation
    self.notice = notice
    output = terminal.isOutputInteractive ? STDOUT_FILENO : STDERR_FILENO
    history = History(path: path, notice: notice)
    configure()
  }

  deinit {
    el_end(handle)
    history_wend(searchable)
    shownPrompt.deallocate()
  }

  /// Shows the prompt and lets the user type; the text comes without its final line end, in
  /// composed form (NFC), and enters the history.
  func read(_ prompt: Prompt) -> LineInput {
    setPrompt(prompt)
    historyPosition = history.entries.count
    draft = []
    isInterrupted = false
    search = nil
    letters = []
    beginEditing()
    var length: Int32 = 0
    let line = el_wgets(handle, &length)
    let text = line.map { String(wide: $0, count: Int(length)) }
    endEditing()
    guard let text else {
      write("\n")
      return .endOfFile
    }
    if isInterrupted { return .interrupted }
    let normalized = LineEditor.normalized(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    remember(normalized)
    return .line(normalized)
  }

  /// Composes letters with their marks where Unicode has a letter for both (`y` and `◌̂` to `ŷ`),
  /// and drops codes of keys that a command of vi took for a letter.
  static func normalized(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text._nfc.filter { !KeyDecoder.keyCodes.contains($0.value) }))
  }

  private func remember(_ text: String) {
    do {
      if try history.add(text) { cle_history_add(searchable, text.wide) }
    } catch {
      notice(error.message)
    }
  }

  // MARK: - Setting up

  private func configure() {
    cle_set_context(handle, Unmanaged.passUnretained(self).toOpaque())
    cle_set_prompt(handle) { LineEditor.of($0)?.shownPrompt.baseAddress }
    cle_set_reader(handle) { handle, character in
      guard let editor = LineEditor.of(handle), let character else { return -1 }
      return editor.nextCharacter(into: &character.pointee)
    }
    cle_history_limit(searchable, Int32(History.limit))
    for entry in history.entries { cle_history_add(searchable, entry.wide) }
    cle_set_history(handle, searchable)
    // Inserting inside a wrapped line with these garbles the display of libedit 3.1.
    for name in ["ic", "im", "IC", "dc", "DC"] {
      cle_set_capability(handle, name.wide, "".wide)
    }
    bindKeys()
  }

  func setPrompt(_ prompt: Prompt) {
    self.prompt = prompt
    var text = terminal.isUnicode ? prompt.text : Transliteration.ascii(prompt.text)
    if terminal.usesColor, !prompt.style.isEmpty, let last = text.popLast() {
      // libedit hangs a sequence on the character after it, so the last one ends the color.
      text = "\u{1}\u{1B}[\(prompt.style)m\u{1}\(text)\u{1}\u{1B}[0m\u{1}\(last)"
    }
    shownPrompt.deallocate()
    shownPrompt = .allocate(capacity: text.wide.count)
    _ = shownPrompt.initialize(from: text.wide)
  }

  static func of(_ handle: OpaquePointer?) -> LineEditor? {
    guard let context = cle_context(handle) else { return nil }
    return Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
  }

  // MARK: - Input

  private func nextCharacter(into character: inout wchar_t) -> Int32 {
    bringCursorBack()
    while queued.isEmpty {
      switch decoder.next() {
      case .character(let scalar):
        if searchTakes(scalar) {
          queue(.show)
        } else if scalar > 0xFF {
          // libedit would insert it by itself, and badly.
          letters.append(scalar)
          queue(.letter)
        } else {
          queued.append(scalar)
        }
      case .meta(let byte): queued += [0x1B, UInt32(byte)]
      case .paste(let text):
        pasted = text
        queue(.paste)
      case .unknown: continue
      case .signal: handleSignals()
      case .endOfFile: return 0
      }
    }
    character = wchar_t(bitPattern: queued.removeFirst())
    return 1
  }

  private func nextByte(within milliseconds: Int32) -> KeyDecoder.Byte {
    switch Int(cle_wait(STDIN_FILENO, milliseconds)) {
    case CLE_TIMEOUT: return .timeout
    case CLE_SIGNAL: return .signal
    default: break
    }
    var byte: UInt8 = 0
    var count = 0
    repeat { count = Glibc.read(STDIN_FILENO, &byte, 1) } while count < 0 && errno == EINTR
    return count == 1 ? .byte(byte) : .endOfFile
  }

  /// Whether more has been typed or pasted already.
  var hasWaitingInput: Bool { !queued.isEmpty || Int(cle_wait(STDIN_FILENO, 0)) == CLE_READABLE }

  func queue(_ key: Key) { queued.append(key.rawValue) }
}
