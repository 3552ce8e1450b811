import Presentation

extension Evaluator {
  /// Says something worth knowing, once a session and place: what was done where Python would have done
  /// something else, and how to write the other.
  func tell(
    once kind: String, at span: Span, _ headline: String, notes: [String] = [], helps: [String]
  ) {
    // At the prompt once is enough: what follows is typed by somebody who has read it.
    let place = source.name == "<prompt>" ? "" : source[span]
    guard context.tellsOfPython, !source.isLibrary,
      told.insert(Told(kind: kind, text: place)).inserted
    else { return }
    output.notice(
      fail(
        Diagnostic(
          kind, headline, severity: .note, primary: .init(span), notes: notes, helps: helps)))
  }

  /// Says something once a session, wherever it happens again.
  package func tellOnce(
    _ kind: String, at span: Span, _ headline: String, notes: [String] = [], helps: [String] = []
  ) {
    guard told.insert(Told(kind: kind, text: "")).inserted else { return }
    output.notice(
      fail(
        Diagnostic(
          kind, headline, severity: .note, primary: .init(span), notes: notes, helps: helps)))
  }

  /// What was told, and about which words of the program.
  struct Told: Hashable {
    let kind: String
    let text: String
  }
}
