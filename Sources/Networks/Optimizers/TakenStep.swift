import Autograd
import Tensors

/// What went into the last step of an optimizer for one parameter, so that it can be worked out
/// afterwards. Of many numbers only the first are kept.
package final class TakenStep {
  private static let keptCount = 1000

  package let rule: UpdateRule
  package let shape: Shape
  /// Of the settings, in the order of the rule's parameters.
  private let values: [Double]
  private let time: Int
  /// The first numbers before the step, their gradients, and each moment.
  private let before: Tensor
  private let gradients: Tensor
  private let moments: [[Double]]
  /// Of a gradient that is not kept whole.
  private let identity: TensorIdentity?

  init(_ optimizer: Optimizer, value: Tensor, gradient: Tensor) {
    rule = optimizer.rule
    shape = value.shape
    values = optimizer.values
    time = optimizer.time + 1
    let kept = min(value.count, Self.keptCount)
    before = value.prefix(kept)
    gradients = gradient.prefix(kept)
    identity = kept < gradient.count ? TensorIdentity(gradient) : nil
    moments =
      rule.moments.isEmpty
      ? []
      : rule.moments.indices.map { place in
        (0..<kept).map { optimizer.moments[place * value.count + $0] }
      }
  }

  /// How many numbers can be worked out.
  package var count: Int { before.count }

  /// Whether the gradient is the one that this step used.
  package func used(_ gradient: Tensor) -> Bool {
    identity?.isIdentity(of: gradient) ?? gradients.sharesElements(with: gradient)
  }

  /// What the symbols of the rule stood for at one number.
  package func symbols(at index: Int) -> [String: Double] {
    var result = Dictionary(uniqueKeysWithValues: zip(rule.parameters.map(\.name), values))
    result["t"] = Double(time)
    result["p"] = before[flat: index]
    result["g"] = gradients[flat: index]
    for (moment, numbers) in zip(rule.moments, moments) { result[moment.name] = numbers[index] }
    return result
  }
}

extension Tensor {
  /// The first numbers; the tensor itself where it has no more.
  fileprivate func prefix(_ kept: Int) -> Tensor {
    if kept == count { return self }
    return Tensor([kept]) { out in
      withElements { for index in 0..<kept { out[index] = $0[index] } }
    }
  }
}
