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
      let isOpening =
        first.diagnostic.code == "expected-block"
        || (first.diagnostic.code == "unclosed-bracket" && lines.count == 1)
      return .incomplete(indent: isOpening ? indent + 4 : indent)
    }
    let endsEmpty = lines.count > 1 && lines[lines.count - 1].allSatisfy(\.isWhitespace)
    // A line inside brackets may be indented too, so the statement must be one that has a block.
    let isIndented = last.first == " " || last.first == "\t"
    let isInsideBlock = isIndented && (result.tree.statements.last?.hasBlock(in: text) ?? false)
    return isInsideBlock && !endsEmpty ? .incomplete(indent: indent) : .complete
  }
}

extension Statement {
  /// Whether this statement takes indented lines.
  fileprivate func hasBlock(in text: String) -> Bool {
    switch form {
    case .conditional, .forLoop, .whileLoop, .rounding, .managed, .classDefinition, .attempt: true
    case .function:
      text.utf8.dropFirst(span.start).starts(with: "def".utf8)
        || text.utf8.dropFirst(span.start).first == UInt8(ascii: "@")
    case .raised, .importing, .expression, .assignment, .augmented, .update, .returned, .leaveLoop,
      .nextRound, .pass,
      .assertion, .delete, .yielded:
      false
    }
  }
}
