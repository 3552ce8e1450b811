import Autograd
import Glibc
import Tensors

extension UpdateRule {
  private static let p = Formula.symbol("p")
  private static let g = Formula.symbol("g")
  private static let lr = Formula.symbol("lr")
  private static let t = Formula.symbol("t")
  private static let m = Formula.symbol("m")
  private static let v = Formula.symbol("v")
  private static let eps = Formula.symbol("eps")

  private static func parameter(_ name: String, _ value: Double, _ summary: String) -> Parameter {
    Parameter(name, .real, default: .real(value), summary)
  }

  private static let epsilonNote = Notes("", Convention("eps", "added after the square root"))

  private static let betas = [
    parameter("beta1", 0.9, "share of the old mean kept"),
    parameter("beta2", 0.999, "share of the old mean square kept"),
    parameter("eps", 1e-8, "keeps the divisor away from 0"),
  ]
  private static let adamMoments: [(name: String, value: Formula)] = [
    ("m", .symbol("beta1") * m + (1 - .symbol("beta1")) * g),
    ("v", .symbol("beta2") * v + (1 - .symbol("beta2")) * g * g),
  ]
  private static let adamStep =
    lr * (m / (1 - Formula.symbol("beta1").power(t)))
    / (.sqrt(v / (1 - Formula.symbol("beta2").power(t))) + eps)

  /// All optimizers. Where weight decay is given, g stands for g + weight_decay · p.
  package static let standard: [UpdateRule] = [
    UpdateRule(
      "sgd", aliases: ["gd", "SGD"], "Goes against the gradient: p ← p − lr · g.", rate: 1e-3,
      update: p - lr * g, wide: { descend($0) }, narrow: { descend($0) }),
    UpdateRule(
      "momentum", "Goes along a decaying sum of gradients.",
      notes: Notes(
        "", Convention("the rate", "multiplies the whole sum, so that a new rate acts at once")),
      rate: 1e-3, [parameter("momentum", 0.9, "share of the old direction kept")],
      moments: [("m", .symbol("momentum") * m + g)], update: p - lr * m,
      wide: { descendWithMomentum($0, looksAhead: false) },
      narrow: { descendWithMomentum($0, looksAhead: false) }),
    UpdateRule(
      "nesterov", "Momentum that looks one step ahead.",
      notes: Notes(
        "", Convention("where the gradient is taken", "at p; the direction is g + momentum · m")),
      rate: 1e-3, [parameter("momentum", 0.9, "share of the old direction kept")],
      moments: [("m", .symbol("momentum") * m + g)],
      update: p - lr * (g + .symbol("momentum") * m),
      wide: { descendWithMomentum($0, looksAhead: true) },
      narrow: { descendWithMomentum($0, looksAhead: true) }),
    UpdateRule(
      "adagrad", aliases: ["Adagrad"],
      "Divides by the root of the sum of all squared gradients so far.", notes: epsilonNote,
      rate: 1e-2, [parameter("eps", 1e-10, "keeps the divisor away from 0")],
      moments: [("v", v + g * g)], update: p - lr * g / (.sqrt(v) + eps),
      wide: { adagrad($0) }, narrow: { adagrad($0) }),
    UpdateRule(
      "rmsprop", aliases: ["RMSprop", "RMSProp"],
      "Divides by the root of a decaying mean of squared gradients.", notes: epsilonNote,
      rate: 1e-2,
      [
        parameter("alpha", 0.99, "share of the old mean kept"),
        parameter("eps", 1e-8, "keeps the divisor away from 0"),
      ],
      moments: [("v", .symbol("alpha") * v + (1 - .symbol("alpha")) * g * g)],
      update: p - lr * g / (.sqrt(v) + eps), wide: { rmsprop($0) }, narrow: { rmsprop($0) }),
    UpdateRule(
      "adam", aliases: ["Adam"],
      "Divides a decaying mean of gradients by the root of one of squares, both corrected for their start at 0.",
      notes: epsilonNote, rate: 1e-3, betas, moments: adamMoments, update: p - adamStep,
      wide: { adam($0, isDecoupled: false) }, narrow: { adam($0, isDecoupled: false) }),
    UpdateRule(
      "adamw", aliases: ["AdamW"],
      "Adam with weight decay applied to p and kept out of the moments.",
      notes: epsilonNote + Notes("", Convention("weight decay unless given", "0", pytorch: "0.01")),
      rate: 1e-3, betas,
      moments: adamMoments, update: p - lr * .symbol("weight_decay") * p - adamStep,
      wide: { adam($0, isDecoupled: true) }, narrow: { adam($0, isDecoupled: true) }),
  ]

  /// Whether weight decay enters the gradient; where not, `update` has it.
  package var decaysThroughGradient: Bool { name != "adamw" }
}

// MARK: - Loops

private func descend<S: Scalar>(_ call: UpdateCall<S>) {
  let (p, g, rate, decay) = (call.p, call.g, call.rate, call.decay)
  for index in 0..<call.count { p[index] -= rate * (g[index] + decay * p[index]) }
}

private func descendWithMomentum<S: Scalar>(_ call: UpdateCall<S>, looksAhead: Bool) {
  let (p, g, m, rate, decay) = (call.p, call.g, call.moments, call.rate, call.decay)
  let momentum = call.value(1)
  for index in 0..<call.count {
    let gradient = g[index] + decay * p[index]
    m[index] = momentum * m[index] + gradient
    p[index] -= rate * (looksAhead ? gradient + momentum * m[index] : m[index])
  }
}

private func adagrad<S: Scalar>(_ call: UpdateCall<S>) {
  let (p, g, v, rate, decay) = (call.p, call.g, call.moments, call.rate, call.decay)
  let eps = call.value(1)
  for index in 0..<call.count {
    let gradient = g[index] + decay * p[index]
    v[index] += gradient * gradient
    p[index] -= rate * gradient / (v[index].squareRoot() + eps)
  }
}

private func rmsprop<S: Scalar>(_ call: UpdateCall<S>) {
  let (p, g, v, rate, decay) = (call.p, call.g, call.moments, call.rate, call.decay)
  let (alpha, rest, eps) = (call.value(1), S(1 - call.values[1]), call.value(2))
  for index in 0..<call.count {
    let gradient = g[index] + decay * p[index]
    v[index] = alpha * v[index] + rest * gradient * gradient
    p[index] -= rate * gradient / (v[index].squareRoot() + eps)
  }
}

private func adam<S: Scalar>(_ call: UpdateCall<S>, isDecoupled: Bool) {
  let (p, g, m, v) = (call.p, call.g, call.moments, call.moments + call.count)
  let (beta1, beta2, eps) = (call.value(1), call.value(2), call.value(3))
  let (rest1, rest2) = (S(1 - call.values[1]), S(1 - call.values[2]))
  let step = S(call.values[0] / (1 - pow(call.values[1], Double(call.time))))
  let scale = S(1 / (1 - pow(call.values[2], Double(call.time))).squareRoot())
  let (decay, shrink) = isDecoupled ? (0, 1 - call.rate * call.decay) : (call.decay, 1)
  for index in 0..<call.count {
    let gradient = g[index] + decay * p[index]
    m[index] = beta1 * m[index] + rest1 * gradient
    v[index] = beta2 * v[index] + rest2 * gradient * gradient
    p[index] = shrink * p[index] - step * m[index] / (v[index].squareRoot() * scale + eps)
  }
}
