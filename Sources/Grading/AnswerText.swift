import Presentation

/// Why an answer is not judged.
package struct Malformed: Error, Sendable, Equatable {
  package let reason: String
  /// What was understood so far, where that helps.
  package var understood: String?

  package init(_ reason: String, understood: String? = nil) {
    self.reason = reason
    self.understood = understood
  }
}

/// What somebody typed into an answer, made harmless: escape sequences and control characters are
/// taken out, and whatever quotes or names the answer.
struct AnswerText {
  let text: String
  let hadControls: Bool

  /// Longer than any answer; code has its own bound.
  static let longest = 200_000

  init(_ typed: String) {
    let cleaned = Self.cleaned(typed)
    hadControls = cleaned != typed
    text = cleaned.trimmed
  }

  var isBlank: Bool { text.isEmpty }

  /// Without escape sequences (`ESC [ … m`, `ESC ] … BEL`) and other control characters; tabs and line
  /// ends stay.
  static func cleaned(_ typed: String) -> String {
    guard typed.unicodeScalars.contains(where: isControl) else { return typed }
    var result = String.UnicodeScalarView()
    var rest = typed.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\u{1B}" {
        skipSequence(&rest)
      } else if scalar == "\r" {
        if rest.first != "\n" { result.append("\n") }
      } else if !isControl(scalar) {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func skipSequence(_ rest: inout Substring.UnicodeScalarView) {
    guard let kind = rest.popFirst() else { return }
    switch kind {
    case "[":
      while let scalar = rest.popFirst() { if (0x40...0x7E).contains(scalar.value) { return } }
    case "]", "P", "_", "^":
      while let scalar = rest.popFirst() {
        if scalar == "\u{07}" || scalar == "\u{9C}" { return }
        if scalar == "\u{1B}" {
          _ = rest.popFirst()
          return
        }
        // A sequence that is not closed ends with its line.
        if scalar == "\n" { return }
      }
    default: return
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x2069,
      0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  /// The answer itself: without comments, backquotes, dollar signs, and `q3:` or `ŷ =` before it.
  func bare(id: String, name: String?) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first
        .map(String.init) ?? ""
    }
    lines = lines.map(\.trimmed).filter { !$0.isEmpty }
    var bare = lines.joined(separator: "\n").trimmed
    for quote in ["```", "$$", "`", "$"] {
      if bare.hasPrefix(quote), bare.hasSuffix(quote), bare.count >= 2 * quote.count {
        bare = String(bare.dropFirst(quote.count).dropLast(quote.count)).trimmed
      }
    }
    // `q3: ŷ = 0.5` names it twice.
    for _ in 0..<2 {
      guard let sign = bare.prefix(24).firstIndex(where: { $0 == "=" || $0 == ":" }) else { break }
      let label = bare[..<sign].trimmed
      let isLabel = label == id || label == name || bare[sign] == "=" && label.isWord
      guard isLabel, !label.isEmpty else { break }
      bare = bare[bare.index(after: sign)...].trimmed
    }
    return bare
  }

  /// The choice that an answer names: its letter, alone or as `B)` or `(b)`, or its text.
  static func choice(_ bare: String, among choices: [String]) throws(Malformed) -> Int {
    let last = letter(choices.count - 1)
    let wrong = Malformed("one letter, A to \(last)")
    guard bare.utf8.count <= 10_000 else { throw wrong }
    if let index = choices.firstIndex(where: { $0.trimmed == bare }) { return index }
    let word = bare.filter { !"().:\"'*".contains($0) }.trimmed.uppercased()
    guard word.count == 1, let index = choices.indices.first(where: { letter($0) == word }) else {
      throw wrong
    }
    return index
  }

  /// `A` for 0.
  static func letter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(0x41 + min(max(index, 0), 25))))
  }
}

extension String {
  /// Letters, digits, marks and primes alone, not beginning with a digit.
  var isWord: Bool {
    guard let first = unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "′"
        || $0.properties.generalCategory == .nonspacingMark
    }
  }
}
