// What a program finds in a JSON text of its own.

extension JSONValue {
  /// Nil for a text that is no JSON.
  package init?(reading text: String) {
    guard let value = try? JSONReader.value(of: text) else { return nil }
    self = value
  }

  package var integer: Int? { if case .int(let number) = self { number } else { nil } }
  package var boolean: Bool? { if case .bool(let truth) = self { truth } else { nil } }
}
