import Autograd
import Networks
import Tensors
import TestSupport
import Testing

/// A compiled model computes the loss and the gradients of the recorded computation it stands for.
@Suite struct CompiledModelTests {
  private func operation(_ name: String) throws -> Operation {
    try #require(Catalogue.standard[name])
  }

  private func check(
    _ model: any CompiledModel, labels: [Int],
    _ forward: ([String: Variable]) throws -> Variable
  ) throws {
    let loss = model.loss().loss
    let own = try #require(model.recordedLoss().value.item)
    expectClose(own, loss, absolute: 2e-5, relative: 2e-5)
    model.propagate()
    var variables: [String: Variable] = [:]
    for (name, value) in model.namedParameters {
      variables[name] = Variable(value.converted(to: .float64))
    }
    let scores = try forward(variables)
    let recorded = try operation("cross_entropy")(
      [scores, Variable(Tensor(labels.map(Double.init), dtype: .int64))], .none)
    let tolerance = model.parameters.dtype == .float32 ? 2e-5 : 1e-12
    expectClose(loss, try #require(recorded.value.item), absolute: tolerance, relative: tolerance)
    for (name, gradient) in model.namedGradients {
      let variable = try #require(variables[name])
      let expected = try #require(try recorded.gradients(for: [variable])[0])
      #expect(expected.elements.contains { abs($0) > 1e-6 }, "\(name) has no gradient to compare")
      expectClose(
        gradient.elements, expected.elements, absolute: tolerance, relative: tolerance, name)
    }
  }

  @Test(arguments: Activation.allCases, [DType.float64, .float32])
  func layersPropagateAsRecorded(_ activation: Activation, _ dtype: DType) throws {
    let run = try #require(TrainingTask["xor"]).trainer(
      Attributes([
        ("activation", .string(activation.rawValue)), ("dtype", .string(dtype.rawValue)),
        ("hidden", .integer(9)), ("seed", .integer(3)),
      ]))
    run.advance(by: 3)
    let data = LabeledData.xor
    try check(run.model, labels: data.labels) { p in
      let x = Variable(Tensor(data.inputs, shape: [data.rows, data.width]))
      let linear = try operation("linear")
      let (W, b, W2, b2) = try (
        #require(p["W"]), #require(p["b"]), #require(p["W′"]), #require(p["b′"])
      )
      let sums = try linear([x, W, b])
      let h = activation == .linear ? sums : try operation(activation.rawValue)(sums)
      return try linear([h, W2, b2])
    }
  }

  @Test(arguments: Cell.allCases, [DType.float64, .float32])
  func cellsPropagateAsRecorded(_ cell: Cell, _ dtype: DType) throws {
    let run = try #require(TrainingTask["bitsum"]).trainer(
      Attributes([
        ("cell", .string(cell.rawValue)), ("dtype", .string(dtype.rawValue)),
        ("hidden", .integer(6)),
        ("length", .integer(4)), ("seed", .integer(3)),
      ]))
    run.advance(by: 3)
    let data = LabeledData.bitSum(length: 4)
    try check(run.model, labels: data.labels) { p in
      let gates = cell.gateNames.map { (p[$0.weights], p[$0.bias]) }
      let concat = try operation("concat")
      let W = try concat(gates.map { try #require($0.0) }, .one("axis", .integer(1)))
      let b = try concat(gates.map { try #require($0.1) }, .one("axis", .integer(0)))
      var state = Variable(Tensor(repeating: 0, shape: [16, 6 * cell.statesPerUnit]))
      for step in 0..<4 {
        let column = (0..<16).map { data.inputs[$0 * 4 + step] }
        state = try operation(cell.rawValue + "_cell")(
          [Variable(Tensor(column, shape: [16, 1])), state, W, b])
      }
      let identity = (0..<6 * cell.statesPerUnit * 6).map { Double($0 / 6 == $0 % 6 ? 1 : 0) }
      let h = try operation("matmul")(
        state, Variable(Tensor(identity, shape: [6 * cell.statesPerUnit, 6])))
      return try operation("linear")([h, #require(p["V"]), #require(p["d"])])
    }
  }
}
