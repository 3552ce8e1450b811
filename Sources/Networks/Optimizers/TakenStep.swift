import Autograd
import Tensors

/// What went into the last step of an optimizer for one parameter, so that it can be worked out
/// afterwards. Of many numbers only the first are kept.
package final class TakenStep {
  private static let keptCount = 1000

  package let rule: UpdateRule
  package let shape: Shape
  private let settings: [String: Double]
  /// The numbers before the step, their gradients, and each moment.
  private let before: [Double]
  private let gradients: [Double]
  private let moments: [[Double]]
  private let gradient: TensorIdentity

  init(_ optimizer: Optimizer, value: Tensor, gradient: Tensor) {
    rule = optimizer.rule
    shape = value.shape
    settings = optimizer.settings.merging(["t": Double(optimizer.time + 1)]) { $1 }
    let kept = min(value.count, Self.keptCount)
    before = value.prefix(kept)
    gradients = gradient.prefix(kept)
    moments = rule.moments.indices.map { place in
      (0..<kept).map { optimizer.moments[place * value.count + $0] }
    }
    self.gradient = TensorIdentity(gradient)
  }

  /// How many numbers can be worked out.
  package var count: Int { before.count }

  /// Whether the gradient is the one that this step used.
  package func used(_ gradient: Tensor) -> Bool { self.gradient.isIdentity(of: gradient) }

  /// What the symbols of the rule stood for at one number.
  package func symbols(at index: Int) -> [String: Double] {
    var result = settings
    result["p"] = before[index]
    result["g"] = gradients[index]
    for (moment, numbers) in zip(rule.moments, moments) { result[moment.name] = numbers[index] }
    return result
  }
}

extension Tensor {
  fileprivate func prefix(_ count: Int) -> [Double] { withElements { Array($0.prefix(count)) } }
}
