import Presentation
import Testing

private func text(_ blocks: Block..., width: Int = 80, unicode: Bool = true) -> String {
  Renderer(width: width, color: false, unicode: unicode).render(Document(blocks))
}

@Suite struct DisplayWidthTests {
  /// A long text is painted as it is read, and looks as a short one does.
  @Test(arguments: [false, true])
  func aLongLineLooksLikeAShortOne(_ color: Bool) {
    let parts: [Words] = [
      Words("a b  "), Words("  x\n", .code), Words(" "), Words("y  \n\n  z\t", .bad), Words("é\tq"),
      Words("\u{1B}[2J \u{202E}w  ", .string), Words("  "), Words("\n   \n"),
      Words("tail  ", .good),
    ]
    let words = parts.reduce(Words("")) { $0 + $1 }
    let renderer = Renderer(color: color)
    let filler = String(repeating: "-", count: 70_000)
    let long = renderer.render(Document([.line(Words(filler + "\n") + words)]))
    #expect(long == filler + "\n" + renderer.render(Document([.line(words)])))
  }

  @Test(arguments: [
    ("", 0), ("a", 1), ("Θ₁ᵀ", 3), ("ŷ", 1), ("y\u{302}", 1), ("漢字", 4), ("ｆ", 2), ("한", 2),
    ("\u{1112}\u{1161}\u{11AB}", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("…", 1), ("𝟙", 1), ("a\u{200B}b", 2),
  ])
  func countsTerminalColumns(_ text: String, _ columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }
}

@Suite struct RendererTests {
  @Test func paragraphsWrapAtTheWidth() {
    let words =
      Words("The loss falls   while the ") + Words("learning rate", .strong)
      + Words("s are small.")
    #expect(
      text(.paragraph(words), width: 20) == """
        The loss falls while
        the learning rates
        are small.

        """)
  }

  @Test func wideCharactersCountTwiceAndBreakAnywhere() {
    #expect(text(.paragraph("漢字漢字漢字漢字漢字漢字"), width: 21) == "漢字漢字漢字漢字漢字\n漢字\n")
    #expect(
      text(.paragraph(Words(String(repeating: "x", count: 45))), width: 20)
        == "xxxxxxxxxxxxxxxxxxxx\nxxxxxxxxxxxxxxxxxxxx\nxxxxx\n")
  }

  @Test func noBreakSpacesHold() {
    #expect(
      text(.paragraph("the total amounts 10\u{A0}µs"), width: 20) == "the total amounts\n10 µs\n")
  }

  @Test func linesAreNeverWrappedAndTabsAreFilled() {
    let long = String(repeating: "1.0 ", count: 30) + "end"
    #expect(text(.line(Words(long)), width: 20) == long + "\n")
    #expect(text(.line("a\tb\n\tc")) == "a   b\n    c\n")
  }

  @Test func blocksAreSetApartOnce() {
    #expect(
      text(.line("a"), .line("b"), .paragraph("c"), .paragraph("d"), .blank, .line("e"))
        == "a\nb\n\nc\n\nd\n\ne\n")
    #expect(text() == "")
  }

  /// Lists and quotes inside each other take their indents off the width.
  @Test(arguments: [24, 40, 80])
  func nothingWrappedIsWiderThanThePage(_ width: Int) {
    let long = Block.paragraph(Words(String(repeating: "a loss, ", count: 30)))
    let inner = Block.list(ordered: false, items: [[long], [.quote([long])]])
    let page = text(.list(ordered: true, items: [[long], [inner]]), .quote([inner]), width: width)
    let lines = page.split(separator: "\n")
    #expect(lines.count > 120 / width)
    for line in lines { #expect(line.count <= width, "\(line)") }
  }

  @Test func columnsStandUnderEachOther() {
    let rows: [[Words]] = [["漢字", "b", "c"], ["a", "bb", "c"], ["ŷ"]]
    #expect(text(.columns(rows)) == "漢字  b   c\na     bb  c\nŷ\n")
  }

  @Test func headingsAreMarkedWithoutColor() {
    #expect(text(.heading(level: 1, "Ab"), .heading(level: 2, "漢字")) == "Ab\n══\n\n漢字\n────\n")
    #expect(text(.heading(level: 1, "Ab"), unicode: false) == "Ab\n==\n")
  }

  @Test func listsNestAndHang() {
    let inner = Block.list(ordered: false, items: [[.paragraph("inner item that wraps")]])
    let list = Block.list(
      ordered: false, items: [[.paragraph("first"), inner], [.paragraph("second")]])
    #expect(
      text(list, width: 20) == """
        • first
          – inner item that
            wraps
        • second

        """)
    let items = (1...10).map { [Block.paragraph(Words("n\($0)"))] }
    let ordered = text(.list(ordered: true, items: items))
    #expect(ordered.hasPrefix(" 1. n1\n") && ordered.hasSuffix("10. n10\n"))
    #expect(text(.list(ordered: false, items: [[]])) == "•\n")
  }

  @Test func looseItemsAreSetApart() {
    let item: [Block] = [.paragraph("a"), .paragraph("b")]
    #expect(text(.list(ordered: false, items: [item, item])) == "• a\n\n  b\n\n• a\n\n  b\n")
  }

  @Test func quotesCarryABar() {
    #expect(text(.quote([.paragraph("a"), .paragraph("b")])) == "│ a\n│\n│ b\n")
    #expect(text(.quote([.quote([.paragraph("a")])]), unicode: false) == "| | a\n")
  }

  @Test func rulesFillTheWidth() {
    #expect(text(.rule, width: 20) == String(repeating: "─", count: 20) + "\n")
  }
}

@Suite struct TableTests {
  private let table = Table(
    header: ["x", "target", "Θ₁ᵀ"], rows: [["0", "漢", "1.5"], ["10", "b", "-12.25"]],
    alignments: [.right, .center, .right])

  @Test func columnsAlignByDisplayWidth() {
    #expect(
      text(.table(table)) == """
         x │ target │    Θ₁ᵀ
        ───┼────────┼───────
         0 │   漢   │    1.5
        10 │   b    │ -12.25

        """)
  }

  @Test func asciiKeepsTheColumnsAligned() {
    #expect(
      text(.table(table), unicode: false) == """
         x | target | Theta1.T
        ---+--------+---------
         0 |   ?    |      1.5
        10 |   b    |   -12.25

        """)
  }

  @Test func theWidestColumnGivesWay() {
    let wide = Table(header: [], rows: [["k", "one two three four five six"]])
    #expect(text(.table(wide), width: 20) == "k │ one two three\n  │ four five six\n")
  }

  @Test func raggedAndEmptyTables() {
    #expect(text(.table(Table(header: [], rows: []))) == "")
    #expect(
      text(.table(Table(header: ["a"], rows: [["1", "2"], []]))) == "a │\n──┼──\n1 │ 2\n  │\n")
    // More columns than the width has room for: nothing is lost and nothing loops.
    let cells = (0..<40).map { Words("c\($0)") }
    let squeezed = text(.table(Table(header: [], rows: [cells])), width: 20)
    #expect(squeezed.contains("3") && squeezed.contains("9"))
  }

  @Test func aHugeCellIsQuick() {
    let huge = Words(String(repeating: "word ", count: 4_000))
    #expect(text(.table(Table(header: [], rows: [["k", huge]])), width: 40).count > 16_000)
  }
}

@Suite struct SafetyTests {
  @Test(arguments: [
    ("\u{1B}[31mred", "^[[31mred"), ("a\u{7}b", "a^Gb"), ("\u{7F}", "^?"), ("\u{9B}31m", "<9B>31m"),
    ("a\u{202E}b", "a<202E>b"), ("a\r\nb", "a\nb"), ("a\rb", "a^Mb"), ("\u{0}", "^@"),
    ("\u{2028}", "<2028>"), ("\u{E0041}", "<E0041>"),
  ])
  func controlsAreShownNotObeyed(_ content: String, _ shown: String) {
    #expect(text(.line(Words(content))) == shown + "\n")
    #expect(Visible.text(content) == shown)
  }

  @Test func noControlCharacterPassesInAnyBlock() {
    let all = Words(
      String(String.UnicodeScalarView((0..<0xA0).compactMap { Unicode.Scalar($0 as UInt32) })))
    let blocks: [Block] = [
      .heading(level: 1, all), .paragraph(all), .line(all), .quote([.line(all)]),
      .list(ordered: true, items: [[.line(all)]]), .table(Table(header: [all], rows: [[all]])),
    ]
    for unicode in [true, false] {
      let output = Renderer(color: false, unicode: unicode).render(Document(blocks))
      #expect(
        !output.unicodeScalars.contains {
          $0 != "\n" && ($0.value < 0x20 || (0x7F..<0xA0).contains($0.value))
        })
      #expect(output.contains("^["))
    }
  }
}

@Suite struct ColorTests {
  @Test(arguments: Role.allCases)
  func colorChangesNothingButColor(_ role: Role) {
    let document = Document([
      .paragraph(Words("plain ") + Words("some words that wrap twice", role))
    ])
    let colored = Renderer(width: 20, color: true).render(document)
    let plain = Renderer(width: 20, color: false).render(document)
    #expect(withoutCodes(colored) == plain)
    #expect((colored != plain) == ![.plain, .value].contains(role))
    // Every line ends unstyled, so that nothing bleeds into what follows.
    for line in colored.split(separator: "\n") where line.contains("\u{1B}") {
      #expect(line.hasSuffix("\u{1B}[0m"))
    }
  }

  @Test func wordsRenderAlone() {
    #expect(Renderer(color: true).render(Words("∇", .prompt)) == "\u{1B}[1;32m∇\u{1B}[0m")
    #expect(Renderer(unicode: false).render(Words("∇ ") + Words("x₁")) == "nabla x1")
  }

  private func withoutCodes(_ text: String) -> String {
    var result = ""
    var inside = false
    for character in text {
      if character == "\u{1B}" { inside = true }
      if !inside { result.append(character) }
      if inside, character == "m" { inside = false }
    }
    return result
  }
}

@Suite struct TransliterationTests {
  @Test(arguments: [
    ("∂E/∂ŷ", "dE/dy^"), ("Θ₁ᵀ @ x", "Theta1.T @ x"), ("s₁", "s1"), ("a ⊙ b · c", "a * b * c"),
    ("−0.5", "-0.5"), ("y\u{302}", "y^"), ("∇", "nabla"), ("w²", "w**2"), ("10⁻³", "10**-3"),
    ("θ⁽ˡ⁾", "theta^(l)"), ("W′", "W'"), ("┌─┼│┘═", "+-+|+="), ("w ← w", "w <- w"),
    ("(3×2)", "(3x2)"), ("√x[0] + 1", "sqrt(x[0]) + 1"), ("√(x + 1)", "sqrt(x + 1)"),
    ("√ŷ₁·√0.15", "sqrt(y^1)*sqrt(0.15)"), ("(√2.5)²", "(sqrt(2.5))**2"), ("√√x", "sqrt(sqrt(x))"),
    ("δ ⊗ x", "delta outer x"),
    ("é漢", "e?"), ("½(y − ŷ)²", "1/2(y - y^)**2"), ("𝐖", "W"), ("x̄", "x_bar"), ("⣿⠀⠁", "* ."),
    ("█", "#"), ("plain", "plain"), ("ΔW", "DeltaW"), ("≤", "<="), ("“q”", "\"q\""), ("ℝ", "R"),
  ])
  func readsAsItIsTyped(_ text: String, _ ascii: String) {
    #expect(Transliteration.ascii(text) == ascii)
  }

  @Test func everythingBecomesASCII() {
    for value in Array(UInt32(0x80)...0x2FFF) + Array(0x1D400...0x1D7FF) + [
      0x4E00, 0xAC00, 0x1F44D, 0x10FFFF,
    ] {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if !Transliteration.ascii(String(scalar)).utf8.allSatisfy({ $0 < 0x80 }) {
        Issue.record("U+\(String(value, radix: 16)) stays")
      }
    }
  }

  @Test func everyGreekLetterHasItsName() {
    let names = "αβγδεζηθικλμνξοπρστυφχψω".map { Transliteration.ascii(String($0)) }
    #expect(names.prefix(4) == ["alpha", "beta", "gamma", "delta"] && names.last == "omega")
    #expect(Set(names).count == 24 && !names.contains("?"))
    #expect(Transliteration.ascii("λΛ") == "lambdaLambda")
  }
}
