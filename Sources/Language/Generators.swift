import Autograd
import Presentation

// Functions that `yield`. A call of one gives a generator, whose statements run up to the next `yield`
// whenever an element is asked for. What is at work at that moment is a list of `Work` and not the
// stack of the evaluator, so that it can be left and taken up again; statements without a `yield` in
// them are run as everywhere.

/// What a call of a function with `yield` gives, and what `(f(x) for x in xs)` is.
final class Generator: ElementSource {
  private enum Code {
    case function(Function)
    /// An expression in the frame of whoever wrote it, where its own variables stand only while it is
    /// at work.
    case expression(GeneratorText, Writer, own: [Value?])
  }

  /// Where an expression stands.
  struct Writer {
    let source: SourceText
    let running: Function?
    let environment: Environment
  }

  private let frame: Frame
  private var code: Code
  var works: [Work]
  private var isRunning = false

  init(_ function: Function, _ frame: Frame) {
    code = .function(function)
    self.frame = frame
    if case .block(let body) = function.definition.body {
      works = [.block(body, at: 0)]
    } else {
      works = []
    }
  }

  init(_ text: GeneratorText, over elements: Elements, by writer: Writer, _ frame: Frame) {
    code = .expression(text, writer, own: text.slots.map { _ in nil })
    self.frame = frame
    works = [.forLoop(text.target, elements, text.body, otherwise: [])]
  }

  private var name: String {
    if case .function(let function) = code { function.name } else { "<genexpr>" }
  }

  var span: Span {
    if case .function(let function) = code { return function.definition.span }
    return Span(0, 0)
  }

  var summary: String { "a generator" }
  var typeName: String { "generator" }
  var heldValues: [Value] {
    var values = works.flatMap(\.heldValues)
    switch code {
    case .function: values += frame.holdings.compactMap { $0 }
    case .expression(_, _, let own): values += own.compactMap { $0 }
    }
    return values
  }

  func next(_ site: Site) throws -> Value? {
    guard !isRunning else {
      throw site.fail("generator-at-work", "'\(name)' is at work already")
    }
    let evaluator = site.evaluator
    try evaluator.checkDepth(name, at: site.span)
    isRunning = true
    defer { isRunning = false }
    switch code {
    case .function(let function):
      guard let home = function.home?.environment else { return try advance(evaluator) }
      return try evaluator.abroad(in: home) {
        try evaluator.within(function, frame, at: site.span) { try advance(evaluator) }
      }
    case .expression(let text, let writer, let own):
      return try evaluator.abroad(in: writer.environment) {
        try evaluator.within(writer, frame) {
          for (slot, value) in zip(text.slots, own) { frame[slot] = value }
          defer { code = .expression(text, writer, own: text.slots.map { frame[$0]?.held }) }
          return try advance(evaluator)
        }
      }
    }
  }

  func text(isShort: Bool, _ site: Site) -> String { "<generator object \(name)>" }

  private struct Moment: @unchecked Sendable {
    let works: [Work]
    let code: Code
    let holdings: [Value?]
  }

  func snapshot() -> any Sendable {
    Moment(works: works, code: code, holdings: frame.holdings)
  }
  func restore(_ state: any Sendable) {
    guard let moment = state as? Moment else { return }
    (works, code) = (moment.works, moment.code)
    if case .function = code { frame.restore(moment.holdings) }
  }
}

/// `(f(x) for x in xs if …)` as the statements of a function: the loop over `xs`, and in it loops,
/// conditions and a `yield`.
package struct GeneratorText: Sendable {
  let target: Target
  let iterable: Expression
  let body: [Statement]
  /// The variables of the loops.
  let slots: [Int]

  init?(_ element: Expression, _ clauses: [Comprehension.Clause]) {
    guard let first = clauses.first else { return nil }
    var body = [Statement(.yielded(element, isDelegated: false), element.span)]
    for (position, clause) in clauses.enumerated().reversed() {
      for condition in clause.conditions.reversed() {
        let branch = Statement.Branch(condition: condition, body: body)
        body = [Statement(.conditional([branch], otherwise: []), condition.span)]
      }
      guard position > 0 else { break }
      let loop = Statement.Form.forLoop(clause.target, in: clause.iterable, body, otherwise: [])
      body = [Statement(loop, clause.target.span)]
    }
    (target, iterable, self.body) = (first.target, first.iterable, body)
    slots = clauses.flatMap(\.target.slots)
  }
}

extension Target {
  fileprivate var slots: [Int] {
    switch form {
    case .name(let name): if case .local(let slot) = name.place { [slot] } else { [] }
    case .tuple(let items, starred: _): items.flatMap(\.slots)
    case .index, .attribute: []
    }
  }
}

extension Evaluator {
  /// A generator that has evaluated what it loops over, and nothing else.
  func generator(_ text: GeneratorText) throws -> Value {
    let elements = try Elements(
      try evaluate(text.iterable), self, at: text.iterable.span)
    let writer = Generator.Writer(source: source, running: running, environment: environment)
    return .object(Generator(text, over: elements, by: writer, frame))
  }

  /// Runs a part of an expression where it was written.
  fileprivate func within<Result>(
    _ writer: Generator.Writer, _ inner: Frame, _ body: () throws -> Result
  ) throws -> Result {
    let outer = (frame, source, roundingPlaces, running)
    (frame, source, roundingPlaces, running) = (inner, writer.source, nil, writer.running)
    recursion += 1
    defer {
      recursion -= 1
      (frame, source, roundingPlaces, running) = outer
    }
    return try body()
  }

  func checkDepth(_ name: String, at span: Span) throws {
    guard recursion < meter.limits.recursion, !stack.isExhausted else {
      throw fail(.deepRecursion(recursion, name, at: span))
    }
  }
}
