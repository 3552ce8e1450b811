import Autograd
import Language
import Presentation
import Tensors
import TestSupport
import Testing

@Suite struct EvaluationErrorTests {
  /// One program per mistake; the golden file shows what each is answered with.
  static let mistakes: [String] = [
    "y = sigmod(0.5)", "x = true", "ab", "def f():\n    y = y + 1\n    return y\nf()",
    "[1, 2].smu()",
    "x = 3\nx.T.foo", "'a'.T", "x = 3\nx(4)", "x = [1, 2]\nx(0)", "None()", "sum([1, 2], axs=0)",
    "sum()", "sum([1], 0, True, 3)", "sum([1, 2], axis='a')", "sum([1], x=[2])", "sum('a')",
    "f(x) = x\nf(1, 2)", "f(x, rate=1) = x\nf()", "f(x, rate=1) = x\nf(1, rat=2)",
    "f(x) = x\nf(1, x=2)",
    "Θ1 = [1.2, 2.1, -1.5; -0.3, -0.7, 0.3]\nx = [1, -0.5]\ns1 = Θ1 @ x", "[1, 2, 3] * [1, 2]",
    "A = [1, 2; 3, 4; 5, 6]\nB = [1, 2, 3; 4, 5, 6]\nC = A + B", "A = [1, 2; 3, 4; 5, 6]\nA @ A",
    "[1, 2; 3]",
    "x = [1, 2, 3]\nif x > 2: y = 1", "for i in 5: pass", "while 'a' + 1: pass", "'a' + 3",
    "None * 2",
    "def f(): pass\ny = f() + 1", "[1, 2, 3][3]", "x = [1, 2]\nx[0, 1]", "x = ['a']\nx[2]",
    "x = [1, 2]\nx[0.5]",
    "x = [1, 2]\nx['a']", "5[0]", "f(x) = x\nf[0]", "x = ['a']\nx[0, 1]", "(1, 2)[0] = 3",
    "x = exp([1, 2])\nx[0] = 'a'",
    "x = [1, 2]\nx[::0]", "x = [1, 2, 3]\nx[[True, False]]", "a, b = [1, 2, 3]", "a, b = 5",
    "x = 3\nx.shape = 2",
    "w = 1\nE = w**2\nw = 5\n∂E/∂w", "w = 1; v = 2\nE = w**2\n∂E/∂v", "E = 3\nw = 1\n∂E/∂w",
    "x = 2\ny = x**3\ng = ∂y/∂x\n∂g/∂x", "x = 2\ny = x > 1\n∂y/∂x",
    "x = [1, 2]\ny = x * 2\ny.backward()",
    "x = 2\n∂x/∂'a'", "w = 1\nE = w**2\nw ← 2\ngrad(E, w)", "def f(n): return f(n + 1)\nf(0)",
    "assert 1 > 2",
    "x = 3\nassert x == 4, 'x is wrong'", "del nothing", "with rounding(99): x = 1", "f\"{3.5:d}\"",
    "f\"{'a':.2f}\"",
    "x = ...", "['a', 'b'; 'c', 'd']", "'a' in 3", "3 in 'abc'", "[1].item(2)", "[1, 2].item()",
    "reshape([1, 2, 3], (2, 2))", "'ab' * 100000000", "x = [[[[[[[[[1]]]]]]]]]",
    "concat([[1], [2; 3]])", "xs = ['a']\nxs.pop(5)",
    "def g(v): return v @ v\nh(m) = g(m)\nh([1, 2; 3, 4; 5, 6])", "[x for x in 3]",
    "print(undefined)", "x += 1",
    "def f():\n    return hidden\nf()", "lambda x: x + 1 and 2\nmap(3, [1])",
    "a = [1]\na += (a, 2)", "W = [1, 2; 3, 4]\nW[0] += (W,)", "x = [1.5, 2]\nx[0] = x",
    "l = ['a']\nl.append({'k': l})",
  ]

  @Test func mistakesAreExplained() throws {
    let renderer = Renderer(width: 80, color: false)
    var text = "# What the evaluator says\n"
    for mistake in EvaluationErrorTests.mistakes {
      do {
        let shown = try Session(limits: Limits(recursion: 100)).show(mistake)
        Issue.record("accepted: \(mistake) gave \(shown)")
      } catch let error as Diagnostic {
        #expect(error.code != "internal", "\(mistake)")
        #expect(error.headline.count <= 80, "\(error.headline)")
        #expect(error.source != nil && error.primary != nil, "\(mistake)")
        text += "\n```\n" + mistake + "\n\n" + renderer.render(error) + "```\n"
      }
    }
    expectGolden(name: "evaluation-errors", text: text)
  }

  // MARK: - Limits

  @Test func limitsStopRunawayPrograms() throws {
    for (program, limits, code) in [
      ("while True: pass", Limits(steps: 10_000), "step-limit"),
      ("x = [i for i in range(10**12)]", Limits(steps: 10_000), "step-limit"),
      ("for i in range(10**15): x = i", Limits(seconds: 0.05), "time-limit"),
      (
        "xs = []\nwhile True: xs.append(x) if False else xs.append([0.0] * 1 + reshape(range(1000), (1000,)))",
        Limits(memory: 4_000_000), "memory-limit"
      ),
      ("def f(n): return f(n + 1)\nf(0)", Limits(recursion: 50), "deep-recursion"),
      ("while True: print('spam')", Limits(output: 1000), "output-limit"),
    ] {
      let session = try Session(limits: limits)
      let error = #expect(throws: Diagnostic.self) { try session.run(program) }
      #expect(error?.code == code, "\(program)")
    }
  }

  @Test func interruptStopsAndKeepsVariables() throws {
    let interrupt = Interrupt()
    let session = try Session(interrupt: interrupt)
    try session.run("x = 5")
    interrupt.set()
    let error = #expect(throws: Diagnostic.self) { try session.run("while True: pass") }
    #expect(error?.code == "interrupted")
    interrupt.clear()
    #expect(try session.number("x") == 5)
  }

  @Test func unboundedRecursionIsRefusedBeforeTheStackEnds() throws {
    let session = try Session(limits: Limits(recursion: 1_000_000))
    let error = #expect(throws: Diagnostic.self) {
      try session.run("def f(n): return 1 + f(n + 1) * 2\nf(0)")
    }
    #expect(error?.code == "deep-recursion")
    #expect(try session.number("1 + 1") == 2)
  }

  // MARK: - Hostile programs

  @Test func randomProgramsNeverTrap() throws {
    let words = [
      "x", "y", "f", "W", "E", "(", ")", "[", "]", ",", ":", ";", "=", "==", "←", "∂x/∂", "∂", "/",
      "ᵀ", "²",
      "'a'", "f'{x:>9}'", "\n", "\n    ", "if x:", "else:", "for y in x:", "for y in range(3):",
      "def f(x):",
      "lambda x:", "return x", "while", "not", "in", "is", "and", "1", "2.5", "-1", "1e308",
      "10**15", ".", "...",
      "+", "-", "**", "@", "//", "%", "with rounding(1):", "[1, 2; 3, 4]", "[1, 2, 3]", "[]",
      "None", "+=", "-=",
      ".T", ".shape", ".sum()", "sum(", "reshape(", ".append(1)", "axis=0", "pass", "range(10**18)",
      "[0]", "[-1:]",
      "[::2]", "[None]", "x = 3\n", "x = [1.5, 2]\n", "E = x**2\n", "∂E/∂x", "E.backward()",
      "x.grad", "(1, 2)",
      "index(", "take(", "concat(", "stack(", "pad(", "one_hot(", "nan", "inf", "transpose(", "x[",
      "max(", ".item()",
    ]
    var generator = SeededGenerator(seed: 99)
    var completed = 0
    for _ in 0..<3000 {
      let text = (0..<Int(generator.next() % 14)).map { _ in
        words[Int(generator.next() % UInt64(words.count))]
      }.joined(separator: generator.next() % 3 == 0 ? "" : " ")
      let session = try Session(limits: Limits(steps: 2000, memory: 50_000_000, recursion: 40))
      do {
        try session.run("x = [1.0, 2, 3]; W = [1, 2; 3, 4]\nE = sum(x * x)\nf(t) = t * x")
        let results = try session.run(text)
        for result in results {
          for value in result.values { _ = session.evaluator.text(of: value.value) }
        }
        completed += 1
      } catch let error as Diagnostic {
        #expect(error.code != "internal", "\(text): \(error.notes)")
      }
    }
    #expect(completed > 100)
  }

  @Test func longComputationsAreFreedWithoutOverflow() throws {
    let session = try Session()
    try session.run("x = 0.5\ny = x\nfor i in range(20000): y = y * x + x\ny = 0")
    #expect(try session.number("x") == 0.5)
  }

  @Test func closuresDoNotLeak() throws {
    let session = try Session()
    weak var leaked: Variable?
    try session.run("def f(n):\n    big = n * 2\n    def g(): return big\n    return g()\nr = f(3)")
    try session.run("t = [1.0, 2, 3]")
    if case .tensor(let r)? = session.environment.variable("r") { leaked = r }
    #expect(leaked != nil)
    session.environment.removeAll()
    #expect(leaked == nil)
  }
}
