import Foundation
import Language
import Session
import Testing

@testable import nabla

/// A folder that lasts as long as a test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "nabla-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
  }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

struct FilesTests {
  @Test func theStateFolderFollowsTheStandard() {
    func folder(_ variables: [String: String]) -> String? { stateDirectory { variables[$0] } }
    #expect(folder(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/nabla")
    #expect(folder(["HOME": "/h"]) == "/h/.local/state/nabla")
    #expect(folder(["XDG_STATE_HOME": "relative", "HOME": "/h"]) == "/h/.local/state/nabla")
  }

  @Test func writingReplacesTheWholeFileAndLeavesNothingElse() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/new/progress.json"
    try writeAtomically(Array("first, longer".utf8), to: path)
    try writeAtomically(Array("second".utf8), to: path)
    #expect(try readBytes(path) == Array("second".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/new").count == 1)
  }

  @Test func aHandoutCanBeReadByOthersAndProgressCannot() throws {
    let folder = try TemporaryFolder()
    let mask = umask(0o022)
    defer { umask(mask) }
    let handout = folder.path + "/graph.svg"
    try Host.files { _ in }.save(handout, [1], FilePolicy(writable: [folder.path]))
    try writeAtomically([1], to: folder.path + "/progress.json")
    func mode(_ path: String) -> mode_t {
      var status = stat()
      return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }
    #expect(mode(handout) == 0o644)
    #expect(mode(folder.path + "/progress.json") == 0o600)
  }

  @Test func writingFollowsALink() throws {
    let folder = try TemporaryFolder()
    try folder.write([], to: "target")
    #expect(symlink(folder.path + "/target", folder.path + "/link") == 0)
    try writeAtomically(Array("x".utf8), to: folder.path + "/link")
    #expect(try folder.text(of: "target") == "x")
  }

  @Test func aFailureNamesThePathAndLeavesTheFile() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("kept".utf8), to: "file")
    let error = #expect(throws: FileError.self) {
      try writeAtomically([1], to: folder.path + "/file/below")
    }
    #expect(error?.message.contains(folder.path + "/file") == true)
    #expect(try folder.text(of: "file") == "kept")
    #expect(try readBytes(folder.path + "/absent") == nil)
  }

  @Test func damagedFilesAreNumberedAndKept() throws {
    let folder = try TemporaryFolder()
    for content in ["one", "two"] {
      try folder.write(Array(content.utf8), to: "history")
      _ = try setAside(folder.path + "/history")
    }
    #expect(folder.names == ["history.damaged-1", "history.damaged-2"])
    #expect(try folder.text(of: "history.damaged-2") == "two")
  }
}

struct HistoryTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path + "/state/history" }

  init() throws { folder = try TemporaryFolder() }

  private func open() -> (History, notices: [String]) {
    var notices: [String] = []
    let history = History(path: path) { notices.append($0) }
    return (history, notices)
  }

  @Test func entriesComeBackAsTheyWere() throws {
    let entries = ["x = 1", "for i in range(3):\n    print(i)", "Θ₁ᵀ @ ŷ", "\"a\\nb\" \\theta"]
    var (history, _) = open()
    for entry in entries { #expect(try history.add(entry)) }
    let (reopened, notices) = open()
    #expect(reopened.entries == entries)
    #expect(notices.isEmpty)
  }

  @Test func blanksAndRepetitionsAreNotKept() throws {
    var (history, _) = open()
    #expect(try history.add("x"))
    #expect(try !history.add("x"))
    #expect(try !history.add("  \n"))
    #expect(history.entries == ["x"])
  }

  @Test(arguments: [
    Array("x = 1\n".utf8) + [0xFF, 0xFE, 0x0A] + Array("y = 2\n".utf8),
    Array("x = 1\n\u{1B}[2J\ny = 2\n".utf8), Array("x = 1\n\0\0\0\ny = 2".utf8),
  ])
  func aDamagedFileIsSetAsideAndItsGoodLinesKept(_ bytes: [UInt8]) throws {
    try makeDirectory(folder.path + "/state")
    try folder.write(bytes, to: "state/history")
    let (history, notices) = open()
    #expect(history.entries == ["x = 1", "y = 2"])
    #expect(notices.count == 1 && notices[0].contains("history.damaged-1"))
    #expect(Array(try folder.text(of: "state/history").utf8) == Array("x = 1\ny = 2\n".utf8))
    #expect(try readBytes(path + ".damaged-1") == bytes)
  }

  @Test func aLineCutShortDoesNotSwallowTheNext() throws {
    try makeDirectory(folder.path + "/state")
    try folder.write(Array("x = 1\ny =".utf8), to: "state/history")
    var (history, _) = open()
    #expect(try history.add("z = 3"))
    #expect(open().0.entries == ["x = 1", "y =", "z = 3"])
  }

  @Test func aFolderInTheWayIsReportedNotFatal() throws {
    try makeDirectory(path)
    let (history, notices) = open()
    #expect(history.entries.isEmpty)
    #expect(notices.count == 1)
  }

  @Test func theFileStaysBounded() throws {
    try makeDirectory(folder.path + "/state")
    let many = (0..<2 * History.limit).map { "x = \($0)\n" }.joined()
    try folder.write(Array(many.utf8), to: "state/history")
    let (history, _) = open()
    #expect(history.entries.count == History.limit)
    #expect(history.entries.last == "x = \(2 * History.limit - 1)")
    #expect(try folder.text(of: "state/history").split(separator: "\n").count == History.limit)
  }
}
