import Autograd
import Glibc
import Language
import Tensors

/// Changes an optimizer's rate from step to step, as PyTorch's schedulers do.
final class RateScheduler: LanguageObject {
  typealias Rate = (_ base: Double, _ step: Int, Call) throws -> Double

  private let name: String
  private let stepper: Stepper
  private let base: Double
  private let rate: Rate
  private var count = 0

  init(_ name: String, _ stepper: Stepper, _ call: Call, _ rate: @escaping Rate) throws {
    self.name = name
    self.stepper = stepper
    self.rate = rate
    base = stepper.rate
    stepper.rate = try rate(base, 0, call)
  }

  var summary: String { "\(name) of \(stepper.summary)" }
  var attributeNames: [String] { ["step", "get_last_lr", "last_epoch"] }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "step": .method(BoundMethod(.object(self), Self.stepMethod))
    case "get_last_lr": .method(BoundMethod(.object(self), Self.rateMethod))
    case "last_epoch": .integer(count)
    default: nil
    }
  }

  private static func of(_ call: Call) throws -> RateScheduler {
    guard case .object(let object) = call[0], let scheduler = object as? RateScheduler else {
      throw call.fail(0, "wrong-kind", "this is \(call[0].kindText), not a scheduler")
    }
    return scheduler
  }

  private static let stepMethod = Builtin(
    "step", "Sets the rate of the next step.",
    parameters: [
      Parameter("scheduler", .any, "the scheduler"),
      .idle("metrics"),
    ]
  ) { call in
    let scheduler = try of(call)
    scheduler.count += 1
    scheduler.stepper.rate = try scheduler.rate(scheduler.base, scheduler.count, call)
    return .none
  }

  private static let rateMethod = Builtin(
    "get_last_lr", "Gives the rate, in a list.",
    parameters: [Parameter("scheduler", .any, "the scheduler")]
  ) { call in .list(List([.number(try of(call).stepper.rate)])) }

  var heldValues: [Value] { [.object(stepper)] }
  func snapshot() -> any Sendable { count }
  func restore(_ state: any Sendable) { if let state = state as? Int { count = state } }
}

extension NamespaceTable {
  static let schedulers = NamespaceTable(
    path: "torch.optim.lr_scheduler", summary: "rates that change from step to step",
    builtins: { steps + [plateau] },
    absent: [
      "OneCycleLR": "triangular_schedule(…) and opt.lr = …",
      "CyclicLR": "triangular_schedule(…) and opt.lr = …",
    ])

  private static let optimizer = Parameter("optimizer", .any, "an optimizer")
  private static let lastEpoch = Parameter.idle(
    "last_epoch", default: .integer(-1), matters: true)

  private static func scheduler(
    _ name: String, _ summary: String, _ example: Example, _ parameters: [Parameter],
    _ rate: @escaping @Sendable (Call) throws -> RateScheduler.Rate
  ) -> Builtin {
    Builtin(
      "torch.optim.lr_scheduler." + name, summary, examples: [example],
      parameters: [optimizer] + parameters + [lastEpoch]
    ) { call in
      guard case .object(let object) = call[0], let stepper = object as? Stepper else {
        throw call.fail(0, "wrong-kind", "a scheduler takes an optimizer, not \(call[0].kindText)")
      }
      return .object(try RateScheduler(name, stepper, call, rate(call)))
    }
  }

  private static let gamma = Parameter("gamma", .real, default: .real(0.1), "factor on the rate")

  private static let steps: [Builtin] = [
    scheduler(
      "StepLR", "Multiplies the rate by gamma every few steps.",
      "w = 1.0; StepLR(sgd([w], lr=1.0), 2).get_last_lr()[0]  # 1",
      [Parameter("step_size", .integer, "steps between"), gamma]
    ) { call in
      let (size, gamma) = (max(try call.integer(1), 1), try call.real(2))
      return { base, step, _ in base * pow(gamma, Double(step / size)) }
    },
    scheduler(
      "MultiStepLR", "Multiplies the rate by gamma at some steps.",
      "w = 1.0; MultiStepLR(sgd([w], lr=1.0), [2]).get_last_lr()[0]  # 1",
      [Parameter("milestones", .integers, "the steps"), gamma]
    ) { call in
      let (marks, gamma) = (try call.integers(1) ?? [], try call.real(2))
      return { base, step, _ in base * pow(gamma, Double(marks.count { $0 <= step })) }
    },
    scheduler(
      "ExponentialLR", "Multiplies the rate by gamma at every step.",
      "w = 1.0; ExponentialLR(sgd([w], lr=1.0), 0.9).get_last_lr()[0]  # 1",
      [Parameter("gamma", .real, "factor on the rate")]
    ) { call in
      let gamma = try call.real(1)
      return { base, step, _ in base * pow(gamma, Double(step)) }
    },
    scheduler(
      "CosineAnnealingLR", "Lets the rate fall along half a cosine wave.",
      "w = 1.0; CosineAnnealingLR(sgd([w], lr=1.0), 10).get_last_lr()[0]  # 1",
      [
        Parameter("T_max", .integer, "steps to the lowest rate"),
        Parameter("eta_min", .real, default: .real(0), "the lowest rate"),
      ]
    ) { call in
      let (length, least) = (Double(max(try call.integer(1), 1)), try call.real(2))
      return { base, step, _ in
        least + (base - least) * (1 + cos(Double.pi * Double(step) / length)) / 2
      }
    },
    scheduler(
      "LinearLR", "Leads the rate in a straight line from one factor to another.",
      "w = 1.0; LinearLR(sgd([w], lr=1.0), 0.5).get_last_lr()[0]  # 0.5",
      [
        Parameter("start_factor", .real, default: .real(1.0 / 3), "the first factor"),
        Parameter("end_factor", .real, default: .real(1), "the last factor"),
        Parameter("total_iters", .integer, default: .integer(5), "steps between"),
      ]
    ) { call in
      let (start, end) = (try call.real(1), try call.real(2))
      let total = max(try call.integer(3), 1)
      return { base, step, _ in
        base * (start + (end - start) * Double(min(step, total)) / Double(total))
      }
    },
    scheduler(
      "LambdaLR", "Multiplies the first rate by what a function gives for the step.",
      "w = 1.0; LambdaLR(sgd([w], lr=1.0), lambda step: 0.5).get_last_lr()[0]  # 0.5",
      [Parameter("lr_lambda", .function, "a function of the step")]
    ) { call in
      let function = call[1]
      return { base, step, call in
        let factor = try call.evaluator.call(function, [.integer(step)], at: call.span)
        guard let number = factor.real else {
          throw call.fail(0, "wrong-kind", "a factor is a number, not \(factor.kindText)")
        }
        return base * number
      }
    },
  ]
}
