import Presentation

/// Writes a syntax tree as text again, with as few parentheses as its meaning allows.
///
/// The spelling of operators can be chosen: an explanation prints `·` and `−` where a program has
/// `*` and `-`. Negative numbers put into a tree are parenthesized beside operators: `3 * (-2)`.
package struct Printer: Sendable {
  package var spelling: @Sendable (Operator) -> String

  package init(spelling: @escaping @Sendable (Operator) -> String = { $0.spelling }) {
    self.spelling = spelling
  }

  /// The text of an expression.
  package func text(_ expression: Expression) -> String { write(expression.form) }

  // MARK: - Precedence

  private static let negative = 75
  private static let trailer = 95
  private static let atom = 100

  private func precedence(_ form: Expression.Form) -> Int {
    switch form {
    case .truth, .none, .ellipsis, .string, .formatted, .name, .tuple, .list, .matrix,
      .comprehension, .dictionary, .set:
      return Printer.atom
    case .number(let literal):
      return literal.text.first == "-" || literal.text.first == "−"
        ? Printer.negative : Printer.atom
    case .call, .attribute, .index: return Printer.trailer
    case .unary(let sign, _), .binary(let sign, at: _, _, _), .logic(let sign, _, _):
      return sign.precedence
    case .comparison: return Operator.equal.precedence
    case .derivative: return Operator.divide.precedence
    case .conditional, .lambda: return 5
    case .starred, .assigning: return 0
    }
  }

  /// The text of an operand, in parentheses if it binds less tightly than its place demands.
  private func operand(_ expression: Expression, atLeast minimum: Int) -> String {
    let text = write(expression.form)
    return precedence(expression.form) < minimum ? "(\(text))" : text
  }

  /// Beside an arithmetic sign a negative number reads badly: `2 - -3`.
  private func side(_ expression: Expression, atLeast minimum: Int) -> String {
    let own = precedence(expression.form)
    let isSigned = own == Printer.negative || own == Operator.negative.precedence
    return operand(expression, atLeast: isSigned ? Printer.trailer : minimum)
  }

  // MARK: - Forms

  private func write(_ form: Expression.Form) -> String {
    switch form {
    case .number(let literal): return literal.text
    case .truth(let value): return value ? "True" : "False"
    case .none: return "None"
    case .ellipsis: return "..."
    case .string(let text): return quoted(text)
    case .formatted(let pieces): return "f\"" + pieces.map(write).joined() + "\""
    case .name(let name): return name.symbol.name
    case .tuple(let items):
      return items.count == 1 ? "(\(element(items[0])),)" : "(\(elements(items)))"
    case .list(let items): return "[\(elements(items))]"
    case .matrix(let rows):
      let end = rows.count == 1 ? ";" : ""
      return "[\(rows.map(elements).joined(separator: "; "))\(end)]"
    case .comprehension(let comprehension): return write(comprehension)
    case .unary(let sign, let value): return write(sign, value)
    case .binary(let sign, at: _, let left, let right): return write(sign, left, right)
    case .comparison(let first, let rest): return write(first, rest)
    case .logic(let sign, let left, let right):
      return operand(left, atLeast: sign.precedence) + " \(spelling(sign)) "
        + operand(right, atLeast: sign.precedence + 1)
    case .conditional(let condition, let then, let otherwise):
      return operand(then, atLeast: 6) + " if \(operand(condition, atLeast: 6)) else "
        + operand(otherwise, atLeast: 5)
    case .call(let callee, let arguments):
      if arguments.count == 1, case .comprehension(let comprehension) = arguments[0].value.form,
        comprehension.kind == .generator, !arguments[0].isUnpacked, arguments[0].keyword == nil
      {
        // `sum(x for x in xs)` has one pair of parentheses.
        return operand(callee, atLeast: Operator.transpose.precedence) + write(comprehension)
      }
      return operand(callee, atLeast: Operator.transpose.precedence)
        + "(\(arguments.map(write).joined(separator: ", ")))"
    case .attribute(let value, let name, at: _): return trailed(value) + ".\(name.name)"
    case .index(let value, let subscripts):
      return trailed(value) + "[\(subscripts.map(write).joined(separator: ", "))]"
    case .derivative(let value, by: let variable):
      return "∂\(trailed(value))/∂\(trailed(variable))"
    case .lambda(let definition): return write(definition)
    case .dictionary(let items): return "{\(items.map(write).joined(separator: ", "))}"
    case .set(let items): return "{\(elements(items))}"
    case .starred(let value): return "*" + operand(value, atLeast: Operator.bitOr.precedence)
    case .assigning(let target, let value): return "\(write(target)) := \(element(value))"
    }
  }

  /// What a `.`, `[` or `∂` can be put to: a number needs parentheses, `3.T` would be misread.
  private func trailed(_ value: Expression) -> String {
    if case .number(let literal) = value.form { return "(\(literal.text))" }
    return operand(value, atLeast: Operator.transpose.precedence)
  }

  private func elements(_ items: [Expression]) -> String {
    items.map(element).joined(separator: ", ")
  }

  private func element(_ item: Expression) -> String {
    if case .starred = item.form { return write(item.form) }
    return operand(item, atLeast: 5)
  }

  private func write(_ item: DictionaryItem) -> String {
    item.key.map { "\(element($0)): \(element(item.value))" } ?? "**\(element(item.value))"
  }

  private func write(_ sign: Operator, _ value: Expression) -> String {
    switch sign.side {
    case .postfix: return operand(value, atLeast: sign.precedence) + spelling(sign)
    case .prefix, .left, .right:
      let text = side(value, atLeast: sign.precedence)
      return spelling(sign) + (sign.spelling.isWord ? " " : "") + text
    }
  }

  private func write(_ sign: Operator, _ left: Expression, _ right: Expression) -> String {
    let isRight = sign.side == .right
    let before =
      isRight
      ? operand(left, atLeast: sign.precedence + 1)
      : operand(left, atLeast: sign.precedence)
    let after =
      isRight
      ? operand(right, atLeast: Operator.negative.precedence)
      : side(right, atLeast: sign.precedence + 1)
    let gap = isRight ? "" : " "
    return before + gap + spelling(sign) + gap + after
  }

  private func write(_ first: Expression, _ rest: [Comparison]) -> String {
    let minimum = Operator.equal.precedence + 1
    return rest.reduce(operand(first, atLeast: minimum)) { text, comparison in
      text + " \(spelling(comparison.sign)) " + operand(comparison.operand, atLeast: minimum)
    }
  }

  private func write(_ argument: Argument) -> String {
    let value = element(argument.value)
    let star = argument.isUnpacked ? "*" : argument.isMapping ? "**" : ""
    return argument.keyword.map { "\($0.name)=\(value)" } ?? star + value
  }

  private func write(_ part: Subscript) -> String {
    switch part {
    case .at(let expression): return element(expression)
    case .slice(let lower, let upper, let step, _):
      let bounds = "\(lower.map(element) ?? ""):\(upper.map(element) ?? "")"
      return step.map { bounds + ":" + element($0) } ?? bounds
    }
  }

  private func write(_ comprehension: Comprehension) -> String {
    let clauses = comprehension.clauses.map { clause in
      " for \(write(clause.target)) in \(operand(clause.iterable, atLeast: 6))"
        + clause.conditions.map { " if \(operand($0, atLeast: 6))" }.joined()
    }
    let (open, close) =
      switch comprehension.kind {
      case .list: ("[", "]")
      case .generator: ("(", ")")
      case .set, .dictionary: ("{", "}")
      }
    let value = comprehension.value.map { ": " + element($0) } ?? ""
    return open + element(comprehension.element) + value + clauses.joined() + close
  }

  /// The text of what is assigned to.
  package func write(_ target: Target) -> String {
    switch target.form {
    case .name(let name): return name.symbol.name
    case .index(let value, let subscripts):
      return trailed(value) + "[\(subscripts.map(write).joined(separator: ", "))]"
    case .attribute(let value, let name): return trailed(value) + ".\(name.name)"
    case .tuple(let items, let starred):
      let texts = items.enumerated().map { position, item in
        let text = write(item)
        if case .tuple = item.form { return "(\(text))" }
        return position == starred ? "*\(text)" : text
      }
      return texts.joined(separator: ", ") + (items.count == 1 ? "," : "")
    }
  }

  private func write(_ definition: FunctionDefinition) -> String {
    let parameters = parameters(of: definition)
    guard case .expression(let body) = definition.body else { return definition.name.name }
    let head = parameters.isEmpty ? "lambda" : "lambda \(parameters.joined(separator: ", "))"
    return "\(head): \(element(body))"
  }

  /// Each parameter as written: `x`, `rate=0.1`, `*rest`, `**options`.
  package func parameters(of definition: FunctionDefinition) -> [String] {
    definition.parameters.map { parameter in
      let name = parameter.name.name
      switch parameter.kind {
      case .rest: return "*" + name
      case .options: return "**" + name
      case .plain, .named: return parameter.fallback.map { "\(name)=\(element($0))" } ?? name
      }
    }
  }

  private func write(_ piece: FormatPiece) -> String {
    switch piece {
    case .text(let text):
      let inner = quoted(text).dropFirst().dropLast()
      return inner.reduce(into: "") { $0 += $1 == "{" || $1 == "}" ? "\($1)\($1)" : String($1) }
    case .value(let value, let label, let isDebug, let specification):
      let format = specification.isEmpty ? "" : ":" + specification.map(write).joined()
      return "{\(label ?? write(value.form))\(isDebug ? "!r" : "")\(format)}"
    }
  }

  private func quoted(_ text: String) -> String {
    let body = text.spelled { scalar in
      switch scalar {
      case "\n": "\\n"
      case "\t": "\\t"
      case "\r": "\\r"
      case "\\": "\\\\"
      case "\"": "\\\""
      case "\0": "\\0"
      default: nil
      }
    }
    return "\"\(body)\""
  }
}
