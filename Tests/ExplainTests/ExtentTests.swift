import Autograd
import Language
import Presentation
import Tensors
import TestSupport
import Testing

@testable import Explain

/// Large computations are explained quickly and briefly; what cannot be explained says why.
@Suite struct ExtentTests {
  private func random(_ name: String, _ sizes: [Int], seed: UInt64) -> Variable {
    var generator = Generator(seed: seed)
    let shape = Shape(unchecked: sizes)
    let variable = Variable(
      Tensor((0..<shape.count).map { _ in generator.next() - 0.5 }, shape: shape))
    variable.naming = Naming(name: name, line: 1)
    return variable
  }

  @Test func elementOfALargeProduct() throws {
    let (a, b) = (random("A", [1000, 1000], seed: 1), random("B", [1000, 1000], seed: 2))
    let product = try Operation.matmul(a, b)
    product.naming = Naming(name: "C", line: 2)
    let document = Explainer(digits: 2).explain(product, cell: 123_456)
    #expect(document.plain.contains("[995 more: "))
    #expect(document.plain.hasPrefix("C = A @ B"))
    #expect(document.blocks.count < 8)
    #expect(PrintedLines(document.plain, digits: 2).mistakes.isEmpty)
  }

  @Test func wholeLargeProductIsElided() throws {
    let (a, b) = (random("A", [300, 20], seed: 1), random("B", [20, 300], seed: 2))
    let product = try Operation.matmul(a, b)
    product.naming = Naming(name: "C", line: 2)
    let text = Explainer(digits: 2).explain(product).plain
    #expect(text.contains("… 89,996 more"))
    #expect(text.split(separator: "\n").count < 40)
  }

  /// w is used 10,000 times; one gradient, its first and last contributions, and the rest in between.
  @Test func gradientOfALongRecurrence() throws {
    let w = Variable(0.9)
    w.naming = Naming(name: "w", line: 1)
    var h = Variable(0.5)
    h.naming = Naming(name: "h", line: 2)
    for _ in 0..<10_000 {
      h = try call("tanh", [w * h + Variable(0.01)])
      h.naming = Naming(name: "h", line: 3)
    }
    let value = Explainer(digits: 3).explain(h, depth: 3)
    #expect(value.plain.contains("h⁽¹⁰⁰⁰⁰⁾ = tanh(w·h⁽⁹⁹⁹⁹⁾ + 0.01)"))
    let gradient = try Explainer(digits: 3).explainGradient(of: h, by: w)
    #expect(gradient.plain.contains("9,995 more"))
    #expect(gradient.plain.split(separator: "\n").count < 60)
    #expect(PrintedLines(gradient.plain, digits: 3).mistakes.isEmpty)
  }

  /// A Jacobian along 10,000 links, each of them two ways: first and last links, a few ways.
  @Test func jacobianAlongManyWays() throws {
    let x = random("x", [2], seed: 1)
    var h = x
    for _ in 0..<10_000 {
      let (a, b) = (try 0.5 * h, try 0.4 * h)
      (a.naming, b.naming) = (Naming(name: "a", line: 2), Naming(name: "b", line: 3))
      h = try a + b
      h.naming = Naming(name: "h", line: 4)
    }
    let text = try Explainer(digits: 3).explainGradient(of: h, by: x).plain
    #expect(text.hasPrefix("∂h⁽¹⁰⁰⁰⁰⁾/∂x = ∂h⁽¹⁰⁰⁰⁰⁾/∂a⁽¹⁰⁰⁰⁰⁾ @ "))
    #expect(text.contains(" @ … @ ∂"))
    #expect(text.contains("… 39,994 more links of the chain …"))
    #expect(text.split(separator: "\n").count < 60)
  }

  /// The mean of many elements stands in every term of their variance, and is written once.
  @Test func partsAreWorkedOutOnce() throws {
    let x = random("x", [100_000], seed: 3)
    let spread = try call("var", [x])
    spread.naming = Naming(name: "v", line: 2)
    let text = Explainer(digits: 3).explain(spread).plain
    #expect(text.contains("with μ = "))
    #expect(text.contains("(x[0] − μ)² + "))
    #expect(PrintedLines(text, digits: 3).mistakes.isEmpty && PrintedLines(text).checked > 2)
    let gradient = try Explainer(digits: 3).explainGradient(of: spread, by: x, cell: 5).plain
    #expect(gradient.contains("[99,995 more: "))
    let scores = random("s", [20_000], seed: 4)
    let p = try call("softmax", [scores])
    p.naming = Naming(name: "p", line: 3)
    let page = Explainer(digits: 3).explain(p).plain
    #expect(page.components(separatedBy: "with Z = ").count == 2)
    #expect(PrintedLines(page).mistakes.isEmpty)
  }

  @Test func longChainOfUnnamedQuantities() throws {
    var x = Variable(0.5)
    x.naming = Naming(name: "x", line: 1)
    let first = x
    for _ in 0..<50_000 { x = try call("sin", [x]) }
    for _ in 0..<60 { x = try x * x }
    _ = Explainer().explain(x, name: "y")
    _ = try Explainer().explainGradient(of: x, by: first, names: ("y", nil))
    _ = Explainer().graph(x, name: "y")
  }

  @Test func whatCannotBeExplainedSaysWhy() throws {
    let (a, b) = (random("a", [3], seed: 1), random("b", [3], seed: 2))
    let sum = try a + b
    sum.naming = Naming(name: "s", line: 3)
    let total = try call("sum", [a])
    total.naming = Naming(name: "t", line: 4)
    let explainer = Explainer()
    #expect(try explainer.explainGradient(of: sum, by: a).plain.hasPrefix("∂s/∂a = I"))
    #expect(throws: ExplanationError.notScalar("s", [3])) {
      try explainer.compareGradients(of: sum, by: a)
    }
    #expect(throws: ExplanationError.independent(output: "t", input: "b")) {
      try explainer.explainGradient(of: total, by: b)
    }
    #expect(throws: ExplanationError.noSuchCell("a", [3], offset: 3)) {
      try explainer.explainGradient(of: total, by: a, cell: 3)
    }
    let flags = try call("sum", [call("greater", [a, b])])
    flags.naming = Naming(name: "n", line: 5)
    do {
      _ = try explainer.explainGradient(of: flags, by: a)
      Issue.record("a comparison has no gradient")
    } catch {
      guard case .undefined = error else {
        Issue.record("\(error)")
        return
      }
      #expect(error.diagnostic.headline == "no gradient passes through greater")
    }
  }

  @Test func emptyAndScalarQuantities() throws {
    let empty = Variable(Tensor([], shape: [0, 2]))
    empty.naming = Naming(name: "e", line: 1)
    let doubled = try 2 * empty
    doubled.naming = Naming(name: "d", line: 2)
    #expect(Explainer().explain(doubled).plain.contains("no elements"))
    let one = Variable(1)
    one.naming = Naming(name: "one", line: 1)
    #expect(Explainer().explain(one).plain == "one = 1    given in line 1\n")
    #expect(try Explainer().explainGradient(of: one, by: one).plain == "∂one/∂one = 1\n")
  }

  @Test func roundedNamesShowTheNumbersUsed() throws {
    let x = Variable(0.51)
    x.naming = Naming(name: "s", line: 1)
    let sigma = try call("sigmoid", [x])
    let y = try sigma.rounded(toPlaces: 2)
    y.naming = Naming(name: "ŷ", line: 2)
    let t = try y.rounded(toPlaces: 1)
    t.naming = Naming(name: "t", line: 3)
    #expect(Explainer(digits: 3).explain(t).plain.contains("t = ŷ = 0.62 ≈ 0.6"))
    let e = try 0.5 * (Variable(1) - y) ** 2
    e.naming = Naming(name: "E", line: 3)
    #expect(
      Explainer(digits: 2).explain(y).plain
        == "ŷ = σ(s) = 1/(1 + exp(−s)) = 1/(1 + exp(−0.51)) = 1/(1 + 0.60) ≈ 0.62\n  (rounded to 2 decimals)\n"
    )
    #expect(Explainer(digits: 2).explain(e).plain.contains("0.5·(1 − 0.62)² = 0.5·0.38² = 0.072"))
  }
}
