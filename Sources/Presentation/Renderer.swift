/// Turns a document into text for a terminal or a file: wrapped to a width, with or without
/// color, with or without characters beyond ASCII. Content cannot reach the terminal's controls.
package struct Renderer: Sendable {
  package var width: Int
  package var color: Bool
  /// False for a locale that has only Latin letters: everything becomes ASCII (`Θ` → `Theta`).
  package var unicode: Bool
  /// True where the text is read aloud: a picture is its sentence and its numbers.
  package var isSpoken = false
  /// Lines of worked arithmetic are broken here at the latest.
  package var widestArithmetic = Self.readableArithmetic

  /// Longer lines of arithmetic are hard to follow; only matrices gain from a wider page.
  static let readableArithmetic = 80

  package init(width: Int = 80, color: Bool = false, unicode: Bool = true) {
    self.width = max(width, 20)
    self.color = color
    self.unicode = unicode
  }

  /// The document as text; every line ends in a line feed, an empty document is the empty text.
  package func render(_ document: Document) -> String {
    if document.blocks.count == 1, case .line(let words) = document.blocks[0], words.isLong {
      return streamed(words)
    }
    let layout = Layout(
      unicode: unicode, isSpoken: isSpoken, widestArithmetic: widestArithmetic)
    return finish(layout.lines(document.blocks, width: width))
  }

  /// One piece of styled text on its own, without a line end: a prompt, a label. Line feeds in it
  /// stay.
  package func render(_ words: Words) -> String {
    Layout(unicode: unicode).glyphs(words).hardLines.map(paint).joined(separator: "\n")
  }

  /// A diagnostic with its markers aligned for this renderer's character set and width.
  package func render(_ diagnostic: Diagnostic) -> String {
    render(diagnostic.document(width: width, unicode: unicode))
  }

  private func finish(_ lines: [GlyphLine]) -> String {
    lines.map { paint(trimmed($0)) + "\n" }.joined()
  }

  private func trimmed(_ line: GlyphLine) -> GlyphLine {
    line.lastIndex { !$0.isSpace }.map { Array(line[...$0]) } ?? []
  }

  private func paint(_ line: GlyphLine) -> String {
    var painter = Painter(color: color)
    for glyph in line { painter.add(glyph) }
    painter.endStyle()
    return painter.text
  }

  /// A long printed text as it is read: laid out in glyphs it would take a hundred times its memory.
  private func streamed(_ words: Words) -> String {
    var painter = Painter(color: color)
    for run in words.runs {
      if run.text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) {
        painter.add(ascii: run.text, run.role)
        continue
      }
      let visible = Visible.text(run.text)
      for character in unicode ? visible : Transliteration.ascii(visible) {
        painter.place(Glyph(character, run.role))
      }
    }
    painter.endLine()
    return painter.text
  }
}

extension Words {
  fileprivate var isLong: Bool { runs.contains { $0.text.utf8.count > 1 << 16 } }
}

/// Writes glyphs one after the other, with what switches the terminal's colors between them.
private struct Painter {
  let color: Bool
  private(set) var text = ""
  private var current = Role.plain
  /// Columns of the line so far, and spaces that are left out at its end.
  private var column = 0
  private var spaces: GlyphLine = []

  init(color: Bool) { self.color = color }

  private mutating func begin(_ role: Role) {
    guard color, role.codes != current.codes else { return }
    if current.codes != nil { text += "\u{1B}[0m" }
    if let codes = role.codes { text += "\u{1B}[\(codes)m" }
    current = role
  }

  mutating func add(_ glyph: Glyph) {
    begin(glyph.role)
    text.append(glyph.character)
  }

  mutating func endStyle() {
    if current.codes != nil { text += "\u{1B}[0m" }
    current = .plain
  }

  /// The same for preformatted text: lines, tabs, and no space at the end of a line.
  mutating func place(_ glyph: Glyph) {
    switch glyph.character {
    case "\n", "\r\n": endLine()
    case "\t":
      let count = 4 - column % 4
      spaces += .spaces(count)
      column += count
    case " ":
      spaces.append(glyph)
      column += 1
    default:
      addSpaces()
      add(glyph)
      column += glyph.width
    }
  }

  mutating func endLine() {
    endStyle()
    text += "\n"
    (spaces, column) = ([], 0)
  }

  private mutating func addSpaces() {
    for space in spaces { add(space) }
    spaces = []
  }

  /// Text of printable ASCII and line feeds alone, line by line.
  mutating func add(ascii: String, _ role: Role) {
    let lines = ascii.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      if number > 0 { endLine() }
      let end = line.lastIndex { $0 != 0x20 }.map { line.index(after: $0) } ?? line.startIndex
      if end > line.startIndex {
        addSpaces()
        begin(role)
        text += Substring(line[..<end])
      }
      spaces += Array(repeating: Glyph(" ", role), count: line[end...].count)
      column += line.count
    }
  }
}

extension Document {
  /// Laid out lines with their roles, for what sets them beside something else.
  package func lines(width: Int, unicode: Bool) -> [Words] {
    Layout(unicode: unicode).lines(blocks, width: width).map(\.words)
  }
}

extension Role {
  /// Parameters of the terminal's "select graphic rendition", nil for no styling. Only red, green,
  /// magenta and cyan: yellow and white vanish on a light background, blue on a dark one. Pictures use
  /// the palette of 256, where a cell brings its own background.
  var codes: String? {
    switch self {
    case .plain, .value: nil
    case .emphasis: "3"
    case .strong, .name: "1"
    case .code, .formula, .note: "36"
    case .shape, .comment, .dim: "2"
    case .operation: "35"
    case .keyword, .caution: "1;35"
    case .string, .good: "32"
    case .heading: "1;36"
    case .prompt: "1;32"
    case .bad: "1;31"
    case .series1: "38;5;32"
    case .series2: "38;5;166"
    case .series3: "38;5;35"
    case .series4: "38;5;134"
    case .series5: "38;5;136"
    case .cold1: "38;5;16;48;5;189"
    case .cold2: "38;5;16;48;5;111"
    case .cold3: "38;5;231;48;5;26"
    case .warm1: "38;5;16;48;5;224"
    case .warm2: "38;5;16;48;5;216"
    case .warm3: "38;5;231;48;5;166"
    case .gray0: "38;5;231;48;5;232"
    case .gray1: "38;5;231;48;5;238"
    case .gray2: "38;5;16;48;5;244"
    case .gray3: "38;5;16;48;5;250"
    case .gray4: "38;5;16;48;5;255"
    }
  }
}
