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

  /// Networks that the engine of the commands works out, and what makes their steps differ.
  static let compiled = [
    ("X, Y = xor_data()", "Linear(2, 5), Tanh(), Linear(5, 2)", "sgd(lr=0.3)", ""),
    (
      "X, Y = xor_data()", "Linear(2, 4), Sigmoid(), Linear(4, 3), ReLU(), Linear(3, 2)",
      "adam(lr=0.05)", ""
    ),
    (
      "X, Y = moons_data(23, noise=0.1)", "Linear(2, 7), ReLU(), Linear(7, 2)", "momentum(lr=0.1)",
      ", batch=5, seed=3"
    ),
    ("X, Y = moons_data(20, noise=0.1)", "Linear(2, 3)", "nesterov(lr=0.1)", ", batch=6"),
    (
      "X, Y = digits_data(70)", "Flatten(), Linear(144, 20), Tanh(), Linear(20, 10)",
      "adamw(lr=0.01, weight_decay=0.1)", ", batch=32, seed=1"
    ),
    (
      "X, Y = xor_data()", "Linear(2, 6), Tanh(), Linear(6, 2)",
      "rmsprop(lr=0.01, weight_decay=0.01)", ""
    ),
    ("X, Y = xor_data()", "Linear(2, 6), Tanh(), Linear(6, 2)", "adagrad(lr=0.1)", ""),
  ]

  /// Step by step, to the bit, what the recorded computation gives; `lambda` keeps the engine out.
  @Test(arguments: compiled.indices)
  func theEngineGivesWhatIsRecorded(_ index: Int) throws {
    let (data, layers, rule, batch) = FitTests.compiled[index]
    let start = "seed(7)\n\(data)\nmodel = Sequential(\(layers))\n"
    let steps = 150
    let fast = try Program(
      start + "run = fit(model, X, Y, optimizer=\(rule), steps=\(steps)\(batch))")
    let recorded = try Program(
      start + "run = fit(model, X, Y, loss=lambda s, y: cross_entropy(s, y), "
        + "optimizer=\(rule), steps=\(steps)\(batch))")
    #expect(try run(fast).engine != nil)
    #expect(try run(recorded).engine == nil)
    #expect(try fast.numbers("run.losses") == recorded.numbers("run.losses"))
    for target in [steps, 149, 60, 61, 118, 33, 200] {
      try fast.run("run.to(\(target))")
      try recorded.run("run.to(\(target))")
      #expect(try state(fast) == state(recorded), "step \(target)")
      #expect(try fast.numbers("run.loss") == recorded.numbers("run.loss"))
    }
  }

  private func run(_ program: Program) throws -> FitRun {
    guard case .object(let object) = try program.evaluator.value(of: "run"),
      let run = object as? FitRun
    else { throw Diagnostic("test", "no run") }
    return run
  }

  /// A row of `held_out` is the loss before the update of its step, as those of `losses` are.
  @Test func whatIsHeldOutIsMeasuredWhereTheLossIs() throws {
    let program = try Program(
      """
      seed(1)
      X, Y = xor_data()
      model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2))
      run = fit(model, X, Y, optimizer=sgd(lr=1.0), steps=4, held_out=(X, Y))
      """)
    #expect(try program.numbers("run.held_out[:, 1]") == program.numbers("run.losses"))
  }

  /// Of the seeds 1 to 20 only 6 fails with the settings of the command.
  @Test func aSweepCountsWhatIsSolved() throws {
    let program = try Program("s = sweep('xor', seeds=range(1, 21), lr=[0.5, 1e-6])")
    #expect(try program.numbers("s.share") == [0.95, 0])
    #expect(try program.numbers("s.runs") == [20, 20])
    #expect(program.printed.contains("19 of 20"))
    // Each run is its own: in other company, the same numbers.
    try program.run("t = sweep('xor', seeds=range(1, 21), lr=[0.5])")
    #expect(try program.numbers("t.steps[0] == s.steps[0]") == [1])
  }

  @Test func aSweepOfAFunctionOfOnesOwn() throws {
    let program = try Program(
      """
      X, Y = xor_data()
      def trained(s, lr):
          seed(s)
          model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2))
          return fit(model, X, Y, optimizer=sgd(lr=lr), steps=300)
      s = sweep(trained, seeds=range(3), lr=[0.5, 1e-5])
      """)
    #expect(try program.numbers("s.share") == [1, 0])
    #expect(try program.numbers("s.steps[0]")[0] > 5)
  }

  @Test(arguments: [
    ("sweep('xro')", "xor"), ("sweep('xor', lr=['a'])", "lr"), ("sweep('xor', lrr=[1])", "lrr"),
    ("sweep(lambda s: s, seeds=[1])", "no training run"), ("sweep('xor', seeds=[0.5])", "whole"),
    ("sweep('xor', seeds=range(10**6))", "not tried"),
    ("sweep('xor', hidden=[])", "not tried"), ("sweep('xor', hidden=[-1])", "hidden"),
  ])
  func whatCannotBeSweptSaysWhy(_ text: String, _ reason: String) throws {
    let error = try Program().error(text)
    #expect(Renderer(width: 200).render(error).contains(reason))
  }
}
