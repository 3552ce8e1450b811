import Presentation

extension Parser {
  // MARK: - Simple statements

  mutating func parseSimple() throws(Diagnostic) -> Statement.Form {
    guard case .keyword(let keyword) = kind else { return try parseExpressionStatement() }
    let at = token.span
    switch keyword {
    case .pass, .break, .continue: return try parseBareKeyword(keyword)
    case .return: return try parseReturn()
    case .assert:
      advance()
      let condition = try parseExpression()
      if isAt(.equals) { throw .assignmentInCondition(at: token.span) }
      return .assertion(condition, message: take(.comma) ? try parseExpression() : nil)
    case .del: return try parseDelete()
    case .raise: return try parseRaise()
    case .global, .nonlocal: return try parseScopeDeclaration(keyword)
    case .if, .for, .while, .def, .with, .class, .try:
      throw .compoundAfterSemicolon(keyword, at: at)
    case .elif, .else: throw .strayElse(keyword, at: at)
    case .except, .finally: throw .strayHandler(keyword, at: at)
    case .import, .from: return try parseImport()
    case .yield: return try parseYield()
    case .async, .await: throw .foreignKeyword(keyword, at: at)
    case .and, .or, .not, .in, .is, .lambda, .true, .false, .none:
      return try parseExpressionStatement()
    }
  }

  private mutating func parseBareKeyword(_ keyword: Keyword) throws(Diagnostic) -> Statement.Form {
    let at = token.span
    advance()
    if keyword != .pass, loopDepth == 0 { throw .outsideLoop(keyword, at: at) }
    return keyword == .pass ? .pass : keyword == .break ? .leaveLoop : .nextRound
  }

  private mutating func parseReturn() throws(Diagnostic) -> Statement.Form {
    let at = token.span
    advance()
    guard let scope = scopes.last, scopes.count > 1, !scope.isClass else {
      throw .outsideFunction(at: at)
    }
    let isBare = kind == .newline || kind == .end || isAt(.semicolon)
    return .returned(isBare ? nil : try parseExpressionList())
  }

  /// `yield`, `yield value`, `yield from values`.
  private mutating func parseYield(
    into targets: [Target] = []
  ) throws(Diagnostic) -> Statement.Form {
    let at = token.span
    advance()
    guard let scope = scopes.last, scopes.count > 1, !scope.isClass else {
      throw .yieldOutside(at: at)
    }
    scope.scope.yields = true
    let isDelegated = take(.from)
    if isDelegated, !targets.isEmpty { throw .yieldFromInExpression(at: at) }
    let isBare = kind == .newline || kind == .end || isAt(.semicolon) || isAt(.closeRound)
    return .yielded(
      isBare && !isDelegated ? nil : try parseExpressionList(), isDelegated: isDelegated,
      into: targets)
  }

  /// `x = yield value`, `x = (yield value)`: the generator gets what `send` is given.
  private mutating func parseReceiving(_ targets: [Target]) throws(Diagnostic) -> Statement.Form? {
    if isAt(.yield) { return try parseYield(into: targets) }
    guard isAt(.openRound), kind(ahead: 1) == .keyword(.yield) else { return nil }
    advance()
    let form = try parseYield(into: targets)
    guard take(.closeRound) else { throw unexpected(expected: "')' after 'yield'") }
    return form
  }

  private mutating func parseDelete() throws(Diagnostic) -> Statement.Form {
    advance()
    var targets: [Target] = []
    repeat { targets.append(try target(try parsePostfix(), declares: true)) } while take(.comma)
    return .delete(targets)
  }

  private mutating func parseRaise() throws(Diagnostic) -> Statement.Form {
    advance()
    if kind == .newline || kind == .end || isAt(.semicolon) { return .raised(nil, cause: nil) }
    let error = try parseExpression()
    return .raised(error, cause: take(.from) ? try parseExpression() : nil)
  }

  /// `global x`, `nonlocal x`: read by the parser alone.
  private mutating func parseScopeDeclaration(
    _ keyword: Keyword
  ) throws(Diagnostic) -> Statement.Form {
    let at = token.span
    advance()
    let last = scopes.count - 1
    repeat {
      let (symbol, span) = try expectName("a name after '\(keyword.rawValue)'")
      if scopes[last].assigned.contains(symbol) {
        throw .lateDeclaration(keyword, symbol.name, at: span)
      }
      if keyword == .global {
        scopes[last].globals.insert(symbol)
      } else if last < 2 {
        throw .nothingOutside(symbol.name, at: at.union(span))
      } else {
        scopes[last].outer.insert(symbol)
      }
    } while take(.comma)
    return .pass
  }

  private mutating func parseExpressionStatement() throws(Diagnostic) -> Statement.Form {
    if beginsShortFunction { return try parseShortFunction() }
    let value = try parseExpressionList(isStatement: true)
    let at = token.span
    guard case .mark(let mark) = kind else { return .expression(value) }
    if mark == .equals { return try parseAssignment(to: value) }
    if let operation = mark.augmented {
      advance()
      let target = try singleTarget(value, "an augmented assignment")
      target.refersToItself = true
      return .augmented(target, operation, at: at, try parseExpressionList())
    }
    if takeArrow() { return .update(try target(value), try parseExpressionList()) }
    if mark == .colon, value.isAssignable { return try parseAnnotated(value) }
    return .expression(value)
  }

  /// `x: int = 3` and `x: int`; the type is read and means nothing. A class remembers the name.
  private mutating func parseAnnotated(_ value: Expression) throws(Diagnostic) -> Statement.Form {
    let begin = token.span.end
    try parseAnnotation()
    if let scope = scopes.last, scope.isClass, case .name(let name) = value.form {
      let type = text(Span(begin, previousEnd)).trimmed
      let isOfClass = type.hasPrefix("ClassVar") || type.hasPrefix("typing.ClassVar")
      if !isOfClass { scope.scope.annotated.append(name.symbol) }
    }
    if isAt(.equals) { return try parseAssignment(to: value) }
    guard kind == .newline || kind == .end || isAt(.semicolon) else {
      throw unexpected(expected: "'=' or the end of the line")
    }
    return .pass
  }

  private mutating func parseAssignment(to first: Expression) throws(Diagnostic) -> Statement.Form {
    var targets = [try target(first)]
    advance()
    if let form = try parseReceiving(targets) { return form }
    var value = try parseExpressionList()
    while take(.equals) {
      targets.append(try target(value))
      if let form = try parseReceiving(targets) { return form }
      value = try parseExpressionList()
    }
    for target in targets { target.note(value) }
    return .assignment(targets, value)
  }

  /// Moves behind the arrow of an update, if one is here.
  mutating func takeArrow() -> Bool {
    guard isAt(.arrow) || isASCIIArrow else { return false }
    if !isAt(.arrow) { advance() }
    advance()
    return true
  }

  /// `<` and `-` that touch.
  var isASCIIArrow: Bool {
    isAt(.less) && kind(ahead: 1) == .mark(.minus)
      && token.span.end == tokens[index + 1].span.start
  }

  private mutating func singleTarget(
    _ value: Expression, _ what: String
  ) throws(Diagnostic) -> Target {
    if case .tuple = value.form { throw .severalTargets(what, at: value.span) }
    return try target(value)
  }

  /// Turns an expression into what an assignment stores to.
  mutating func target(
    _ value: Expression, declares: Bool = true
  ) throws(Diagnostic) -> Target {
    switch value.form {
    case .name(let name):
      if declares { declare(name.symbol) }
      return Target(.name(name), value.span)
    case .index(let base, let subscripts): return Target(.index(base, subscripts), value.span)
    case .attribute(let base, let name, at: _): return Target(.attribute(base, name), value.span)
    case .tuple(let items), .list(let items):
      var targets: [Target] = []
      var starred: Int?
      for item in items {
        if case .starred(let inner) = item.form {
          if starred != nil { throw .strayStar(at: item.span) }
          starred = targets.count
          targets.append(try target(inner, declares: declares))
        } else {
          targets.append(try target(item, declares: declares))
        }
      }
      return Target(.tuple(targets, starred: starred), value.span)
    default: throw .notAssignable(value, text(value.span), at: value.span)
    }
  }

  func text(_ span: Span) -> String { source[span] }
}
