import Library
import TestSupport
import Testing

/// What people carry over from Python and expect to work.
@Suite struct PythonHabitTests {
  @Test(arguments: [
    ("max(1, 3, 3, 8)", "8"), ("min(2, -1)", "-1"), ("max([1, 5, 2], 0)", "5"),
    ("max(2.5, 1)", "2.5000"), ("√16 + 1", "5.0"), ("√2**2", "2.0000"),
    ("2 * √(6 / (1 + 0.5))", "4.0"),
    ("\"a b\".split() + [\"c\"]", "[\"a\", \"b\", \"c\"]"),
    ("\"\".join(sorted(\"cab\"))", "\"abc\""), ("sorted([2, 1, 3], reverse=True)", "[3, 2, 1]"),
    ("sorted([(2, \"b\"), (1, \"a\")], key=lambda_first)[0][1]", "\"a\""),
    (
      "[p[1] for p in sorted([(1, \"a\"), (2, \"b\"), (1, \"c\")], key=lambda_first)]",
      "[\"a\", \"c\", \"b\"]"
    ),
    (
      "[p[1] for p in sorted([(1, \"a\"), (2, \"b\"), (1, \"c\")], key=lambda_first, reverse=True)]",
      "[\"b\", \"a\", \"c\"]"
    ),
    ("[i for i in reversed(range(3))]", "[2, 1, 0]"), ("divmod(-7, 2)", "(-4, 1)"),
    ("sum3(*(1, 2, 3))", "6"), ("sum3(1, *[2, 3])", "6"), ("max(*range(5))", "4"),
    ("len(map(sum3_of, [(1, 2), (3, 4)]))", "2"), ("\" a \".strip() + \"|\".strip()", "\"a|\""),
    ("sum([1, 2; 3, 4], dim=1, keepdim=True).shape", "(2, 1)"),
    ("softmax([0.0; 0.0], dim=0)[0, 0]", "0.5000"),
    ("range(0, 5, 2)", "range(0, 5, 2)"), ("range(5)[4]", "4"), ("len(range(5, 0, -2))", "3"),
    ("len(range(-2**63, -2**62, 2**62))", "1"), ("range(5, 5)", "range(5, 5)"),
    ("\"   \".strip()", "\"\""), ("\"x\".count(\"xx\")", "0"),
  ])
  func givesWhatPythonGives(_ expression: String, _ result: String) throws {
    let program = try Program(
      """
      sum3(a, b, c) = a + b + c
      sum3_of(pair) = pair[0] + pair[1]
      lambda_first(pair) = pair[0]
      """)
    #expect(try program.text(expression) == result)
  }

  @Test func theLargestOfSeveralNumbersPassesItsGradientToTheWinner() throws {
    let program = try Program("a = 1.0; b = 3.0; E = max(a, b, 2)**2; ga, gb = grad(E, (a, b))")
    #expect(try program.numbers("(ga, gb)") == [0, 6])
  }

  @Test(arguments: [
    ("np.exp(1)", "import numpy as np above"), ("torch.zeros(2)", "import torch above"),
    ("randn(3, requires_grad=True)", "leave it away"),
  ])
  func saysWhatToLeaveAway(_ expression: String, _ help: String) throws {
    let helps = try Program().error(expression).helps
    #expect(helps.contains { $0.hasPrefix(help) }, "\(helps)")
  }

  @Test(arguments: [
    ("sum(*3)", "not-iterable"), ("\"a\".split(\"\")", "bad-argument"),
    ("[\"a\"].index(\"b\")", "not-found"),
    ("sorted([\"a\", 1])", "wrong-operands"), ("sgd(**3)", "wrong-kind"),
    ("\"-\".join([1, 2])", "wrong-kind"), ("√", "unexpected-end"),
  ])
  func refusesWhatPythonRefuses(_ expression: String, _ code: String) throws {
    #expect(try Program().error(expression).code == code)
  }
}
