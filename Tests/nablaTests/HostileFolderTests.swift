import Foundation
import TestSupport
import Testing

/// One bad file never stops the others.
struct HostileFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ body: String) throws {
    try folder.write(Array(("---\ntitle: T\ndeck: d\n---\n" + body).utf8), to: name)
  }

  private func good(_ number: Int) throws {
    try write(
      "a\(number).md", "```nabla\nx = \(number)\ny = 2 * x   #=> \(2 * number)\nx + 1\n```\n")
  }

  /// Twelve files that a check must survive.
  private func bad() throws {
    try write("b01.md", "```nabla\nwhile True: pass\n```\n")
    try write("b02.md", "```nabla\nf(n) = f(n + 1)\nf(0)\n```\n")
    try write("b03.md", "```nabla\nx = zeros(100000, 100000)\n```\n")
    try write("b04.md", "```nabla\nwhile True: print(1)\n```\n")
    try folder.write([0xFF, 0xFE, 0x0A], to: "b05.md")
    #expect(mkfifo(folder.path + "/b06.md", 0o600) == 0)
    #expect(symlink("/etc/hostname", folder.path + "/b07.md") == 0)
    #expect(symlink("/dev/zero", folder.path + "/b08.md") == 0)
    #expect(symlink("nothing.md", folder.path + "/b09.md") == 0)
    try folder.write(Array("---\ntitle: T\n\tdeck: d\n---\n".utf8), to: "b10.md")
    try folder.write(Array((String(repeating: "(", count: 100_000)).utf8), to: "b11.nabla")
    try write("b12.md", "```quiz\nask: x?\nanswer: sum([i for i in range(10**15)])\n```\n")
    // What is neither good nor bad: another name of the folder itself, and no lesson.
    #expect(symlink(".", folder.path + "/itself") == 0)
    try folder.write(Array("# About\n".utf8), to: "README.md")
  }

  @Test func oneBadFileNeverStopsTheOthers() throws {
    for number in 0..<10 { try good(number) }
    let alone = try ProgramRun(["check", "."], directory: folder.path)
    #expect(alone.status == 0)
    let reports = alone.output.split(separator: "\n").dropLast()
    #expect(reports.count == 10)
    try bad()
    let start = Date()
    let run = try ProgramRun(["check", ".", "--seconds", "3"], directory: folder.path)
    // Where the machine has nothing else to do.
    var load = 0.0
    if getloadavg(&load, 1) == 1, load < 3 { #expect(Date().timeIntervalSince(start) < 30) }
    #expect(run.status == 1 && run.errors == "", "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    #expect(Array(lines.prefix(10)) == Array(reports))
    for number in 1...12 {
      let name = "b\(number < 10 ? "0" : "")\(number)."
      let last = lines.last { $0.contains(name) }
      #expect(last?.contains("failed") == true || last?.contains("problem") == true, "\(name)")
    }
    #expect(lines.last?.hasPrefix("22 files, 10 checks passed") == true, "\(lines.last ?? "")")
    #expect(run.output.contains("b10.md:3:"))
    #expect(run.output.contains("indent with spaces"))
    #expect(!run.output.contains("README"))
  }

  /// A process that the system stops for want of memory takes nothing else with it.
  @Test func aCrashIsOneFailure() throws {
    for number in 0..<3 { try good(number) }
    let list = "x = [str(i) for i in range(10**7)]\n"
    try folder.write(Array(list.utf8), to: "a1-crash.nabla")
    let run = try ProgramRun(
      ["-c", "ulimit -v 1100000 -c 0; \(PseudoTerminal.nabla) check . --memory 64GiB"],
      program: "/bin/sh", directory: folder.path)
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("3 checks passed, 1 failed"), "\(run.output)")
  }

  /// Whoever may read everything checks as somebody who may not.
  @Test func anUnreadableFileIsOneFailure() throws {
    try good(1)
    try folder.write(Array("x = 1\n".utf8), to: "b.nabla")
    chmod(folder.path + "/b.nabla", 0)
    chmod(folder.path, 0o755)
    func somebody(_ command: [String]) throws -> ProgramRun {
      let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"]
      return try ProgramRun(
        (geteuid() == 0 ? nobody : []) + command, program: "/usr/bin/setpriv",
        directory: folder.path)
    }
    // The build may lie where nobody else can go.
    guard try somebody(["/usr/bin/test", "-x", PseudoTerminal.nabla]).status == 0 else { return }
    let run = try somebody([PseudoTerminal.nabla, "check", "."])
    #expect(run.status == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("2 files, 1 check passed"), "\(run.output)")
    #expect(run.output.contains("Permission denied"))
  }

  @Test(arguments: ["tap", "junit", "json"])
  func everyFormTellsOfEveryFile(_ format: String) throws {
    try good(1)
    try folder.write([0xFF], to: "b.md")
    #expect(mkfifo(folder.path + "/c.md", 0o600) == 0)
    let run = try ProgramRun(["check", ".", "--format", format], directory: folder.path)
    #expect(run.status == 1 && run.errors == "")
    for name in ["a1.md", "b.md", "c.md"] { #expect(run.output.contains("./\(name)")) }
    if format == "junit" {
      let suites = try XMLTree.parsed(String(run.output.drop { $0 != "\n" }))
      #expect(suites.elements("testsuite").count == 3 && suites.elements("failure").count == 2)
    }
  }

  /// A byte order mark is how some editors begin a file.
  @Test func aByteOrderMarkIsAccepted() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    try folder.write(mark + Array("x = 1 #=> 1\n".utf8), to: "x.nabla")
    try folder.write(mark + Array("---\ntitle: T\ndeck: d\n---\nText.\n".utf8), to: "x.md")
    #expect(try ProgramRun(["check", "."], directory: folder.path).status == 0)
    #expect(try ProgramRun(["x.nabla"], directory: folder.path).status == 0)
  }

  @Test(arguments: [["run"], [], ["check"]])
  func whatIsNoFileIsRefusedAtOnce(_ subcommand: [String]) throws {
    #expect(mkfifo(folder.path + "/pipe.nabla", 0o600) == 0)
    let run = try ProgramRun(subcommand + ["pipe.nabla"], directory: folder.path)
    #expect(run.status == (subcommand == ["check"] ? 1 : 2))
    #expect((run.output + run.errors).contains("it is a FIFO"))
  }

  @Test(arguments: [
    (["--steps", "100"], "for i in range(10**6): pass", "stopped after 100 steps"),
    (["--seconds", "0.2"], "while True: pass", "stopped after 0.2 seconds"),
    (["--output", "10"], "print(\"a long line of text\")", "10 characters of output"),
    (["--recursion", "20"], "f(n) = f(n + 1)\nf(0)", "20 times deep"),
    (["--memory", "1MiB"], "x = zeros(1000, 1000)", "1 MiB"),
  ])
  func limitsHoldFromTheCommandLine(_ options: [String], _ code: String, _ told: String) throws {
    try folder.write(Array((code + "\n").utf8), to: "x.nabla")
    for arguments in [["run", "x.nabla"], ["x.nabla"], ["-e", code], [], ["check", "x.nabla"]] {
      let run = try ProgramRun(
        arguments + options, input: Array(code.utf8), directory: folder.path)
      #expect(run.status == (arguments.first == "check" ? 1 : 2), "\(arguments)")
      #expect((run.output + run.errors).contains(told), "\(arguments) \(run.errors)")
    }
  }
}
