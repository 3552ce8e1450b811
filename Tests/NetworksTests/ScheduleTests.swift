import Autograd
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct ScheduleTests {
  private func factors(
    _ name: String, _ steps: [Int], _ values: (name: String, value: Attribute)...
  ) throws -> [Double] {
    let schedule = try #require(Schedule[name])
    return try steps.map { try schedule.factor(at: $0, Attributes(values)) }
  }

  @Test func followTheirFormulas() throws {
    #expect(try factors("constant", [0, 50]) == [1, 1])
    #expect(try factors("step", [0, 9, 10, 25], ("step_size", .integer(10))) == [1, 1, 0.5, 0.25])
    #expect(
      try factors("linear", [0, 5, 10, 20], ("total_iters", .integer(10))) == [1, 0.5, 0, 0])
    expectClose(
      try factors("triangular", [0, 5, 10, 15, 20], ("step_size", .integer(10))),
      [0.1, 0.55, 1, 0.55, 0.1],
      absolute: 1e-12, relative: 0)
    expectClose(
      try factors("cosine", [0, 5, 10, 20, 30], ("t_0", .integer(10)), ("t_mult", .integer(2))),
      [1, 0.5, 1, 0.5, 1], absolute: 1e-12, relative: 0)
    expectClose(
      try factors("range_test", [0, 50, 100, 200]), [1e-4, 1e-2, 1, 1], absolute: 1e-12, relative: 0
    )
  }

  @Test func refuseLengthsOfNothing() {
    #expect(throws: TensorError.self) { try factors("step", [0], ("step_size", .integer(0))) }
  }
}

@Suite struct InitializerTests {
  /// The table of the slides for 784 inputs and 300 outputs: half widths and standard deviations.
  @Test func haveTheSpreadsOfTheSlides() throws {
    let fans = Initializer.Fans(inputs: 784, outputs: 300)
    let expected: [String: Initializer.Distribution] = [
      "xavier_uniform": .uniform(0.07439795259651642),
      "xavier_normal": .normal(0.04295367795875578),
      "xavier_tanh_uniform": .uniform(0.2975918103860657),
      "xavier_tanh_normal": .normal(0.17181471183502312),
      "xavier_relu_uniform": .uniform(0.10521459357478416),
      "xavier_relu_normal": .normal(0.06074567392307871),
    ]
    for (name, distribution) in expected {
      let initializer = try #require(Initializer[name])
      switch (initializer.distribution(fans, Attributes([("gain", .real(1))])), distribution) {
      case (.uniform(let found), .uniform(let wanted)), (.normal(let found), .normal(let wanted)):
        expectClose(found, wanted, absolute: 0, relative: 1e-14, name)
      default: Issue.record("\(name) draws from another distribution")
      }
    }
  }

  @Test func drawWithTheirSpread() throws {
    var generator = SplitMix64(seed: 3)
    let he = try #require(Initializer["kaiming_normal"])
    let drawn = he.tensor(
      [100, 200], fans: Initializer.Fans(of: [100, 200]), generator: &generator)
    let variance = drawn.elements.reduce(0) { $0 + $1 * $1 } / 20_000
    expectClose(variance, 2.0 / 200, absolute: 0, relative: 0.05)
    let uniform = try #require(Initializer["fan_in"])
    let bounded = uniform.tensor(
      [4, 25], fans: Initializer.Fans(of: [4, 25]), generator: &generator)
    #expect(
      bounded.elements.allSatisfy { abs($0) <= 0.2 } && bounded.elements.contains { abs($0) > 0.19 }
    )
  }

  @Test func fansCountTheWindow() {
    #expect(Initializer.Fans(of: [6, 3, 5, 5]) == Initializer.Fans(inputs: 75, outputs: 150))
  }
}
