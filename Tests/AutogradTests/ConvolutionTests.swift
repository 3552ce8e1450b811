import Autograd
import Tensors
import TestSupport
import Testing

@Suite struct ConvolutionTests {
  @Test func referenceFileIsThere() { #expect(ReferenceCall.convolutions.count > 60) }

  @Test(arguments: ReferenceCall.convolutions)
  func agreesWithPyTorch(_ reference: ReferenceCall) throws {
    let operation = try #require(Catalogue.standard[reference.operation])
    let attributes = reference.arguments(for: operation)
    let inputs = reference.inputs.map { Variable($0.tensor) }
    let output = try operation(inputs, attributes)
    #expect(output.shape.array == reference.output.shape)
    expectClose(
      output.value.elements, reference.output.tensor.elements, absolute: 1e-12, relative: 1e-10)
    guard let arriving = reference.arriving, let expected = reference.gradients else { return }
    let gradients = try output.gradients(for: inputs, seed: arriving.tensor)
    for (gradient, expected) in zip(gradients, expected) {
      guard let expected else { continue }
      let gradient = try #require(gradient)
      #expect(gradient.shape.array == expected.shape)
      expectClose(gradient.elements, expected.tensor.elements, absolute: 1e-12, relative: 1e-10)
    }
  }

  /// float32 takes its own path through the kernels and agrees to its precision.
  @Test(arguments: ReferenceCall.convolutions.filter { !$0.operation.hasSuffix("indices") })
  func singlePrecisionAgrees(_ reference: ReferenceCall) throws {
    let operation = try #require(Catalogue.standard[reference.operation])
    let attributes = reference.arguments(for: operation)
    let inputs = reference.inputs.map { packed in
      Variable(packed.dtype == "int64" ? packed.tensor : packed.tensor.converted(to: .float32))
    }
    let output = try operation(inputs, attributes)
    #expect(output.value.dtype == .float32)
    expectClose(
      output.value.elements, reference.output.tensor.elements, absolute: 1e-4, relative: 1e-4)
    guard let arriving = reference.arriving, let expected = reference.gradients else { return }
    let gradients = try output.gradients(for: inputs, seed: arriving.tensor.converted(to: .float32))
    for (gradient, expected) in zip(gradients, expected) {
      guard let expected else { continue }
      let gradient = try #require(gradient)
      #expect(gradient.dtype == .float32)
      expectClose(gradient.elements, expected.tensor.elements, absolute: 1e-4, relative: 1e-4)
    }
  }

  /// ∂²/∂x∂w of Σ conv(x, w)²: the gradient's gradient, against differences of the gradient.
  @Test func gradientCanBeDifferentiatedAgain() throws {
    var generator = Generator(seed: 5)
    func draw(_ shape: Shape) -> Variable {
      Variable(Tensor((0..<shape.count).map { _ in generator.next() - 0.5 }, shape: shape))
    }
    let (x, w) = (draw([1, 2, 4, 4]), draw([2, 2, 2, 2]))
    let y = try Operation.required("conv2d")([x, w], .one("padding", .integer(1)))
    let gradient = try #require(
      y.recordedGradients(for: [x], seed: Operation.multiply(y, Variable(2)))[0])
    let square = try Operation.sum(Operation.multiply(gradient, gradient))
    for comparison in try square.gradientCheck(for: w) {
      #expect(comparison.relativeError < 1e-6, "\(comparison)")
      #expect(abs(comparison.analytic) > 1e-3)
    }
  }

  @Test func trueConvolutionTurnsTheFilter() throws {
    let x = Tensor([0, 0, 0, 0, 1, 0, 0, 0, 0], shape: [3, 3])
    let w = Tensor([1, 2, 3, 4], shape: [2, 2])
    let conv = Operation.required("conv2d")
    #expect(try conv.evaluate([x, w], .none).elements == [4, 3, 2, 1])
    #expect(try conv.evaluate([x, w], .one("flip", .bool(true))).elements == [1, 2, 3, 4])
  }

  @Test func channelsLastIsTheSameNumbersElsewhere() throws {
    var generator = Generator(seed: 9)
    let x = Tensor((0..<90).map { _ in generator.next() }, shape: [2, 3, 5, 3])
    let w = Tensor((0..<48).map { _ in generator.next() }, shape: [4, 3, 2, 2])
    let conv = Operation.required("conv2d")
    let first = try conv.evaluate([x, w], .none)
    let last = try conv.evaluate(
      [x.transposed([0, 2, 3, 1]), w.transposed([0, 2, 3, 1])], .one("channels", .string("last")))
    #expect(last.shape == [2, 4, 2, 4])
    expectClose(
      try last.transposed([0, 3, 1, 2]).elements, first.elements, absolute: 0, relative: 1e-14)
  }

  @Test func regionRulesGiveTheirPublishedResults() throws {
    let map = Tensor(
      [
        0.88, 0.44, 0.14, 0.16, 0.37, 0.77, 0.96, 0.27, 0.19, 0.45, 0.57, 0.16, 0.63, 0.29, 0.71,
        0.7,
        0.66, 0.26, 0.82, 0.64, 0.54, 0.73, 0.59, 0.26, 0.85, 0.34, 0.76, 0.84, 0.29, 0.75, 0.62,
        0.25,
        0.32, 0.74, 0.21, 0.39, 0.34, 0.03, 0.33, 0.48, 0.2, 0.14, 0.16, 0.13, 0.73, 0.65, 0.96,
        0.32,
        0.19, 0.69, 0.09, 0.86, 0.88, 0.07, 0.01, 0.48, 0.83, 0.24, 0.97, 0.04, 0.24, 0.35, 0.5,
        0.91,
      ], shape: [8, 8])
    let expected: [String: [Double]] = [
      "floor": [0.85, 0.84, 0.97, 0.96], "ceil": [0.85, 0.96, 0.97, 0.88],
      "overlap": [0.85, 0.96, 0.97, 0.96], "inclusive": [0.85, 0.96, 0.97, 0.91],
    ]
    for (rule, values) in expected {
      let attributes = Attributes([
        ("region", .integers([0, 3, 7, 8])), ("size", .integer(2)), ("rule", .string(rule)),
      ])
      #expect(
        try Operation.required("roi_pool").evaluate([map], attributes).elements == values, "\(rule)"
      )
    }
  }
}
