import Foundation
import Presentation
import TestSupport
import Testing

@testable import Session

/// Everything that the README and the guide show is run: transcripts line by line, scripts and
/// lessons by the checker. What they say about files and targets is looked up.
@Suite struct PageTests {
  /// A page with every `console` block replayed, in one session from top to bottom.
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

  @Test(arguments: Page.all)
  func transcriptsAreWhatTheProgramSays(_ page: Page) throws {
    let text = try page.text()
    let actual = try Self.replayed(text)
    if isUpdatingGolden { try actual.write(toFile: page.file, atomically: true, encoding: .utf8) }
    #expect(actual == text, "\(lineDifference(text, actual))")
    #expect(!isUpdatingGolden, "\(page) was rewritten; read it and run again")
  }

  /// Commands in the text, in a session that has seen all transcripts. The limit of memory is the
  /// program's, which other tests need as it is.
  @Test(arguments: Page.all)
  func commandsInTheTextRun(_ page: Page) throws {
    let memory = try MemorySession()
    for block in try page.blocks() where block.language == "console" {
      for input in Self.inputs(of: block.text.components(separatedBy: "\n")) {
        memory.type(input.joined(separator: "\n"))
      }
    }
    let commands = Set(try page.prose().matches(of: /`([^`\n]+)`/).map { String($0.1) })
      .filter { ":?".contains($0.prefix(1)) && $0.count > 1 && !$0.hasPrefix(":limit") }
    if page.path == "README.md" {
      #expect(commands.isSuperset(of: [":graph E1", "?softmax", ":source resnet18"]))
    }
    for command in commands.sorted() {
      let name = command.dropFirst().prefix { !$0.isWhitespace }
      if let known = Command.named(String(name)) {
        // Those of a lesson need one, and parameters in capitals stand for what is meant.
        if known.scope == .lesson || command.contains(/\ [A-Z]+\b/) { continue }
      }
      let response = memory.respond(command == ":train" ? ":train xor --steps 1" : command)
      #expect(response.outcome == .fine, "\(command): \(memory.render(response))")
    }
  }

  @Test(arguments: Page.all)
  func marksInScriptsAndLessonsShownHold(_ page: Page) throws {
    var files: [String: String] = [:]
    for (number, block) in try page.blocks().enumerated() {
      if block.language == "nabla" { files["script\(number).nabla"] = block.text + "\n" }
      if block.language == "markdown" { files["lesson\(number).md"] = block.text + "\n" }
    }
    if page.path == "README.md" { #expect(files.count == 2) }
    guard !files.isEmpty else { return }
    let memory = try MemorySession(files: files)
    let (reports, isFine) = try memory.check(files.keys.sorted())
    #expect(isFine, "\(reports)")
  }

  /// Swift shown on a page is an excerpt of the source, line by line; `…` stands for what is left
  /// out.
  @Test func swiftOnThePagesIsInTheSource() throws {
    let lines = Set(
      try Source.all.flatMap { try $0.text().components(separatedBy: "\n").map(\.trimmed) })
    for page in Page.all {
      for block in try page.blocks() where block.language == "swift" {
        for line in block.text.components(separatedBy: "\n").map(\.trimmed) where line != "…" {
          #expect(lines.contains(line), "\(page.path): \(line)")
        }
      }
    }
  }

  /// Paths with placeholders in capitals or `*` are patterns and not looked up.
  @Test(arguments: Page.all)
  func filesThatAreNamedAreThere(_ page: Page) throws {
    let folders = "Sources|Tests|script|docs|lessons|Benchmarks|\\.ci"
    let pattern = try Regex(
      "(?:^|[\\s`(])((?:\(folders))/[\\w./+-]*)", as: (Substring, Substring).self)
    for match in try page.text().matches(of: pattern) {
      let path = match.output.1.hasSuffix(".") ? match.output.1.dropLast() : match.output.1
      guard path.firstMatch(of: /\b[A-Z]{2,}\b/) == nil else { continue }
      #expect(
        FileManager.default.fileExists(atPath: Page.root + "/" + path), "\(page.path): \(path)")
    }
  }

  /// The table of targets tells what each imports, as the sources do.
  @Test func theTableOfTargetsIsTrue() throws {
    let page = try #require(Page.all.first { $0.path == "docs/architecture.md" })
    var told: [String: Set<String>] = [:]
    for row in try page.prose().matches(of: /(?m)^\| `(\w+)` \| ([^|]*) \|/) {
      told[String(row.1)] = Set(
        row.2.matches(of: /\w+/).map { String($0.0) }.filter { $0 != "nothing" })
    }
    let targets = Set(Source.all.map(\.target))
    var actual: [String: Set<String>] = [:]
    for source in Source.all {
      let imports = try source.text().matches(of: /(?m)^(?:@\w+(?:\(\w+\))? )?import (\w+)$/).map {
        String($0.1)
      }
      actual[source.target, default: []].formUnion(
        imports.filter { targets.contains($0) || $0.hasPrefix("C") })
    }
    #expect(Set(told.keys) == targets)
    for target in targets.sorted() { #expect(told[target] == actual[target], "\(target)") }
  }

  @Test func theNewestEntryOfTheChangelogIsOfThisVersion() throws {
    let text = try String(contentsOfFile: Page.root + "/CHANGELOG.md", encoding: .utf8)
    let newest = try #require(text.firstMatch(of: /(?m)^## (\S+)/))
    #expect(newest.1 == Version.current)
  }
}

/// A file of the program's source.
struct Source {
  let path: String
  var target: String { String(path.split(separator: "/")[1]) }

  func text() throws -> String {
    try String(contentsOfFile: Page.root + "/" + path, encoding: .utf8)
  }

  static let all: [Source] = {
    let found =
      FileManager.default.enumerator(atPath: Page.root + "/Sources")?
      .compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".swift") }.sorted().map { Source(path: "Sources/" + $0) }
  }()
}
