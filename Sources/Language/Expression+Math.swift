import Presentation

// What people type, typeset: read by the language's own parser, so that a page shows what is meant.

extension WorkedFormula {
  /// An expression as it was typed; text that is none stays text.
  package static func typed(_ text: String) -> WorkedFormula {
    let result = Parser.parse(SourceText(name: "", text: text))
    let statements = result.tree.statements
    guard result.diagnostics.isEmpty, statements.count == 1,
      case .expression(let expression) = statements[0].form
    else {
      return .words(text)
    }
    return typed(text, expression)
  }

  /// The same where the tree is at hand.
  package static func typed(_ text: String, _ expression: Expression) -> WorkedFormula {
    if case .name = expression.form { return .name(text) }
    return .typed(text, ExpressionMath(text: Printer()).node(expression))
  }
}

/// Sets an expression as books do: fractions over bars, powers raised, products with a dot.
private struct ExpressionMath {
  /// For what has no other form than its text.
  let text: Printer

  func node(_ expression: Expression) -> MathNode {
    switch expression.form {
    case .number(let literal): return .ordinary(literal.text)
    case .truth(let value): return .ordinary(value ? "True" : "False")
    case .ellipsis: return .ordinary("…")
    case .name(let name): return .name(name.symbol.name)
    case .tuple(let items): return bracketed("(", items.map(node), ")")
    case .list(let items): return bracketed("[", items.map(node), "]")
    case .matrix(let rows): return .matrix(rows: rows.map { $0.map(node) }, environment: "bmatrix")
    case .unary(let sign, let value): return unary(sign, value)
    case .binary(let sign, at: _, let left, let right): return binary(sign, left, right)
    case .comparison(let first, let rest):
      return .group(
        rest.reduce([node(first)]) {
          $0 + [
            .atom(Self.relations[$1.sign.spelling] ?? $1.sign.spelling, .relation),
            node($1.operand),
          ]
        })
    case .call(let callee, let arguments): return call(callee, arguments)
    case .attribute(let value, let name, at: _) where name.name == "T": return transposed(value)
    case .attribute(let value, let name, at: _):
      return .group([operand(value, atLeast: Self.trailer), .ordinary("."), .name(name.name)])
    case .index(let value, let subscripts):
      return .group([
        operand(value, atLeast: Self.trailer), bracketed("[", subscripts.map(node), "]"),
      ])
    case .derivative(let above, by: let below):
      return .fraction(above: partial(above), below: partial(below))
    case .none, .string, .formatted, .comprehension, .logic, .conditional, .lambda, .dictionary,
      .set, .starred, .assigning:
      return .text(text.text(expression))
    }
  }

  private static let trailer = 95
  private static let relations = ["==": "=", "!=": "≠", "<=": "≤", ">=": "≥"]
  private static let signs = ["*": "·", "-": "−"]

  // MARK: - Operators

  private func unary(_ sign: Operator, _ value: Expression) -> MathNode {
    switch sign.spelling {
    case "√": return .root(node(value), degree: nil)
    case "ᵀ": return transposed(value)
    default:
      let spelling = Self.signs[sign.spelling] ?? sign.spelling
      return .group([.atom(spelling, .binary), operand(value, atLeast: sign.precedence)])
    }
  }

  private func binary(_ sign: Operator, _ left: Expression, _ right: Expression) -> MathNode {
    switch sign.spelling {
    case "/": return .fraction(above: node(left), below: node(right))
    case "//":
      return .group([
        .atom("⌊", .opening), .fraction(above: node(left), below: node(right)),
        .atom("⌋", .closing),
      ])
    case "**":
      return .scripts(base: operand(left, atLeast: Self.trailer), below: [], above: [node(right)])
    default:
      return .group([
        operand(left, atLeast: sign.precedence),
        .atom(Self.signs[sign.spelling] ?? sign.spelling, .binary),
        operand(right, atLeast: sign.precedence + 1),
      ])
    }
  }

  private func transposed(_ value: Expression) -> MathNode {
    .scripts(base: operand(value, atLeast: Self.trailer), below: [], above: [.ordinary("ᵀ")])
  }

  private func partial(_ value: Expression) -> MathNode {
    .group([.ordinary("∂"), operand(value, atLeast: Self.trailer)])
  }

  private func call(_ callee: Expression, _ arguments: [Argument]) -> MathNode {
    let list = bracketed("(", arguments.map(node), ")")
    guard case .name(let name) = callee.form else {
      return .group([operand(callee, atLeast: Self.trailer), list])
    }
    let spelled = name.symbol.name
    return .group([spelled.count > 1 ? .atom(spelled, .function) : .name(spelled), list])
  }

  /// In brackets where it binds less tightly than its place demands; a fraction's bar does that.
  private func operand(_ expression: Expression, atLeast least: Int) -> MathNode {
    let isBar = if case .binary(.divide, at: _, _, _) = expression.form { true } else { false }
    guard precedence(expression) < (isBar ? Self.trailer : least),
      !isBar || least == Self.trailer
    else { return node(expression) }
    return bracketed("(", [node(expression)], ")")
  }

  private func precedence(_ expression: Expression) -> Int {
    switch expression.form {
    case .unary(let sign, _) where sign.spelling == "√" || sign.side == .postfix: Self.trailer
    case .unary(let sign, _), .binary(let sign, at: _, _, _), .logic(let sign, _, _):
      sign.precedence
    case .comparison: Operator.equal.precedence
    case .derivative: Operator.divide.precedence
    case .conditional, .lambda, .starred, .assigning: 0
    case .number, .truth, .none, .ellipsis, .string, .formatted, .name, .tuple, .list, .matrix,
      .comprehension, .call, .attribute, .index, .dictionary, .set:
      Self.trailer
    }
  }

  // MARK: - Lists

  private func node(_ argument: Argument) -> MathNode {
    guard let keyword = argument.keyword else { return node(argument.value) }
    return .group([.ordinary(keyword.name), .atom("=", .relation), node(argument.value)])
  }

  private func node(_ part: Subscript) -> MathNode {
    func bound(_ expression: Expression?) -> [MathNode] { expression.map { [node($0)] } ?? [] }
    switch part {
    case .at(let expression): return node(expression)
    case .slice(let lower, let upper, let step, _):
      let colon = MathNode.ordinary(":")
      return .group(
        bound(lower) + [colon] + bound(upper) + (step == nil ? [] : [colon] + bound(step)))
    }
  }

  private func bracketed(_ open: String, _ items: [MathNode], _ close: String) -> MathNode {
    let separated = items.map { [$0] }.joined(separator: [.atom(",", .punctuation)])
    return .group([.atom(open, .opening)] + Array(separated) + [.atom(close, .closing)])
  }
}
