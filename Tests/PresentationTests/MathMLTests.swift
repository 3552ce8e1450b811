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

  /// Formulas as explanations print them, and the tags they become.
  @Test(arguments: [
    (
      "∂E/∂w5",
      "<mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><msub><mi>w</mi><mn>5</mn></msub></mrow></mfrac>"
    ),
    (
      "−(y − ŷ)",
      "<mrow><mo>−</mo><mrow><mo>(</mo><mi>y</mi><mo>−</mo><mi>ŷ</mi><mo>)</mo></mrow></mrow>"
    ),
    (
      "1/(1 + exp(−z1))",
      "<mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><mi>exp</mi><mrow><mo>(</mo><mo form=\"prefix\">−</mo><msub><mi>z</mi><mn>1</mn></msub><mo>)</mo></mrow></mrow></mfrac>"
    ),
    (
      "(y - ŷ)**2 / 2",
      "<mfrac><msup><mrow><mo>(</mo><mi>y</mi><mo>−</mo><mi>ŷ</mi><mo>)</mo></mrow><mn>2</mn></msup><mn>2</mn></mfrac>"
    ),
    (
      "Θ1ᵀ @ x",
      "<mrow><msubsup><mi>Θ</mi><mn>1</mn><mi>ᵀ</mi></msubsup><mo>@</mo><mi>x</mi></mrow>"
    ),
    ("h⁽¹²⁾", "<msup><mi>h</mi><mrow><mo>(</mo><mn>12</mn><mo>)</mo></mrow></msup>"),
    (
      "4.39·10⁻⁷",
      "<mrow><mn>4.39</mn><mo>·</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup></mrow>"
    ),
    (
      "s1[0,1]",
      "<mrow><msub><mi>s</mi><mn>1</mn></msub><mrow><mo>[</mo><mn>0</mn><mo>,</mo><mn>1</mn><mo>]</mo></mrow></mrow>"
    ),
    ("loss", "<mi>loss</mi>"),
    ("(√a)²", "<msup><mrow><mo>(</mo><msqrt><mi>a</mi></msqrt><mo>)</mo></mrow><mn>2</mn></msup>"),
    (
      "a//b + ⌈2.5⌉",
      "<mrow><mrow><mo>⌊</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>⌋</mo></mrow><mo>+</mo>"
        + "<mrow><mo>⌈</mo><mn>2.5</mn><mo>⌉</mo></mrow></mrow>"
    ),
    (
      "∂E/∂x|u,v + 1",
      "<mrow><msub><mrow><mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><mi>x</mi></mrow></mfrac>"
        + "<mo stretchy=\"false\">|</mo></mrow><mrow><mi>u</mi><mo>,</mo><mi>v</mi></mrow></msub>"
        + "<mo>+</mo><mn>1</mn></mrow>"
    ),
    (
      "∂(sum(y))/∂x",
      "<mfrac><mrow><mi>∂</mi><mi>sum</mi><mrow><mo>(</mo><mi>y</mi><mo>)</mo></mrow></mrow>"
        + "<mrow><mi>∂</mi><mi>x</mi></mrow></mfrac>"
    ),
    ("[995 more: 2.13]", "<mtext>[995 more: 2.13]</mtext>"),
    ("[x for x in y]", "<mtext>[x for x in y]</mtext>"),
    ("two words", "<mtext>two words</mtext>"),
    ("", "<mtext></mtext>"),
    (
      "√(x)·|−2|",
      "<mrow><msqrt><mi>x</mi></msqrt><mo>·</mo><mo stretchy=\"false\">|</mo><mo>−</mo><mn>2</mn><mo stretchy=\"false\">|</mo></mrow>"
    ),
  ])
  func notation(_ text: String, _ expected: String) throws {
    let line = WorkedLine(label: text, steps: [])
    let html = HTMLRenderer().fragment(Document([.worked([line])]))
    guard !text.isEmpty else { return }
    let tree = try XMLTree.parsed(html)
    #expect(tree.elements("math").count == 1)
    #expect(html.contains(expected), "\(html)")
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
    let step = WorkedLine.Step(relation: "=", text: text, role: .plain)
    _ = try XMLTree.parsed(
      HTMLRenderer().fragment(Document([.worked([WorkedLine(label: "x", steps: [step])])])))
  }
}
