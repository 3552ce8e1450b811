import Language
import Presentation

/// What a comment claims about the statement before it.
///
/// - `#=> v`: the exact value rounds to `v`; `#=> v | slide`: and the slide prints it.
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
  /// The slide prints this number, and rightly.
  package var isOnSlide = false
  package var value: PrintedValue
  /// The value as written.
  package var text: String
  /// Where the mark stands in the code of its block.
  package var span: Span
  /// The line of the file.
  package var line: Int
  /// The statement of the block, counted from 0, after which the mark is checked.
  package var statement: Int
  /// What is looked at then, as written on the left of `=`; nil for the value of the statement.
  package var target: String?

  /// The most decimals of its numbers; those in scientific notation have none.
  var decimals: Int {
    value.numbers.reduce(0) { most, number in
      if case .decimals(let count) = number.precision { max(most, count) } else { most }
    }
  }
}

/// Finds the marks in the comments of a code block and the statements they belong to: the last
/// that begins on the line of the mark or before it.
struct MarkReader {
  private let tree: SyntaxTree
  private var source: SourceText { tree.source }
  private(set) var marks: [Mark] = []
  private(set) var problems: [Diagnostic] = []

  init(_ tree: SyntaxTree) {
    self.tree = tree
    for comment in tree.comments { read(comment) }
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
      let before = problems.count
      read(opening, body: text[opening.end..<end].trimmed, at: span)
      // What follows a malformed mark on its line is rarely meant as another.
      if problems.count > before { return }
    }
  }

  private mutating func read(_ opening: Opening, body: String, at place: Span) {
    let shown = source[place].trimmed
    let span = Span(place.start, place.start + shown.utf8.count)
    var text = body
    var kind: Mark.Kind
    var isOnSlide = false
    switch opening.sign {
    case "=" where opening.places == nil:
      kind = .exact
      if let bar = body.lastIndex(of: "|"), PrintedValue(body[..<bar]) != nil {
        guard body[body.index(after: bar)...].trimmed == "slide" else {
          return problems.append(.markOwner(source, span))
        }
        isOnSlide = true
        text = body[..<bar].trimmed
      }
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
    guard let anchor = anchor(at: line, span) else { return }
    marks.append(
      Mark(
        kind: kind, isOnSlide: isOnSlide, value: value, text: text, span: span, line: line,
        statement: anchor.index,
        target: anchor.target))
  }

  private mutating func anchor(at line: Int, _ span: Span) -> (index: Int, target: String?)? {
    guard let index = last(of: tree.statements, at: line) else {
      problems.append(.markBeforeStatements(source, span))
      return nil
    }
    var statement = tree.statements[index]
    var isNested = false
    while let inner = statement.form.blocks.last(where: { last(of: $0, at: line) != nil }),
      let next = last(of: inner, at: line)
    {
      statement = inner[next]
      isNested = true
    }
    switch statement.form {
    case .assignment(let targets, _):
      if let target = targets.first { return (index, source[target.span]) }
    case .augmented(let target, _, at: _, _), .update(let target, _):
      return (index, source[target.span])
    case .expression where !isNested: return (index, nil)
    default: break
    }
    problems.append(.markWithoutValue(source, span))
    return nil
  }

  private func last(of statements: [Statement], at line: Int) -> Int? {
    statements.lastIndex { source.position(of: $0.span.start).line <= line }
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

// MARK: - Diagnostics

extension Diagnostic {
  static func markValue(_ source: SourceText, _ span: Span, text: String) -> Diagnostic {
    Diagnostic(
      "lesson-mark",
      text.isEmpty ? "a mark without a value" : "'\(text)' is no value a mark can hold",
      source: source, primary: Label(span),
      helps: [
        "a mark ends in a number, a tensor such as [1.35, 2.45; 0, 1], True, False or a string"
      ])
  }

  static func markOwner(_ source: SourceText, _ span: Span) -> Diagnostic {
    Diagnostic(
      "lesson-mark", "behind the bar of a '#=>' mark stands 'slide'", source: source,
      primary: Label(span), helps: ["write '#=> 0.62 | slide' for a number that the slide prints"])
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

  static func markPlacesElsewhere(_ source: SourceText, _ span: Span, sign: Character) -> Diagnostic
  {
    Diagnostic(
      "lesson-mark", "only '#~>' marks name places", source: source, primary: Label(span),
      helps: ["write '#\(sign)>' without parentheses"])
  }

  static func markBeforeStatements(_ source: SourceText, _ span: Span) -> Diagnostic {
    Diagnostic(
      "lesson-mark", "a mark follows the statement it speaks of", source: source,
      primary: Label(span), helps: ["put it at the end of the statement's line, or below it"])
  }

  static func markWithoutValue(_ source: SourceText, _ span: Span) -> Diagnostic {
    Diagnostic(
      "lesson-mark", "the statement before this mark leaves no value to compare", source: source,
      primary: Label(span),
      helps: ["put the mark after 'name = …', or after an expression that stands alone"])
  }
}
