/// Makes content harmless: what would steer a terminal is shown instead of obeyed.
package enum Visible {
  /// The text with every control character spelled out: ESC as `^[`, DEL as `^?`, the second
  /// control block and the marks that reverse the reading direction as `<9B>`, `<202E>`.
  /// Tabs and line feeds stay, because layout gives them their meaning; a carriage return
  /// before a line feed goes.
  package static func text(_ text: String) -> String { spelling(steers, in: text) }

  /// The text with the control characters alone spelled out, for pages: what reverses the reading
  /// direction there is set apart, and stays what it is.
  package static func page(_ text: String) -> String { spelling(isControl, in: text) }

  private static func spelling(
    _ isSpelled: (Unicode.Scalar) -> Bool, in text: String
  ) -> String {
    guard text.unicodeScalars.contains(where: isSpelled) else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    var returned = false
    for scalar in text.unicodeScalars {
      // A carriage return is written when it turns out that no line feed follows.
      if returned, scalar != "\n" { result += spelled("\r") }
      returned = scalar == "\r" && isSpelled(scalar)
      if returned { continue }
      if isSpelled(scalar) {
        result += spelled(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return returned ? result + spelled("\r") : result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0: true
    default: false
    }
  }

  /// Whether a text may change the direction in which what stands beside it is read.
  package static func turns(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
      default: false
      }
    }
  }

  private static func steers(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    // Interlinear marks and tags: invisible carriers of text nobody sees.
    case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
    default: isControl(scalar)
    }
  }

  private static func spelled(_ scalar: Unicode.Scalar) -> String {
    guard scalar.value < 0x80 else {
      return "<\(String(scalar.value, radix: 16, uppercase: true))>"
    }
    return "^" + String(Character(Unicode.Scalar(UInt8(scalar.value ^ 0x40))))
  }
}
