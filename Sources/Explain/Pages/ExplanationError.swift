import Autograd
import Presentation
import Tensors

/// Why something cannot be explained. It carries names and shapes, not variables, so it may travel.
package enum ExplanationError: Error, Equatable {
  /// The output was not computed from the input.
  case independent(output: String, input: String)
  /// Only a scalar has a gradient.
  case notScalar(String, Shape)
  /// An operation on the way has no derivative.
  case undefined(operation: String, at: String, because: String)
  case noSuchCell(String, Shape, offset: Int)
  /// The reader does not want it any more.
  case stopped
  /// The computation cannot be evaluated again, in words of whoever refused.
  case failed(String)
}

extension ExplanationError {
  package var diagnostic: Diagnostic {
    switch self {
    case .independent(let output, let input):
      Diagnostic(
        "independent", "\(output) was not computed from \(input)",
        notes: ["its gradient is zero whatever \(input) is"])
    case .notScalar(let name, let shape):
      Diagnostic(
        "not-scalar", "\(name) is not a single number but has shape \(shape)",
        helps: ["name one element or a sum first: 'E = sum(\(name))'"])
    case .undefined(let operation, let place, let reason):
      Diagnostic(
        "no-gradient", "no gradient passes through \(operation)", notes: ["at \(place): \(reason)"])
    case .noSuchCell(let name, let shape, let offset):
      Diagnostic("bad-index", "\(name) of shape \(shape) has no element number \(offset)")
    case .stopped: Diagnostic("interrupted", "interrupted")
    case .failed(let reason): Diagnostic("not-explained", reason)
    }
  }

  /// What any error on the way means for the reader.
  init(_ error: any Error, names: Names) {
    switch error {
    case let error as ExplanationError: self = error
    case let error as TensorError: self = .failed(error.headline)
    case GradientError.undefined(let variable, let reason):
      self = .undefined(
        operation: variable.operation?.name ?? "it",
        at: names.symbol(of: variable)?.text ?? Notation(names: names).text(of: variable),
        because: reason
      )
    case GradientError.independent(let output, let input):
      self = .independent(
        output: names.symbol(of: output)?.text ?? "it", input: names.symbol(of: input)?.text ?? "it"
      )
    case GradientError.stopped: self = .stopped
    case GradientError.notScalar(let shape): self = .notScalar("the quantity", shape)
    default: self = .failed("the computation cannot be followed: \(error)")
    }
  }
}
