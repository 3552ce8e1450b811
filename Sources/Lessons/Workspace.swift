import Autograd
import Language
import Presentation
import Tensors

/// What lessons need from the program around them.
package struct LessonHost {
  /// An evaluator with fresh variables.
  package var evaluator: () -> Evaluator
  /// Shows something while a computation is still at work; nil where nobody watches.
  package var emit: ((Block) -> Void)?
  /// What the prompt shows for a statement that was run.
  package var echo: (StatementResult, Evaluator) -> [Block]

  package init(
    evaluator: @escaping () -> Evaluator, emit: ((Block) -> Void)? = nil,
    echo: @escaping (StatementResult, Evaluator) -> [Block] = LessonHost.plainEcho
  ) {
    self.evaluator = evaluator
    self.emit = emit
    self.echo = echo
  }

  /// `name = value`.
  package static func plainEcho(_ result: StatementResult, _ evaluator: Evaluator) -> [Block] {
    result.values.compactMap { name, value in
      if name == nil, case .none = value { return nil }
      let label = name.map { Words($0.name, .name) + Words(" = ") } ?? ""
      return .line(label + Words(evaluator.text(of: value, isShort: true), .value))
    }
  }

  func workspace(rounding places: Int? = nil) -> Workspace {
    Workspace(evaluator(), rounding: places)
  }
}

/// The variables of one run of a lesson, exact or in slide arithmetic.
package final class Workspace {
  package typealias Snapshot = Environment.Snapshot

  package let evaluator: Evaluator
  /// Decimals to which every named value is rounded before it is used.
  package let places: Int?

  package var environment: Environment { evaluator.environment }

  /// What statements have printed since it was last taken.
  private var printed: [Block] = []
  private var stream: ((Block) -> Void)?
  /// Characters that one input may print; nobody reads more, and a runaway loop must end.
  private static let printLimit = 200_000

  package init(_ evaluator: Evaluator, rounding places: Int? = nil) {
    self.evaluator = evaluator
    self.places = places
    evaluator.limits.output = Workspace.printLimit
    evaluator.output = Output { [weak self] in self?.show($0) }
    evaluator.notice = { [weak self] in $0.document.blocks.forEach { self?.show($0) } }
  }

  private func show(_ block: Block) {
    if let stream { stream(block) } else { printed.append(block) }
  }

  /// Shows what `body` prints as it is printed, instead of keeping it.
  package func streaming<Result, Failure: Error>(
    to sink: @escaping (Block) -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    stream = sink
    defer { stream = nil }
    return try body()
  }

  /// What was printed, in order; it is given once.
  func takePrinted() -> [Block] {
    defer { printed = [] }
    return printed
  }

  /// Runs one statement; nil if it says nothing of itself (a loop, a definition without result).
  @discardableResult
  package func run(
    _ statement: Statement, of tree: SyntaxTree
  ) throws(Diagnostic) -> StatementResult? {
    var last: StatementResult?
    try diagnosed { try evaluator.run(rounded(statement), of: tree) { last = $0 } }
    return last
  }

  /// The value of an expression. Variables that its text assigns stay assigned.
  package func value(of text: String) throws(Diagnostic) -> ComputedValue {
    let tree = try diagnosed { try Parser.tree(of: SourceText(name: "expression", text: text)) }
    guard tree.statements.count == 1, case .expression = tree.statements[0].form else {
      throw Diagnostic(
        "not-an-expression", "'\(text)' is no expression", source: tree.source,
        primary: .init(Span(0, text.utf8.count)))
    }
    let result = try run(tree.statements[0], of: tree)
    return computed(result?.values.last?.value ?? .none)
  }

  /// How a quantity or a derivative is worked out; the variables stay as they are.
  func working(of quantity: String, digits: Int) throws(Diagnostic) -> [Block] {
    let code = SourceText(name: "explain", text: "explain(\(quantity), digits=\(digits))")
    let tree = try diagnosed { try Parser.tree(of: code) }
    var blocks: [Block] = []
    try trial { room throws(Diagnostic) in
      try room.streaming(to: { blocks.append($0) }) { () throws(Diagnostic) in
        for statement in tree.statements { try room.run(statement, of: tree) }
      }
    }
    return blocks
  }

  package func computed(_ value: Value) -> ComputedValue {
    ComputedValue(value, environment.structure)
  }

  /// Whether a name has a meaning here.
  package func knows(_ name: String) -> Bool { environment[Symbol(name)] != nil }

  // MARK: - Variables

  package func snapshot() -> Snapshot { environment.snapshot() }

  package func restore(_ snapshot: Snapshot) { environment.restore(snapshot) }

  /// What a body computes; the variables are afterwards what they were before.
  func trial<Result, Failure: Error>(
    _ body: (Workspace) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = snapshot()
    defer { restore(before) }
    return try body(self)
  }

  func values(of names: [String]) -> [String: Value] {
    var values: [String: Value] = [:]
    for name in names { values[name] = environment.variable(Symbol(name)) }
    return values
  }

  func assign(_ name: String, _ value: Value?) {
    if let value { environment.assign(Symbol(name), value) }
  }

  func removeAll() { environment.removeAll() }

  // MARK: -

  /// Slide arithmetic is the language's own `with rounding(places):` around a statement.
  private func rounded(_ statement: Statement) -> Statement {
    guard let places else { return statement }
    let number = NumberLiteral(Double(places), isInteger: true, text: String(places))
    let literal = Expression(.number(number), statement.span)
    return Statement(.rounding(literal, [statement]), statement.span)
  }

  private func diagnosed<Result>(_ body: () throws -> Result) throws(Diagnostic) -> Result {
    do {
      return try body()
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Diagnostic("internal", "internal error: \(error)", helps: ["please report it"])
    }
  }
}

extension ComputedValue {
  /// A value as far as it can be compared: numbers, tensors, and lists and tuples of them.
  package init(_ value: Value, _ operations: StructuralOperations) {
    switch value {
    case .string(let text): self = .string(text)
    case .tensor(let variable) where variable.shape.isScalar && variable.value.dtype == .bool:
      self = .boolean(variable.value.item != 0)
    case .tensor, .list, .tuple, .range:
      if let variable = try? value.asTensor(operations) {
        self = .tensor(shape: variable.shape.array, variable.value.elements)
      } else {
        self = .other(value.kindText)
      }
    case .none, .function, .builtin, .method, .object: self = .other(value.kindText)
    }
  }
}
