import Language
import Presentation
import TestSupport
import Testing

@Suite struct SyntaxErrorTests {
  /// One text per mistake; the golden file shows what each is answered with.
  static let mistakes: [String] = [
    "y = a && b", "y = a || b", "if !ready: pass", "i++", "a === b",
    "a <> b", "C = A .* B", "w -> 3", "y := 3", "print x, y", "explain E; E", "explain ∂E/∂w",
    "y = 2x", "y = 3(x + 1)",
    "v = [1 2 3]", "x = import torch", "from numpy", "import 3",
    "if x = 3: pass", "f(x) = = 3", "f(2) = 3", "3 = x", "a + b = c", "g()[0]() = 1",

    "def f(x, x): return 1", "def f(a=1, b): return b",
    "f(a=1, a=2)", "f(a=1, 2)", "f(x = 1 y)", "if x\n    y = 1", "if x", "else: y", "elif x: y",
    "if x: y\nelse if z: w", "for i x: pass",
    "while x:\ny = 1", "    x = 1", "if x:\n        a = 1\n    b = 1",
    "if x:\n\ta = 1\n        b = 1",
    "break", "return 3", "x = 1; if x: y", "y = (1 + 2", "y = f(1, [2, 3)", "y = 1 + 2)",
    "s = \"abc", "s = 'it", "A' @ x", "s = f\"{x\"", "s = f\"{}\"", "s = f\"a}\"",
    "s = f\"{x!q}\"", "s = b\"x\"", "s = \"\\xZZ\"", "y = \\theta + 1", "y = 1 +", "y = 1 + \\",
    "y = x?", "y = x€", "y = x\u{200B}", "x = \u{FFFD}", "y = 1 if x", "y = x[]", "∂E", "∂E/w",
    "∂E/∂x²", "∂²E/∂x", "x = 1e999", "x = 0b12", "x = x⁻", "a, *b, *c = d", "*a", "a, b += 1",
    "x = *y", "lambda x = 3", "d(E)/d(w, x)", "try:\n    x = 1", "not = 3", "x = in",
    "except ValueError:\n    pass", "@cached\nx = 1", "nonlocal x",
    "def f():\n    x = 1\n    global x",
    "class A(B, metaclass=M): pass", "s = “abc", "f'(3)", "σ'(0.5)", "f’(3)", "∑ x", "a ⊗ b", "∇L",
    ":digits 2", "x = {1: 2", "x = {1, *}", "x = {**a: 1}", "[*xs for x in y]", "x = ‖v",
    "y = a ≈ b",
    "yield x", "f(**d, 1)", "x = 1_000_", "d = {a: 1, b}",
  ]

  @Test func mistakesAreExplained() {
    let renderer = Renderer(width: 80, color: false)
    var text = "# What the parser says\n"
    for mistake in SyntaxErrorTests.mistakes {
      let result = Parser.parse(SourceText(name: "line", text: mistake))
      #expect(!result.problems.isEmpty, "accepted: \(mistake)")
      text += "\n```\n" + result.diagnostics.map { renderer.render($0) }.joined() + "```\n"
    }
    expectGolden(name: "syntax-errors", text: text)
  }

  @Test func everyMistakeHasFormAndPlace() {
    for mistake in SyntaxErrorTests.mistakes {
      for diagnostic in Parser.parse(SourceText(name: "line", text: mistake)).diagnostics {
        #expect(diagnostic.headline.count <= 80, "\(diagnostic.headline)")
        #expect(diagnostic.headline.last != ".")
        #expect(diagnostic.primary != nil, "\(mistake)")
      }
    }
  }

  @Test func oneParseReportsSeveral() {
    let text = "a = 1 +\nb = 2\nc = = 3\nif b\n    d = 2 ! 2\n    e = 1\nf = (1\ndef g(): pass\n"
    let result = Parser.parse(SourceText(name: "script", text: text))
    let lines = result.diagnostics.compactMap(\.position?.line)
    #expect(lines == [1, 3, 4, 5, 7])
    #expect(result.tree.statements.count == 3)  // b, if, g
  }

  @Test func linesCountFromTheFirstLine() {
    let source = SourceText(name: "lesson", text: "a = 1\nb = \n", firstLine: 40)
    #expect(Parser.parse(source).diagnostics.first?.position?.line == 41)
  }

  @Test(
    arguments: [
      ("", .complete), ("x = 1", .complete), ("x = (1,", .incomplete(indent: 4)),
      ("x = [1,\n  2,", .incomplete(indent: 2)), ("x = [1,\n  2]", .complete),
      ("f(x) = (1 +\n  x)", .complete), ("'''a", .incomplete(indent: 0)),
      ("f\"\"\"a {x} b", .incomplete(indent: 0)), ("'a", .erroneous),
      ("x = 1 + \\", .incomplete(indent: 0)),
      ("def f(x):", .incomplete(indent: 4)), ("def f(x):\n    y = x", .incomplete(indent: 4)),
      ("def f(x):\n    y = x\n", .complete), ("if a:\n    b\nelse:", .incomplete(indent: 4)),
      ("for i in x:\n    if i:", .incomplete(indent: 8)), ("for i in x: print(i)", .complete),
      ("x = )", .erroneous), ("x = 1 +", .erroneous), ("if x", .erroneous), ("# only", .complete),
      ("with rounding(2):  # slides", .incomplete(indent: 4)), ("f(1 2", .erroneous),
    ] as [(String, InputStatus)])
  func statusTellsWhetherMoreMustCome(text: String, expected: InputStatus) {
    #expect(Parser.status(of: text) == expected, "\(text)")
  }

  // MARK: - Hostile input

  @Test(arguments: [
    Deep("(", 3000), Deep("[", 3000), Deep("-", 3000), Deep("not ", 3000),
    Deep("2**", 3000), Deep("[0]", 3000, before: "x"), Deep(" + 1", 3000, before: "1"),
    Deep("f(", 3000), Deep("ᵀ", 3000, before: "x"), Deep("∂", 3000), Deep("lambda: ", 3000),
    Deep("1 if 1 else ", 3000), Deep("if x: ", 3000), Deep("f'{", 3000),
    Deep("[x for x in [", 3000),
    Deep("f\"{1:{", 3000), Deep("0", 3000, before: "1"), Deep("lambda: ", 3000), Deep("∂", 3000),
    Deep("f(", 3000), Deep("f'{", 3000), Deep("d(1)/", 3000), Deep("x=[", 3000),
    Deep("()", 3000), Deep("((1) + ", 3000), Deep("x if (", 3000), Deep("[a:[", 3000),
  ])
  func deepNestingIsRefused(deep: Deep) {
    let result = Parser.parse(SourceText(name: "test", text: deep.text))
    #expect(!result.problems.isEmpty)
    #expect(result.problems.count <= 20)
  }

  @Test func deepBlocksAreRefused() {
    let text = (0..<400).map { String(repeating: " ", count: $0) + "if x:\n" }.joined()
    let result = Parser.parse(SourceText(name: "test", text: text))
    #expect(result.diagnostics.contains { $0.code == "deep-nesting" })
  }

  @Test func randomTokensNeverTrap() {
    let words = [
      "x", "f", "(", ")", "[", "]", "{", "}", ",", ":", ";", "=", "==", "←", "<-", "∂", "/", "d",
      "ᵀ", "²", "'", "\"", "f\"", "'''", "f'''", "\n", "\n    ", "\n\t", "if", "else", "for", "in",
      "def", "lambda", "return", "while", "not", "is", "and", "1", "2.5", ".", "...", "+", "-",
      "**",
      "@", "with", "rounding", "!", "^", "\\", "#", "é", "y\u{302}", "\u{FFFD}", "\r\n", "del", " ",
      " ", " ", " ", "assert", "None", "*", "+=", "elif", "import", "\u{0}", "😀", "1e9", "pass",
    ]
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<3000 {
      let text = (0..<Int(generator.next() % 40)).map { _ in
        words[Int(generator.next() % UInt64(words.count))]
      }.joined(separator: generator.next() % 2 == 0 ? " " : "")
      let result = Parser.parse(SourceText(name: "fuzz", text: text))
      for problem in result.problems { #expect(problem.diagnostic.primary != nil) }
      _ = Parser.status(of: text)
    }
  }

  @Test func randomBytesNeverTrap() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      let bytes = (0..<Int(generator.next() % 60)).map { _ in
        UInt8(truncatingIfNeeded: generator.next())
      }
      let text = String(decoding: bytes, as: UTF8.self)
      _ = Parser.parse(SourceText(name: "fuzz", text: text))
    }
  }
}

/// A text that repeats a part many times; described by the part alone.
struct Deep: CustomTestStringConvertible {
  let text: String
  let testDescription: String

  init(_ part: String, _ count: Int, before: String = "") {
    text = before + String(repeating: part, count: count)
    testDescription = "\(count) × \(part)"
  }
}
