import Presentation

extension Parser {
  // MARK: - Compound statements

  /// A statement with blocks, or nil if none begins here.
  mutating func parseCompound() throws(Diagnostic) -> Statement? {
    let start = token.span
    if isAt(.at) { return Statement(try parseDecorated(), span(from: start.start)) }
    guard case .keyword(let keyword) = kind else { return nil }
    let form: Statement.Form
    switch keyword {
    case .if: form = try parseIf()
    case .for: form = try parseFor()
    case .while: form = try parseWhile()
    case .def: form = try parseDefinition()
    case .class: form = try parseClass()
    case .with: form = try parseWith()
    case .try: form = try parseAttempt()
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
      let condition = try parseNamedExpression()
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
    let (body, otherwise) = try parseLoopBody(of: .for, at: header)
    return .forLoop(target, in: iterable, body, otherwise: otherwise)
  }

  private mutating func parseWhile() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let condition = try parseNamedExpression()
    let (body, otherwise) = try parseLoopBody(of: .while, at: header)
    return .whileLoop(condition, body, otherwise: otherwise)
  }

  private mutating func parseLoopBody(
    of keyword: Keyword, at header: Span
  ) throws(Diagnostic) -> (body: [Statement], otherwise: [Statement]) {
    loopDepth += 1
    let body: [Statement]
    do throws(Diagnostic) { body = try parseBlock(of: keyword, at: header) } catch {
      loopDepth -= 1
      throw error
    }
    loopDepth -= 1
    let elseSpan = token.span
    return (body, take(.else) ? try parseBlock(of: .else, at: elseSpan) : [])
  }

  /// The variables of a loop: `i`, `i, x`, `i, (a, b)`.
  mutating func parseLoopTarget(declares: Bool) throws(Diagnostic) -> Target {
    let start = token.span.start
    var items = [try parseLoopVariable()]
    var isTuple = false
    while take(.comma) {
      isTuple = true
      if isAt(.in) { break }
      items.append(try parseLoopVariable())
    }
    guard isTuple else { return try target(items[0], declares: declares) }
    return try target(Expression(.tuple(items), span(from: start)), declares: declares)
  }

  private mutating func parseLoopVariable() throws(Diagnostic) -> Expression {
    let start = token.span.start
    guard take(.star) else { return try parsePostfix() }
    return Expression(.starred(try parsePostfix()), span(from: start))
  }

  /// `with rounding(2):`, `with manager as name, …:`.
  private mutating func parseWith() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    var managers: [(Expression, Target?)] = []
    repeat {
      let manager = try parseExpression()
      var target: Target?
      if isAtWord("as") {
        advance()
        target = try self.target(try parsePostfix())
      }
      managers.append((manager, target))
    } while take(.comma)
    let body = try parseBlock(of: .with, at: header)
    let start = header.start
    var form = context(managers[managers.count - 1], body)
    for manager in managers.dropLast().reversed() {
      form = context(manager, [Statement(form, span(from: start))])
    }
    return form
  }

  private func context(_ manager: (Expression, Target?), _ body: [Statement]) -> Statement.Form {
    if manager.1 == nil, case .call(let callee, let arguments) = manager.0.form,
      case .name(let name) = callee.form, name.symbol == "rounding", arguments.count == 1,
      arguments[0].keyword == nil
    {
      return .rounding(arguments[0].value, body)
    }
    return .managed(manager.0, as: manager.1, body)
  }

  private mutating func parseAttempt() throws(Diagnostic) -> Statement.Form {
    let header = token.span
    advance()
    let body = try parseBlock(of: .try, at: header)
    var handlers: [Attempt.Handler] = []
    while isAt(.except) { handlers.append(try parseHandler()) }
    let elseSpan = token.span
    let otherwise =
      !handlers.isEmpty && take(.else) ? try parseBlock(of: .else, at: elseSpan) : []
    let finallySpan = token.span
    let finally = take(.finally) ? try parseBlock(of: .finally, at: finallySpan) : nil
    if handlers.isEmpty, finally == nil { throw .tryAlone(at: header) }
    return .attempt(
      Attempt(body: body, handlers: handlers, otherwise: otherwise, finally: finally ?? []))
  }

  private mutating func parseHandler() throws(Diagnostic) -> Attempt.Handler {
    let header = token.span
    advance()
    var (kinds, target): (Expression?, Target?) = (nil, nil)
    if !isAt(.colon) {
      kinds = try parseExpression()
      if isAtWord("as") {
        advance()
        target = try self.target(try parsePostfix())
      }
    }
    return Attempt.Handler(
      kinds: kinds, target: target, body: try parseBlock(of: .except, at: header))
  }

  /// At a word that is a keyword only here.
  private func isAtWord(_ word: Symbol) -> Bool { kind == .name(word) }
}
