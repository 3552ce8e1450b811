import Foundation
import TestSupport
import Testing

/// kill -9 in the middle of a lesson: what was done stays, and the end is that of an undisturbed walk.
@Suite(.serialized)
struct LessonKillTests {
  private static let slug = "02-forward"
  private static let journal = "nabla/lessons/kaist-ai602/forward.jsonl"
  private static let recap = "nabla/lessons/kaist-ai602/forward.recap.md"

  /// A student's way through the lesson: answers right and wrong, hints, own numbers, jumps.
  private static let lines =
    [":next", ":hint", "x = [7, 7]", "s = Θ1ᵀ @ x", ":back", "y = x[0]", ":rerun", ":next", "0.1"]
    + (3...20).flatMap { [":goto \($0)", "z\($0) = \($0)", ":hint", "0.5", ":reveal"] } + [":next"]

  private func open(_ home: TemporaryFolder) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      ["learn", Self.slug],
      environment: [
        "HOME": home.path, "XDG_STATE_HOME": home.path, "NABLA_LESSONS": Repository.lessons,
      ], columns: 80, rows: 200)
    try terminal.expect(lastLines: [Self.slug + ">"])
    return terminal
  }

  /// The events kept so far, without those of opening.
  private func events(_ home: TemporaryFolder) throws -> [String] {
    let text = try home.text(of: Self.journal)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
      .filter { !$0.contains("\"lesson\"") }
  }

  /// How many events there are after each of the lines, and the recap at the end.
  private func undisturbed() throws -> (counts: [Int], events: [String], recap: String) {
    let home = try TemporaryFolder()
    let terminal = try open(home)
    var counts: [Int] = []
    for (index, line) in Self.lines.enumerated() {
      let isLast = index == Self.lines.count - 1
      try type(line, in: terminal, isLast: isLast)
      counts.append(try events(home).count)
    }
    return (counts, try events(home), try home.text(of: Self.recap))
  }

  private func type(_ line: String, in terminal: PseudoTerminal, isLast: Bool) throws {
    let seen = terminal.output.count
    terminal.send(line + "\r")
    if isLast {
      #expect(try terminal.waitForExit() == 0)
    } else {
      // The prompt after the answer; the line itself is echoed behind the one before.
      try terminal.wait(for: "the answer to \(line)") { screen in
        let new = String(decoding: terminal.output[seen...], as: UTF8.self)
        return new.contains("\n") && screen.lines.last == Self.slug + ">"
      }
    }
  }

  @Test func whatWasDoneStaysWheneverTheProgramIsKilled() throws {
    let (counts, all, recap) = try undisturbed()
    var random = SeededGenerator(seed: 14)
    let instants = runsNightlyTests ? 500 : runsSlowTests ? 20 : 3
    var killed = 0
    while killed < instants {
      let home = try TemporaryFolder()
      var done = 0
      // Several kills a walk, each so many lines and microseconds after the last.
      while done < Self.lines.count {
        let terminal = try open(home)
        let target = done + Int.random(in: 1...max(40, Self.lines.count / 2), using: &random)
        while done < min(target, Self.lines.count) {
          try type(Self.lines[done], in: terminal, isLast: done == Self.lines.count - 1)
          done += 1
        }
        guard done < Self.lines.count else { break }
        terminal.send(Self.lines[done] + "\r")
        usleep(UInt32.random(in: 0...30_000, using: &random))
        terminal.signal(SIGKILL)
        _ = try terminal.waitForExit()
        killed += 1
        let kept = try events(home)
        #expect(kept == Array(all.prefix(kept.count)), "killed at line \(done)")
        // The line that was being worked on is there or is not; all before it are.
        let before = done == 0 ? counts[0] : counts[done - 1]
        #expect(kept.count == before || kept.count == counts[done], "killed at line \(done)")
        if kept.count == counts[done], counts[done] > before { done += 1 }
      }
      #expect(try home.text(of: Self.recap) == recap)
    }
  }
}
