import Autograd
import Tensors
import TestSupport
import Testing

/// Values and gradients against PyTorch's, including ties, kinks, NaN, infinities and empty tensors.
@Suite struct ReferenceTests {
  /// Convolution, pooling and recurrent cells have references and suites of their own.
  private static let elsewhere = ["conv", "pool", "linear", "_cell", "_sequence"]

  @Test func everyOperationHasAReference() {
    let compared = Set(ReferenceCall.everythingElse.map(\.operation))
    let missing = Catalogue.standard.operations.map(\.name).filter { name in
      !compared.contains(name) && !Self.elsewhere.contains { name.contains($0) }
    }
    #expect(missing == [])
  }

  @Test(arguments: ReferenceCall.everythingElse)
  func agreesWithPyTorch(_ reference: ReferenceCall) throws {
    let operation = try #require(Catalogue.standard[reference.operation])
    let inputs = reference.inputs.map { Variable($0.tensor) }
    let output = try operation(inputs, reference.arguments(for: operation))
    #expect(output.shape.array == reference.output.shape)
    expectClose(
      output.value.elements, reference.output.tensor.elements, absolute: 1e-12, relative: 1e-10)
    guard let arriving = reference.arriving, let expected = reference.gradients else { return }
    let fast = try output.gradients(for: inputs, seed: arriving.tensor)
    let recorded = try output.recordedGradients(for: inputs, seed: Variable(arriving.tensor))
    for (number, wanted) in expected.enumerated() {
      guard let wanted else { continue }
      for gradient in [fast[number], recorded[number]?.value] {
        let gradient = try #require(gradient)
        #expect(gradient.shape.array == wanted.shape)
        expectClose(
          gradient.elements, wanted.tensor.elements, absolute: 1e-12, relative: 1e-10,
          "∂/∂input \(number)")
      }
    }
  }

  /// float32 agrees to its own precision, wherever the numbers are ordinary.
  @Test(arguments: ReferenceCall.everythingElse)
  func singlePrecisionAgrees(_ reference: ReferenceCall) throws {
    let numbers = (reference.inputs + [reference.output]).flatMap(\.values).map(\.value)
    guard numbers.allSatisfy({ $0.isFinite && abs($0) < 1e4 && ($0 == 0 || abs($0) > 1e-3) }) else {
      return
    }
    let operation = try #require(Catalogue.standard[reference.operation])
    let inputs = reference.inputs.map { packed in
      packed.dtype == "float64" ? packed.tensor.converted(to: .float32) : packed.tensor
    }
    let output = try operation.evaluate(inputs, reference.arguments(for: operation))
    expectClose(output.elements, reference.output.tensor.elements, absolute: 3e-5, relative: 3e-5)
  }
}
