/// A half-open range of UTF-8 offsets into a source text.
package struct Span: Hashable, Sendable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = max(start, end)
  }

  /// The smallest span that covers both.
  package func union(_ other: Span) -> Span {
    Span(min(start, other.start), max(end, other.end))
  }
}

/// A named text that diagnostics can point into: a script, a lesson, a line at the prompt.
package final class SourceText: Sendable {
  package let name: String
  package let text: String
  /// Number of the first line, for fragments such as a code block inside a lesson.
  package let firstLine: Int
  private let utf8: [UInt8]
  private let lineStarts: [Int]

  package init(name: String, text: String, firstLine: Int = 1) {
    self.name = name
    self.text = text
    self.firstLine = firstLine
    let bytes = Array(text.utf8)
    utf8 = bytes
    lineStarts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
  }

  /// The text under a span, clamped to the source.
  package subscript(span: Span) -> String {
    let start = clamp(span.start)
    return String(decoding: utf8[start..<max(start, clamp(span.end))], as: UTF8.self)
  }

  /// Line (counted from `firstLine`) of an offset. Unlike its column it costs nothing on a long line.
  package func line(of offset: Int) -> Int { firstLine + lineIndex(of: offset) }

  /// Line (counted from `firstLine`) and column (characters, from 1) of an offset.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let index = lineIndex(of: offset)
    let prefix = String(decoding: utf8[lineStarts[index]..<clamp(offset)], as: UTF8.self)
    return (firstLine + index, prefix.count + 1)
  }

  /// The line that holds an offset, without its line end, and the span it covers.
  package func line(containing offset: Int) -> (text: String, span: Span) {
    let index = lineIndex(of: offset)
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : utf8.count
    if end > start, utf8[end - 1] == 0x0D { end -= 1 }
    let span = Span(start, end)
    return (self[span], span)
  }

  private func clamp(_ offset: Int) -> Int { min(max(offset, 0), utf8.count) }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    let target = clamp(offset)
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= target { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
