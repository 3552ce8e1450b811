import Presentation

/// What the session answers to one input.
package struct Response: Sendable {
  /// How it ended; the executable turns it into an exit code where it ends the program.
  package enum Outcome: Int32, Sendable {
    case fine = 0
    /// A check or a grade fell short.
    case fellShort = 1
    /// The input was wrong.
    case wrong = 2
    case interrupted = 130
  }

  /// What was asked for.
  package var document: Document
  /// What went wrong or is worth knowing, apart from the answer.
  package var diagnostics: [Diagnostic]
  package var outcome: Outcome
  /// What stands at the next prompt, to be looked at and handed in.
  package var draft = ""
  /// `:quit` was typed.
  package var ends: Bool

  package init(
    _ document: Document = Document(), diagnostics: [Diagnostic] = [], outcome: Outcome = .fine,
    ends: Bool = false
  ) {
    self.document = document
    self.diagnostics = diagnostics
    self.outcome = outcome
    self.ends = ends
  }

  package init(_ block: Block) { self.init(Document([block])) }

  package static func failure(_ diagnostics: [Diagnostic]) -> Response {
    let interrupted = diagnostics.contains { $0.code == "interrupted" }
    return Response(diagnostics: diagnostics, outcome: interrupted ? .interrupted : .wrong)
  }
}
