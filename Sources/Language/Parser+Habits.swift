import Presentation

// What other languages write at this place, recognized to say how it is written here.

extension Parser {
  /// The diagnostic for the current token, where something else was needed.
  func unexpected(expected: String) -> Diagnostic {
    let at = token.span
    switch kind {
    case .newline, .end, .indent, .dedent:
      return .unexpectedEnd(expected: expected, at: Span(previousEnd, previousEnd + 1))
    case .keyword(let keyword):
      switch keyword {
      case .import, .from: return .importHabit(at: at)
      case .yield: return .yieldInExpression(at: at)
      case .async, .await: return .foreignKeyword(keyword, at: at)
      default: return .unexpectedToken(keyword.rawValue, expected: expected, at: at)
      }
    case .mark(let mark):
      if mark == .equals { return .assignmentInCondition(at: at) }
      if mark == .partial || mark == .openBrace || (mark.prefix != nil && mark.infix == nil) {
        return adjacentValue(expected)
      }
      return foreignSign(mark) ?? .unexpectedToken(mark.spelling, expected: expected, at: at)
    case .name, .number, .string, .formatStart: return adjacentValue(expected)
    case .superscript, .formatText, .formatOpen, .formatSpecification, .formatClose, .formatEnd:
      return .unexpectedToken(text(at), expected: expected, at: at)
    }
  }

  /// A value directly after a value: `print x`, `[1 2]`.
  private func adjacentValue(_ expected: String) -> Diagnostic {
    let at = token.span
    guard index > 0, tokens[index - 1].endsOperand else {
      return .unexpectedToken(text(at), expected: expected, at: at)
    }
    let left = text(tokens[index - 1].span)
    let end = tokens[index...].first {
      [.newline, .end, .mark(.semicolon)].contains($0.kind)
    }
    guard Self.shown.contains(left) else { return .missingOperator(at: at) }
    return .missingBrackets(
      left, text(Span(at.start, (end ?? token).span.start)).trimmed, at: at)
  }

  /// Functions that are often written like commands.
  private static let shown: Set = ["print", "explain", "graph", "compare_gradients"]

  private func foreignSign(_ mark: Mark) -> Diagnostic? {
    let at = token.span
    let sign = mark.spelling
    switch sign {
    case ".^": return .foreignSign(sign, at: at, help: "write \(around("**")) for the power")
    case "&&": return .foreignSign(sign, at: at, help: "write \(around(" and "))")
    case "||": return .foreignSign(sign, at: at, help: "write \(around(" or ")), or norm(v)")
    case "!": return .foreignSign(sign, at: at, help: "write not")
    case "++": return .foreignSign(sign, at: at, help: "write \(before) += 1")
    case "===": return .foreignSign(sign, at: at, help: "write \(around(" == "))")
    case "!==", "<>": return .foreignSign(sign, at: at, help: "write \(around(" != "))")
    case ".*", "./":
      let plain = String(sign.dropFirst())
      return .foreignSign(
        sign, at: at, note: "\(plain) works element by element",
        help: "write \(around(" \(plain) "))")
    case "->": return .foreignSign(sign, at: at, help: "write w ← value, or w <- value")
    case ":=":
      return .foreignSign(
        sign, at: at, note: "':=' assigns inside an expression in brackets",
        help: "write \(around(" = "))")
    default: return nil
    }
  }

  /// The operand before the current sign, as written.
  private var before: String {
    index > 0 && tokens[index - 1].endsOperand ? text(tokens[index - 1].span) : "x"
  }

  /// The text with another sign between the neighbors of the current one.
  private func around(_ sign: String) -> String {
    guard index + 1 < tokens.count, tokens[index + 1].beginsOperand else {
      return sign.trimmed
    }
    return before + sign + text(tokens[index + 1].span)
  }
}

extension Token {
  var endsOperand: Bool {
    switch kind {
    case .name, .number, .string, .formatEnd, .superscript: return true
    case .mark(let mark): return mark == .closeRound || mark == .closeSquare
    default: return false
    }
  }

  var beginsOperand: Bool {
    switch kind {
    case .name, .number, .string: return true
    default: return false
    }
  }
}
