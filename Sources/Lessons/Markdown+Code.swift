import Presentation

extension Markdown.CodeBlock {
  /// The code as it stands, one block a line.
  package var lines: [Block] {
    let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
    return body.split(separator: "\n", omittingEmptySubsequences: false).map {
      .hanging(Words(String($0), .code), indent: 4)
    }
  }
}
