import Foundation
import Presentation
import TestSupport
import Testing

/// Every page of the golden files in all forms: what is shown in a terminal comes out as plain letters,
/// as a page and as LaTeX as well, from the same formulas.
enum AllForms {
  static func expect(of document: Document, sourceLocation: SourceLocation = #_sourceLocation) {
    let plain = Renderer(width: 80, unicode: false).render(document)
    #expect(plain.allSatisfy { $0.isASCII }, sourceLocation: sourceLocation)
    let html = HTMLRenderer().page(document, title: "page")
    #expect(throws: Never.self, sourceLocation: sourceLocation) { try XMLTree.parsed(html) }
    let latex = LaTeXRenderer().page(document, title: "page")
    #expect(latex.allSatisfy { $0.isASCII }, sourceLocation: sourceLocation)
    #expect(isBalanced(latex), "\(latex)", sourceLocation: sourceLocation)
    save(latex, ".tex")
    save(html, ".html")
  }

  private static func isBalanced(_ latex: String) -> Bool {
    var depth = 0
    var isEscaped = false
    for character in latex {
      if !isEscaped {
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
      }
      if depth < 0 { return false }
      isEscaped = character == "\\" && !isEscaped
    }
    return depth == 0
  }

  /// For trying them with LaTeX and in a browser: `NABLA_PAGES=DIR swift test --filter ExplainTests`.
  private static func save(_ text: String, _ ending: String) {
    guard let folder = ProcessInfo.processInfo.environment["NABLA_PAGES"] else { return }
    let name = String(UInt(bitPattern: text.hashValue), radix: 36) + ending
    try? text.write(
      to: URL(filePath: folder).appending(path: name), atomically: true, encoding: .utf8)
  }
}
