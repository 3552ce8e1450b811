import Autograd
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct ScheduleTests {
  private func rates(
    _ name: String, _ steps: [Double], _ values: (name: String, value: Attribute)...
  ) throws -> [Double] {
    let schedule = try #require(Schedule[name])
    let rate = try schedule(Attributes(values))
    return try steps.map { try rate($0) }
  }

  @Test func followTheirFormulas() throws {
    #expect(try rates("constant", [0, 50], ("lr", .real(0.3))) == [0.3, 0.3])
    #expect(
      try rates("step", [0, 9, 10, 25], ("lr", .real(0.4)), ("step_size", .integer(10)))
        == [0.4, 0.4, 0.2, 0.1])
  }

  /// The linear, triangular and cosine schedules of the lecture notes (LMU, "Learning Rate Schedule",
  /// "Cyclical Learning Rates"), number by number.
  @Test func giveTheRatesOfTheLectureNotes() throws {
    let first = (0...16).map(Double.init)
    expectClose(
      try rates(
        "linear", [0, 1, 2, 3, 4, 5], ("lr", .real(0.1)), ("end_lr", .real(0.01)),
        ("total_iters", .integer(4))),
      [0.1, 0.0775, 0.055, 0.0325, 0.01, 0.01], absolute: 1e-15, relative: 0)
    let rise = [0.001, 0.00225, 0.0035, 0.00475, 0.006, 0.00475, 0.0035, 0.00225]
    let settings: [(name: String, value: Attribute)] = [
      ("base_lr", .real(0.001)), ("max_lr", .real(0.006)), ("step_size", .integer(4)),
    ]
    let triangular = try #require(Schedule["triangular"])
    let even = try triangular(Attributes(settings))
    expectClose(try first.map { try even($0) }, rise + rise + [0.001], absolute: 1e-15, relative: 0)
    let halved = try triangular(Attributes(settings + [("mode", .string("triangular2"))]))
    let low = rise.map { 0.001 + ($0 - 0.001) / 2 }
    expectClose(
      try first.map { try halved($0) }, rise + low + [0.001], absolute: 1e-15, relative: 0)
    expectClose(
      try rates(
        "cosine", Array(first.prefix(9)), ("lr", .real(0.1)), ("eta_min", .real(0.01)),
        ("T_0", .integer(4)), ("T_mult", .integer(2))),
      [
        0.1, 0.08681980515339464, 0.055, 0.023180194846605363, 0.1, 0.0965745789630079,
        0.08681980515339464, 0.07222075445642905, 0.055,
      ], absolute: 1e-15, relative: 0)
    expectClose(
      try rates(
        "range_test", [0, 5, 13, 20], ("lr", .real(0.001)), ("end_lr", .real(8.192)),
        ("total_iters", .integer(13))), [0.001, 0.032, 8.192, 8.192], absolute: 0, relative: 1e-13)
  }

  @Test(arguments: Schedule.standard.map(\.name))
  func refuseWhatMakesNoSense(_ name: String) throws {
    let schedule = try #require(Schedule[name])
    let settings = schedule.parameters.filter { $0.standard == nil }.map {
      (name: $0.name, value: $0.kind == .integer ? Attribute.integer(4) : .real(0.1))
    }
    let rate = try schedule(Attributes(settings))
    for step in [-1, Double.nan, .infinity] { #expect(throws: TensorError.self) { try rate(step) } }
    for step in [0, 0.5, 3, 1e9] { #expect(try rate(step).isFinite) }
    for parameter in schedule.parameters
    where parameter.kind != .choice(["triangular", "triangular2"]) {
      let bad: Attribute = parameter.kind == .integer ? .integer(0) : .real(-1)
      let others = settings.filter { $0.name != parameter.name }
      #expect(throws: TensorError.self, "\(parameter.name)") {
        try schedule(Attributes(others + [(parameter.name, bad)]))
      }
    }
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
      "glorot_uniform": .uniform(0.07439795259651642),
      "kaiming_normal": .normal(0.050507627227610534),
      "kaiming_uniform": .uniform(0.08748177652797065),
    ]
    for (name, distribution) in expected {
      let initializer = try #require(Initializer[name])
      let settings = try Attributes.none.completed(by: initializer.parameters)
      switch (initializer.distribution(fans, settings), distribution) {
      case (.uniform(let found), .uniform(let wanted)), (.normal(let found), .normal(let wanted)):
        expectClose(found, wanted, absolute: 0, relative: 1e-14, name)
      default: Issue.record("\(name) draws from another distribution")
      }
    }
  }

  @Test func drawWithTheirSpread() throws {
    var generator = SplitMix64(seed: 3)
    let he = try #require(Initializer["kaiming_normal"])
    let drawn = try he.tensor(
      [100, 200], fans: Initializer.Fans(of: [100, 200]), generator: &generator)
    let variance = drawn.elements.reduce(0) { $0 + $1 * $1 } / 20_000
    expectClose(variance, 2.0 / 200, absolute: 0, relative: 0.05)
    let uniform = try #require(Initializer["fan_in_uniform"])
    let bounded = try uniform.tensor(
      [4, 25], fans: Initializer.Fans(of: [4, 25]), generator: &generator)
    #expect(
      bounded.elements.allSatisfy { abs($0) <= 0.2 } && bounded.elements.contains { abs($0) > 0.19 }
    )
  }

  /// What is drawn has the spread that is declared.
  @Test(arguments: Initializer.standard.map(\.name))
  func drawAsWidelyAsDeclared(_ name: String) throws {
    let initializer = try #require(Initializer[name])
    let fans = Initializer.Fans(inputs: 40, outputs: 10)
    var generator = SplitMix64(seed: 8)
    let drawn = try initializer.tensor([20_000], fans: fans, generator: &generator).elements
    let settings = try Attributes.none.completed(by: initializer.parameters)
    let distribution = initializer.distribution(fans, settings)
    let variance = drawn.reduce(0) { $0 + $1 * $1 } / Double(drawn.count)
    switch distribution {
    case .uniform(let bound):
      expectClose(variance, bound * bound / 3, absolute: 0, relative: 0.03)
      #expect(drawn.allSatisfy { abs($0) <= bound })
    case .normal(let deviation):
      expectClose(variance, deviation * deviation, absolute: 0, relative: 0.03)
    case .constant: Issue.record("\(name) breaks no symmetry")
    }
  }

  @Test func fansCountTheWindow() {
    #expect(Initializer.Fans(of: [6, 3, 5, 5]) == Initializer.Fans(inputs: 75, outputs: 150))
  }
}
