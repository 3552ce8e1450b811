import Autograd
import Tensors
import TestSupport
import Testing

/// Tests of the tests: operations with a mistake must be rejected by the checks.
@Suite struct WrongOperationTests {
  private static func wrong(
    _ original: String, rule: Operation.Rule? = nil,
    fast: (@Sendable (Backward<Tensor>) throws(TensorError) -> Contributions<Tensor>)? = nil,
    cell: (@Sendable (CellRequest) -> Formula?)? = nil
  ) throws -> [Case] {
    let right = try #require(Catalogue.standard[original])
    let operation = Operation(
      right.name, right.summary, examples: right.examples, parameters: right.parameters,
      kernel: right.kernel, rule: rule ?? right.rule, fastRule: fast, sampling: right.sampling,
      cell: cell ?? right.cell)
    return Case.cases(of: operation).filter { sample in !sample.inputs.contains { $0.count == 0 } }
  }

  private func expectRejected(
    _ cases: [Case], by check: (Case) throws -> [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) rethrows {
    #expect(!cases.isEmpty, sourceLocation: sourceLocation)
    #expect(try cases.contains { try !check($0).isEmpty }, sourceLocation: sourceLocation)
  }

  @Test func aRuleWrongByOneInAThousandIsRejected() throws {
    let cases = try Self.wrong("sigmoid", rule: .elementwise(slopes: [1.001 * .y * (1 - .y)]))
    for sample in cases { #expect(try !sample.gradientMistakes().isEmpty) }
  }

  @Test func aMissingSumIsRejected() throws {
    let cases = try Self.wrong(
      "softmax",
      rule: .recorded { call in Contributions(try Operation.multiply(call.gradient, call.output)) })
    try expectRejected(cases) { try $0.gradientMistakes() }
  }

  @Test func aForgottenDivisorIsRejected() throws {
    let sum = try #require(Catalogue.standard["sum"])
    try expectRejected(try Self.wrong("mean", rule: sum.rule)) { try $0.gradientMistakes() }
  }

  @Test func exchangedArgumentsAreRejected() throws {
    let cases = try Self.wrong("divide", rule: .elementwise(slopes: [-.a / (.b * .b), 1 / .b]))
    try expectRejected(cases) { try $0.gradientMistakes() }
  }

  @Test func aRuleThatForgetsTheArrivingGradientIsRejected() throws {
    let cases = try Self.wrong("exp", rule: .recorded { call in Contributions(call.output) })
    try expectRejected(cases) { try $0.gradientMistakes() }
  }

  @Test func aGradientOfZeroIsRejected() throws {
    let cases = try Self.wrong(
      "tanh",
      rule: .recorded { call in
        Contributions(try Operation.multiply(call.gradient, Variable(0)))
      })
    for sample in cases { #expect(try !sample.gradientMistakes().isEmpty) }
  }

  @Test func aFastRuleThatDiffersIsRejected() throws {
    let cases = try Self.wrong(
      "exp", fast: { call in Contributions(call.gradient.map { $0 * 1.0001 }) })
    try expectRejected(cases) { try $0.recordingMistakes() }
  }

  /// Right at first order, but cut off from the history: the second derivative is 0.
  @Test func aRuleThatForgetsItsHistoryIsRejected() throws {
    let cases = try Self.wrong(
      "exp",
      rule: .recorded { call in
        Contributions(try Operation.multiply(call.gradient, call.output.detached()))
      })
    #expect(try cases.allSatisfy { try $0.gradientMistakes().isEmpty })
    try expectRejected(cases) { try $0.secondOrderMistakes() }
  }

  @Test func aFormulaOfAnotherCellIsRejected() throws {
    let cases = try Self.wrong("exp", cell: { _ in .exp(.element(input: 0, offset: 0)) })
    try expectRejected(cases) { try $0.formulaMistakes() }
  }
}
