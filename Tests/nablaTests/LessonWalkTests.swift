import Foundation
import TestSupport
import Testing
import Yams

/// `nabla learn` in a terminal, as a student goes through it.
@Suite(.serialized)
struct LessonWalkTests {
  private let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private func environment() -> [String: String] {
    ["HOME": home.path, "XDG_STATE_HOME": home.path, "NABLA_LESSONS": Repository.lessons]
  }

  /// A student at the terminal: types a line and waits for the prompt after the answer.
  private final class Student {
    let terminal: PseudoTerminal
    private var seen = 0
    private let prompt: String

    init(
      _ arguments: [String], slug: String, _ environment: [String: String], columns: Int = 100
    ) throws {
      terminal = try PseudoTerminal(
        arguments, environment: environment, columns: columns, rows: 200)
      prompt = slug + ">"
    }

    /// What came since the last line was typed.
    var answer: String { String(decoding: terminal.output[seen...], as: UTF8.self) }

    func expect(_ what: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      try terminal.wait(for: what, sourceLocation: sourceLocation) { screen in
        answer.contains(what) && screen.lines.last == prompt
      }
    }

    func type(_ line: String) {
      seen = terminal.output.count
      terminal.send(line + "\r")
    }

    /// Types a line and waits until the answer has it and the prompt is back.
    func type(
      _ line: String, expecting what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      type(line)
      try expect(what, sourceLocation: sourceLocation)
    }

    /// Types a line of which nothing is expected but the end of the program.
    func end(_ line: String) throws -> Int32 {
      type(line)
      return try terminal.waitForExit()
    }
  }

  /// What to type so that a question counts as answered, by the number of the question.
  private func answers(of lesson: String) throws -> [String] {
    let text = try Repository.lesson(lesson)
    return try text.matches(of: /(?m)^```(quiz|task)\n((?s).*?)\n```$/).map { match in
      let block = try Yams.compose(yaml: String(match.2))
      guard match.1 == "quiz", let answer = block?["answer"] else { return ":reveal" }
      let text = answer.string ?? answer.sequence?.first?.string ?? ""
      return block?["choices"] == nil && block?["kind"]?.string != "text" ? ":answer " + text : text
    }
  }

  @Test(
    arguments: Repository.lessonNames.enumerated().map { ($1, $0 % 2 == 0 ? 80 : 60) }
      .sampled(every: 33, slowly: 15))
  func fromTheFirstStepToTheLast(_ lesson: String, columns: Int) throws {
    let slug = String(lesson.split(separator: "/")[1])
    let student = try Student(["learn", slug], slug: slug, environment(), columns: columns)
    try student.expect("[1/")
    let total = try #require(student.answer.firstMatch(of: /\[1\/(\d+)\]/).flatMap { Int($0.1) })
    #expect(total > 10)
    let answers = try answers(of: lesson)
    var asked = 0
    for step in 1...total {
      if student.answer.contains(":reveal") {
        try #require(asked < answers.count)
        // Every other question is given up, so that both ways through a lesson are walked.
        let isRevealed = asked % 2 == 1 || answers[asked] == ":reveal"
        try student.type(
          isRevealed ? ":reveal" : answers[asked], expecting: isRevealed ? "Answer" : "Right.")
        asked += 1
      }
      #expect(!student.answer.contains("\nerror: "), "step \(step): \(student.answer)")
      guard step < total else { break }
      try student.type("", expecting: "[\(step + 1)/\(total)]")
    }
    #expect(asked == answers.count)
    #expect(try student.end("") == 0)
    #expect(student.answer.contains("last step") && student.answer.contains("Recap: "))
    let name = "nabla/lessons/" + lesson.replacing(/\/\d+-/, with: "/")
    #expect(try home.text(of: name + ".jsonl").hasSuffix("{\"finished\": true}\n"))
    #expect(try home.text(of: name + ".recap.md").contains("# "))
  }

  @Test func progressSurvivesLeavingAndComingBack() throws {
    let slug = "02-forward"
    let first = try Student(["learn", slug], slug: slug, environment())
    try first.expect("[1/")
    try first.type("", expecting: "[2/")
    try first.type(":goto 5", expecting: "[5/")
    try first.type(":reveal", expecting: "Answer")
    try first.type("", expecting: "[6/")
    first.terminal.send("\u{4}")
    #expect(try first.terminal.waitForExit() == 0)

    let second = try Student(["learn"], slug: slug, environment())
    try second.expect("[6/")
    #expect(second.answer.contains("You were at step 6."))
    // The variables of the steps before are there, and going back restores them.
    try second.type("x = [7, 7]; s1", expecting: "-1.65")
    try second.type(":back", expecting: "[5/")
    try second.type("x", expecting: "[1.00, -0.50]")
    #expect(try second.end(":quit") == 0)
  }

  @Test func aDamagedProgressFileIsSetAside() throws {
    let slug = "02-max-pooling"
    let folder = home.path + "/nabla/lessons/sussex-g6032"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try home.write([0xFF, 0xFE, 0x0A], to: "nabla/lessons/sussex-g6032/max-pooling.jsonl")
    let student = try Student(["learn", slug], slug: slug, environment())
    try student.expect("[1/")
    #expect(student.answer.contains("could not be read") && student.answer.contains("damaged-1"))
    #expect(
      try home.text(of: "nabla/lessons/sussex-g6032/max-pooling.jsonl").hasPrefix("{\"lesson\""))
    #expect(try student.end(":quit") == 0)
  }
}
