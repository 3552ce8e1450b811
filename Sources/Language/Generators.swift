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
  /// What `send` was given, until the `yield` that waits for it takes it.
  var sent = Value.none
  private var hasBegun = false

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
    hasBegun = true
    return try atWork(site) { try advance($0) }
  }

  /// Goes on with a value for the `yield` where it stands.
  fileprivate func send(_ value: Value, _ site: Site) throws -> Value? {
    if case .none = value {
    } else if !hasBegun {
      throw site.fail(
        "wrong-kind", "'\(name)' has not begun, so no yield waits for a value",
        help: "next(g) first")
    }
    sent = value.held
    return try next(site)
  }

  /// Ends it where it stands; its `finally` blocks run.
  fileprivate func close(_ site: Site) throws {
    guard hasBegun else { return works.removeAll() }
    let more = try atWork(site) { try advance($0, leaving: .flow(.returned(.none))) }
    if more != nil { throw site.fail("generator-at-work", "'\(name)' yields while it is closed") }
  }

  private func atWork(_ site: Site, _ body: (Evaluator) throws -> Value?) throws -> Value? {
    guard !isRunning else {
      throw site.fail("generator-at-work", "'\(name)' is at work already")
    }
    let evaluator = site.evaluator
    try evaluator.checkDepth(name, at: site.span)
    isRunning = true
    defer { isRunning = false }
    switch code {
    case .function(let function):
      // A function of the library has no home, and its own variables all the same.
      return try evaluator.abroad(in: function.home?.environment ?? evaluator.environment) {
        try evaluator.within(function, frame, at: site.span) { try body(evaluator) }
      }
    case .expression(let text, let writer, let own):
      return try evaluator.abroad(in: writer.environment) {
        try evaluator.within(writer, frame) {
          for (slot, value) in zip(text.slots, own) { frame[slot] = value }
          defer { code = .expression(text, writer, own: text.slots.map { frame[$0]?.held }) }
          return try body(evaluator)
        }
      }
    }
  }

  func text(isShort: Bool, _ site: Site) -> String { "<generator object \(name)>" }
  var attributeNames: [String] { Generator.methods.keys.map(\.name).sorted() }
  func attribute(_ name: Symbol) -> Value? { method(name, in: Generator.methods) }

  private struct Moment: @unchecked Sendable {
    let works: [Work]
    let code: Code
    let holdings: [Value?]
    let sent: Value
    let hasBegun: Bool
  }

  func snapshot() -> any Sendable {
    Moment(
      works: works, code: code, holdings: frame.holdings, sent: sent, hasBegun: hasBegun)
  }
  func restore(_ state: any Sendable) {
    guard let moment = state as? Moment else { return }
    (works, code) = (moment.works, moment.code)
    (sent, hasBegun) = (moment.sent, moment.hasBegun)
    if case .function = code { frame.restore(moment.holdings) }
  }
}

extension Generator {
  private static let generator = Parameter("generator", .any, "what the function gave")

  static let methods = Builtin.methods([
    Builtin(
      "generator.send", "Goes on up to the next yield, with a value for the one where it stands.",
      parameters: [generator, Parameter("value", .any, "what the yield gives")]
    ) { call in
      try call.element(of: try call.generator().send(call[1], call.site))
    },
    Builtin(
      "generator.close", "Ends it where it stands.", parameters: [generator]
    ) { call in
      try call.generator().close(call.site)
      return .none
    },
    Builtin("generator.__next__", "Takes the next element.", parameters: [generator]) { call in
      try call.element(of: try call.generator().next(call.site))
    },
  ])
}

extension Call {
  fileprivate func generator() throws -> Generator {
    guard case .object(let object) = self[0], let generator = object as? Generator else {
      throw fail(0, "wrong-kind", "\(self[0].kindText) is no generator")
    }
    return generator
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
    var body = [Statement(.yielded(element, isDelegated: false, into: []), element.span)]
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

  package func checkDepth(_ name: String, at span: Span) throws {
    guard recursion < meter.limits.recursion, !stack.isExhausted else {
      throw fail(.deepRecursion(recursion, name, at: span))
    }
  }
}
