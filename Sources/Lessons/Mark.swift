import Presentation

/// What a comment claims about the statement before it.
///
/// - `#=> v`: the exact value rounds to `v`.
/// - `#~> v`, `#~(3)> v`: only slide arithmetic gives `v`: every named step rounded before use.
/// - `#!> v | reason`: the slide prints `v`, and it is wrong.
package struct Mark: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case exact
    /// Rounded to these places, or to the lesson's own when nil.
    case slide(places: Int?)
    case erratum(reason: String)
  }

  package var kind: Kind
  package var value: PrintedValue
  /// The value as written.
  package var text: String
  /// Where the mark stands in the code of its block.
  package var span: Span
  /// The line of the file.
  package var line: Int
}

/// Finds the marks in the comments of a code block.
struct MarkReader {
  let source: SourceText
  private(set) var marks: [Mark] = []
  private(set) var problems: [Diagnostic] = []

  /// `source` is the code alone, its first line numbered as in the file.
  init(_ source: SourceText) {
    self.source = source
    for comment in Comments.spans(in: source.text) { read(comment) }
  }

  private mutating func read(_ comment: Span) {
    let text = source[comment]
    let openings = Self.openings(in: text)
    for (index, opening) in openings.enumerated() {
      let isLast = index + 1 == openings.count
      let end = isLast ? text.endIndex : openings[index + 1].start
      let span = Span(
        comment.start + text.utf8.distance(from: text.startIndex, to: opening.start),
        comment.start + text.utf8.distance(from: text.startIndex, to: end))
      read(opening, body: text[opening.end..<end].trimmed, at: span)
    }
  }

  private mutating func read(_ opening: Opening, body: String, at place: Span) {
    let shown = source[place].trimmed
    let span = Span(place.start, place.start + shown.utf8.count)
    var text = body
    var kind: Mark.Kind
    switch opening.sign {
    case "=" where opening.places == nil: kind = .exact
    case "~":
      let places = opening.places.map { Int($0) ?? -1 }
      guard places.map({ (0...15).contains($0) }) ?? true else {
        return problems.append(.markPlaces(source, span))
      }
      kind = .slide(places: places)
    case "!" where opening.places == nil:
      guard let bar = body.firstIndex(of: "|") else {
        return problems.append(.markReason(source, span, value: body))
      }
      let reason = body[body.index(after: bar)...].trimmed
      guard !reason.isEmpty else {
        return problems.append(.markReason(source, span, value: body[..<bar].trimmed))
      }
      kind = .erratum(reason: reason)
      text = body[..<bar].trimmed
    default: return problems.append(.markPlacesElsewhere(source, span, sign: opening.sign))
    }
    guard let value = PrintedValue(text) else {
      return problems.append(.markValue(source, span, text: text))
    }
    let line = source.position(of: span.start).line
    marks.append(Mark(kind: kind, value: value, text: text, span: span, line: line))
  }

  private struct Opening {
    var sign: Character
    var places: Substring?
    var start: String.Index
    var end: String.Index
  }

  /// The places where `#=>`, `#~>`, `#~(3)>`, `#!>` begin: at the start of the comment or after a
  /// space, so that a reason may speak of marks.
  private static func openings(in text: String) -> [Opening] {
    var result: [Opening] = []
    var at = text.startIndex
    var previous: Character = " "
    while at < text.endIndex {
      if text[at] == "#", previous.isWhitespace, let opening = opening(in: text[at...]) {
        result.append(opening)
        at = opening.end
        previous = ">"
      } else {
        previous = text[at]
        at = text.index(after: at)
      }
    }
    return result
  }

  private static func opening(in text: Substring) -> Opening? {
    var rest = text.dropFirst()
    guard let sign = rest.first, "=~!".contains(sign) else { return nil }
    rest = rest.dropFirst()
    var places: Substring?
    if rest.first == "(" {
      places = rest.dropFirst().prefix { $0 != ")" && $0 != "#" }
      rest = rest.dropFirst((places?.count ?? 0) + 1)
      guard rest.first == ")" else { return nil }
      rest = rest.dropFirst()
    }
    guard rest.first == ">" else { return nil }
    let end = rest.index(after: rest.startIndex)
    return Opening(sign: sign, places: places, start: text.startIndex, end: end)
  }
}

/// The comments of a program: from a `#` outside a string to the end of its line.
enum Comments {
  static func spans(in code: String) -> [Span] {
    let bytes = Array(code.utf8)
    var result: [Span] = []
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "#"):
        let start = at
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        result.append(Span(start, at))
      case UInt8(ascii: "'"), UInt8(ascii: "\""): at = endOfString(in: bytes, from: at)
      default: at += 1
      }
    }
    return result
  }

  /// Past the closing quote; a string left open ends with its line, one in three quotes with the text.
  private static func endOfString(in bytes: [UInt8], from start: Int) -> Int {
    let quote = bytes[start]
    let isTriple = start + 2 < bytes.count && bytes[start + 1] == quote && bytes[start + 2] == quote
    let width = isTriple ? 3 : 1
    var at = start + width
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "\\") {
        at += 2
      } else if bytes[at] == 0x0A, !isTriple {
        return at
      } else if bytes[at...].prefix(width).allSatisfy({ $0 == quote }), at + width <= bytes.count {
        return at + width
      } else {
        at += 1
      }
    }
    return bytes.count
  }
}

// MARK: - Diagnostics

extension Diagnostic {
  static func markValue(_ source: SourceText, _ span: Span, text: String) -> Diagnostic {
    Diagnostic(
      "lesson-mark", text.isEmpty ? "a mark without a value" : "'\(text)' is no value a mark can hold",
      source: source, primary: Label(span),
      helps: ["a mark ends in a number, a tensor such as [1.35, 2.45; 0, 1], True, False or a string"])
  }

  static func markReason(_ source: SourceText, _ span: Span, value: String) -> Diagnostic {
    Diagnostic(
      "lesson-mark", "a '#!>' mark must say why the slide is wrong", source: source,
      primary: Label(span), helps: ["write '#!> \(value) | what went wrong on the slide'"])
  }

  static func markPlaces(_ source: SourceText, _ span: Span) -> Diagnostic {
    Diagnostic(
      "lesson-mark", "the places of a '#~(places)>' mark must be a whole number from 0 to 15",
      source: source, primary: Label(span), helps: ["write '#~(3)> 0.187', for example"])
  }

  static func markPlacesElsewhere(_ source: SourceText, _ span: Span, sign: Character) -> Diagnostic {
    Diagnostic(
      "lesson-mark", "only '#~>' marks name places", source: source, primary: Label(span),
      helps: ["write '#\(sign)>' without parentheses"])
  }
}
