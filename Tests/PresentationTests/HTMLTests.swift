import Presentation
import TestSupport
import Testing

@Suite struct HTMLTests {
  private let everything = Document([
    .heading(level: 1, "Title & more"),
    .paragraph(
      Words("plain <b> ") + Words("em", .emphasis) + Words("strong", .strong)
        + Words("x < 1", .code)
        + Words(formula: MathText.formula(#"\frac{1}{2}"#))),
    .line(Words("a = ", .name) + Words("1", .value)), .blank, .line("    ^ \"here\""),
    .worked([
      WorkedLine(
        label: .element("s1", [0]),
        steps: [
          .init(
            relation: "=",
            .sum([
              .product([.number("1.20"), .number("1.00")], sign: .dot),
              .product([.number("−0.30"), .number("−0.50")], sign: .dot),
            ]), role: .plain),
          .init(relation: "=", .number("1.35"), role: .value),
        ], note: "(3×2)(2) → (3)")
    ]),
    .worked([
      WorkedLine(
        label: .derivative("E", by: "o"),
        steps: [
          .init(relation: "=", .negative(.sum(["y", .negative("o")])), role: .formula),
          .init(relation: "≈", .number("0.741"), role: .value),
        ]),
      WorkedLine(
        label: .derivative("o", by: "z"),
        steps: [.init(relation: "=", .number("0.187"), role: .value)]),
    ]),
    .formula(MathText.formula(#"\sum_i x_i"#)),
    .list(ordered: true, items: [[.paragraph("one")], [.paragraph("two"), .line("2")]]),
    .quote([.paragraph("said")]),
    .table(
      Table(
        header: ["name", "value"], rows: [["a", "1 & 2"], ["b"]], alignments: [.left, .right])),
    .rule,
    .figure(
      AnyFigure(
        Plot(
          [
            .init("loss <1>", values: [3, 2, .nan, 1]),
            .init("b", values: [1, 2, 3, 4], style: .scatter),
          ], title: "a & b"))),
  ])

  @Test func everyBlockBecomesItsElement() throws {
    let page = try XMLTree.parsed(HTMLRenderer().page(everything, title: "<Page>"))
    for (name, count) in [
      ("title", 2), ("h1", 1), ("em", 1), ("strong", 1), ("code", 1), ("pre", 2), ("math", 10),
      ("ol", 1), ("li", 2),
      ("blockquote", 1), ("table", 2), ("th", 4), ("hr", 1), ("svg", 1), ("figure", 1),
    ] {
      #expect(page.elements(name).count == count, "\(name)")
    }
    #expect(page.elements("title")[0].text == "<Page>")
    #expect(page.elements("pre")[0].text.contains("\n\n    ^ \"here\""))
    #expect(page.elements("th").allSatisfy { $0.attributes["scope"] != nil })
    #expect(page.attributes["lang"] == "en")
    #expect(page.elements("svg")[0].attributes["role"] == "img")
    #expect(
      page.elements("title")[1].text
        == "Plot of a & b: loss <1>: from 3.0 to 1.0; b: 4 points, x from 0.0 to 3.0, y from 1.0 to 4.0."
    )
  }

  /// What is typed and what is written on the board can be set alike: once is enough.
  @Test func aStepIsNotRepeatedInAnotherSpelling() throws {
    let power = WorkedFormula.power("a", .number("−1"))
    let formulas: [WorkedFormula] = [
      .typed("a**-1", power.math), power, .power(.number("2"), .number("−1")), .number("0.50"),
    ]
    let line = WorkedLine(
      label: "z", steps: formulas.map { .init(relation: "=", $0, role: .plain) })
    let page = try XMLTree.parsed(
      "<body>\(HTMLRenderer().fragment(Document([.worked([line])])))</body>")
    #expect(page.elements("math").map(\.text) == ["z", "=a−1", "=2−1", "=0.50"])
    let rows = try XMLTree.parsed(
      "<body>\(HTMLRenderer().fragment(Document([.worked([line, line])])))</body>")
    #expect(rows.elements("math").count { $0.text.contains("a") } == 2)
  }

  @Test func theTextIsTheSame() throws {
    let page = try XMLTree.parsed(HTMLRenderer().page(everything, title: ""))
    for text in ["plain <b> ", "x < 1", "1 & 2", "(3×2)(2) → (3)"] {
      #expect(page.all.contains { $0.ownText.contains(text) }, "\(text)")
    }
  }

  /// Nothing that a person or a file can hold becomes markup, or steers what is shown.
  @Test(arguments: [
    "<script>alert(1)</script>", "</pre></main>", "&amp; &lt;", "\" onload=\"x",
    "\u{0}\u{8}\u{1B}[31m", "]]>", "<!--",
    "\u{202E}abc", "a\r\nb", "𝟙ŷ漢",
  ])
  func contentIsHarmless(_ text: String) throws {
    for role in Role.allCases {
      let words = Words(text, role)
      let step = WorkedLine.Step(
        relation: "=", .phrase([.name(text), .words(text), .number(text), .call(text, [])]),
        role: role)
      let document = Document([
        .heading(level: 9, words), .paragraph(words), .line(words),
        .list(ordered: false, items: [[.line(words)], []]),
        .table(Table(header: [words], rows: [[words]])),
        .worked([WorkedLine(label: .name(text), steps: [step], note: text)]),
        .formula(MathText.formula(text)), .paragraph(Words(formula: MathText.formula(text))),
        .figure(
          AnyFigure(
            Plot([.init(text, values: [1, 2])], title: text, xLabel: text, yLabel: text))),
      ])
      let page = try XMLTree.parsed(HTMLRenderer().page(document, title: text))
      #expect(page.elements("script").isEmpty)
      // What reverses the direction of reading does so in its own text alone, which stays as it is.
      let turning = page.all.filter { $0.ownText.contains("\u{202E}") }
      #expect(
        turning.allSatisfy { ["bdi", "title", "text", "mtext", "mi", "mo"].contains($0.name) })
      #expect(!text.contains("\u{202E}") || turning.contains { $0.ownText == text })
    }
  }

  /// Larger values stand higher, at smaller y, and all keep their distances.
  @Test func pointsStandAtTheirValues() throws {
    let values = [1.0, 2, 4, 3]
    let plot = Plot([Plot.Series(values: values, style: .scatter)])
    let picture = try XMLTree.parsed(HTMLRenderer().fragment(plot.document))
    let dots = try picture.elements("circle").map { dot in
      try ["cx", "cy"].map { try #require(Double(dot.attributes[$0] ?? "")) }
    }
    #expect(dots.count == values.count)
    for (number, value) in values.enumerated() {
      let height: Double = (dots[0][1] - dots[number][1]) / (dots[0][1] - dots[1][1])
      #expect(abs(height - (value - values[0])) < 0.02, "\(dots)")
      #expect(number == 0 || dots[number][0] > dots[number - 1][0])
    }
    #expect(dots[1][1] < dots[0][1])
  }

  @Test func anEmptyPlotSaysSo() throws {
    let tree = try XMLTree.parsed(HTMLRenderer().fragment(Plot([.init(values: [.nan])]).document))
    #expect(tree.text == "(nothing to plot: no finite values)")
  }
}
