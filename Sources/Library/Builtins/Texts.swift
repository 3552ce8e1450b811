import Autograd
import Language
import Presentation
import Tensors

extension Library {
  private static let text = Parameter("text", .string, "the string")
  private static let separator = Parameter(
    "sep", .string, default: Attribute.none, "what stands between")
  private static let limit = Parameter(
    "maxsplit", .integer, default: .integer(-1), "how often to cut; -1 wherever it occurs")

  /// The methods of strings.
  static let texts: [Builtin] = [
    Builtin(
      "str.split", "Cuts a string into a list of parts.",
      notes: "Without a separator at white space, of which none is left.",
      examples: [
        "\"a b  c\".split()  # [\"a\", \"b\", \"c\"]",
        "\"1,,2\".split(\",\")  # [\"1\", \"\", \"2\"]",
      ],
      parameters: [text, separator, limit]
    ) { call in
      let text = try call.string(0)
      let limit = try call.integer(2)
      if call.isNone(1) {
        try call.makeParts(text.utf8.count { $0 <= 32 || $0 >= 128 })
        let parts = try text.split(maxSplits: limit < 0 ? .max : limit) { character in
          try Poll.check(spending: 32)
          return character.isWhitespace
        }
        return try .strings(limit < 0 ? parts : parts.map { $0.drop(while: \.isWhitespace) })
      }
      let parts = try call.parts(of: text, between: try call.filled(1))
      guard limit >= 0, parts.count - 1 > limit else { return try .strings(parts) }
      let rest = parts[limit...].joined(separator: try call.string(1))
      return try .strings(parts[..<limit] + [rest])
    },
    Builtin(
      "str.rsplit", "Cuts a string into a list of parts, from the end.",
      examples: ["\"a.b.c\".rsplit(\".\", 1)  # [\"a.b\", \"c\"]"],
      parameters: [text, separator, limit]
    ) { call in
      let (text, limit) = (try call.string(0), try call.integer(2))
      let isBlank = call.isNone(1)
      let parts =
        isBlank
        ? text.split(whereSeparator: \.isWhitespace).map(String.init)
        : try call.parts(of: text, between: try call.filled(1))
      guard limit >= 0, parts.count - 1 > limit else { return try .strings(parts) }
      if isBlank {
        throw call.fail(1, "bad-argument", "rsplit with a limit needs a separator here")
      }
      let rest = parts[..<(parts.count - limit)].joined(separator: try call.string(1))
      return try .strings([rest] + parts.suffix(limit))
    },
    Builtin(
      "str.partition", "Cuts a string at the first place where another occurs, into three parts.",
      examples: ["\"a=b=c\".partition(\"=\")  # (\"a\", \"=\", \"b=c\")"],
      parameters: [text, Parameter("sep", .string, "where to cut")]
    ) { call in
      let parts = try call.parts(of: try call.string(0), between: try call.filled(1))
      guard parts.count > 1 else { return .tuple([call[0], .string(""), .string("")]) }
      let rest = parts.dropFirst().joined(separator: try call.string(1))
      return .tuple([.string(parts[0]), call[1], .string(rest)])
    },
    Builtin(
      "str.rpartition", "Cuts a string at the last place where another occurs, into three parts.",
      examples: ["\"a=b=c\".rpartition(\"=\")  # (\"a=b\", \"=\", \"c\")"],
      parameters: [text, Parameter("sep", .string, "where to cut")]
    ) { call in
      let parts = try call.parts(of: try call.string(0), between: try call.filled(1))
      guard parts.count > 1 else { return .tuple([.string(""), .string(""), call[0]]) }
      let first = parts.dropLast().joined(separator: try call.string(1))
      return .tuple([.string(first), call[1], .string(parts[parts.count - 1])])
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
      let separator = try call.string(0)
      try call.make(parts.reduce(0) { $0 + $1.utf8.count }, and: parts.count, of: separator)
      return .string(parts.joined(separator: separator))
    },
    Builtin(
      "str.count", "Counts where another string occurs.",
      examples: ["\"banana\".count(\"an\")  # 2"],
      parameters: [text, Parameter("part", .string, "what to count")]
    ) { call in
      .integer(try call.parts(of: try call.string(0), between: try call.filled(1)).count - 1)
    },
    Builtin(
      "str.replace", "Puts another string wherever one occurs.",
      examples: ["\"banana\".replace(\"an\", \"o\")  # \"booa\""],
      parameters: [
        text, Parameter("old", .string, "what to replace"),
        Parameter("new", .string, "what to put there"),
        Parameter("count", .integer, default: .integer(-1), "how often; -1 wherever it occurs"),
      ]
    ) { call in
      let text = try call.string(0)
      let parts = try call.parts(of: text, between: try call.filled(1))
      let (new, count) = (try call.string(2), try call.integer(3))
      try call.make(text.utf8.count, and: parts.count, of: new)
      guard count >= 0, parts.count - 1 > count else {
        return .string(parts.joined(separator: new))
      }
      let rest = parts[count...].joined(separator: try call.string(1))
      return .string((parts[..<count] + [rest]).joined(separator: new))
    },
    Builtin(
      "str.upper", "Gives capital letters.", examples: ["\"ab\".upper()  # \"AB\""],
      parameters: [text]
    ) {
      call in .string(try call.counted(0).uppercased())
    },
    Builtin(
      "str.lower", "Gives small letters.", examples: ["\"AB\".lower()  # \"ab\""],
      parameters: [text]
    ) {
      call in .string(try call.counted(0).lowercased())
    },
    Builtin(
      "str.startswith", "Tells whether a string begins with another.",
      examples: ["\"abc\".startswith(\"ab\")  # True"],
      parameters: [text, Parameter("prefix", .any, "how it may begin, or a tuple of that")]
    ) { call in
      let text = try call.string(0)
      return .truth(try call.choices(1).contains { $0.isEmpty || text.hasPrefix($0) })
    },
    Builtin(
      "str.endswith", "Tells whether a string ends with another.",
      examples: ["\"abc\".endswith(\"bc\")  # True"],
      parameters: [text, Parameter("suffix", .any, "how it may end, or a tuple of that")]
    ) { call in
      let text = try call.string(0)
      return .truth(try call.choices(1).contains { $0.isEmpty || text.hasSuffix($0) })
    },
    Builtin(
      "str.removeprefix", "Takes a beginning off, where the string has it.",
      examples: ["\"w_out\".removeprefix(\"w_\")  # \"out\""],
      parameters: [text, Parameter("prefix", .string, "the beginning")]
    ) { call in
      let (text, part) = (try call.string(0), try call.string(1))
      return .string(text.hasPrefix(part) ? String(text.dropFirst(part.count)) : text)
    },
    Builtin(
      "str.removesuffix", "Takes an end off, where the string has it.",
      examples: ["\"loss.txt\".removesuffix(\".txt\")  # \"loss\""],
      parameters: [text, Parameter("suffix", .string, "the end")]
    ) { call in
      let (text, part) = (try call.string(0), try call.string(1))
      return .string(text.hasSuffix(part) ? String(text.dropLast(part.count)) : text)
    },
  ]
}

extension Call {
  /// One string, or a tuple of them.
  fileprivate func choices(_ position: Int) throws -> [String] {
    guard case .tuple(let items) = self[position] else { return [try string(position)] }
    return try items.map { item in
      guard case .string(let text) = item else {
        throw fail(position, "wrong-kind", "a string is needed here, not \(item.kindText)")
      }
      return text
    }
  }
}

extension Value {
  fileprivate static func strings(_ parts: [some StringProtocol]) throws -> Value {
    .list(List(try Poll.map(parts, steps: 64) { .string(String($0)) }))
  }
}

extension Call {
  /// A string argument of which a text of about the same size is about to be made.
  fileprivate func counted(_ position: Int) throws -> String {
    let text = try string(position)
    try evaluator.make(2 * text.utf8.count, at: span)
    return text
  }

  /// Counts a text that is about to be made of some bytes and a number of pieces of another text.
  fileprivate func make(_ bytes: Int, and count: Int, of piece: String) throws {
    let (pieces, overflow) = count.multipliedReportingOverflow(by: piece.utf8.count)
    let (total, overflows) = bytes.addingReportingOverflow(pieces)
    try evaluator.makeText(overflow || overflows ? .max : total, at: span)
  }

  /// Counts the parts that a text is about to be cut into.
  fileprivate func makeParts(_ count: Int) throws {
    try evaluator.make(
      count + 1, of: MemoryLayout<Substring>.stride + MemoryLayout<Value>.stride + 32, at: span)
  }

  /// The parts of a text between occurrences of another one.
  fileprivate func parts(of text: String, between separator: String) throws -> [String] {
    let first = separator.utf8.first
    try makeParts(text.utf8.count { $0 == first })
    var parts: [String] = []
    let bytes = Array(text.utf8)
    var start = 0
    while let place = try bytes.place(of: Array(separator.utf8), from: start) {
      parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
      start = place + separator.utf8.count
    }
    return parts + [String(decoding: bytes[start...], as: UTF8.self)]
  }

  /// A string argument of at least one character.
  fileprivate func filled(_ position: Int) throws -> String {
    let text = try string(position)
    if text.isEmpty { throw fail(position, "bad-argument", "the empty string occurs everywhere") }
    return text
  }
}

extension [UInt8] {
  /// Where other bytes, of which there is at least one, occur first: as Python looks for text, code
  /// point by code point.
  func place(of part: [UInt8], from start: Int = 0) throws -> Int? {
    var place = start
    while place + part.count <= count {
      try Poll.check(spending: 4)
      if self[place] == part[0], self[place..<(place + part.count)].elementsEqual(part) {
        return place
      }
      place += 1
    }
    return nil
  }
}
