import Language
import Presentation
@testable import Session
import Testing

/// What the session keeps and loses, and what it tells the world while it computes.
struct SessionTests {
  @Test func interruptingALoopKeepsEveryVariable() throws {
    let memory = try MemorySession()
    memory.type("kept = [1, 2]")
    var lines = 0
    memory.world.onOutput = { [interrupts = memory.interrupts] _ in
      lines += 1
      if lines == 4 { interrupts.pointee = 1 }
    }
    let response = memory.respond("n = 0\nwhile True:\n    n += 1\n    print(n)")
    #expect(response.outcome == .interrupted)
    #expect(memory.render(response).contains("interrupted"))
    memory.interrupts.pointee = 0
    #expect(memory.type("kept") == "[1, 2]   [2]\n")
    #expect(memory.type("n") == "3\n")
  }

  @Test(arguments: [
    "sum([i for i in range(10**9)])", "list(range(9 * 10**6))", "while True: pass",
    "f(x) = f(x - 1) if x > 0 else 0\nwhile True: f(100)",
    "train_forever = [0 for i in range(10**9) if i < 0]",
  ])
  func everyLoopListensToCtrlC(_ text: String) throws {
    let memory = try MemorySession()
    memory.interrupts.pointee = 1
    #expect(memory.respond(text).outcome == .interrupted)
  }

  @Test func anErrorKeepsWhatCameBefore() throws {
    let memory = try MemorySession()
    #expect(memory.respond("a = 1\nb = a / [1, 2] @ 3\nc = 3").outcome == .wrong)
    #expect(memory.type("a") == "1\n")
    #expect(memory.respond("c").outcome == .wrong)
  }

  /// A session copied from a terminal: prompts, output, commands of the shell between the code.
  @Test func commandsWorkInsideAPastedBlock() throws {
    let memory = try MemorySession()
    let answer = memory.type(
      """
      >>> x = [1.0, 2.0]
      >>> :digits 2
      >>> x / 3
      [0.33, 0.67]
      >>> def f(a):
      ...     return a + 1
      ...
      >>> :inputs
         1 → x = [1.0, 2.0]
      >>> f(x) / 3
      """)
    #expect(answer.contains("[0.33, 0.67]   [2]\n"))
    #expect(answer.hasSuffix("[0.67, 1.00]   [2]\n"))
    #expect(memory.session.timeline.inputs.count == 4)
  }

  @Test func aBlockEndsAtTheFirstPartThatGoesWrong() throws {
    let memory = try MemorySession()
    #expect(memory.respond("a = 1\n:nonsense\na = 2").outcome == .wrong)
    #expect(memory.type("a") == "1\n")
    #expect(memory.respond("a = 3\n:quit\na = 4").ends)
    #expect(memory.type("a") == "3\n")
    // Inside brackets and strings a colon begins no command.
    #expect(memory.type("s = \"\"\"\n:vars\n\"\"\"\nlen(s)").hasSuffix("7\n"))
  }

  @Test func whatIsNotHereIsToldAtOnceAndBeforeAnythingRuns() throws {
    let memory = try MemorySession()
    let answer = memory.type(
      "import numpy as np\nx = np.ones(2)\nimport pandas as pd\nfrom torch import nonesuch\n"
        + "async def f(): pass\ntry:\n    import cupy\nexcept ImportError: pass")
    for name in ["pandas", "nonesuch", "async"] { #expect(answer.contains(name)) }
    #expect(!answer.contains("cupy"))
    #expect(memory.respond("x").outcome == .wrong)
  }

  @Test func savingWritesWhatRan() throws {
    let memory = try MemorySession()
    for input in ["a = 2", "b = nope", ":digits 2", "def f(x):\n    return x * a", "f(3)"] {
      memory.type(input)
    }
    memory.type(":save mine.nabla")
    #expect(memory.text(of: "mine.nabla") == "a = 2\ndef f(x):\n    return x * a\nf(3)\n")
    memory.type(":reset")
    memory.type(":run mine.nabla")
    #expect(memory.type("f(4)") == "8\n")
  }

  @Test func anInvalidFileIsToldWithItsLine() throws {
    let memory = try MemorySession()
    memory.world.files["bad.nabla"] = Array("x = 1\ny = \"".utf8) + [0xFF, 0x22, 0x0A]
    let answer = memory.type(":run bad.nabla")
    #expect(answer.contains("bad.nabla") && answer.contains("line 2") && answer.contains("UTF-8"))
  }

  @Test func inputsThatGoOn() throws {
    let session = try MemorySession().session
    for text in ["for i in range(2):", "x = [1,", "f = \"\"\"a", "if x:\n    y = 1"] {
      #expect(session.continuation(after: text) != nil, "\(text)")
    }
    for text in ["x = 1", ":run (", "?f(", "x = )", "for i in x:\n    pass\n", ""] {
      #expect(session.continuation(after: text) == nil, "\(text)")
    }
  }

  // MARK: - Training

  @Test func trainingReportsAndLeavesVariables() throws {
    let memory = try MemorySession()
    memory.world.tick = 0.2
    let response = memory.respond(":train xor --steps 20000 --seed 1")
    #expect(response.outcome == .fine)
    let shown = memory.render(response)
    #expect(memory.world.progress.contains { $0.contains("of 20000") && $0.contains("left") })
    #expect(shown.contains("step     0   loss") && shown.contains("step 20000   loss"))
    #expect(shown.contains("target") && shown.contains("variables"))
    let names = memory.session.environment.variables.map(\.name.name)
    #expect(names.count >= 4)
    for name in names {
      #expect(shown.contains(name) && memory.respond("sum(\(name))").outcome == .fine)
    }
  }

  @Test func trainingStopsAtCtrlCAndKeepsItsParameters() throws {
    let memory = try MemorySession()
    memory.world.onOutput = { [interrupts = memory.interrupts] text in
      if text.contains("loss") { interrupts.pointee = 1 }
    }
    let response = memory.respond(":train xor --steps 100000000")
    #expect(response.outcome == .interrupted)
    #expect(memory.render(response).contains("stopped at step"))
    #expect(!memory.session.environment.variables.isEmpty)
  }

  @Test(arguments: ["linear", "stacked-linear"])
  func aLineCannotDoXOR(_ model: String) throws {
    let shown = try MemorySession().type(":train xor --model \(model)")
    #expect(shown.contains("0.6931") && shown.contains("line"))
  }

  // MARK: - Completion

  private func complete(_ text: String, in session: Session) -> [String] {
    let found = session.complete(text, cursor: text.utf8.count)
    let kept = String(decoding: text.utf8.prefix(found.start), as: UTF8.self)
    return found.candidates.map { kept + $0 }
  }

  @Test(arguments: [
    ("sigm", "sigmoid"), ("y = 2 * weight_o", "y = 2 * weight_one"), ("whi", "while"),
    (":vers", ""),
    (":var", ":vars"), (":train x", ":train xor"), (":train xor --hid", ":train xor --hidden"),
    (":train bitsum --cell g", ":train bitsum --cell gru"), (":run --e", ":run --echo"),
    (":help soft", ":help softmax"), ("\\theta", "θ"), ("x + \\Theta", "x + Θ"), ("y\\hat", "ŷ"),
    ("w\\_1", "w₁"), ("\\partial", "∂"), ("weight_one.sha", "weight_one.shape"), ("θ_n", "θ_next"),
    (":explain weight_o", ":explain weight_one"),
  ])
  func completion(typed: String, expected: String) throws {
    let memory = try MemorySession()
    memory.type("weight_one = [1, 2]\nθ_next = 1")
    let found = complete(typed, in: memory.session)
    if expected.isEmpty {
      #expect(found == [])
    } else {
      #expect(found.contains(expected), "\(found)")
    }
  }

  @Test func completionIsSafeAnywhere() throws {
    let session = try MemorySession().session
    let text = ":train xor --hidden ŷ\\theta x.ΔΘ\\"
    for cursor in 0...text.utf8.count { _ = session.complete(text, cursor: cursor) }
    _ = session.complete("", cursor: 5)
  }

  // MARK: - JSON

  @Test(arguments: [
    ("1.5", #"{"value": 1.5, "shape": [], "dtype": "float64"}"#),
    (
      "[1.2, 2.1, -1.5; -0.3, -0.7, 0.3].T @ [1.0, -0.5]",
      #"{"value": [1.3499999999999999, 2.45, -1.65], "shape": [3], "dtype": "float64"}"#
    ),
    ("[1, 2; 3, 4]", #"{"value": [[1, 2], [3, 4]], "shape": [2, 2], "dtype": "int64"}"#),
    (
      "[nan, inf, -inf]",
      #"{"value": ["NaN", "Infinity", "-Infinity"], "shape": [3], "dtype": "float64"}"#
    ),
    ("1 > 2", #"{"value": false, "shape": [], "dtype": "bool"}"#),
    ("[1, 2] > 1", #"{"value": [false, true], "shape": [2], "dtype": "bool"}"#),
    ("float32(0.1)", #"{"value": 0.10000000149011612, "shape": [], "dtype": "float32"}"#),
    ("zeros(2, 0)", #"{"value": [[], []], "shape": [2, 0], "dtype": "float64"}"#),
    ("\"a\\\"b\\n\\u00e9\"", #"{"value": "a\"b\né"}"#),
    ("None", #"{"value": null}"#),
    ("[\"x\", None, True, 2, [1.5, nan]]", #"{"value": ["x", null, true, 2, [1.5, "NaN"]]}"#),
    ("(1, 2.0)", #"{"value": [1, 2.0]}"#),
    ("1e300 * 1e10", #"{"value": "Infinity", "shape": [], "dtype": "float64"}"#),
    ("0.1 + 0.2", #"{"value": 0.30000000000000004, "shape": [], "dtype": "float64"}"#),
    ("x = 3", #"{"value": 3, "shape": [], "dtype": "int64"}"#), ("x = 3;", ""), ("f(x) = x", ""),
    ("1;", ""),
  ])
  func valuesAsJSON(text: String, expected: String) throws {
    let lines = try MemorySession().json(text)
    #expect(lines.joined(separator: "\n") == expected)
  }

  @Test(arguments: [
    ("x = 1;\ny = nope", #""line": 2, "column": 5"#, "unknown-name"),
    ("[1, 2] @ [3]", #""line": 1"#, "shape"), ("(", #""line": 1"#, ""),
  ])
  func errorsAsJSON(text: String, place: String, code: String) throws {
    let lines = try MemorySession().json(text)
    #expect(lines.count == 1)
    let line = lines.first ?? ""
    #expect(line.hasPrefix(#"{"error": {"code": "\#(code)"#), "\(line)")
    #expect(line.contains(#""message": ""#) && line.contains(place), "\(line)")
  }
}
