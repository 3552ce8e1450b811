import Testing

@testable import nabla

struct KeyDecoderTests {
  /// Feeds bytes; a pause stands where a person would have stopped typing.
  private static func decode(_ bytes: [UInt8?], isUnicode: Bool = true) -> [Keystroke] {
    var rest = bytes[...]
    var decoder = KeyDecoder(read: { _ in
      guard let next = rest.popFirst() else { return .endOfFile }
      return next.map { .byte($0) } ?? .timeout
    })
    decoder.isUnicode = isUnicode
    var keystrokes: [Keystroke] = []
    while true {
      let keystroke = decoder.next()
      if keystroke == .endOfFile { return keystrokes }
      keystrokes.append(keystroke)
    }
  }

  private static func key(_ key: Key) -> Keystroke { .character(key.rawValue) }

  static let sequences: [(String, Keystroke)] = [
    ("a", .character(0x61)), ("Θ", .character(0x398)), ("₁", .character(0x2081)),
    ("𝛻", .character(0x1D6FB)), ("\r", key(.enter)), ("\u{3}", .character(3)),
    ("\u{1B}[A", key(.up)), ("\u{1B}OA", key(.up)), ("\u{1B}[B", key(.down)),
    ("\u{1B}[C", key(.right)), ("\u{1B}[1;5C", key(.wordRight)), ("\u{1B}[1;5D", key(.wordLeft)),
    ("\u{1B}[H", key(.home)), ("\u{1B}[1~", key(.home)), ("\u{1B}OF", key(.end)),
    ("\u{1B}[3~", key(.delete)), ("\u{1B}b", key(.wordLeft)), ("\u{1B}f", key(.wordRight)),
    ("\u{1B}x", .meta(0x78)), ("\u{1B}[15~", .unknown), ("\u{1B}[24;2~", .unknown),
  ]

  @Test(arguments: sequences)
  func readsOneKey(_ bytes: String, _ keystroke: Keystroke) {
    #expect(KeyDecoderTests.decode(Array(bytes.utf8)) == [keystroke])
  }

  @Test func escapeAloneIsAKey() {
    let keys = KeyDecoderTests.decode([0x1B, nil, 0x5B])
    #expect(keys == [.character(0x1B), .character(0x5B)])
  }

  @Test func bytesThatAreNotUTF8BecomeOneMark() {
    #expect(KeyDecoderTests.decode([0xFF, 0x61]) == [.character(0xFFFD), .character(0x61)])
    #expect(KeyDecoderTests.decode([0xE2, 0x61]) == [.character(0xFFFD), .character(0x61)])
    // U+0080 is the code of a key here and must not act as one.
    #expect(KeyDecoderTests.decode([0xC2, 0x80]) == [.character(0xFFFD)])
  }

  @Test func latinTerminalsSendOneByteACharacter() {
    #expect(KeyDecoderTests.decode([0xE9], isUnicode: false) == [.character(0xE9)])
  }

  @Test func pastedTextArrivesWhole() {
    let bytes = Array("\u{1B}[200~x = 1\r\n\tŷ\u{1B}[A\ry\u{1B}[201~z".utf8)
    #expect(
      KeyDecoderTests.decode(bytes) == [.paste("x = 1\n    ŷ[A\ny"), .character(0x7A)])
  }

  /// Ctrl-C while the closing bracket is missing: the text is dropped, and what follows is typed.
  @Test func aSignalEndsAPaste() {
    let opening = Array("\u{1B}[200~ab".utf8).map(KeyDecoder.Byte.byte)
    var rest = (opening + [.signal, .byte(0x63)])[...]
    var decoder = KeyDecoder(read: { _ in rest.popFirst() ?? .endOfFile })
    #expect(decoder.next() == .signal)
    #expect(decoder.next() == .character(0x63))
  }
}
