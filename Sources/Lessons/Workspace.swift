import Autograd
import Language
import Presentation
import Tensors

/// The variables of one run of a lesson, exact or in slide arithmetic.
package final class Workspace {
  package typealias Snapshot = State

  package let evaluator: Evaluator
  /// Decimals to which every named value is rounded before it is used.
  package let places: Int?

  package var context: EvaluationContext { evaluator.context }
  package var environment: Environment { context.environment }

  /// Characters that one input may print; nobody reads more, and a runaway loop must end.
  private static let printLimit = 200_000

  package init(_ context: EvaluationContext, rounding places: Int? = nil) {
    context.limits.output = min(context.limits.output ?? .max, Workspace.printLimit)
    evaluator = Evaluator(context)
    self.places = places
  }

  /// What `body` shows, as a page, instead of the screen.
  func page<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) -> [Block] {
    var blocks: [Block] = []
    try context.output.diverted(
      to: { [evaluator, context] event in
        switch event {
        case .printed(let block): blocks.append(block)
        case .page(let page, about: _): blocks += page
        case .echo(let result): blocks += evaluator.echo(result)
        case .notice(let diagnostic): blocks += diagnostic.document(width: context.width).blocks
        case .progress: break
        }
      }, body)
    return blocks
  }

  /// Runs one statement; nil if it says nothing of itself (a loop, a definition without result).
  /// `each` is told what it did, line by line where it has several.
  @discardableResult
  package func run(
    _ statement: Statement, of tree: SyntaxTree, each: (StatementResult) -> Void = { _ in }
  ) throws(Diagnostic) -> StatementResult? {
    var last: StatementResult?
    try diagnosed {
      try evaluator.run(rounded(statement), of: tree) {
        last = $0
        each($0)
      }
    }
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
    return try trial { room throws(Diagnostic) in
      try room.page { () throws(Diagnostic) in
        for statement in tree.statements { try room.run(statement, of: tree) }
      }
    }
  }

  package func computed(_ value: Value) -> ComputedValue {
    ComputedValue(value, environment.structure)
  }

  /// Whether a name has a meaning here.
  package func knows(_ name: String) -> Bool { environment[Symbol(name)] != nil }

  // MARK: - Variables

  package func snapshot() -> Snapshot { evaluator.state }

  package func restore(_ snapshot: Snapshot) { evaluator.restore(snapshot) }

  /// What a body computes, unheard; the variables are afterwards what they were before.
  func trial<Result, Failure: Error>(
    _ body: (Workspace) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = snapshot()
    defer { restore(before) }
    return try context.output.diverted(to: { _ in }) { () throws(Failure) in try body(self) }
  }

  func values(of names: [String]) -> [String: Value] {
    var values: [String: Value] = [:]
    for name in names { values[name] = environment.variable(Symbol(name)) }
    return values
  }

  /// What every variable holds, to see what an input changed.
  var contents: [(name: String, contents: [UInt64])] {
    environment.variables.map { ($0.name.name, $0.value.contentsAndGradients) }
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
    case .thing: self.init(value.resolved, operations)
    case .none, .function, .builtin, .method, .object: self = .other(value.kindText)
    }
  }
}
