import Networks
import TestSupport
import Testing

/// Schedules, initializers, data sets, batches and augmentation, as the language has them.
@Suite struct TrainingPartsTests {
  /// Declaring one is all it takes.
  @Test func everyDeclarationIsAFunction() throws {
    let program = try Program()
    let names =
      Schedule.standard.map { $0.name + "_schedule" } + Dataset.standard.map { $0.name + "_data" }
      + Initializer.standard.map(\.name) + Augmentation.standard.map(\.name)
      + LayerKind.standard.map(\.name) + UpdateRule.standard.map(\.name)
    let known = Set(program.environment.names)
    #expect(names.filter { !known.contains($0) } == [])
  }

  @Test func aScheduleDrivesAnOptimizer() throws {
    let program = try Program(
      """
      model = Linear(1, 1, bias=False)
      model.weight = [0.0;]
      opt = sgd(model.parameters(), lr=1)
      s = step_schedule(0.5, 2)
      used = []
      for step in range(5):
          opt.lr = s(step)
          used.append(opt.lr)
          E = -sum(model([1.0]))
          opt.zero_grad()
          E.backward()
          opt.step()
      """)
    #expect(try program.numbers("used") == [0.5, 0.5, 0.25, 0.25, 0.125])
    #expect(try program.numbers("model.weight") == [1.625])
    #expect(try program.text("s") == "step_schedule(lr=0.5, step_size=2, gamma=0.5)")
    #expect(try program.numbers("s.gamma") == [0.5])
    #expect(try program.error("s(-1)").headline.contains("step"))
  }

  @Test func fansComeFromTheShapeOrAreGiven() throws {
    let program = try Program("seed(1)")
    // He's bound for 6 inputs is 1; for 600 it is a tenth of that.
    #expect(try program.numbers("max(abs(he_uniform((500, 6))))")[0] > 0.95)
    let given = try program.numbers("max(abs(he_uniform((500, 6), fan_in=600)))")[0]
    #expect(given > 0.095 && given <= 0.1)
    #expect(try program.numbers("init_scale(\"xavier_tanh_normal\", 784, 300)")[0] > 0.1718)
    try program.run(
      "layer = Linear(3, 2); layer.weight = xavier_normal(layer.weight.shape, gain=2)")
    let drawn = try program.numbers("layer.weight")
    #expect(Set(drawn).count == 6)
    try program.run("seed(4); a = he_normal((2, 2)); seed(4); b = he_normal((2, 2))")
    #expect(try program.numbers("a") == program.numbers("b"))
  }

  @Test func batchesCoverTheRowsInAnOrderOfTheSeed() throws {
    let program = try Program(
      """
      X = arange(10)[:, None] * [1, 10]
      Y = arange(10)
      seen = []
      for xb, yb in batches(X, Y, size=4, seed=3):
          assert xb.shape == (len(yb), 2)
          assert all(xb[:, 1] == 10 * yb)
          for y in yb:
              seen.append(y)
      """)
    let seen = try program.numbers("seen")
    #expect(seen.sorted() == (0..<10).map(Double.init) && seen != seen.sorted())
    #expect(try program.numbers("[y for b in batches(Y, size=4) for y in b]").count == 10)
    let orders = try (0..<8).map {
      try program.numbers("concat([b for b in batches(Y, seed=\($0))])")
    }
    #expect(Set(orders).count == 8)
    #expect(try program.error("batches(X, [1, 2])").headline.contains("10 and 2 rows"))
    #expect(try program.error("batches(X, size=0)").headline.contains("at least one row"))
  }

  @Test func augmentationTakesASeedOrTheSessions() throws {
    let program = try Program("x = arange(64).reshape(8, 8)")
    let one = try program.numbers("random_crop(x, 5, seed=2)")
    #expect(try one == program.numbers("random_crop(x, 5, seed=2)"))
    let drawn = try (0..<10).map { _ in try program.numbers("random_crop(x, 5)") }
    #expect(Set(drawn).count > 3)
    #expect(try program.error("random_crop(x, 9)").headline.contains("size"))
  }

  /// What a student would write: a network on two moons, in batches, with a schedule.
  @Test func aNetworkLearnsTheMoons() throws {
    let program = try Program(
      """
      seed(2)
      X, Y = moons_data(80, noise=0.05)
      model = Sequential(Linear(2, 16), Tanh(), Linear(16, 2))
      opt = adam(model.parameters(), lr=0.1)
      s = cosine_schedule(0.1, T_0=40)
      for epoch in range(40):
          opt.lr = s(epoch)
          for xb, yb in batches(X, Y, size=16, seed=epoch):
              E = cross_entropy(model(xb), yb)
              opt.zero_grad()
              E.backward()
              opt.step()
      """)
    #expect(try program.numbers("mean(argmax(model(X), axis=1) == Y)")[0] > 0.97)
  }
}
