import Presentation

extension Parser {
  // MARK: - Compound statements

  /// A statement with blocks, or nil if none begins here.
  mutating func parseCompound() throws(Diagnostic) -> Statement? {
    let start = token.span
    guard case .keyword(let keyword) = kind else { return nil }
    let form: Statement.Form
    switch keyword {
    case .if: form = try parseIf()
    case .for: form = try parseFor()
    case .while: form = try parseWhile()
    case .def: form = try parseDefinition()
    case .with: form = try parseRounding()
    case .elif, .else: throw .strayElse(keyword, at: start)
    default: return nil
    }
    return Statement(form, span(from: start.start))
  }

  private mutating func parseIf() throws(Diagnostic) -> Statement.Form {
    var branches: [Statement.Branch] = []
    var keyword = Keyword.if
    repeat {
      let header = token.span
      advance()
      let condition = try parseExpression()
      branches.append(
        Statement.Branch(condition: condition, body: try parseBlock(of: keyword, at: header)))
      keyword = .elif
    } while isAt(.elif)
    guard isAt(.else) else { return .conditional(branches, otherwise: []) }
    let header = token.span
    advance()
    if isAt(.if) { throw .elseIf(at: header.union(token.span)) }
    return .conditional(branches, otherwise: try parseBlock(of: .else, at: header))
  }

  private mutating func parseFor() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let target = try parseLoopTarget(declares: true)
    guard take(.in) else { throw unexpected(expected: "'in' after 'for \(text(target.span))'") }
    let iterable = try parseExpressionList()
    return .forLoop(target, in: iterable, try parseLoopBody(of: .for, at: header))
  }

  private mutating func parseWhile() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let condition = try parseExpression()
    return .whileLoop(condition, try parseLoopBody(of: .while, at: header))
  }

  private mutating func parseLoopBody(
    of keyword: Keyword, at header: Span
  ) throws(Diagnostic) -> [Statement] {
    loopDepth += 1
    defer { loopDepth -= 1 }
    let body = try parseBlock(of: keyword, at: header)
    if isAt(.else) { throw .loopElse(keyword, at: token.span) }
    return body
  }

  /// The variables of a loop: `i`, `i, x`, `i, (a, b)`.
  mutating func parseLoopTarget(declares: Bool) throws(Diagnostic) -> Target {
    let start = token.span.start
    var items = [try parsePostfix()]
    var isTuple = false
    while take(.comma) {
      isTuple = true
      if isAt(.in) { break }
      items.append(try parsePostfix())
    }
    guard isTuple else { return try target(items[0], declares: declares) }
    var targets: [Target] = []
    for item in items { targets.append(try target(item, declares: declares)) }
    return Target(.tuple(targets, starred: nil), span(from: start))
  }

  private mutating func parseRounding() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let manager = try parseExpression()
    guard case .call(let callee, let arguments) = manager.form, case .name(let name) = callee.form,
      name.symbol == "rounding", arguments.count == 1, arguments[0].keyword == nil
    else { throw .foreignWith(text(manager.span), at: manager.span) }
    return .rounding(arguments[0].value, try parseBlock(of: .with, at: header))
  }

  // MARK: - Functions

  private mutating func parseDefinition() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let (symbol, nameSpan) = try expectName("the name of the function")
    let name = makeName(symbol)
    declare(symbol)
    beginScope()
    let outerLoops = loopDepth
    loopDepth = 0
    defer { loopDepth = outerLoops }
    let definition: FunctionDefinition
    do throws(Diagnostic) {
      try expect(.openRound, after: "the name of the function")
      let parameters = try parseParameters(until: .closeRound)
      if isAt("->") { throw .annotation(at: token.span) }
      let body = try parseBlock(of: .def, at: header)
      definition = endScope(symbol, parameters, .block(body), from: header.start)
    } catch {
      scopes.removeLast()
      throw error
    }
    return .function(Target(.name(name), nameSpan), definition)
  }

  /// `f(x) = expression`, known by the `=` after the bracket that closes the parameters.
  private mutating func parseShortFunction() throws(Diagnostic) -> Statement.Form {
    let (symbol, nameSpan) = try expectName("the name of the function")
    let name = makeName(symbol)
    declare(symbol)
    beginScope()
    let definition: FunctionDefinition
    do throws(Diagnostic) {
      advance()
      let parameters = try parseParameters(until: .closeRound)
      advance()
      let body = try parseExpressionList()
      definition = endScope(symbol, parameters, .expression(body), from: nameSpan.start)
    } catch {
      scopes.removeLast()
      throw error
    }
    return .function(Target(.name(name), nameSpan), definition)
  }

  private var beginsShortFunction: Bool {
    guard case .name = kind, kind(ahead: 1) == .mark(.openRound) else { return false }
    var depth = 0
    var position = index + 1
    while position < tokens.count {
      switch tokens[position].kind {
      case .mark(.openRound), .mark(.openSquare), .mark(.openBrace): depth += 1
      case .mark(.closeRound), .mark(.closeSquare), .mark(.closeBrace):
        depth -= 1
        if depth == 0 {
          return position + 1 < tokens.count && tokens[position + 1].kind == .mark(.equals)
        }
      case .newline, .end: return false
      default: break
      }
      position += 1
    }
    return false
  }

  mutating func parseParameters(until end: Mark) throws(Diagnostic) -> [FunctionDefinition.Formal] {
    var parameters: [FunctionDefinition.Formal] = []
    while !isAt(end) {
      if isAt("*") || isAt("**") { throw .starredParameter(at: token.span) }
      guard case .name = kind else { throw .parameterNotName(at: token.span) }
      let (symbol, span) = try expectName("a parameter")
      if isAt(.colon), end != .colon { throw .annotation(at: token.span) }
      if parameters.contains(where: { $0.name == symbol }) {
        throw .repeatedParameter(symbol.name, at: span)
      }
      let fallback = take(.equals) ? try parseOutside() : nil
      if fallback == nil, let last = parameters.last, last.fallback != nil {
        throw .requiredAfterDefault(symbol.name, last.name.name, at: span)
      }
      declare(symbol)
      parameters.append(.init(name: symbol, fallback: fallback, span: span))
      if !take(.comma) { break }
    }
    if !take(end) { throw unexpected(expected: "',' or '\(end.spelling)' after the parameters") }
    return parameters
  }

  /// A default is evaluated where the function is defined, so its names belong outside.
  private mutating func parseOutside() throws(Diagnostic) -> Expression {
    let inner = scopes.removeLast()
    defer { scopes.append(inner) }
    return try parseExpression()
  }

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
    case .if, .for, .while, .def, .with: throw .compoundAfterSemicolon(keyword, at: at)
    case .elif, .else: throw .strayElse(keyword, at: at)
    case .import, .from: return try parseImport()
    case .class, .try, .except, .finally, .raise, .global, .nonlocal, .yield, .async, .await:
      throw .foreignKeyword(keyword, at: at)
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
    guard scopes.count > 1 else { throw .outsideFunction(at: at) }
    let isBare = kind == .newline || kind == .end || isAt(.semicolon)
    return .returned(isBare ? nil : try parseExpressionList())
  }

  private mutating func parseDelete() throws(Diagnostic) -> Statement.Form {
    advance()
    var targets: [Target] = []
    repeat { targets.append(try target(try parsePostfix(), declares: true)) } while take(.comma)
    return .delete(targets)
  }

  private mutating func parseExpressionStatement() throws(Diagnostic) -> Statement.Form {
    if beginsShortFunction { return try parseShortFunction() }
    starred = nil
    let value = try parseExpressionList(isStatement: true)
    let star = starred
    let at = token.span
    guard case .mark(let mark) = kind else { return try plain(value, star) }
    if mark == .equals { return try parseAssignment(to: value, starred: star) }
    if let operation = mark.augmented {
      advance()
      let target = try singleTarget(value, "an augmented assignment")
      target.refersToItself = true
      return .augmented(target, operation, at: at, try parseExpressionList())
    }
    if takeArrow() {
      return .update(try target(value, starred: star), try parseExpressionList())
    }
    if mark == .colon, case .name = value.form { throw .annotation(at: at) }
    return try plain(value, star)
  }

  private func plain(_ value: Expression, _ star: Int?) throws(Diagnostic) -> Statement.Form {
    if star != nil { throw .strayStar(at: value.span) }
    return .expression(value)
  }

  private mutating func parseAssignment(
    to first: Expression, starred star: Int?
  ) throws(Diagnostic) -> Statement.Form {
    var targets = [try target(first, starred: star)]
    advance()
    var value = try parseExpressionList()
    while take(.equals) {
      targets.append(try target(value))
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
    _ value: Expression, starred star: Int? = nil, declares: Bool = true
  ) throws(Diagnostic) -> Target {
    switch value.form {
    case .name(let name):
      if declares { declare(name.symbol) }
      return Target(.name(name), value.span)
    case .index(let base, let subscripts): return Target(.index(base, subscripts), value.span)
    case .attribute(let base, let name, at: _): return Target(.attribute(base, name), value.span)
    case .tuple(let items), .list(let items):
      var targets: [Target] = []
      for item in items { targets.append(try target(item, declares: declares)) }
      return Target(.tuple(targets, starred: star), value.span)
    default: throw .notAssignable(value, text(value.span), at: value.span)
    }
  }

  func text(_ span: Span) -> String { source[span] }
}
