import Language
import Presentation
import TestSupport
import Testing

/// What a person types, typeset: the text stays as it is.
@Suite struct TypedFormulaTests {
  @Test(arguments: [
    (
      "∂E/∂w5",
      "<mfrac><mrow><mi>∂</mi><mi>E</mi></mrow><mrow><mi>∂</mi><msub><mi>w</mi><mn>5</mn></msub></mrow></mfrac>"
    ),
    (
      "1/(1 + exp(-z1))",
      "<mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><mi>exp</mi><mrow><mo>(</mo><mo form=\"prefix\">−</mo><msub><mi>z</mi><mn>1</mn></msub><mo>)</mo></mrow></mrow></mfrac>"
    ),
    (
      "(y - ŷ)**2 / 2",
      "<mfrac><msup><mrow><mo>(</mo><mi>y</mi><mo>−</mo><mover accent=\"true\"><mi>y</mi><mo stretchy=\"false\">^</mo></mover><mo>)</mo></mrow><mn>2</mn></msup><mn>2</mn></mfrac>"
    ),
    (
      "Θ1ᵀ @ x",
      "<mrow><msup><msub><mi>Θ</mi><mn>1</mn></msub><mi>ᵀ</mi></msup><mo>@</mo><mi>x</mi></mrow>"
    ),
    (
      "s1[0,1]",
      "<mrow><msub><mi>s</mi><mn>1</mn></msub><mrow><mo>[</mo><mn>0</mn><mo>,</mo><mn>1</mn><mo>]</mo></mrow></mrow>"
    ),
    ("loss", "<mi>loss</mi>"),
    ("(√a)**2", "<msup><msqrt><mi>a</mi></msqrt><mn>2</mn></msup>"),
    ("a//b", "<mo>⌊</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>⌋</mo>"),
    (
      "∂(sum(y))/∂x",
      "<mfrac><mrow><mi>∂</mi><mi>sum</mi><mrow><mo>(</mo><mi>y</mi><mo>)</mo></mrow></mrow>"
        + "<mrow><mi>∂</mi><mi>x</mi></mrow></mfrac>"
    ),
    ("(a / b)**2", "<mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo>"),
    ("a * (b + c)", "<mo>·</mo><mrow><mo>(</mo>"),
    ("[x for x in y]", "<mtext>[x for x in y]</mtext>"),
    ("two words", "<mtext>two words</mtext>"),
  ])
  func isTypeset(_ text: String, _ expected: String) throws {
    let formula = WorkedFormula.typed(text)
    #expect(formula.text == text)
    let html = HTMLRenderer().fragment(
      Document([.worked([WorkedLine(label: formula, steps: [])])]))
    #expect(try XMLTree.parsed(html).elements("math").count == 1)
    #expect(html.contains(expected), "\(html)")
  }

  @Test(arguments: [
    String(repeating: "(", count: 10_000), String(repeating: "√", count: 10_000),
    String(repeating: "−", count: 10_000), "a" + String(repeating: "**a", count: 5_000),
    "x_", "^", "∂", "∂/∂", "1e", ".", "[", "|", "a/", "\"", "x[1:", "𝟙[z > 0]",
  ])
  func strangeTextStaysWellFormed(_ text: String) throws {
    let step = WorkedLine.Step(relation: "=", .typed(text), role: .plain)
    let document = Document([.worked([WorkedLine(label: "x", steps: [step])])])
    _ = try XMLTree.parsed(HTMLRenderer().fragment(document))
    #expect(LaTeXRenderer().fragment(document).allSatisfy { $0.isASCII })
  }
}
