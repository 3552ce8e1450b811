/// One source line as it is displayed: which column each byte stands at, and the part of it that
/// fits.
struct SourceExcerpt {
  private struct Cell {
    var text: String
    var end: Int
    var column: Int
    var width: Int
  }

  private var cells: [Cell] = []
  /// Columns of the whole line.
  private(set) var width = 0
  let span: Span
  private let unicode: Bool

  init(_ line: (text: String, span: Span), unicode: Bool) {
    span = line.span
    self.unicode = unicode
    var offset = line.span.start
    var characters = Array(line.text)[...]
    while let character = characters.popFirst() {
      var source = String(character)
      // A run of raised characters is put into ASCII as a whole: `⁻¹` is `**-1`.
      if !unicode, Transliteration.isRaised(character) {
        while let next = characters.first, Transliteration.isRaised(next) {
          source.append(next)
          characters.removeFirst()
        }
      }
      let shown = display(source)
      offset += source.utf8.count
      let columns = DisplayWidth.of(shown)
      cells.append(Cell(text: shown, end: offset, column: width, width: columns))
      width += columns
    }
  }

  private func display(_ source: String) -> String {
    if source == "\t" { return String(repeating: " ", count: 4 - width % 4) }
    let visible = Visible.text(source)
    return unicode ? visible : Transliteration.ascii(visible)
  }

  /// The columns a span covers on this line: at least one, at most up to the line's end.
  func columns(of place: Span) -> Range<Int> {
    let start = column(of: place.start)
    let last = place.end > span.end ? width : columnAfter(place.end)
    return start..<max(start + 1, last)
  }

  private func column(of offset: Int) -> Int {
    cells.first { $0.end > offset }?.column ?? width
  }

  private func columnAfter(_ offset: Int) -> Int {
    cells.first { $0.end >= offset }.map { $0.column + $0.width } ?? width
  }

  /// The columns that fit into `available`, with the given ones in the left half so that a label
  /// has room to their right.
  func window(around focus: Range<Int>, available: Int) -> Range<Int> {
    guard width > available else { return 0..<max(width + 1, focus.upperBound) }
    let centered = focus.lowerBound - max(0, available - focus.count) / 3
    let start = min(max(0, centered), width + 1 - available)
    return start..<(start + available)
  }

  /// The text in a window of columns, an ellipsis where it was cut.
  func text(in window: Range<Int>) -> String {
    let ellipsis = unicode ? "…" : "..."
    let mark = ellipsis.count
    let from = window.lowerBound > 0 ? window.lowerBound + mark : 0
    let to = window.upperBound < width ? window.upperBound - mark : width
    var text = window.lowerBound > 0 ? ellipsis : ""
    for cell in cells where cell.column + cell.width > from && cell.column < to {
      // Half of a wide character or of a spelled-out one shows as blanks.
      let isWhole = cell.column >= from && cell.column + cell.width <= to
      let visible = min(cell.column + cell.width, to) - max(cell.column, from)
      text += isWhole ? cell.text : String(repeating: " ", count: visible)
    }
    return window.upperBound < width ? text + ellipsis : text
  }
}
