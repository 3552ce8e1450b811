import Presentation

/// A mark whose digits are no longer those that come out: its line as it is, and as it should be.
package struct MarkFix: Sendable, Equatable {
  package let line: Int
  package let old: String
  package let new: String

  /// A lesson's text with the digits of its `#=>` marks as they come out, at the precision they have,
  /// and what was changed. A mark of another shape, and one that the slide prints, stay: there the
  /// author has to look.
  package static func fixed(
    _ text: String, by evidence: LessonEvidence
  ) -> (text: String, fixes: [MarkFix]) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var fixes: [MarkFix] = []
    for entry in evidence.entries {
      let mark = entry.mark
      guard mark.kind == .exact, !mark.isOnSlide, evidence.failure(of: entry) != nil,
        let exact = entry.exact, mark.value.hasShape(of: exact),
        lines.indices.contains(mark.line - 1)
      else { continue }
      let line = lines[mark.line - 1]
      let new = exact.rounded(like: mark.value)
      guard let sign = line.range(of: "#=>"),
        let place = line[sign.upperBound...].range(of: mark.text)
      else { continue }
      lines[mark.line - 1].replaceSubrange(place, with: new)
      fixes.append(MarkFix(line: mark.line, old: line, new: lines[mark.line - 1]))
    }
    return (lines.joined(separator: "\n"), fixes)
  }
}

extension PrintedValue {
  /// Whether a computed value has as many numbers, in the same shape.
  fileprivate func hasShape(of value: ComputedValue) -> Bool {
    switch (self, value) {
    case (.number, .tensor(let shape, _)): shape.isEmpty
    case (.tensor(let printed, _), .tensor(let shape, _)): printed == shape
    default: false
    }
  }
}

extension StringProtocol {
  /// Where another text stands first.
  fileprivate func range(of text: String) -> Range<Index>? { ranges(of: text).first }
}
