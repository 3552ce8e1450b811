import Foundation
import TestSupport
import Testing

/// The instructor's walk in the README, from a new homework to the class report, as it stands there.
struct InstructorWalkTests {
  private static let submissions = [
    "s01": ["0.5987", "0.08052", "-0.05786", "return σ(s) * (1 - σ(s))"],
    "s02": ["0.4110", "0.1735", "-0.1141", "return σ(s) * (1 - σ(s))"],
    "s03": ["0,4256", "0.09055", "0.6383", "return σ(s)"],
  ]

  private static let canvas = """
    Student,ID,SIS Login ID,neuron (501)
    Points Possible,,,6
    "Doe, J",11,s01,
    "Poe, P",12,s02,
    "Roe, R",13,s03,

    """

  private func prepare(_ folder: TemporaryFolder) throws {
    let class_ = "student,variant\ns01,A\ns02,B\ns03,C\n"
    try folder.write(Array(class_.utf8), to: "class.csv")
    try folder.write(Array(Self.canvas.utf8), to: "canvas.csv")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/submissions", withIntermediateDirectories: true)
    for (student, answers) in Self.submissions {
      var text = "student: \(student)\n"
      for (index, answer) in answers.enumerated() {
        let code = index == 3 ? "def slope(s):\n    \(answer)" : answer
        text += "\n```answer q\(index + 1)\n\(code)\n```\n"
      }
      try folder.write(Array(text.utf8), to: "submissions/\(student).md")
    }
  }

  /// The page with what the commands say now.
  private func replayed(_ text: String) throws -> String {
    let folder = try TemporaryFolder()
    try prepare(folder)
    let programs = URL(fileURLWithPath: PseudoTerminal.nabla).deletingLastPathComponent().path
    var result: [String] = []
    var isInside = false
    for line in text.components(separatedBy: "\n") {
      if line == "```shell-session" {
        isInside = true
        result.append(line)
      } else if !isInside || line == "```" {
        isInside = false
        result.append(line)
      } else if line.hasPrefix("$ ") {
        result.append(line)
        let run = try ProgramRun(
          ["-c", String(line.dropFirst(2)) + " 2>&1"], program: "/bin/sh",
          environment: [
            "PATH": "\(programs):/usr/bin:/bin", "HOME": folder.path,
            "NABLA_LESSONS": Repository.lessons, "COLUMNS": "80",
          ], directory: folder.path)
        let output = run.output.replacing("\r\n", with: "\n")
        result += output.components(separatedBy: "\n").dropLast()
      }
    }
    return result.joined(separator: "\n")
  }

  @Test func theWalkIsWhatTheProgramSays() throws {
    let page = try #require(Page.all.first { $0.path == "README.md" })
    let text = try page.text()
    let actual = try replayed(text)
    if isUpdatingGolden { try actual.write(toFile: page.file, atomically: true, encoding: .utf8) }
    #expect(actual == text, "\(lineDifference(text, actual))")
    #expect(!isUpdatingGolden, "the README was rewritten; read it and run again")
  }
}
