/// A text being edited and the place of its cursor.
struct Snapshot: Equatable {
  var text: [UInt32]
  var cursor: Int
}

/// What undo goes back to and redo forward. Letters typed in a row are one change, up to a blank.
struct Changes {
  private var past: [Snapshot] = []
  private var future: [Snapshot] = []
  private var last = Snapshot(text: [], cursor: 0)
  private var isTyping = false
  private static let limit = 1000

  /// Takes note of the text after a key.
  mutating func note(_ now: Snapshot) {
    defer { last = now }
    guard now.text != last.text else {
      // A movement ends what is typed in a row.
      if now.cursor != last.cursor { isTyping = false }
      return
    }
    let isLetter =
      now.text.count == last.text.count + 1 && now.cursor == last.cursor + 1
      && now.text[..<last.cursor] == last.text[..<last.cursor]
    if !(isLetter && isTyping) {
      past.append(last)
      if past.count > Changes.limit { past.removeFirst() }
    }
    isTyping = isLetter && now.text[last.cursor] != 0x20
    future = []
  }

  mutating func back(from now: Snapshot) -> Snapshot? {
    guard let earlier = past.popLast() else { return nil }
    future.append(now)
    (last, isTyping) = (earlier, false)
    return earlier
  }

  mutating func forward(from now: Snapshot) -> Snapshot? {
    guard let later = future.popLast() else { return nil }
    past.append(now)
    (last, isTyping) = (later, false)
    return later
  }
}

/// Texts that were cut out, the newest last.
struct KillRing {
  private(set) var texts: [[UInt32]] = []
  /// Whether the last key cut something out, to which the next adds.
  var isGoingOn = false
  /// Where the last insertion from here stands, and which text it was.
  var inserted: (range: Range<Int>, index: Int)?
  private static let limit = 60

  mutating func add(_ text: [UInt32], isBefore: Bool) {
    guard !text.isEmpty else { return }
    if isGoingOn, let last = texts.popLast() {
      texts.append(isBefore ? text + last : last + text)
    } else {
      texts.append(text)
      if texts.count > KillRing.limit { texts.removeFirst() }
    }
  }
}

extension Key {
  static let killing: Set<Key> = [.killLine, .killBefore, .deleteWord, .deleteNextWord]
}

extension LineEditor {
  var snapshot: Snapshot { Snapshot(text: buffer, cursor: cursor) }

  func noteChange() {
    if search == nil { changes.note(snapshot) }
  }

  func change(to snapshot: Snapshot?) -> Reaction {
    guard let snapshot else { return .beep }
    _ = replaceBuffer(with: snapshot.text)
    return move(to: snapshot.cursor)
  }

  func kill(_ range: Range<Int>) -> Reaction {
    guard !range.isEmpty else { return .beep }
    kills.add(Array(buffer[range]), isBefore: range.upperBound == cursor)
    _ = move(to: range.upperBound)
    return delete(from: range.lowerBound)
  }

  func yank() -> Reaction {
    guard let text = kills.texts.last else { return .beep }
    return insertKilled(text, kills.texts.count - 1)
  }

  /// Right after an insertion: the text cut out before that one, in its place.
  func yankEarlier() -> Reaction {
    guard let (range, index) = kills.inserted, range.upperBound == cursor, kills.texts.count > 1,
      buffer.indices.contains(range.lowerBound), kills.texts.indices.contains(index),
      Array(buffer[range]) == kills.texts[index]
    else { return .beep }
    let earlier = (index + kills.texts.count - 1) % kills.texts.count
    _ = delete(from: range.lowerBound)
    return insertKilled(kills.texts[earlier], earlier)
  }

  private func insertKilled(_ text: [UInt32], _ index: Int) -> Reaction {
    let start = cursor
    let reaction = insert(String(scalars: text))
    kills.inserted = (start..<cursor, index)
    return reaction
  }
}
