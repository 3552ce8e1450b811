import CLineEdit
import Glibc

/// A key with a meaning of its own. The raw value is the code under which libedit sees it: keys
/// that terminals send as a sequence get one of the codes 0x80..., which no typed text contains,
/// so a binding needs one code whatever the terminal, and vi's ESC is never mistaken for one.
enum Key: UInt32, CaseIterable {
  case lineStart = 0x01
  case back = 0x02
  case endOfFile = 0x04
  case lineEnd = 0x05
  case forward = 0x06
  case cancel = 0x07
  case backspace = 0x08
  case tab = 0x09
  case lineFeed = 0x0A
  case killLine = 0x0B
  case clear = 0x0C
  case enter = 0x0D
  case next = 0x0E
  case previous = 0x10
  case search = 0x12
  case killBefore = 0x15
  case deleteWord = 0x17
  case yank = 0x19
  case undo = 0x1F
  case rubout = 0x7F
  case up = 0x80
  case down, left, right, home, end, delete, wordLeft, wordRight, paste, interrupt, submit, show
  case newLine, deleteNextWord, yankEarlier, redo, edit
  /// A character beyond the codes that can be bound.
  case letter
}

extension Key {
  /// Ctrl-X, which begins Ctrl-X Ctrl-E.
  static let prefix: UInt32 = 0x18

  /// What letters mean together with Alt, or after ESC.
  static let pressedWithAlt: [UInt8: Key] = [
    0x0D: .newLine, 0x0A: .newLine, UInt8(ascii: "d"): .deleteNextWord,
    UInt8(ascii: "y"): .yankEarlier, UInt8(ascii: "_"): .redo, UInt8(ascii: "p"): .previous,
    UInt8(ascii: "n"): .next,
  ]

  var wide: [wchar_t] { String(scalars: [rawValue]).wide }
}

/// What came from the keyboard.
enum Keystroke: Equatable {
  case character(UInt32)
  /// A key pressed together with Alt, or after ESC.
  case meta(UInt8)
  case paste(String)
  /// A key that no one asked for, such as F5.
  case unknown
  case endOfFile
  /// Nothing yet: a signal wants attention first.
  case signal
}

/// Turns the bytes of a terminal into keystrokes: UTF-8, the sequences of the arrow keys and
/// their like, and pasted text between its brackets.
struct KeyDecoder {
  /// What `Key` takes from the control characters that no one types.
  static let keyCodes = UInt32(0x80)..<0xA0

  enum Byte: Equatable {
    case byte(UInt8)
    case timeout, signal, endOfFile
  }

  /// How long the rest of a sequence may take before ESC counts as a key pressed alone.
  static let sequencePause: Int32 = 100

  /// How long a paste may stall before it counts as complete.
  static let pastePause: Int32 = 5000

  /// The next byte within so many milliseconds, or (-1) without limit but for signals.
  let read: (Int32) -> Byte
  /// Terminals of other locales send one byte a character.
  var isUnicode = true

  /// A byte that turned out to belong to the next keystroke.
  private var unread: UInt8?

  init(read: @escaping (Int32) -> Byte, isUnicode: Bool = true) {
    self.read = read
    self.isUnicode = isUnicode
  }

  mutating func next() -> Keystroke {
    if let byte = unread {
      unread = nil
      return keystroke(startingWith: byte)
    }

    switch read(-1) {
    case .endOfFile: return .endOfFile
    case .signal, .timeout: return .signal
    case .byte(let byte): return keystroke(startingWith: byte)
    }
  }

  private mutating func keystroke(startingWith byte: UInt8) -> Keystroke {
    if byte == 0x1B { return escape() }
    let scalar = isUnicode && byte >= 0x80 ? scalar(startingWith: byte) : KeyDecoder.scalar(byte)
    return .character(KeyDecoder.keyCodes.contains(scalar) ? 0xFFFD : scalar)
  }

  /// The character of one byte in the locale, or else in Latin-1.
  private static func scalar(_ byte: UInt8) -> UInt32 {
    let known = btowc(Int32(byte))
    return known == WEOF ? UInt32(byte) : known
  }

  // MARK: - UTF-8

  /// Reads the rest of a character; what is not UTF-8 becomes U+FFFD.
  private mutating func scalar(startingWith first: UInt8) -> UInt32 {
    var bytes = [first]
    let length =
      switch first {
      case 0xC2..<0xE0: 2
      case 0xE0..<0xF0: 3
      case 0xF0..<0xF5: 4
      default: 1
      }
    while bytes.count < length, case .byte(let byte) = read(KeyDecoder.sequencePause) {
      guard byte & 0xC0 == 0x80 else {
        unread = byte
        break
      }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self).unicodeScalars.first?.value ?? 0xFFFD
  }

  // MARK: - Sequences

  private func escape() -> Keystroke {
    guard case .byte(let byte) = read(KeyDecoder.sequencePause) else { return .character(0x1B) }
    switch byte {
    case UInt8(ascii: "["): return controlSequence()
    case UInt8(ascii: "O"):
      guard case .byte(let final) = read(KeyDecoder.sequencePause) else { return .unknown }
      return key(final: final, parameters: [])
    case UInt8(ascii: "b"): return .character(Key.wordLeft.rawValue)
    case UInt8(ascii: "f"): return .character(Key.wordRight.rawValue)
    case 0x08, 0x7F: return .character(Key.deleteWord.rawValue)
    default: return .meta(byte)
    }
  }

  private func controlSequence() -> Keystroke {
    var digits: [UInt8] = []
    while case .byte(let byte) = read(KeyDecoder.sequencePause) {
      if byte >= 0x40 {
        let parameters = digits.split(
          separator: UInt8(ascii: ";"), omittingEmptySubsequences: false
        )
        .map { Int(String(decoding: $0, as: UTF8.self)) ?? 1 }
        if byte == UInt8(ascii: "~"), parameters.first == 200 { return paste() }
        return key(final: byte, parameters: parameters)
      }
      digits.append(byte)
      if digits.count > 32 { break }
    }
    return .unknown
  }

  private func key(final: UInt8, parameters: [Int]) -> Keystroke {
    let isModified = parameters.count > 1 && parameters[1] > 1
    let key: Key? =
      switch (Character(UnicodeScalar(final)), parameters.first) {
      case ("A", _): .up
      case ("B", _): .down
      case ("C", _): isModified ? .wordRight : .right
      case ("D", _): isModified ? .wordLeft : .left
      case ("H", _), ("~", 1), ("~", 7): .home
      case ("F", _), ("~", 4), ("~", 8): .end
      case ("~", 3): .delete
      case ("M", _): .enter
      default: nil
      }
    return key.map { .character($0.rawValue) } ?? .unknown
  }

  // MARK: - Pasting

  /// Everything up to the closing bracket, with line ends as `\n`, tabs as spaces and without
  /// other control characters. Ctrl-C ends a paste whose closing bracket was lost.
  private func paste() -> Keystroke {
    let closing: [UInt8] = Array("\u{1B}[201~".utf8)
    var bytes: [UInt8] = []
    reading: while true {
      switch read(KeyDecoder.pastePause) {
      case .signal: return .signal
      case .timeout, .endOfFile: break reading
      case .byte(let byte): bytes.append(byte)
      }
      if bytes.last == closing.last, bytes.suffix(closing.count).elementsEqual(closing) {
        bytes.removeLast(closing.count)
        break
      }
    }
    return .paste(
      KeyDecoder.editable(
        isUnicode
          ? String(decoding: bytes, as: UTF8.self) : String(scalars: bytes.map(KeyDecoder.scalar))))
  }

  /// Text as it may stand in an editing buffer.
  static func editable(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    var follows: UnicodeScalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\r": scalars.append("\n")
      case "\n": if follows != "\r" { scalars.append("\n") }
      case "\t": scalars.append(contentsOf: "    ".unicodeScalars)
      case _ where scalar.properties.generalCategory == .control: break
      default: scalars.append(scalar)
      }
      follows = scalar
    }
    return String(scalars)
  }
}
