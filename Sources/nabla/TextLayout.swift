import CLineEdit

/// Where libedit puts characters on the screen: the same rules as its display, needed where the
/// program itself must find the end of the text (to list candidates below it, or after a resize).
struct TextLayout {
  var columns: Int
  private(set) var row = 0
  private(set) var column = 0

  init(columns: Int) { self.columns = max(columns, 1) }

  mutating func place(_ text: some Sequence<UnicodeScalar>) {
    for scalar in text {
      switch scalar {
      case "\n": (row, column) = (row + 1, 0)
      case "\t": advance(8 - column % 8)
      default: advance(TextLayout.width(of: scalar))
      }
    }
  }

  private mutating func advance(_ width: Int) {
    // A wide character is never cut at the margin.
    if width > 1, column + width > columns { (row, column) = (row + 1, 0) }
    column += width
    if column >= columns { (row, column) = (row + 1, 0) }
  }

  /// Whether the locale has a character to show.
  static func isPrintable(_ scalar: UnicodeScalar) -> Bool {
    cle_width(wchar_t(bitPattern: scalar.value)) >= 0
  }

  /// Columns that a character takes; control characters are shown as `^X`.
  static func width(of scalar: UnicodeScalar) -> Int {
    let width = cle_width(wchar_t(bitPattern: scalar.value))
    return width < 0 ? 2 : Int(width)
  }

  static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
  }
}
