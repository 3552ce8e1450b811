/// Text inside XML and HTML.
package enum XMLText {
  /// Safe between tags and inside quoted attributes (where a line feed reads back as a space);
  /// characters that XML 1.0 forbids become U+FFFD.
  package static func escaped(_ text: String) -> String {
    text.spelled { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      case "\t", "\n": nil
      // As it stands, a parser would turn it into a line feed.
      case "\r": "&#13;"
      default: isAllowed(scalar) ? nil : "\u{FFFD}"
      }
    }
  }

  /// The same with control characters, which XML cannot hold, spelled out.
  package static func visible(_ text: String) -> String { escaped(Visible.page(text)) }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}
