import Autograd
import Tensors
import Testing

/// What the comparison with differences says of functions whose slopes are known.
@Suite struct GradientCheckTests {
  private func operation(_ name: String) throws -> Operation {
    try #require(Catalogue.standard[name])
  }

  @Test(arguments: [
    ("tanh", 0.3, GradientComparison.Verdict.agree), ("relu", 0.5, .agree), ("relu", -0.5, .agree),
    ("exp", 20, .agree), ("relu", 0, .kink), ("abs", 0, .kink),
    ("sqrt", 0, .undefined), ("log", 0, .undefined),
  ])
  func verdicts(_ name: String, at x: Double, _ verdict: GradientComparison.Verdict) throws {
    let variable = Variable(x)
    let output = try operation(name)(variable)
    let comparison = try output.gradientCheck(for: variable)[0]
    #expect(comparison.verdict(tolerance: 1e-5) == verdict, "\(comparison)")
  }

  /// The slopes to either side of a kink are those of the two pieces.
  @Test func slopesToEitherSide() throws {
    let variable = Variable(0)
    let comparison = try operation("abs")(variable).gradientCheck(for: variable)[0]
    #expect(abs(comparison.left + 1) < 1e-9 && abs(comparison.right - 1) < 1e-9)
  }

  /// x + 1 for x > 0, else x: the value jumps, while the slope is 1 on both sides.
  @Test func aJump() throws {
    let x = Variable(0)
    let isAbove = try Operation.greater(x, Variable(0))
    let output = try operation("where")([isAbove, try Operation.add(x, Variable(1)), x])
    #expect(try output.gradientCheck(for: x)[0].verdict(tolerance: 1e-5) == .jump)
  }

  /// Differences of float32 numbers are taken with steps that they can show, and their error says how
  /// little they can: x³ + 100 has six digits of which the hundred takes three.
  @Test func singlePrecision() throws {
    let x = Variable(Tensor([0.3, 0.7], dtype: .float32))
    let cube = try Operation.multiply(x, Operation.multiply(x, x))
    let output = try Operation.sum(Operation.add(cube, Variable(Tensor(100, dtype: .float32))))
    for comparison in try output.gradientCheck(for: x) {
      #expect(comparison.relativeError < 0.02, "\(comparison)")
      #expect(comparison.verdict(tolerance: 1e-9) == .agree, "\(comparison)")
      #expect(comparison.uncertainty < 0.02)
    }
  }
}
