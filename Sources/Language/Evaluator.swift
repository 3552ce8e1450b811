import Autograd
import Presentation
import Tensors

/// What one statement at top level did, for the echo.
package struct StatementResult {
  package enum Kind: Sendable { case expression, assignment, update, definition, other }

  package let kind: Kind
  /// The names assigned, in order, with their values; for an expression its value under no name.
  package let values: [(name: Symbol?, value: Value)]
  package let statement: Statement
  package let source: SourceText

  package var isSilent: Bool { statement.isSilent }
  package var span: Span { statement.span }
}

/// Runs syntax trees by walking them. One evaluator serves one session; it is used by one thread at
/// a time. In a debug build a step of recursion in the language needs about 12 KiB of stack, in
/// release 2 KiB; what the thread has is measured, and an error comes before it overflows.
package final class Evaluator {
  package let context: EvaluationContext
  // Of the context; they are asked for at every node.
  @exclusivity(unchecked) package private(set) var environment: Environment
  package let interrupt: Interrupt
  package let output: Output
  /// What `backward()` was last asked of, for as long as it is there.
  package internal(set) weak var lastLoss: Variable?
  /// How numbers are written by `print` and in formatted strings without a format.
  package var numberFormat: NumberFormat { context.numbers }

  // The state of the walk is touched at every node by one thread, so the run-time checks of
  // exclusive access are left out.

  /// The text that is being run; spans refer to it.
  @exclusivity(unchecked)
  package internal(set) var source = SourceText(name: "", text: "")
  @exclusivity(unchecked) var frame = Frame(count: 0)
  @exclusivity(unchecked) var meter = Meter(.none)
  var stack = StackGuard()
  @exclusivity(unchecked) var recursion = 0
  /// Decimals of `with rounding(k):` at work here.
  @exclusivity(unchecked) var roundingPlaces: Int?
  /// Inside how many numerators we are: gradients there must be differentiable again.
  @exclusivity(unchecked) var numeratorDepth = 0

  /// Names that gradients were asked by, and the last gradients.
  var denominators: [Symbol] = []

  /// The function at work, for `super()`.
  @exclusivity(unchecked) var running: Function?
  /// The error object of the last `raise`, and those that are being handled.
  var raisedError: Instance?
  var handledErrors: [(error: Instance, diagnostic: Diagnostic)] = []
  /// The key that was looked for in vain last.
  var missingKey: Value?
  /// Who writes the object that is being written.
  var writer: ValueText?
  /// What went wrong while an object wrote itself.
  var textError: (any Error)?
  @exclusivity(unchecked) var gradients = Gradients()

  /// How the small parameters that a step left behind came about, the last step of each name only:
  /// what is kept does not grow with the rounds of a loop.
  var steps: [Symbol: Step] = [:]

  struct Step {
    /// A leaf: it holds no history, and its numbers are those of the working.
    let result: Variable
    let working: Variable
  }

  /// The computation that gave a parameter its number in the last step; nil for everything else.
  package func working(of leaf: Variable) -> Variable? {
    guard leaf.isLeaf, let name = leaf.naming?.name, let step = steps[Symbol(name)] else {
      return nil
    }
    return step.result === leaf ? step.working : nil
  }

  /// The quantity that has the name of another now; nil while the name stands for it, or for none.
  package func successor(of variable: Variable) -> Variable? {
    guard let name = variable.naming, name.line > 0,
      case .tensor(let now)? = environment.variable(Symbol(name.name)), now !== variable
    else { return nil }
    return now
  }

  /// What notices were given.
  var told: Set<Told> = []
  /// Whether nan and infinity are looked for; they are told of once a statement at top level.
  @exclusivity(unchecked) var watchesNumbers = true
  /// What was told of last.
  weak var lastOrigin: Variable?
  /// The loops at work, the innermost last.
  @exclusivity(unchecked) var loops: ContiguousArray<LoopRound> = []

  /// How a statement ended.
  enum Flow {
    case next, leaveLoop, nextRound
    case returned(Value)
  }

  package init(_ context: EvaluationContext) {
    self.context = context
    environment = context.environment
    interrupt = context.interrupt
    output = context.output
    meter = Meter(context.limits)
  }

  // MARK: - Entrances

  /// Runs a text; `each` is told what every statement did as soon as it has run.
  /// - Throws: the first diagnostic, of parsing before anything runs, or of evaluation.
  @discardableResult
  package func run(
    _ source: SourceText, each: (StatementResult) throws -> Void = { _ in }
  ) throws -> [StatementResult] {
    try run(try Parser.tree(of: source), each: each)
  }

  /// Runs a parsed text.
  @discardableResult
  package func run(
    _ tree: SyntaxTree, each: (StatementResult) throws -> Void = { _ in }
  ) throws -> [StatementResult] {
    var results: [StatementResult] = []
    for diagnostic in tree.notices { output.notice(diagnostic) }
    try entering(tree) {
      for statement in tree.statements {
        try runTop(statement) { result in
          results.append(result)
          try each(result)
        }
      }
    }
    return results
  }

  /// Runs one statement of a tree, for lessons that go step by step.
  package func run(
    _ statement: Statement, of tree: SyntaxTree, each: (StatementResult) throws -> Void
  ) throws {
    try entering(tree) { try runTop(statement, each: each) }
  }

  /// The value of one expression.
  package func value(of text: String, name: String = "expression") throws -> Value {
    let results = try run(SourceText(name: name, text: text))
    return results.last?.values.last?.value ?? .none
  }

  /// Looks at how one expression is written, with names as they are here.
  package func reading<Result>(
    _ text: String, name: String = "question", _ body: (Expression) throws -> Result
  ) throws -> Result {
    let tree = try Parser.tree(of: SourceText(name: name, text: text))
    guard tree.statements.count == 1, case .expression(let written) = tree.statements[0].form else {
      throw Diagnostic(
        "not-an-expression", "'\(text)' is no expression", source: tree.source,
        primary: .init(Span(0, text.utf8.count)))
    }
    var result: Result?
    try entering(tree) { result = try body(written) }
    guard let result else { throw Diagnostic("internal", "internal error: nothing was read") }
    return result
  }

  /// Calls a function value, for builtins that take functions.
  package func call(_ function: Value, _ arguments: [Value], at span: Span) throws -> Value {
    let expression = Expression(.none, span)
    let sources = arguments.map { _ in Argument(value: expression, span: span) }
    return try apply(
      function, Arguments(values: arguments, sources: sources), at: span, of: expression)
  }

  /// Calls a function value with arguments that have names.
  package func call(
    _ function: Value, _ arguments: [Value], names: [(name: String, value: Value)], at span: Span
  ) throws -> Value {
    let expression = Expression(.none, span)
    let sources =
      arguments.map { _ in Argument(value: expression, span: span) }
      + names.map { Argument(keyword: Symbol($0.name), value: expression, span: span) }
    return try apply(
      function, Arguments(values: arguments + names.map(\.value), sources: sources), at: span,
      of: expression)
  }

  /// Lets names mean what they mean in another environment.
  func abroad<Result>(in other: Environment, _ body: () throws -> Result) rethrows -> Result {
    let own = environment
    environment = other
    defer { environment = own }
    return try body()
  }

  /// Calls a builtin of the library by its name, whatever a program calls so.
  package func libraryCall(_ name: String, _ arguments: [Value], at span: Span) throws -> Value {
    guard let function = environment.libraryValue(Symbol(name)) else {
      throw fail(.internalError("the library has no '\(name)'", at: span))
    }
    return try call(function, arguments, at: span)
  }

  private func entering(_ tree: SyntaxTree, _ body: () throws -> Void) throws {
    let outer = (source, frame, roundingPlaces, numeratorDepth, recursion)
    source = tree.source
    frame = Frame(count: tree.slotCount)
    frame.caller = outer.1
    roundingPlaces = nil
    let computation =
      recursion == 0 ? Poll.begin(context.allotment.bounds(context.limits, interrupt)) : nil
    if recursion == 0 {
      stack = StackGuard()
      meter.limits = context.limits
      meter.restart()
      output.restart()
    }
    let wasPaused = Recording.isPaused
    if recursion == 0 { Recording.isPaused = context.pausesRecording }
    numeratorDepth = 0
    defer {
      if recursion == 0 {
        context.pausesRecording = Recording.isPaused
        Recording.isPaused = wasPaused
      }
      if let computation { Poll.end(computation) }
      frame.caller = nil
      (source, frame, roundingPlaces, numeratorDepth, recursion) = outer
      gradients = Gradients()
      if recursion == 0 { output.finishLine() }
    }
    try body()
  }

  private func runTop(
    _ statement: Statement, each: (StatementResult) throws -> Void
  ) throws {
    watchesNumbers = true
    loops.removeAll(keepingCapacity: true)
    func tell(_ kind: StatementResult.Kind, _ values: [(name: Symbol?, value: Value)]) throws {
      try each(
        StatementResult(kind: kind, values: values, statement: statement, source: source))
    }
    do {
      switch statement.form {
      case .expression(let expression):
        try tick(statement)
        let value = try evaluate(expression)
        try tell(.expression, [(nil, value)])
      case .rounding(let places, let body):
        // The lines of slide arithmetic are echoed as if they stood at top level.
        try withRounding(places) {
          for inner in body { try runTop(inner, each: each) }
        }
      default:
        _ = try execute(statement)
        try tell(statement.kind, try assigned(by: statement))
      }
    } catch let error as TensorError {
      // Of a value that became a tensor where no operation was called.
      throw worded(error, at: statement.span, [])
    }
  }

  private func assigned(by statement: Statement) throws -> [(name: Symbol?, value: Value)] {
    let targets: [Target]
    switch statement.form {
    case .assignment(let all, _): targets = all
    case .augmented(let target, _, at: _, _), .update(let target, _), .function(let target, _):
      targets = [target]
    case .classDefinition(let target, _): targets = [target]
    case .expression, .returned, .conditional, .forLoop, .whileLoop, .leaveLoop, .nextRound, .pass,
      .assertion, .delete, .rounding, .managed, .attempt, .raised, .importing, .yielded:
      targets = []
    }
    return targets.flatMap(\.changedSymbols).compactMap { symbol in
      environment.variable(symbol).map { (symbol, $0) }
    }
  }

  // MARK: - Checks

  /// Counts a step; stops a computation that is interrupted or beyond its limits.
  @inline(__always)
  func tick(_ statement: Statement) throws {
    if interrupt.isSet { throw interrupted(at: statement.span) }
    if let excess = meter.step() { throw fail(.limitReached(excess, at: statement.span)) }
  }

  package func interrupted(at span: Span) -> Diagnostic { fail(.interrupted(at: span)) }

  /// The diagnostic with the text it points into.
  package func fail(_ diagnostic: Diagnostic) -> Diagnostic {
    var result = diagnostic
    if result.source == nil { result.source = source }
    return result
  }

  /// Counts a round of a loop that a builtin makes, as those of the language count.
  package func countRound(at span: Span) throws {
    if let excess = meter.step() { throw fail(.limitReached(excess, at: span)) }
  }

  /// The line of a place in the current text.
  func line(of span: Span) -> Int { source.line(of: span.start) }
}

extension Statement {
  fileprivate var kind: StatementResult.Kind {
    switch form {
    case .expression: return .expression
    case .assignment, .augmented: return .assignment
    case .update: return .update
    case .function, .classDefinition: return .definition
    case .returned, .conditional, .forLoop, .whileLoop, .leaveLoop, .nextRound, .pass, .assertion,
      .delete, .rounding, .managed, .attempt, .raised, .importing, .yielded:
      return .other
    }
  }
}

extension Target {
  /// The variables whose value an assignment changes: `x` for `x`, and for `x[0]`.
  package var changedSymbols: [Symbol] {
    switch form {
    case .name(let name): return [name.symbol]
    case .tuple(let items, starred: _): return items.flatMap(\.changedSymbols)
    case .index(let base, _): return base.rootSymbol.map { [$0] } ?? []
    case .attribute(let base, _): return base.rootSymbol.map { [$0] } ?? []
    }
  }
}

extension Expression {
  fileprivate var rootSymbol: Symbol? {
    switch form {
    case .name(let name): return name.symbol
    case .index(let base, _), .attribute(let base, _, at: _): return base.rootSymbol
    default: return nil
    }
  }
}
