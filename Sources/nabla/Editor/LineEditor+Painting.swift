import Glibc
import Language
import Presentation

/// What can be switched off while typing.
struct EditorSettings {
  var highlights: Bool
  var suggests: Bool
}

// What is seen of the text: colors, the matching bracket, what the history suggests.
extension LineEditor {
  /// The terminal's colors for the parts of a text; red and yellow stand for nothing, and what is
  /// unknown is underlined.
  private static let styles: [Highlighting.Part: String] = [
    .number: "36", .keyword: "1;35", .string: "32", .comment: "2", .command: "1;36", .unknown: "4",
  ]
  private static let bracketStyle = "1;7"
  private static let hintStyle = "90"
  /// Nobody types as much, and what is pasted need not be colored to be submitted.
  private static let mostHighlighted = 20_000

  private var paints: Bool { !terminal.isDumb }
  var colors: Bool { terminal.usesColor && !terminal.isSpoken }

  /// While more keys wait to be read, what is between is seen now and then.
  func paintWhereIdle() {
    guard paints, !hasWaitingInput || Self.now > lastPainted + 0.1 else { return }
    paint()
    lastPainted = Self.now
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  func paint() {
    let size = Terminal.size
    var scene = scene(of: buffer, cursor: cursor, columns: size.columns, isDone: false)
    if cursor == buffer.count, let hint, colors {
      // Its other lines come with it, but would push the text about.
      scene.add(String(hint.prefix { $0 != "\n" }), style: LineEditor.hintStyle)
    }
    scene.addBelow(below)
    write(painter.paint(scene, height: size.rows))
  }

  /// The text as it stays on the screen when it is handed in; what follows begins below.
  func finishPainting(_ text: String) {
    guard paints else { return }
    below = []
    let size = Terminal.size
    let scalars = text.unicodeScalars.map(\.value)
    let scene = scene(of: scalars, cursor: scalars.count, columns: size.columns, isDone: true)
    write(painter.paint(scene, height: size.rows) + painter.leave())
  }

  func clearScreen() -> Reaction {
    write("\u{1B}[H\u{1B}[2J")
    painter.forget()
    return .refresh
  }

  /// The prompt and the text.
  func scene(of text: [UInt32], cursor: Int, columns: Int, isDone: Bool) -> Scene {
    var scene = Scene(columns: columns)
    scene.add(shown(prompt.text), style: colors ? prompt.style : "")
    let characters = String(scalars: text)
    let styles = colors ? styles(of: characters, cursor: isDone ? nil : cursor) : [:]
    var place = 0
    var offset = 0
    for character in characters {
      if place == cursor { scene.markCursor(before: character) }
      scene.add(character, style: styles[offset] ?? "")
      place += character.unicodeScalars.count
      offset += character.utf8.count
    }
    if place <= cursor { scene.markCursor(before: nil) }
    return scene
  }

  /// The styles of characters by their places in UTF-8.
  private func styles(of text: String, cursor: Int?) -> [Int: String] {
    guard search == nil, text.utf8.count <= Self.mostHighlighted, assistance.settings().highlights
    else { return [:] }
    var styles: [Int: String] = [:]
    // What Ctrl-C leaves behind the text is not of it.
    let parts = assistance.parts(isInterrupted ? String(text.dropLast(2)) : text)
    let place = cursor.map { text.unicodeScalars.prefix($0).reduce(0) { $0 + UTF8.width($1) } }
    // A name that is still being typed is not unknown yet.
    for (span, part) in parts where part != .unknown || span.end != place {
      let style = LineEditor.styles[part]
      for offset in span.start..<span.end { styles[offset] = style }
    }
    if let place {
      let isText = { (offset: Int) in
        parts.contains {
          [.string, .comment].contains($0.part) && $0.span.start <= offset && offset < $0.span.end
        }
      }
      for offset in LineEditor.matchingBrackets(in: text, at: place, isText: isText) {
        styles[offset] = LineEditor.bracketStyle
      }
    }
    return styles
  }

  /// The bracket before the cursor or at it, and the one that belongs to it.
  private static func matchingBrackets(
    in text: String, at place: Int, isText: (Int) -> Bool
  ) -> [Int] {
    let bytes = Array(text.utf8)
    let openings = Array("([{".utf8)
    let closings = Array(")]}".utf8)
    let start: Int
    let step: Int
    if place > 0, closings.contains(bytes[place - 1]), !isText(place - 1) {
      (start, step) = (place - 1, -1)
    } else if place < bytes.count, openings.contains(bytes[place]), !isText(place) {
      (start, step) = (place, 1)
    } else {
      return []
    }
    let (deeper, higher) = step > 0 ? (openings, closings) : (closings, openings)
    var depth = 0
    var index = start
    while bytes.indices.contains(index) {
      if !isText(index) {
        if deeper.contains(bytes[index]) { depth += 1 }
        if higher.contains(bytes[index]) { depth -= 1 }
        if depth == 0 { return [start, index] }
      }
      index += step
    }
    return []
  }

  // MARK: - What the history suggests

  /// How the newest input went on that began with this text.
  var hint: String? {
    guard colors, search == nil, !buffer.isEmpty, !isShowingHistory,
      assistance.settings().suggests
    else { return nil }
    let text = String(scalars: buffer)
    let count = text.utf8.count
    let entry = history.entries.last { $0.utf8.count > count && $0.utf8.starts(with: text.utf8) }
    return entry.flatMap { String($0.utf8.dropFirst(count)) }
  }

  // MARK: - Characters of several scalars

  /// Where the character ends that has a scalar at a place.
  func end(ofCharacterAt place: Int) -> Int {
    boundaries.first { $0 > place } ?? buffer.count
  }

  func start(ofCharacterBefore place: Int) -> Int {
    boundaries.last { $0 < place } ?? 0
  }

  /// The places between characters, from the first to the end.
  private var boundaries: [Int] {
    var place = 0
    return [0]
      + String(scalars: buffer).map {
        place += $0.unicodeScalars.count
        return place
      }
  }

  /// Moves the cursor out of a character of several scalars, on in its direction.
  func keepCursorBetweenCharacters(comingFrom earlier: Int) {
    guard buffer.contains(where: { $0 >= 0x300 }) else { return }
    let place = cursor
    guard !boundaries.contains(place) else { return }
    _ = move(to: earlier < place ? end(ofCharacterAt: place) : start(ofCharacterBefore: place))
  }
}
