import Foundation
import TestSupport
import Testing

/// The shell in a terminal while it computes: Ctrl-C, memory, what it leaves behind.
@Suite(.serialized)
struct ComputationTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func start(_ arguments: [String] = []) throws -> PseudoTerminal {
    try PseudoTerminal(arguments, environment: ["HOME": home.path], directory: home.path, rows: 40)
  }

  /// Enters a line and waits until the answer has come and the prompt is back. Names are colored, so
  /// the answer is what stands behind `=`.
  private func enter(
    _ line: String, expecting answer: String, in terminal: PseudoTerminal,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let seen = terminal.output.count
    terminal.send(line + "\r")
    try terminal.wait(for: "\(answer) after \(line)", sourceLocation: sourceLocation) { screen in
      String(decoding: terminal.output[seen...], as: UTF8.self).contains(answer)
        && screen.lines.last == "∇"
    }
  }

  private func shell() throws -> PseudoTerminal {
    let terminal = try start()
    try terminal.wait(for: "the prompt") { $0.lines.last == "∇" }
    return terminal
  }

  private func quit(_ terminal: PseudoTerminal) throws {
    terminal.send(":quit\r")
    #expect(try terminal.waitForExit() == 0)
    #expect(terminal.isAsShellsExpect)
  }

  @Test func ctrlCStopsAnEndlessLoopAndKeepsTheVariables() throws {
    let terminal = try shell()
    try enter("a = 40 + 1", expecting: "41", in: terminal)
    terminal.paste("n = 0\nprint(\"start\" + \"ed\")\nwhile True: n += 1")
    terminal.send("\r")
    try terminal.expect("started")
    terminal.send("\u{3}")
    try terminal.wait(for: "the prompt after the interrupt") {
      $0.text.contains("interrupted") && $0.lines.last == "∇"
    }
    // The message has a line of its own, apart from the terminal's ^C.
    #expect(terminal.screen.lines.contains { $0.hasPrefix("error: interrupted") })
    try enter("a + 1", expecting: "42", in: terminal)
    try enter("n >= 0", expecting: "True", in: terminal)
    // One interrupt stops one computation only.
    try enter("sum([i for i in range(1000)])", expecting: "499500", in: terminal)
    try quit(terminal)
  }

  /// A product of seconds is made in blocks; what was computed by then is not kept.
  @Test func ctrlCStopsAProductOfMatricesAndKeepsTheVariables() throws {
    let terminal = try shell()
    try enter("A = ones(6000, 6000); C = 40 + 1", expecting: "41", in: terminal)
    terminal.send("print(\"be\" + \"gun\"); C = A @ A @ A @ A @ A @ A @ A @ A\r")
    try terminal.expect("begun")
    terminal.send("\u{3}")
    try terminal.wait(for: "the prompt after the interrupt") {
      $0.text.contains("interrupted") && $0.lines.last == "∇"
    }
    try enter("C + 1", expecting: "42", in: terminal)
    try enter("sum(A)", expecting: "36000000", in: terminal)
    try quit(terminal)
  }

  @Test func whoeverUsedUpAllMemoryCanGiveItBack() throws {
    let terminal = try start(["--memory", "1MiB"])
    try terminal.wait(for: "the prompt") { $0.lines.last == "∇" }
    try enter("x = 1 + 0.5", expecting: "1.5", in: terminal)
    terminal.paste("for i in range(1000000):\n    x = x * 1.0 + x")
    // A line without indentation ends the block.
    terminal.send("\r")
    try enter("", expecting: "takes more memory", in: terminal)
    try enter("sum(ones(90000))", expecting: "takes more memory", in: terminal)
    try enter("x = 500 + 55", expecting: "555", in: terminal)
    try enter("sum(ones(90000))", expecting: "90000", in: terminal)
    try quit(terminal)
  }

  @Test func ctrlCStopsATraining() throws {
    let terminal = try shell()
    terminal.send(":train xor --steps 100000000\r")
    try terminal.expect("of 100000000")
    terminal.send("\u{3}")
    try terminal.wait(for: "the prompt after the interrupt") {
      $0.text.contains("stopped at step") && $0.lines.last == "∇"
    }
    try enter(":vars", expecting: "[2, 4]", in: terminal)
    try quit(terminal)
  }

  @Test func anErrorEndsNeitherShellNorVariables() throws {
    let terminal = try shell()
    try enter("a = 41", expecting: "41", in: terminal)
    for (line, error) in [
      ("a + nope", "nope"), ("zeros(10**12)", "memory limit"), ("f(n) = f(n + 1); f(1)", "deep"),
      ("x = )", "closes"), ("sigmod(1)", "did you mean 'sigmoid'?"), ("1 +", "should follow"),
      (":nonsense", "error:"), ("1 / 0", "division by zero"), ("Θ = 2 + 3", "5"),
      ("Θ @ Θ", "error:"),
    ] {
      try enter(line, expecting: error, in: terminal)
    }
    try enter("a + 1", expecting: "42", in: terminal)
    try enter("Θ * 1001", expecting: "5005", in: terminal)
    try quit(terminal)
  }

  @Test(.slow) func aMillionUpdatesRunInFlatMemory() throws {
    let terminal = try shell()
    try enter("w = 0.5 + 0.5", expecting: "1.0", in: terminal)
    func run(_ count: Int) throws {
      terminal.paste(
        "for i in range(\(count)):\n    w ← w - 0.000001 * w\nprint(\"do\" + \"ne\", \(count))")
      try enter("", expecting: "done \(count)", in: terminal)
    }
    try run(2_000)
    let before = try #require(terminal.peakMemory)
    try run(1_000_000)
    let after = try #require(terminal.peakMemory)
    #expect(after - before < 4 << 10, "grew from \(before) KiB to \(after) KiB")
    try quit(terminal)
  }

  @Test(.slow) func aMillionRecordedOperationsAreFreed() throws {
    let text = """
      y = 1.0
      for i in range(1000000):
          y = y + 1
      print(y)
      y = 0
      print("freed")
      """
    let run = try ProgramRun(input: text)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output == "1000001.0\nfreed\n")
  }
}
