import Presentation

extension Parser {
  // MARK: - Functions

  /// `@decorator` lines and the definition below them.
  mutating func parseDecorated() throws(Diagnostic) -> Statement.Form {
    var decorators: [Expression] = []
    while isAt(.at) {
      advance()
      decorators.append(try parseNamedExpression())
      guard kind == .newline else { throw unexpected(expected: "the end of the line") }
      while kind == .newline { advance() }
    }
    if isAt(.class) { return try parseClass(decorators) }
    guard isAt(.def) else { throw .decoratorAlone(at: Span(previousEnd, previousEnd + 1)) }
    return try parseDefinition(decorators)
  }

  mutating func parseDefinition(
    _ decorators: [Expression] = []
  ) throws(Diagnostic) -> Statement.Form {
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
      if isAt(.returns) { try parseAnnotation() }
      let body = try parseBlock(of: .def, at: header)
      definition = endScope(
        symbol, parameters, .block(body), from: header.start, decorators: decorators)
    } catch {
      scopes.removeLast()
      throw error
    }
    return .function(Target(.name(name), nameSpan), definition)
  }

  /// `f(x) = expression`, known by the `=` after the bracket that closes the parameters.
  mutating func parseShortFunction() throws(Diagnostic) -> Statement.Form {
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

  var beginsShortFunction: Bool {
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
    var isNamed = false
    while !isAt(end) {
      if isAt(.slash) || isAt(.star),
        kind(ahead: 1) == .mark(.comma) || kind(ahead: 1) == .mark(end)
      {
        isNamed = isNamed || isAt(.star)
        advance()
      } else {
        let parameter = try parseParameter(after: parameters, isNamed: isNamed, until: end)
        isNamed = isNamed || parameter.kind == .rest
        parameters.append(parameter)
      }
      if !take(.comma) { break }
    }
    if !take(end) { throw unexpected(expected: "',' or '\(end.spelling)' after the parameters") }
    return parameters
  }

  private mutating func parseParameter(
    after earlier: [FunctionDefinition.Formal], isNamed: Bool, until end: Mark
  ) throws(Diagnostic) -> FunctionDefinition.Formal {
    var kind = FunctionDefinition.Formal.Kind.plain
    if isNamed { kind = .named }
    if take(.star) { kind = .rest } else if take(.doubleStar) { kind = .options }
    guard case .name = self.kind else { throw .parameterNotName(at: token.span) }
    let (symbol, span) = try expectName("a parameter")
    if isAt(.colon), end != .colon { try parseAnnotation() }
    if earlier.contains(where: { $0.name == symbol }) {
      throw .repeatedParameter(symbol.name, at: span)
    }
    let fallback = take(.equals) ? try parseOutside() : nil
    if fallback == nil, kind == .plain, let last = earlier.last, last.fallback != nil {
      throw .requiredAfterDefault(symbol.name, last.name.name, at: span)
    }
    declare(symbol)
    return FunctionDefinition.Formal(name: symbol, kind: kind, fallback: fallback, span: span)
  }

  /// The type behind `:` or `->`: read, and forgotten with the names in it.
  mutating func parseAnnotation() throws(Diagnostic) {
    advance()
    let last = scopes.count - 1
    let first = scopes[last].pending.count
    _ = try parseExpression()
    scopes[last].pending.removeSubrange(first...)
  }

  /// A default is evaluated where the function is defined, so its names belong outside.
  private mutating func parseOutside() throws(Diagnostic) -> Expression {
    let inner = scopes.removeLast()
    defer { scopes.append(inner) }
    return try parseExpression()
  }

  // MARK: - Classes

  mutating func parseClass(_ decorators: [Expression] = []) throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let (symbol, nameSpan) = try expectName("the name of the class")
    let name = makeName(symbol)
    declare(symbol)
    let bases = take(.openRound) ? try parseBases() : []
    beginScope(ofClass: true)
    let outerLoops = loopDepth
    loopDepth = 0
    defer { loopDepth = outerLoops }
    let body: [Statement]
    do throws(Diagnostic) { body = try parseBlock(of: .class, at: header) } catch {
      scopes.removeLast()
      throw error
    }
    let scope = closeScope()
    return .classDefinition(
      Target(.name(name), nameSpan),
      ClassDefinition(
        name: symbol, bases: bases, body: body, span: span(from: header.start), scope: scope,
        summary: documentation(of: body), decorators: decorators))
  }

  private mutating func parseBases() throws(Diagnostic) -> [Expression] {
    var bases: [Expression] = []
    while !isAt(.closeRound) {
      if case .name = kind, kind(ahead: 1) == .mark(.equals) { throw .metaclass(at: token.span) }
      bases.append(try parseExpression())
      if !take(.comma) { break }
    }
    guard take(.closeRound) else { throw unexpected(expected: "',' or ')' after the base") }
    return bases
  }
}
