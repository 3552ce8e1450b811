/// A key as the stage knows it; what a clicker sends is among them.
package enum StageKey: Sendable, Equatable {
  case character(Character)
  case enter, backspace, delete, tab, escape
  case up, down, left, right, home, end
  case pageUp, pageDown
  /// F5, with which clickers begin and end.
  case start
  /// Ctrl-C.
  case cancel
  /// Ctrl-D, or the end of the input.
  case endOfInput
}

/// A line being typed.
struct StageLine: Equatable {
  private(set) var text: [Character] = []
  private(set) var cursor = 0

  init(_ text: String = "") {
    self.text = Array(text)
    cursor = self.text.count
  }

  var string: String { String(text) }
  var beforeCursor: String { String(text[..<cursor]) }

  /// False for a key that means nothing in a line.
  mutating func take(_ key: StageKey) -> Bool {
    switch key {
    case .character(let character): insert([character])
    case .backspace:
      if cursor > 0 {
        cursor -= 1
        text.remove(at: cursor)
      }
    case .delete: if cursor < text.count { text.remove(at: cursor) }
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(text.count, cursor + 1)
    case .home: cursor = 0
    case .end: cursor = text.count
    case .up, .down, .enter, .tab, .escape, .pageUp, .pageDown, .start, .cancel, .endOfInput:
      return false
    }
    return true
  }

  mutating func insert(_ characters: [Character]) {
    text.insert(contentsOf: characters, at: cursor)
    cursor += characters.count
  }

  /// `scalars` before the cursor become another text.
  mutating func replace(scalars: Int, by other: String) {
    let kept = String(String.UnicodeScalarView(beforeCursor.unicodeScalars.dropLast(scalars)))
    let rest = text[cursor...]
    let head = Array(kept + other)
    (text, cursor) = (head + rest, head.count)
  }
}
