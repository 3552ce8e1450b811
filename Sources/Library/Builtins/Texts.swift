import Autograd
import Language
import Presentation

extension Library {
  private static let text = Parameter("text", .string, "the string")

  /// The methods of strings.
  static let texts: [Builtin] = [
    Builtin(
      "str.split", "Cuts a string into a list of parts.",
      notes: "Without a separator at white space, of which none is left.",
      examples: [
        "\"a b  c\".split()  # [\"a\", \"b\", \"c\"]",
        "\"1,,2\".split(\",\")  # [\"1\", \"\", \"2\"]",
      ],
      parameters: [
        text, Parameter("separator", .string, default: Attribute.none, "what stands between"),
      ]
    ) { call in
      let text = try call.string(0)
      if call.isNone(1) { return .strings(text.split(whereSeparator: \.isWhitespace)) }
      return .strings(text.components(separatedBy: try call.filled(1)))
    },
    Builtin(
      "str.join", "Joins strings with this one between them.",
      examples: ["\", \".join([\"a\", \"b\"])  # \"a, b\""],
      parameters: [text, Parameter("parts", .any, "a list of strings")]
    ) { call in
      let parts = try call.items(1).map { item in
        guard case .string(let part) = item else {
          throw call.fail(
            1, "wrong-kind", "only strings can be joined, not \(item.kindText)",
            helps: ["str(x) for x in parts"])
        }
        return part
      }
      return .string(parts.joined(separator: try call.string(0)))
    },
    Builtin(
      "str.count", "Counts where another string occurs.",
      examples: ["\"banana\".count(\"an\")  # 2"],
      parameters: [text, Parameter("part", .string, "what to count")]
    ) { call in .integer(try call.string(0).components(separatedBy: try call.filled(1)).count - 1)
    },
    Builtin(
      "str.replace", "Puts another string wherever one occurs.",
      examples: ["\"banana\".replace(\"an\", \"o\")  # \"booa\""],
      parameters: [
        text, Parameter("old", .string, "what to replace"),
        Parameter("new", .string, "what to put there"),
      ]
    ) { call in
      let parts = try call.string(0).components(separatedBy: try call.filled(1))
      return .string(parts.joined(separator: try call.string(2)))
    },
    Builtin(
      "str.strip", "Takes white space off both ends.", examples: ["\" a b \".strip()  # \"a b\""],
      parameters: [text]
    ) { call in .string(try call.string(0).trimmed) },
    Builtin(
      "str.upper", "Gives capital letters.", examples: ["\"ab\".upper()  # \"AB\""],
      parameters: [text]
    ) {
      call in .string(try call.string(0).uppercased())
    },
    Builtin(
      "str.lower", "Gives small letters.", examples: ["\"AB\".lower()  # \"ab\""],
      parameters: [text]
    ) {
      call in .string(try call.string(0).lowercased())
    },
    Builtin(
      "str.startswith", "Tells whether a string begins with another.",
      examples: ["\"abc\".startswith(\"ab\")  # True"],
      parameters: [text, Parameter("beginning", .string, "how it may begin")]
    ) { call in .truth(try call.string(0).hasPrefix(call.string(1))) },
    Builtin(
      "str.endswith", "Tells whether a string ends with another.",
      examples: ["\"abc\".endswith(\"bc\")  # True"],
      parameters: [text, Parameter("end", .string, "how it may end")]
    ) { call in .truth(try call.string(0).hasSuffix(call.string(1))) },
  ]
}

extension Value {
  fileprivate static func strings(_ parts: [some StringProtocol]) -> Value {
    .list(List(parts.map { .string(String($0)) }))
  }
}

extension Call {
  /// A string argument of at least one character.
  fileprivate func filled(_ position: Int) throws -> String {
    let text = try string(position)
    if text.isEmpty { throw fail(position, "bad-argument", "the empty string occurs everywhere") }
    return text
  }
}

extension String {
  /// The parts between occurrences of a string that is not empty.
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
