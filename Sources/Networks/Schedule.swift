import Autograd
import Glibc
import Tensors

/// How the learning rate changes from step to step, declared once.
package struct Schedule: Declaration {
  package let description: Description
  fileprivate let rate: @Sendable (_ step: Double, _ values: Attributes) -> Rate

  /// The learning rate as arithmetic over the settings, the step t, and more symbols of its own.
  struct Rate {
    let formula: Formula
    var symbols: [String: Double] = [:]
  }

  init(
    _ name: String, _ summary: String, notes: Notes = "", _ parameters: [Parameter],
    examples: [Example], rate: @escaping @Sendable (Double, Attributes) -> Rate
  ) {
    description = Description(name, summary, notes: notes, parameters, examples: examples)
    self.rate = rate
  }

  /// The schedule with its settings; those left out take their defaults.
  package func callAsFunction(
    _ attributes: Attributes = .none
  ) throws(TensorError) -> LearningRate {
    let settings = try attributes.completed(by: parameters)
    for parameter in parameters where parameter.kind == .integer || parameter.kind == .real {
      let value = settings.real(parameter.name)
      guard value >= 0, value.isFinite else {
        throw .argument(parameter.name, found: "\(value)", expected: "a number of at least 0")
      }
      if parameter.kind == .integer, value < 1 {
        throw .argument(parameter.name, found: "\(value)", expected: "a whole number above 0")
      }
    }
    return LearningRate(schedule: self, settings: settings)
  }
}

/// A schedule at work: the learning rate as a function of the step.
package struct LearningRate: Sendable {
  package let schedule: Schedule
  package let settings: Attributes

  /// The rate of update `step`, counted from 0.
  package func callAsFunction(_ step: Double) throws(TensorError) -> Double {
    let rate = try rate(step)
    return rate.formula.evaluated(symbol: { value(of: $0, rate, step) }) ?? .nan
  }

  /// The same as a recorded computation, which can be explained.
  package func recorded(_ step: Double) throws -> Variable {
    let rate = try rate(step)
    var leaves: [String: Variable] = [:]
    let result = try rate.formula.recorded { name in
      if let known = leaves[name] { return known }
      let leaf = Variable(value(of: name, rate, step))
      leaf.naming = Naming(name: name, line: 0)
      leaves[name] = leaf
      return leaf
    }
    // A rate that is only a setting is a number, not that setting.
    return result.isLeaf ? Variable(result.value) : result
  }

  private func rate(_ step: Double) throws(TensorError) -> Schedule.Rate {
    guard step >= 0, step.isFinite else {
      throw .argument("step", found: "\(step)", expected: "a number of at least 0")
    }
    return schedule.rate(step, settings)
  }

  private func value(of name: String, _ rate: Schedule.Rate, _ step: Double) -> Double {
    rate.symbols[name] ?? (name == "t" ? step : settings.real(name))
  }
}

// MARK: - Declarations

extension Schedule {
  private static let lr = Parameter("lr", .real, "the rate at the start")

  private static let t = Formula.symbol("t")
  private static let initial = Formula.symbol("lr")
  /// The part of the way that is done, at most all of it.
  private static let share = Formula.call("min", [t / .symbol("total_iters"), 1])

  private static func steps(
    _ name: String, _ summary: String, default value: Int? = nil
  ) -> Parameter {
    Parameter(name, .integer, default: value.map { .integer($0) }, summary)
  }
  private static func number(
    _ name: String, _ summary: String, default value: Double? = nil
  ) -> Parameter {
    Parameter(name, .real, default: value.map { .real($0) }, summary)
  }

  package static let standard: [Schedule] = [
    Schedule(
      "constant", "Keeps the learning rate.", [lr], examples: ["constant_schedule(0.1)(50)  # 0.1"]
    ) { _, _ in Rate(formula: initial) },
    Schedule(
      "step", "Multiplies the learning rate by gamma every step_size steps: by default it halves.",
      notes: "lr · gamma^⌊step / step_size⌋. PyTorch's StepLR has gamma=0.1.",
      [
        lr, steps("step_size", "steps between changes"),
        number("gamma", "the factor", default: 0.5),
      ],
      examples: ["step_schedule(0.1, 10)([0, 9, 10, 25])  # [0.1, 0.1, 0.05, 0.025]"]
    ) { _, _ in
      Rate(formula: initial * .symbol("gamma").power(.call("floor", [t / .symbol("step_size")])))
    },
    Schedule(
      "exponential", "Multiplies the learning rate by gamma at every step.",
      notes: "lr · gamma^step, as PyTorch's ExponentialLR; gamma above 1 makes it grow.",
      [lr, number("gamma", "the factor")],
      examples: ["exponential_schedule(0.001, 2)([0, 1, 13])  # [0.001, 0.002, 8.192]"]
    ) { _, _ in Rate(formula: initial * .symbol("gamma").power(t)) },
    Schedule(
      "linear", "Goes straight from one learning rate to another, then stays.",
      notes: """
        (1 − t/τ)·lr + t/τ·end_lr up to t = τ = total_iters. PyTorch's LinearLR takes factors \
        instead of rates.
        """,
      [
        lr, number("end_lr", "the rate at the end", default: 0),
        steps("total_iters", "steps to the end", default: 100),
      ],
      examples: ["linear_schedule(0.1, 0.01, 4)([0, 1, 2, 5])  # [0.1, 0.0775, 0.055, 0.01]"]
    ) { _, _ in Rate(formula: (1 - share) * initial + share * .symbol("end_lr")) },
    Schedule(
      "triangular", "Swings straight between two learning rates.",
      notes: """
        As PyTorch's CyclicLR, step_size is half a cycle. With mode="triangular2" the height of \
        the triangle is halved after every cycle.
        """,
      [
        number("base_lr", "the lowest rate"), number("max_lr", "the highest rate"),
        steps("step_size", "steps up, and again down", default: 100),
        Parameter(
          "mode", .choice(["triangular", "triangular2"]), default: .string("triangular"),
          "equal heights, or halved ones"),
      ],
      examples: [
        "triangular_schedule(0.001, 0.006, 4)([0, 2, 4, 8])  # [0.001, 0.0035, 0.006, 0.001]",
        "triangular_schedule(0.001, 0.006, 4, mode=\"triangular2\")(12)  # 0.0035",
      ]
    ) { step, v in
      let (base, cycle) = (Formula.symbol("base_lr"), Formula.symbol("cycle"))
      let height = 1 - .call("abs", [t / .symbol("step_size") - 2 * cycle - 1])
      let span = (.symbol("max_lr") - base) * height
      let isHalved = v.string("mode") == "triangular2"
      return Rate(
        formula: base + (isHalved ? span * Formula.number(0.5).power(cycle) : span),
        symbols: ["cycle": (step / (2 * v.real("step_size"))).rounded(.down)])
    },
    Schedule(
      "cosine", "Falls along half a cosine wave and starts again.",
      notes: """
        Cosine annealing with warm restarts, with the names of PyTorch's \
        CosineAnnealingWarmRestarts: eta_min + (lr − eta_min)·(1 + cos(π·t/T))/2, t counted from \
        the last restart; each wave is T_mult times as long as the one before.
        """,
      [
        lr, steps("T_0", "steps of the first wave", default: 100),
        steps("T_mult", "growth of the waves", default: 1),
        number("eta_min", "the lowest rate", default: 0),
      ],
      examples: [
        "cosine_schedule(0.1, T_0=4, eta_min=0.01)([0, 2, 4])  # [0.1, 0.055, 0.1]",
        "cosine_schedule(0.1, T_0=4, T_mult=2, eta_min=0.01)(8)  # 0.055",
      ]
    ) { step, v in
      let growth = v.real("T_mult")
      var (rest, length) = (step, v.real("T_0"))
      if growth == 1 {
        rest = step.truncatingRemainder(dividingBy: length)
      } else {
        while rest >= length {
          rest -= length
          length *= growth
        }
      }
      let low = Formula.symbol("eta_min")
      let wave = 1 + .call("cos", [.symbol("π") * t / .symbol("T")])
      return Rate(
        formula: low + (initial - low) * wave / 2,
        symbols: ["t": rest, "T": length, "π": Double.pi])
    },
    Schedule(
      "range_test",
      "Grows the learning rate by equal factors, to find the largest one that still learns.",
      notes: """
        lr · (end_lr/lr)^(step / total_iters): train one batch a step, note the losses, and choose \
        a rate where the loss falls most steeply.
        """,
      [
        number("lr", "the rate at the start", default: 1e-5),
        number("end_lr", "the rate at the end", default: 1),
        steps("total_iters", "steps to the end", default: 100),
      ],
      examples: ["range_test_schedule(0.001, 8.192, 13)([0, 1, 2])  # [0.001, 0.002, 0.004]"]
    ) { _, v in
      Rate(
        formula: v.real("lr") == 0
          ? 0 : initial * (.symbol("end_lr") / initial).power(share))
    },
  ]
}
