import Language
import Presentation

/// The structure of an expression with every operation in parentheses, to be compared in tests.
func outline(_ expression: Expression) -> String {
  switch expression.form {
  case .number(let literal): return literal.isInteger ? "\(Int(literal.value))" : "\(literal.value)"
  case .truth(let value): return "\(value)"
  case .none: return "none"
  case .ellipsis: return "..."
  case .string(let text): return "'\(text)'"
  case .formatted(let pieces): return "f<" + pieces.map(outline).joined(separator: "|") + ">"
  case .name(let name): return name.symbol.name
  case .tuple(let items): return "tuple(" + items.map(outline).joined(separator: " ") + ")"
  case .list(let items): return "list(" + items.map(outline).joined(separator: " ") + ")"
  case .matrix(let rows):
    let parts = rows.map { $0.map(outline).joined(separator: " ") }
    return "matrix(" + parts.joined(separator: "; ") + ")"
  case .comprehension(let all):
    let clauses = all.clauses.map { clause in
      " for \(Printer().write(clause.target)) in \(outline(clause.iterable))"
        + clause.conditions.map { " if \(outline($0))" }.joined()
    }
    return "each(" + outline(all.element) + (all.value.map { ": " + outline($0) } ?? "")
      + clauses.joined() + ")"
  case .unary(let sign, let value): return "(\(sign.spelling) \(outline(value)))"
  case .binary(let sign, at: _, let left, let right), .logic(let sign, let left, let right):
    return "(\(outline(left)) \(sign.spelling) \(outline(right)))"
  case .comparison(let first, let rest):
    return "(" + rest.reduce(outline(first)) { "\($0) \($1.sign.spelling) \(outline($1.operand))" }
      + ")"
  case .conditional(let condition, let then, let otherwise):
    return "if(\(outline(condition)), \(outline(then)), \(outline(otherwise)))"
  case .call(let callee, let arguments):
    let parts = arguments.map { argument in
      (argument.keyword.map { "\($0.name)=" } ?? "") + outline(argument.value)
    }
    return "call(" + ([outline(callee)] + parts).joined(separator: " ") + ")"
  case .attribute(let value, let name, at: _): return "\(outline(value)).\(name.name)"
  case .index(let value, let parts):
    return "\(outline(value))[" + parts.map(outline).joined(separator: ", ") + "]"
  case .derivative(let value, by: let variable): return "∂(\(outline(value)), \(outline(variable)))"
  case .lambda(let definition):
    guard case .expression(let body) = definition.body else { return "lambda" }
    return
      "lambda(\(definition.parameters.map(\.name.name).joined(separator: " ")): \(outline(body)))"
  case .dictionary(let items):
    let parts = items.map { ($0.key.map { outline($0) + ": " } ?? "**") + outline($0.value) }
    return "dict(" + parts.joined(separator: " ") + ")"
  case .set(let items): return "set(" + items.map(outline).joined(separator: " ") + ")"
  case .starred(let value): return "*\(outline(value))"
  case .assigning(let target, let value):
    return "(\(Printer().write(target)) := \(outline(value)))"
  }
}

private func outline(_ part: Subscript) -> String {
  switch part {
  case .at(let expression): return outline(expression)
  case .slice(let lower, let upper, let step, _):
    let bounds = "\(lower.map(outline) ?? ""):\(upper.map(outline) ?? "")"
    return step.map { bounds + ":" + outline($0) } ?? bounds
  }
}

private func outline(_ piece: FormatPiece) -> String {
  switch piece {
  case .text(let text): return text
  case .value(let value, let label, let isDebug, let specification):
    return "{" + (label ?? "") + outline(value) + (isDebug ? "!" : "")
      + specification.map { ":" + outline($0) }.joined() + "}"
  }
}

/// The only expression of a text, or nil.
func expression(_ text: String) -> Expression? {
  let result = Parser.parse(SourceText(name: "test", text: text))
  guard result.problems.isEmpty, result.tree.statements.count == 1,
    case .expression(let expression) = result.tree.statements[0].form
  else { return nil }
  return expression
}
