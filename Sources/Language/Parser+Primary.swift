import Presentation

extension Parser {
  /// A literal, a name, or something in brackets.
  mutating func parsePrimary() throws(Diagnostic) -> Expression {
    switch kind {
    case .number(let literal): return atom(.number(literal))
    case .name(let symbol): return atom(.name(makeName(symbol)))
    case .keyword(.true): return atom(.truth(true))
    case .keyword(.false): return atom(.truth(false))
    case .keyword(.none): return atom(.none)
    case .string, .formatStart: return try parseString()
    case .mark(.ellipsis): return atom(.ellipsis)
    case .mark(.partial): return try parseDerivative()
    case .mark(.openRound): return try parseParenthesized()
    case .mark(.openSquare): return try parseList()
    case .mark(.openBrace): return try parseBraces()
    case .mark(.norm): return try parseNorm()
    default: throw unexpected(expected: "a value")
    }
  }

  private mutating func atom(_ form: Expression.Form) -> Expression {
    defer { advance() }
    return Expression(form, token.span)
  }

  /// `(a)`, `(a, b)`, `()`; the span includes the brackets.
  private mutating func parseParenthesized() throws(Diagnostic) -> Expression {
    let start = token.span.start
    advance()
    if take(.closeRound) { return Expression(.tuple([]), span(from: start)) }
    let first = scopes[scopes.count - 1].pending.count
    var inner = try parseElements(from: start)
    if isAt(.for) { inner = try parseComprehension(.generator, inner, from: start, since: first) }
    guard take(.closeRound) else {
      if isAt(.equals) { throw .assignmentInCondition(at: token.span) }
      throw unexpected(expected: "')'")
    }
    return Expression(inner.form, span(from: start))
  }

  /// What stands between round brackets: one expression, or a tuple.
  private mutating func parseElements(from start: Int) throws(Diagnostic) -> Expression {
    if isAt(.star) { return try parseExpressionList() }
    let first = try parseNamedExpression()
    guard isAt(.comma) else { return first }
    var items = [first]
    while take(.comma), !isAt(.closeRound) {
      items.append(isAt(.star) ? try parseItem() : try parseNamedExpression())
    }
    return Expression(.tuple(items), span(from: start))
  }

  /// `‖v‖`: the length of a vector.
  private mutating func parseNorm() throws(Diagnostic) -> Expression {
    let bar = token.span
    advance()
    let inner = try nested { (parser) throws(Diagnostic) in try parser.parseExpression() }
    guard take(.norm) else { throw unexpected(expected: "'‖' after '‖\(text(inner.span))'") }
    let name = Expression(.name(makeName("norm")), bar)
    return Expression(
      .call(name, [Argument(value: inner, span: inner.span)]), span(from: bar.start))
  }

  /// `[a, b]`, `[a, b; c, d]`, `[a for x in xs]`.
  private mutating func parseList() throws(Diagnostic) -> Expression {
    let start = token.span.start
    let firstPending = scopes[scopes.count - 1].pending.count
    advance()
    var rows: [[Expression]] = [[]]
    var isMatrix = false
    while !isAt(.closeSquare) {
      let item = isAt(.star) ? try parseItem() : try parseNamedExpression()
      rows[rows.count - 1].append(item)
      if isAt(.for), rows.count == 1, rows[0].count == 1 {
        let list = try parseComprehension(.list, item, from: start, since: firstPending)
        guard take(.closeSquare) else { throw unexpected(expected: "']'") }
        return Expression(list.form, span(from: start))
      }
      if take(.semicolon) {
        isMatrix = true
        if !isAt(.closeSquare) { rows.append([]) }
      } else if !take(.comma) {
        break
      }
    }
    guard take(.closeSquare) else { throw unexpected(expected: "',', ';' or ']'") }
    return Expression(isMatrix ? .matrix(rows) : .list(rows[0]), span(from: start))
  }

  /// The clauses after the element. `since` is where the names of the element begin.
  mutating func parseComprehension(
    _ kind: Comprehension.Kind, _ element: Expression, value: Expression? = nil, from start: Int,
    since first: Int
  ) throws(Diagnostic) -> Expression {
    if case .starred = element.form { throw .strayStar(at: element.span) }
    var clauses: [Comprehension.Clause] = []
    var outside = 0..<0
    while take(.for) {
      let target = try parseLoopTarget(declares: false)
      guard take(.in) else { throw unexpected(expected: "'in' after 'for \(text(target.span))'") }
      let before = scopes[scopes.count - 1].pending.count
      let iterable = try parseDisjunction()
      if clauses.isEmpty { outside = before..<scopes[scopes.count - 1].pending.count }
      var conditions: [Expression] = []
      while take(.if) { conditions.append(try parseDisjunction()) }
      clauses.append(.init(target: target, iterable: iterable, conditions: conditions))
    }
    resolveComprehension(
      clauses.flatMap(\.target.symbols), since: first, except: outside)
    let comprehension = Comprehension(
      kind: kind, element: element, value: value, clauses: clauses)
    return Expression(.comprehension(comprehension), span(from: start))
  }

  // MARK: - Braces

  /// `{}`, `{key: value}`, `{a, b}` and their comprehensions.
  private mutating func parseBraces() throws(Diagnostic) -> Expression {
    let start = token.span.start
    let firstPending = scopes[scopes.count - 1].pending.count
    advance()
    if take(.closeBrace) { return Expression(.dictionary([]), span(from: start)) }
    if isAt(.doubleStar) { return try parseDictionary([], from: start) }
    let first = isAt(.star) ? try parseItem() : try parseNamedExpression()
    if take(.colon) {
      let value = try parseExpression()
      if isAt(.for) {
        let all = try parseComprehension(
          .dictionary, first, value: value, from: start, since: firstPending)
        return try closed(all.form, from: start)
      }
      return try parseDictionary([DictionaryItem(key: first, value: value)], from: start)
    }
    if isAt(.for) {
      let all = try parseComprehension(.set, first, from: start, since: firstPending)
      return try closed(all.form, from: start)
    }
    var items = [first]
    while take(.comma), !isAt(.closeBrace) {
      items.append(isAt(.star) ? try parseItem() : try parseNamedExpression())
    }
    return try closed(.set(items), from: start)
  }

  private mutating func parseDictionary(
    _ first: [DictionaryItem], from start: Int
  ) throws(Diagnostic) -> Expression {
    var items = first
    while items.isEmpty || take(.comma), !isAt(.closeBrace) {
      if take(.doubleStar) {
        items.append(DictionaryItem(key: nil, value: try parseBinary(Operator.bitOr.precedence)))
        continue
      }
      let key = try parseExpression()
      guard take(.colon) else { throw unexpected(expected: "':' after the key") }
      items.append(DictionaryItem(key: key, value: try parseExpression()))
    }
    return try closed(.dictionary(items), from: start)
  }

  private mutating func closed(
    _ form: Expression.Form, from start: Int
  ) throws(Diagnostic) -> Expression {
    guard take(.closeBrace) else { throw unexpected(expected: "',' or '}'") }
    return Expression(form, span(from: start))
  }

  // MARK: - Strings

  /// Strings that stand side by side are one string.
  private mutating func parseString() throws(Diagnostic) -> Expression {
    let start = token.span.start
    var pieces: [FormatPiece] = []
    var isFormatted = false
    while true {
      switch kind {
      case .string(let text):
        pieces.append(.text(text))
        advance()
        continue
      case .formatStart:
        isFormatted = true
        advance()
        pieces += try parseFormatPieces(until: .formatEnd)
        continue
      default: break
      }
      break
    }
    let span = span(from: start)
    if isFormatted { return Expression(.formatted(pieces), span) }
    let text = pieces.reduce(into: "") { text, piece in
      if case .text(let part) = piece { text += part }
    }
    return Expression(.string(text), span)
  }

  private mutating func parseFormatPieces(
    until end: Token.Kind
  ) throws(Diagnostic) -> [FormatPiece] {
    var pieces: [FormatPiece] = []
    while kind != end {
      switch kind {
      case .formatText(let text):
        pieces.append(.text(text))
        advance()
      case .formatOpen:
        pieces.append(
          try nested { (parser) throws(Diagnostic) in try parser.parseFormatValue() })
      default: throw unexpected(expected: "'}'")
      }
    }
    advance()
    return pieces
  }

  private mutating func parseFormatValue() throws(Diagnostic) -> FormatPiece {
    let start = token.span.end
    advance()
    if kind == .formatClose { throw .emptyFormat(at: Span(start - 1, token.span.end)) }
    let value = try parseExpressionList()
    var label: String?
    if take(.equals) { label = text(Span(start, token.span.start)) }
    var isDebug = false
    if take("!") {
      let (name, at) = try expectName("'r' or 's' after '!'")
      guard ["r", "s"].contains(name.name) else { throw .formatConversion(name.name, at: at) }
      isDebug = name.name == "r"
    }
    var specification: [FormatPiece] = []
    if kind == .formatSpecification {
      advance()
      specification = try parseFormatPieces(until: .formatClose)
    } else if kind == .formatClose {
      advance()
    } else {
      throw unexpected(expected: "'}'")
    }
    return .value(value, label: label, isDebug: isDebug, specification: specification)
  }
}
