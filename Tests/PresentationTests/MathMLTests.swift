import Presentation
import TestSupport
import Testing

@Suite struct MathMLTests {
  /// What stands inside the `math` element.
  private func inner(_ formula: MathNode) throws -> String {
    let text = MathML.element(formula)
    _ = try XMLTree.parsed(text)
    let start = try #require(text.firstIndex(of: ">"))
    return String(text[text.index(after: start)...].dropLast("</math>".count))
  }

  @Test(arguments: [
    (
      #"\frac{\partial E}{\partial w}"#,
      "<mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><mi>w</mi></mrow></mfrac>"
    ),
    ("x_1", "<msub><mi>x</mi><mn>1</mn></msub>"),
    ("w^2", "<msup><mi>w</mi><mn>2</mn></msup>"),
    ("f'", "<msup><mi>f</mi><mo>′</mo></msup>"),
    (
      "w_{ij}^{(l)}",
      "<msubsup><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow><mrow><mo>(</mo><mi>l</mi><mo>)</mo></mrow></msubsup>"
    ),
    (#"\hat y"#, "<mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover>"),
    (
      #"\sum_{i=1}^n x"#,
      "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>x</mi></mrow>"
    ),
    (
      #"\sum_i x"#, "<mrow><munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi></mrow>"
    ),
    (
      #"\sum^n x"#, "<mrow><mover><mo>∑</mo><mi>n</mi></mover><mi>x</mi></mrow>"
    ),
    (#"\sqrt[3]{x+1}"#, "<mroot><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow><mn>3</mn></mroot>"),
    (#"\sin x"#, "<mrow><mi>sin</mi><mspace width=\"0.17em\"/><mi>x</mi></mrow>"),
    (
      #"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"#,
      "<mrow><mo fence=\"true\">[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
        + "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable><mo fence=\"true\">]</mo></mrow>"
    ),
    (#"x < y"#, "<mrow><mi>x</mi><mo>&lt;</mo><mi>y</mi></mrow>"),
    // Brackets that do not match stay as they are, and do not grow.
    ("(a", "<mrow><mo stretchy=\"false\">(</mo><mi>a</mi></mrow>"),
    (#"\unknown{x&}"#, "<mi>\\unknown{x&amp;}</mi>"),
  ])
  func latex(_ latex: String, _ expected: String) throws {
    #expect(try inner(MathText.formula(latex)) == expected)
  }

  @Test(arguments: [
    String(repeating: "(", count: 10_000), String(repeating: "√", count: 10_000),
    String(repeating: "{", count: 10_000), String(repeating: #"\frac"#, count: 3_000),
    String(repeating: "−", count: 10_000), "a" + String(repeating: "**a", count: 5_000),
    "x_", "^", #"\begin{x"#, #"\left("#, "∂", "∂/∂", "1e", ".", "[", "|", "a/", "\"", "x[1:",
    "𝟙[z > 0]",
  ])
  func strangeTextStaysWellFormed(_ text: String) throws {
    _ = try XMLTree.parsed(MathML.element(MathText.formula(text)))
  }
}
