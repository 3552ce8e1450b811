import Autograd
import Presentation
import Tensors

extension Evaluator {
  func execute(_ block: [Statement]) throws -> Flow {
    for statement in block {
      let flow = try execute(statement)
      if case .next = flow { continue }
      return flow
    }
    return .next
  }

  func execute(_ statement: Statement) throws -> Flow {
    try tick(statement)
    if let (target, value) = statement.shortcut {
      try value._withUnsafeGuaranteedRef { value in
        let result = try evaluate(value)
        try target._withUnsafeGuaranteedRef { try assign(result, to: $0, from: value) }
      }
      return .next
    }
    switch statement.form {
    case .expression(let expression): _ = try evaluate(expression)
    case .assignment(let targets, let value):
      // `a = b = [0]`: both names hold one list.
      let result = try evaluate(value).asOneThing(for: targets)
      for target in targets { try assign(result, to: target, from: value) }
    case .augmented(let target, let sign, let at, let value):
      try augment(target, sign, at, value)
    case .update(let target, let value):
      try update(target, with: try evaluate(value), from: value)
    case .function(let target, let definition):
      try assign(try decorated(definition), to: target, from: nil)
    case .returned(let value): return .returned(try value.map(evaluate) ?? .none)
    case .conditional(let branches, let otherwise):
      for branch in branches where try truth(of: branch.condition) {
        return try execute(branch.body)
      }
      return try execute(otherwise)
    case .forLoop(let target, in: let iterable, let body, let otherwise):
      return try runFor(target, iterable, body, otherwise)
    case .whileLoop(let condition, let body, let otherwise):
      return try runWhile(condition, body, otherwise, statement)
    case .leaveLoop: return .leaveLoop
    case .nextRound: return .nextRound
    case .pass: break
    case .assertion(let condition, let message):
      if try !truth(of: condition) { throw try assertionFailure(condition, message) }
    case .delete(let targets): for target in targets { try delete(target) }
    case .rounding(let places, let body):
      var flow = Flow.next
      try withRounding(places) { flow = try execute(body) }
      return flow
    case .importing(let imports): for item in imports { try bind(item) }
    case .managed(let manager, as: let target, let body):
      return try run(body, managedBy: manager, as: target)
    case .classDefinition(let target, let definition):
      try assign(try makeClass(definition), to: target, from: nil)
    case .attempt(let attempt): return try run(attempt)
    case .raised(let error, let cause): throw try raise(error, cause, at: statement.span)
    case .yielded: throw fail(.yieldInside(at: statement.span))
    }
    return .next
  }

  // MARK: - Loops

  private func runWhile(
    _ condition: Expression, _ body: [Statement], _ otherwise: [Statement],
    _ statement: Statement
  ) throws -> Flow {
    loops.append(LoopRound(span: statement.span, source: source))
    defer { loops.removeLast() }
    while try truth(of: condition) {
      loops[loops.count - 1].count += 1
      try tick(statement)
      switch try execute(body) {
      case .next, .nextRound: continue
      case .leaveLoop: return .next
      case .returned(let value): return .returned(value)
      }
    }
    return otherwise.isEmpty ? .next : try execute(otherwise)
  }

  private func runFor(
    _ target: Target, _ iterable: Expression, _ body: [Statement], _ otherwise: [Statement]
  ) throws -> Flow {
    var flow = Flow.next
    var isLeft = false
    let items = try evaluate(iterable)
    loops.append(LoopRound(span: target.span, source: source))
    defer { loops.removeLast() }
    try iterate(items, at: iterable.span) { item in
      loops[loops.count - 1].count += 1
      try assign(item, to: target, from: nil)
      if interrupt.isSet { throw fail(.interrupted(at: target.span)) }
      if let excess = meter.step() { throw fail(.limitReached(excess, at: target.span)) }
      switch try execute(body) {
      case .next, .nextRound: return true
      case .leaveLoop:
        isLeft = true
        return false
      case .returned(let value):
        (flow, isLeft) = (.returned(value), true)
        return false
      }
    }
    return isLeft || otherwise.isEmpty ? flow : try execute(otherwise)
  }

  /// Hands out the elements of a value until the body returns false. The numbers of a range are
  /// made one at a time and count as literals: they take part in no gradient.
  func iterate(_ value: Value, at span: Span, _ body: (Value) throws -> Bool) throws {
    switch value {
    case .range(let range):
      for position in 0..<range.count {
        let number = Variable(Tensor(Double(range[position]), dtype: .int64), literal: true)
        if try !body(.tensor(number)) { return }
      }
    case .tensor(let variable): try iterate(variable, at: span, body)
    case .list(let list):
      var position = 0
      while position < list.count {
        if try !body(list[position]) { return }
        position += 1
      }
    case .thing: try iterate(value.resolved, at: span, body)
    case .tuple(let items): for item in items where try !body(item) { return }
    case .string(let text):
      for character in text where try !body(.string(String(character))) { return }
    case .object(let object):
      if let dynamic = object.dynamic {
        guard try dynamic.iterate(Site(self, span), body) else {
          throw fail(.notIterable(value, at: span))
        }
        return
      }
      guard let count = object.count else { throw fail(.notIterable(value, at: span)) }
      for position in 0..<count {
        guard let element = object.element(position) else { return }
        if try !body(element) { return }
      }
    case .none, .function, .builtin, .method: throw fail(.notIterable(value, at: span))
    }
  }

  /// Rows as they are when their turn comes: a round may change those that follow.
  private func iterate(
    _ variable: Variable, at span: Span, _ body: (Value) throws -> Bool
  ) throws {
    guard variable.shape.rank > 0 else { throw fail(.notIterable(.tensor(variable), at: span)) }
    let rows = Rows(variable)
    var position = 0
    while let element = try element(of: rows, at: position) {
      if try !body(element) { return }
      position += 1
    }
  }

  /// The row that a loop finds at a position; nil behind the last.
  func element(of rows: Rows, at position: Int) throws -> Value? {
    if let thing = rows.thing, thing.nature == .list, case .list(let list) = thing.value {
      // What is looped over has become a list, and may have grown.
      return position < list.count ? list[position] : nil
    }
    guard position < rows.count else { return nil }
    let now = rows.thing?.current ?? rows.variable
    guard position < now.shape[0] else { return nil }
    if let parts = rows.thing?.elements ?? rows.written,
      parts[0].shape.rank > 0 || parts[0].isArray
    {
      return .tensor(parts[position])
    }
    return .tensor(try row(now, position))
  }

  /// The elements of a list of numbers: its things, or its rows.
  func elements(of variable: Variable) throws -> [Variable] {
    try variable.bracketed ?? (0..<variable.shape[0]).map { try row(variable, $0) }
  }

  /// All elements of a value.
  package func items(of value: Value, at span: Span) throws -> [Value] {
    if case .range(let range) = value, range.count > Limits.elements {
      throw fail(.tooLong(range.count, times: 1, at: span))
    }
    var items: [Value] = []
    try iterate(value, at: span) { item in
      items.append(item)
      try makeRoom(after: items.count, at: span)
      if items.count & 0xFF == 0 {
        if Poll.spend(1 << 14) { throw worded(stopError, at: span, []) }
        // Pairs and texts that are made on the way.
        try make(256, of: 4 * MemoryLayout<Value>.stride, at: span)
      }
      return true
    }
    return items
  }

  /// One row along the first axis, recorded; of a literal it is a literal.
  func row(_ variable: Variable, _ position: Int) throws -> Variable {
    try pick(variable, [.at(position)])
  }

  // MARK: - The rest

  func withRounding(_ places: Expression, _ body: () throws -> Void) throws {
    guard let count = try evaluate(places).integer, (0...15).contains(count) else {
      throw fail(.roundingPlaces(at: places.span))
    }
    let outer = roundingPlaces
    roundingPlaces = count
    defer { roundingPlaces = outer }
    try body()
  }

  private func assertionFailure(_ condition: Expression, _ message: Expression?) throws
    -> Diagnostic
  {
    var notes: [String] = []
    if case .comparison(let first, let rest) = condition.form {
      for side in [first] + rest.map(\.operand) {
        if case .number = side.form { continue }
        let value = try evaluate(side)
        notes.append("\(source[side.span]) is \(shown(value, isShort: true))")
      }
    }
    let said = try message.map { text(of: try evaluate($0)) }
    return fail(.assertionFailed(source[condition.span], said, notes: notes, at: condition.span))
  }

  private func delete(_ target: Target) throws {
    switch target.form {
    case .name(let name):
      let wasThere: Bool
      switch name.place {
      case .global, .library: wasThere = environment.remove(name.symbol)
      case .local(let slot):
        wasThere = frame[slot] != nil
        frame[slot] = nil
      case .enclosing: wasThere = false
      }
      if !wasThere { throw fail(unknownName(name, at: target.span)) }
    case .index(let base, let subscripts):
      let container = try evaluate(base)
      let parts = try evaluate(subscripts)
      if case .object(let object) = container, let dynamic = object.dynamic {
        let key = try key(parts, at: target.span)
        guard try dynamic.removeItem(key, Site(self, target.span)) else {
          throw fail(.cannotDelete(at: target.span))
        }
        return
      }
      guard let list = try listBehind(container), parts.count == 1 else {
        throw fail(.cannotDelete(at: target.span))
      }
      if case .slice(let start, let stop, let step, _) = parts[0] {
        let gone = Set(
          try stepped(start, stop, step ?? 1, count: list.count, at: target.span))
        list.items = list.items.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
        return
      }
      guard let position = parts[0].integer else { throw fail(.cannotDelete(at: target.span)) }
      _ = list.remove(at: try element(position, count: list.count, "the list", at: parts[0].span))
    case .tuple(let targets, starred: nil): for target in targets { try delete(target) }
    case .attribute(let base, let name):
      guard case .object(let object) = try evaluate(base), let instance = object as? Instance,
        instance.attributes.remove(name)
      else { throw fail(.cannotDelete(at: target.span)) }
    case .tuple: throw fail(.cannotDelete(at: target.span))
    }
  }

  /// The list that a value is, or that a bracket of numbers becomes.
  private func listBehind(_ value: Value) throws -> List? {
    switch value {
    case .list(let list): return list
    case .tensor(let variable):
      guard variable.isList, let thing = variable.thing else { return nil }
      return try list(from: variable, thing)
    default: return nil
    }
  }

  func function(_ definition: FunctionDefinition) throws -> Function {
    let defaults = try definition.parameters.map { try $0.fallback.map { try evaluate($0).held } }
    return Function(
      definition, source: source, defaults: defaults,
      enclosing: definition.scope.usesEnclosing ? frame : nil, home: environment.home)
  }
}
