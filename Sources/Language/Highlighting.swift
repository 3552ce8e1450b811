import Presentation

/// What the parts of a text are, for an editor that colors it while it is typed.
package enum Highlighting {
  package enum Part: Sendable { case number, keyword, string, comment, command, unknown }

  /// Stretches of a text in order of their places; what is left out is plain. Never fails: what cannot
  /// be read is plain.
  /// - Parameter isKnown: whether a name stands for something in the session.
  package static func parts(
    of text: String, isKnown: (Symbol) -> Bool
  ) -> [(span: Span, part: Part)] {
    var lexer = Lexer(text)
    lexer.run()
    let introduced = introduced(by: lexer.tokens)
    var found = lexer.comments.map { (span: $0, part: Part.comment) }
    for (index, token) in lexer.tokens.enumerated() where token.span.start < token.span.end {
      guard
        let part = part(
          of: token, after: index > 0 ? lexer.tokens[index - 1] : nil,
          isKnown: { introduced.contains($0) || isKnown($0) })
      else { continue }
      found.append((token.span, part))
    }
    return found.sorted { $0.span.start < $1.span.start }
  }

  private static func part(
    of token: Token, after previous: Token?, isKnown: (Symbol) -> Bool
  ) -> Part? {
    switch token.kind {
    case .number, .superscript: .number
    case .keyword: .keyword
    case .string, .formatStart, .formatText, .formatEnd: .string
    // Attributes are known only once the value is.
    case .name where previous?.kind == .mark("."): nil
    case .name(let name) where name.name == "as": .keyword
    case .name(let name): isKnown(name) ? nil : .unknown
    case .mark, .formatOpen, .formatSpecification, .formatClose, .newline, .indent, .dedent, .end:
      nil
    }
  }

  private static let introducing: Set<Keyword> = [
    .for, .def, .lambda, .import, .from, .class, .global, .nonlocal, .del,
  ]

  /// Names that the text itself gives a meaning: what stands before `=`, behind `for`, `def`, `lambda`,
  /// `as`, `import` and their kin, and the parameters of a function.
  private static func introduced(by tokens: [Token]) -> Set<Symbol> {
    var names: Set<Symbol> = []
    /// Names since the beginning of the statement, which an equals sign makes targets.
    var statement: [Symbol] = []
    var introduces = false
    for token in tokens {
      switch token.kind {
      case .keyword(let keyword):
        introduces = introducing.contains(keyword)
      case .name(let name):
        if introduces || name.name == "as" { names.insert(name) }
        introduces = introduces || name.name == "as"
        statement.append(name)
      case .mark("="), .mark(.arrow), .mark(.walrus): names.formUnion(statement)
      case .mark(":"): introduces = false
      case .newline:
        (statement, introduces) = ([], false)
      default: break
      }
    }
    return names
  }
}
