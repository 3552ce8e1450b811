/// The kinds of recurrent cell. On rows hx = [h, x], with gates in the order in which their columns
/// stand in W:
/// - `rnn`: h′ = tanh(hx W + b)
/// - `lstm`: f, i, o = σ(hx W + b), g = tanh(hx W + b); C′ = f C + i g; h′ = o tanh(C′), columns f, i, g, o
/// - `gru`: z, r = σ(hx W + b), n = tanh([r h, x] W + b); h′ = (1 − z) h + z n, columns z, r, n
package enum Cell: String, Sendable, CaseIterable {
  case rnn, lstm, gru

  package var gates: Int {
    switch self {
    case .rnn: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// How many numbers a hidden unit carries from step to step: the LSTM also its cell C.
  package var statesPerUnit: Int { self == .lstm ? 2 : 1 }
}

/// A recurrent layer over whole sequences: all input projections in one product, one product a step,
/// and the weights' gradient over all steps in one product at the end. x is [steps, rows, inputs], W
/// is [hidden + inputs, gates · hidden] with the rows for h first, b [gates · hidden].
package struct Recurrence: Sendable {
  package let cell: Cell
  package let steps: Int
  package let rows: Int
  package let inputs: Int
  package let hidden: Int
  package let dtype: DType

  package init(
    _ cell: Cell, steps: Int, rows: Int, inputs: Int, hidden: Int, dtype: DType
  ) {
    self.cell = cell
    self.steps = steps
    self.rows = rows
    self.inputs = inputs
    self.hidden = hidden
    self.dtype = dtype
  }

  /// Elements of one state h of the batch.
  package var unit: Int { rows * hidden }
  /// Columns of W.
  package var columns: Int { cell.gates * hidden }

  // The trace of a forward run, which the backward run reads: states h₀…h_T, then the gates of all
  // steps, then cells C₀…C_T and their tanh (LSTM) or r ⊙ h of all steps (GRU).
  var gatesStart: Int { (steps + 1) * unit }
  var extrasStart: Int { gatesStart + (cell == .rnn ? 0 : steps * unit * cell.gates) }
  var squashedStart: Int { extrasStart + (steps + 1) * unit }

  /// Elements of the trace.
  package var traceCount: Int {
    switch cell {
    case .rnn: gatesStart
    case .lstm: squashedStart + steps * unit
    case .gru: extrasStart + steps * unit
    }
  }

  /// Where in the trace the state after a step lies; step 0 is the initial one.
  package func state(after step: Int) -> Int { step * unit }
  /// Where the LSTM's cell after a step lies.
  package func cellState(after step: Int) -> Int { extrasStart + step * unit }

  /// Elements a backward run needs to work in: gradients of all sums, of h, of C, and of r ⊙ h.
  package var scratchCount: Int { steps * rows * columns + 3 * unit }

  /// Runs all steps. The trace must hold the initial state (zeros, unless it was stored there).
  package func forward(
    x: UnsafeRawPointer, weights: UnsafeRawPointer, bias: UnsafeRawPointer,
    trace: UnsafeMutableRawPointer, startsAtZero: Bool
  ) {
    if dtype == .float32 {
      RecurrentPass<Float>(self, x, weights, trace, startsAtZero).forward(bias)
    } else {
      RecurrentPass<Double>(self, x, weights, trace, startsAtZero).forward(bias)
    }
  }

  package struct Gradients {
    /// ∂E/∂h of the last step, if only that one is used.
    package var last: UnsafeRawPointer?
    /// ∂E/∂h of every step, [steps, rows, hidden].
    package var all: UnsafeRawPointer?
    /// ∂E/∂C of every step.
    package var cells: UnsafeRawPointer?
    package var intoWeights: UnsafeMutableRawPointer?
    package var intoBias: UnsafeMutableRawPointer?
    package var intoX: UnsafeMutableRawPointer?
    package var intoState: UnsafeMutableRawPointer?
    package var intoCell: UnsafeMutableRawPointer?

    package init() {}
  }

  /// Gradients of what a forward run computed; those without a place are left out.
  package func backward(
    x: UnsafeRawPointer, weights: UnsafeRawPointer, trace: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer, startsAtZero: Bool, _ gradients: Gradients
  ) {
    if dtype == .float32 {
      RecurrentPass<Float>(self, x, weights, trace, startsAtZero).backward(scratch, gradients)
    } else {
      RecurrentPass<Double>(self, x, weights, trace, startsAtZero).backward(scratch, gradients)
    }
  }
}
