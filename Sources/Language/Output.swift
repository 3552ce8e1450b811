import Presentation

/// The one door through which everything leaves an evaluation: what is printed, explained, echoed,
/// reported and worth knowing, in the order in which it comes about.
package final class Output {
  /// What a page is about: `explain` of `∂E/∂w`.
  package struct Subject: Sendable {
    package let function: String
    package let text: String
    /// What the page says, for programs; without it they read its lines.
    package let data: JSONValue?

    package init(_ function: String, _ text: String, data: JSONValue? = nil) {
      self.function = function
      self.text = text
      self.data = data
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
    /// A line that the next one replaces, with pictures below it where there is room.
    case progress(Words, below: [Block])
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

  /// Shows nothing of what `body` shows.
  package func silenced<Result>(_ body: () throws -> Result) rethrows -> Result {
    let (begun, count) = (unfinished, characters)
    unfinished = ""
    let before = listener
    listener = { _ in }
    defer { (listener, unfinished, characters) = (before, begun, count) }
    return try body()
  }

  package func line(_ text: String) { block(.line(Words(text))) }

  /// Writes a text that may end within a line; what follows goes on there. Everything else that is
  /// shown begins a line of its own.
  package func write(_ text: String) {
    var lines = (unfinished + text).split(separator: "\n", omittingEmptySubsequences: false)
    unfinished = ""
    let last = lines.popLast().map { String($0) } ?? ""
    for line in lines { self.line(String(line)) }
    if last.utf8.count > Output.longestPart { line(last) } else { unfinished = last }
  }

  /// Ends the line that was begun, if one was.
  package func finishLine() {
    guard !unfinished.isEmpty else { return }
    let text = unfinished
    unfinished = ""
    line(text)
  }

  private var unfinished = ""
  private static let longestPart = 1 << 16

  package func block(_ block: Block) {
    finishLine()
    count(block)
    listener(.printed(block))
  }

  /// The blocks of one explanation.
  package func page(_ blocks: [Block], about subject: Subject) {
    finishLine()
    blocks.forEach(count)
    listener(.page(blocks, about: subject))
  }

  package func echo(_ result: StatementResult) { listener(.echo(result)) }

  package func progress(_ words: Words, below: [Block] = []) {
    listener(.progress(words, below: below))
  }

  package func notice(_ diagnostic: Diagnostic) { listener(.notice(diagnostic)) }

  private func count(_ block: Block) {
    switch block {
    case .line(let words), .hanging(let words, _): characters += words.plain.utf8.count + 1
    case .worked(let lines): characters += lines.reduce(0) { $0 + $1.flat.utf8.count + 1 }
    case .columns(let rows):
      characters += rows.joined().reduce(rows.count) { $0 + $1.plain.utf8.count }
    default: break
    }
  }

  func restart() { characters = 0 }
}
