import Presentation

/// Reads a text into a syntax tree, by recursive descent for statements and by the precedences of
/// the operator table for expressions.
///
///     program    = { line }
///     line       = compound | simple { ";" simple } [ ";" ] newline
///     compound   = if | for | while | def | class | with | try
///     block      = ":" ( newline indent { line } dedent | simple { ";" simple } newline )
///     simple     = assignment | update | function | keyword statement | expressions
///
/// A mistake ends its line only: reading goes on at the next one, so one parse reports several.
/// The ASCII update arrow `w <- value` is an update only where a statement begins with a target and
/// `<` and `-` touch, and in `explain(w <- value)`; everywhere else (`if x <-1:`, `x < -1`) it is a comparison.
package struct Parser {
  /// Brackets, blocks and signs may nest this deep.
  package static let nestingLimit = 200
  /// Operators in a row (`1 + 1 + …`) build a tree of this height at most.
  static let heightLimit = 1000
  /// After so many mistakes the rest is not reported.
  static let problemLimit = 20

  package struct Result: Sendable {
    /// The statements that could be read; complete only if there are no problems.
    package let tree: SyntaxTree
    package let problems: [Problem]
    package var diagnostics: [Diagnostic] { problems.map(\.diagnostic) }
  }

  let source: SourceText
  let tokens: [Token]
  let comments: [Span]
  var index = 0
  var problems: [Problem]
  var scopes: [Scope] = [Scope()]
  var nesting = 0
  var loopDepth = 0
  /// Where an operand that could be the target of `<-` begins.
  var targetPosition: Int?
  let notices: [Diagnostic]

  /// The tree of a text and everything that is wrong with it. In a text of the library, names that
  /// are not its own are the library's, whatever a program assigns to them.
  package static func parse(_ source: SourceText, ofLibrary: Bool = false) -> Result {
    var parser = Parser(source)
    let statements = parser.parseProgram()
    if ofLibrary { for pending in parser.scopes[0].pending { pending.name.place = .library } }
    let tree = SyntaxTree(
      source: source, statements: statements, comments: parser.comments,
      slotCount: parser.scopes[0].scope.slotCount, notices: parser.notices)
    return Result(tree: tree, problems: parser.sortedProblems)
  }

  /// The tree of a text without mistakes.
  /// - Throws: the first diagnostic, with its source.
  package static func tree(of source: SourceText) throws -> SyntaxTree {
    let result = parse(source)
    if let first = result.diagnostics.first { throw first }
    return result.tree
  }

  private init(_ source: SourceText) {
    self.source = source
    var lexer = Lexer(source.text)
    lexer.run()
    tokens = lexer.tokens
    comments = lexer.comments
    problems = lexer.problems
    let outputs = lexer.prompts?.outputCount ?? 0
    notices = outputs > 0 ? [.outputLeftOut(outputs)] : []
  }

  private var sortedProblems: [Problem] {
    let sorted = problems.sorted {
      ($0.diagnostic.primary?.span.start ?? 0) < ($1.diagnostic.primary?.span.start ?? 0)
    }
    return sorted.prefix(Parser.problemLimit).map {
      var problem = $0
      problem.diagnostic.source = source
      return problem
    }
  }

  // MARK: - Tokens

  var token: Token { tokens[index] }
  var kind: Token.Kind { tokens[index].kind }
  var previousEnd: Int { index > 0 ? tokens[index - 1].span.end : 0 }

  func kind(ahead distance: Int) -> Token.Kind {
    index + distance < tokens.count ? tokens[index + distance].kind : .end
  }

  mutating func advance() { if index + 1 < tokens.count { index += 1 } }

  func isAt(_ mark: Mark) -> Bool { kind == .mark(mark) }
  func isAt(_ keyword: Keyword) -> Bool { kind == .keyword(keyword) }

  mutating func take(_ mark: Mark) -> Bool {
    guard isAt(mark) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard isAt(keyword) else { return false }
    advance()
    return true
  }

  mutating func expect(_ mark: Mark, after what: String) throws(Diagnostic) {
    if !take(mark) { throw unexpected(expected: "'\(mark.spelling)' after \(what)") }
  }

  mutating func expectName(_ what: String) throws(Diagnostic) -> (symbol: Symbol, span: Span) {
    guard case .name(let symbol) = kind else { throw unexpected(expected: what) }
    defer { advance() }
    return (symbol, token.span)
  }

  func span(from start: Int) -> Span { Span(start, previousEnd) }

  /// Runs a step one level deeper, refusing texts that would exhaust the stack.
  mutating func nested<Value>(
    _ step: (inout Parser) throws(Diagnostic) -> Value
  ) throws(Diagnostic) -> Value {
    guard nesting < Parser.nestingLimit else {
      throw .deepNesting(limit: Parser.nestingLimit, at: token.span)
    }
    nesting += 1
    defer { nesting -= 1 }
    return try step(&self)
  }

  // MARK: - Program

  private mutating func parseProgram() -> [Statement] {
    var statements: [Statement] = []
    while kind != .end {
      switch kind {
      case .newline, .dedent: advance()
      case .indent:
        problems.append(Problem(diagnostic: .unexpectedIndent(at: token.span)))
        advance()
      default: parseLine(into: &statements)
      }
    }
    resolveScope()
    return statements
  }

  /// One line, or one compound statement with its blocks; a mistake skips to the next line.
  mutating func parseLine(into statements: inout [Statement]) {
    let start = index
    do throws(Diagnostic) {
      if let compound = try parseCompound() {
        statements.append(compound)
      } else {
        try parseSimpleLine(into: &statements)
      }
    } catch {
      recover(from: error, lineStart: start)
    }
  }

  private mutating func recover(from error: Diagnostic, lineStart: Int) {
    let failed = index
    while kind != .newline, kind != .end { advance() }
    let region = Span(tokens[lineStart].span.start, token.span.end)
    let isAtEnd = tokens[failed].kind == .end || isFinalNewline(failed)
    let isEcho = problems.contains { problem in
      guard let place = problem.diagnostic.primary?.span else { return false }
      if problem.needsMore, !isAtEnd { return false }
      return place.start >= region.start && place.start <= region.end
    }
    // A wrong character is reported by the lexer; what the parser then misses is its echo.
    if !isEcho {
      let needsMore = isAtEnd && Parser.unfinished.contains(error.code)
      problems.append(Problem(diagnostic: error, needsMore: needsMore))
    }
    if kind == .newline { advance() }
    if kind == .indent, problems.count <= Parser.problemLimit {
      _ = try? parseIndented()
    }
  }

  /// Mistakes that are none while the text may go on.
  private static let unfinished: Set = ["expected-block", "try-alone", "decorator-alone"]

  private func isFinalNewline(_ position: Int) -> Bool {
    tokens[position...].allSatisfy { $0.kind == .newline || $0.kind == .dedent || $0.kind == .end }
  }

  mutating func parseSimpleLine(into statements: inout [Statement]) throws(Diagnostic) {
    repeat {
      let start = token.span.start
      let form = try parseSimple()
      let isSilent = isAt(.semicolon)
      statements.append(Statement(form, span(from: start), isSilent: isSilent))
    } while take(.semicolon) && kind != .newline && kind != .end
    guard kind == .newline || kind == .end else {
      throw unexpected(expected: "the end of the line")
    }
    advance()
  }

  /// `:` and the statements that belong to it.
  mutating func parseBlock(of header: Keyword, at headerSpan: Span) throws(Diagnostic)
    -> [Statement]
  {
    if !take(.colon) {
      if isAt(.equals) { throw .assignmentInCondition(at: token.span) }
      guard kind == .newline, kind(ahead: 1) == .indent else {
        let isEnd = kind == .newline || kind == .end
        throw isEnd
          ? .missingColon(header, at: Span(previousEnd, previousEnd + 1))
          : unexpected(expected: "':' after '\(header.rawValue) …'")
      }
      let place = Span(previousEnd, previousEnd + 1)
      problems.append(Problem(diagnostic: .missingColon(header, at: place)))
    }
    guard kind == .newline || kind == .end else {
      var statements: [Statement] = []
      try nested { (parser) throws(Diagnostic) in try parser.parseSimpleLine(into: &statements) }
      return statements
    }
    advance()
    guard kind == .indent else {
      throw .expectedBlock(header, at: headerSpan)
    }
    return try parseIndented()
  }

  mutating func parseIndented() throws(Diagnostic) -> [Statement] {
    advance()
    return try nested { (parser) throws(Diagnostic) in
      var statements: [Statement] = []
      while parser.kind != .dedent, parser.kind != .end {
        if parser.kind == .newline || parser.kind == .indent {
          if parser.kind == .indent {
            let problem = Problem(diagnostic: .unexpectedIndent(at: parser.token.span))
            parser.problems.append(problem)
          }
          parser.advance()
        } else {
          parser.parseLine(into: &statements)
        }
      }
      if parser.kind == .dedent { parser.advance() }
      return statements
    }
  }
}
