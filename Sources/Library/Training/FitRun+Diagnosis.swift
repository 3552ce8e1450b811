import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Library {
  static let runDiagnoses = [
    Builtin(
      "run.preflight", "Looks for what is wrong before the first step.",
      notes: """
        The first loss against the expected one, inputs, labels, loss and output that fit, gradients \
        against differences, sixteen examples learnt by heart. The run stays where it is.
        """,
      examples: [
        Example(
          stringLiteral:
            "X, Y = xor_data(); model = Sequential(Linear(2, 8), Tanh(), Linear(8, 2)); "
            + "run = fit(model, X, Y, optimizer=adam(lr=0.05), steps=1); len(run.preflight())  # 0")
      ],
      parameters: [Parameter("run", .any, "what fit gave")]
    ) { call in
      let run = try call.fitRun
      return try call.show(Findings(of: run, at: .before, call.site))
    },
    Builtin(
      "run.diagnose", "Looks at the steps taken so far for signs that something is wrong.",
      notes: """
        Each finding is a fact: what is seen, the number, the threshold and whose it is, the first \
        step and the layer. The causes are guesses, the likeliest first, each with what would tell.
        """,
      examples: [
        Example(
          stringLiteral: "X, Y = xor_data(); run = fit(Linear(2, 2), X, Y, optimizer=sgd(lr=0.5), "
            + "steps=100); run.diagnose().ids[0]  # 'a-line-cannot'")
      ],
      parameters: [Parameter("run", .any, "what fit gave")]
    ) { call in
      let run = try call.fitRun
      return try call.show(Findings(of: run, at: .after, call.site))
    },
  ]
}

extension Call {
  fileprivate func show(_ findings: Findings) -> Value {
    for block in findings.blocks { evaluator.output.block(block) }
    return .object(findings)
  }
}

extension Findings {
  convenience init(of run: FitRun, at moment: Diagnosis.Moment, _ site: Site) throws {
    let diagnoses = Diagnosis.standard.filter { $0.moment == moment || $0.moment == .both }
    let step = run.step
    let before = run.progress
    let context = site.evaluator.context
    let state = Capture(of: run.roots, in: context)
    defer {
      run.progress = before
      state.restore(in: context)
    }
    if moment == .before { try run.go(to: 0, site) }
    let evidence = try run.evidence(site)
    // Where the loss cannot be computed, only what says why can be looked for.
    let asked = evidence.refusal == nil ? diagnoses : [Diagnosis.labels]
    let found = try asked.compactMap { diagnosis in
      try diagnosis.fact(evidence).map { Finding(diagnosis, $0) }
    }
    if let refusal = evidence.refusal, found.isEmpty { throw refusal }
    self.init(
      found, looked: asked.count,
      of: moment == .before
        ? "before the first step"
        : "after step \(step)")
  }
}

extension FitRun {
  /// How the run stands on up to so many rows.
  private static let looked = 512

  fileprivate func evidence(_ site: Site) throws -> Evidence {
    let (x, y) = try data.sample(Self.looked)
    let (output, loss, look, refusal) = try quietly(site) { try present(x, y, site) }
    return Evidence(
      refusal: refusal,
      losses: losses, looks: looks, now: look, loss: loss, output: output, x: x.value, y: y.value,
      isWhole: data.isWhole, layers: layers, rate: optimizer.rate, trials: trials(x, y, site))
  }

  private func present(_ x: Variable, _ y: Variable, _ site: Site) throws
    -> (Variable, Variable, Look, (any Error)?)
  {
    let moment = optimizer.moment(names: parameterNames)
    optimizer.forgetGradients()
    let output: Variable
    let loss: Variable
    do {
      (output, loss) = try computed(x, y, site)
      _ = try loss.backward()
    } catch {
      // Labels that the loss refuses are a finding; the output alone shows them.
      let value = try site.evaluator.call(model, [.tensor(x)], at: site.span)
      guard let output = try value.asTensor(site.evaluator.environment.structure) else {
        throw error
      }
      let look = Look(step: step, loss: .nan, layers: [], weights: [])
      return (output, Variable(.nan), look, error)
    }
    var look = Look(
      step: step, loss: loss.value.item ?? .nan, layers: Look.UnitLayer.layers(of: loss, moment),
      weights: moment.look(
        after: optimizer.parameters, gradients: optimizer.parameters.map(\.gradient)))
    look.heldOut = try heldOut(site)
    return (output, loss, look, nil)
  }

  private func trials(_ x: Variable, _ y: Variable, _ site: Site) -> Evidence.Trials {
    Evidence.Trials(
      isStraight: { try self.isStraight(x, site) },
      gradientError: { try self.gradientError(site) },
      sixteen: { try self.sixteen(site) },
      stableRate: { try self.stableRate(site) },
      nonFinite: { try self.origin(ofStep: $0, site) })
  }

  // MARK: - Trials

  /// f((a + b) / 2) is (f(a) + f(b)) / 2, for rows taken three times as far out as they are.
  private func isStraight(_ x: Variable, _ site: Site) throws -> Bool {
    guard x.shape.rank > 0, x.shape[0] > 1 else { return false }
    let rows = min(16, x.shape[0])
    let flat = x.value.elements
    let width = flat.count / x.shape[0]
    var generator = SplitMix64(seed: 1)
    let shape = Shape(unchecked: [rows] + x.shape.array.dropFirst())
    func drawn() -> [Double] {
      (0..<rows).flatMap { _ in
        let row = generator.integer(below: x.shape[0])
        return flat[row * width..<(row + 1) * width].map { 3 * $0 + generator.normal() }
      }
    }
    let (a, b) = (drawn(), drawn())
    let middle = zip(a, b).map { ($0 + $1) / 2 }
    return try quietly(site) {
      for layer in layers { layer.setTraining(false) }
      func output(_ numbers: [Double]) throws -> [Double] {
        let value = try site.evaluator.call(
          model, [.tensor(Variable(Tensor(numbers, shape: shape)))], at: site.span)
        return try value.asTensor(site.evaluator.environment.structure)?.value.elements ?? []
      }
      guard let (ya, yb, ym) = try? (output(a), output(b), output(middle)), !ym.isEmpty,
        ya.count == ym.count, yb.count == ym.count
      else { return false }
      return ym.indices.allSatisfy {
        abs(ym[$0] - (ya[$0] + yb[$0]) / 2) <= 1e-9 * max(1, abs(ya[$0]), abs(yb[$0]))
      }
    }
  }

  /// A parameter counts as wrong where every element looked at is.
  private func gradientError(_ site: Site) throws -> (name: String, error: Double)? {
    let names = parameterNames
    let (x, y) = try data.sample(32)
    return try quietly(site) {
      let start = Capture(of: roots, in: site.evaluator.context)
      func loss() throws -> Double {
        let value = try computed(x, y, site).1.value.item ?? .nan
        return value
      }
      optimizer.forgetGradients()
      let (_, now) = try computed(x, y, site)
      _ = try now.backward()
      let gradients = optimizer.parameters.map { $0.gradient?.elements }
      start.restore(in: site.evaluator.context)
      var worst: (name: String, error: Double)?
      for (index, parameter) in optimizer.parameters.enumerated() where !parameter.isFrozen {
        let numbers = parameter.value.elements
        let places = Set([0, numbers.count / 2, numbers.count - 1]).intersection(numbers.indices)
        var least = Double.infinity
        for place in places {
          let step = 1e-5 * max(1, abs(numbers[place]))
          func moved(_ by: Double) throws -> Double {
            defer { start.restore(in: site.evaluator.context) }
            var changed = numbers
            changed[place] += by
            try parameter.set(Tensor(changed, shape: parameter.shape))
            return try loss()
          }
          let slope = (try moved(step) - moved(-step)) / (2 * step)
          let gradient = gradients[index]?[place] ?? 0
          // Differences of losses carry no more than this.
          let size = max(abs(slope), abs(gradient), 1e-6)
          least = min(least, abs(slope - gradient) / size)
        }
        if places.isEmpty { continue }
        if least > worst?.error ?? 0 { worst = (names[index], least) }
      }
      return worst
    }
  }

  /// The losses of sixteen rows trained alone, from where the run stands.
  private func sixteen(_ site: Site) throws -> [Double] {
    let (x, y) = try data.sample(16)
    return try quietly(site) {
      let trial = FitRun(
        model: model, optimizer: optimizer, loss: loss,
        data: RunData(x: x, y: y, batch: nil, seed: nil),
        steps: 1000)
      var target = 0
      while target < 1000, !trial.isLearnt {
        target += 50
        try trial.go(to: target, site)
      }
      return trial.losses
    }
  }

  private var isLearnt: Bool {
    guard let first = progress.losses.first, let last = progress.losses.last else { return false }
    return last < 0.05 * first
  }

  /// A half, a quarter … of the rate, from the beginning, for a few steps.
  private func stableRate(_ site: Site) throws -> Double? {
    try quietly(site) {
      guard let start = progress.checkpoints.first else { return nil }
      for halving in 1...10 {
        start.capture.restore(in: site.evaluator.context)
        optimizer.rate = optimizer.rate / Double(1 << halving)
        let rate = optimizer.rate
        let trial = FitRun(
          model: model, optimizer: optimizer, loss: loss, data: data, steps: 60)
        try trial.go(to: 60, site)
        let losses = trial.losses
        let low = losses.min() ?? .nan
        let end = losses.suffix(10).reduce(0, +) / 10
        if let first = losses.first, end.isFinite, end < 1.2 * low, end < 0.98 * first {
          return rate
        }
      }
      return nil
    }
  }

  /// The operation that gave the first number that is not finite.
  private func origin(ofStep step: Int, _ site: Site) throws -> String {
    try go(to: step + 1, site)
    guard let origin = progress.last?.loss.nonFiniteOrigin else { return "the parameters are" }
    let name = origin.variable.operation?.name ?? "a leaf"
    let operands = origin.operands.map { Fact.text($0.value) }.joined(separator: ", ")
    return "\(name) gave \(origin.number)" + (operands.isEmpty ? "" : " from \(operands)")
  }
}
