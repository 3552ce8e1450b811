import Presentation

extension Parser {
  /// A literal, a name, or something in brackets.
  mutating func parsePrimary() throws(Diagnostic) -> Expression {
    let at = token.span
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
    case .mark(.openBrace): throw .braces(at: at)
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
    var inner = try parseExpressionList()
    if isAt(.for) { inner = try parseComprehension(inner, from: start, since: first) }
    guard take(.closeRound) else {
      if isAt(.equals) { throw .assignmentInCondition(at: token.span) }
      throw unexpected(expected: "')'")
    }
    return Expression(inner.form, span(from: start))
  }

  /// `[a, b]`, `[a, b; c, d]`, `[a for x in xs]`.
  private mutating func parseList() throws(Diagnostic) -> Expression {
    let start = token.span.start
    let firstPending = scopes[scopes.count - 1].pending.count
    advance()
    var rows: [[Expression]] = [[]]
    var isMatrix = false
    while !isAt(.closeSquare) {
      let item = try parseExpression()
      rows[rows.count - 1].append(item)
      if isAt(.for), rows.count == 1, rows[0].count == 1 {
        let list = try parseComprehension(item, from: start, since: firstPending)
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
    _ element: Expression, from start: Int, since first: Int
  ) throws(Diagnostic) -> Expression {
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
    let comprehension = Comprehension(element: element, clauses: clauses)
    return Expression(.comprehension(comprehension), span(from: start))
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
