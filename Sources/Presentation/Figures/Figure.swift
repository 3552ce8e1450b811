/// A picture as a value: each kind knows how it looks on a terminal and as SVG, what its data are, and
/// one sentence that says what is to be seen. Nothing is told by color alone.
package protocol Figure: Sendable, Equatable {
  /// The name of the function that draws it.
  var kind: String { get }
  /// Unwrapped lines, no wider than the page where that can be had.
  func lines(on page: FigurePage) -> [Words]
  /// SVG, or a table.
  var markup: String { get }
  var data: [JSONValue.Member] { get }
  var sentence: String { get }
}

/// What lines of a picture are drawn on. Color comes later and changes nothing in them.
package struct FigurePage: Sendable {
  package let width: Int
  package let unicode: Bool

  package init(width: Int, unicode: Bool) {
    self.width = max(width, 20)
    self.unicode = unicode
  }

  /// Entries of a legend, as many on a line as there is room for.
  package func rows(of entries: [Words], indent: Int = 0) -> [Words] {
    let lead = Words(String(repeating: " ", count: indent))
    return entries.reduce(into: []) { lines, entry in
      let count = (lines.last?.plain).map(DisplayWidth.of) ?? 0
      if !lines.isEmpty, count + DisplayWidth.of(entry.plain) + 3 <= width {
        lines[lines.count - 1] += Words("   ") + entry
      } else {
        lines.append(lead + entry)
      }
    }
  }

  package func symbol(_ text: String, _ ascii: String) -> String { unicode ? text : ascii }
}

/// A picture of any kind inside a document.
package struct AnyFigure: Sendable, Equatable {
  package let figure: any Figure

  package init(_ figure: any Figure) { self.figure = figure }

  package static func == (left: AnyFigure, right: AnyFigure) -> Bool {
    func isEqual<F: Figure>(_ figure: F) -> Bool { figure == right.figure as? F }
    return isEqual(left.figure)
  }

  /// `{"plot": {…}}`
  package var json: JSONValue {
    .object([
      JSONValue.Member(
        figure.kind,
        .object(figure.data + [JSONValue.Member("sentence", .string(figure.sentence))]))
    ])
  }

  /// Where pictures are read aloud: the sentence and the numbers.
  package var spoken: [Block] {
    [.paragraph(Words(figure.sentence))]
      + figure.data.map { .paragraph(Words("\($0.key): \($0.value.text)", .dim)) }
  }
}

extension Figure {
  package var document: Document { Document([.figure(AnyFigure(self))]) }
}

/// The marks and roles by which series and classes are told apart, in this order.
package enum Marks {
  private static let unicode = Array("●+×○◆")
  private static let ascii = Array("*+xo#")
  private static let roles: [Role] = [.series1, .series2, .series3, .series4, .series5]
  /// Blue, vermilion, green, purple, ocher: told apart with any kind of color vision.
  static let colors = ["#0072b2", "#c2541d", "#1b7f4d", "#8a3ab9", "#8a6d00"]

  package static func mark(_ number: Int, _ page: FigurePage) -> Character {
    let marks = page.unicode ? unicode : ascii
    return marks[number % marks.count]
  }

  package static func role(_ number: Int) -> Role { roles[number % roles.count] }
  package static func color(_ number: Int) -> String { colors[number % colors.count] }
}
