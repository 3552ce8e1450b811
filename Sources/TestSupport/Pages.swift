import Foundation
import Testing

/// What people read about the project: the README, how to contribute, and `docs/`. All that can be
/// run in them is run by tests.
package struct Page: CustomTestStringConvertible, Sendable {
  /// The path from the root of the repository.
  package let path: String

  package var testDescription: String { path }
  package var file: String { Page.root + "/" + path }

  package static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  package static let all: [Page] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: root + "/docs")) ?? []
    return (["README.md", "CONTRIBUTING.md"] + docs.sorted().map { "docs/" + $0 })
      .filter { $0.hasSuffix(".md") }.map(Page.init)
  }()

  package func text() throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

  /// A fenced block: what stands behind the opening fence, and the lines between.
  package typealias Block = (language: String, text: String)

  /// The fenced blocks that stand in no other.
  package func blocks() throws -> [Block] { try parts().blocks }

  /// The text outside of all blocks.
  package func prose() throws -> String { try parts().prose }

  private func parts() throws -> (blocks: [Block], prose: String) {
    var blocks: [Block] = []
    var prose = ""
    var open: (fence: String, language: String, lines: [String])?
    for line in try text().components(separatedBy: "\n") {
      if let block = open {
        if line == block.fence {
          blocks.append((block.language, block.lines.joined(separator: "\n")))
          open = nil
        } else {
          open?.lines.append(line)
        }
      } else if line.hasPrefix("```") {
        let fence = String(line.prefix { $0 == "`" })
        open = (fence, String(line.dropFirst(fence.count)), [])
      } else {
        prose += line + "\n"
      }
    }
    return (blocks, prose)
  }
}
