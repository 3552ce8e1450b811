import Presentation

extension SourceText {
  /// The words and signs of a text as the language splits it, each with where it stands; names as they
  /// are compared. Comments are none.
  package var tokens: [(text: String, span: Span)] {
    var lexer = Lexer(text)
    lexer.run()
    return lexer.tokens.map { token in
      if case .name(let symbol) = token.kind { return (symbol.name, token.span) }
      return (self[token.span], token.span)
    }
  }
}
