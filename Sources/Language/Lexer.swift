import Presentation

/// Something wrong in a text; `needsMore` when further input could still put it right (an open
/// bracket at the very end), which is what the shell asks before it submits a line.
package struct Problem: Sendable {
  package var diagnostic: Diagnostic
  package var needsMore = false
}

/// Splits a text into tokens. Lines end statements except inside brackets and after `\`; leading
/// blanks become `indent` and `dedent`. Never fails: what cannot be read is reported and skipped.
struct Lexer {
  /// What is open at the current place; the top decides how the next character is read.
  enum Frame {
    case bracket(UInt8, at: Int)
    case format(quote: UInt8, isTriple: Bool, isRaw: Bool, at: Int)
    case braces(at: Int)
    case specification
  }

  let bytes: [UInt8]
  var index = 0
  var tokens: [Token] = []
  var problems: [Problem] = []
  var comments: [Span] = []
  var open: [Frame] = []
  /// The leading blanks of every enclosing block.
  var indents: [Indentation] = [Indentation()]
  /// Prompts that were copied along with the text.
  let prompts: PastedPrompts?

  init(_ text: String) {
    bytes = Array(text.utf8)
    tokens.reserveCapacity(bytes.count / 3 + 4)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    prompts = PastedPrompts(bytes, from: index)
  }

  /// All tokens of the text, ending in `end`.
  mutating func run() {
    prompts?.skip(&index)
    readIndentation()
    while index < bytes.count { readToken() }
    reportOpenFrames()
    endStatement()
    while indents.count > 1 {
      indents.removeLast()
      emit(.dedent, from: index)
    }
    emit(.end, from: index)
  }

  // MARK: - Small steps

  var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

  func peek(_ distance: Int = 1) -> UInt8 {
    index + distance < bytes.count ? bytes[index + distance] : 0
  }

  mutating func emit(_ kind: Token.Kind, from start: Int) {
    tokens.append(Token(kind, Span(start, index)))
  }

  mutating func report(_ diagnostic: Diagnostic, needsMore: Bool = false) {
    problems.append(Problem(diagnostic: diagnostic, needsMore: needsMore))
  }

  /// The scalar at the current place and its length in bytes.
  func scalar() -> (Unicode.Scalar, Int) {
    if current < 0x80 { return (Unicode.Scalar(current), 1) }
    var decoder = UTF8()
    var rest = bytes[index..<min(index + 4, bytes.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return ("\u{FFFD}", 1) }
    return (scalar, UTF8.width(scalar))
  }

  // MARK: - Tokens

  private mutating func readToken() {
    switch open.last {
    case .format?, .specification?: readFormatText()
    case .braces?: if !readBraceEnd() { readPlainToken() }
    case .bracket?, nil: readPlainToken()
    }
  }

  private mutating func readPlainToken() {
    switch current {
    case 0x20, 0x09, 0x0D: index += 1
    case 0x0A: readNewline()
    case UInt8(ascii: "#"): readComment()
    case UInt8(ascii: "\\"): readBackslash()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): readNumber()
    case UInt8(ascii: ".") where isDigit(peek()): readNumber()
    case UInt8(ascii: "'") where followsOperand: readQuoteAfterOperand(1)
    case UInt8(ascii: ":") where beginsShellCommand: readShellCommand()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): readString(from: index, prefix: [])
    default:
      let (scalar, length) = scalar()
      if scalar.beginsName { readName() } else { readMark(scalar, length) }
    }
  }

  func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// A quote directly after an operand is Matlab's transpose, never a string.
  private var followsOperand: Bool {
    guard let last = tokens.last, last.span.end == index else { return false }
    switch last.kind {
    case .name, .mark(.closeRound), .mark(.closeSquare): return true
    default: return false
    }
  }

  /// `:digits 2` where a statement should begin.
  private var beginsShellCommand: Bool {
    guard open.isEmpty, peek() < 0x80, Unicode.Scalar(peek()).isASCIILetter else { return false }
    switch tokens.last?.kind {
    case .newline?, .indent?, .dedent?, nil: return true
    default: return false
    }
  }

  private mutating func readShellCommand() {
    let start = index
    while index < bytes.count, current != 0x0A, current != 0x0D { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    report(.shellCommand(text, at: Span(start, index)))
  }

  /// `A'` and `f'(3)`: a transpose of Matlab's, or a derivative written with the wrong sign.
  private mutating func readQuoteAfterOperand(_ length: Int) {
    index += length
    let at = Span(index - length, index)
    guard current == UInt8(ascii: "("), let last = tokens.last, case .name = last.kind else {
      return report(.transposeQuote(nil, at: at))
    }
    let name = String(decoding: bytes[last.span.start..<last.span.end], as: UTF8.self)
    report(.transposeQuote(name, at: at))
  }

  mutating func readComment() {
    let start = index
    while index < bytes.count, current != 0x0A { index += 1 }
    comments.append(Span(start, index))
  }

  private mutating func readBackslash() {
    let start = index
    var next = index + 1
    while next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x0D { next += 1 }
    if next >= bytes.count {
      index = next
      report(.lineContinuesAtEnd(at: Span(start, start + 1)), needsMore: true)
    } else if bytes[next] == 0x0A {
      index = next + 1
      prompts?.skip(&index)
    } else {
      index += 1
      while current < 0x80, Unicode.Scalar(current).isASCIILetter { index += 1 }
      let word = String(decoding: bytes[start..<index], as: UTF8.self)
      report(.strayBackslash(word, at: Span(start, index)))
    }
  }

  private mutating func readName() {
    let start = index
    while index < bytes.count {
      let (scalar, length) = scalar()
      guard scalar.continuesName else { break }
      index += length
    }
    let text = bytes[start..<index]
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'"), text.count <= 2,
      text.allSatisfy({ "rfbuRFBU".utf8.contains($0) }), !isPrimeOfName
    {
      readString(from: start, prefix: text)
      return
    }
    let symbol = Symbol(String(decoding: text, as: UTF8.self))
    guard let keyword = symbol.keyword else { return emit(.name(symbol), from: start) }
    if keyword.beginsStatement, isInsideBracket, isFirstOnLine(start) {
      index = start
      abandonBrackets()
      return
    }
    emit(.keyword(keyword), from: start)
  }

  /// `f'(3)`: a call of a derivative, and no string, for no quote follows on the line.
  private var isPrimeOfName: Bool {
    guard current == UInt8(ascii: "'"), peek() == UInt8(ascii: "(") else { return false }
    let line = bytes[(index + 1)...].prefix { $0 != 0x0A }
    return !line.contains(UInt8(ascii: "'"))
  }

  private mutating func readMark(_ scalar: Unicode.Scalar, _ length: Int) {
    let start = index
    for candidate in Mark.byFirstByte[Int(current)]
    where bytes[index...].starts(with: candidate.bytes) {
      index += candidate.bytes.count
      emit(.mark(candidate.mark), from: start)
      trackBrackets(candidate.mark, at: start)
      return
    }
    if scalar.superscript != nil { return readSuperscript() }
    if scalar == "’" || scalar == "‘", followsOperand { return readQuoteAfterOperand(length) }
    if scalar.isCurlyQuote { return readCurlyString(from: start) }
    if scalar.mathematicalDigit != nil { return readMathematicalNumber() }
    index += length
    if let value = scalar.numericSign {
      return emit(.number(NumberLiteral(value, text: String(scalar))), from: start)
    }
    if scalar == "𝜕" || scalar == "𝛛" || scalar == "𝝏" { return emit(.mark(.partial), from: start) }
    if scalar.properties.isWhitespace { return }
    report(.strayCharacter(scalar, at: Span(start, index)))
  }

  private mutating func readSuperscript() {
    let start = index
    var digits = ""
    while index < bytes.count {
      let (scalar, length) = scalar()
      guard let digit = scalar.superscript else { break }
      digits.append(digit)
      index += length
    }
    if let value = Int(digits), abs(value) < 1_000_000 {
      emit(.superscript(value), from: start)
    } else {
      report(.malformedSuperscript(at: Span(start, index)))
    }
  }

  // MARK: - Lines

  private mutating func readNewline() {
    if open.isEmpty {
      endStatement()
      index += 1
      prompts?.skip(&index)
      readIndentation()
    } else if let format = open.lastIndex(where: { $0.isSingleLineFormat }),
      case .format(_, _, _, let start) = open[format]
    {
      report(.unclosedString(at: Span(start, index)))
      open.removeSubrange(format...)
      emit(.formatEnd, from: index)
    } else {
      index += 1
      prompts?.skip(&index)
    }
  }

  private mutating func endStatement() {
    switch tokens.last?.kind {
    case .newline?, .indent?, .dedent?, nil: return
    default: emit(.newline, from: index)
    }
  }

  /// Compares the blanks at the start of the next line that holds code with the open blocks.
  private mutating func readIndentation() {
    while true {
      if prompts?.isOutput(index) == true { skipLine() }
      let start = index
      var blanks = Indentation()
      while let length = blanks.add(bytes, at: index) { index += length }
      if current == UInt8(ascii: "#") { readComment() }
      if current == 0x0D, peek() == 0x0A { index += 1 }
      guard index < bytes.count else { return }
      guard current == 0x0A else { return setIndentation(blanks, from: start) }
      index += 1
      prompts?.skip(&index)
    }
  }

  private mutating func skipLine() {
    while index < bytes.count, current != 0x0A { index += 1 }
  }

  private mutating func setIndentation(_ blanks: Indentation, from start: Int) {
    while let last = indents.last, last.width > blanks.width, indents.count > 1 {
      indents.removeLast()
      emit(.dedent, from: index)
    }
    let enclosing = indents.last ?? Indentation()
    if blanks.isAmbiguous(beside: enclosing) {
      report(.mixedIndentation(at: Span(start, index)))
    } else if blanks.width > enclosing.width {
      let previous = tokens.last?.kind
      if previous == .dedent {
        report(.unevenIndentation(at: Span(start, index)))
      } else {
        indents.append(blanks)
        emit(.indent, from: start)
      }
    }
  }

  // MARK: - Brackets

  private var isInsideBracket: Bool {
    guard case .bracket? = open.last else { return false }
    return !open.contains { if case .format = $0 { true } else { false } }
  }

  private func isFirstOnLine(_ start: Int) -> Bool {
    var position = start - 1
    while position >= 0, bytes[position] == 0x20 || bytes[position] == 0x09 { position -= 1 }
    return position >= 0 && bytes[position] == 0x0A
  }

  /// A statement begins inside a bracket: the bracket was never closed.
  private mutating func abandonBrackets() {
    if case .bracket(let bracket, let start)? = open.first {
      report(.unclosedBracket(bracket, at: Span(start, start + 1)))
    }
    open = []
    endStatement()
    var start = index
    while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
    var (blanks, place) = (Indentation(), start)
    while place < index, let length = blanks.add(bytes, at: place) { place += length }
    setIndentation(blanks, from: start)
  }

  private mutating func trackBrackets(_ mark: Mark, at start: Int) {
    switch mark {
    case .openRound, .openSquare, .openBrace: open.append(.bracket(bytes[start], at: start))
    case .closeRound, .closeSquare, .closeBrace: closeBracket(at: start)
    default: break
    }
  }

  private mutating func closeBracket(at start: Int) {
    guard case .bracket(let opening, let openStart)? = open.last else {
      report(.unmatchedBracket(bytes[start], at: Span(start, index)))
      return
    }
    open.removeLast()
    if closing(opening) != bytes[start] {
      report(
        .mismatchedBracket(
          opening, at: Span(openStart, openStart + 1), closedBy: bytes[start],
          at: Span(start, index)))
    }
  }

  private mutating func reportOpenFrames() {
    guard let frame = open.first else { return }
    switch frame {
    case .bracket(let bracket, let start):
      report(.unclosedBracket(bracket, at: Span(start, start + 1)), needsMore: true)
    case .format(_, let isTriple, _, let start):
      report(.unclosedString(at: Span(start, index)), needsMore: isTriple)
      emit(.formatEnd, from: index)
    case .braces, .specification: break
    }
    open = []
  }
}

extension Lexer.Frame {
  var isSingleLineFormat: Bool {
    if case .format(_, isTriple: false, _, _) = self { true } else { false }
  }
}

/// The bracket that closes another.
func closing(_ bracket: UInt8) -> UInt8 {
  switch bracket {
  case UInt8(ascii: "("): return UInt8(ascii: ")")
  case UInt8(ascii: "["): return UInt8(ascii: "]")
  default: return UInt8(ascii: "}")
  }
}
