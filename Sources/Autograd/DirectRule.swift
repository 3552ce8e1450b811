import Tensors

/// The gradient of one input of an operation on one or two tensors, on plain tensors and without
/// lists: the shortest way through the gradient pass. Tests prove it equal to `rule`. Nil means
/// that this call takes the general way.
package enum DirectRule: Sendable {
  case unary(
    @Sendable (_ g: Tensor, _ x: Tensor, _ y: Tensor, Attributes) throws(TensorError) -> Tensor?)
  case binary(
    @Sendable (_ g: Tensor, _ a: Tensor, _ b: Tensor, Slot, Attributes) throws(TensorError)
      -> Tensor?)
  /// Of two inputs, where the second has no gradient in any call that the rule takes: class numbers.
  case first(
    @Sendable (_ g: Tensor, _ a: Tensor, _ b: Tensor, Attributes) throws(TensorError) -> Tensor?)

  package enum Slot: Sendable { case left, right }
}

/// The gradient of a function of one number by a vectorized kernel of the arriving gradient and the
/// input or the output.
package enum GradientKernel: Sendable {
  case ofInput(BinaryKernel)
  case ofOutput(BinaryKernel)
}

/// The gradients of arithmetic on two tensors, not yet un-broadcast; nil leaves it to the slopes.
enum PairGradient {
  typealias Rule =
    @Sendable (Tensor, Tensor, Tensor, DirectRule.Slot) throws(TensorError) -> Tensor?

  static let add: Rule = { g, _, _, _ in g }

  static let subtract: Rule = { g, _, _, slot in
    slot == .left ? g : UnaryKernel.negate(g, dtype: g.dtype)
  }

  static let multiply: Rule = { g, a, b, slot throws(TensorError) in
    try BinaryKernel.multiply(g, slot == .left ? b : a, dtype: g.dtype)
  }

  static let divide: Rule = { g, a, b, slot throws(TensorError) in
    let share = try BinaryKernel.divide(g, b, dtype: g.dtype)
    if slot == .left { return share }
    let ratio = try BinaryKernel.divide(a, b, dtype: g.dtype)
    return UnaryKernel.negate(
      try BinaryKernel.multiply(share, ratio, dtype: g.dtype), dtype: g.dtype)
  }

  /// Squares, the most frequent powers.
  static let power: Rule = { g, a, b, slot throws(TensorError) in
    guard slot == .left, b.shape.isScalar, b.item == 2 else { return nil }
    return try BinaryKernel.squareGradient(g, a, dtype: g.dtype)
  }
}
