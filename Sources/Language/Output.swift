import Presentation

/// Where `print` and explanations go.
package final class Output {
  /// What a page is about: `explain` of `∂E/∂w`.
  package struct Subject: Sendable {
    package let function: String
    package let text: String

    package init(_ function: String, _ text: String) {
      self.function = function
      self.text = text
    }
  }

  private let sink: (Subject?, [Block]) -> Void
  package private(set) var characters = 0

  package init(_ sink: @escaping (Block) -> Void) {
    self.sink = { _, blocks in blocks.forEach(sink) }
  }

  /// Keeps the pages of explanations together; what is printed has no subject.
  package init(pages sink: @escaping (Subject?, [Block]) -> Void) { self.sink = sink }

  package func line(_ text: String) { block(.line(Words(text))) }

  package func block(_ block: Block) {
    count(block)
    sink(nil, [block])
  }

  /// The blocks of one explanation.
  package func page(_ blocks: [Block], about subject: Subject) {
    blocks.forEach(count)
    sink(subject, blocks)
  }

  private func count(_ block: Block) {
    switch block {
    case .line(let words): characters += words.plain.utf8.count + 1
    case .worked(let lines): characters += lines.reduce(0) { $0 + $1.flat.utf8.count + 1 }
    case .columns(let rows):
      characters += rows.joined().reduce(rows.count) { $0 + $1.plain.utf8.count }
    default: break
    }
  }

  func restart() { characters = 0 }
}
