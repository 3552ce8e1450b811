/// The files that a page can be written as.
package enum PageFormat: CaseIterable, Sendable {
  case html, latex

  /// How the names of such files end.
  package var ending: String {
    switch self {
    case .html: ".html"
    case .latex: ".tex"
    }
  }

  /// By a file's ending; nil for all other files.
  package init?(path: String) {
    let path = path.lowercased()
    guard let format = Self.allCases.first(where: { path.hasSuffix($0.ending) }) else { return nil }
    self = format
  }

  /// The whole file, which needs nothing but itself.
  package func file(_ document: Document, title: String) -> String {
    switch self {
    case .html: HTMLRenderer().page(document, title: title)
    case .latex: LaTeXRenderer().page(document, title: title)
    }
  }
}
