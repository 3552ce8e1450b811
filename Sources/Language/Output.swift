import Presentation

/// Where `print` and explanations go.
package final class Output {
  private let sink: (Block) -> Void
  package private(set) var characters = 0

  package init(_ sink: @escaping (Block) -> Void) { self.sink = sink }

  package func line(_ text: String) { block(.line(Words(text))) }

  package func block(_ block: Block) {
    switch block {
    case .line(let words): characters += words.plain.utf8.count + 1
    case .worked(let lines): characters += lines.reduce(0) { $0 + $1.flat.utf8.count + 1 }
    case .columns(let rows):
      characters += rows.joined().reduce(rows.count) { $0 + $1.plain.utf8.count }
    default: break
    }
    sink(block)
  }

  func restart() { characters = 0 }
}
