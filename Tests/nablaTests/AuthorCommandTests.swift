import Foundation
import TestSupport
import Testing

/// `check --watch`, `check --fix`, `completions`, `manual`.
@Suite(.serialized)
struct AuthorCommandTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func run(_ arguments: [String]) throws -> ProgramRun {
    try ProgramRun(
      arguments, environment: ["HOME": home.path, "NABLA_LESSONS": Repository.lessons],
      directory: home.path)
  }

  @Test func fixingShowsTheDifference() throws {
    let lesson = "---\ntitle: T\ndeck: d\n---\n\n```nabla\nx = 2 / 3   #=> 0.66\n```\n"
    try home.write(Array(lesson.utf8), to: "l.md")
    let fixed = try run(["check", "--fix", "l.md"])
    #expect(fixed.status == 0)
    #expect(fixed.output.contains("l.md:7\n- x = 2 / 3   #=> 0.66\n+ x = 2 / 3   #=> 0.67\n"))
    #expect(try home.text(of: "l.md").contains("#=> 0.67"))
    #expect(try run(["check", "l.md"]).status == 0)
  }

  @Test func watchingChecksWhatIsSaved() throws {
    func lesson(_ value: String) -> String {
      "---\ntitle: T\ndeck: d\n---\n\n```nabla\nx = 2 / 3   #=> \(value)\n```\n"
    }
    try home.write(Array(lesson("0.66").utf8), to: "l.md")
    let terminal = try PseudoTerminal(
      ["check", "--watch", home.path + "/l.md"], environment: ["HOME": home.path])
    try terminal.expect("1 failed")
    try home.write(Array(lesson("0.67").utf8), to: "l.md")
    try terminal.expect("1 passed")
    terminal.send("\u{3}")
    #expect(try terminal.waitForExit() == 130)
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func completionsAreForTheShell(shell: String) throws {
    let script = try run(["completions", shell]).output
    #expect(script.contains("demo") && script.contains("nabla") && script.count > 1000)
  }

  @Test func lessonsAreCompletedByName() throws {
    let words = try run(["---completion", "learn", "--", "lesson", "0", "0", ""]).output
    #expect(words.contains("02-forward") && words.contains("convolution"))
  }

  @Test func everySubcommandHasAManualPage() throws {
    let page = try run(["manual"]).output
    #expect(page.hasPrefix(".Dd") && page.contains(".Sh SUBCOMMANDS"))
    for match in page.matches(of: /(?m)^\.It Cm (\S+)$/) {
      let own = try run(["manual", String(match.1)])
      #expect(own.status == 0 && own.output.contains(".Sh DESCRIPTION"), "\(match.1)")
      #expect(!own.output.split(separator: "\n").contains { $0.hasPrefix("'") })
    }
    #expect(try run(["manual", "lern"]).status == 2)
  }
}
