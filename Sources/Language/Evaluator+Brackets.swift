import Autograd
import Presentation
import Tensors

// A bracket of numbers is a tensor here, and a list in Python. Where the two would do different things
// the tensor's meaning holds and is told, once at each place; `PythonRule.all` has the rows of
// `:help conventions`.

extension Evaluator {
  /// `[0] * 5` repeats as in Python: nobody scales a row of one number so. Nil for everything else,
  /// which is worked out element by element.
  func operateOnBrackets(
    _ sign: Operator, _ a: Variable, _ b: Variable, at span: Span
  ) throws -> Value? {
    if sign == .add, areRowsOfTwoLengths(a, b) { return try joined(a, b, at: span) }
    tellOfBrackets(sign, a, b, at: span)
    guard sign == .multiply, let (row, times) = repetition(a, b), row.shape[0] == 1 else {
      return nil
    }
    guard times <= Limits.elements else { throw fail(.tooLong(1, times: times, at: span)) }
    // One thing in every place, as in Python.
    let element = try elements(of: row)[0].quantity
    return try collected(Array(repeating: .tensor(element), count: max(0, times)), at: span)
  }

  /// `if [0]:` is false here, and true in Python, where the list has an element.
  func tellOfTruth(at span: Span) {
    guard context.tellsOfBrackets else { return }
    tell(
      once: "bracket-truth", at: span, "a bracket of one number is as true as the number here",
      helps: ["to ask whether there are elements, as Python does: len([0]) > 0"])
  }

  private func areRowsOfTwoLengths(_ a: Variable, _ b: Variable) -> Bool {
    a.isList && b.isList && a.shape.rank == 1 && b.shape.rank == 1 && a.shape[0] != b.shape[0]
  }

  private func tellOfJoining(at span: Span) {
    tell(
      once: "brackets-joined", at: span,
      "brackets of different lengths are joined, as Python's lists",
      helps: ["to add a number to every element: x + 3"])
  }

  /// Whether `row += more` makes a bracket longer: what is no tensor, or a row of another length.
  func grows(_ row: Variable, by more: Value, at span: Span) -> Bool {
    guard row.isList else { return false }
    if more.isPlainSequence { return true }
    guard case .tensor(let other) = more, areRowsOfTwoLengths(row, other) else { return false }
    tellOfJoining(at: span)
    return true
  }

  /// Rows of different lengths can only be joined, as Python does.
  private func joined(_ a: Variable, _ b: Variable, at span: Span) throws -> Value {
    tellOfJoining(at: span)
    return try collected(try (elements(of: a) + elements(of: b)).map { .tensor($0) }, at: span)
  }

  private func repetition(_ a: Variable, _ b: Variable) -> (row: Variable, times: Int)? {
    let (row, count) = a.isList ? (a, b) : (b, a)
    guard row.isList, row.shape.rank > 0, count.shape.isScalar, count.value.dtype == .int64,
      let times = Value.tensor(count).integer
    else { return nil }
    return (row, times)
  }

  /// Says what was done to brackets where Python would have done something else.
  func tellOfBrackets(_ sign: Operator, _ a: Variable, _ b: Variable, at span: Span) {
    guard context.tellsOfBrackets else { return }
    switch sign {
    case .add where a.isList && b.isList && a.shape.rank > 0 && b.shape.rank > 0:
      tell(
        once: "brackets-added", at: span, "brackets of numbers are added element by element here",
        helps: ["to join them as Python's lists: concat([a, b])"])
    case .multiply:
      guard let (row, _) = repetition(a, b), row.shape[0] != 1 else { return }
      tell(
        once: "brackets-scaled", at: span,
        "a bracket of numbers is multiplied element by element here",
        helps: ["to repeat it as Python's list: tile([1, 2], 2)"])
    case _ where sign.role == .comparison:
      guard a.isList, b.isList, a.shape.rank > 0, b.shape.rank > 0 else { return }
      tell(
        once: "brackets-compared", at: span,
        "brackets of numbers are compared element by element here",
        helps: ["to compare them as Python's lists: all([1, 2] == [1, 2])"])
    default: break
    }
  }
}
