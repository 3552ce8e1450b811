import BigInt
import Presentation

// Numbers and strings.

extension Lexer {
  /// Longer numbers than this are refused: they hold no more information than a Double can.
  static let longestNumber = 400

  mutating func readNumber() {
    let start = index
    if current == UInt8(ascii: "0"), let radix = radix(of: peek()) {
      return readRadixNumber(radix, from: start)
    }
    skipDigits()
    var isInteger = true
    // `1.` is a number, `1..` and `1.T` are not worth reading differently from Python.
    if current == UInt8(ascii: "."), peek() != UInt8(ascii: ".") {
      isInteger = false
      index += 1
      skipDigits()
    }
    if current | 0x20 == UInt8(ascii: "e"), let length = exponentStart {
      isInteger = false
      index += length
      skipDigits()
    }
    finishNumber(from: start, isInteger: isInteger)
  }

  /// How many bytes stand before the digits of an exponent, `e` included; nil if none follow. PDFs
  /// write its sign as a minus or a dash.
  private var exponentStart: Int? {
    if isDigit(peek()) { return 1 }
    if peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") {
      return isDigit(peek(2)) ? 2 : nil
    }
    let isDash =
      peek() == 0xE2 && (peek(2) == 0x88 && peek(3) == 0x92 || peek(2) == 0x80 && peek(3) == 0x93)
    return isDash && isDigit(peek(4)) ? 4 : nil
  }

  private mutating func skipDigits() {
    while isDigit(current) || (current == UInt8(ascii: "_") && isDigit(peek())) { index += 1 }
  }

  private mutating func finishNumber(from start: Int, isInteger: Bool) {
    let span = Span(start, index)
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if text.utf8.count > Lexer.longestNumber {
      report(.longNumber(text.utf8.count, at: span))
      return emit(.number(NumberLiteral(0, text: "0")), from: start)
    }
    let plain = text.filter { $0 != "_" }
    let value = Double(String(plain.map { $0 == "−" || $0 == "–" ? "-" : $0 })) ?? 0
    if value.isInfinite, !isInteger { report(.hugeNumber(text, at: span)) }
    let isExact =
      isInteger && (plain.count < 16 || BigInt(plain).map { $0 <= BigInt(1) << 53 } == true)
    emit(
      .number(
        NumberLiteral(
          value, isInteger: isExact, digits: isInteger && !isExact ? plain : nil, text: text)),
      from: start)
    reportSuffix(after: text, from: start)
  }

  /// `2x` and `3j`: a product needs its sign.
  private mutating func reportSuffix(after text: String, from start: Int) {
    let suffixStart = index
    while index < bytes.count {
      let (scalar, length) = scalar()
      guard scalar.continuesName else { break }
      index += length
    }
    guard index > suffixStart else { return }
    let suffix = String(decoding: bytes[suffixStart..<index], as: UTF8.self)
    guard Symbol(suffix).keyword == nil else {  // `1if x else 2` is legal Python
      index = suffixStart
      return
    }
    report(.impliedProduct(text, suffix, at: Span(start, index)))
  }

  private func radix(of letter: UInt8) -> Int? {
    switch letter | 0x20 {
    case UInt8(ascii: "x"): return 16
    case UInt8(ascii: "o"): return 8
    case UInt8(ascii: "b"): return 2
    default: return nil
    }
  }

  private mutating func readRadixNumber(_ radix: Int, from start: Int) {
    index += 2
    while current < 0x80, Unicode.Scalar(current).continuesName { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    let digits = text.dropFirst(2).filter { $0 != "_" }
    guard let whole = BigInt(digits, radix: radix), digits.first != "-", digits.first != "+" else {
      report(.malformedNumber(text, at: Span(start, index)))
      return emit(.number(NumberLiteral(0, text: "0")), from: start)
    }
    let value = Double(whole)
    let isExact = whole <= BigInt(1) << 53
    emit(
      .number(
        NumberLiteral(
          value, isInteger: isExact, digits: isExact ? nil : whole.description, text: text)),
      from: start)
  }

  // MARK: - Strings

  /// Reads a string whose quote stands at the current place, after a prefix such as `f` or `r`.
  mutating func readString(from start: Int, prefix: ArraySlice<UInt8>) {
    let letters = prefix.map { $0 | 0x20 }
    if letters.contains(UInt8(ascii: "b")) {
      report(.bytesLiteral(at: Span(start, index)))
    }
    let isRaw = letters.contains(UInt8(ascii: "r"))
    let quote = current
    let isTriple = peek() == quote && peek(2) == quote
    index += isTriple ? 3 : 1
    if letters.contains(UInt8(ascii: "f")) {
      open.append(.format(quote: quote, isTriple: isTriple, isRaw: isRaw, at: start))
      return emit(.formatStart, from: start)
    }
    var text: [UInt8] = []
    while true {
      if isAtQuote(quote, isTriple) {
        index += isTriple ? 3 : 1
        break
      }
      if index >= bytes.count || (current == 0x0A && !isTriple) {
        report(.unclosedString(at: Span(start, index)), needsMore: isTriple)
        break
      }
      readStringByte(into: &text, isRaw: isRaw)
    }
    emit(.string(String(decoding: text, as: UTF8.self)), from: start)
  }

  /// `“text”` as word processors and PDFs write it: a string up to the quote that closes it.
  mutating func readCurlyString(from start: Int) {
    let (opening, length) = scalar()
    index += length
    guard let closing = opening.closingQuotes else {
      return report(.strayCharacter(opening, at: Span(start, index)))
    }
    var text: [UInt8] = []
    while index < bytes.count, current != 0x0A {
      let (next, width) = scalar()
      if closing.contains(next) {
        index += width
        return emit(.string(String(decoding: text, as: UTF8.self)), from: start)
      }
      readStringByte(into: &text, isRaw: false)
    }
    report(.curlyQuote(opening, at: Span(start, start + length)))
    emit(.string(String(decoding: text, as: UTF8.self)), from: start)
  }

  /// Digits of the mathematical alphabets: `𝟏𝟐`.
  mutating func readMathematicalNumber() {
    let start = index
    var digits = ""
    while index < bytes.count {
      let (next, length) = scalar()
      if let digit = next.mathematicalDigit {
        digits.append(digit)
      } else if next == ".", !digits.contains(".") {
        digits.append(".")
      } else {
        break
      }
      index += length
    }
    let value = Double(digits) ?? 0
    emit(
      .number(NumberLiteral(value, isInteger: !digits.contains("."), text: digits)), from: start)
  }

  private func isAtQuote(_ quote: UInt8, _ isTriple: Bool) -> Bool {
    current == quote && (!isTriple || (peek() == quote && peek(2) == quote))
  }

  private mutating func readStringByte(into text: inout [UInt8], isRaw: Bool) {
    guard current == UInt8(ascii: "\\"), index + 1 < bytes.count else {
      let byte = current
      text.append(byte)
      index += 1
      if byte == 0x0A { prompts?.skip(&index) }
      return
    }
    if isRaw {
      text += [current, peek()]
      index += 2
    } else {
      readEscape(into: &text)
    }
  }

  /// Python's escapes; an unknown one keeps its backslash, as in Python.
  private mutating func readEscape(into text: inout [UInt8]) {
    let start = index
    let letter = peek()
    index += 2
    switch letter {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "0")...UInt8(ascii: "7"): readOctal(from: start, into: &text)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(letter)
    case 0x0A: break
    case UInt8(ascii: "x"): readScalar(digits: 2, from: start, into: &text)
    case UInt8(ascii: "u"): readScalar(digits: 4, from: start, into: &text)
    case UInt8(ascii: "U"): readScalar(digits: 8, from: start, into: &text)
    default: text += [UInt8(ascii: "\\"), letter]
    }
  }

  /// `\033`: up to three octal digits, as in Python.
  private mutating func readOctal(from start: Int, into text: inout [UInt8]) {
    var end = start + 1
    while end < min(start + 4, bytes.count), (0x30...0x37).contains(bytes[end]) { end += 1 }
    let digits = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    index = end
    guard let value = UInt32(digits, radix: 8), let scalar = Unicode.Scalar(value) else { return }
    text += Array(String(Character(scalar)).utf8)
  }

  private mutating func readScalar(digits: Int, from start: Int, into text: inout [UInt8]) {
    let end = min(index + digits, bytes.count)
    let hexadecimal = String(decoding: bytes[index..<end], as: UTF8.self)
    guard let value = UInt32(hexadecimal, radix: 16), let scalar = Unicode.Scalar(value),
      hexadecimal.utf8.count == digits, hexadecimal.first != "+"
    else { return report(.malformedEscape(at: Span(start, index))) }
    index = end
    text += Array(String(Character(scalar)).utf8)
  }

  // MARK: - Formatted strings

  /// The text of a formatted string up to a brace or its end; `{{` and `}}` are braces themselves.
  mutating func readFormatText() {
    guard let (quote, isTriple, isRaw, start) = innermostFormat else { return open.removeAll() }
    let isSpecification = if case .specification? = open.last { true } else { false }
    let textStart = index
    var text: [UInt8] = []
    while index < bytes.count, !isAtQuote(quote, isTriple) {
      if current == 0x0A, !isTriple { break }
      let isBrace = current == UInt8(ascii: "{") || current == UInt8(ascii: "}")
      if isBrace, isSpecification || peek() != current { break }
      if isBrace {
        text.append(current)
        index += 2
      } else {
        readStringByte(into: &text, isRaw: isRaw)
      }
    }
    if !text.isEmpty {
      emit(.formatText(String(decoding: text, as: UTF8.self)), from: textStart)
    }
    endFormatText(quote, isTriple: isTriple, start: start, isSpecification: isSpecification)
  }

  private mutating func endFormatText(
    _ quote: UInt8, isTriple: Bool, start: Int, isSpecification: Bool
  ) {
    let end = index
    if index >= bytes.count {
      return  // reported with the open frames
    } else if current == UInt8(ascii: "{") {
      index += 1
      open.append(.braces(at: end))
      emit(.formatOpen, from: end)
    } else if current == UInt8(ascii: "}"), isSpecification {
      index += 1
      open.removeLast(2)
      emit(.formatClose, from: end)
    } else if current == UInt8(ascii: "}") {
      index += 1
      report(.loneBrace(at: Span(end, index)))
    } else {
      let isClosed = isAtQuote(quote, isTriple) && !isSpecification
      if isClosed {
        index += isTriple ? 3 : 1
      } else {
        report(.unclosedString(at: Span(start, end)))
      }
      let frame = open.lastIndex { if case .format = $0 { true } else { false } } ?? 0
      open.removeSubrange(frame...)
      emit(.formatEnd, from: end)
    }
  }

  private var innermostFormat: (quote: UInt8, isTriple: Bool, isRaw: Bool, start: Int)? {
    for case .format(let quote, let isTriple, let isRaw, let start) in open.reversed() {
      return (quote, isTriple, isRaw, start)
    }
    return nil
  }

  /// In the braces of a formatted string: `}` ends them, `:` begins the format.
  mutating func readBraceEnd() -> Bool {
    let start = index
    switch current {
    case UInt8(ascii: "}"):
      index += 1
      open.removeLast()
      emit(.formatClose, from: start)
    case UInt8(ascii: ":"):
      index += 1
      open.append(.specification)
      emit(.formatSpecification, from: start)
    default:
      guard let (quote, isTriple, _, formatStart) = innermostFormat, isAtQuote(quote, isTriple)
      else { return false }
      // The quote of the whole string inside its own braces: they were not closed.
      index += isTriple ? 3 : 1
      report(.unclosedBrace(at: Span(start, index), string: Span(formatStart, index)))
      let frame = open.lastIndex { if case .format = $0 { true } else { false } } ?? 0
      open.removeSubrange(frame...)
      emit(.formatEnd, from: start)
    }
    return true
  }
}
