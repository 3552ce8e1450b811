// Recurrent layers on tensors. A state is [rows, hidden], for the LSTM [rows, 2 · hidden] with h
// first and C after it; rows may be left out.

extension Recurrence {
  /// The sizes that inputs of these shapes imply, checked against each other. x is [steps, rows,
  /// inputs] for a sequence and [rows, inputs] for one step; without rows there is one.
  package init(
    _ cell: Cell, x: Tensor, state: Tensor, weights: Tensor, bias: Tensor, isSequence: Bool
  ) throws(TensorError) {
    let batched = isSequence ? 3 : 2
    guard x.shape.rank == batched || x.shape.rank == batched - 1 else {
      throw .rank(of: "x", expected: "\(batched - 1) or \(batched)", found: x.shape)
    }
    let isBatched = x.shape.rank == batched
    guard state.shape.rank == (isBatched ? 2 : 1) else {
      throw .rank(of: "the state", expected: isBatched ? "2" : "1", found: state.shape)
    }
    guard weights.shape.rank == 2 else { throw .rank(of: "W", expected: "2", found: weights.shape) }
    let rows = isBatched ? x.shape[batched - 2] : 1
    if isBatched, state.shape[0] != rows {
      throw .sizes(of: "the state", expected: rows, found: state.shape[0], what: "rows")
    }
    let width = state.shape[state.shape.rank - 1]
    let hidden = width / cell.statesPerUnit
    guard hidden * cell.statesPerUnit == width else {
      throw .sizes(
        of: "the state", expected: 2 * hidden + 2, found: width, what: "columns (h and C)")
    }
    let inputs = x.shape[x.shape.rank - 1]
    guard weights.shape[0] == hidden + inputs else {
      throw .sizes(of: "W", expected: hidden + inputs, found: weights.shape[0], what: "rows")
    }
    let columns = cell.gates * hidden
    guard weights.shape[1] == columns else {
      throw .sizes(of: "W", expected: columns, found: weights.shape[1], what: "columns")
    }
    guard bias.shape == [columns] else { throw .broadcast(bias.shape, [columns]) }
    let dtype = promoted(x, weights)
    self.init(
      cell, steps: isSequence ? x.shape[0] : 1, rows: rows, inputs: inputs, hidden: hidden,
      dtype: dtype == .float32 ? .float32 : .float64)
  }

  /// The states after every step; the first axis is left out for a single cell.
  package func states(
    x: Tensor, state: Tensor, weights: Tensor, bias: Tensor, shape: Shape
  ) -> Tensor {
    let trace = run(x, state, weights, bias)
    return Tensor(raw: shape, dtype: dtype) { out in
      interleave(
        trace.at(self.state(after: 1)), cell == .lstm ? trace.at(cellState(after: 1)) : nil,
        lines: steps * rows, into: out)
    }
  }

  /// Gradients with respect to x, state, W and b; those not needed are nil.
  package func gradients(
    x: Tensor, state: Tensor, weights: Tensor, bias: Tensor, arriving: Tensor, needs: [Bool]
  ) -> [Tensor?] {
    let trace = run(x, state, weights, bias)
    let scratch = Buffer(count: scratchCount, dtype: dtype)
    let arrivals = Buffer(count: 2 * steps * unit, dtype: dtype)
    arriving.withRaw(as: dtype) {
      separate($0, lines: steps * rows, into: arrivals.at(0), arrivals.at(steps * unit))
    }
    let results = Buffer(count: x.count + weights.count + bias.count + 2 * unit, dtype: dtype)
    let (weightsAt, biasAt) = (x.count, x.count + weights.count)
    let stateAt = biasAt + bias.count
    var request = Gradients()
    request.all = UnsafeRawPointer(arrivals.at(0))
    if cell == .lstm { request.cells = UnsafeRawPointer(arrivals.at(steps * unit)) }
    if needs[0] { request.intoX = results.at(0) }
    if needs[1] {
      request.intoState = results.at(stateAt)
      request.intoCell = results.at(stateAt + unit)
    }
    if needs[2] { request.intoWeights = results.at(weightsAt) }
    if needs[3] { request.intoBias = results.at(biasAt) }
    x.withRaw(as: dtype) { x in
      weights.withRaw(as: dtype) { weights in
        backward(
          x: x, weights: weights, trace: trace.memory, scratch: scratch.memory, startsAtZero: false,
          request)
      }
    }
    let forState = Tensor(raw: state.shape, dtype: dtype) { out in
      interleave(
        results.at(stateAt), cell == .lstm ? results.at(stateAt + unit) : nil, lines: rows,
        into: out)
    }
    return [
      needs[0] ? results.tensor(x.shape) : nil, needs[1] ? forState : nil,
      needs[2] ? results.tensor(weights.shape, at: weightsAt) : nil,
      needs[3] ? results.tensor(bias.shape, at: biasAt) : nil,
    ]
  }

  private func run(_ x: Tensor, _ state: Tensor, _ weights: Tensor, _ bias: Tensor) -> Buffer {
    let trace = Buffer(count: traceCount, dtype: dtype)
    state.withRaw(as: dtype) {
      separate(
        $0, lines: rows, into: trace.at(0), cell == .lstm ? trace.at(cellState(after: 0)) : nil)
    }
    x.withRaw(as: dtype) { x in
      weights.withRaw(as: dtype) { weights in
        bias.withRaw(as: dtype) { bias in
          forward(x: x, weights: weights, bias: bias, trace: trace.memory, startsAtZero: false)
        }
      }
    }
    return trace
  }

  /// Puts h and C of each line side by side.
  private func interleave(
    _ h: UnsafeMutableRawPointer, _ cells: UnsafeMutableRawPointer?, lines: Int,
    into out: UnsafeMutableRawPointer
  ) {
    let bytes = hidden * dtype.stride
    guard let cells else { return out.copyMemory(from: h, byteCount: lines * bytes) }
    for line in 0..<lines {
      (out + 2 * line * bytes).copyMemory(from: h + line * bytes, byteCount: bytes)
      (out + (2 * line + 1) * bytes).copyMemory(from: cells + line * bytes, byteCount: bytes)
    }
  }

  /// The reverse of `interleave`.
  private func separate(
    _ lines: UnsafeRawPointer, lines count: Int, into h: UnsafeMutableRawPointer,
    _ cells: UnsafeMutableRawPointer?
  ) {
    let bytes = hidden * dtype.stride
    guard cell == .lstm, let cells else {
      return h.copyMemory(from: lines, byteCount: count * bytes)
    }
    for line in 0..<count {
      (h + line * bytes).copyMemory(from: lines + 2 * line * bytes, byteCount: bytes)
      (cells + line * bytes).copyMemory(from: lines + (2 * line + 1) * bytes, byteCount: bytes)
    }
  }
}
