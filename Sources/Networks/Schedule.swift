import Autograd
import Glibc
import Tensors

/// How the learning rate changes from step to step: a factor on the rate the optimizer began with,
/// declared once.
package struct Schedule: Sendable {
  package let name: String
  package let summary: String
  package let parameters: [Parameter]
  private let factor: @Sendable (_ step: Double, _ values: Attributes) -> Double

  init(
    _ name: String, _ summary: String, _ parameters: [Parameter],
    factor: @escaping @Sendable (Double, Attributes) -> Double
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.factor = factor
  }

  package static subscript(name: String) -> Schedule? { standard.first { $0.name == name } }

  /// The factor before update `step`, counted from 0. Parameters that are not given take their
  /// defaults.
  package func factor(at step: Int, _ attributes: Attributes = .none) throws(TensorError) -> Double
  {
    var filled = attributes
    for parameter in parameters {
      if filled[parameter.name] == .none, let standard = parameter.standard {
        filled.values.append((parameter.name, standard))
      }
      let value = filled.real(parameter.name)
      guard value >= 0, value.isFinite else {
        throw .argument(parameter.name, found: "\(value)", expected: "a number of at least 0")
      }
      if parameter.kind == .integer, value < 1 {
        throw .argument(parameter.name, found: "\(value)", expected: "a whole number above 0")
      }
    }
    return factor(Double(step), filled)
  }
}

extension Schedule {
  private static func steps(_ name: String, _ value: Int, _ summary: String) -> Parameter {
    Parameter(name, .integer, default: .integer(value), summary)
  }
  private static func share(_ name: String, _ value: Double, _ summary: String) -> Parameter {
    Parameter(name, .real, default: .real(value), summary)
  }

  package static let standard: [Schedule] = [
    Schedule("constant", "Keeps the rate.", []) { _, _ in 1 },
    Schedule(
      "step", "Multiplies the rate by gamma every step_size steps; with ½ it halves.",
      [steps("step_size", 30, "steps between changes"), share("gamma", 0.5, "factor")]
    ) { step, v in pow(v.real("gamma"), (step / v.real("step_size")).rounded(.down)) },
    Schedule(
      "linear", "Goes straight from the first factor to the last, then stays.",
      [
        steps("total_iters", 100, "steps to the last factor"), share("start", 1, "first factor"),
        share("end", 0, "last factor"),
      ]
    ) { step, v in
      v.real("start") + (v.real("end") - v.real("start")) * min(step / v.real("total_iters"), 1)
    },
    Schedule(
      "triangular", "Swings straight between the lowest factor and 1.",
      [steps("step_size", 100, "steps up, and again down"), share("base", 0.1, "lowest factor")]
    ) { step, v in
      let phase = (step / v.real("step_size")).truncatingRemainder(dividingBy: 2)
      return v.real("base") + (1 - v.real("base")) * (1 - abs(phase - 1))
    },
    Schedule(
      "cosine",
      "Falls along half a cosine wave and starts again; each wave is t_mult times as long.",
      [
        steps("t_0", 100, "steps of the first wave"), steps("t_mult", 1, "growth of the waves"),
        share("low", 0, "lowest factor"),
      ]
    ) { step, v in
      var (rest, length) = (step, v.real("t_0"))
      let growth = v.real("t_mult")
      if growth == 1 {
        rest = step.truncatingRemainder(dividingBy: length)
      } else {
        while rest >= length {
          rest -= length
          length *= growth
        }
      }
      return v.real("low") + (1 - v.real("low")) * (1 + cos(Double.pi * rest / length)) / 2
    },
    Schedule(
      "range_test", "Grows the rate by equal factors, to find the largest that still learns.",
      [steps("total_iters", 100, "steps"), share("start", 1e-4, "first factor")]
    ) { step, v in pow(v.real("start"), 1 - min(step / v.real("total_iters"), 1)) },
  ]
}
