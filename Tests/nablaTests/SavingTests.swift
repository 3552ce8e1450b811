import Foundation
import TestSupport
import Testing

/// What scripts, lessons and the shell may write, and what they may not.
struct SavingTests {
  private let folder: TemporaryFolder
  private let outside: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    outside = try TemporaryFolder()
  }

  private func draw(_ path: String, _ options: [String] = []) throws -> ProgramRun {
    let script = "w = 2.0; E = w**2; graph(E, \"\(path)\")"
    return try ProgramRun(options + ["-e", script], directory: folder.path)
  }

  /// The script must fail with a note, and leave both folders as they are.
  private func expectRefusal(
    _ path: String, _ options: [String] = [], because reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = (folder.names, outside.names)
    let run = try draw(path, options)
    #expect(run.status == 2, sourceLocation: sourceLocation)
    #expect(run.errors.contains(reason), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(
      (folder.names, outside.names) == before, "\(run.errors)", sourceLocation: sourceLocation)
  }

  private func link(_ name: String, to target: String) {
    #expect(symlink(target, folder.path + "/" + name) == 0)
  }

  @Test func aScriptMakesNewFilesInItsFolderAndBelow() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path + "/below", withIntermediateDirectories: false)
    #expect(try draw("x.svg").status == 0)
    #expect(try draw("below/../below/y.svg").status == 0)
    #expect(try folder.text(of: "x.svg") == folder.text(of: "below/y.svg"))
    for (arguments, input) in [
      (["run", "make.nabla"], ""), (["make.nabla"], ""), ([], "E = 2.0; graph(E * E, \"z.svg\")"),
    ] {
      try folder.write(Array("E = 2.0; graph(E * E, \"z.svg\")".utf8), to: "make.nabla")
      let run = try ProgramRun(arguments, input: Array(input.utf8), directory: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      try FileManager.default.removeItem(atPath: folder.path + "/z.svg")
    }
  }

  @Test(arguments: ["../x.svg", "/tmp/nabla-never.svg", "below/../../x.svg", "~/x.svg"])
  func aScriptWritesNothingOutside(_ path: String) throws {
    try expectRefusal(path, because: "outside of the folders that may be written to")
  }

  @Test func anotherFolderIsAllowedByName() throws {
    #expect(try draw(outside.path + "/x.svg", ["--allow-write", outside.path]).status == 0)
    #expect(outside.names == ["x.svg"])
  }

  @Test func noFolderIsMadeAndNoLinkIsFollowed() throws {
    try outside.write(Array("theirs".utf8), to: "theirs.svg")
    link("away", to: outside.path)
    link("x.svg", to: outside.path + "/theirs.svg")
    link("new.svg", to: outside.path + "/new.svg")
    link("null.svg", to: "/dev/null")
    #expect(mkfifo(folder.path + "/pipe.svg", 0o600) == 0)
    for options in [[], ["--force"]] {
      try expectRefusal("new/x.svg", options, because: "none is made")
      try expectRefusal("away/x.svg", options, because: "links are not followed")
      try expectRefusal("x.svg", options, because: "it is a link")
      try expectRefusal("new.svg", options, because: "it is a link")
      try expectRefusal("null.svg", options, because: "it is a link")
      try expectRefusal("pipe.svg", options, because: "it is a FIFO")
      try expectRefusal("/dev/null/x.svg", options, because: "outside of the folders")
    }
    #expect(try outside.text(of: "theirs.svg") == "theirs")
  }

  @Test func whatIsThereIsReplacedByForceAlone() throws {
    try folder.write(Array("mine".utf8), to: "x.svg")
    chmod(folder.path + "/x.svg", 0o640)
    try expectRefusal("x.svg", because: "it is there already")
    #expect(try folder.text(of: "x.svg") == "mine")
    #expect(try draw("x.svg", ["--force"]).status == 0)
    #expect(try folder.text(of: "x.svg").contains("<svg"))
    var status = stat()
    #expect(stat(folder.path + "/x.svg", &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(folder.names == ["x.svg"])
  }

  @Test(arguments: [
    "```nabla\nE = 2.0 * 3\ngraph(E, \"x.svg\")\n```\n",
    "```nabla\nE = 2.0 * 3\nexplain(E, \"x.html\")\n```\n",
    "```nabla\nE = 2.0 * 3\n```\n```quiz\nask: E?\nanswer: graph(E, \"x.svg\")\nhints: [a]\n```\n",
    "```nabla\nE = 2.0 * 3\n```\n```try\ngraph(E, \"x.svg\")\n```\n",
    "```nabla\nE = 2.0 * 3\n```\n```task\nask: E\nstart: a = 1\nsolution: graph(E, \"x.svg\")\n"
      + "checks: [\"True\"]\n```\n",
  ])
  func aLessonWritesNothing(_ body: String) throws {
    let text = "---\ntitle: T\ndeck: d\n---\n" + body
    try folder.write(Array(text.utf8), to: "lesson.md")
    let checked = try ProgramRun(["check", "lesson.md"], directory: folder.path)
    #expect(checked.status == 1 && checked.output.contains("no files are written from here"))
    let steps = String(repeating: "\n", count: 4) + "graph(E, \"x.svg\")\n:quit\n"
    _ = try ProgramRun(["learn", "lesson.md"], input: Array(steps.utf8), directory: folder.path)
    #expect(folder.names == ["lesson.md"])
  }

  @Test func aCheckedScriptWritesNothing() throws {
    try folder.write(Array("E = 2.0 * 3\ngraph(E, \"x.svg\")\n".utf8), to: "draw.nabla")
    #expect(try ProgramRun(["check", "draw.nabla"], directory: folder.path).status == 1)
    #expect(folder.names == ["draw.nabla"])
  }

  /// The shell writes where the person names a place, asks before it replaces a file, and a script
  /// run from it may no more than any script.
  @Test func theShellAsksBeforeItReplaces() throws {
    try folder.write(Array("mine".utf8), to: "kept.svg")
    try folder.write(Array("graph(E, \"\(outside.path)/script.svg\")\n".utf8), to: "s.nabla")
    let terminal = try PseudoTerminal(
      [], environment: ["HOME": outside.path], directory: folder.path, columns: 200)
    // What is typed before the prompt is back is not typed to it.
    func say(_ line: String, until seen: String) throws {
      terminal.send(line + "\r")
      try terminal.expect(seen)
      try terminal.expect(lastLines: ["∇"])
    }
    func say(_ line: String, untilAsked question: String) throws {
      terminal.send(line + "\r")
      try terminal.wait(for: question) { $0.lines.last?.hasSuffix(question) == true }
    }
    try terminal.expect(lastLines: ["∇"])
    try say("w = 2.0; E = w * w; 77", until: "77")
    try say("graph(E, \"\(outside.path)/far.svg\")", until: "far.svg\n")
    try say("graph(E, \"kept.svg\")", untilAsked: "[y/N]")
    try say("n", until: "it is there already")
    #expect(try folder.text(of: "kept.svg") == "mine")
    try say(":graph E kept.svg", untilAsked: "Replace it? [y/N]")
    try say("y", until: "is in kept.svg")
    #expect(try folder.text(of: "kept.svg").contains("<svg"))
    try say(":run s.nabla", until: "outside of the folders")
    terminal.send("\u{4}")
    #expect(try terminal.waitForExit() == 0)
    #expect(outside.names.contains("far.svg") && !outside.names.contains("script.svg"))
  }
}

/// Whatever cannot be written or read is told, by words and by the exit code.
struct HonestyTests {
  private func shell(_ command: String) throws -> ProgramRun {
    try ProgramRun(
      ["-c", command.replacing("nabla ", with: PseudoTerminal.nabla + " ")], program: "/bin/sh")
  }

  @Test(arguments: [
    "nabla -e '[1, 2]' > /dev/full", "nabla -e '[1, 2]' --format json > /dev/full",
    "nabla -e '[1, 2]' --format html > /dev/full", "nabla lessons > /dev/full",
    "nabla --help > /dev/full", "nabla train xor --steps 1 > /dev/full",
    "nabla check --format tap \(Repository.lessons) > /dev/full",
    "nabla -e '[1, 2]' >&-",
  ])
  func aFullDiskIsAnError(_ command: String) throws {
    let run = try shell("cd /tmp && { \(command); }")
    #expect(run.status == 2)
    #expect(run.errors.contains("cannot write to standard output"), "\(run.errors)")
  }

  /// The program ends soon after its reader has gone, and does not claim to have succeeded.
  @Test func aClosedPipeIsAnError() throws {
    let run = try shell(
      "{ nabla -e 'while True: print(\"x\")'; echo $? >&2; } | head -n 1; true")
    #expect(run.output == "x\n" && run.errors == "2\n", "\(run.errors)")
  }

  @Test func closedInputIsAnError() throws {
    let run = try shell("nabla <&-")
    #expect(run.status == 2 && run.errors.contains("it is closed"), "\(run.errors)")
  }

  @Test func hugeRangesAreRefusedInOurWords() throws {
    let run = try ProgramRun(["-e", "range(10**18) + 1"])
    #expect(run.status == 2 && run.errors.contains("10"), "\(run.errors)")
    #expect(!run.errors.contains("internal"))
  }

  @Test func jsonHoldsWhatWasPrinted() throws {
    for text in ["a\u{202E}b", "\u{2066}x", "ŷ\u{302}", "\u{E0041}"] {
      let run = try ProgramRun([
        "-e", "print(\"\(text)\")", "-e", "\"\(text)\"", "--format", "json",
      ])
      #expect(run.output == "{\"print\": \"\(text)\"}\n{\"value\": \"\(text)\"}\n")
    }
  }
}
