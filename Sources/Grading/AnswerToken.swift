import Presentation

/// A piece of an answer, and whether blanks stand before it.
struct AnswerToken {
  enum Kind: Equatable {
    case number(String)
    case name(String)
    /// `+ - * / ** ( ) [ ] , ;` and the end of a line.
    case sign(String)
    case other(Character)
    case end
  }

  var kind: Kind
  /// Counted in characters from 1.
  var column: Int
  var isSpaced: Bool
}

/// Splits an answer as it is read, so that a long one costs no more than what is looked at.
struct AnswerLexer {
  private let text: String
  private var at: String.Index
  private var column = 1

  init(_ text: String) {
    self.text = text
    at = text.startIndex
  }

  private static let signs: [Character: String] = [
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "·": "*", "×": "*", "⋅": "*", "∗": "*",
    "/": "/", "∕": "/", "(": "(", ")": ")", "[": "[", "]": "]", ",": ",", ";": ";", "\n": "\n",
    "√": "√",
  ]

  mutating func next() -> AnswerToken {
    var isSpaced = false
    while at < text.endIndex, text[at] != "\n", text[at].isWhitespace {
      advance()
      isSpaced = true
    }
    let start = column
    return AnswerToken(kind: kind(), column: start, isSpaced: isSpaced)
  }

  private mutating func advance() {
    at = text.index(after: at)
    column += 1
  }

  private mutating func kind() -> AnswerToken.Kind {
    guard at < text.endIndex else { return .end }
    let character = text[at]
    if character.isDigit || character == "." && isDigit(after: at) { return .number(number()) }
    if let sign = Self.signs[character] {
      advance()
      if sign == "*", at < text.endIndex, Self.signs[text[at]] == "*", text[at] == "*" {
        advance()
        return .sign("**")
      }
      return .sign(sign)
    }
    if character.isLetter || character == "_" { return .name(name()) }
    advance()
    return .other(character)
  }

  private func isDigit(after index: String.Index) -> Bool {
    let next = text.index(after: index)
    return next < text.endIndex && text[next].isDigit
  }

  /// `0.73`, `1.2e-05`, `9.4·10⁻¹⁴`
  private mutating func number() -> String {
    let start = at
    while at < text.endIndex, text[at].isDigit { advance() }
    if at < text.endIndex, text[at] == "." {
      advance()
      while at < text.endIndex, text[at].isDigit { advance() }
    }
    let mantissa = (at, column)
    if at < text.endIndex, "eE".contains(text[at]) {
      advance()
      if at < text.endIndex, "+-−".contains(text[at]) { advance() }
      if at < text.endIndex, text[at].isDigit {
        while at < text.endIndex, text[at].isDigit { advance() }
      } else {
        (at, column) = mantissa
      }
    } else if text[at...].hasPrefix("·10") || text[at...].hasPrefix("×10") {
      for _ in 0..<3 { advance() }
      let digits = at
      while at < text.endIndex, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(text[at]) { advance() }
      if at == digits { (at, column) = mantissa }
    }
    return String(text[start..<at])
  }

  private mutating func name() -> String {
    let start = at
    while at < text.endIndex,
      text[at].isLetter || text[at].isNumber || "_′".contains(text[at])
    {
      advance()
    }
    return String(text[start..<at])
  }
}

extension Character {
  fileprivate var isDigit: Bool { isASCII && isNumber }
}
