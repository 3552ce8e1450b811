import TestSupport
import Testing

/// libvterm as the tests of the shell see it.
struct ScreenTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let output: String
    let lines: [String]
    let cursor: (row: Int, column: Int)
    var testDescription: String { name }

    init(_ name: String, _ output: String, _ lines: [String], _ row: Int, _ column: Int) {
      self.name = name
      self.output = output
      self.lines = lines
      cursor = (row, column)
    }
  }

  static let cases = [
    Case("line ends", "ab\r\ncd", ["ab", "cd"], 1, 2),
    Case("wrapping waits for the next character", "abcdefgh", ["abcdefgh"], 0, 7),
    Case("wrapping", "abcdefghij", ["abcdefgh", "ij"], 1, 2),
    Case("return at the margin", "abcdefgh\rX", ["Xbcdefgh"], 0, 1),
    Case("scrolling", "1\r\n2\r\n3\r\n4", ["2", "3", "4"], 2, 1),
    Case("backspace", "abc\u{8}\u{8}X", ["aXc"], 0, 2),
    Case("colors", "\u{1B}[1;36m∇ \u{1B}[0mx", ["∇ x"], 0, 3),
    Case("erasing to the end of the line", "abcdef\u{1B}[4D\u{1B}[K", ["ab"], 0, 2),
    Case("erasing to the end of the screen", "a\r\nb\r\nc\u{1B}[2A\u{1B}[J", ["a"], 0, 1),
    Case("a place", "\u{1B}[2;3Hx", ["", "  x"], 1, 3),
    Case("a wide character", "数x", ["数x"], 0, 3),
    Case("a wide character at the margin", "1234567数", ["1234567", "数"], 1, 2),
    Case("a combining mark", "y\u{302}x", ["y\u{302}x"], 0, 2),
    Case("deleting and inserting", "abc\r\u{1B}[P\u{1B}[2@X", ["X bc"], 0, 1),
    Case("modes", "\u{1B}[?2004h\u{1B}(Bok", ["ok"], 0, 2),
  ]

  @Test(arguments: cases)
  func showsWhatATerminalShows(_ example: Case) {
    let screen = Screen(columns: 8, rows: 3)
    screen.receive(example.output.utf8)
    #expect(screen.lines == example.lines)
    #expect(screen.cursor == example.cursor)
  }
}
