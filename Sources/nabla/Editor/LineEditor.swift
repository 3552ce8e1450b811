import CLineEdit
import Glibc
import Language
import Presentation
@_spi(_Unicode) import Swift

/// What TAB finds: texts that may replace what stands between `start` (an offset in UTF-8 bytes)
/// and the cursor. A single one is taken, several are listed.
struct Completion: Equatable {
  var start: Int
  var candidates: [String]

  static let none = Completion(start: 0, candidates: [])
}

/// What the editor asks of the session.
struct Assistance {
  var complete: (_ text: String, _ cursor: Int) -> Completion
  /// One line about something that completion found.
  var summary: (_ candidate: String) -> String?
  /// The indentation of the next line while the text is unfinished, nil when it may be submitted.
  var continuation: (_ text: String) -> String?
  var parts: (_ text: String) -> [(span: Span, part: Highlighting.Part)]
  /// What the user has switched off, with `:set`.
  var settings: () -> EditorSettings
}

/// The line editor of the shell: libedit with keys for input of several lines, pasting, and
/// completion.
///
/// libedit keeps the text, the cursor and the keys, and draws into the void: what is seen is painted
/// here (`Painter`), in color, with marks over their letters, with what the history suggests. On a
/// terminal that cannot move its cursor libedit draws itself.
///
/// libedit calls back with nothing but its own handle, so the editor keeps all state in itself
/// and hangs itself on that handle. It turns libedit's own signal handling off, as that resizes
/// inside the handler; signals are noted (see `cle_catch`) and dealt with between two keys.
final class LineEditor: LineSource {
  let handle: OpaquePointer
  let output: Int32
  let assistance: Assistance
  let notice: (String) -> Void
  let terminal: Terminal

  /// What is on the screen; unused where libedit draws.
  var painter = Painter()
  var lastPainted = 0.0
  /// Rows below the text until the next key, such as what completion found.
  var below: [(text: String, style: String)] = []
  var changes = Changes()
  var kills = KillRing()
  /// What TAB found last, and how many of that was shown.
  var listing: Listing?
  var isVi = false
  private var isPrefixed = false
  private var lastCursor = 0

  var history: History
  /// Which entry of the history is shown; the number of entries when it is the user's own text.
  var historyPosition = 0
  /// The user's own text while the history is shown, and the part of it that entries begin with.
  var draft: [UInt32] = []
  var historyPrefix: [UInt32] = []

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
    terminal: Terminal, history path: String?, assistance: Assistance,
    notice: @escaping (String) -> Void
  ) {
    guard let handle = cle_start("nabla", terminal.isDumb ? 1 : 0) else { return nil }
    self.handle = handle
    self.terminal = terminal
    self.assistance = assistance
    self.notice = notice
    output = terminal.isOutputInteractive ? STDOUT_FILENO : STDERR_FILENO
    history = History(path: path, notice: notice)
    configure()
  }

  deinit {
    el_end(handle)
    shownPrompt.deallocate()
  }

  /// Shows the prompt and lets the user type; the text comes without its final line end, in
  /// composed form (NFC), and enters the history.
  func read(_ prompt: Prompt) -> LineInput {
    setPrompt(prompt)
    changes = Changes()
    below = []
    historyPosition = history.entries.count
    draft = []
    isInterrupted = false
    search = nil
    letters = []
    if !prompt.draft.isEmpty {
      pasted = KeyDecoder.editable(prompt.draft)
      queue(.paste)
    }
    beginEditing()
    var length: Int32 = 0
    let line = el_wgets(handle, &length)
    let text = line.map { String(wide: $0, count: Int(length)) }
    finishPainting(text.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 } ?? "")
    endEditing()
    guard let text else {
      if terminal.isDumb { write("\n") }
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
      try history.add(text)
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
    bindKeys()
  }

  func setPrompt(_ prompt: Prompt) {
    self.prompt = prompt
    let text = shown(prompt.text)
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
    keepCursorBetweenCharacters(comingFrom: lastCursor)
    lastCursor = cursor
    noteChange()
    while queued.isEmpty {
      paintWhereIdle()
      let keystroke = decoder.next()
      if keystroke != .signal { below = [] }
      switch keystroke {
      case .character(let scalar):
        // Ctrl-X Ctrl-E; nothing else begins with Ctrl-X.
        let isPair = isPrefixed && scalar == Key.lineEnd.rawValue
        isPrefixed = scalar == Key.prefix
        if isPair {
          queue(.edit)
        } else if searchTakes(scalar) {
          queue(.show)
        } else if scalar > 0xFF {
          // libedit would insert it by itself, and badly.
          letters.append(scalar)
          queue(.letter)
        } else {
          queued.append(scalar)
        }
      case .meta(let byte):
        if !isVi, let key = Key.pressedWithAlt[byte] {
          queue(key)
        } else {
          queued += [0x1B, UInt32(byte)]
        }
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
