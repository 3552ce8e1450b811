import Presentation

// Notices: what is worth knowing and no error, said once. What an author wrote for a lesson is meant as
// it is, and what the library computes is its own affair.

extension Evaluator {
  /// Gives a notice once a session and place, or once a session. At the prompt once is enough: what
  /// follows is typed by somebody who has read it.
  package func tellOnce(_ kind: String, isForSession: Bool = false, _ diagnostic: Diagnostic) {
    let isSaidOnce = isForSession || source.name == "<prompt>"
    let place = isSaidOnce ? "" : diagnostic.primary.map { source[$0.span] } ?? ""
    guard context.tellsOfPython, !source.isLibrary,
      told.insert(Told(kind: kind, text: place)).inserted
    else { return }
    output.notice(fail(diagnostic))
  }

  /// What was done where Python would have done something else, and how to write the other.
  func tell(
    once kind: String, at span: Span, _ headline: String, notes: [String] = [], helps: [String]
  ) {
    tellOnce(kind, .note(kind, headline, at: span, notes, helps))
  }

  /// Says something once a session, wherever it happens again.
  package func tellOnce(
    _ kind: String, at span: Span, _ headline: String, notes: [String] = [], helps: [String] = []
  ) {
    tellOnce(kind, isForSession: true, .note(kind, headline, at: span, notes, helps))
  }

  /// What was told, and about which words of the program.
  struct Told: Hashable {
    let kind: String
    let text: String
  }
}

extension Diagnostic {
  fileprivate static func note(
    _ code: String, _ headline: String, at span: Span, _ notes: [String], _ helps: [String]
  ) -> Diagnostic {
    Diagnostic(
      code, headline, severity: .note, primary: .init(span), notes: notes, helps: helps)
  }
}
