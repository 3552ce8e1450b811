import Foundation

/// Where the tests find what is checked in.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let lessons = root.appendingPathComponent("lessons").path

  /// The names of the lessons, `DECK/SLUG`.
  static let lessonNames: [String] = {
    let found = FileManager.default.enumerator(atPath: lessons)?.compactMap { $0 as? String } ?? []
    return found.filter {
      $0.hasSuffix(".md") && !$0.hasSuffix("README.md") && !$0.hasPrefix("homework/")
    }.map {
      String($0.dropLast(3))
    }.sorted()
  }()

  /// Homework, which is checked with the lessons.
  static let homeworkNames: [String] = {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: lessons + "/homework")) ?? []
    return found.filter { $0.hasSuffix(".md") }.sorted()
  }()

  static func lesson(_ name: String) throws -> String {
    let data = try Data(contentsOf: root.appendingPathComponent("lessons/\(name).md"))
    return String(decoding: data, as: UTF8.self)
  }
}
