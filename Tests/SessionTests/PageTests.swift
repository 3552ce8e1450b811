import Presentation
import Session
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Everything the README shows is run: transcripts line by line, marked scripts by the checker.
@Suite struct ReadmeTests {
  private static let path =
    #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/README.md"

  /// The README with every `console` block replayed, in one session from top to bottom.
  private static func replayed(_ text: String) throws -> String {
    let memory = try MemorySession()
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    var result: [String] = []
    while let line = lines.popFirst() {
      result.append(line)
      guard line == "```console" else { continue }
      let block = lines.prefix { $0 != "```" }
      lines = lines.dropFirst(block.count)
      for input in inputs(of: Array(block)) {
        result += input.enumerated().map { ($0.offset == 0 ? "∇ " : "") + $0.element }
        let answer = memory.type(input.joined(separator: "\n"))
        result += answer.components(separatedBy: "\n").dropLast()
      }
    }
    return result.joined(separator: "\n")
  }

  /// The inputs of a transcript: a prompt, and the indented lines of a block that follows it.
  private static func inputs(of block: [String]) -> [[String]] {
    var result: [[String]] = []
    var isOpen = false
    for line in block {
      if line.hasPrefix("∇ ") {
        result.append([String(line.dropFirst(2))])
        isOpen = line.hasSuffix(":")
      } else if isOpen, line.hasPrefix("    ") {
        result[result.count - 1].append(line)
      } else {
        isOpen = false
      }
    }
    return result
  }

  @Test func transcriptsAreWhatTheProgramSays() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let actual = try Self.replayed(text)
    if isUpdatingGolden { try actual.write(toFile: Self.path, atomically: true, encoding: .utf8) }
    #expect(actual == text, "\(lineDifference(text, actual))")
    #expect(!isUpdatingGolden, "the README was rewritten; read it and run again")
  }

  /// Commands in the text, in a session that has seen all transcripts. The limit of memory is the
  /// program's, which other tests need as it is.
  @Test func commandsInTheTextRun() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    let memory = try MemorySession()
    for block in text.components(separatedBy: "\n```console\n").dropFirst() {
      let lines = block.components(separatedBy: "\n```")[0].components(separatedBy: "\n")
      for input in Self.inputs(of: lines) { memory.type(input.joined(separator: "\n")) }
    }
    let prose = text.replacing(/(?m)^(`{3,}).*\n(?s:.*?)\n\1$/, with: "")
    let commands = Set(prose.matches(of: /`([^`\n]+)`/).map { String($0.1) })
      .filter { ":?".contains($0.prefix(1)) && !$0.hasPrefix(":limit") }
    #expect(commands.isSuperset(of: [":graph E1", "?softmax", ":source resnet18"]))
    for command in commands.sorted() {
      let response = memory.respond(command == ":train" ? ":train xor --steps 1" : command)
      #expect(response.outcome == .fine, "\(command): \(memory.render(response))")
    }
  }

  @Test func marksInScriptsAndTheLessonShownHold() throws {
    let text = try String(contentsOfFile: Self.path, encoding: .utf8)
    var files: [String: String] = [:]
    var scripts = 0
    for part in text.components(separatedBy: "\n```nabla\n").dropFirst() {
      scripts += 1
      files["script\(scripts).nabla"] = part.components(separatedBy: "\n```")[0] + "\n"
    }
    let lesson = try #require(text.components(separatedBy: "````markdown\n").dropFirst().first)
    files["lesson.md"] = lesson.components(separatedBy: "\n````")[0] + "\n"
    let memory = try MemorySession(files: files)
    let (reports, isFine) = try memory.check(files.keys.sorted())
    #expect(isFine, "\(reports)")
    #expect(scripts == 2)
  }
}
