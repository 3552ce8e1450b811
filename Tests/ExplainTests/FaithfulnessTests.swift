import Autograd
import Tensors
import TestSupport
import Testing

@testable import Explain

/// What is shown is what the engine computed, for every operation of the catalogue.
@Suite struct FaithfulnessTests {
  /// All cells of a few, some of many.
  private static func cells(_ count: Int) -> [Int] {
    count <= 8 ? Array(0..<count) : Array(0..<4) + Array((count - 4)..<count)
  }

  private static func close(_ a: Double, _ b: Double) -> Bool {
    a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))
  }

  @Test(arguments: Case.all)
  func shownArithmeticGivesTheValue(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    let names = Names(under: output)
    for offset in Self.cells(output.shape.count) {
      let term = Expansion(names: names).term(of: Cell(variable: output, offset: offset))
      let expected = output.value[flat: offset]
      #expect(
        Self.close(term.exactValue, expected), "cell \(offset): \(term.exactValue), not \(expected)"
      )
      #expect(
        Self.close(term.simplified.exactValue, expected),
        "cell \(offset) simplified: \(term.simplified.exactValue)")
    }
  }

  @Test(arguments: Case.differentiable)
  func shownTermsGiveTheGradient(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    let weights = Variable(sample.arriving(output.shape))
    let loss = try call("sum", [output * weights])
    loss.naming = Naming(name: "E", line: 3)
    for input in inputs {
      guard let expected = try loss.gradients(for: [input])[0] else { continue }
      let chain = try Chain(to: input, names: Names(under: loss))
      var layers = LayerPage(explainer: Explainer(), chain: chain)
      try layers.reverse()
      let parts = try layers.parts(of: input)
      for offset in Self.cells(input.shape.count) {
        let value = layers.term(parts, at: offset).exactValue
        #expect(
          Self.close(value, expected[flat: offset]),
          "cell \(offset): \(value), not \(expected[flat: offset])")
      }
      let total = try chain.gradient()
      #expect(zip(total.elements, expected.elements).allSatisfy(Self.close))
    }
  }

  /// The factors of all ways, multiplied and added, are the gradient of one element.
  @Test(arguments: Case.differentiable)
  func factorsAlongTheWaysGiveTheGradient(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    let loss = try call("sum", [output * Variable(sample.arriving(output.shape))])
    loss.naming = Naming(name: "E", line: 3)
    for input in inputs.prefix(2) where input.shape.count > 0 {
      guard let expected = try loss.gradients(for: [input])[0] else { continue }
      let chain = try Chain(to: input, names: Names(under: loss))
      let offset = input.shape.count / 2
      guard let paths = CellPaths(chain, target: offset), paths.count(from: paths.target) <= 6
      else { continue }
      let isLoop = sample.operation.name.hasSuffix("_sequence")
      let addsUp = try paths.addUp(to: expected[flat: offset])
      #expect(addsUp || isLoop)
      guard addsUp else { continue }
      let total = try paths.ways(from: paths.target).reduce(0.0) { total, way in
        try total
          + zip(way, way.dropFirst()).reduce(1.0) { product, link in
            let derivative = try chain.derivative(of: link.1, by: link.0)
            #expect(Self.close(derivative.term.exactValue, derivative.value))
            return product * derivative.term.exactValue
          }
      }
      #expect(Self.close(total, expected[flat: offset]), "\(total), not \(expected[flat: offset])")
    }
  }

  /// Every printed line of every operation can be followed with a calculator.
  @Test(arguments: Case.all)
  func printedLinesCanBeRecomputed(_ sample: Case) throws {
    let inputs = sample.named
    let output = try sample.operation(inputs, sample.attributes)
    output.naming = Naming(name: "y", line: 2)
    let lines = PrintedLines(Explainer(digits: sample.seed % 2 == 0 ? 2 : 4).explain(output).plain)
    #expect(lines.mistakes.isEmpty, "\(lines.mistakes.prefix(3).joined(separator: "\n"))")
  }
}
