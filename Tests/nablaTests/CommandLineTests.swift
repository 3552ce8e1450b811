import Foundation
import TestSupport
import Testing

/// The executable as scripts and graders call it: what goes to which stream, and the exit code.
struct CommandLineTests {
  @Test func productOfTheIssue() throws {
    let run = try ProgramRun(
      ["-e", "[1.2, 2.1, -1.5; -0.3, -0.7, 0.3].T @ [1.0, -0.5]", "--format", "json"])
    #expect(run.status == 0 && run.errors == "")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    expectClose(
      object?["value"] as? [Double] ?? [], [1.35, 2.45, -1.65], absolute: 0, relative: 1e-15)
    #expect(object?["shape"] as? [Int] == [3] && object?["dtype"] as? String == "float64")
    #expect(run.output.filter { $0 == "\n" }.count == 1)
  }

  @Test func laterExpressionsSeeEarlierNames() throws {
    let run = try ProgramRun([
      "--format", "json", "-e", "x = 3;", "-e", "x * 2", "-e", "-x", "-e", "[x, 0.5]",
    ])
    #expect(run.status == 0)
    #expect(
      run.output == """
        {"value": 6, "shape": [], "dtype": "int64"}
        {"value": -3, "shape": [], "dtype": "int64"}
        {"value": [3.0, 0.5], "shape": [2], "dtype": "float64"}

        """)
  }

  @Test func aScriptOnStandardInput() throws {
    let script = "x = [nan, inf];\nfor i in range(2):\n    x = x - inf\n1 / 3\nx\n"
    let json = try ProgramRun(["--format", "json"], input: script)
    #expect(json.status == 0)
    #expect(
      json.output == """
        {"value": 0.3333333333333333, "shape": [], "dtype": "float64"}
        {"value": ["NaN", "NaN"], "shape": [2], "dtype": "float64"}

        """)
    let text = try ProgramRun(input: script)
    #expect(text.status == 0 && text.output.hasPrefix("0.3333\n"))
    #expect(try ProgramRun(["run", "-"], input: script).output == text.output)
  }

  @Test(arguments: [["--format", "json", "-e", "a = 1;\nb = a + nope"], ["--format", "json"]])
  func anErrorAsJSON(_ arguments: [String]) throws {
    let run = try ProgramRun(arguments, input: "a = 1;\nb = a + nope")
    #expect(run.status == 2 && run.errors == "")
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let error = object?["error"] as? [String: Any]
    #expect(error?["code"] as? String == "unknown-name")
    #expect(error?["line"] as? Int == 2 && error?["column"] as? Int == 9)
    #expect((error?["message"] as? String)?.contains("nope") == true)
  }

  /// What a script prints and explains stands between its values as JSON too.
  @Test func everyLineOfJSONIsAnObject() throws {
    let script = """
      x = [1.0, -0.5]
      h = σ(x);
      print("a", 1)
      explain(h)
      explain(h[1])
      graph(h)
      E = sum(h**2);
      compare_gradients(E, x)
      x ← x - 0.1 * ∂E/∂x
      nope
      """
    func keys(_ arguments: [String]) throws -> [String] {
      let run = try ProgramRun(arguments, input: script)
      #expect(run.status == 2 && run.errors == "")
      return try run.output.split(separator: "\n").map { line in
        let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
        let object = try #require(json as? [String: Any])
        if let lines = object["lines"] as? [String] {
          #expect(!lines.isEmpty && !lines.contains { $0.contains("\n") })
        }
        let kinds = ["print", "explain", "graph", "compare_gradients", "error", "value"]
        let kind = try #require(kinds.first { object[$0] != nil })
        return (object[kind] as? String).map { "\(kind) \($0)" } ?? kind
      }
    }
    let plain = [
      "value", "print a 1", "explain h", "explain h[1]", "graph", "compare_gradients E, x",
      "value", "error",
    ]
    #expect(try keys(["--format", "json"]) == plain)
    var explained = plain
    explained.insert("explain x", at: 7)
    #expect(try keys(["run", "-", "--explain", "--format", "json"]) == explained)
  }

  @Test(arguments: [("100", 100), ("120", 120), ("", 80), ("wide", 80), ("0", 80), ("-3", 80)])
  func aPipeIsAsWideAsColumnsSay(_ columns: String, _ width: Int) throws {
    let run = try ProgramRun(
      ["-e", "arange(60) / 4"],
      environment: ["COLUMNS": columns])
    let widest = run.output.split(separator: "\n").map(\.count).max() ?? 0
    #expect(run.status == 0 && widest <= width && widest > width * 3 / 5, "\(run.output)")
  }

  @Test func aPageHoldsAllThatIsShown() throws {
    let script = "z = 0.5;\nh = σ(z)\nexplain(∂h/∂z)\nprint('a < b')\n"
    for arguments in [["--format", "html"], ["run", "-", "--explain", "--format", "html"]] {
      let run = try ProgramRun(arguments, input: script)
      #expect(run.status == 0 && run.errors == "")
      let page = try XMLTree.parsed(run.output)
      #expect(page.name == "html" && page.elements("mfrac").count >= 1)
      #expect(page.elements("pre").last?.text == "a < b")
      #expect(!run.output.contains("\u{1B}"))
    }
    let expression = try ProgramRun(["--format", "html", "-e", "1/3", "-e", "nope"])
    #expect(expression.status == 2 && expression.errors.contains("nope"))
    let page = try XMLTree.parsed(expression.output)
    #expect(
      page.elements("title")[0].text == "1/3; nope" && page.elements("pre")[0].text == "0.3333")
  }

  /// A warning ends nothing and does not stand between the values.
  @Test func warningsGoToTheErrors() throws {
    let run = try ProgramRun(["-e", "w = 0.0; E = log(w); g = ∂E/∂w", "-e", "w"])
    #expect(run.status == 0 && run.output == "0.0\n")
    #expect(run.errors.hasPrefix("warning: E is -inf"), "\(run.errors)")
  }

  /// What is wrong, and what the message must speak of.
  static let wrong: [(arguments: [String], about: String)] = [
    (["missing.nabla"], "missing.nabla"), (["run", "missing.nabla"], "missing.nabla"),
    (["check", "missing.md"], "missing.md"), (["check", "/proc/self/environ-not"], "environ-not"),
    (["run"], "Usage"), (["--nonsense"], "Usage"), (["-e"], "Usage"),
    (["--format", "xml", "-e", "1"], "xml"),
    (["--digits", "40", "-e", "1"], "digits"), (["train", "cats"], "cats"),
    (["train", "xor", "--steps", "x"], "steps"),
    (["train", "xor", "--hidden", "0"], "hidden"), (["learn", "no-such-lesson"], "no-such-lesson"),
    (["-e", "1 +"], "-e:1:"), (["-e", "1", "file.nabla"], "Usage"),
    (["-e", "zeros(10**12)"], "memory limit"), (["-e", "zeros(10**6, 10**6) + 1"], "memory limit"),
    (
      ["--memory", "64MiB", "-e", "xs = []\nfor i in range(200): xs.append(zeros(100000))"],
      "the limit of 64 MiB"
    ),
    (["-e", "list(range(10**12))"], "too many"), (["-e", "[1, 2][10**18]"], "out of range"),
    (["-e", "\"a\" * 10**12"], "too many"), (["-e", "f(x) = f(x + 1)\nf(1)"], "deep"),
    (["-e", "f(x) = g(x)\ng(x) = f(x)\nf(1)"], "deep"),
    (["-e", "reshape([1, 2], (2**40, 2**40))"], "limit"),
    (["-e", "zeros(1, 1, 1, 1, 1, 1, 1, 1, 1)"], "8"), (["-e", "x = []\nx.append(x)"], "itself"),
    (["-e", "x = [1]\nx.append((x, 2))"], "itself"),
    (["train", "xor", "--hidden", "2000000000"], "hidden"),
    (["train", "bitsum", "--hidden", "2000000000"], "hidden"),
  ]

  @Test(arguments: wrong)
  func wrongInputEndsWithTwo(arguments: [String], about: String) throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(
      arguments, environment: ["NABLA_LESSONS": Repository.lessons], directory: folder.path)
    #expect(run.status == 2, "\(run.output)\(run.errors)")
    #expect(run.errors.contains(about), "\(run.errors)")
    #expect(run.output == "")
  }

  @Test(
    arguments: ["(", "[", "-", "not ", "f(", "x**", "[1 if x else ", "lambda: ", "\"{", "x.a"]
      .sampled(every: 4))
  func deepNestingIsRefused(_ opening: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(String(repeating: opening, count: 100_000).utf8), to: "deep.nabla")
    let run = try ProgramRun(["deep.nabla"], directory: folder.path)
    #expect(run.status == 2, "\(run.errors.prefix(500))")
    #expect(run.errors.count < 2000)
  }

  @Test func deepBlocksAreRefused() throws {
    let folder = try TemporaryFolder()
    let text = (0..<2000).map { String(repeating: " ", count: $0) + "if 1:\n" }.joined()
    try folder.write(Array(text.utf8), to: "deep.nabla")
    #expect(try ProgramRun(["deep.nabla"], directory: folder.path).status == 2)
  }

  @Test(arguments: [
    ["bad.nabla"], ["run", "bad.nabla"], ["check", "bad.nabla"], ["check", "bad.md"], [],
  ])
  func invalidUTF8IsToldWithItsLine(_ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let bytes = Array("x = 1\ny = 2\nz = \"".utf8) + [0xC3, 0x28, 0x22, 0x0A]
    for name in ["bad.nabla", "bad.md"] { try folder.write(bytes, to: name) }
    let run = try ProgramRun(arguments, input: bytes, directory: folder.path)
    // For a check it is one failed report among others.
    let isCheck = arguments.first == "check"
    let told = isCheck ? run.output : run.errors
    #expect(run.status == (isCheck ? 1 : 2))
    #expect(told.contains("line 3") && told.contains("UTF-8"), "\(told)")
  }

  @Test func controlCharactersStayInside() throws {
    let run = try ProgramRun(["-e", "print(\"\\u001b[2J\\u0007\")", "-e", "\"\\u001b]0;x\\u0007\""])
    #expect(run.status == 0 && !run.output.utf8.contains(0x1B) && !run.output.utf8.contains(0x07))
  }

  @Test func helpAndVersion() throws {
    for arguments in [
      ["--help"], ["help", "train"], ["learn", "--help"], ["train", "--help"],
      ["train", "xor", "--help"],
    ] {
      let run = try ProgramRun(arguments)
      #expect(
        run.status == 0 && run.output.count > 80 && run.errors == "",
        "\(arguments): \(run.output)\(run.errors)")
    }
    #expect(try ProgramRun(["--version"]).output.hasPrefix("nabla "))
  }

  /// Where text is read aloud a picture is its sentence and its numbers.
  @Test(arguments: [(["--plain"], "0"), ([], "1")])
  func picturesAreReadAloudWhenAsked(_ options: [String], _ accessible: String) throws {
    let run = try ProgramRun(
      options + ["-e", "bar([1, 2])"], environment: ["ACCESSIBLE": accessible])
    #expect(run.output.hasPrefix("2 bars:") && run.output.contains("values: [1.0, 2.0]"))
    #expect(!run.output.contains("█"))
    #expect(try ProgramRun(["-e", "bar([1, 2])"]).output.contains("█"))
  }
}
