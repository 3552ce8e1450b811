import Autograd
import Presentation
import Tensors

// Lower layers throw data without places; here errors get the spans of what took part, its shapes,
// and a suggestion that was tried out.

extension Evaluator {
  /// An error of a lower layer with the place it happened at.
  func worded(
    _ error: any Error, at span: Span, _ operands: [(expression: Expression, value: Value)]
  ) -> Diagnostic {
    switch error {
    case let diagnostic as Diagnostic: return fail(diagnostic)
    case .stopped(let why) as TensorError: return fail(stopped(why, at: span))
    case let error as TensorError: return fail(labelled(worded(error, at: span), operands))
    case let error as GradientError: return fail(labelled(worded(error, at: span), operands))
    default: return fail(.internalError("\(error)", at: span))
    }
  }

  private func stopped(_ why: TensorError.Stop, at span: Span) -> Diagnostic {
    switch why {
    case .interrupt: return .interrupted(at: span)
    case .time: return .limitReached(.seconds(meter.limits.seconds ?? 0), at: span)
    case .memory: return worded(.stopped(why), at: span)
    }
  }

  /// Why the computation is to end.
  var stopError: TensorError {
    do {
      try Poll.check()
    } catch {
      return error
    }
    return .stopped(.interrupt)
  }

  /// Counts a text or list that is about to be made; see `Memory.make`.
  package func make(_ count: Int, of stride: Int = 1, at span: Span) throws {
    do {
      try Tensors.Memory.make(count, of: stride)
    } catch {
      throw worded(error, at: span, [])
    }
  }

  /// Counts a text that is about to be made. What is done to texts cannot be stopped halfway, so they
  /// have no more bytes than can be gone through at once.
  package func makeText(_ bytes: Int, at span: Span) throws {
    guard bytes <= Limits.elements else { throw fail(.tooLong(bytes, times: 1, at: span)) }
    try make(bytes, at: span)
  }

  /// Counts a list that grows item by item, whenever it has doubled.
  @inline(__always)
  package func makeRoom(after count: Int, at span: Span) throws {
    if count & (count &- 1) == 0, count >= 1 << 14 {
      try make(2 * count, of: MemoryLayout<Value>.stride, at: span)
    }
  }

  private func worded(_ error: TensorError, at span: Span) -> Diagnostic {
    Diagnostic(
      error.code, error.headline, primary: .init(span), notes: error.notes, helps: error.helps)
  }

  private func worded(_ error: GradientError, at span: Span) -> Diagnostic {
    switch error {
    case .undefined(let variable, because: let reason):
      return .undefinedGradient(variable.operation?.name ?? "this", reason, at: span)
    case .independent(let output, let input):
      return .independent(
        output.naming?.name ?? "this", input.naming?.name ?? "that", made: nil, dependsOn: [],
        at: span)
    case .notScalar(let shape): return .backwardOfTensor(shape, at: span)
    case .changedSince(let variable): return .changedSince(variable.naming?.name ?? "it", at: span)
    case .wrongInputCount(let name, let expected, let found):
      return .tooManyArguments(found, for: "\(name) of \(expected) tensors", at: span)
    case .tooManyElements(let count, let limit):
      return .tooManyElements(count, limit: limit, at: span)
    case .stopped: return .interrupted(at: span)
    }
  }

  /// Marks the operands with their shapes, where they stand in the text.
  private func labelled(
    _ diagnostic: Diagnostic, _ operands: [(expression: Expression, value: Value)]
  ) -> Diagnostic {
    var result = diagnostic
    for (expression, value) in operands where expression.span.end > expression.span.start {
      result.secondary.append(.init(expression.span, shapeText(value)))
    }
    return result
  }

  private func shapeText(_ value: Value) -> String {
    if case .tensor(let variable) = value { return "\(variable.shape)" }
    return value.kindText
  }

  /// An error between two operands; for shapes, with the transposition that would work.
  func wordedBinary(
    _ error: any Error, _ operation: Operation, _ sign: Operator,
    _ left: (expression: Expression, value: Variable),
    _ right: (expression: Expression, value: Variable), at span: Span
  ) -> Diagnostic {
    var result = worded(
      error, at: span,
      [(left.expression, .tensor(left.value)), (right.expression, .tensor(right.value))])
    guard result.code == "shape-mismatch", result.helps.isEmpty else { return result }
    let transposed = [(true, false), (false, true), (true, true)]
    for (flipsLeft, flipsRight) in transposed {
      guard let a = flipsLeft ? flipped(left) : left, let b = flipsRight ? flipped(right) : right,
        let value = try? operation.evaluate([a.value.value, b.value.value], .none)
      else { continue }
      let whole = Expression(.binary(sign, at: span, a.expression, b.expression))
      result.helps.append("did you mean \(Printer().text(whole))? It has shape \(value.shape)")
      break
    }
    return result
  }

  private func flipped(
    _ operand: (expression: Expression, value: Variable)
  ) -> (expression: Expression, value: Variable)? {
    guard operand.value.shape.rank >= 2,
      let value = try? transposed(operand.value)
    else { return nil }
    if case .unary(.transpose, let inner) = operand.expression.form { return (inner, value) }
    return (Expression(.unary(.transpose, operand.expression)), value)
  }
}
