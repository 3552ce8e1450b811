import Autograd
import Tensors
import TestSupport
import Testing

/// What must hold for every operation of the catalogue, whichever it is.
@Suite struct CatalogueTests {
  @Test(arguments: Case.differentiable)
  func gradientMatchesCentralDifference(_ sample: Case) throws {
    let variables = sample.inputs.map { Variable($0) }
    let output = try sample.operation(variables, sample.attributes)
    let seed = sample.arriving(output.shape)
    for variable in variables where output.depends(on: variable) {
      guard try output.gradients(for: [variable], seed: seed)[0] != nil else { continue }
      for comparison in try output.gradientCheck(for: variable, seed: seed) {
        #expect(comparison.relativeError < 1e-6, "\(comparison)")
      }
    }
  }

  /// The gradient written with recorded operations equals the one on plain tensors.
  @Test(arguments: Case.differentiable)
  func recordedGradientEqualsFastGradient(_ sample: Case) throws {
    let variables = sample.inputs.map { Variable($0) }
    let output = try sample.operation(variables, sample.attributes)
    let seed = sample.arriving(output.shape)
    let fast = try output.gradients(for: variables, seed: seed)
    let recorded = try output.recordedGradients(for: variables, seed: Variable(seed))
    for (left, right) in zip(fast, recorded) {
      #expect((left == nil) == (right == nil))
      guard let left, let right else { continue }
      #expect(left.shape == right.shape)
      for (x, y) in zip(left.elements, right.value.elements) {
        #expect(abs(x - y) <= 1e-12 * max(1, abs(x)), "\(x) and \(y)")
      }
    }
  }

  @Test(arguments: Case.all)
  func cellFormulaGivesTheValue(_ sample: Case) throws {
    let inputs = sample.inputs
    let output = try sample.operation.evaluate(inputs, sample.attributes)
    for offset in 0..<output.count {
      let request = CellRequest(
        inputs: inputs, attributes: sample.attributes, output: output, offset: offset)
      let formula = try #require(sample.operation.cell(request))
      let value = formula.evaluated(symbol: { _ in nil }) { inputs[$0][flat: $1] }
      let expected = output[flat: offset]
      let found = try #require(value, "\(formula) cannot be evaluated")
      #expect(
        abs(found - expected) <= 1e-12 * max(1, abs(expected)) || found.isNaN && expected.isNaN,
        "cell \(offset): \(found) is not \(expected)")
    }
  }

  @Test func namesAreUnique() {
    let names = Catalogue.standard.operations.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
  }

  @Test(arguments: Catalogue.standard.operations.map(\.name))
  func isDocumented(_ name: String) throws {
    let operation = try #require(Catalogue.standard[name])
    #expect(operation.summary.hasSuffix("."))
    #expect(!operation.examples.isEmpty)
  }
}
