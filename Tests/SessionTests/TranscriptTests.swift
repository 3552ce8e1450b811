import Foundation
import TestSupport
import Testing

/// Conversations with the session, word for word. A transcript `Golden/NAME.md` holds what was
/// typed after the prompt and what came back.
struct TranscriptTests {
  static let conversations: [Conversation] = [
    Conversation(
      "values",
      [
        "x = [1.0, -0.5]", "Θ1 = [1.2, 2.1, -1.5; -0.3, -0.7, 0.3]", "s1 = Θ1ᵀ @ x", "σ(s1)",
        "quiet = 3;", "quiet", "7 // 2, 7 / 2", "x[0] > 0", "\"a\" + \"b\"",
        "[\"p\", None, [1, 2]]",
        "f(t) = t**2 + 3", "f(2.0)", "name, other = (\"n\", 2)", "x ← x * 2", "x[0] = 9", "x",
        "zeros(3, 0)", "arange(2000)", "1e-9", "[1e9, 1e-9]", "nan", "-inf", "",
        "for i in range(2):\n    print(i, f\"{i / 3:.2f}\")\n", "with rounding(2):\n    p = 1/3\n",
        "p",
        "1 +", "print(\"tab\\tbell\\a\")",
      ]),
    Conversation(
      "gradients",
      [
        "w = [0.5, -0.25]", "x = [1.0, 2.0]", "E = sum((w * x - 1)**2) / 2", "∂E/∂w", "d(E)/d(x)",
        "grad(E, w)", "E.backward()", "w.grad", "gradcheck(E, w)", "explain(E)",
        ":explain ∂E/∂w[1]",
        "compare_gradients(E, w)", ":graph E", "w ← w - 0.1 * ∂E/∂w", "∂E/∂w", "∂x/∂E",
      ]),
    Conversation(
      "errors",
      [
        "sigmiod(1)", "x = [1, 2]", "[1.0, 2; 3, 4] @ [1, 2, 3]", "x ^ 2", "x[5]", "x.foo", "y = ",
        "for i in 3:\n    pass", "1 / \"a\"", "import pandas",
        "x++", "print x", "assert x[0] == 2", "[1, 2; 3]", "(1", ")", "'open", "\"\"\"never",
        "1 = x", "if x:\n  y = 1", "log(-1.0)", "lambda", "y = [None]; y[0] = y",
        "y.append([1, y])", "x = 5 5", "x",
      ]),
    Conversation(
      "not-finite",
      [
        "p = [0.5, 0.25, 0.0]; y = [0, 0, 1];", "E = -sum(y * log(p))", "∂E/∂p", "w = 1.0;",
        "for i in range(400):\n    L = exp(w**2) - w\n    w ← w + ∂L/∂w", "v = [4.0, 0.0];",
        "R = sum(sqrt(v))", "∂R/∂v", "log(0)", "data = [1.0, nan];", "M = mean(data)",
        "M.backward()",
      ]),
    Conversation(
      "memory",
      [
        "zeros(100000, 100000)", "zeros(60000, 1) + zeros(1, 60000)", ":limit memory much",
        ":limit time", ":limit memory 2GiB",
      ]),
    Conversation(
      "commands",
      [
        ":vars", "a = 2", "b = [1.5, -2]", "g(x) = x + a", ":vars", ":digits 2", "b / 3", ":digits",
        ":digits 18", ":digits many", ":digits", ":digit 3", ":source g", ":source sum",
        ":source nope",
        ":nonsense", ":save /read-only/a.nabla", ":save mine.nabla", ":run mine.nabla --echo",
        ":run missing.nabla", ":run bad.nabla", ":run", ":run one two", ":run mine.nabla --eco",
        ":reset",
        ":vars", "a", ":load mine.nabla", "a", ":time", ":learn", ":lessons", ":learn nothing",
        ":train", ":train cats", ":train xor --hiden 3", ":train xor --steps many",
        ":train xor --hidden -1", ":train xor --hidden 1000000000", ":explain", ":graph",
      ]),
    Conversation(
      "help",
      [
        "?sigmoid", "softmax?", ":help conv2d", "? relu", "?:digits", ":help train", "?x",
        "x = [1, 2]",
        "?x", "?sigmoyd", "?σ′", "?", "?∂",
      ]),
  ]

  @Test(arguments: conversations)
  func conversation(_ conversation: Conversation) throws {
    let memory = try MemorySession(files: ["bad.nabla": "x = 1\ny = [1, 2] @ [3]\n"])
    let transcript = conversation.transcript { memory.type($0) }
    expectGolden(name: conversation.name, text: "```\n" + transcript + "```\n")
  }

  @Test func everyTranscriptIsRead() {
    expectGoldenFolder(
      holds: TranscriptTests.conversations.map(\.name) + ["lesson"]
        + Set(FigureTests.programs.map { "figure " + $0.kind }))
  }
}
