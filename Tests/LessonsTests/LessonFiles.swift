import Foundation
import Presentation

/// The lessons of the repository, by path from its root.
enum LessonFiles {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let paths: [String] = {
    let folder = root.appendingPathComponent("lessons")
    let found = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    return (found ?? []).filter {
      $0.hasSuffix(".md") && !$0.hasSuffix("README.md") && !$0.hasPrefix("homework/")
    }.map {
      "lessons/" + $0
    }.sorted()
  }()

  static func source(_ path: String) throws -> SourceText {
    let data = try Data(contentsOf: root.appendingPathComponent(path))
    return SourceText(name: path, text: String(decoding: data, as: UTF8.self))
  }

  static func fixture(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/" + name))
    return String(decoding: data, as: UTF8.self)
  }
}
