/// What went wrong, where, with which values, and what to type instead. Data only: how it looks
/// is decided by `Diagnostic.document` and the renderers.
package struct Diagnostic: Error, Sendable {
  package enum Severity: String, Sendable { case error, warning, note }

  /// A place that takes part in the problem, with what is worth knowing about it (a shape, a value).
  package struct Label: Sendable {
    package var span: Span
    package var text: String

    package init(_ span: Span, _ text: String = "") {
      self.span = span
      self.text = text
    }
  }

  package var severity: Severity
  /// Stable machine name, kebab-case: `unknown-name`, `shape-mismatch`.
  package var code: String
  /// What is wrong, lower case, no full stop, under 80 columns.
  package var headline: String
  package var source: SourceText?
  /// The exact point (`^`).
  package var primary: Label?
  /// What else takes part (`~`).
  package var secondary: [Label]
  /// Facts.
  package var notes: [String]
  /// Things that can be typed.
  package var helps: [String]

  package init(
    _ code: String, _ headline: String, severity: Severity = .error, source: SourceText? = nil,
    primary: Label? = nil, secondary: [Label] = [], notes: [String] = [], helps: [String] = []
  ) {
    self.severity = severity
    self.code = code
    self.headline = headline
    self.source = source
    self.primary = primary
    self.secondary = secondary
    self.notes = notes
    self.helps = helps
  }

  /// Line and column of the primary place, where there is one.
  package var position: (line: Int, column: Int)? {
    guard let source, let primary else { return nil }
    return source.position(of: primary.span.start)
  }
}
