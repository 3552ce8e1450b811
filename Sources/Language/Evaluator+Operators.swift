import Autograd
import Presentation
import Tensors

extension Value {
  /// A list beside numbers in brackets: two lists, as in Python.
  fileprivate func isListBeside(_ other: Value) -> Bool {
    if case .list = self { other.isBracket } else { false }
  }
}

extension Evaluator {
  // MARK: - One operand

  func evaluate(_ sign: Operator, _ operand: Expression, _ whole: Expression) throws -> Value {
    if sign == .not { return .truth(!(try truth(of: operand))) }
    let value = try evaluate(operand)
    if case .object(let object) = value, let dynamic = object.dynamic {
      if let result = try dynamic.operate(sign, Site(self, whole.span)) { return result }
    }
    guard let variable = try value.asTensor(environment.structure) else {
      throw fail(.notTensor(value, at: operand.span))
    }
    if sign == .bitNot { return try invert(variable, operand, at: whole.span) }
    guard let operation = environment.operators[Int(sign.index)] else { return .tensor(variable) }
    if case .number = operand.form, sign == .negative {
      // A sign directly before a number belongs to the literal.
      let made = Variable(
        Tensor(-variable.value[flat: 0], dtype: variable.value.dtype), literal: true)
      whole.constant = made
      return .tensor(made)
    }
    do {
      return .tensor(sign == .transpose ? try transposed(variable) : try operation(variable))
    } catch {
      throw worded(error, at: whole.span, [(operand, .tensor(variable))])
    }
  }

  /// `xᵀ` and `x.T`: all axes in reverse, as in NumPy.
  func transposed(_ variable: Variable) throws -> Variable {
    let rank = variable.shape.rank
    guard rank > 2 else { return try environment.structure.transpose(variable) }
    let order = Array((0..<rank).reversed())
    return try environment.structure.transpose(variable, .one("axes", .integers(order)))
  }

  // MARK: - Two operands

  /// The operation of a binary expression on its evaluated operands.
  @inline(__always)
  func operate(_ sign: Operator, _ a: Value, _ b: Value, _ expression: Expression) throws -> Value {
    if case .tensor(let left) = a, case .tensor(let right) = b,
      let operation = environment.operators[Int(sign.index)]
    {
      if left.isSuperseded { throw fail(.changedMeanwhile(left.naming?.name, at: expression.span)) }
      if left.isList || right.isList,
        let result = try operateOnBrackets(sign, left, right, at: expression.span)
      {
        return result
      }
      do {
        let result = try operation(left, right)
        return result.isPlain ? .tensor(result) : try exact(sign, left, right, result, expression)
      } catch {
        guard case .binary(_, at: let at, let first, let second) = expression.form else {
          throw error
        }
        throw wordedBinary(error, operation, sign, (first, left), (second, right), at: at)
      }
    }
    guard case .binary(_, at: let at, let first, let second) = expression.form else { return .none }
    return try operate(sign, a, b, at: at, first, second)
  }

  @inline(__always)
  func operate(
    _ sign: Operator, _ left: Value, _ right: Value, at: Span, _ leftExpression: Expression,
    _ rightExpression: Expression
  ) throws -> Value {
    if sign.role == .bits {
      return try combineBits(sign, left, right, at: at, leftExpression, rightExpression)
    }
    if case .tensor(let a) = left, case .tensor(let b) = right {
      if a.isList || b.isList,
        let result = try operateOnBrackets(
          sign, a, b, at: leftExpression.span.union(rightExpression.span))
      {
        return result
      }
      let result = try operate(sign, a, b, at: at, leftExpression, rightExpression)
      if result.isPlain || sign.role == .comparison { return .tensor(result) }
      let whole = Expression(.binary(sign, at: at, leftExpression, rightExpression), at)
      return try exact(sign, a, b, result, whole)
    }
    return try operateOnOthers(sign, left, right, at: at, leftExpression, rightExpression)
  }

  private func operate(
    _ sign: Operator, _ a: Variable, _ b: Variable, at: Span, _ leftExpression: Expression,
    _ rightExpression: Expression
  ) throws -> Variable {
    guard let operation = environment.operators[Int(sign.index)] else { return a }
    do {
      return try operation(a, b)
    } catch {
      throw wordedBinary(error, operation, sign, (leftExpression, a), (rightExpression, b), at: at)
    }
  }

  /// Strings and lists: `+` joins, `*` repeats; lists of numbers beside tensors are tensors.
  private func operateOnOthers(
    _ sign: Operator, _ left: Value, _ right: Value, at: Span, _ leftExpression: Expression,
    _ rightExpression: Expression
  ) throws -> Value {
    if let value = try operateOnObjects(sign, left, right, at: at) { return value }
    if sign == .remainder, case .string(let format) = left {
      return .string(try formatted(format, with: right, at: at))
    }
    if sign == .add, let joined = try join(left, right, at: at) { return joined }
    if sign == .multiply, let repeated = try repetition(left, right, at: at) { return repeated }
    if !isText(left), !isText(right), let a = try left.asTensor(environment.structure),
      let b = try right.asTensor(environment.structure)
    {
      return .tensor(try operate(sign, a, b, at: at, leftExpression, rightExpression))
    }
    throw fail(
      .wrongOperands(
        sign.spelling, left, right, at: at, left: leftExpression.span, right: rightExpression.span))
  }

  private func isText(_ value: Value) -> Bool { if case .string = value { true } else { false } }

  private func join(_ left: Value, _ right: Value, at span: Span) throws -> Value? {
    func makeList(_ count: Int) throws {
      if count > Limits.elements { throw fail(.tooLong(count, times: 1, at: span)) }
      // What is joined may be copied once more where it is kept.
      try make(count, of: 2 * MemoryLayout<Value>.stride, at: span)
    }
    switch (left, right) {
    case (.string(let a), .string(let b)):
      try makeText(a.utf8.count + b.utf8.count, at: span)
      return .string(a + b)
    case (.tuple(let a), .tuple(let b)):
      try makeList(a.count + b.count)
      return .tuple(a + b)
    case (.list(let a), .list(let b)):
      try makeList(a.items.count + b.items.count)
      return .list(List(a.items + b.items))
    case (.list(let a), .tensor(let b)) where b.isList:
      guard let rows = try? elements(of: b) else { return nil }
      return .list(List(a.items + rows.map { .tensor($0) }))
    case (.tensor(let a), .list(let b)) where a.isList:
      guard let rows = try? elements(of: a) else { return nil }
      return .list(List(rows.map { .tensor($0) } + b.items))
    default: return nil
    }
  }

  private func repetition(_ left: Value, _ right: Value, at span: Span) throws -> Value? {
    let (value, count) = left.integer.map { (right, $0) } ?? (left, right.integer ?? -1)
    guard left.integer != nil || right.integer != nil else { return nil }
    /// How often it is repeated: what is empty never, however often that is asked for.
    func checked(_ size: Int) throws -> Int {
      let times = size == 0 ? 0 : max(0, count)
      let (total, overflow) = size.multipliedReportingOverflow(by: times)
      if overflow || total > Limits.elements { throw fail(.tooLong(size, times: times, at: span)) }
      let isText = if case .string = value { true } else { false }
      try make(total, of: isText ? 1 : MemoryLayout<Value>.stride, at: span)
      return times
    }
    switch value {
    case .string(let text):
      return .string(String(repeating: text, count: try checked(text.utf8.count)))
    case .list(let list):
      let times = try checked(list.items.count)
      return .list(List(Array(repeating: list.items, count: times).flatMap { $0 }))
    case .tuple(let items):
      let times = try checked(items.count)
      return .tuple(Array(repeating: items, count: times).flatMap { $0 })
    case .none, .tensor, .range, .function, .builtin, .method, .object, .thing: return nil
    }
  }

  // MARK: - Comparison

  func compare(_ first: Expression, _ rest: [Comparison]) throws -> Value {
    var left = try evaluate(first)
    var leftExpression = first
    var result = Value.none
    for (position, comparison) in rest.enumerated() {
      let right = try evaluate(comparison.operand)
      result = try compare(comparison, left, right, leftExpression)
      if position + 1 < rest.count, try !truth(result, at: comparison.at) { return result }
      left = right
      leftExpression = comparison.operand
    }
    return result
  }

  private func compare(
    _ comparison: Comparison, _ left: Value, _ right: Value, _ leftExpression: Expression
  ) throws -> Value {
    let sign = comparison.sign
    switch sign {
    case .isIn: return .truth(try contains(right, left, at: comparison.operand.span))
    case .isNotIn: return .truth(!(try contains(right, left, at: comparison.operand.span)))
    case .isSame: return .truth(left.isKind(right) ?? left.isSame(as: right))
    case .isNotSame: return .truth(!(left.isKind(right) ?? left.isSame(as: right)))
    default: break
    }
    if case .tensor(let a) = left, case .tensor(let b) = right {
      tellOfBrackets(sign, a, b, at: leftExpression.span.union(comparison.operand.span))
      return .tensor(try operate(sign, a, b, at: comparison.at, leftExpression, comparison.operand))
    }
    if let value = try compareObjects(sign, left, right, at: comparison.at) { return value }
    if sign == .equal || sign == .notEqual {
      if left.isListBeside(right) || right.isListBeside(left) {
        return .truth(try areEqual(left, right) == (sign == .equal))
      }
      if let a = try numeric(left, beside: right), let b = try numeric(right, beside: left) {
        return .tensor(
          try operate(sign, a, b, at: comparison.at, leftExpression, comparison.operand))
      }
      return .truth(try areEqual(left, right) == (sign == .equal))
    }
    if case .string(let a) = left, case .string(let b) = right {
      return .truth(isOrdered(a, b, sign))
    }
    if let order = try sequenceOrder(left, right, at: comparison.at) {
      return .truth(sign.holds(order))
    }
    return try operateOnOthers(
      sign, left, right, at: comparison.at, leftExpression, comparison.operand)
  }

  /// A list beside a tensor is compared as a tensor, element by element.
  private func numeric(_ value: Value, beside other: Value) throws -> Variable? {
    if case .tensor(let variable) = value { return variable }
    guard case .list = value, case .tensor = other else { return nil }
    return try value.asTensor(environment.structure)
  }

  private func isOrdered(_ a: String, _ b: String, _ sign: Operator) -> Bool {
    sign.holds(a.isBefore(b) ? -1 : b.isBefore(a) ? 1 : 0)
  }

  /// Python's equality of whole values; tensors are equal when all elements are.
  package func areEqual(_ left: Value, _ right: Value) throws -> Bool {
    switch (left, right) {
    case (.tensor(let a), .tensor(let b)):
      return a.shape == b.shape
        && a.value.withElements { x in b.value.withElements { y in x.elementsEqual(y) } }
    case (.string(let a), .string(let b)): return a == b
    case (.list, .list), (.tuple, .tuple), (.list, .tensor), (.tensor, .list), (.range, .range):
      let span = Span(0, 0)
      let (a, b) = (try items(of: left, at: span), try items(of: right, at: span))
      return try a.count == b.count && zip(a, b).allSatisfy { try areEqual($0, $1) }
    case (.object(let a), _):
      if let dynamic = a.dynamic, let known = try dynamic.equals(right, Site(self, Span(0, 0))) {
        return known
      }
      return left.isSame(as: right)
    case (_, .object(let b)):
      return try b.dynamic?.equals(left, Site(self, Span(0, 0))) ?? left.isSame(as: right)
    default: return left.isKind(right) ?? left.isSame(as: right)
    }
  }

  func contains(_ container: Value, _ value: Value, at span: Span) throws -> Bool {
    if case .object(let object) = container, let dynamic = object.dynamic,
      let known = try dynamic.contains(value, Site(self, span))
    {
      return known
    }
    if case .string(let text) = container {
      guard case .string(let part) = value else { throw fail(.notInString(value, at: span)) }
      return part.isEmpty || text.firstRange(of: part) != nil
    }
    if case .range(let range) = container {
      guard let number = value.integer else { return false }
      let (distance, isFar) = number.subtractingReportingOverflow(range.start)
      return !isFar && distance % range.step == 0
        && (0..<range.count).contains(distance / range.step)
    }
    if case .tensor(let variable) = container, let number = value.real {
      return variable.value.withElements { $0.contains(number) }
    }
    var isFound = false
    try iterate(container, at: span) { item in
      isFound = try areEqual(item, value)
      return !isFound
    }
    return isFound
  }
}
