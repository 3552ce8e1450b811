import Autograd
import Language
import Networks
import Tensors

/// Lowers an optimizer's rate when what it is told has not become better for some steps, as PyTorch's
/// `ReduceLROnPlateau`.
final class PlateauScheduler: LanguageObject {
  struct Settings {
    var isLargerBetter = false
    var isRelative = true
    var factor = 0.1
    var patience = 10
    var threshold = 1e-4
    var cooldown = 0
    var leastRate = 0.0
    var leastChange = 1e-8
  }

  private struct Course {
    var best: Double?
    var bad = 0
    var rest = 0
    var count = 0
  }

  private let stepper: Stepper
  private let settings: Settings
  private var course = Course()

  init(_ stepper: Stepper, _ settings: Settings) {
    self.stepper = stepper
    self.settings = settings
  }

  var summary: String { "ReduceLROnPlateau of \(stepper.summary)" }
  var attributeNames: [String] { ["step", "get_last_lr", "best", "num_bad_epochs", "last_epoch"] }

  func attribute(_ name: Symbol) -> Value? {
    switch name.name {
    case "step": .method(BoundMethod(.object(self), Self.stepMethod))
    case "get_last_lr": .method(BoundMethod(.object(self), Self.rateMethod))
    case "best": .number(course.best ?? (settings.isLargerBetter ? -.infinity : .infinity))
    case "num_bad_epochs": .integer(course.bad)
    case "last_epoch": .integer(course.count)
    default: nil
    }
  }

  private func isBetter(_ value: Double) -> Bool {
    guard let best = course.best else { return !value.isNaN }
    let margin = settings.threshold
    if settings.isLargerBetter {
      return value > (settings.isRelative ? best * (1 + margin) : best + margin)
    }
    return value < (settings.isRelative ? best * (1 - margin) : best - margin)
  }

  private func step(_ value: Double) {
    course.count += 1
    if isBetter(value) { (course.best, course.bad) = (value, 0) } else { course.bad += 1 }
    if course.rest > 0 {
      course.rest -= 1
      course.bad = 0
    }
    guard course.bad > settings.patience else { return }
    let lower = max(stepper.rate * settings.factor, settings.leastRate)
    if stepper.rate - lower > settings.leastChange { stepper.rate = lower }
    (course.rest, course.bad) = (settings.cooldown, 0)
  }

  private static func of(_ call: Call) throws -> PlateauScheduler {
    guard case .object(let object) = call[0], let scheduler = object as? PlateauScheduler else {
      throw call.fail(0, "wrong-kind", "this is \(call[0].kindText), not a scheduler")
    }
    return scheduler
  }

  private static let scheduler = Parameter("scheduler", .any, "the scheduler")
  private static let stepMethod = Builtin(
    "step", "Takes note of a loss, and lowers the rate where it stays.",
    parameters: [scheduler, Parameter("metrics", .real, "the loss")]
  ) { call in
    try of(call).step(try call.real(1))
    return .none
  }
  private static let rateMethod = Builtin(
    "get_last_lr", "Gives the rate, in a list.", parameters: [scheduler]
  ) { call in .list(List([.number(try of(call).stepper.rate)])) }

  var heldValues: [Value] { [.object(stepper)] }
  func snapshot() -> any Sendable { course }
  func restore(_ state: any Sendable) { course = state as? Course ?? course }
}

extension NamespaceTable {
  static let plateau = Builtin(
    "torch.optim.lr_scheduler.ReduceLROnPlateau",
    "Multiplies the rate by a factor when the loss has not become better for some steps.",
    examples: ["w = 1.0; ReduceLROnPlateau(sgd([w], lr=1.0)).get_last_lr()[0]  # 1"],
    parameters: [
      Parameter("optimizer", .any, "an optimizer"),
      Parameter("mode", .choice(["min", "max"]), default: .string("min"), "which way is better"),
      Parameter("factor", .real, default: .real(0.1), "factor on the rate"),
      Parameter("patience", .integer, default: .integer(10), "steps that may be no better"),
      Parameter("threshold", .real, default: .real(1e-4), "how much better counts"),
      Parameter(
        "threshold_mode", .choice(["rel", "abs"]), default: .string("rel"),
        "whether the threshold is a share of the best"),
      Parameter("cooldown", .integer, default: .integer(0), "steps to wait after a change"),
      Parameter("min_lr", .real, default: .real(0), "the lowest rate"),
      Parameter("eps", .real, default: .real(1e-8), "the smallest change"),
      .idle("verbose"),
    ]
  ) { call in
    guard case .object(let object) = call[0], let stepper = object as? Stepper else {
      throw call.fail(0, "wrong-kind", "a scheduler takes an optimizer, not \(call[0].kindText)")
    }
    guard try call.real(2) < 1 else {
      throw call.fail(2, "bad-argument", "the factor on the rate must be below 1")
    }
    let settings = PlateauScheduler.Settings(
      isLargerBetter: try call.string(1) == "max", isRelative: try call.string(5) == "rel",
      factor: try call.real(2), patience: try call.integer(3), threshold: try call.real(4),
      cooldown: try call.integer(6), leastRate: try call.real(7), leastChange: try call.real(8))
    return .object(PlateauScheduler(stepper, settings))
  }
}
