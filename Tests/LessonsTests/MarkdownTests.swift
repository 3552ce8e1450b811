import Presentation
import Testing

@testable import Lessons

struct MarkdownTests {
  private func shown(_ text: String) -> String {
    Renderer(width: 60).render(Markdown.document(text))
  }

  @Test func blocksKeepTheirLinesAndCodeItsPlace() {
    let text = """
      # Title

      A paragraph
      on two lines.

      ```nabla hide

      x = 1
      y = 2
      ```

      - one
      - two
      """
    let pieces = Markdown.pieces(of: text, firstLine: 10)
    let lines = pieces.map { piece -> Int in
      switch piece {
      case .prose(_, let line): line
      case .code(let code): code.firstLine
      case .note: 0
      }
    }
    #expect(lines == [10, 12, 16, 21])
    #expect(
      pieces[2]
        == .code(.init(info: "nabla hide", text: "\nx = 1\ny = 2\n", firstLine: 16)))
  }

  @Test func indentedCodeKnowsItsFirstLine() {
    let pieces = Markdown.pieces(of: "Text:\n\n    a\n\n    b\n")
    #expect(pieces.last == .code(.init(info: "", text: "a\n\nb\n", firstLine: 3)))
  }

  @Test func spansBecomeRoles() {
    let pieces = Markdown.pieces(of: "a *b* **c** `d` $x^2$ [e](https://f.org) <g>")
    guard case .prose(.paragraph(let words), _) = pieces.first else {
      Issue.record("no paragraph: \(pieces)")
      return
    }
    #expect(
      words.runs.filter { $0.role != .plain }.map { "\($0.role):\($0.text)" }.joined(separator: " ")
        == "emphasis:b strong:c code:d formula:x² dim: (https://f.org)")
    #expect(words.plain.hasSuffix("<g>"))
  }

  @Test func listsTablesQuotesAndRulesNest() {
    let text = """
      1. first
         - inner *one*
      2. second

      > quoted
      > > deeper

      | a | b |
      |---|--:|
      | 1 | 2 |

      ---
      """
    let blocks = Markdown.document(text).blocks
    #expect(
      blocks == [
        .list(
          ordered: true,
          items: [
            [
              .paragraph("first"),
              .list(
                ordered: false,
                items: [[.paragraph(Words("inner ") + Words("one", .emphasis))]]),
            ], [.paragraph("second")],
          ]),
        .quote([.paragraph("quoted"), .quote([.paragraph("deeper")])]),
        .table(Table(header: ["a", "b"], rows: [["1", "2"]], alignments: [.left, .right])), .rule,
      ])
  }

  @Test func displayFormulasStandAlone() {
    let blocks = Markdown.document("before\n$$a + b$$\nafter").blocks
    #expect(blocks.count == 3)
    #expect(blocks.first == .paragraph("before"))
    #expect(blocks.last == .paragraph("after"))
  }

  @Test func entitiesAndHTMLAreText() {
    #expect(shown("a &lt; b &amp; c &#233; &bogus;") == "a < b & c é &bogus;\n")
    #expect(shown("<div>\nx\n</div>") == "<div>\nx\n</div>\n")
  }

  /// By number, because a failing test prints its argument.
  @Test(arguments: hostileTexts.indices)
  func hostileTextIsHarmless(number: Int) {
    _ = shown(hostileTexts[number])
  }
}

private let hostileTexts = [
  String(repeating: ">", count: 20_000) + " deep", String(repeating: "- ", count: 20_000) + "x",
  String(repeating: "*", count: 50_000), String(repeating: "[", count: 50_000),
  String(repeating: "$", count: 9_999), "```\n", "~~~quiz", "\0\0", "| a |\n|--", "",
  String(repeating: "`", count: 9_999) + "x", String(repeating: "![](", count: 9_999),
]
