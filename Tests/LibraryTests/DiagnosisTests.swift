import Language
import Presentation
import TestSupport
import Testing

@testable import Library

/// What is said of training runs: each diagnosis of a run made to have it, and nothing of runs that do
/// well. NABLA_SLOW=1 tries 200 healthy runs and ten of each fault; else a few.
struct DiagnosisTests {
  /// Runs at sensible settings; `SEED` is another number in each.
  static let healthy: [(name: String, program: String)] = [
    (
      "xor, adam",
      """
      X, Y = xor_data(); model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2))
      run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=300)
      """
    ),
    (
      "xor, sgd",
      """
      X, Y = xor_data(); model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2))
      run = fit(model, X, Y, optimizer=sgd(lr=0.5), steps=500)
      """
    ),
    (
      "moons",
      """
      X, Y = moons_data(100, noise=0.1, seed=SEED); V = moons_data(60, noise=0.1, seed=SEED + 1000)
      model = Sequential(Linear(2, 16), ReLU(), Linear(16, 2))
      run = fit(model, X, Y, optimizer=adam(lr=0.02), steps=400, batch=32, seed=SEED, held_out=V)
      """
    ),
    (
      "digits",
      """
      X, Y = digits_data(1500, seed=SEED)
      model = Sequential(Flatten(), Linear(144, 48), ReLU(), Linear(48, 10))
      run = fit(model, X[:1250], Y[:1250], optimizer=adam(lr=0.003), steps=300, batch=50, seed=SEED, \
      held_out=(X[1250:], Y[1250:]))
      """
    ),
    (
      "bit sum",
      """
      X, Y = bitsum_data(4); S = X.T.reshape(4, 16, 1)
      class Net(Module):
          def __init__(self):
              self.cell = RNN(1, 8)
              self.head = Linear(8, 5)
          def forward(self, x):
              return self.head(self.cell(x.T.reshape(4, -1, 1))[0][-1])
      model = Net()
      run = fit(model, X, Y, optimizer=adam(lr=0.03), steps=300)
      """
    ),
    (
      "chars",
      """
      text = "she sells sea shells by the sea shore, the shells she sells are sea shells, so if she "
      text = text + "sells shells on the sea shore, then she sells sea shore shells for sure "
      letters = sorted(set(text)); codes = [letters.index(c) for c in text]; k = len(letters)
      X = one_hot([codes[i:i + 4] for i in range(len(codes) - 4)], k); Y = codes[4:]
      class Net(Module):
          def __init__(self):
              self.cell = GRU(k, 24)
              self.head = Linear(24, k)
          def forward(self, x):
              return self.head(self.cell(transpose(x, (1, 0, 2)))[0][-1])
      model = Net()
      run = fit(model, X, Y, optimizer=adam(lr=0.02), steps=150, batch=40, seed=SEED)
      """
    ),
  ]

  private static let xor = "X, Y = xor_data(); "
  private static let net = "model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2)); "

  /// Runs that have what they are named after.
  static let faulty: [(id: String, program: String)] = [
    (
      "dead-units",
      xor + "model = Sequential(Linear(2, 8), ReLU(), Linear(8, 2)); "
        + "model[0].bias = -20.0 * ones(8); "
        + "run = fit(model, X, Y, optimizer=adam(lr=0.01), steps=60)"
    ),
    (
      "dead-units",
      "X, Y = moons_data(60, noise=0.1, seed=SEED); "
        + "model = Sequential(Linear(2, 16), ReLU(), Linear(16, 2)); "
        + "run = fit(model, 30.0 + X, Y, optimizer=sgd(lr=1.0), steps=100)"
    ),
    (
      "saturated-units",
      xor + net + "run = fit(model, 100 * X, Y, optimizer=sgd(lr=0.1), steps=60)"
    ),
    (
      "twins",
      xor + net + "model[0].weight = 0.3 * ones(8, 2); model[0].bias = zeros(8); "
        + "model[2].weight = 0.2 * ones(2, 8); "
        + "run = fit(model, X + 0.001 * SEED, Y, optimizer=sgd(lr=0.1), steps=60)"
    ),
    (
      "vanishing-gradient",
      xor
        + "model = Sequential(*[layer for i in range(9) for layer in [Linear(2 if i == 0 else 6, 6), "
        + "Sigmoid()]], Linear(6, 2)); run = fit(model, X, Y, optimizer=sgd(lr=0.1), steps=60)"
    ),
    (
      "exploding-gradient",
      xor + "layers = [Linear(2 if i == 0 else 12, 12) for i in range(8)]\n"
        + "for l in layers: l.weight = 20.0 * l.weight\n"
        + "model = Sequential(*[m for l in layers for m in [l, LeakyReLU()]], Linear(12, 2)); "
        + "run = fit(model, X, Y, optimizer=sgd(lr=1e-12), steps=30)"
    ),
    (
      "not-finite",
      xor + "model = Sequential(Linear(2, 8), ReLU(), Linear(8, 2)); "
        + "run = fit(model, X, Y, loss=lambda s, y: -mean(log(max(s, axis=1) - max(s, axis=1))), "
        + "optimizer=sgd(lr=0.1), steps=5)"
    ),
    ("rate-too-high", xor + net + "run = fit(model, X, Y, optimizer=sgd(lr=50.0), steps=100)"),
    (
      "rate-too-high",
      "X, Y = moons_data(80, noise=0.1, seed=SEED); "
        + "model = Sequential(Linear(2, 16), Tanh(), Linear(16, 2)); "
        + "run = fit(model, X, Y, optimizer=adam(lr=5.0), steps=150, batch=16, seed=SEED)"
    ),
    ("rate-too-low", xor + net + "run = fit(model, X, Y, optimizer=sgd(lr=1e-6), steps=100)"),
    ("constant-guess", xor + net + "run = fit(model, 0 * X, Y, optimizer=sgd(lr=0.5), steps=200)"),
    ("a-line-cannot", xor + "run = fit(Linear(2, 2), X, Y, optimizer=sgd(lr=0.2), steps=200)"),
    (
      "a-line-cannot",
      "X, Y = quadrants_data(100, seed=SEED); model = Sequential(Linear(2, 6), Linear(6, 2)); "
        + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=300)"
    ),
    (
      "overfitting",
      "X, Y = moons_data(24, noise=0.5, seed=SEED); V = moons_data(100, noise=0.5, seed=SEED + 500); "
        + "model = Sequential(Linear(2, 64), Tanh(), Linear(64, 2)); "
        + "run = fit(model, X, Y, optimizer=adam(lr=0.02), steps=1500, held_out=V)"
    ),
    (
      "labels-without-inputs",
      "X, Y = digits_data(200, seed=SEED); Y = take(Y, permutation(200)); "
        + "model = Sequential(Flatten(), Linear(144, 32), ReLU(), Linear(32, 10)); "
        + "run = fit(model, X[:150], Y[:150], optimizer=adam(lr=0.005), steps=300, batch=50, "
        + "seed=SEED, held_out=(X[150:], Y[150:]))"
    ),
    (
      "gradients-added-up",
      xor + net + "run = fit(model, X, Y, optimizer=sgd(lr=0.05), steps=60, zero_grad=False)"
    ),
    (
      "wrong-mode",
      xor + "model = Sequential(Linear(2, 8), Tanh(), Dropout(0.5), Linear(8, 2)); model.eval(); "
        + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=60)"
    ),
  ]

  /// Runs with something wrong before their first step.
  static let unready: [(id: String, program: String)] = [
    ("labels", xor + net + "run = fit(model, X, Y + 1, optimizer=adam(lr=0.05), steps=0)"),
    (
      "loss-and-output",
      xor + "model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2), Softmax()); "
        + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=1)"
    ),
    (
      "loss-and-output",
      xor + net + "run = fit(model, X, Y, loss=lambda s, y: -mean(log(s)), "
        + "optimizer=adam(lr=0.05), steps=0)"
    ),
    (
      "loss-and-output",
      xor + "model = Sequential(Linear(2, 8), Tanh(), Linear(8, 1)); 3 * X; "
        + "run = fit(model, 5 * X, Y.reshape(4, 1), loss=binary_cross_entropy, "
        + "optimizer=adam(lr=0.05), steps=0)"
    ),
    (
      "shapes-spread",
      xor + "model = Sequential(Linear(2, 8), Tanh(), Linear(8, 1)); "
        + "run = fit(model, X, 1.0 * Y, loss=mse, optimizer=adam(lr=0.05), steps=1)"
    ),
    ("inputs-scale", xor + net + "run = fit(model, 255 * X, Y, optimizer=adam(lr=0.05), steps=1)"),
    (
      "first-loss",
      xor + net + "model[2].weight = 30.0 * model[2].weight; "
        + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=1)"
    ),
    (
      "gradient-check",
      xor + net + "run = fit(lambda x: model[2](detach(model[1](model[0](x)))), X, Y, "
        + "optimizer=adam(model.parameters(), lr=0.05), steps=1)"
    ),
    (
      "sixteen-by-heart",
      xor + "run = fit(Linear(2, 2), X, Y, optimizer=adam(lr=0.05), steps=1)"
    ),
    ("sixteen-by-heart", xor + net + "run = fit(model, X, Y, optimizer=sgd(lr=1e-5), steps=1)"),
  ]

  private func found(_ program: String, _ seed: Int, _ method: String) throws -> [String] {
    let text = program.replacing("SEED", with: "\(seed)")
    let program = try Program("seed(\(seed))\n\(text)\n")
    let value = try program.evaluator.value(of: "run.\(method)()")
    guard case .object(let object) = value, let findings = object as? Findings else {
      throw Diagnostic("test", "no findings")
    }
    return findings.findings.map(\.diagnosis.id)
  }

  private static var seeds: ClosedRange<Int> { runsNightlyTests ? 1...10 : 1...2 }

  private func expectHits(_ id: String, _ programs: [String], _ method: String) throws {
    var hits = 0
    var runs = 0
    for program in programs {
      for seed in Self.seeds {
        runs += 1
        let ids = try found(program, seed, method)
        if ids.contains(id) { hits += 1 } else { print("miss \(id) seed \(seed): \(ids)") }
      }
    }
    print("diagnosis \(id): \(hits) of \(runs)")
    #expect(Double(hits) >= 0.95 * Double(runs), "\(id): \(hits) of \(runs)")
  }

  @Test(arguments: Set(faulty.map(\.id)).sorted())
  func eachIsFoundAfterTraining(_ id: String) throws {
    try expectHits(id, Self.faulty.filter { $0.id == id }.map(\.program), "diagnose")
  }

  @Test(arguments: Set(unready.map(\.id)).sorted())
  func eachIsFoundBeforeTraining(_ id: String) throws {
    try expectHits(id, Self.unready.filter { $0.id == id }.map(\.program), "preflight")
  }

  @Test func everyDiagnosisIsTried() {
    let tried = Set((Self.faulty + Self.unready).map(\.id))
    #expect(Set(Diagnosis.standard.map(\.id)) == tried)
  }

  @Test(arguments: healthy.indices)
  func healthyRunsHaveNone(_ index: Int) throws {
    #expect(try alarms(Self.healthy[index], 1...(runsSlowTests ? 2 : 1)) == [])
  }

  /// Six kinds of runs, 34 each: at most one in a hundred is called ill.
  @Test(.nightly) func healthyRunsAreSeldomCalledIll() throws {
    let all = try Self.healthy.flatMap { try alarms($0, 1...34) }
    #expect(all.count * 100 <= 34 * Self.healthy.count, "\(all)")
  }

  private func alarms(
    _ run: (name: String, program: String), _ seeds: ClosedRange<Int>
  ) throws -> [String] {
    try seeds.compactMap { seed in
      let ids =
        try found(run.program, seed, "diagnose") + found(run.program, seed, "preflight")
      return ids.isEmpty ? nil : "\(run.name), seed \(seed): \(ids)"
    }
  }

  /// Looking leaves no trace: the run goes on as it would have.
  @Test func lookingChangesNothing() throws {
    let start = "seed(3)\n" + Self.healthy[2].program.replacing("SEED", with: "3")
    let straight = try Program(start + "\nrun.to(450)")
    let looked = try Program(
      start + "\nrun.diagnose(); run.preflight(); run.to(450); run.diagnose()")
    #expect(try straight.numbers("model[0].weight") == looked.numbers("model[0].weight"))
    #expect(try straight.numbers("run.losses") == looked.numbers("run.losses"))
    #expect(try straight.numbers("randn(3)") == looked.numbers("randn(3)"))
    // Nor do the rows held out.
    let unheld = try Program(start.replacing(", held_out=V", with: "") + "\nrun.to(450)")
    #expect(try straight.numbers("run.losses") == unheld.numbers("run.losses"))
  }

  /// A finding can be asked: its number, step and layer.
  @Test func aFindingIsAValue() throws {
    let program = try Program(
      "seed(1)\n" + Self.faulty[0].program + "\nfound = run.diagnose()\n"
        + "f = [f for f in found if f.id == 'dead-units'][0]")
    #expect(try program.numbers("'dead-units' in found.ids") == [1])
    #expect(try program.numbers("f.number") == [1])
    #expect(try program.numbers("f.step") == [0])
    #expect(try program.numbers("f.units") == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(try program.text("f.layer").contains("relu of 0.weight"))
    #expect(program.printed.contains("What may be behind it, the likeliest first"))
  }
}
