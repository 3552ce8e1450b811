import Autograd
import Tensors
import TestSupport
import Testing

/// Values and gradients against PyTorch's, including ties, kinks, NaN, infinities and empty tensors.
@Suite struct ReferenceTests {
  /// Operations PyTorch has nothing to compare with, and what proves them instead.
  private static let withoutCounterpart = [
    "roi_pool": "PyTorch leaves it to torchvision; ConvolutionTests has the published results"
  ]

  @Test func everyOperationHasAReference() {
    let references = ReferenceCall.everythingElse + ReferenceCall.convolutions
    let compared = Set(references.map(\.operation))
    let missing = Catalogue.standard.operations.map(\.name).filter { !compared.contains($0) }
    #expect(Set(missing) == Set(Self.withoutCounterpart.keys))
    for reference in references {
      #expect(Catalogue.standard[reference.operation]?.name == reference.operation)
    }
  }

  /// A gradient is compared wherever the operation has one.
  @Test func everyDifferentiableOperationHasAReferenceGradient() {
    let references = ReferenceCall.everythingElse + ReferenceCall.convolutions
    let compared = Set(references.filter { $0.gradients != nil }.map(\.operation))
    let missing = Catalogue.standard.operations.filter { operation in
      switch operation.rule {
      case .undefined: false
      case .elementwise(let slopes) where slopes.allSatisfy { $0 == .number(0) }: false
      case .elementwise, .recorded: !compared.contains(operation.name)
      }
    }
    #expect(Set(missing.map(\.name)) == Set(Self.withoutCounterpart.keys))
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
