import Presentation

/// Where `print` and explanations go.
package final class Output {
  private let sink: (Block) -> Void
  package private(set) var characters = 0

  package init(_ sink: @escaping (Block) -> Void) { self.sink = sink }

  package func line(_ text: String) { block(.line(Words(text))) }

  package func block(_ block: Block) {
    if case .line(let words) = block { characters += words.plain.utf8.count + 1 }
    sink(block)
  }

  func restart() { characters = 0 }
}
