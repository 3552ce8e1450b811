import Foundation
import TestSupport
import Testing

/// What the README and the guide tell people to type into their own shell is run as it stands,
/// trainings for three steps only.
struct PageCommandTests {
  /// The lines of its blocks for the shell that call the program, without their comments.
  private static let commands: [String] = {
    let blocks = Page.all.flatMap { (try? $0.blocks()) ?? [] }.filter { $0.language == "sh" }
      .map(\.text)
    return blocks.joined(separator: "\n").split(separator: "\n")
      .map { String($0.prefix { $0 != "#" }.reversed().drop { $0 == " " }.reversed()) }
      .filter { $0.hasPrefix("nabla") || $0.contains("| nabla") || $0.hasPrefix("script/run ") }
  }()

  @Test func theyAreFound() {
    #expect(Self.commands.count >= 13 && Self.commands.contains("nabla demo.nabla"))
  }

  @Test(arguments: commands)
  func runs(_ line: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("x = 3.0; y = x**2\nprint(∂y/∂x)\n".utf8), to: "demo.nabla")
    let poem = String(repeating: "the quick brown fox jumps over the lazy dog\n", count: 20)
    try folder.write(Array(poem.utf8), to: "poem.txt")
    let imageHeader: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 4, 0, 0, 0, 4]
    let pixels: [UInt8] = (0..<960).map { UInt8($0 * 7 % 256) }
    try folder.write(imageHeader + pixels, to: "train-images-idx3-ubyte")
    let labelHeader: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 60]
    let labels: [UInt8] = (0..<60).map { $0 % 10 }
    try folder.write(labelHeader + labels, to: "train-labels-idx1-ubyte")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/lessons", withDestinationPath: Repository.lessons)
    let command =
      line.replacing("script/run", with: "nabla") + (line.contains(" train ") ? " --steps 3" : "")
    let programs = URL(fileURLWithPath: PseudoTerminal.nabla).deletingLastPathComponent().path
    let run = try ProgramRun(
      ["-c", command], program: "/bin/sh",
      environment: [
        "PATH": "\(programs):/usr/bin:/bin", "HOME": folder.path,
        "NABLA_LESSONS": Repository.lessons,
      ], directory: folder.path)
    #expect(run.status == 0 && run.errors == "", "\(command)\n\(run.errors)")
    let written = try line.contains("> demo.html") ? folder.text(of: "demo.html") : run.output
    #expect(!written.isEmpty || line == "nabla", "\(command) says nothing")
  }
}
