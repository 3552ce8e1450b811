import Autograd
import Language
import Presentation
import Tensors

extension Library {
  private static let text = Parameter("text", .string, "the string")
  private static let characters = Parameter(
    "characters", .string, default: Attribute.none, "what to take off; white space by default")
  private static let width = Parameter("width", .integer, "how long the result is at least")
  private static let fill = Parameter("fill", .string, default: .string(" "), "what fills up")

  private static let part = Parameter("part", .string, "what to find")
  private static let start = Parameter("start", .integer, default: .integer(0), "where to begin")

  /// Methods of strings that trim, fill, search and ask.
  static let textMethods: [Builtin] = [
    trimming("strip", "both ends", start: true, end: true),
    trimming("lstrip", "the start", start: true, end: false),
    trimming("rstrip", "the end", start: false, end: true),
    filling("ljust", "at the end") { missing, _ in (0, missing) },
    filling("rjust", "at the start") { missing, _ in (missing, 0) },
    // As in CPython the odd blank goes left where the width is odd.
    filling("center", "on both sides") { missing, width in
      let left = missing / 2 + (missing & width & 1)
      return (left, missing - left)
    },
    Builtin(
      "str.zfill", "Fills up with zeros behind the sign.",
      examples: ["\"-7\".zfill(4)  # \"-007\""],
      parameters: [text, width]
    ) { call in
      var digits = try call.string(0)
      let sign = digits.first.map { "+-".contains($0) } == true ? String(digits.removeFirst()) : ""
      let width = max(0, min(try call.integer(1), 10_000))
      let missing = width - digits.count - sign.count
      return .string(sign + String(repeating: "0", count: max(0, missing)) + digits)
    },
    Builtin(
      "str.find", "Gives the first position of another string, -1 where it does not occur.",
      examples: ["\"banana\".find(\"na\")  # 2", "\"a\".find(\"b\")  # -1"],
      parameters: [text, part, start]
    ) { call in .integer(try call.position(of: 1, in: 0) ?? -1) },
    Builtin(
      "str.rfind", "Gives the last position of another string, -1 where it does not occur.",
      examples: ["\"banana\".rfind(\"na\")  # 4"], parameters: [text, part, start]
    ) { call in .integer(try call.position(of: 1, in: 0, isLast: true) ?? -1) },
    Builtin(
      "str.index", "Gives the first position of another string.",
      examples: ["\"banana\".index(\"na\")  # 2"],
      parameters: [text, part, start]
    ) { call in
      guard let place = try call.position(of: 1, in: 0) else {
        throw call.fail(1, "not-found", "the string does not contain it")
      }
      return .integer(place)
    },
    Builtin(
      "str.splitlines", "Cuts a string at its line ends.",
      examples: ["\"a\\nb\".splitlines()  # [\"a\", \"b\"]"], parameters: [text]
    ) { call in
      let text = try call.string(0)
      try Memory.make(
        text.utf8.count { $0 < 32 || $0 >= 128 },
        of: MemoryLayout<Substring>.stride + 2 * MemoryLayout<Value>.stride)
      var lines = try text.split(omittingEmptySubsequences: false) { character in
        try Poll.check(spending: 32)
        return character.isNewline
      }
      if lines.last?.isEmpty == true { lines.removeLast() }
      return .list(List(try Poll.map(lines, steps: 64) { .string(String($0)) }))
    },
    changing("title", "Begins every word with a capital letter.", "\"a bc\".title()  # \"A Bc\"") {
      var isInWord = false
      return Poll.each($0, steps: 64).reduce(into: "") { text, character in
        text += isInWord ? character.lowercased() : character.uppercased()
        isInWord = character.isLetter
      }
    },
    changing("capitalize", "Begins with a capital letter.", "\"aB\".capitalize()  # \"Ab\"") {
      $0.prefix(1).uppercased() + $0.dropFirst().lowercased()
    },
    changing("swapcase", "Exchanges capital and small letters.", "\"aB\".swapcase()  # \"Ab\"") {
      Poll.each($0, steps: 64).reduce(into: "") { text, character in
        text += character.isUppercase ? character.lowercased() : character.uppercased()
      }
    },
    asking("isdigit", "digits", "\"12\".isdigit()  # True", \.isWholeNumber),
    asking("isnumeric", "digits", "\"12\".isnumeric()  # True", \.isNumber),
    asking("isalpha", "letters", "\"ab\".isalpha()  # True", \.isLetter),
    asking("isspace", "white space", "\" \".isspace()  # True", \.isWhitespace),
    Builtin(
      "str.isalnum", "Tells whether there are letters and digits alone.",
      examples: ["\"a1\".isalnum()  # True"], parameters: [text]
    ) { call in
      let text = try call.string(0)
      return .truth(
        !text.isEmpty && Poll.each(text, steps: 32).allSatisfy { $0.isLetter || $0.isNumber })
    },
    Builtin(
      "str.isupper", "Tells whether all letters are capital ones.",
      examples: ["\"AB\".isupper()  # True"], parameters: [text]
    ) { call in
      let text = try call.string(0)
      let letters = Poll.each(text, steps: 32)
      return .truth(
        letters.contains(where: \.isUppercase) && !letters.contains(where: \.isLowercase))
    },
    Builtin(
      "str.islower", "Tells whether all letters are small ones.",
      examples: ["\"ab\".islower()  # True"], parameters: [text]
    ) { call in
      let text = try call.string(0)
      let letters = Poll.each(text, steps: 32)
      return .truth(
        letters.contains(where: \.isLowercase) && !letters.contains(where: \.isUppercase))
    },
  ]

  private static func trimming(
    _ name: String, _ place: String, start: Bool, end: Bool
  ) -> Builtin {
    Builtin(
      "str." + name, "Takes white space, or the characters given, off \(place).",
      examples: [Example(stringLiteral: "\"a\".\(name)()  # \"a\"")],
      parameters: [text, characters]
    ) { call in
      let given = call.isNone(1) ? nil : Set(try call.string(1))
      func isTrimmed(_ character: Character) -> Bool {
        given.map { $0.contains(character) } ?? character.isWhitespace
      }
      var rest = Substring(try call.string(0))
      if start { rest = rest.drop(while: isTrimmed) }
      if end { while let last = rest.last, isTrimmed(last) { rest.removeLast() } }
      return .string(String(rest))
    }
  }

  private static func filling(
    _ name: String, _ place: String,
    _ shares: @escaping @Sendable (_ missing: Int, _ width: Int) -> (Int, Int)
  ) -> Builtin {
    Builtin(
      "str." + name, "Fills a string up \(place).",
      examples: [Example(stringLiteral: "\"a\".\(name)(1)  # \"a\"")],
      parameters: [text, width, fill]
    ) { call in
      let text = try call.string(0)
      let width = max(0, min(try call.integer(1), 10_000))
      let missing = width - text.count
      guard missing > 0 else { return .string(text) }
      let (left, right) = shares(missing, width)
      let sign = try call.string(2)
      guard sign.count == 1 else {
        throw call.fail(2, "bad-argument", "what fills up is one character, not \(sign.count)")
      }
      return .string(
        String(repeating: sign, count: left) + text + String(repeating: sign, count: right))
    }
  }

  private static func changing(
    _ name: String, _ summary: String, _ example: Example,
    _ change: @escaping @Sendable (String) -> String
  ) -> Builtin {
    Builtin("str." + name, summary, examples: [example], parameters: [text]) { call in
      .string(change(try call.string(0)))
    }
  }

  private static func asking(
    _ name: String, _ what: String, _ example: Example,
    _ isOne: @escaping @Sendable (Character) -> Bool
  ) -> Builtin {
    Builtin(
      "str." + name, "Tells whether there are \(what) alone.", examples: [example],
      parameters: [text]
    ) { call in
      let text = try call.string(0)
      return .truth(!text.isEmpty && Poll.each(text, steps: 32).allSatisfy(isOne))
    }
  }
}

extension Call {
  fileprivate func position(of part: Int, in whole: Int, isLast: Bool = false) throws -> Int? {
    let text = try string(whole)
    let part = try string(part)
    var start = try integer(2)
    if start < 0 { start = max(0, start + text.count) }
    if part.isEmpty { return isLast ? text.count : start <= text.count ? start : nil }
    let bytes = Array(text.utf8)
    let wanted = Array(part.utf8)
    var found: Int?
    var place = start == 0 ? 0 : text.prefix(start).utf8.count
    while let next = try bytes.place(of: wanted, from: place) {
      found = next
      guard isLast else { break }
      place = next + 1
    }
    return found.map { String(decoding: text.utf8.prefix($0), as: UTF8.self).count }
  }
}
