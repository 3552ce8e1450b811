import Foundation
import TestSupport
import Testing

/// The shell as a person meets it, in a terminal. The inputs are valid in the language, but the
/// tests look at the typing alone.
@Suite(.serialized)
struct LineEditorTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func start(
    _ environment: [String: String] = [:], columns: Int = 60, rows: Int = 20
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      environment: ["HOME": home.path].merging(environment) { $1 }, columns: columns, rows: rows)
    try terminal.expect("∇")
    return terminal
  }

  /// The rows from the last prompt on: what is being typed.
  private func typed(_ screen: Screen) -> [String] {
    Array(screen.lines[(screen.lines.lastIndex { $0.hasPrefix("∇") } ?? 0)...])
  }

  private func expect(
    _ lines: String..., in terminal: PseudoTerminal,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try terminal.wait(for: lines.joined(separator: "\n"), sourceLocation: sourceLocation) {
      typed($0) == lines
    }
  }

  /// Types a line, waits until it is seen, and waits for the next prompt after Enter.
  private func submit(_ line: String, to terminal: PseudoTerminal) throws {
    terminal.send(line)
    try terminal.expect(line)
    terminal.send("\r")
    try expect("∇", in: terminal)
  }

  /// Types a line that cannot stand alone, and waits for the indented next one.
  private func goOn(after line: String, in terminal: PseudoTerminal) throws {
    terminal.send(line)
    try terminal.expect(line)
    let row = terminal.screen.cursor.row
    terminal.send("\r")
    try terminal.wait(for: "an indented line") { $0.cursor == (row + 1, 4) }
  }

  private func end(_ terminal: PseudoTerminal) throws {
    terminal.send("\u{3}")
    try expect("∇", in: terminal)
    // What is typed while a Ctrl-C is still being answered goes with it.
    terminal.settle()
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
  }

  @Test func lettersBeyondASCIIAreTypedAndDeleted() throws {
    let terminal = try start()
    terminal.send("Θ₁ = ŷ * 数")
    try expect("∇ Θ₁ = ŷ * 数", in: terminal)
    terminal.send("\u{7F}\u{7F}2\u{1B}[H\u{1B}[Cx")
    try expect("∇ Θx₁ = ŷ *2", in: terminal)
    try end(terminal)
  }

  @Test func aLetterAndItsMarkBecomeOne() throws {
    let terminal = try start()
    try submit("y\u{302} = 1", to: terminal)
    terminal.send("\u{1B}[A")
    // The history has the composed form.
    try terminal.wait(for: "ŷ in one scalar") {
      typed($0).first?.unicodeScalars.contains("ŷ") == true
    }
    try end(terminal)
  }

  @Test func anUnfinishedInputGoesOnIndented() throws {
    let terminal = try start()
    try goOn(after: "for i in range(2):", in: terminal)
    terminal.send("x = i")
    try expect("∇ for i in range(2):", "    x = i", in: terminal)
    // One press takes the indentation back, and the arrow moves inside the text.
    terminal.send("\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{1B}[D\u{7F}\u{1B}[AA")
    try expect("∇ Afor i in range(2):", "x = i", in: terminal)
    try end(terminal)
  }

  @Test func pastedLinesWaitForEnter() throws {
    let terminal = try start()
    let lines = (1...12).map { "x\($0) = \($0)" }
    terminal.paste(lines.joined(separator: "\r") + "\r")
    try terminal.wait(for: "the pasted lines") {
      typed($0) == ["∇ " + lines[0]] + lines.dropFirst()
    }
    terminal.send("\u{1B}[A\u{1B}[A#")
    try terminal.wait(for: "an edit two lines up") { typed($0).contains("x10 = 10#") }
    try end(terminal)
  }

  @Test func aPasteWithoutItsEndIsGivenUp() throws {
    let terminal = try start()
    terminal.send("\u{1B}[200~lost")
    terminal.interrupt()
    terminal.send("y = 1")
    try expect("∇ y = 1", in: terminal)
    try end(terminal)
  }

  @Test func editingInsideAWrappedLineKeepsTheScreenRight() throws {
    let terminal = try start(columns: 20)
    let digits = String(repeating: "0123456789", count: 5)
    terminal.send("x = " + digits + "\u{1B}[HAB")
    let text = "∇ ABx = " + digits
    let rows = stride(from: 0, to: text.count, by: 20).map {
      String(text.dropFirst($0).prefix(20))
    }
    try terminal.wait(for: "the text, wrapped") { typed($0) == rows }
    try end(terminal)
  }

  @Test func resizingDrawsTheTextAnew() throws {
    let terminal = try start(columns: 60)
    terminal.send("x = 12345678901234567890123456789")
    try expect("∇ x = 12345678901234567890123456789", in: terminal)
    terminal.resize(columns: 20, rows: 10)
    try expect("∇ x = 12345678901234", "567890123456789", in: terminal)
    terminal.send("+1")
    try expect("∇ x = 12345678901234", "567890123456789+1", in: terminal)
    try end(terminal)
  }

  @Test func interruptingDropsTheLineAndNothingElse() throws {
    let terminal = try start()
    try submit("a = 1", to: terminal)
    try goOn(after: "x = (1 +", in: terminal)
    terminal.send("2")
    try expect("∇ x = (1 +", "    2", in: terminal)
    terminal.send("\u{3}")
    try expect("∇", in: terminal)
    #expect(terminal.screen.text.contains("2^C"))
    terminal.send("\u{1B}[A")
    try expect("∇ a = 1", in: terminal)
    try end(terminal)
  }

  @Test func theHistoryOutlivesTheProgram() throws {
    let first = try start()
    try goOn(after: "(1 +", in: first)
    try submit("2)", to: first)
    try submit("Θ = 2", to: first)
    try end(first)

    let second = try start()
    second.send("\u{1B}[A")
    try expect("∇ Θ = 2", in: second)
    second.send("\u{1B}[A")
    try expect("∇ (1 +", "    2)", in: second)
    // Up inside the two lines, then down through them and back to what was typed.
    second.send("\u{1B}[A\u{1B}[B\u{1B}[B\u{1B}[B")
    try expect("∇", in: second)
    // What is typed first is what entries begin with; what the history suggests is grey.
    second.send("(1\u{1B}[A")
    try expect("∇ (1 +", "    2)", in: second)
    second.send("\u{1B}[B\u{1B}[B")
    try expect("∇ (1 +", in: second)
    second.send("\u{1B}[C")
    try expect("∇ (1 +", "    2)", in: second)
    try end(second)
  }

  @Test func searchingFindsLettersBeyondASCII() throws {
    let terminal = try start()
    try submit("Θ₁ = 1", to: terminal)
    try submit("x = 2", to: terminal)
    terminal.send("\u{12}₁")
    try terminal.expect("search '₁': Θ₁ = 1")
    terminal.send("\u{1B}[F0")
    try expect("∇ Θ₁ = 10", in: terminal)
    terminal.send("\u{15}abc\u{12}x\u{7}")
    try expect("∇ abc", in: terminal)
    // What holds none of it is not shown as if it did, and not run.
    terminal.send("\u{12}xqq")
    try terminal.expect("nothing with 'xqq': abc")
    terminal.send("\u{7}")
    try expect("∇ abc", in: terminal)
    // A changed entry is a text of one's own, from which a search begins anew.
    terminal.send("\u{15}\u{1B}[A\u{15}Θ\u{1B}[A")
    try expect("∇ Θ₁ = 1", in: terminal)
    try end(terminal)
  }

  @Test func tabTurnsNamesIntoSymbols() throws {
    let terminal = try start()
    terminal.send("\\theta\t")
    try expect("∇ θ", in: terminal)
    terminal.send(" = y\\hat\t")
    try expect("∇ θ = ŷ", in: terminal)
    terminal.send(" + sigmo\t")
    try terminal.wait(for: "the completed name") {
      typed($0).first?.hasPrefix("∇ θ = ŷ + sigmoid") == true
    }
    try end(terminal)
  }

  @Test func tabListsWhatIsPossible() throws {
    let terminal = try start()
    terminal.send("x = sof\t")
    try terminal.wait(for: "more letters") { typed($0).first?.hasPrefix("∇ x = soft") == true }
    terminal.send("\t")
    try terminal.wait(for: "a list of names with what they are") { screen in
      screen.text.contains("softmax ") && screen.text.contains("Computes log(1 + exp(x))")
        && screen.cursor.row == screen.lines.firstIndex { $0 == "∇ x = soft" }
    }
    terminal.send("m")
    try expect("∇ x = softm", in: terminal)
    try end(terminal)
  }

  @Test func aListForReadersOfTheScreenStays() throws {
    let terminal = try start(["ACCESSIBLE": "1"])
    terminal.send("x = soft\t")
    try terminal.wait(for: "the list, and the prompt below it") { screen in
      screen.lines.filter { $0 == "∇ x = soft" }.count == 2
    }
    try end(terminal)
  }

  @Test func colorsFollowWhatIsTypedAndCanBeOff() throws {
    let terminal = try start()
    terminal.send("y = undefined + 2")
    try expect("∇ y = undefined + 2", in: terminal)
    let output = String(decoding: terminal.output, as: UTF8.self)
    #expect(output.contains("\u{1B}[4m") && output.contains("\u{1B}[36m2"))
    try end(terminal)
    let plain = try start(["NO_COLOR": "1"])
    try submit("y = 1", to: plain)
    plain.send("y")
    // Nothing is suggested where it could not be told from what is typed.
    try expect("∇ y", in: plain)
    try end(plain)
    #expect(!String(decoding: plain.output, as: UTF8.self).contains("\u{1B}[36m"))
  }

  @Test func suggestionsCanBeSwitchedOff() throws {
    let terminal = try start()
    try submit("y = 1", to: terminal)
    terminal.send("y")
    try expect("∇ y = 1", in: terminal)
    terminal.send("\u{3}")
    try expect("∇", in: terminal)
    try submit(":set suggestions off", to: terminal)
    terminal.send("y")
    try expect("∇ y", in: terminal)
    try end(terminal)
  }

  @Test func lettersWithMarksAreOneCharacter() throws {
    let terminal = try start(columns: 10)
    terminal.send("h\\tilde\t = x\u{304}x\u{304}x\u{304}")
    try expect("∇ h\u{303} = x\u{304}x\u{304}x\u{304}", in: terminal)
    terminal.send("\u{7F}\u{1B}[D\u{7F}")
    try expect("∇ h\u{303} = x\u{304}", in: terminal)
    terminal.send("\u{1B}[H\u{1B}[3~")
    try expect("∇  = x\u{304}", in: terminal)
    try end(terminal)
  }

  @Test func cuttingPastingAndUndoing() throws {
    let terminal = try start()
    terminal.send("alpha + beta\u{17}")
    try expect("∇ alpha +", in: terminal)
    terminal.send("\u{1}\u{19} * ")
    try expect("∇ beta * alpha +", in: terminal)
    terminal.send("\u{1F}\u{1F}\u{1F}")
    try expect("∇ alpha +", in: terminal)
    terminal.send("\u{1B}_")
    try expect("∇ betaalpha +", in: terminal)
    try end(terminal)
  }

  @Test func aBlockTallerThanTheWindowScrolls() throws {
    let terminal = try start(columns: 40, rows: 8)
    terminal.paste((1...30).map { "x\($0) = \($0)" }.joined(separator: "\r"))
    try terminal.wait(for: "its end") { $0.lines.last == "x30 = 30" && $0.lines.count == 8 }
    terminal.send(String(repeating: "\u{1B}[A", count: 20) + "!")
    try terminal.wait(for: "an edit twenty lines up") {
      $0.lines.first == "x10 = 1!0" || $0.text.contains("x10 = 10!")
    }
    try end(terminal)
  }

  @Test func theUsersOwnEditorChangesTheText() throws {
    try home.write(Array("#!/bin/sh\nprintf 'z = 3\\n' >> \"$1\"\n".utf8), to: "editor")
    chmod(home.path + "/editor", 0o700)
    let terminal = try start(["EDITOR": home.path + "/editor"])
    terminal.send("y = 1")
    try expect("∇ y = 1", in: terminal)
    terminal.send("\u{18}\u{5}")
    try expect("∇ y = 1", "z = 3", in: terminal)
    try end(terminal)
  }

  @Test func anInputIsEditedAndHandedIn() throws {
    try home.write(Array("#!/bin/sh\nprintf 'z = 3\\n' >> \"$1\"\n".utf8), to: "editor")
    chmod(home.path + "/editor", 0o700)
    let terminal = try start(["EDITOR": home.path + "/editor"])
    try submit("y = 1", to: terminal)
    terminal.send(":edit\r")
    try terminal.expect("∇ y = 1\nz = 3")
    terminal.send("\r")
    try terminal.expect("z = 3\ny = 1\nz = 3")
    try submit("y, z", to: terminal)
    try terminal.expect("(1, 3)")
    terminal.send(":edit \(home.path)/new.nabla\r")
    try terminal.expect("runs it")
    #expect(try home.text(of: "new.nabla") == "z = 3\n")
    try end(terminal)
  }

  /// The terminal shows at once what is typed while something runs, and the prompt begins below.
  @Test func whatIsTypedMeanwhileStandsAtThePromptOnce() throws {
    let terminal = try start()
    terminal.send("for i in range(100000): y = i\r\rabc")
    try terminal.wait(for: "the prompt with what was typed") { $0.lines.last == "∇ abc" }
    try end(terminal)
  }

  @Test func wordsAreTheUnitOfControlKeys() throws {
    let terminal = try start()
    terminal.send("alpha = βeta_1 + gamma\u{17}")
    try expect("∇ alpha = βeta_1 +", in: terminal)
    terminal.send("\u{1B}[1;5DX")
    try expect("∇ alpha = Xβeta_1 +", in: terminal)
    terminal.send("\u{1B}[1;5CY")
    try expect("∇ alpha = Xβeta_1Y +", in: terminal)
    try end(terminal)
  }

  @Test func stoppingGivesTheTerminalBackAndTakesItAgain() throws {
    let terminal = try start()
    terminal.send("x = 1")
    try expect("∇ x = 1", in: terminal)
    // The leader of a session cannot be stopped by its terminal, so it only draws again.
    terminal.send("\u{1A}")
    try terminal.wait(for: "the line once more") {
      $0.lines.filter { $0 == "∇ x = 1" }.count == 2
    }
    terminal.send("2")
    try expect("∇ x = 12", in: terminal)
    try end(terminal)
  }

  @Test(arguments: ["bind -v", "bind -e", "bind nonsense"])
  func settingsOfTheUserKeepTheKeys(_ settings: String) throws {
    try home.write(Array((settings + "\n").utf8), to: ".editrc")
    let terminal = try start(["EDITRC": home.path + "/.editrc"])
    try submit("a = 1", to: terminal)
    try submit("b = 2", to: terminal)
    terminal.send("\u{1B}[A\u{1B}[A")
    try expect("∇ a = 1", in: terminal)
    terminal.paste("1")
    terminal.send("\u{1B}[D\u{1B}[D2")
    try expect("∇ a = 211", in: terminal)
    try end(terminal)
  }

  @Test func aDumbTerminalGetsNoSequences() throws {
    let terminal = try start(["TERM": "dumb"])
    try submit("x = 1", to: terminal)
    try end(terminal)
    #expect(!terminal.output.contains(0x1B))
  }

  @Test func noLocaleIsSaidOnceAndLettersStillWork() throws {
    let terminal = try start(["LC_ALL": "C"])
    try terminal.expect("no locale is set")
    terminal.send("Θ")
    try expect("∇ Θ", in: terminal)
    try end(terminal)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func aSignalThatEndsTheProgramFindsTheTerminalTidy(_ signal: Int32) throws {
    let terminal = try start()
    terminal.send("x = 1")
    try expect("∇ x = 1", in: terminal)
    #expect(!terminal.isAsShellsExpect)
    terminal.signal(signal)
    #expect(try terminal.waitForExit() == 128 + signal)
    #expect(terminal.isAsShellsExpect)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func noKeysAtAllCanBreakIt(_ seed: UInt64) throws {
    let keys = [
      "\u{1B}[A", "\u{1B}[B", "\u{1B}[C", "\u{1B}[D", "\u{1B}[H", "\u{1B}[F", "\u{1B}[3~",
      "\u{1B}b",
      "\u{1B}[1;5C", "\t", "\r", "\u{7F}", "\u{17}", "\u{12}", "\u{7}", "\u{15}", "\u{B}", "\u{19}",
      "\u{C}", "\u{14}", "\u{1B}d", "\u{1B}u", "\u{1B}[99z", "\u{18}", "\0", "(", ")", ":", "Θ₁",
      "数",
      "y\u{302}", "so", "\\theta\t", "abc def ", "\u{1B}[200~p\r  q\r\u{1B}[201~", "0123456789",
    ]
    let terminal = try start(columns: [2, 17, 80][Int(seed) - 1], rows: 5)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 { terminal.send(keys.randomElement(using: &random) ?? "") }
    terminal.interrupt()
    try end(terminal)
  }

  @Test func aDamagedHistoryIsNoHindrance() throws {
    let folder = home.path + "/.local/state/nabla"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try home.write(Array("good = 1\n".utf8) + [0xC3, 0x28, 0x0A], to: ".local/state/nabla/history")
    let terminal = try start()
    try terminal.expect("history.damaged-1")
    terminal.send("\u{1B}[A")
    try expect("∇ good = 1", in: terminal)
    try end(terminal)
  }
}
