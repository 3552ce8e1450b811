import Autograd
import Tensors

/// How an optimizer changes a parameter p with gradient g at step t = 1, 2, …: declared once, with
/// the arithmetic for one number beside the loop over many, which tests prove equal.
package struct UpdateRule: Declaration {
  /// Of the parameters the first one is the learning rate, the last one the weight decay.
  package let description: Description
  /// What is remembered for each number, with its new value; each starts at 0.
  package let moments: [(name: String, value: Formula)]
  /// The new value of p, in terms of the new moments.
  package let update: Formula
  let wide: @Sendable (UpdateCall<Double>) -> Void
  let narrow: @Sendable (UpdateCall<Float>) -> Void

  init(
    _ name: String, aliases: [String] = [], _ summary: String, notes: Notes = "", rate: Double,
    _ parameters: [Parameter] = [], moments: [(name: String, value: Formula)] = [],
    update: Formula, wide: @escaping @Sendable (UpdateCall<Double>) -> Void,
    narrow: @escaping @Sendable (UpdateCall<Float>) -> Void
  ) {
    description = Description(
      name, aliases: aliases, summary, notes: notes,
      [Parameter("lr", .real, default: .real(rate), "learning rate")] + parameters + [
        Parameter("weight_decay", .real, default: .real(0), "adds this times p to the gradient")
      ],
      examples: [Example(stringLiteral: "\(name)(Linear(2, 4).parameters(), lr=0.1)")])
    self.moments = moments
    self.update = update
    self.wide = wide
    self.narrow = narrow
  }
}

/// One step over many numbers. `moments` holds all first moments, then all second ones; `values` are
/// the parameters of the rule in the order of their declaration.
struct UpdateCall<Element: Scalar> {
  let p: UnsafeMutablePointer<Element>
  let g: UnsafePointer<Element>
  let moments: UnsafeMutablePointer<Element>
  let count: Int
  /// 1 at the first step.
  let time: Int
  let values: [Double]

  @inline(__always)
  func value(_ index: Int) -> Element { Element(values[index]) }

  var rate: Element { value(0) }
  var decay: Element { value(values.count - 1) }
}

/// A rule at work on parameters that lie one after another in memory.
package final class Optimizer {
  package let rule: UpdateRule
  /// Steps taken.
  package internal(set) var time = 0
  package private(set) var moments: Buffer
  var values: [Double]

  /// Parameters that are not given take their defaults.
  package init(
    _ rule: UpdateRule, _ attributes: Attributes = .none, count: Int, dtype: DType
  ) throws(TensorError) {
    self.rule = rule
    values = []
    for parameter in rule.parameters {
      var value = attributes.real(parameter.name)
      if value.isNaN, case .real(let standard)? = parameter.standard { value = standard }
      guard value.isFinite, value >= 0 else {
        throw .argument(parameter.name, found: "\(value)", expected: "a number of at least 0")
      }
      values.append(value)
    }
    moments = Buffer(count: count * rule.moments.count, dtype: dtype)
  }

  /// The learning rate; schedules change it between steps.
  package var rate: Double {
    get { values[0] }
    set { values[0] = newValue }
  }

  /// Time, moments and settings, as values.
  struct State: Sendable {
    fileprivate let time: Int
    fileprivate let moments: Tensor
    fileprivate let values: [Double]
  }

  var state: State {
    get { State(time: time, moments: moments.tensor([moments.count]), values: values) }
    set {
      time = newValue.time
      moments.store(newValue.moments.elements)
      values = newValue.values
    }
  }

  /// The settings by name.
  package var settings: [String: Double] {
    Dictionary(uniqueKeysWithValues: zip(rule.parameters.map(\.name), values))
  }

  /// Changes the parameters in place.
  package func step(parameters: Buffer, gradients: Buffer) {
    precondition(parameters.count == gradients.count && parameters.dtype == gradients.dtype)
    precondition(moments.count == parameters.count * rule.moments.count)
    time += 1
    if parameters.dtype == .float32 {
      rule.narrow(call(parameters, gradients))
    } else {
      rule.wide(call(parameters, gradients))
    }
  }

  @inline(__always)
  private func call<S: Scalar>(_ parameters: Buffer, _ gradients: Buffer) -> UpdateCall<S> {
    UpdateCall(
      p: parameters.memory.assumingMemoryBound(to: S.self),
      g: UnsafePointer(gradients.memory.assumingMemoryBound(to: S.self)),
      moments: moments.memory.assumingMemoryBound(to: S.self), count: parameters.count, time: time,
      values: values)
  }
}
