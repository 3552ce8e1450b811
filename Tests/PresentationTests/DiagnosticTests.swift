import Presentation
import TestSupport
import Testing

private func span(of part: String, in text: String) -> Span {
  let start = text.utf8.firstRange(of: Array(part.utf8))?.lowerBound ?? text.utf8.startIndex
  let offset = text.utf8.distance(from: text.utf8.startIndex, to: start)
  return Span(offset, offset + part.utf8.count)
}

extension Collection where Element: Equatable, SubSequence: Equatable {
  fileprivate func firstRange(of part: [Element]) -> Range<Index>? {
    indices.lazy.map { $0..<(self.index($0, offsetBy: part.count, limitedBy: self.endIndex) ?? $0) }
      .first { self[$0].elementsEqual(part) }
  }
}

private func shown(
  _ text: String, _ primary: (String, String), _ secondary: [(String, String)] = [],
  name: String = "", firstLine: Int = 1, notes: [String] = [], helps: [String] = [],
  width: Int = 80, unicode: Bool = true
) -> String {
  let diagnostic = Diagnostic(
    "test", "something is wrong", source: SourceText(name: name, text: text, firstLine: firstLine),
    primary: .init(span(of: primary.0, in: text), primary.1),
    secondary: secondary.map { .init(span(of: $0.0, in: text), $0.1) }, notes: notes, helps: helps)
  return Renderer(width: width, unicode: unicode).render(diagnostic)
}

@Suite struct DiagnosticTests {
  /// The two examples of the style guide, and the forms that follow from them.
  @Test func goldenForms() {
    let matmul = "scores = weights @ inputs"
    let first = Diagnostic(
      "shape-mismatch", "matmul needs as many rows on the right as columns on the left",
      source: SourceText(name: "<prompt>", text: matmul, firstLine: 3),
      primary: .init(span(of: "@", in: matmul)),
      secondary: [
        .init(span(of: "weights", in: matmul), "[2, 3]"),
        .init(span(of: "inputs", in: matmul), "[4, 3]"),
      ],
      notes: ["3 columns on the left, 4 rows on the right"],
      helps: ["'weights @ inputs.T' works and has shape [2, 4]"])
    let second = Diagnostic(
      "unknown-name", "unknown name 'sigmod'", source: SourceText(name: "", text: "sigmod(0.5)"),
      primary: .init(Span(0, 6), "not defined here"), helps: ["did you mean 'sigmoid'?"])
    let file = Diagnostic(
      "stale-name", "'w' was reassigned after 'E' was computed", severity: .warning,
      source: SourceText(
        name: "demo.nabla", text: "E = w * 2\na = 1\nb = 2\nw = 4\n∂E/∂w\n", firstLine: 8),
      primary: .init(Span(28, 37)),
      secondary: [.init(Span(4, 5), "used here"), .init(Span(22, 23), "reassigned here")])
    let bare = Diagnostic("no-file", "no file 'x.nabla' here", helps: ["nabla lessons"])
    let renderer = Renderer()
    let text = [first, second, file, bare].map { "```\n\(renderer.render($0))```\n" }
    expectGolden(name: "diagnostics", text: "# Diagnostics\n\n" + text.joined(separator: "\n"))
    expectGoldenFolder(holds: ["diagnostics", "plots"])
  }

  @Test func markersStandUnderTheDisplayedCharacters() {
    #expect(
      shown("漢字 = ŷ\t+ oops", ("oops", "here")) == """
        error: something is wrong
        1 | 漢字 = ŷ    + oops
          |               ^^^^ here

        """)
    #expect(
      shown("y\u{302} = \u{1B}[2J + x", ("x", "")) == """
        error: something is wrong
        1 | y\u{302} = ^[[2J + x
          |             ^

        """)
  }

  @Test func asciiOutputMovesTheMarkersAlong() {
    #expect(
      shown("Θ₁ᵀ @ x⁻¹ + z", ("z", "−1"), unicode: false) == """
        error: something is wrong
        1 | Theta1.T @ x**-1 + z
          |                    ^ -1

        """)
  }

  @Test func crowdedLabelsGoDownTiedToTheirMarks() {
    #expect(
      shown("a @ b @ c", ("b", "the middle"), [("a", "the left"), ("c", "right")]) == """
        error: something is wrong
        1 | a @ b @ c
          | ~   ^   ~
          | |   |   right
          | |   the middle
          | the left

        """)
  }

  @Test func placesOutsideTheTextAreClamped() {
    let empty = Diagnostic(
      "x", "h", source: SourceText(name: "", text: ""), primary: .init(Span(0, 0), "here"))
    #expect(Renderer().render(empty) == "error: h\n1 |\n  | ^ here\n")
    let beyond = Diagnostic(
      "x", "h", source: SourceText(name: "f", text: "ab\n"), primary: .init(Span(90, 99)))
    #expect(Renderer().render(beyond) == "error: h\n --> f:2:1\n2 |\n  | ^\n")
    let lines = Diagnostic(
      "x", "h", source: SourceText(name: "", text: "f(1,\n2)"), primary: .init(Span(1, 7)))
    #expect(Renderer().render(lines) == "error: h\n1 | f(1,\n  |  ^^^\n")
  }

  @Test func longLinesAreCutAroundTheCaret() {
    let text =
      "first + " + String(repeating: "x + ", count: 50) + "oops"
      + String(repeating: " + z", count: 50)
    let output = shown(text, ("oops", "not defined"), [("first", "[2, 3]")], width: 60)
    let lines = output.split(separator: "\n").map(Array.init)
    #expect(lines[1].count <= 60 && lines[1].count > 50)
    #expect(String(lines[1]).contains("…") && String(lines[1]).hasSuffix("…"))
    let caret = lines[2].firstIndex(of: "^") ?? 0
    #expect(String(lines[1][caret..<(caret + 4)]) == "oops")
    #expect(output.contains("= note: column 1: [2, 3]"))
    // At either end of the line there is nothing to cut on that side.
    #expect(shown(text, ("first", ""), width: 60).contains("1 | first +"))
    let atEnd = String(repeating: "x + ", count: 50) + "oops"
    #expect(shown(atEnd, ("oops", ""), width: 60).contains("+ oops\n"))
  }

  @Test(arguments: [true, false])
  func theCaretFollowsEveryCharacterOfALongLine(_ unicode: Bool) {
    let text = String((0..<200).map { $0 % 7 == 0 ? "漢" : $0 % 5 == 0 ? "Θ" : "a" })
    var offset = 0
    for character in text {
      let end = offset + String(character).utf8.count
      let diagnostic = Diagnostic(
        "x", "h", source: SourceText(name: "", text: text), primary: .init(Span(offset, end)))
      let lines = Renderer(width: 50, unicode: unicode).render(diagnostic).split(separator: "\n")
      let before = lines[2].prefix { $0 != "^" }
      var columns = 0
      let under = lines[1].drop { character in
        guard columns < DisplayWidth.of(String(before)) else { return false }
        columns += DisplayWidth.of(character)
        return true
      }
      let expected = unicode ? String(character) : Transliteration.ascii(String(character))
      #expect(under.hasPrefix(expected), "\(offset): \(lines)")
      #expect(DisplayWidth.of(String(lines[1])) <= 50)
      offset = end
    }
  }

  @Test func wideNumbersWidenTheGutterAndNotesWrap() {
    let output = shown(
      "x", ("x", ""), name: "a\u{1B}.nabla", firstLine: 120,
      notes: ["one two three four five six seven", "a\nb"], width: 30)
    #expect(
      output == """
        error: something is wrong
           --> a^[.nabla:120:1
        120 | x
            | ^
            = note: one two three four
                    five six seven
            = note: a
                    b

        """)
  }

  @Test func colorIsNeverTheOnlyCarrier() {
    let diagnostic = Diagnostic(
      "x", "h", source: SourceText(name: "", text: "a @ b"), primary: .init(Span(2, 3)),
      secondary: [.init(Span(0, 1))])
    #expect(Renderer(color: true).render(diagnostic).contains("\u{1B}[1;31m^\u{1B}[0m"))
    #expect(Renderer().render(diagnostic).contains("  | ~ ^\n"))
  }
}

@Suite struct SuggestionTests {
  private let names = ["sigmoid", "sign", "sum", "softmax", "tanh", "Θ₁", "weights", "w", "ŷ"]

  @Test(arguments: [
    ("sigmod", "sigmoid"), ("simgoid", "sigmoid"), ("SIGMOID", "sigmoid"), ("sofmtax", "softmax"),
    ("smu", "sum"), ("Theta1", "Θ₁"), ("W", "w"), ("y^", "ŷ"), ("tan", "tanh"),
    ("wieghst", "weights"),
  ])
  func findsTheClosest(_ typed: String, _ meant: String) {
    #expect(Suggestion.closest(to: typed, in: names) == meant)
  }

  @Test(arguments: ["v", "sg", "convolve", "sigx0", "", "relu", "sigmoid1234"])
  func staysSilentWhenNothingIsNear(_ typed: String) {
    #expect(Suggestion.closest(to: typed, in: names) == nil)
  }

  @Test func tiesGoByNameAndTheNameItselfIsNoSuggestion() {
    #expect(Suggestion.closest(to: "cat", in: ["hat", "bat", "cat"]) == "bat")
    #expect(Suggestion.help(for: "tahn", in: names) == "did you mean 'tanh'?")
  }

  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "bcd", 2),
  ])
  func countsEdits(_ left: String, _ right: String, _ distance: Int) {
    #expect(Suggestion.distance(left, right) == distance)
    #expect(Suggestion.distance(right, left) == distance)
  }
}
