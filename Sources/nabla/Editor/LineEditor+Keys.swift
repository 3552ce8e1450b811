import Language
import CLineEdit
import Glibc
import Presentation

/// What a key asks libedit to do next; the names and numbers of `histedit.h`.
enum Reaction: UInt8 {
  case nothing = 0
  case endOfFile = 2
  case refresh = 4
  case beep = 6
}

extension LineEditor {
  func react(to code: UInt32) -> Reaction {
    if let key = Key(rawValue: code) { return react(to: key) }
    kills.isGoingOn = false
    guard code >= 0x20 else { return .beep }
    endSearch(keepingFound: true)
    return insert(String(scalars: [code]))
  }

  private func react(to key: Key) -> Reaction {
    if key != .show { endSearch(keepingFound: true) }
    if key != .tab { listing = nil }
    defer { kills.isGoingOn = Key.killing.contains(key) }
    return switch key {
    case .enter, .lineFeed: enter()
    case .tab: completeWord()
    case .up, .previous: goUp()
    case .down, .next: goDown()
    case .home, .lineStart: goToLineStart()
    case .end, .lineEnd: goToLineEnd()
    case .wordLeft: move(to: wordStart)
    case .wordRight: goWordRight()
    case .deleteWord: kill(wordStart..<cursor)
    case .deleteNextWord: kill(cursor..<wordEnd)
    case .killLine: kill(cursor..<(cursor == lineEnd ? min(cursor + 1, buffer.count) : lineEnd))
    case .killBefore: kill((cursor == lineStart ? max(0, cursor - 1) : lineStart)..<cursor)
    case .yank: yank()
    case .yankEarlier: yankEarlier()
    case .undo: change(to: changes.back(from: snapshot))
    case .redo: change(to: changes.forward(from: snapshot))
    case .clear: clearScreen()
    case .newLine: insert("\n" + String(scalars: buffer[lineStart..<cursor].prefix { $0 == space }))
    case .edit: editOutside()
    case .backspace, .rubout: deleteBackward()
    case .paste: paste()
    case .letter: insert(String(scalars: letters.isEmpty ? [] : [letters.removeFirst()]))
    case .interrupt: interrupt()
    case .endOfFile: endOrDelete()
    case .search: beginSearch()
    case .show: showSearch()
    case .cancel: .beep
    case .delete: deleteForward()
    case .left, .back: cursor > 0 ? move(to: start(ofCharacterBefore: cursor)) : .beep
    case .right, .forward: goRight()
    case .submit: .nothing
    }
  }

  // MARK: - The buffer

  var buffer: [UInt32] {
    guard let line = el_wline(handle)?.pointee, let start = line.buffer else { return [] }
    return UnsafeBufferPointer(start: start, count: max(0, line.lastchar - start)).map {
      UInt32(bitPattern: $0)
    }
  }

  var cursor: Int { min(max(0, Int(el_cursor(handle, 0))), buffer.count) }

  /// Some commands of vi leave the cursor outside of the text, and others then copy from there.
  func bringCursorBack() {
    let wanted = cursor
    let present = el_cursor(handle, 0)
    if present != wanted { el_cursor(handle, Int32(wanted) - present) }
  }

  func move(to position: Int) -> Reaction {
    el_cursor(handle, Int32(position - cursor))
    return .refresh
  }

  func insert(_ text: String) -> Reaction {
    if text.isEmpty { return .nothing }
    if let letter = joined(text) {
      _ = delete(from: cursor - 1)
      return insert(letter)
    }
    return el_winsertstr(handle, shown(text).wide) == 0 ? .refresh : .beep
  }

  /// The letter before the cursor and a mark that is typed after it, where they are one character;
  /// libedit would not draw the mark.
  private func joined(_ mark: String) -> String? {
    guard cursor > 0, mark.unicodeScalars.count == 1, DisplayWidth.of(mark) == 0 else {
      return nil
    }
    let letter = (String(scalars: [buffer[cursor - 1]]) + mark).composed
    return letter.unicodeScalars.count == 1 ? letter : nil
  }

  /// What the terminal can show. libedit counts -1 columns for what it cannot, and then looks for
  /// the column before the first without end.
  func shown(_ text: String) -> String {
    let text = terminal.isUnicode ? text : Transliteration.ascii(text)
    let unknown: UnicodeScalar = terminal.isUnicode ? "\u{FFFD}" : "?"
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0 == "\n" || LineEditor.isPrintable($0) ? $0 : unknown }))
  }

  /// Whether the locale has a character to show.
  private static func isPrintable(_ scalar: UnicodeScalar) -> Bool {
    cle_width(wchar_t(bitPattern: scalar.value)) >= 0
  }

  /// Deletes what stands between a position and the cursor.
  func delete(from position: Int) -> Reaction {
    el_deletestr(handle, Int32(cursor - position))
    return .refresh
  }

  func replaceBuffer(with text: [UInt32]) -> Reaction {
    _ = move(to: buffer.count)
    _ = delete(from: 0)
    return text.isEmpty ? .refresh : insert(String(scalars: text))
  }

  var lineStart: Int {
    buffer[..<cursor].lastIndex(of: newline).map { $0 + 1 } ?? 0
  }

  var lineEnd: Int {
    let buffer = buffer
    return buffer[cursor...].firstIndex(of: newline) ?? buffer.count
  }

  private var newline: UInt32 { 0x0A }
  var space: UInt32 { 0x20 }

  // MARK: - Enter, the end, Ctrl-C

  private func enter() -> Reaction {
    guard let indentation = assistance.continuation(String(scalars: buffer)) else {
      return submit()
    }
    // What is pasted without brackets brings its own indentation.
    if hasWaitingInput { return insert("\n") }
    if cursor == buffer.count { return insert("\n" + indentation) }
    return insert("\n" + (assistance.continuation(String(scalars: buffer[..<cursor])) ?? ""))
  }

  /// libedit's own command for Enter also moves below the text, so it gets a key to press.
  private func submit() -> Reaction {
    queue(.submit)
    return .refresh
  }

  /// The last line end of a pasted text is left to the user, who may want to look first.
  private func paste() -> Reaction {
    insert(String(pasted.reversed().drop { $0 == "\n" }.reversed()))
  }

  private func interrupt() -> Reaction {
    isInterrupted = true
    _ = move(to: buffer.count)
    _ = insert("^C")
    queue(.submit)
    return .refresh
  }

  private func endOrDelete() -> Reaction {
    if buffer.isEmpty { return .endOfFile }
    return deleteForward()
  }

  private func deleteForward() -> Reaction {
    guard cursor < buffer.count else { return .beep }
    let start = cursor
    _ = move(to: end(ofCharacterAt: start))
    return delete(from: start)
  }

  // MARK: - Moving and deleting

  private func goToLineStart() -> Reaction { move(to: cursor == lineStart ? 0 : lineStart) }

  private func goToLineEnd() -> Reaction {
    if cursor == buffer.count, let hint { return insert(hint) }
    return move(to: cursor == lineEnd ? buffer.count : lineEnd)
  }

  /// At the end of the text → takes what the history suggests, Alt-F a word of it.
  private func goRight() -> Reaction {
    if cursor < buffer.count { return move(to: end(ofCharacterAt: cursor)) }
    return hint.map(insert) ?? .beep
  }

  private func goWordRight() -> Reaction {
    guard cursor == buffer.count, let hint else { return move(to: wordEnd) }
    let scalars = hint.unicodeScalars.map(\.value)
    let start = scalars.firstIndex(where: isPartOfWord) ?? scalars.endIndex
    let end = scalars[start...].firstIndex { !isPartOfWord($0) } ?? scalars.endIndex
    return insert(String(scalars: scalars[..<end]))
  }

  private func goUp() -> Reaction {
    let start = lineStart
    guard start > 0 else { return showHistory(by: -1) }
    let column = cursor - start
    _ = move(to: start - 1)
    return move(to: min(lineStart + column, lineEnd))
  }

  private func goDown() -> Reaction {
    let end = lineEnd
    guard end < buffer.count else { return showHistory(by: 1) }
    let column = cursor - lineStart
    _ = move(to: end + 1)
    return move(to: min(lineStart + column, lineEnd))
  }

  var isShowingHistory: Bool {
    history.entries.indices.contains(historyPosition)
      && String(scalars: buffer) == shown(history.entries[historyPosition])
  }

  /// The next entry in a direction that begins with what was typed; after the last the draft.
  private func showHistory(by step: Int) -> Reaction {
    let entries = history.entries
    if !isShowingHistory {
      // Also a shown entry that was changed is the user's own text now.
      historyPosition = entries.count
      draft = buffer
      historyPrefix = Array(buffer[..<cursor])
    }
    let prefix = String(scalars: historyPrefix).utf8
    var position = historyPosition + step
    while entries.indices.contains(position), !entries[position].utf8.starts(with: prefix) {
      position += step
    }
    guard (0...entries.count).contains(position), position != historyPosition else { return .beep }
    historyPosition = position
    return replaceBuffer(
      with: position == entries.count ? draft : entries[position].unicodeScalars.map(\.value))
  }

  /// In the indentation of a line one press goes back a whole step of it.
  private func deleteBackward() -> Reaction {
    guard cursor > 0 else { return .beep }
    let indentation = buffer[lineStart..<cursor]
    let isInIndentation = !indentation.isEmpty && indentation.allSatisfy { $0 == space }
    return delete(
      from: isInIndentation
        ? cursor - ((indentation.count - 1) % 4 + 1) : start(ofCharacterBefore: cursor))
  }

  private var wordStart: Int {
    let before = buffer[..<cursor]
    let end = before.lastIndex(where: isPartOfWord) ?? before.startIndex
    return before[..<end].lastIndex { !isPartOfWord($0) }.map { $0 + 1 } ?? 0
  }

  private var wordEnd: Int {
    let buffer = buffer
    let start = buffer[cursor...].firstIndex(where: isPartOfWord) ?? buffer.endIndex
    return buffer[start...].firstIndex { !isPartOfWord($0) } ?? buffer.endIndex
  }

  private func isPartOfWord(_ value: UInt32) -> Bool {
    guard let scalar = UnicodeScalar(value) else { return false }
    return scalar == "_" || scalar == "′" || scalar.properties.numericType != nil
      || scalar.properties.isAlphabetic || scalar.properties.generalCategory == .nonspacingMark
  }
}
