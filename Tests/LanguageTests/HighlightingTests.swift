import Language
import Testing

struct HighlightingTests {
  private func parts(_ text: String) -> [String] {
    let utf8 = Array(text.utf8)
    return Highlighting.parts(of: text) { ["softmax", "x"].contains($0.name) }.map {
      "\($0.part) \(String(decoding: utf8[$0.span.start..<$0.span.end], as: UTF8.self))"
    }
  }

  @Test(arguments: [
    ("y = softmax(x) + 1.5  # done", ["number 1.5", "comment # done"]),
    ("y = sofmax(x)", ["unknown sofmax"]),
    (
      "def f(a, b=2): return a*c",
      [
        "keyword def", "number 2", "keyword return", "unknown c",
      ]
    ),
    ("for i in x: print", ["keyword for", "keyword in", "unknown print"]),
    ("s = 'two' + q", ["string 'two'", "unknown q"]),
    ("x.shape", []),
    ("[k**2 for k in x]", ["number 2", "keyword for", "keyword in"]),
    ("import numpy as np", ["keyword import", "keyword as"]),
    ("f(t) = t**2", ["number 2"]),
    ("(1 + ", ["number 1"]),
    ("'open", ["string 'open"]),
  ])
  func partsOfATextAreFound(_ text: String, _ expected: [String]) {
    #expect(parts(text) == expected)
  }

  /// Whatever is typed has parts in order, inside of the text, and none twice.
  @Test func partsLieInOrder() {
    for text in [
      "f\"{x:.2f} and {y}\" # c\n'''a\nb'''", "Θ₁ᵀ @ x̄ − 1e−3", "\\theta )]}", ":digits 2",
    ] {
      var end = 0
      for (span, _) in Highlighting.parts(of: text, isKnown: { _ in false }) {
        #expect(span.start >= end && span.end <= text.utf8.count, "\(text)")
        end = span.end
      }
    }
  }
}
