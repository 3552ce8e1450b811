import Presentation
import TestSupport
import Testing

/// Content comes from anywhere; whatever it is, it is shown and harms nothing.
@Suite struct RandomTextTests {
  private static let pieces: [String] = [
    "\\frac", "\\hat", "{", "}", "_", "^", "\\begin{bmatrix}", "\\end{bmatrix}", "&", "\\\\",
    "\\left",
    "\\text{", "\\sqrt[", "]", "x", "漢", "y\u{302}", "\u{301}", "\u{1B}[31m", "\t", "\n", "\r\n",
    "\r",
    "²", "ᵀ", "⁻", "∂", " ", "\u{A0}", "👨‍👩‍👧", "\u{202E}", "\u{0}", "'", "\\", "\\unknown", "12.5",
    "-", "=",
    "\u{1F1E9}", "\u{200D}", "e", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  ]

  private func texts(_ count: Int, seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        Self.pieces.randomElement(using: &generator) ?? ""
      }.joined()
    }
  }

  private func isHarmless(_ output: String, ascii: Bool) -> Bool {
    output.unicodeScalars.allSatisfy {
      $0 == "\n"
        || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && !(ascii && $0.value > 0x7F)
    }
  }

  @Test(arguments: [true, false])
  func anyTextRenders(_ unicode: Bool) {
    for text in texts(300, seed: 1) {
      let words = Words(text, .code)
      let blocks: [Block] = [
        .paragraph(words), .line(words), .heading(level: 2, words), .quote([.paragraph(words)]),
        .table(Table(header: [words, "b"], rows: [["1", words]])),
        .list(ordered: false, items: [[.paragraph(words)], [.line(words)]]),
      ]
      let output = Renderer(width: 30, unicode: unicode).render(Document(blocks))
      #expect(isHarmless(output, ascii: !unicode))
      let wrapped = Renderer(width: 30, unicode: unicode).render(Document([.paragraph(words)]))
      #expect(wrapped.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 30 })
    }
  }

  @Test(arguments: [true, false])
  func anySpanOfAnySourceIsPointedAt(_ unicode: Bool) {
    var generator = SeededGenerator(seed: 2)
    for text in texts(300, seed: 3) {
      func span() -> Span {
        Span(Int.random(in: -5...80, using: &generator), Int.random(in: -5...80, using: &generator))
      }
      let diagnostic = Diagnostic(
        "x", text, source: SourceText(name: text, text: text), primary: .init(span(), text),
        secondary: [.init(span(), "second"), .init(span(), text)], notes: [text], helps: [text])
      let output = Renderer(width: 40, unicode: unicode).render(diagnostic)
      #expect(isHarmless(output, ascii: !unicode) && output.contains("^"))
    }
  }

  @Test func anyFormulaKeepsItsLettersAndNumbers() {
    // The name of an environment is read and dropped, whatever stands there.
    for text in texts(300, seed: 4) where !text.contains("\\begin") && !text.contains("\\end") {
      let shown = MathText.unicode(text)
      #expect(
        text.contains("12.5") ? shown.contains { "1₁¹½".contains($0) } : true, "\(text) → \(shown)")
      #expect(text.contains("漢") ? shown.contains("漢") : true, "\(text) → \(shown)")
    }
  }
}
