import Autograd
import Networks
import Tensors
import TestSupport
import Testing

/// Training runs against the exact values of the catalogue.
@Suite struct TrainingTests {
  private func trainer(_ task: String, _ options: (name: String, value: Attribute)...) throws
    -> Trainer
  {
    try #require(TrainingTask[task]).trainer(Attributes(options))
  }

  private func progress(_ trainer: Trainer, at steps: [Int]) -> [TrainingProgress] {
    steps.map { step in
      trainer.advance(by: step - trainer.step)
      return trainer.progress
    }
  }

  @Test func defaultRunOfXORHasTheCatalogueLosses() throws {
    let entry = "train-problem-3-default"
    let run = try trainer("xor")
    let initial = run.model.namedParameters
    for (parameter, name) in zip(initial, ["initial W", "initial b", "initial W'", "initial b'"]) {
      expectClose(
        parameter.value.elements, try Reference.training(entry, name), absolute: 0, relative: 1e-15,
        name)
    }
    let reached = progress(run, at: [0, 1, 5, 10, 20, 50, 100, 200])
    expectClose(
      reached.map(\.loss), try Reference.training(entry, "loss at the logged steps"), absolute: 0,
      relative: 1e-9)
    #expect(
      try reached.map(\.accuracy) == Reference.training(entry, "accuracy at the logged steps"))
    expectClose(
      run.model.scores.elements, try Reference.training(entry, "final c of the four rows"),
      absolute: 0, relative: 1e-9)
    #expect(run.isFinished)
    #expect(run.advance(by: 10) == 0)
  }

  @Test func onlySeedSixFails() throws {
    let failing = try (1...100).filter { seed in
      let run = try trainer("xor", ("seed", .integer(seed)))
      run.advance(by: 200)
      return run.progress.correct < 4
    }
    #expect(
      try failing.map(Double.init)
        == Reference.training("train-problem-3-default", "seeds of 1..100 that fail"))
  }

  @Test(.slow, arguments: ["sigmoid", "tanh", "relu"])
  func successesOfAHundredSeedsWithAdam(_ activation: String) throws {
    let expected = try Reference.training(
      "train-problem-3",
      "adam lr 0.05, 500 steps, \(activation): successes of 100 for H = [2, 3, 4, 8]")
    let successes = try (1...100).count { seed in
      let run = try trainer(
        "xor", ("hidden", .integer(2)), ("activation", .string(activation)),
        ("optimizer", .string("adam")), ("lr", .real(0.05)), ("steps", .integer(500)),
        ("seed", .integer(seed)))
      run.advance(by: 500)
      return run.progress.correct == 4
    }
    #expect(Double(successes) == expected[0])
  }

  @Test(arguments: ["linear", "stacked-linear"])
  func lineStaysAtTheLogarithmOfTwo(_ model: String) throws {
    let run = try trainer("xor", ("model", .string(model)))
    run.advance(by: 1000)
    expectClose(run.progress.loss, 0.6931471805599453, absolute: 5e-6, relative: 0)
    #expect(run.report.closing.contains("line"))
    #expect(run.report.rows.allSatisfy { abs($0.probabilities[0] - 0.5) < 1e-2 })
  }

  @Test(arguments: Cell.allCases)
  func bitSumHasTheCatalogueLosses(_ cell: Cell) throws {
    let run = try trainer("bitsum", ("cell", .string(cell.rawValue)))
    #expect(
      try [Double(run.model.layout.count)]
        == Reference.training("train-bit-sum", "\(cell.rawValue): parameters"))
    let reached = progress(run, at: [0, 100, 200, 300])
    expectClose(
      reached.map(\.loss),
      try Reference.training(
        "train-bit-sum", "\(cell.rawValue): seed 1, loss at steps [0, 100, 200, 300]"),
      absolute: 0, relative: 1e-9)
    #expect(
      try reached.map(\.accuracy)
        == Reference.training("train-bit-sum", "\(cell.rawValue): seed 1, accuracy at those steps"))
    #expect(run.progress.correct == 32)
  }

  @Test(arguments: Cell.allCases)
  func singlePrecisionLearnsToo(_ cell: Cell) throws {
    let run = try trainer("bitsum", ("cell", .string(cell.rawValue)), ("dtype", .string("float32")))
    run.advance(by: 300)
    #expect(run.progress.correct == 32)
    #expect(run.report.parameters.allSatisfy { $0.value.dtype == .float32 })
  }

  @Test func reportNamesEveryExampleAndParameter() throws {
    let run = try trainer("xor")
    run.advance(by: 200)
    let report = run.report
    #expect(report.parameters.map(\.name) == ["W", "b", "W′", "b′"])
    #expect(report.parameters.map { $0.value.shape } == [[2, 4], [4], [4, 2], [2]])
    #expect(report.rows.map(\.target) == [1, 0, 0, 1])
    #expect(report.rows.map(\.predicted) == [1, 0, 0, 1])
    for row in report.rows {
      expectClose(row.probabilities.reduce(0, +), 1, absolute: 1e-12, relative: 0)
    }
    let loss =
      report.rows.reduce(0) { $0 - ScalarFunction.value(of: "log", [$1.probabilities[$1.target]])! }
      / 4
    expectClose(loss, report.progress.loss, absolute: 1e-12, relative: 0)
    #expect(report.closing == "All 4 examples are right.")

    let gru = try trainer("bitsum", ("cell", .string("gru")), ("steps", .integer(0)))
    #expect(
      gru.report.parameters.map(\.name) == ["Wz", "bz", "Wr", "br", "Wn", "bn", "V", "d"])
    #expect(gru.report.parameters.map { $0.value.shape }[0] == [9, 8])
  }

  @Test func trainingStopsAtTheFirstLossThatIsNoNumber() throws {
    let run = try trainer("xor", ("activation", .string("relu")), ("lr", .real(1e200)))
    run.advance(by: 200)
    let step = try #require(run.failedStep)
    #expect(run.isFinished && step > 0 && step < 200)
    let origin = try #require(run.failure)
    #expect(origin.variable.operation?.name == "linear" && !origin.number.isFinite)
    #expect(origin.operands.contains { abs($0.value) > 1e100 } && origin.naming?.name == "layer 2")
    #expect(run.report.closing.contains("step \(step)"))
  }

  @Test(
    arguments: [
      ("hidden", Attribute.integer(0)), ("hidden", .real(2.5)), ("lr", .real(-1)),
      ("lr", .real(.nan)),
      ("optimizer", .string("adem")), ("steps", .integer(-1)), ("dtype", .string("int64")),
      ("model", .string("deep")), ("momentum", .real(2)), ("colour", .integer(1)),
    ] as [(String, Attribute)])
  func refusesOptionsItCannotUse(_ name: String, _ value: Attribute) throws {
    let options: [(name: String, value: Attribute)] = [
      (name, value), ("optimizer", name == "optimizer" ? value : .string("momentum")),
    ]
    #expect(throws: TensorError.self) {
      try #require(TrainingTask["xor"]).trainer(
        Attributes(Array(options.prefix(name == "optimizer" ? 1 : 2))))
    }
  }

  @Test func cadenceIsARoundNumber() {
    #expect(
      [0, 1, 20, 200, 300, 2000, 5000].map { Trainer.cadence(steps: $0) } == [
        1, 1, 1, 10, 20, 100, 500,
      ])
  }
}
