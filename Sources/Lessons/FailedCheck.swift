import Language
import Presentation

/// A check of a task that does not hold: what stands in it, and what came out instead.
struct FailedCheck {
  let text: String
  /// `errors(W, b) is 2, expected 0`
  let findings: [String]

  /// - Parameter workspace: the variables with which the check was computed.
  init(_ text: String, in workspace: Workspace) {
    self.text = text
    let source = SourceText(name: "check", text: text)
    let tree = Parser.parse(source).tree
    guard let statement = tree.statements.first, case .expression(let expression) = statement.form
    else {
      findings = []
      return
    }
    findings = FailedCheck.findings(in: expression.compared, source, workspace)
  }

  private static func findings(
    in expression: Expression, _ source: SourceText, _ workspace: Workspace
  ) -> [String] {
    guard case .comparison(let left, let others) = expression.form else {
      let value = (try? workspace.value(of: source[expression.span]))?.description
      return value.map { ["\(source[expression.span]) is \($0), expected True"] } ?? []
    }
    let sides = [left] + others.map(\.operand)
    let values = sides.map { try? workspace.value(of: source[$0.span]) }
    if others.count == 1, others[0].sign == .equal, let given = values[0], let wanted = values[1] {
      return ["\(source[left.span]) is \(given.description), expected \(wanted.description)"]
    }
    // Of `0.5 < a < 2` what is no number as it stands is worth telling.
    return zip(sides, values).compactMap { side, value in
      if case .number = side.form { return nil }
      return value.map { "\(source[side.span]) is \($0.description)" }
    } + ["expected \(source[expression.span])"]
  }
}

extension Expression {
  /// The comparison inside `all(…)`.
  fileprivate var compared: Expression {
    guard case .call(let function, let arguments) = form, arguments.count == 1,
      case .name(let name) = function.form, name.symbol.name == "all",
      case .comparison = arguments[0].value.form
    else { return self }
    return arguments[0].value
  }
}
