/// What documentation says beyond the summary: facts as text, and conventions, which also stand on a
/// page of their own.
package struct Notes: Sendable, Equatable, ExpressibleByStringInterpolation {
  package let text: String
  package let conventions: [Convention]

  package init(stringLiteral text: String) { self.init(text) }

  package init(_ text: String = "", _ conventions: Convention...) {
    self.text = text
    self.conventions = conventions
  }

  /// The same with more to say.
  package static func + (notes: Notes, more: Notes) -> Notes {
    Notes(
      text: [notes.text, more.text].filter { !$0.isEmpty }.joined(separator: " "),
      conventions: notes.conventions + more.conventions)
  }

  private init(text: String, conventions: [Convention]) {
    self.text = text
    self.conventions = conventions
  }
}

/// Something that could as well be otherwise, what it is here, and what it is in PyTorch.
package struct Convention: Sendable, Hashable {
  package let topic: String
  package let here: String
  package let pytorch: String

  package init(_ topic: String, _ here: String, pytorch: String = "the same") {
    self.topic = topic
    self.here = here
    self.pytorch = pytorch
  }
}
