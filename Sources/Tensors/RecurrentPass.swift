/// One run over all steps of a recurrent layer, forward or backward.
struct RecurrentPass<S: Scalar> {
  let plan: Recurrence
  let x: UnsafePointer<S>
  let weights: UnsafePointer<S>
  let trace: UnsafeMutablePointer<S>
  let startsAtZero: Bool
  let hidden: Int
  let rows: Int
  let columns: Int
  let unit: Int

  init(
    _ plan: Recurrence, _ x: UnsafeRawPointer, _ weights: UnsafeRawPointer,
    _ trace: UnsafeMutableRawPointer, _ startsAtZero: Bool
  ) {
    self.plan = plan
    self.x = x.assumingMemoryBound(to: S.self)
    self.weights = weights.assumingMemoryBound(to: S.self)
    self.trace = trace.assumingMemoryBound(to: S.self)
    self.startsAtZero = startsAtZero
    hidden = plan.hidden
    rows = plan.rows
    columns = plan.columns
    unit = plan.unit
  }

  private var inputWeights: UnsafePointer<S> { weights + hidden * columns }

  /// The sums and then the values of a step's gates; an RNN has none but its state.
  private func gates(_ step: Int) -> UnsafeMutablePointer<S> {
    plan.cell == .rnn
      ? trace + plan.state(after: step + 1) : trace + plan.gatesStart + step * rows * columns
  }

  private func cells(after step: Int) -> UnsafeMutablePointer<S> {
    trace + plan.cellState(after: step)
  }
  private func squashed(_ step: Int) -> UnsafeMutablePointer<S> {
    trace + plan.squashedStart + step * unit
  }
  private func resetStates(_ step: Int) -> UnsafeMutablePointer<S> {
    trace + plan.extrasStart + step * unit
  }

  // MARK: - Forward

  func forward(_ bias: UnsafeRawPointer) {
    guard plan.steps > 0, unit > 0 else { return }
    project(bias.assumingMemoryBound(to: S.self))
    for step in 0..<plan.steps {
      if Poll.spend(rows &* columns &* hidden >> 4) { return }
      let before = trace + plan.state(after: step)
      let after = trace + plan.state(after: step + 1)
      let sums = gates(step)
      let fused = plan.cell == .gru ? 2 * hidden : columns
      if step > 0 || !startsAtZero {
        MatrixProduct(rows: rows, columns: fused, inner: hidden, accumulates: true).run(
          Rows(before, hidden), Rows(weights, columns), into: sums, stride: columns)
      }
      switch plan.cell {
      case .rnn: S.tanh(after, unit)
      case .lstm:
        S.steps.lstm(
          sums, cells(after: step), cells(after: step + 1), squashed(step), after, rows, hidden)
      case .gru: stepGRU(step, sums, before, after)
      }
    }
  }

  /// b + x W for all steps at once.
  private func project(_ bias: UnsafePointer<S>) {
    let sums = gates(0)
    for row in 0..<plan.steps * rows {
      (sums + row * columns).update(from: bias, count: columns)
    }
    MatrixProduct(
      rows: plan.steps * rows, columns: columns, inner: plan.inputs, accumulates: true
    ).run(Rows(x, plan.inputs), Rows(inputWeights, columns), into: sums, stride: columns)
  }

  private func stepGRU(
    _ step: Int, _ gates: UnsafeMutablePointer<S>, _ before: UnsafeMutablePointer<S>,
    _ after: UnsafeMutablePointer<S>
  ) {
    let reset = resetStates(step)
    S.steps.gruReset(gates, before, reset, rows, hidden)
    if step > 0 || !startsAtZero {
      MatrixProduct(rows: rows, columns: hidden, inner: hidden, accumulates: true).run(
        Rows(reset, hidden), Rows(weights + 2 * hidden, columns), into: gates + 2 * hidden,
        stride: columns)
    }
    S.steps.gru(gates, before, after, rows, hidden)
  }

  // MARK: - Backward

  func backward(_ scratch: UnsafeMutableRawPointer, _ gradients: Recurrence.Gradients) {
    let sums = scratch.assumingMemoryBound(to: S.self)
    let dh = sums + plan.steps * rows * columns
    let (dC, dReset) = (dh + unit, dh + 2 * unit)
    dh.update(repeating: 0, count: 2 * unit)
    if let last = gradients.last?.assumingMemoryBound(to: S.self) {
      dh.update(from: last, count: unit)
    }
    for step in stride(from: plan.steps - 1, through: 0, by: -1) {
      if Poll.spend(rows &* columns &* hidden >> 4) { return }
      add(gradients.all, step, to: dh)
      add(gradients.cells, step, to: dC)
      let g = sums + step * rows * columns
      let continues = step > 0 || gradients.intoState != nil
      switch plan.cell {
      case .rnn: backRNN(step, g, dh)
      case .lstm:
        S.steps.lstmGradient(
          gates(step), cells(after: step), squashed(step), dh, dC, g, rows, hidden)
      case .gru: backGRU(step, g, dh, dReset)
      }
      guard continues, unit > 0 else { continue }
      let fused = plan.cell == .gru ? 2 * hidden : columns
      MatrixProduct(
        rows: rows, columns: hidden, inner: fused, transposesB: true, accumulates: plan.cell == .gru
      ).run(Rows(g, columns), Rows(weights, columns), into: dh, stride: hidden)
    }
    gradients.intoState?.assumingMemoryBound(to: S.self).update(from: dh, count: unit)
    gradients.intoCell?.assumingMemoryBound(to: S.self).update(from: dC, count: unit)
    collect(sums, gradients)
  }

  private func add(_ all: UnsafeRawPointer?, _ step: Int, to total: UnsafeMutablePointer<S>) {
    guard let all = all?.assumingMemoryBound(to: S.self) else { return }
    let source = all + step * unit
    for index in 0..<unit { total[index] += source[index] }
  }

  private func backRNN(_ step: Int, _ g: UnsafeMutablePointer<S>, _ dh: UnsafeMutablePointer<S>) {
    let h = trace + plan.state(after: step + 1)
    for index in 0..<unit { g[index] = dh[index] * (1 - h[index] * h[index]) }
  }

  private func backGRU(
    _ step: Int, _ sums: UnsafeMutablePointer<S>, _ dh: UnsafeMutablePointer<S>,
    _ dReset: UnsafeMutablePointer<S>
  ) {
    let (gates, before) = (gates(step), trace + plan.state(after: step))
    S.steps.gruGradient(gates, before, dh, sums, rows, hidden)
    MatrixProduct(rows: rows, columns: hidden, inner: hidden, transposesB: true).run(
      Rows(sums + 2 * hidden, columns), Rows(weights + 2 * hidden, columns), into: dReset,
      stride: hidden)
    S.steps.gruResetGradient(gates, before, dReset, dh, sums, rows, hidden)
  }

  /// Gradients of weights, bias and inputs over all steps, from those of the sums.
  private func collect(_ sums: UnsafeMutablePointer<S>, _ gradients: Recurrence.Gradients) {
    let lines = plan.steps * rows
    if let target = gradients.intoWeights?.assumingMemoryBound(to: S.self) {
      let fused = plan.cell == .gru ? 2 * hidden : columns
      weightGradient(from: trace, sums, width: fused, into: target)
      if plan.cell == .gru {
        weightGradient(from: resetStates(0), sums + fused, width: hidden, into: target + fused)
      }
      MatrixProduct(rows: plan.inputs, columns: columns, inner: lines, transposesA: true).run(
        Rows(x, plan.inputs), Rows(sums, columns), into: target + hidden * columns, stride: columns)
    }
    if let target = gradients.intoBias?.assumingMemoryBound(to: S.self) {
      sumRows(sums, rows: lines, columns: columns, into: target)
    }
    if let target = gradients.intoX?.assumingMemoryBound(to: S.self) {
      MatrixProduct(rows: lines, columns: plan.inputs, inner: columns, transposesB: true).run(
        Rows(sums, columns), Rows(inputWeights, columns), into: target, stride: plan.inputs)
    }
  }

  /// Σ over steps of (what was multiplied by the weights)ᵀ (gradient of the sums). Where the
  /// sequence starts at zero, the first step adds nothing.
  private func weightGradient(
    from left: UnsafeMutablePointer<S>, _ sums: UnsafeMutablePointer<S>, width: Int,
    into target: UnsafeMutablePointer<S>
  ) {
    let skipped = startsAtZero ? min(rows, plan.steps * rows) : 0
    MatrixProduct(
      rows: hidden, columns: width, inner: plan.steps * rows - skipped, transposesA: true
    ).run(
      Rows(left + skipped * hidden, hidden), Rows(sums + skipped * columns, columns), into: target,
      stride: columns)
  }
}
