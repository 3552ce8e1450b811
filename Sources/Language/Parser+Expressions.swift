import Presentation

extension Parser {
  // MARK: - Lists of expressions

  /// One expression, or a tuple without brackets.
  mutating func parseExpressionList(isStatement: Bool = false) throws(Diagnostic) -> Expression {
    let start = token.span.start
    var items: [Expression] = []
    var isTuple = false
    repeat {
      if isTuple, endsList { break }
      if isStatement { targetPosition = index }
      items.append(try parseItem())
      if isAt(.comma) { isTuple = true }
    } while take(.comma)
    if !isTuple, case .starred = items[0].form { throw .strayStar(at: items[0].span) }
    return isTuple ? Expression(.tuple(items), span(from: start)) : items[0]
  }

  /// An expression, or `*items` beside others.
  mutating func parseItem() throws(Diagnostic) -> Expression {
    guard isAt(.star) else { return try parseExpression() }
    let start = token.span.start
    advance()
    return Expression(.starred(try parseBinary(Operator.bitOr.precedence)), span(from: start))
  }

  /// An expression, or `name := expression`.
  mutating func parseNamedExpression() throws(Diagnostic) -> Expression {
    let value = try parseExpression()
    guard isAt(.walrus), case .name = value.form else { return value }
    advance()
    let target = try target(value)
    let assigned = try parseExpression()
    target.note(assigned)
    return try make(.assigning(target, assigned), value.span.union(assigned.span))
  }

  private var endsList: Bool {
    switch kind {
    case .newline, .end, .mark(.equals), .mark(.semicolon), .mark(.colon), .mark(.arrow),
      .mark(.closeRound), .mark(.closeSquare), .mark(.closeBrace), .formatClose:
      return true
    default: return false
    }
  }

  // MARK: - One expression

  mutating func parseExpression() throws(Diagnostic) -> Expression {
    try nested { (parser) throws(Diagnostic) in try parser.parseConditional() }
  }

  /// An expression without `if … else`, as in the clauses of a comprehension.
  mutating func parseDisjunction() throws(Diagnostic) -> Expression { try parseBinary(0) }

  private mutating func parseConditional() throws(Diagnostic) -> Expression {
    if isAt(.lambda) { return try parseLambda() }
    let value = try parseBinary(0)
    guard isAt(.if) else { return value }
    let at = token.span
    advance()
    let condition = try parseBinary(0)
    guard take(.else) else { throw .conditionalWithoutElse(at: at) }
    let otherwise = try parseExpression()
    return try make(
      .conditional(condition: condition, then: value, otherwise: otherwise),
      value.span.union(otherwise.span))
  }

  private mutating func parseLambda() throws(Diagnostic) -> Expression {
    let start = token.span.start
    advance()
    beginScope()
    do throws(Diagnostic) {
      let parameters = try parseParameters(until: .colon)
      let body = try parseExpression()
      let definition = endScope("lambda", parameters, .expression(body), from: start)
      return Expression(.lambda(definition), span(from: start))
    } catch {
      scopes.removeLast()
      throw error
    }
  }

  /// A node, unless its tree would become too high.
  private func make(_ form: Expression.Form, _ span: Span) throws(Diagnostic) -> Expression {
    let expression = Expression(form, span)
    if expression.height > Parser.heightLimit {
      throw .longExpression(limit: Parser.heightLimit, at: span)
    }
    return expression
  }

  // MARK: - Operators

  /// Operands joined by operators that bind at least as tightly as `minimum`.
  mutating func parseBinary(_ minimum: Int) throws(Diagnostic) -> Expression {
    let start = index
    var left = try parsePrefix()
    while let (operation, words) = infixOperator, operation.precedence >= minimum {
      if operation.precedence == Operator.equal.precedence {
        if start == targetPosition, isASCIIArrow, left.isAssignable { return left }
        left = try parseComparisons(left)
        continue
      }
      let at = token.span
      for _ in 0..<words { advance() }
      left = try parseOperand(of: operation, at: at, left)
    }
    return left
  }

  private mutating func parseOperand(
    of operation: Operator, at: Span, _ left: Expression
  ) throws(Diagnostic) -> Expression {
    let right: Expression
    if operation.side == .right {
      right = try nested { (parser) throws(Diagnostic) in
        try parser.parseBinary(operation.precedence)
      }
    } else {
      right = try parseBinary(operation.precedence + 1)
    }
    let span = left.span.union(right.span)
    return try make(
      operation.role == .logic
        ? .logic(operation, left, right) : .binary(operation, at: at, left, right), span)
  }

  private mutating func parseComparisons(_ first: Expression) throws(Diagnostic) -> Expression {
    var rest: [Comparison] = []
    while let (operation, words) = infixOperator,
      operation.precedence == Operator.equal.precedence
    {
      let start = token.span.start
      for _ in 0..<words { advance() }
      let at = span(from: start)
      let operand = try parseBinary(operation.precedence + 1)
      rest.append(Comparison(sign: operation, at: at, operand: operand))
    }
    return try make(.comparison(first, rest), Span(first.span.start, previousEnd))
  }

  /// The infix operator at the current place and the number of its words.
  private var infixOperator: (Operator, words: Int)? {
    switch kind {
    case .mark(let mark): return mark.infix.map { ($0, 1) }
    case .keyword(.or): return (.or, 1)
    case .keyword(.and): return (.and, 1)
    case .keyword(.in): return (.isIn, 1)
    case .keyword(.not): return kind(ahead: 1) == .keyword(.in) ? (.isNotIn, 2) : nil
    case .keyword(.is):
      return kind(ahead: 1) == .keyword(.not) ? (.isNotSame, 2) : (.isSame, 1)
    default: return nil
    }
  }

  private mutating func parsePrefix() throws(Diagnostic) -> Expression {
    let operation: Operator
    switch kind {
    case .keyword(.not): operation = .not
    case .mark(let mark):
      guard let prefix = mark.prefix else { return try parsePostfix() }
      operation = prefix
    default: return try parsePostfix()
    }
    let start = token.span
    advance()
    let operand = try nested { (parser) throws(Diagnostic) in
      try parser.parseBinary(operation.precedence)
    }
    return try make(.unary(operation, operand), start.union(operand.span))
  }

  // MARK: - Trailers

  /// An operand with everything that follows it directly: calls, indices, attributes, `ᵀ`, `²`.
  mutating func parsePostfix() throws(Diagnostic) -> Expression {
    try parseTrailers(of: try parsePrimary(), takesPower: true)
  }

  private mutating func parseTrailers(
    of base: Expression, takesPower: Bool
  ) throws(Diagnostic) -> Expression {
    var value = base
    while true {
      let at = token.span
      switch kind {
      case .mark(.openRound): value = try parseCall(value)
      case .mark(.openSquare):
        advance()
        let subscripts = try parseSubscripts()
        value = try make(.index(value, subscripts), span(from: value.span.start))
      case .mark(.dot):
        advance()
        let (name, nameSpan) = try expectName("a name after '.'")
        value = try make(
          .attribute(value, name, at: nameSpan), span(from: value.span.start))
      case .mark(let mark):
        guard let postfix = mark.postfix else { return value }
        advance()
        value = try make(.unary(postfix, value), value.span.union(at))
      case .superscript(let exponent):
        if !takesPower { return value }
        advance()
        value = try make(power(value, exponent, at), value.span.union(at))
      default: return value
      }
    }
  }

  private func power(_ base: Expression, _ exponent: Int, _ at: Span) -> Expression.Form {
    let digits = Expression(
      .number(NumberLiteral(Double(abs(exponent)), isInteger: true, text: "\(abs(exponent))")), at)
    let right = exponent < 0 ? Expression(.unary(.negative, digits), at) : digits
    return .binary(.power, at: at, base, right)
  }

  private mutating func parseCall(_ callee: Expression) throws(Diagnostic) -> Expression {
    if case .number = callee.form {
      throw .impliedProduct(text(callee.span), "(…)", at: callee.span.union(token.span))
    }
    advance()
    let arguments = try parseArguments(of: callee)
    let call = try make(.call(callee, arguments), span(from: callee.span.start))
    guard let value = call.differentialOperand, isAt(.slash), kind(ahead: 1) == .name("d"),
      kind(ahead: 2) == .mark(.openRound)
    else { return call }
    advance()
    let start = token.span.start
    let (symbol, nameSpan) = try expectName("d")
    advance()
    let name = Expression(.name(Name(symbol)), nameSpan)
    let below = Expression(.call(name, try parseArguments()), span(from: start))
    guard let variable = below.differentialOperand else {
      throw .malformedDerivative(at: below.span)
    }
    let trailed = try parseTrailers(of: variable, takesPower: false)
    return try make(.derivative(value, by: trailed), span(from: callee.span.start))
  }

  private mutating func parseArguments(
    of callee: Expression? = nil
  ) throws(Diagnostic) -> [Argument] {
    var arguments: [Argument] = []
    while !isAt(.closeRound) {
      let argument = try parseArgument(after: arguments, of: callee)
      arguments.append(argument)
      if !take(.comma) { break }
    }
    guard take(.closeRound) else {
      if isAt(.equals) { throw .assignmentInCondition(at: token.span) }
      throw unexpected(expected: "',' or ')' after the argument")
    }
    return arguments
  }

  private mutating func parseArgument(
    after earlier: [Argument], of callee: Expression?
  ) throws(Diagnostic) -> Argument {
    let start = token.span.start
    if take(.doubleStar) {
      let value = try parseExpression()
      return Argument(value: value, mapping: true, span: span(from: start))
    }
    let isUnpacked = take(.star)
    if !isUnpacked, case .name(let keyword) = kind, kind(ahead: 1) == .mark(.equals) {
      advance()
      advance()
      if earlier.contains(where: { $0.keyword == keyword }) {
        throw .repeatedKeyword(keyword.name, at: span(from: start))
      }
      let value = try parseExpression()
      return Argument(keyword: keyword, value: value, span: span(from: start))
    }
    return try parsePositional(isUnpacked, after: earlier, of: callee, from: start)
  }

  private mutating func parsePositional(
    _ isUnpacked: Bool, after earlier: [Argument], of callee: Expression?, from start: Int
  ) throws(Diagnostic) -> Argument {
    let firstPending = scopes[scopes.count - 1].pending.count
    let asksAboutUpdate = earlier.isEmpty && callee?.isExplain == true
    if asksAboutUpdate { targetPosition = index }
    var value = try parseNamedExpression()
    let target = value
    let isUpdate = asksAboutUpdate ? try parseUpdate(&value) : false
    if isAt(.for) {
      value = try parseComprehension(.generator, value, from: start, since: firstPending)
    }
    if !isUnpacked, let last = earlier.last(where: { $0.keyword != nil || $0.isMapping }) {
      throw .positionalAfterKeyword(text(last.span), at: value.span)
    }
    return Argument(
      value: value, unpacked: isUnpacked, target: isUpdate ? target : nil, span: span(from: start))
  }

  /// Behind the target of `explain(w ← value)` or `explain(w -= value)`: makes it what the target
  /// would become. False where no update follows.
  private mutating func parseUpdate(_ value: inout Expression) throws(Diagnostic) -> Bool {
    guard value.isAssignable else { return false }
    let at = token.span
    if takeArrow() {
      value = try parseExpression()
      return true
    }
    guard case .mark(let mark) = kind, let operation = mark.augmented else { return false }
    advance()
    let operand = try parseExpression()
    value = try make(
      .binary(operation, at: at, value, operand), value.span.union(operand.span))
    return true
  }

  private mutating func parseSubscripts() throws(Diagnostic) -> [Subscript] {
    var subscripts: [Subscript] = []
    while !isAt(.closeSquare) {
      subscripts.append(try parseSubscript())
      if !take(.comma) { break }
    }
    guard take(.closeSquare) else { throw unexpected(expected: "',' or ']' after the index") }
    if subscripts.isEmpty { throw .emptyIndex(at: tokens[index - 1].span) }
    return subscripts
  }

  private mutating func parseSubscript() throws(Diagnostic) -> Subscript {
    let start = token.span.start
    let lower = isAt(.colon) ? nil : try parseNamedExpression()
    guard isAt(.colon) else {
      return .at(lower ?? Expression(.none, token.span))
    }
    advance()
    let upper = endsSlicePart ? nil : try parseExpression()
    var step: Expression?
    if take(.colon), !endsSlicePart { step = try parseExpression() }
    return .slice(lower, upper, step: step, span(from: start))
  }

  private var endsSlicePart: Bool { isAt(.colon) || isAt(.comma) || isAt(.closeSquare) }

  // MARK: - Derivatives

  /// `∂a/∂b`, and `∂²a/∂b²` for the derivative of the derivative.
  mutating func parseDerivative() throws(Diagnostic) -> Expression {
    let start = token.span.start
    advance()
    var order = 1
    if case .superscript(let value) = kind {
      guard (1...4).contains(value) else { throw .malformedDerivative(at: token.span) }
      order = value
      advance()
    }
    return try nested { (parser) throws(Diagnostic) in
      let value = try parser.parseTrailers(of: try parser.parsePrimary(), takesPower: false)
      guard parser.isAt(.slash), parser.kind(ahead: 1) == .mark(.partial) else {
        throw .malformedDerivative(at: Span(start, parser.token.span.end))
      }
      parser.advance()
      parser.advance()
      let variable = try parser.parseTrailers(of: try parser.parsePrimary(), takesPower: false)
      if case .superscript(let power) = parser.kind {
        guard power == order, order > 1 else {
          throw .derivativeOrder(at: parser.token.span)
        }
        parser.advance()
      } else if order > 1 {
        throw .derivativeOrder(at: Span(start, parser.previousEnd))
      }
      var result = value
      for _ in 0..<order {
        result = try parser.make(.derivative(result, by: variable), parser.span(from: start))
      }
      return result
    }
  }
}

extension Expression {
  /// The name of the function that is asked about updates too.
  fileprivate var isExplain: Bool {
    if case .name(let name) = form { name.symbol == "explain" } else { false }
  }

  /// Can stand left of `=`.
  var isAssignable: Bool {
    switch form {
    case .name, .index, .attribute: return true
    default: return false
    }
  }

  /// `E` of `d(E)`.
  fileprivate var differentialOperand: Expression? {
    guard case .call(let callee, let arguments) = form, case .name(let name) = callee.form,
      name.symbol == "d", arguments.count == 1, arguments[0].keyword == nil
    else { return nil }
    return arguments[0].value
  }
}
