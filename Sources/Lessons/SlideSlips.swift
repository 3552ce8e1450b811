import Language
import Presentation
import Slips

/// The printed numbers of a lesson that do not agree with what is computed, each with the slip that
/// gives it: marks of errata, and marks that fail.
package struct SlideSlips {
  package struct Row {
    package let line: Int
    package let quantity: String
    package let printed: String
    /// Nil where the number could not be judged.
    package let judgment: Judgment?
    /// Why it could not.
    package var problem: String?
    /// What the author says about it.
    package let reason: String?
  }

  package private(set) var rows: [Row] = []
  /// What stopped the lesson before its end.
  package private(set) var failure: Diagnostic?

  package init(_ lesson: Lesson, in context: EvaluationContext) {
    let workspace = Workspace(context.pristine())
    for step in lesson.steps {
      guard case .code(let code) = step.content else { continue }
      do {
        try run(code, in: workspace)
      } catch {
        failure = error
        return
      }
    }
  }

  /// The same of a lesson's text.
  package static func reading(
    _ source: SourceText, in context: EvaluationContext
  ) throws -> SlideSlips {
    SlideSlips(try Lesson(parsing: source), in: context)
  }

  private mutating func run(_ code: CodeStep, in workspace: Workspace) throws(Diagnostic) {
    for (index, statement) in code.tree.statements.enumerated() {
      let result = try workspace.run(statement, of: code.tree)?.values.last
      for mark in code.marks where mark.statement == index {
        let exact =
          try mark.target.map { target throws(Diagnostic) in try workspace.value(of: target) }
          ?? result.map { workspace.computed($0.value) }
        guard let exact, !mark.value.isRounding(of: exact) else { continue }
        // A number of slide arithmetic is explained by its mark.
        if case .slide = mark.kind { continue }
        rows.append(row(mark, statement, of: code, in: workspace))
      }
    }
  }

  private func row(
    _ mark: Mark, _ statement: Statement, of code: CodeStep, in workspace: Workspace
  ) -> Row {
    var reason: String?
    if case .erratum(let text) = mark.kind { reason = text }
    let quantity = mark.target ?? code.source[statement.span]
    func row(_ judgment: Judgment?, _ problem: String?) -> Row {
      Row(
        line: mark.line, quantity: quantity, printed: mark.text, judgment: judgment,
        problem: problem, reason: reason)
    }
    guard let typed = TypedAnswer(mark.text) else { return row(nil, "not a number") }
    do {
      let inquiry = try inquiry(quantity, statement, of: code, in: workspace)
      return row(
        try SlipFinder(
          inquiry, typed: typed, rate: Inquiry.rate(in: workspace.environment)
        ).judge(), nil)
    } catch is SlipFinder.Refusal {
      return row(nil, "another shape, or nothing it was computed from")
    } catch let problem as Diagnostic {
      return row(nil, problem.headline)
    } catch {
      return row(nil, "\(error)")
    }
  }
}

extension SlideSlips {
  /// A gradient or an update under the name that it was given, or the quantity itself.
  private func inquiry(
    _ quantity: String, _ statement: Statement, of code: CodeStep, in workspace: Workspace
  ) throws -> Inquiry {
    if case .assignment(_, let value) = statement.form,
      let written = try? Inquiry.reading(code.source[value.span], in: workspace.evaluator)
    {
      switch written.kind {
      case .gradient, .update: return written
      case .value: break
      }
    }
    return try Inquiry.reading(quantity, in: workspace.evaluator)
  }
}

extension SlideSlips.Row {
  /// What was found, in a line.
  package var found: String {
    guard let judgment else { return problem ?? "nothing" }
    switch judgment.verdict {
    case .right, .carried: return "right"
    case .unknown: return "no slip that is known"
    case .rounded, .truncated, .slip: return judgment.slip ?? "nothing"
    case .pair: return "possibly " + (judgment.slip ?? "nothing") + ", and another"
    case .slips:
      return judgment.explanations.prefix(3).map { "\($0.id) at \($0.at)" }
        .joined(separator: ", or ")
    }
  }

  /// A line of what is printed, one of what was found, and what the author says.
  package func document(of path: String) -> Document {
    var blocks: [Block] = [
      .hanging(Words("\(path):\(line)  \(quantity)  \(printed)", .strong), indent: 4),
      .hanging(Words("    found   ", .dim) + Words(found), indent: 12),
    ]
    if let reason {
      blocks.append(.hanging(Words("    author  ", .dim) + Words(reason), indent: 12))
    }
    return Document(blocks)
  }

  package func json(path: String) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("file", .string(path)), .init("line", .int(line)),
      .init("quantity", .string(quantity)), .init("printed", .string(printed)),
      .init("found", .string(found)), .init("reason", reason.map { .string($0) } ?? .null),
    ]
    if case .object(let judged)? = judgment?.json { members += judged }
    return .object(members)
  }
}
