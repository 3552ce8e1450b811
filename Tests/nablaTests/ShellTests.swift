import Foundation
import TestSupport
import Testing

/// The whole shell in a terminal: what a session survives.
@Suite(.serialized)
struct ShellTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func start(_ arguments: [String] = []) throws -> PseudoTerminal {
    try PseudoTerminal(arguments, environment: ["HOME": home.path], columns: 70, rows: 24)
  }

  private func enter(_ line: String, in terminal: PseudoTerminal) throws {
    terminal.send(line + "\r")
    try terminal.expect(line)
  }

  private func expectPrompt(
    in terminal: PseudoTerminal, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try terminal.expect(lastLines: ["∇"], sourceLocation: sourceLocation)
  }

  @Test func aComputationIsStoppedAndItsVariablesStay() throws {
    let terminal = try start()
    try expectPrompt(in: terminal)
    try enter("n = 41", in: terminal)
    try expectPrompt(in: terminal)
    terminal.paste("n = 42\nprint(\"be\" + \"gun\")\nwhile True:\n    pass\n")
    terminal.send("\r\r")
    try terminal.expect("begun")
    terminal.send("\u{3}")
    try terminal.expect("interrupted")
    try expectPrompt(in: terminal)
    // The message has a line of its own, apart from the terminal's ^C.
    #expect(terminal.screen.lines.contains { $0.hasPrefix("error: interrupted") })
    try enter("n + 1000", in: terminal)
    try terminal.expect("1042")
    try expectPrompt(in: terminal)
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func aScriptIsStoppedWithItsOwnStatus() throws {
    let script = "print(\"be\" + \"gun\")\nwhile True:\n    pass\n"
    try home.write(Array(script.utf8), to: "endless.nabla")
    let terminal = try start(["run", home.path + "/endless.nabla"])
    try terminal.expect("begun")
    terminal.send("\u{3}")
    #expect(try terminal.waitForExit() == 130)
    #expect(terminal.screen.text.contains("interrupted"))
  }

  @Test func anErrorNeitherEndsTheShellNorLosesAVariable() throws {
    let terminal = try start()
    try expectPrompt(in: terminal)
    try enter("Θ = 5", in: terminal)
    for line in ["Θ @ Θ", "sigmod(1)", "1 +", ":nonsense", "1 / 0"] {
      try enter(line, in: terminal)
      try expectPrompt(in: terminal)
    }
    try enter("Θ * 1001", in: terminal)
    try terminal.expect("5005")
    try expectPrompt(in: terminal)
    terminal.send(":quit\r")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func outputFollowsTheWidthOfTheWindow() throws {
    let terminal = try start()
    try expectPrompt(in: terminal)
    terminal.resize(columns: 30, rows: 40)
    try enter("arange(12) + 0.5", in: terminal)
    try terminal.expect("11.5")
    try expectPrompt(in: terminal)
    #expect(terminal.screen.lines.allSatisfy { $0.count < 30 })
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }
}
