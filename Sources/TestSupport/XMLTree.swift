/// An XML document taken apart, to see that it is one and what is in it: strict about everything that
/// output of this project may contain (elements, attributes, the five entities, numbers of characters).
package final class XMLTree {
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  package let name: String
  package let attributes: [String: String]
  package private(set) var children: [XMLTree] = []
  /// The text directly inside.
  package private(set) var ownText = ""

  private init(_ name: String, _ attributes: [String: String]) {
    self.name = name
    self.attributes = attributes
  }

  /// The root element of a document; one `<!DOCTYPE …>` may stand before it.
  package static func parsed(_ text: String) throws -> XMLTree {
    var parser = Parser(rest: Array(text.unicodeScalars)[...])
    parser.skipSpaces()
    if parser.takes("<!DOCTYPE") { _ = try parser.upTo(">") }
    parser.skipSpaces()
    let root = try parser.element()
    parser.skipSpaces()
    guard parser.rest.isEmpty else { throw parser.fault("text after the root element") }
    return root
  }

  /// This element and all beneath it, in order.
  package var all: [XMLTree] { [self] + children.flatMap(\.all) }

  package func elements(_ name: String) -> [XMLTree] { all.filter { $0.name == name } }

  /// All text inside, in order as far as elements do not stand between texts.
  package var text: String { ownText + children.map(\.text).joined() }

  private struct Parser {
    var rest: ArraySlice<Unicode.Scalar>

    func fault(_ reason: String) -> Fault {
      let place = String(String.UnicodeScalarView(rest.prefix(60)))
      return Fault(description: "\(reason) before '\(place)'")
    }

    mutating func skipSpaces() {
      while let scalar = rest.first, scalar.properties.isWhitespace { rest.removeFirst() }
    }

    mutating func takes(_ text: String) -> Bool {
      guard rest.starts(with: text.unicodeScalars) else { return false }
      rest = rest.dropFirst(text.unicodeScalars.count)
      return true
    }

    mutating func upTo(_ end: Unicode.Scalar) throws -> String {
      guard let place = rest.firstIndex(of: end) else { throw fault("no \(end)") }
      defer { rest = rest[(place + 1)...] }
      return String(String.UnicodeScalarView(rest[..<place]))
    }

    private mutating func name() throws -> String {
      let scalars = rest.prefix {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
          || "-_:".unicodeScalars.contains($0)
      }
      guard !scalars.isEmpty else { throw fault("no name") }
      rest = rest.dropFirst(scalars.count)
      return String(String.UnicodeScalarView(scalars))
    }

    mutating func element() throws -> XMLTree {
      guard takes("<") else { throw fault("no element") }
      let name = try name()
      var attributes: [String: String] = [:]
      while true {
        let before = rest.count
        skipSpaces()
        if takes("/>") { return XMLTree(name, attributes) }
        if takes(">") { break }
        guard rest.count < before else { throw fault("no space before an attribute") }
        let key = try self.name()
        guard takes("=\"") else { throw fault("no quoted value") }
        let value = try upTo("\"")
        guard attributes.updateValue(try unescaped(value), forKey: key) == nil else {
          throw fault("'\(key)' given twice")
        }
      }
      let result = XMLTree(name, attributes)
      try content(of: result)
      return result
    }

    private mutating func content(of element: XMLTree) throws {
      while !takes("</\(element.name)>") {
        guard let next = rest.first else { throw fault("'\(element.name)' is not closed") }
        if next == "<" {
          element.children.append(try self.element())
        } else {
          let run = rest.prefix { $0 != "<" }
          rest = rest.dropFirst(run.count)
          element.ownText += try unescaped(String(String.UnicodeScalarView(run)))
        }
      }
    }

    private func unescaped(_ text: String) throws -> String {
      if text.contains("<") { throw Fault(description: "'<' inside '\(text)'") }
      for scalar in text.unicodeScalars
      where scalar.value < 0x20 && !"\t\n\r".unicodeScalars.contains(scalar) {
        throw Fault(description: "a control character in '\(text)'")
      }
      let entities = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
      let parts = text.split(separator: "&", omittingEmptySubsequences: false)
      return try String(parts[0])
        + parts.dropFirst().map { part -> String in
          guard let end = part.firstIndex(of: ";") else {
            throw Fault(description: "a bare '&' in '\(text)'")
          }
          let name = String(part[..<end])
          let number =
            name.hasPrefix("#") ? UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init) : nil
          guard let character = entities[name] ?? number.map({ String(Character($0)) }) else {
            throw Fault(description: "unknown entity '&\(name);'")
          }
          return character + part[part.index(after: end)...]
        }.joined()
    }
  }
}
