/// Reads JSON texts: a value and nothing behind it. Objects keep the order of their keys; numbers
/// without point and exponent become whole numbers where they fit.
package struct JSONReader {
  package struct Problem: Error, Sendable, Equatable {
    package let reason: String
    /// Where in the text, in bytes.
    package let offset: Int
  }

  private let bytes: [UInt8]
  private var at = 0
  /// Deeper than any text of ours.
  private static let deepest = 64

  package static func value(of text: String) throws(Problem) -> JSONValue {
    var reader = JSONReader(bytes: Array(text.utf8))
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.at == reader.bytes.count else {
      throw reader.problem("something follows the value")
    }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ reason: String) -> Problem { Problem(reason: reason, offset: at) }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  private mutating func take(_ byte: Character) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == byte.asciiValue else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) -> JSONValue {
    guard depth < Self.deepest else { throw problem("brackets nested too deep") }
    skipSpace()
    guard at < bytes.count else { throw problem("a value is missing") }
    switch bytes[at] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(Problem) -> JSONValue {
    guard bytes[at...].starts(with: text.utf8) else { throw problem("no value of JSON") }
    at += text.utf8.count
    return value
  }

  private mutating func number() throws(Problem) -> JSONValue {
    let start = at
    while at < bytes.count, "+-0123456789.eE".utf8.contains(bytes[at]) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    if let whole = Int(text) { return .int(whole) }
    guard let number = Double(text), number.isFinite else {
      at = start
      throw problem("no value of JSON")
    }
    return .number(number)
  }

  private mutating func array(depth: Int) throws(Problem) -> JSONValue {
    at += 1
    var items: [JSONValue] = []
    if take("]") { return .array(items) }
    repeat { items.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw problem("']' is missing") }
    return .array(items)
  }

  private mutating func object(depth: Int) throws(Problem) -> JSONValue {
    at += 1
    var members: [JSONValue.Member] = []
    if take("}") { return .object(members) }
    repeat {
      skipSpace()
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
        throw problem("a key is missing")
      }
      let key = try string()
      guard take(":") else { throw problem("':' is missing") }
      members.append(.init(key, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw problem("'}' is missing") }
    return .object(members)
  }

  private mutating func string() throws(Problem) -> String {
    at += 1
    var result: [UInt8] = []
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: result, as: UTF8.self) else {
          throw problem("a text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): result += try escape()
      default: result.append(byte)
      }
    }
    throw problem("a text is not closed")
  }

  private mutating func escape() throws(Problem) -> [UInt8] {
    guard at < bytes.count else { throw problem("a text is not closed") }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "u"): return try unicode()
    default: return [byte]
    }
  }

  private mutating func unicode() throws(Problem) -> [UInt8] {
    var units = [try unit()]
    if UTF16.isLeadSurrogate(units[0]), bytes[at...].starts(with: "\\u".utf8) {
      at += 2
      units.append(try unit())
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private mutating func unit() throws(Problem) -> UInt16 {
    let digits = String(decoding: bytes[at...].prefix(4), as: UTF8.self)
    guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) else {
      throw problem("\\u needs four digits")
    }
    at += 4
    return unit
  }
}

extension JSONValue {
  /// The value under a key of an object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  package var string: String? { if case .string(let text) = self { text } else { nil } }

  package var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .number(let value): value
    case .null, .bool, .string, .array, .object: nil
    }
  }

  package var items: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
}
