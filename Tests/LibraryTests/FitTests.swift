import Language
import Presentation
import TestSupport
import Testing

@testable import Library

/// Training runs: any step is gone back to exactly, to the bit.
struct FitTests {
  /// Networks with everything that a step can change: moments, running statistics, dropped units,
  /// shuffled batches.
  static let networks = [
    "X, Y = xor_data(); model = Sequential(Linear(2, 4), Tanh(), Linear(4, 2)); opt = adam(lr=0.05)",
    """
    X, Y = xor_data(); model = Sequential(Linear(2, 3), ReLU(), Linear(3, 2))
    opt = momentum(lr=0.1)
    """,
    """
    X = randn(10, 1, 6, 6); Y = [i % 2 for i in range(10)]
    model = Sequential(Conv2d(1, 2, 3), BatchNorm2d(2), ReLU(), Flatten(), Dropout(0.4), Linear(32, 2))
    opt = adamw(lr=0.01, weight_decay=0.1)
    """,
    """
    X = randn(6, 3, 2); Y = [0, 1, 0, 1, 1, 0]
    class Net(Module):
        def __init__(self):
            self.cell = LSTM(2, 4)
            self.head = Linear(4, 2)
        def forward(self, x):
            return self.head(self.cell(x)[0][:, -1])
    model = Net(); opt = rmsprop(lr=0.01)
    """,
  ]

  private func program(_ network: String) throws -> Program {
    try Program(
      "seed(5)\n\(network)\nrun = fit(model, X, Y, optimizer=opt, steps=60, batch=3, seed=2)\n"
        + "def weights():\n"
        + "    return [float(sum(p * p)) for p in model.parameters()]\n")
  }

  /// Everything a later step depends on, as bits.
  private func state(_ program: Program) throws -> [UInt64] {
    let run = try program.evaluator.value(of: "run")
    guard case .object(let object) = run, let run = object as? FitRun else { return [] }
    var generator = program.evaluator.context.generator
    return [run.model, .object(run.optimizer)].flatMap(\.contents)
      + [generator.next()] + run.losses.map(\.bitPattern)
  }

  @Test(arguments: networks.indices)
  func anyStepIsGoneToExactly(_ index: Int) throws {
    let straight = try program(FitTests.networks[index])
    var known: [Int: [UInt64]] = [60: try state(straight)]
    try straight.run("run.rewind()")
    for step in 0..<60 {
      try straight.run("run.to(\(step))")
      known[step] = try state(straight)
    }
    #expect(Set(known.values).count == 61, "steps change nothing")
    let program = try program(FitTests.networks[index])
    #expect(try state(program) == known[60])
    var random = SeededGenerator(seed: UInt64(index))
    for _ in 0..<15 {
      let target = Int.random(in: 0...60, using: &random)
      try program.run("run.to(\(target))")
      #expect(try state(program) == known[target], "step \(target)")
    }
  }

  @Test func aLongRunKeepsFewCheckpoints() throws {
    let program = try Program(
      "W = 0.1; run = fit(lambda x: x * W, [1.0, 2], [2.0, 4], loss=mse, "
        + "optimizer=sgd([W], lr=0.001), steps=9000)")
    let before = try program.numbers("W")
    try program.run("run.to(4321); run.to(9000)")
    #expect(try program.numbers("W") == before)
    #expect(try program.numbers("len(run.losses)") == [9000])
  }

  /// The same as the loop written out.
  @Test func aRunIsTheLoopWrittenOut() throws {
    let start =
      "seed(1)\nX, Y = xor_data()\nmodel = Sequential(Linear(2, 3), Tanh(), Linear(3, 2))\n"
    let loop = try Program(
      start + """
        opt = adam(model.parameters(), lr=0.05)
        for i in range(30):
            opt.zero_grad()
            E = cross_entropy(model(X), Y)
            E.backward()
            opt.step()
        """)
    let run = try Program(start + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=30)")
    #expect(try run.numbers("model[0].weight") == loop.numbers("model[0].weight"))
    #expect(try run.numbers("run.losses[-1]") == loop.numbers("E"))
    #expect(try run.numbers("run.loss") == loop.numbers("E"))
  }

  @Test(arguments: [
    ("fit(lambda x: x, [1.0], [1.0])", "no parameters"),
    ("fit(Linear(1, 1), [1.0, 2], [1.0])", "as many rows"),
    ("fit(Linear(2, 2), [[1.0, 2]], [0], optimizer=3)", "no optimizer"),
    ("fit(Linear(2, 2), [[1.0, 2]], [0], loss=lambda a, b: a)", "the loss must be one number"),
    ("fit(Linear(2, 2), [[1.0, 2]], [0], batch=0)", "counted from 1"),
    ("fit(Linear(2, 2), [[1.0, 2]], [0], steps=2).to(-1)", "there is no step -1"),
    ("adam(lr=0.1).step()", "adam(model.parameters()"),
  ])
  func whatCannotBeTrainedSaysWhy(_ text: String, _ reason: String) throws {
    let program = try Program()
    #expect {
      try program.evaluator.run(SourceText(name: "test", text: text))
    } throws: { error in
      guard let diagnostic = error as? Diagnostic else { return false }
      return Renderer(width: 200).render(diagnostic).contains(reason)
    }
  }

  /// A step that fails changes nothing: the run stands where it was.
  @Test func aStepThatFailsChangesNothing() throws {
    let program = try Program(
      """
      W = 3.0; n = [0]
      def f(x):
          n[0] += 1
          if n[0] == 4: return x * undefined_name
          return x * W
      run = fit(f, [1.0, 2], [2.0, 4], loss=mse, optimizer=sgd([W], lr=0.1), steps=3)
      """)
    let before = try state(program)
    #expect(throws: (any Error).self) {
      try program.evaluator.run(SourceText(name: "t", text: "run.to(9)"))
    }
    #expect(try state(program) == before)
  }
}
