import Foundation
import TestSupport
import Testing

/// `nabla demo` in a terminal, with a clicker's keys and the notes in another one.
@Suite(.serialized)
struct StageTerminalTests {
  private static let next = "\u{1B}[6~"
  private static let back = "\u{1B}[5~"

  private static let firstLessons = Repository.lessonNames.filter { $0.contains("/01-") }

  private func open(
    _ arguments: [String], _ home: TemporaryFolder, columns: Int = 80, rows: Int = 24
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      ["demo"] + arguments, environment: ["HOME": home.path, "XDG_STATE_HOME": home.path],
      columns: columns, rows: rows)
  }

  /// Everything but the line with the time.
  private func body(_ screen: Screen, rows: Int) -> [String] {
    Array((screen.lines + Array(repeating: "", count: rows)).prefix(rows - 1))
  }

  /// `3/20` on the last line.
  private func place(_ terminal: PseudoTerminal) -> Substring? {
    terminal.screen.lines.last?.firstMatch(of: /^(\d+\/\d+)\s/)?.1
  }

  private func press(_ key: String, in terminal: PseudoTerminal, rows: Int) throws {
    let before = body(terminal.screen, rows: rows)
    let oldPlace = place(terminal)
    terminal.send(key)
    try terminal.wait(for: "another screen") { screen in
      let last = screen.lines.last ?? ""
      return last.contains("last step") || body(screen, rows: rows) != before
        || (place(terminal) != nil && place(terminal) != oldPlace)
    }
  }

  private func marks(in lesson: String) throws -> Int {
    let text = try Repository.lesson(lesson)
    return text.matches(of: /(?m)^```nabla[^\n]*\n((?s).*?)\n```$/).reduce(0) { count, block in
      count + block.1.matches(of: /\s#(=|!|~(\(\d+\))?)>/).count
    }
  }

  @Test(arguments: firstLessons.sampled(every: 5))
  func aClickerGoesThroughALessonAndTheNotesFollow(_ lesson: String) throws {
    let home = try TemporaryFolder()
    let path = Repository.lessons + "/" + lesson + ".md"
    let stage = try open([path, "--rehearse", "--record", home.path + "/talk.cast"], home)
    try stage.expect("? keys")
    let notes = try open([path, "--notes"], home, columns: 60, rows: 20)
    try notes.expect("1/")
    var presses = 0
    var place = self.place(stage)
    while stage.screen.lines.last?.contains("the last step") != true, presses < 300 {
      try press(Self.next, in: stage, rows: 24)
      presses += 1
      if let now = self.place(stage), now != place {
        place = now
        try notes.expect("\(now)  ")
      }
    }
    let status = try #require(stage.screen.lines.last)
    #expect(!status.contains("✗"))
    let verified = status.firstMatch(of: /✓(\d+)/).flatMap { Int($0.1) } ?? 0
    #expect(verified == (try marks(in: lesson)))
    for _ in 0..<6 { try press(Self.back, in: stage, rows: 24) }
    stage.send("q")
    #expect(try stage.waitForExit() == 0)
    try notes.expect("the talk is over")
    notes.send("q")
    #expect(try notes.waitForExit() == 0)
    #expect(stage.isAsShellsExpect && notes.isAsShellsExpect)
    let cast = try home.text(of: "talk.cast").split(separator: "\n")
    #expect(cast.first?.hasPrefix("{\"version\": 2, \"width\": 80, \"height\": 24") == true)
    #expect(cast.dropFirst().allSatisfy { $0.hasPrefix("[") } && cast.count > presses)
    #expect(home.names.contains("nabla"))
  }

  @Test func theWindowChangesInTheMiddleAndCodeIsTyped() throws {
    let home = try TemporaryFolder()
    try home.write(
      Array("# Two.\nx = [1, 2]\n\ny = x * 3  #=> [3, 6]\nz = y + 1  #=> [4, 8]\n".utf8),
      to: "talk.nabla")
    let stage = try open([home.path + "/talk.nabla"], home)
    try stage.expect("Space: result")
    stage.send("  ")
    try stage.expect("2/2")
    stage.resize(columns: 40, rows: 12)
    stage.send(" ")
    try stage.expect("[4, 8] does not agree")
    try stage.expect("✗1")
    stage.send("y[0] = 5\r")
    try stage.expect("y yours; u takes it back")
    stage.send("u:y\r")
    try stage.expect("[3, 6]   [2]")
    stage.send("b")
    try stage.wait(for: "a blank screen") { $0.text.allSatisfy(\.isWhitespace) }
    // The start key of a clicker ends no talk.
    stage.send("\u{1B}[15~")
    try stage.expect("✗1")
    stage.send("\u{4}")
    #expect(try stage.waitForExit() == 0)
    #expect(stage.screen.text.contains("numbers that do not agree: line 5"))
  }

  @Test func aRunningStepIsStopped() throws {
    let home = try TemporaryFolder()
    try home.write(Array("x = 1\nwhile True:\n    x += 1\n".utf8), to: "talk.nabla")
    let stage = try open([home.path + "/talk.nabla"], home)
    try stage.expect("Space: result")
    stage.send(" ")
    usleep(300_000)
    stage.send("\u{3}")
    try stage.expect("interrupted")
    stage.send("q")
    #expect(try stage.waitForExit() == 0)
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT], ["q", "loop"])
  func aSignalLeavesTheTerminalAsItWas(_ signal: Int32, _ what: String) throws {
    let home = try TemporaryFolder()
    try home.write(Array("x = 1\nwhile True:\n    x += 1\n".utf8), to: "talk.nabla")
    let stage = try open([home.path + "/talk.nabla"], home)
    try stage.expect("Space: result")
    if what == "loop" {
      stage.send(" ")
      usleep(300_000)
    }
    #expect(!stage.isAsShellsExpect)
    stage.signal(signal)
    #expect(try stage.waitForExit() == 128 + signal)
    #expect(stage.isAsShellsExpect)
    #expect(String(decoding: stage.output, as: UTF8.self).hasSuffix("\u{1B}[?25h\u{1B}[?1049l"))
  }

  @Test func withoutATerminalThereIsNoStage() throws {
    let run = try ProgramRun(["demo", Repository.lessons + "/" + Self.firstLessons[0] + ".md"])
    #expect(run.status == 2 && run.errors.contains("needs a terminal"))
  }
}
