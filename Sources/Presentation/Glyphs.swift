/// One character with its role and its width: what the layout engine moves around.
struct Glyph {
  var character: Character
  var role: Role
  var width: Int

  init(_ character: Character, _ role: Role) {
    self.character = character
    self.role = role
    width = DisplayWidth.of(character)
  }

  static let space = Glyph(" ", .plain)
  var isSpace: Bool { character == " " }
}

typealias GlyphLine = [Glyph]

extension [Glyph] {
  init(text: String, _ role: Role = .plain) {
    self = text.map { Glyph($0, role) }
  }

  /// The glyphs as runs, each role once.
  var words: Words {
    var runs: [Words.Run] = []
    for glyph in self {
      if let last = runs.last, last.role == glyph.role {
        runs[runs.count - 1].text.append(glyph.character)
      } else {
        runs.append(Words.Run(text: String(glyph.character), role: glyph.role))
      }
    }
    return Words(runs: runs)
  }

  var displayWidth: Int { reduce(0) { $0 + $1.width } }

  static func spaces(_ count: Int) -> GlyphLine {
    Array(repeating: .space, count: Swift.max(0, count))
  }

  /// The lines of preformatted text: split at line feeds, tabs filled to the next multiple of
  /// four columns.
  var hardLines: [GlyphLine] {
    var lines: [GlyphLine] = [[]]
    for glyph in self {
      switch glyph.character {
      case "\n", "\r\n": lines.append([])
      case "\t": lines[lines.count - 1] += .spaces(4 - lines[lines.count - 1].displayWidth % 4)
      default: lines[lines.count - 1].append(glyph)
      }
    }
    return lines
  }

  /// Lines of at most `width` columns, broken at spaces and beside wide characters; white space
  /// collapses to one space, and a word wider than the line is cut. No-break spaces hold.
  func wrapped(to width: Int) -> [GlyphLine] {
    var wrapper = Wrapper(width: Swift.max(1, width))
    for glyph in self {
      switch glyph.character {
      case " ", "\t", "\n", "\r\n": wrapper.space(glyph.role)
      default: wrapper.add(glyph)
      }
    }
    return wrapper.finish()
  }

  func padded(to width: Int, _ alignment: Table.Alignment) -> GlyphLine {
    let room = Swift.max(0, width - displayWidth)
    switch alignment {
    case .left: return self + .spaces(room)
    case .right: return .spaces(room) + self
    case .center: return .spaces(room / 2) + self + .spaces(room - room / 2)
    }
  }
}

/// Fills lines word by word.
private struct Wrapper {
  let width: Int
  private var lines: [GlyphLine] = []
  private var line: GlyphLine = []
  private var lineWidth = 0
  private var word: GlyphLine = []
  private var wordWidth = 0
  private var pendingSpace: Role?

  init(width: Int) { self.width = width }

  mutating func space(_ role: Role) {
    endWord()
    if pendingSpace == nil { pendingSpace = role }
  }

  mutating func add(_ glyph: Glyph) {
    if glyph.width == 2 { endWord() }
    // A no-break space has held its neighbors together; printed it is an ordinary one.
    word.append(glyph.character == "\u{A0}" ? Glyph(" ", glyph.role) : glyph)
    wordWidth += glyph.width
    if glyph.width == 2 { endWord() }
  }

  mutating func finish() -> [GlyphLine] {
    endWord()
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  private mutating func endWord() {
    guard !word.isEmpty else { return }
    let gap = pendingSpace != nil && !line.isEmpty ? 1 : 0
    if lineWidth + gap + wordWidth <= width {
      if gap == 1, let role = pendingSpace { line.append(Glyph(" ", role)) }
      line += word
      lineWidth += gap + wordWidth
    } else {
      if !line.isEmpty { breakLine() }
      placeCutting()
    }
    pendingSpace = nil
    word = []
    wordWidth = 0
  }

  private mutating func placeCutting() {
    for glyph in word {
      if lineWidth + glyph.width > width, !line.isEmpty { breakLine() }
      line.append(glyph)
      lineWidth += glyph.width
    }
  }

  private mutating func breakLine() {
    lines.append(line)
    line = []
    lineWidth = 0
  }
}
