import Presentation

/// The one door through which everything leaves an evaluation: what is printed, explained, echoed,
/// reported and worth knowing, in the order in which it comes about.
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

  /// One thing to show. How it is shown is up to who listens.
  package enum Event {
    /// What `print` wrote, or what a function draws.
    case printed(Block)
    /// The blocks of one explanation.
    case page([Block], about: Subject)
    /// What a statement at top level did.
    case echo(StatementResult)
    /// A line that the next one replaces.
    case progress(Words)
    /// Worth knowing and no error.
    case notice(Diagnostic)
  }

  package typealias Listener = (Event) -> Void

  private var listener: Listener
  /// How much was printed since the evaluation began.
  package private(set) var characters = 0

  package init(_ listener: @escaping Listener = { _ in }) { self.listener = listener }

  /// Lets another listener hear what comes from now on.
  package func listen(_ listener: @escaping Listener) { self.listener = listener }

  /// Lets another listener hear what `body` shows.
  package func diverted<Result, Failure: Error>(
    to other: @escaping Listener, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = listener
    listener = other
    defer { listener = before }
    return try body()
  }

  package func line(_ text: String) { block(.line(Words(text))) }

  package func block(_ block: Block) {
    count(block)
    listener(.printed(block))
  }

  /// The blocks of one explanation.
  package func page(_ blocks: [Block], about subject: Subject) {
    blocks.forEach(count)
    listener(.page(blocks, about: subject))
  }

  package func echo(_ result: StatementResult) { listener(.echo(result)) }

  package func progress(_ words: Words) { listener(.progress(words)) }

  package func notice(_ diagnostic: Diagnostic) { listener(.notice(diagnostic)) }

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
