import Presentation
import TestSupport
import Testing

/// One tree, three printers: a line of text, a page, a file of LaTeX.
@Suite struct WorkedFormulaTests {
  struct Case: Sendable {
    let formula: WorkedFormula
    let text: String
    let math: String
    let latex: String

    init(_ formula: WorkedFormula, _ text: String, _ math: String, _ latex: String) {
      (self.formula, self.text, self.math, self.latex) = (formula, text, math, latex)
    }
  }

  private static let cases: [Case] = [
    Case(
      .derivative("E", by: .element("Θ2", [0, 1])), "∂E/∂Θ2[0,1]",
      "<mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><msub><mi>Θ</mi><mn>2</mn></msub>"
        + "<mrow><mo>[</mo><mn>0</mn><mo>,</mo><mn>1</mn><mo>]</mo></mrow></mrow></mfrac>",
      #"\frac{\partial E}{\partial {\Theta }_{2}[0,1]}"#),
    Case(
      .negative(.sum(["y", .negative("ŷ")])), "−(y − ŷ)",
      "<mrow><mo>−</mo><mrow><mo>(</mo><mi>y</mi><mo>−</mo><mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover><mo>)</mo></mrow></mrow>",
      #"- (y- \hat{y})"#),
    Case(
      .quotient(
        .number("1"), .sum([.number("1"), .call("exp", [.negative("z1")])]), isWide: false),
      "1/(1 + exp(−z1))",
      "<mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><mi>exp</mi><mrow><mo>(</mo>"
        + "<mo form=\"prefix\">−</mo><msub><mi>z</mi><mn>1</mn></msub><mo>)</mo></mrow></mrow></mfrac>",
      #"\frac{1}{1+\exp (- {z}_{1})}"#),
    Case(
      .quotient(
        .power(.sum(["y", .negative("ŷ")]), .number("2")), .number("2"), isWide: false),
      "(y − ŷ)²/2",
      "<mfrac><msup><mrow><mo>(</mo><mi>y</mi><mo>−</mo><mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover><mo>)</mo></mrow><mn>2</mn></msup>"
        + "<mn>2</mn></mfrac>", #"\frac{{(y- \hat{y})}^{2}}{2}"#),
    Case(
      .product([.transposed("Θ1"), "x"], sign: .matrix), "Θ1ᵀ @ x",
      "<mrow><msup><msub><mi>Θ</mi><mn>1</mn></msub><mi>ᵀ</mi></msup><mo>@</mo><mi>x</mi></mrow>",
      #"{{\Theta }_{1}}^{\top }\,x"#),
    Case(
      "h⁽¹²⁾", "h⁽¹²⁾", "<msup><mi>h</mi><mrow><mo>(</mo><mn>12</mn><mo>)</mo></mrow></msup>",
      "{h}^{(12)}"),
    Case(
      .scientific("4.39", power: -7), "4.39·10⁻⁷",
      "<mrow><mn>4.39</mn><mo>·</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup></mrow>",
      #"4.39\cdot {10}^{- 7}"#),
    Case("loss", "loss", "<mi>loss</mi>", #"\mathit{loss}"#),
    Case(
      .power(.root("a"), .number("2")), "(√a)²",
      "<msup><mrow><mo>(</mo><msqrt><mi>a</mi></msqrt><mo>)</mo></mrow><mn>2</mn></msup>",
      #"{(\sqrt{a})}^{2}"#),
    Case(
      .derivative("E", by: "x", fixed: ["u", "v"]), "∂E/∂x|u,v",
      "<msub><mrow><mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><mi>x</mi></mrow></mfrac>"
        + "<mo stretchy=\"false\">|</mo></mrow><mrow><mi>u</mi><mo>,</mo><mi>v</mi></mrow></msub>",
      #"\left.\frac{\partial E}{\partial x}\right|_{u,v}"#),
    Case(
      .omitted("995", .number("2.13")), "[995 more: 2.13]",
      "<mrow><mo>[</mo><mtext>995 more:\u{A0}</mtext><mn>2.13</mn><mo>]</mo></mrow>",
      #"[\text{995 more: }2.13]"#),
    Case(
      .product([.root("x"), .enclosed("|", .number("−2"), "|")], sign: .dot), "√x·|−2|",
      "<mrow><msqrt><mi>x</mi></msqrt><mo>·</mo><mo stretchy=\"false\">|</mo><mo>−</mo><mn>2</mn>"
        + "<mo stretchy=\"false\">|</mo></mrow>", #"\sqrt{x}\cdot \vert - 2\vert "#),
    Case(
      .rows([[.number("1"), .number("−2")], [.number("3"), .number("4")]]), "[1, −2; 3, 4]",
      "<mtable>", #"\begin{bmatrix}1 & - 2 \\ 3 & 4\end{bmatrix}"#),
    Case(
      .product([.number("0.5"), .sum([.number("1"), .negative(.number("−0.62"))])], sign: .dot),
      "0.5·(1 − (−0.62))", "<mn>0.62</mn>", #"0.5\cdot (1- (- 0.62))"#),
    Case(
      .indicator("z", ">", .number("0")), "𝟙[z > 0]", "<mo>&gt;</mo>", #"\mathbf{1} [z>0]"#),
  ]

  @Test(arguments: cases.indices)
  func aFormulaIsPrintedInThreeWays(_ index: Int) throws {
    let one = Self.cases[index]
    #expect(one.formula.text == one.text)
    let math = MathML.element(one.formula.math)
    _ = try XMLTree.parsed(math)
    #expect(math.contains(one.math), "\(math)")
    #expect(LaTeX.math(one.formula.math) == one.latex)
  }

  /// Whatever a name or a text holds, a file of LaTeX has nothing in it but ASCII and what we wrote.
  @Test(arguments: [
    #"\end{document}\input{/etc/passwd}"#, "$x$ & y % z # _ ^ ~", "{{{", "}}}", "漢字 🎲 \u{1B}[31m",
    "ŷ θ̂ Θ₁ᵀ x² √2 ½ 𝟙", "a\nb\tc", "<<>>--,,``''",
  ])
  func contentIsNoCommand(_ text: String) {
    let step = WorkedLine.Step(
      relation: "=", .phrase([.name(text), .words(text), .call(text, [.number(text)])]),
      role: .plain)
    let words = Words(text) + Words(text, .code) + Words(text, .strong)
    let page = LaTeXRenderer().page(
      Document([
        .heading(level: 1, words), .paragraph(words), .line(words),
        .worked([WorkedLine(label: .name(text), steps: [step], note: text)]),
        .table(Table(header: [words], rows: [[words]])),
        .list(ordered: true, items: [[.line(words)]]),
      ]), title: text)
    #expect(page.allSatisfy { $0.isASCII })
    #expect(!page.contains("\\input") && page.components(of: "\\end{document}") == 1)
    var depth = 0
    var previous: Character = " "
    for character in page {
      if previous != "\\" {
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
      }
      previous = previous == "\\" && character == "\\" ? " " : character
    }
    #expect(depth == 0)
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
