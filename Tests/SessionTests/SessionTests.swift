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

  @Test func aNarrowWindowListsVariablesWithoutBreakingNumbers() throws {
    let memory = try MemorySession()
    _ = memory.type("weights_of_the_layer = [1.2345, -2.3456; 3.4567, 4.5678]; n = 3")
    #expect(memory.type(":vars").contains("│"))
    memory.session.width = 40
    let narrow = memory.type(":vars")
    for text in ["1.2345", "-2.3456", "3.4567", "4.5678", "[2, 2]", "n = 3\n"] {
      #expect(narrow.contains(text), "\(narrow)")
    }
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
    #expect(shown.contains("target") && shown.contains("Variables now"))
    let names = memory.session.environment.variables.map(\.name.name)
    #expect(names.count >= 9)
    for name in names {
      #expect(shown.contains(name))
      if ["run", "model"].contains(name) { continue }
      #expect(memory.respond("sum(\(name))").outcome == .fine)
    }
  }

  /// The run that a command leaves goes to any step as a run of one's own does, and can be asked.
  @Test(arguments: [
    ":train xor --steps 60", ":train bitsum --steps 40 --length 3 --cell lstm",
    ":train digits --steps 40 --examples 120 --hidden 8 --batch 20",
    ":train chars --steps 25 --hidden 6 --length 4 --cell gru --optimizer momentum",
  ])
  func trainingLeavesARunThatCanBeAsked(_ command: String) throws {
    let memory = try MemorySession()
    let first = memory.type(command)
    let end = memory.type("[float(sum(p * p)) for p in model.parameters()], float(run.losses[-1])")
    memory.type("run.to(7)")
    let seven = memory.type("[float(sum(p * p)) for p in model.parameters()]")
    #expect(!end.contains(seven))
    memory.type("run.rewind(); run.to(run.steps)")
    #expect(
      memory.type("[float(sum(p * p)) for p in model.parameters()], float(run.losses[-1])") == end)
    memory.type("run.to(3); run.to(7)")
    #expect(memory.type("[float(sum(p * p)) for p in model.parameters()]") == seven)
    let name = command.contains("chars") ? "Wz" : command.contains("lstm") ? "Wf" : "W"
    memory.type("loss = run.ahead()")
    for question in ["explain(run.loss)", "explain(∂loss/∂\(name))", "explain(\(name))", "loss"] {
      #expect(memory.respond(question).outcome == .fine, "\(question)")
    }
    #expect(memory.type("explain(\(name))").contains(name))
    #expect(first.contains("run, X, Y, model, loss"))
    for line in first.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    // The commands' own engine took the steps: the recorded ones give the same, to the bit.
    memory.type("b = run.branch(); b.rewind(); a = []")
    memory.type("for k in range(1, run.steps + 1):\n    b.to(k)\n")
    memory.type("run.to(run.steps)")
    #expect(memory.type("float(max(abs(b.losses - run.losses))) == 0").contains("True"))
    memory.type("b.to(b.step)")
    #expect(
      memory.type("[float(sum(p * p)) for p in model.parameters()], float(b.losses[-1])") == end)
  }

  /// A branch goes on in its own way, and the run in its own.
  @Test func aBranchAndItsRunTakeTurns() throws {
    let memory = try MemorySession()
    memory.type(":train xor --steps 60")
    let end = memory.type("[float(x) for x in W.reshape(-1)]")
    memory.type("run.to(20); b = run.branch(lr=0.01); b.to(60)")
    #expect(memory.type("[float(x) for x in W.reshape(-1)]") != end)
    #expect(memory.type("float(b.losses[59]) > float(run.to(60).losses[59])").contains("True"))
    #expect(memory.type("[float(x) for x in W.reshape(-1)]") == end)
    let slow = memory.type("b.to(60); [float(x) for x in W.reshape(-1)]")
    memory.type("b.to(10); b.to(30)")
    #expect(memory.type("b.to(60); [float(x) for x in W.reshape(-1)]") == slow)
    #expect(memory.type("compare(run, slow=b)").contains("slow"))
  }

  @Test func charsSayWhereTheHeldOutLossTurns() throws {
    let shown = try MemorySession().type(
      ":train chars --steps 200 --hidden 24 --length 4 --lr 0.03")
    #expect(shown.contains("The held-out loss was lowest at step"))
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

  /// What is named can be asked.
  @Test func aStoppedRunNamesWhatThereIs() throws {
    let memory = try MemorySession()
    memory.world.onOutput = { [interrupts = memory.interrupts] text in
      if text.contains("loss") { interrupts.pointee = 1 }
    }
    let response = memory.respond(":train xor --steps 20000")
    memory.world.onOutput = { _ in }
    memory.interrupts.pointee = 0
    #expect(response.outcome == .interrupted)
    let named = memory.render(response).firstMatch(of: /Variables now: ((?s).*?)\. Try/)
    for name in try #require(named).1.split(separator: ",") {
      let word = name.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
      #expect(!memory.type(word).contains("unknown name"), "\(word)")
    }
    #expect(!memory.type("loss = run.ahead(); explain(loss)").contains("error"))
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
    ("conv2d(weight_one, pad", "conv2d(weight_one, padding="),
    ("mean(weight_one, ", "mean(weight_one, axis="),
    (
      "cross_entropy(weight_one, weight_one, reduction=\"s",
      "cross_entropy(weight_one, weight_one, reduction=\"sum"
    ),
    ("scale(weight_one, fa", "scale(weight_one, factor="),
    (":run de", ":run demo.nabla"), ("load(\"lib/", "load(\"lib/x.csv"), (":run l", ":run lib/"),
  ])
  func completion(typed: String, expected: String) throws {
    let memory = try MemorySession(files: ["demo.nabla": "", "lib/x.csv": ""])
    memory.type("weight_one = [1, 2]\nθ_next = 1\ndef scale(x, factor=2): return x * factor")
    let found = complete(typed, in: memory.session)
    if expected.isEmpty {
      #expect(found == [])
    } else {
      #expect(found.contains(expected), "\(found)")
    }
  }

  @Test(arguments: ["?", ":help keys"])
  func aQuestionMarkAloneTellsTheKeys(_ input: String) throws {
    let memory = try MemorySession()
    let shown = Renderer(width: 80).render(memory.session.respond(to: input).document)
    #expect(shown.contains("Ctrl-R") && shown.contains("Alt-Enter"))
    #expect(shown.split(separator: "\n").count < 24, "\(shown)")
  }

  /// Behind a tensor stands what takes one, not everything there is.
  @Test func methodsAreThoseOfATensor() throws {
    let memory = try MemorySession()
    memory.type("W = [1, 2; 3, 4]")
    let found = complete("W.", in: memory.session)
    #expect(found.contains("W.mean") && found.contains("W.T") && found.contains("W.fill_"))
    #expect(
      !found.contains("W.xor_data") && !found.contains("W.randn") && !found.contains("W.Linear"))
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
