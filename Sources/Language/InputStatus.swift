import Presentation

/// Whether a text that is being typed can be run.
package enum InputStatus: Sendable, Equatable {
  case complete
  /// More must follow; the next line begins with so many spaces.
  case incomplete(indent: Int)
  case erroneous
}

extension Parser {
  /// What the shell does on Enter. A text with a block stays incomplete until an empty line ends
  /// it, as at Python's prompt; an open bracket or triple quote keeps it incomplete as well.
  package static func status(of text: String) -> InputStatus {
    let result = parse(SourceText(name: "input", text: text))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let last = lines.last(where: { !$0.allSatisfy(\.isWhitespace) }) else { return .complete }
    let indent = last.prefix { $0 == " " }.count
    if let first = result.problems.first {
      guard result.problems.allSatisfy(\.needsMore) else { return .erroneous }
      let opensBlock = first.diagnostic.code == "expected-block"
      return .incomplete(indent: opensBlock ? indent + 4 : indent)
    }
    let endsEmpty = lines.count > 1 && lines[lines.count - 1].allSatisfy(\.isWhitespace)
    let isInsideBlock = last.first == " " || last.first == "\t"
    return isInsideBlock && !endsEmpty ? .incomplete(indent: indent) : .complete
  }
}
