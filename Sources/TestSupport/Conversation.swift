import Testing

/// Lines typed at the prompt one after another, for transcripts. Who answers is up to the test:
/// every layer has tests that import this target, so it knows no session.
package struct Conversation: CustomTestStringConvertible, Sendable {
  package let name: String
  package let inputs: [String]

  package var testDescription: String { name }

  package init(_ name: String, _ inputs: [String]) {
    self.name = name
    self.inputs = inputs
  }

  /// What was typed, after the prompt or the mark of a line that goes on, and what came back.
  package func transcript(_ answer: (String) throws -> String) rethrows -> String {
    try inputs.map { input in
      let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
      let typed = lines.enumerated().map { ($0.offset == 0 ? "∇ " : "… ") + $0.element + "\n" }
      return try typed.joined() + answer(input)
    }.joined()
  }
}
