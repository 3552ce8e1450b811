import Autograd
import Foundation
import Testing

/// How the sources of the explanations are built.
@Suite struct SourceTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Explain")

  private static func files(under folder: URL) throws -> [(name: String, text: String)] {
    let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return try (all?.allObjects ?? []).compactMap { $0 as? URL }
      .filter { $0.pathExtension == "swift" }
      .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
  }

  /// Pages ask an operation how it presents itself.
  @Test func noOperationIsKnownByItsName() throws {
    let names = Catalogue.standard.operations.map(\.name)
    let files = try Self.files(under: Self.folder)
    #expect(files.count > 20 && names.count > 150)
    for (file, text) in files {
      let found = names.filter { text.contains("\"\($0)\"") }
      #expect(found.isEmpty, "\(file): \(found)")
    }
  }

  @Test func filesAreShort() throws {
    for (file, text) in try Self.files(under: Self.folder) {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(lines <= 350, "\(file): \(lines) lines")
    }
  }

  /// The folders in the order in which they may use each other.
  private static let layers = ["Terms", "Naming", "Pages"]

  @Test func foldersUseOnlyThoseBeforeThem() throws {
    for (index, layer) in Self.layers.enumerated() {
      let later = try Self.layers.dropFirst(index + 1).flatMap { layer in
        try Self.files(under: Self.folder.appending(path: layer)).flatMap {
          Self.types(in: $0.text)
        }
      }
      for (file, text) in try Self.files(under: Self.folder.appending(path: layer)) {
        let words = Set(
          Self.withoutComments(text).split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            .map(String.init))
        let found = later.filter(words.contains)
        #expect(found.isEmpty, "\(layer)/\(file) uses \(found)")
      }
    }
  }

  /// Names of the types that a file declares at its outermost level and that others can see.
  private static func types(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let first = line.first, first != " ",
        let kind = words.firstIndex(where: { ["struct", "class", "enum"].contains($0) }),
        !words[..<kind].contains("private"), kind + 1 < words.count
      else { return nil }
      return String(words[kind + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }
  }

  private static func withoutComments(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
    }.joined(separator: "\n")
  }
}
