import Session
import TestSupport
import Testing

/// Whatever is typed, the session answers and goes on. The soup is the language's own words, so
/// that much of it gets past the parser.
struct TokenSoupTests {
  private static let tokens = [
    "x", "y", "W", "f", "E", "1", "0", "-1", "2.5", "1e308", "nan", "inf", "10**18", "[1, 2]",
    "[1.0, 2; 3, 4]", "[]",
    "\"s\"", "None", "True", "zeros(2, 3)", "range(3)", "(1, 2)", "[\"a\", 1]", "(", ")", "[", "]",
    "{", "}", ",", ";", ":",
    ".", "=", "==", "<", ">=", "+", "-", "*", "/", "//", "%", "**", "@", "←", "⊙", "ᵀ", "∂",
    "∂E/∂x", "d(E)/d(x)", "if",
    "else", "for", "in", "while", "def", "return", "lambda", "and", "not", "with", "rounding(2)",
    "break", "assert", "del",
    "\n", "\n    ", "#", "f\"{", "\"", "'", "\\", "...", "::", "[0]", "[-1]", "[:, 1]", "[None]",
    ".T", ".shape", ".grad",
    ".backward()", ".sum(axis=", "axis=1", "sum(", "softmax(", "reshape(", "conv2d(", "explain(",
    "gradcheck(", "print(",
    "max(", "stack(", "one_hot(", "pad(", ".append(", "sort(", "?", ":vars", ":explain", ":graph",
    ":time", ":digits", "ŷ", "′",
    "\u{0}", "\u{7}", "\u{FEFF}", "𝛉", "+=", "-=", "is", "x = 1.5", "E = sum(x * x)",
    "W = [1.0, 2; 3, 4]", "f(t) = t + W",
  ]

  @Test(arguments: 1...8)
  func theSessionSurvives(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let memory = try MemorySession()
    var answered = 0
    for _ in 0..<250 {
      memory.type("x = 1.5\nW = [1.0, 2; 3, 4]\nE = sum(x * x * W)")
      let count = Int.random(in: 1...12, using: &generator)
      let words = (0..<count).map { _ in
        TokenSoupTests.tokens.randomElement(using: &generator) ?? ""
      }
      let soup = words.joined(separator: Bool.random(using: &generator) ? " " : "")
      guard !soup.contains("while") || soup.contains("break") else { continue }
      let response = memory.respond(soup)
      #expect(!response.diagnostics.contains { $0.code == "internal" }, "\(soup)")
      answered += response.outcome == .fine ? 1 : 0
      _ = memory.render(response)
      _ = memory.session.continuation(after: soup)
      _ = memory.session.complete(soup, cursor: soup.utf8.count)
    }
    #expect(answered > 5, "the soup never ran")
    memory.type(":reset")
    #expect(memory.type("1 + 1") == "2\n")
  }
}
