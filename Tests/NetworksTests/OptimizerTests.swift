import Autograd
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct OptimizerTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let rule: String
    let settings: [String: Double]
    let steps: [[Double]]
    let start: [Double]
    let slopes: [Double]
    var testDescription: String { name }

    var attributes: Attributes { Attributes(settings.map { ($0.key, .real($0.value)) }) }

    static let all: [Case] = {
      guard let file = try? Reference.json("optimizers") as? [String: Any],
        let cases = file["cases"] as? [String: [String: Any]]
      else { return [] }
      return cases.keys.sorted().map { name in
        let steps = (cases[name]?["steps"] as? [[Any]] ?? []).map { Reference.flattened($0) }
        let settings = (cases[name]?["settings"] as? [String: Any] ?? [:]).mapValues {
          Reference.flattened($0)[0]
        }
        return Case(
          name: name, rule: String(name.prefix { $0 != " " }), settings: settings, steps: steps,
          start: Reference.flattened(file["start"] ?? []),
          slopes: Reference.flattened(file["slopes"] ?? []))
      }
    }()

    func gradient(_ p: [Double], _ t: Int) -> [Double] {
      zip(p, slopes).map { 3 * $0 * $0 - Double(t) * $1 }
    }
  }

  @Test func everyRuleHasAReference() {
    #expect(Set(Case.all.map(\.rule)) == Set(UpdateRule.standard.map(\.name)))
    let names = UpdateRule.standard.flatMap { [$0.name] + $0.aliases }
    #expect(Set(names).count == names.count)
    #expect(UpdateRule.standard.allSatisfy { $0.summary.hasSuffix(".") })
  }

  @Test(arguments: Case.all)
  func fiveStepsAgreeWithPyTorch(_ sample: Case) throws {
    let rule = try #require(UpdateRule[sample.rule])
    for dtype in [DType.float64, .float32] {
      let optimizer = try Optimizer(rule, sample.attributes, count: 4, dtype: dtype)
      let (p, g) = (Buffer(count: 4, dtype: dtype), Buffer(count: 4, dtype: dtype))
      p.store(sample.start)
      for (index, expected) in sample.steps.enumerated() {
        g.store(sample.gradient((0..<4).map { p[$0] }, index + 1))
        optimizer.step(parameters: p, gradients: g)
        let tolerance = dtype == .float32 ? 2e-5 : 1e-12
        expectClose(
          (0..<4).map { p[$0] }, expected, absolute: tolerance, relative: tolerance,
          "step \(index + 1)")
      }
    }
  }

  /// The declared arithmetic of one number gives what the loop over many gives.
  @Test(arguments: Case.all)
  func formulaGivesTheSameSteps(_ sample: Case) throws {
    let rule = try #require(UpdateRule[sample.rule])
    for element in 0..<4 {
      var p = sample.start[element]
      var moments = [String: Double](uniqueKeysWithValues: rule.moments.map { ($0.name, 0) })
      for (index, expected) in sample.steps.enumerated() {
        var values = sample.settings
        for parameter in rule.parameters where values[parameter.name] == nil {
          if case .real(let standard)? = parameter.standard { values[parameter.name] = standard }
        }
        let before = Array(repeating: p, count: 4)
        var g = sample.gradient(before, index + 1)[element]
        if rule.decaysThroughGradient { g += values["weight_decay"]! * p }
        func symbol(_ name: String) -> Double? {
          ["p": p, "g": g, "t": Double(index + 1)][name] ?? moments[name] ?? values[name]
        }
        for (name, formula) in rule.moments {
          moments[name] = try #require(formula.evaluated(symbol: symbol))
        }
        p = try #require(rule.update.evaluated(symbol: symbol))
        expectClose(p, expected[element], absolute: 1e-12, relative: 1e-12, "step \(index + 1)")
      }
    }
  }

  @Test func refusesNegativeRates() throws {
    let rule = try #require(UpdateRule["adam"])
    #expect(throws: TensorError.self) {
      try Optimizer(rule, Attributes([("lr", .real(-0.1))]), count: 1, dtype: .float64)
    }
  }

  /// What explains the last step does not grow with the steps, and knows which gradient it used.
  @Test func onlyTheLastStepIsKept() throws {
    let rule = try #require(UpdateRule["momentum"])
    let parameter = ModelParameter("w", holding: Thing(Variable(Tensor([3.0, 1.0]))))
    let optimizer = try ModelOptimizer(
      rule, Attributes([("lr", .real(0.5))]), parameters: [parameter])
    #expect(!optimizer.hasNewGradient && optimizer.lastSteps[0] == nil)
    weak var first: TakenStep?
    for number in 1...3 {
      parameter.gradient = Tensor([1.0, 2.0])
      #expect(optimizer.hasNewGradient)
      try optimizer.step()
      #expect(!optimizer.hasNewGradient)
      if number == 1 { first = optimizer.lastSteps[0] }
    }
    #expect(first == nil)
    let symbols = try #require(optimizer.lastSteps[0]).symbols(at: 1)
    // m: 0, 2, 3.8; p: 1, 0, −1.9
    expectClose(try #require(symbols["p"]), -1.9, absolute: 1e-12, relative: 0)
    expectClose(try #require(symbols["m"]), 3.8, absolute: 1e-12, relative: 0)
    #expect(symbols["g"] == 2 && symbols["t"] == 3 && symbols["lr"] == 0.5)
  }
}
