import CLineEdit
import Glibc

// Which key does what. Nothing of libedit's own keymaps is left, and nothing else can be bound:
// some of its commands fall over what can be typed (`ed-command` dies of a quote that is not
// closed, `ed-insert` writes past the rows of a small window), start other programs, or take the
// codes of keys for text.

/// libedit's commands that keys may have.
private enum Keymap {
  /// Keys that send one code, while typing.
  static let typing: [(code: UInt32, command: String)] = [
    (0x14, "ed-transpose-chars")
  ]

  /// Keys pressed together with Alt.
  static let alt: [(key: UnicodeScalar, command: String)] = [
    ("c", "em-capitol-case"), ("l", "em-lower-case"), ("u", "em-upper-case"),
  ]

  /// The letters of vi's command mode; the editor has its own for the history and for `x`.
  static let vi: [(key: UnicodeScalar, command: String)] = [
    (" ", "ed-next-char"), ("$", "ed-move-to-end"), ("%", "vi-match"),
    (",", "vi-repeat-prev-char"), ("0", "vi-zero"), (";", "vi-repeat-next-char"),
    ("A", "vi-add-at-eol"), ("B", "vi-prev-big-word"), ("C", "vi-change-to-eol"),
    ("D", "ed-kill-line"), ("E", "vi-end-big-word"), ("F", "vi-prev-char"),
    ("I", "vi-insert-at-bol"), ("P", "vi-paste-prev"), ("R", "vi-replace-mode"),
    ("S", "vi-substitute-line"), ("T", "vi-to-prev-char"), ("U", "vi-undo-line"),
    ("W", "vi-next-big-word"), ("Y", "vi-yank-end"),
    ("^", "ed-move-to-beg"), ("a", "vi-add"), ("b", "vi-prev-word"), ("c", "vi-change-meta"),
    ("d", "vi-delete-meta"), ("e", "vi-end-word"), ("f", "vi-next-char"), ("h", "ed-prev-char"),
    ("i", "vi-insert"), ("l", "ed-next-char"), ("p", "vi-paste-next"),
    ("s", "vi-substitute-char"), ("t", "vi-to-next-char"), ("u", "vi-undo"),
    ("w", "vi-next-word"), ("y", "vi-yank"), ("|", "vi-to-column"),
    ("~", "vi-change-case"),
  ]

  /// What the user's file may bind to.
  static let commands = Set(
    typing.map(\.command) + alt.map(\.command) + vi.map(\.command) + [
      "ed-move-to-beg", "ed-delete-prev-word", "em-next-word", "ed-prev-word",
      "em-kill-region", "ed-kill-line", "em-kill-line", "em-yank", "ed-prev-char", "ed-next-char",
      "em-delete-next-word", "ed-unassigned", "ed-ignore", "vi-command-mode",
    ])

  /// Keys that libedit's own commands serve.
  static let keys: [(Key, String)] = [(.submit, "ed-newline")]
}

extension LineEditor {
  /// Binds every code, and the user's own choices between them: the keys of the editor come last,
  /// so that it stays usable whatever these are.
  func bindKeys() {
    cle_define_key(handle) { handle, code in
      guard let editor = LineEditor.of(handle) else { return Reaction.beep.rawValue }
      return editor.react(to: code).rawValue
    }
    resetKeys(toVi: false)
    readUserBindings()
    for key in Key.allCases {
      let command = Keymap.keys.first { $0.0 == key }?.1 ?? "nabla-key"
      bind(LineEditor.spelled(key.rawValue), command)
      bind(LineEditor.spelled(key.rawValue), command, inCommandMode: true)
    }
  }

  private func resetKeys(toVi isVi: Bool) {
    self.isVi = isVi
    cle_set_mode(handle, (isVi ? "vi" : "emacs").wide)
    for code in UInt32(0)...0xFF {
      bind(LineEditor.spelled(code), "nabla-key")
      bind(LineEditor.spelled(code), "ed-unassigned", inCommandMode: true)
    }
    for (code, command) in Keymap.typing { bind(LineEditor.spelled(code), command) }
    if isVi {
      bind(LineEditor.spelled(0x1B), "vi-command-mode")
      for (key, command) in Keymap.vi {
        bind(LineEditor.spelled(key.value), command, inCommandMode: true)
      }
      for digit in UInt32(0x31)...0x39 {
        bind(LineEditor.spelled(digit), "ed-argument-digit", inCommandMode: true)
      }
      for (letters, key) in [("k-", Key.up), ("j+", .down), ("x", .delete), ("X", .backspace)] {
        for letter in letters.unicodeScalars {
          cle_alias(handle, LineEditor.spelled(letter.value).wide, key.wide)
        }
      }
    } else {
      for key in UInt32(0x20)...0x7E { bind("\\e" + LineEditor.spelled(key), "ed-unassigned") }
      for (key, command) in Keymap.alt { bind("\\e" + LineEditor.spelled(key.value), command) }
    }
  }

  private func bind(_ key: String, _ command: String, inCommandMode: Bool = false) {
    cle_bind(handle, inCommandMode ? 1 : 0, key.wide, command.wide)
  }

  /// A code as libedit's notation has it, where `^`, `\` and `M-` mean more than themselves.
  private static func spelled(_ code: UInt32) -> String {
    let digits = String(code, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }

  // MARK: - The user's file

  /// Obeys the bindings in the user's `.editrc`. libedit's own reader trusts the file as it
  /// trusts keys: a quote that is not closed ends the program.
  private func readUserBindings() {
    let inHome = environmentVariable("HOME").map { $0 + "/.editrc" }
    guard let path = environmentVariable("EDITRC") ?? inHome, let bytes = try? readBytes(path)
    else { return }
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      obey(String(line))
    }
  }

  private func obey(_ line: String) {
    let tokenizer = tok_winit(nil)
    defer { tok_wend(tokenizer) }
    var count: Int32 = 0
    var words: UnsafeMutablePointer<UnsafePointer<wchar_t>?>?
    guard tok_wstr(tokenizer, line.wide, &count, &words) == 0, let words else { return }
    var texts = (0..<Int(count)).compactMap { words[$0].map(String.init(wide:)) }
    guard let name = texts.first?.split(separator: ":"), name.last == "bind",
      name.count == 1 || ["nabla", "*"].contains(name[0])
    else { return }
    texts.removeFirst()
    if texts == ["-v"] || texts == ["-e"] { return resetKeys(toVi: texts == ["-v"]) }
    let inCommandMode = texts.first == "-a"
    if inCommandMode { texts.removeFirst() }
    guard texts.count == 2, texts.allSatisfy({ !$0.hasPrefix("-") }), !texts[0].isEmpty,
      Keymap.commands.contains(texts[1])
    else { return }
    bind(texts[0], texts[1], inCommandMode: inCommandMode)
  }
}
