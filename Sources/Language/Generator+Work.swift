import Presentation

/// What a generator has begun, the innermost last.
enum Work {
  case block([Statement], at: Int)
  case whileLoop(Expression, [Statement], otherwise: [Statement])
  case forLoop(Target, Elements, [Statement], otherwise: [Statement])
  /// The body of a `try`.
  case attempt(Attempt)
  /// The other blocks of a `try`, which only its `finally` guards.
  case guarded(Attempt)
  /// The block of an `except`; it forgets the name of the error.
  case handler(Attempt.Handler, Instance, Diagnostic)
  /// The block of a `finally`, and what follows it.
  case finally(then: Exit)
  /// `yield from`
  case delegation(Elements)
  /// `x = yield`: what is sent goes there.
  case receiving([Target])

  var heldValues: [Value] {
    switch self {
    case .forLoop(_, let elements, _, otherwise: _), .delegation(let elements):
      elements.heldValues
    case .handler(_, let error, _): [.object(error)]
    case .block, .whileLoop, .attempt, .guarded, .finally, .receiving: []
    }
  }
}

/// How a block was left.
enum Exit {
  case flow(Evaluator.Flow)
  case error(any Error, raised: Instance?)
}

extension Generator {
  /// Runs up to the next `yield`, or leaves from where it stands; nil at the end.
  func advance(_ evaluator: Evaluator, leaving exit: Exit? = nil) throws -> Value? {
    let outer = evaluator.handledErrors
    for case .handler(_, let error, let diagnostic) in works {
      evaluator.handledErrors.append((error, diagnostic))
    }
    defer { evaluator.handledErrors = outer }
    if let exit { try leave(exit, evaluator) }
    while let work = works.last {
      do {
        if let value = try step(work, evaluator) { return value }
      } catch {
        try leave(.error(error, raised: evaluator.raisedError), evaluator)
      }
    }
    return nil
  }

  /// One statement, or one round of a loop; the value where it is a `yield`.
  private func step(_ work: Work, _ evaluator: Evaluator) throws -> Value? {
    let top = works.count - 1
    switch work {
    case .block(let statements, at: let position):
      guard position < statements.count else {
        works.removeLast()
        return nil
      }
      works[top] = .block(statements, at: position + 1)
      return try run(statements[position], evaluator)
    case .whileLoop(let condition, let body, let otherwise):
      try loop(try evaluator.truth(of: condition), body, otherwise)
    case .forLoop(let target, var elements, let body, let otherwise):
      let item = try elements.next(evaluator, at: target.span)
      works[top] = .forLoop(target, elements, body, otherwise: otherwise)
      if let item { try evaluator.assign(item, to: target, from: nil) }
      try loop(item != nil, body, otherwise)
    case .delegation(var elements):
      let item = try elements.next(evaluator, at: span)
      if item == nil { works.removeLast() } else { works[top] = .delegation(elements) }
      return item
    case .attempt(let attempt):
      works[top] = .guarded(attempt)
      works.append(.block(attempt.otherwise, at: 0))
    case .guarded(let attempt):
      works.removeLast()
      begin(finally: attempt, then: .flow(.next))
    case .handler(let handler, _, _):
      works.removeLast()
      evaluator.handledErrors.removeLast()
      if let target = handler.target { evaluator.forget(target) }
    case .finally(let exit):
      works.removeLast()
      try leave(exit, evaluator)
    case .receiving(let targets):
      works.removeLast()
      let value = sent
      sent = .none
      for target in targets { try evaluator.assign(value, to: target, from: nil) }
    }
    return nil
  }

  private func loop(_ goesOn: Bool, _ body: [Statement], _ otherwise: [Statement]) throws {
    if !goesOn { works.removeLast() }
    works.append(.block(goesOn ? body : otherwise, at: 0))
  }

  private func run(_ statement: Statement, _ evaluator: Evaluator) throws -> Value? {
    guard statement.yields else {
      let flow = try evaluator.execute(statement)
      if case .next = flow { return nil }
      try leave(.flow(flow), evaluator)
      return nil
    }
    try evaluator.tick(statement)
    switch statement.form {
    case .yielded(let value, isDelegated: false, into: let targets):
      let value = try value.map(evaluator.evaluate) ?? Value.none
      if !targets.isEmpty { works.append(.receiving(targets)) }
      return value
    case .yielded(let value, isDelegated: true, into: _):
      guard let value else { return nil }
      let elements = try Elements(
        try evaluator.evaluate(value), evaluator, at: value.span)
      works.append(.delegation(elements))
    case .conditional(let branches, let otherwise):
      let chosen = try branches.first { try evaluator.truth(of: $0.condition) }
      works.append(.block(chosen?.body ?? otherwise, at: 0))
    case .forLoop(let target, in: let iterable, let body, let otherwise):
      let elements = try Elements(
        try evaluator.evaluate(iterable), evaluator, at: iterable.span)
      works.append(.forLoop(target, elements, body, otherwise: otherwise))
    case .whileLoop(let condition, let body, let otherwise):
      works.append(.whileLoop(condition, body, otherwise: otherwise))
    case .attempt(let attempt):
      works += [.attempt(attempt), .block(attempt.body, at: 0)]
    default: throw evaluator.fail(.yieldInside(at: statement.span))
    }
    return nil
  }

  // MARK: - Ways out

  /// Leaves blocks, as far as `break`, `return` or an error lead.
  private func leave(_ exit: Exit, _ evaluator: Evaluator) throws {
    if case .flow(.next) = exit { return }
    while let work = works.popLast() {
      switch work {
      case .whileLoop, .forLoop:
        if case .flow(.leaveLoop) = exit { return }
        if case .flow(.nextRound) = exit { return works.append(work) }
      case .attempt(let attempt):
        if case .error(let error, _) = exit, try take(error, attempt, evaluator) { return }
        if begin(finally: attempt, then: exit) { return }
      case .guarded(let attempt): if begin(finally: attempt, then: exit) { return }
      case .handler(let handler, _, _):
        evaluator.handledErrors.removeLast()
        if let target = handler.target { evaluator.forget(target) }
      case .block, .finally, .delegation, .receiving: break
      }
    }
    guard case .error(let error, let raised) = exit else { return }
    evaluator.raisedError = raised
    throw error
  }

  @discardableResult
  private func begin(finally attempt: Attempt, then exit: Exit) -> Bool {
    guard !attempt.finally.isEmpty else { return false }
    works += [.finally(then: exit), .block(attempt.finally, at: 0)]
    return true
  }

  /// Goes on in the `except` that is for an error; false where there is none.
  private func take(_ error: any Error, _ attempt: Attempt, _ evaluator: Evaluator) throws -> Bool {
    let diagnostic = evaluator.worded(error, at: Span(0, 0), [])
    guard let object = evaluator.errorObject(for: diagnostic) else { return false }
    for handler in attempt.handlers where try handler.takes(diagnostic, object, evaluator) {
      works += [
        .guarded(attempt), .handler(handler, object, diagnostic), .block(handler.body, at: 0),
      ]
      evaluator.handledErrors.append((object, diagnostic))
      if let target = handler.target {
        try evaluator.assign(.object(object), to: target, from: nil)
      }
      return true
    }
    return false
  }
}

extension Diagnostic {
  static func yieldInside(at span: Span) -> Diagnostic {
    Diagnostic(
      "yield-inside", "'yield' cannot stand inside 'with' here", primary: Label(span),
      helps: ["collect the values within the block, and yield them after it"])
  }
}
