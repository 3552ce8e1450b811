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

  @Test(arguments: [["run"], []])
  func aScriptIsStoppedWithItsOwnStatus(_ subcommand: [String]) throws {
    let script = "print(\"be\" + \"gun\")\nwhile True:\n    pass\n"
    try home.write(Array(script.utf8), to: "endless.nabla")
    let terminal = try start(subcommand + [home.path + "/endless.nabla"])
    try terminal.expect("begun")
    terminal.send("\u{3}")
    #expect(try terminal.waitForExit() == 130)
    #expect(terminal.screen.text.contains("interrupted"))
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
