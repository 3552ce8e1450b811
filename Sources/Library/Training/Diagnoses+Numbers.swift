import Presentation

extension Diagnosis {
  /// Numbers that leave their range: losses, gradients, updates.
  static let numbers: [Diagnosis] = [nonFinite, forgotten, vanishing, exploding, tooHigh, tooLow]

  private static let nonFinite = Diagnosis(
    "not-finite", .after, threshold: "a loss that is nan or infinite",
    source: "AutoTrainer, SageMaker Debugger",
    causes: [
      .init(
        "The rate is too high and the numbers grew until they overflowed",
        tell: "plot(run.losses): did the loss grow before? Then fit with a tenth of the rate"),
      .init(
        "A logarithm or a division met 0",
        tell: "run.to(step of the finding), then explain(run.loss): which operation is named?"),
      .init("The data have nan or inf in them", tell: "sum(isnan(X)), max(abs(X))"),
    ]
  ) { evidence in
    guard let step = evidence.losses.firstIndex(where: { !$0.isFinite }) else { return nil }
    var fact = Fact(
      "the loss of step \(step) is \(evidence.losses[step]): "
        + (try evidence.trials.nonFinite(step)), number: evidence.losses[step])
    fact.step = step
    return fact.drawn(evidence.curve)
  }

  private static let forgotten = Diagnosis(
    "gradients-added-up", .after,
    threshold: "a step that used more than 1.01 times the gradient of its rows",
    source: "the definition of a gradient step",
    causes: [
      .init(
        "zero_grad() is not called, so every step adds to the gradients of those before",
        tell: "fit with zero_grad=True; in a loop of one's own, opt.zero_grad() before backward()"),
      .init("Gradients are added up on purpose, over several batches", tell: "count the steps"),
    ]
  ) { evidence in
    let looks = evidence.looks.filter { abs(($0.usedGradient ?? 1) - 1) > 0.01 }
    guard let first = looks.first, let ratio = looks.last?.usedGradient else { return nil }
    var fact = Fact(
      "the last step used a gradient of \(Fact.text(ratio)) times the size of the gradient of its "
        + "rows", number: ratio)
    fact.step = first.step
    return fact
  }

  private static let vanishing = Diagnosis(
    "vanishing-gradient", .after,
    threshold: "a first layer with less than 1/1000 of the last one's gradient, and under 0.0001",
    source: "AutoTrainer",
    causes: [
      .init(
        "Sigmoid or tanh multiply the gradient by less than 1 in every layer",
        tell: "put ReLU() in their place: does the ratio rise?"),
      .init(
        "The first weights are too small for the depth",
        tell: "init_scale(\"xavier_uniform\", fan_in, fan_out): are yours smaller?"),
      .init(
        "The network is too deep", tell: "leave half of the layers out, or put Residual around"),
    ]
  ) { evidence in
    let (firsts, lasts) = evidence.ends
    guard let last = lasts.median, let first = firsts.median, last > 0, first < 1e-4,
      first / last < 1e-3
    else { return nil }
    var fact = Fact(
      "the gradient of \(evidence.endNames.first) is \(Fact.text(first / last)) times that of "
        + "\(evidence.endNames.last): \(Fact.text(first)) to \(Fact.text(last))",
      number: first / last)
    fact.layer = evidence.endNames.first
    fact.step =
      evidence.looks.first { look in
        guard let first = look.matrices.first, let last = look.matrices.last else { return false }
        return first.gradient < 1e-3 * last.gradient
      }?.step
    return evidence.gradients.map { fact.drawn($0) } ?? fact
  }

  private static let exploding = Diagnosis(
    "exploding-gradient", .after,
    threshold: "a gradient above 10000, or a first layer with 70 times the last one's and above 1",
    source: "BTTackler; AutoTrainer",
    causes: [
      .init(
        "The first weights are too large for the depth",
        tell: "init_scale(\"he_normal\", fan_in): are yours larger?"),
      .init(
        "A recurrence multiplies by the same matrix at every step",
        tell: "shorten the sequences: does the gradient fall with the length?"),
      .init("The inputs or targets are large", tell: "divide X by max(abs(X)) and fit again"),
    ]
  ) { evidence in
    let huge = evidence.looks.first { look in
      if look.matrices.contains(where: { $0.gradient > 1e4 }) { return true }
      guard let first = look.matrices.first, let last = look.matrices.last else { return false }
      return look.matrices.count > 1 && first.gradient > max(1, 70 * last.gradient)
    }
    guard let huge, let worst = huge.matrices.max(by: { $0.gradient < $1.gradient }) else {
      return nil
    }
    var fact = Fact(
      "the gradient of \(worst.name) is \(Fact.text(worst.gradient)) at step \(huge.step)",
      number: worst.gradient)
    fact.layer = worst.name
    fact.step = huge.step
    return evidence.gradients.map { fact.drawn($0) } ?? fact
  }

  private static let tooHigh = Diagnosis(
    "rate-too-high", .after,
    threshold:
      "a loss at twice its minimum, or up and down in half of the last 50 steps by a fifth "
      + "of its size, or steps of a tenth of the weights, while it is high",
    source: "TheDeepChecker (twice the minimum, half of 50 steps), BTTackler (a fifth), "
      + "DeepDiagnosis (a tenth)",
    causes: [
      .init(
        "The learning rate is too high", tell: "run.rewind(), then fit with a tenth of the rate"),
      .init("Momentum carries it past the minimum", tell: "fit with the same rate and plain sgd"),
      .init("A batch is too small to show the way", tell: "fit with batch=None"),
    ]
  ) { evidence in
    guard evidence.losses.count >= 20, evidence.final > 0.25 * evidence.scale else { return nil }
    let seen = evidence.rise ?? evidence.swing ?? evidence.leap
    guard var fact = seen else { return nil }
    if let stable = try evidence.trials.stableRate() {
      fact.text +=
        "; with \(Fact.text(stable)) in the place of \(Fact.text(evidence.rate)) it falls"
    }
    return fact.drawn(evidence.curve)
  }

  private static let tooLow = Diagnosis(
    "rate-too-low", .after,
    threshold: "steps below 1/100000 of the weights, and a loss down by less than 5 %",
    source: "DeepDiagnosis; TheDeepChecker",
    causes: [
      .init("The learning rate is too low", tell: "fit with a hundred times the rate"),
      .init("The gradients are tiny", tell: "run.to(0); run.diagnose(): do they vanish?"),
      .init("The parameters are frozen", tell: "model.requires_grad_(True), and fit again"),
    ]
  ) { evidence in
    guard evidence.losses.count >= 20, let movement = evidence.movement, movement < 1e-5,
      let first = evidence.parts.first, evidence.final > 0.95 * first
    else { return nil }
    var fact = Fact(
      "a step moves the weights by \(Fact.text(movement)) of their size, and the loss went from "
        + "\(Fact.text(first)) to \(Fact.text(evidence.final))", number: movement)
    fact.step = 0
    return fact.drawn(evidence.curve)
  }
}

extension Evidence {
  /// Norms of the gradients of the first and the last matrix, at the steps noted.
  fileprivate var ends: (first: [Double], last: [Double]) {
    let matrices = looks.map(\.matrices).filter { $0.count > 1 }
    return (matrices.map { $0[0].gradient }, matrices.map { $0[$0.count - 1].gradient })
  }

  fileprivate var endNames: (first: String, last: String) {
    let names = now.matrices.map(\.name)
    return (names.first ?? "the first layer", names.last ?? "the last")
  }

  /// The gradients of all matrices at the last step noted.
  fileprivate var gradients: BarChart? {
    guard let look = looks.last, !look.matrices.isEmpty else { return nil }
    return BarChart(
      look.matrices.suffix(16).map { BarChart.Bar($0.name, $0.gradient) },
      title: "size of the gradients at step \(look.step)", width: 60)
  }

  /// The loss went up again.
  fileprivate var rise: Fact? {
    // The first steps can be the highest part of all, where they threw the weights far out.
    let parts = [losses.first ?? .nan] + parts
    guard let low = parts.min(), let place = parts.firstIndex(of: low), final >= 2 * low else {
      return nil
    }
    let step = max(0, place - 1) * losses.count / (parts.count - 1)
    var fact = Fact(
      "the loss rose to \(Fact.text(final)), \(Fact.text(final / low, digits: 1)) times its minimum "
        + "of \(Fact.text(low)) about step \(step)", number: final / low)
    fact.step = step
    return fact
  }

  /// The loss goes up and down from step to step. Of batches that is no news.
  fileprivate var swing: Fact? {
    let last = Array(losses.suffix(51))
    guard isWhole, last.count > 20 else { return nil }
    let moves = zip(last, last.dropFirst()).map { $1 - $0 }
    let turns = zip(moves, moves.dropFirst()).count { $0 * $1 < 0 }
    let mean = last.reduce(0, +) / Double(last.count)
    let spread = (last.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(last.count))
      .squareRoot()
    guard turns * 2 > moves.count, spread > 0.2 * mean else { return nil }
    var fact = Fact(
      "the loss turned \(turns) times in the last \(moves.count) steps, and strays by "
        + "\(Fact.percent(spread / mean)) of its mean", number: Double(turns) / Double(moves.count))
    fact.step = losses.count - moves.count
    return fact
  }

  /// Steps that are large for the weights.
  fileprivate var leap: Fact? {
    guard let movement, movement > 0.1, suffers else { return nil }
    var fact = Fact(
      "a step moves the weights by \(Fact.text(movement)) of their size", number: movement)
    fact.step = looks.first { $0.matrices.contains { $0.update > 0.1 * $0.size } }?.step
    return fact
  }
}

extension [Double] {
  fileprivate var median: Double? { isEmpty ? nil : sorted()[count / 2] }
}
