import Autograd
import Presentation
import Tensors

extension Evaluator {
  package func evaluate(_ expression: Expression) throws -> Value {
    if let constant = expression.constant { return .tensor(constant) }
    switch expression.shortcut {
    case .name(let name):
      if let value = name._withUnsafeGuaranteedRef({ lookUp($0) }) { return value }
    case .binary(let sign, let left, let right):
      let a = try left._withUnsafeGuaranteedRef { try evaluate($0) }
      let b = try right._withUnsafeGuaranteedRef { try evaluate($0) }
      return try operate(sign, a, b, expression)
    case .none: break
    }
    return try evaluateOthers(expression)
  }

  private func evaluateOthers(_ expression: Expression) throws -> Value {
    switch expression.form {
    case .number(let literal) where literal.digits != nil: return wholeNumber(literal)
    case .number, .truth: return .tensor(constant(expression))
    case .none: return .none
    case .string(let text): return .string(text)
    case .name(let name):
      if let value = lookUp(name) ?? primed(name) { return value }
      throw fail(unknownName(name, at: expression.span))
    case .binary(let sign, let at, let left, let right):
      let a = try evaluate(left)
      return try operate(sign, a, try evaluate(right), at: at, left, right)
    case .unary(let sign, let operand): return try evaluate(sign, operand, expression)
    case .call(let callee, let arguments): return try call(callee, arguments, at: expression.span)
    case .index(let base, let subscripts): return try index(base, subscripts, at: expression.span)
    case .attribute(let base, let name, let at):
      return try attribute(name, of: try evaluate(base), base.span, at: at)
    case .comparison(let first, let rest): return try compare(first, rest)
    case .logic(let sign, let left, let right): return try logic(sign, left, right)
    case .conditional(let condition, let then, let otherwise):
      return try evaluate(try truth(of: condition) ? then : otherwise)
    case .derivative(let value, by: let variable):
      return try derivative(of: value, by: variable, at: expression.span)
    case .tuple(let items): return .tuple(try elements(items))
    case .list(let items): return try list(items, expression)
    case .matrix(let rows): return try matrix(rows, expression)
    case .comprehension(let comprehension): return try collect(comprehension)
    case .formatted(let pieces): return .string(try formatted(pieces, at: expression.span))
    case .lambda(let definition): return .function(try function(definition))
    case .ellipsis: throw fail(.strayEllipsis(at: expression.span))
    case .dictionary(let items): return try dictionary(items)
    case .set(let items): return try set(items)
    case .assigning(let target, let value):
      let result = try evaluate(value)
      try assign(result, to: target, from: value)
      if case .name(let name) = target.form { return lookUp(name)?.resolved ?? result }
      return result
    case .starred: throw fail(.strayStar(at: expression.span))
    }
  }

  /// The tensor an expression gives.
  func tensor(_ expression: Expression) throws -> Variable {
    let value = try evaluate(expression)
    if let variable = try value.asTensor(environment.structure) { return variable }
    throw fail(.notTensor(value, at: expression.span))
  }

  @inline(__always)
  func lookUp(_ name: Name) -> Value? {
    switch name.place {
    case .global: return environment[name.symbol]
    case .library: return environment.libraryValue(name.symbol)
    case .local(let slot): return frame[slot]
    case .enclosing(let depth, let slot): return frame.outer(depth)?[slot]
    }
  }

  func unknownName(_ name: Name, at span: Span) -> Diagnostic {
    if name.place != .global, name.place != .library {
      return .unassignedLocal(name.symbol.name, at: span)
    }
    return .unknownName(name.symbol.name, at: span, in: environment.names)
  }

  // MARK: - Literals

  private func constant(_ expression: Expression) -> Variable {
    let value: Tensor
    switch expression.form {
    case .number(let literal):
      value = Tensor(literal.value, dtype: literal.isInteger ? .int64 : .float64)
    case .truth(let truth): value = Tensor(truth)
    default: value = Tensor(.nan)
    }
    let made = Variable(value, literal: true)
    expression.constant = made
    return made
  }

  private func list(_ items: [Expression], _ expression: Expression) throws -> Value {
    let values = try elements(items)
    if context.bracketsMakeLists { return .list(List(values)) }
    let result = try collected(values, at: expression.span)
    keep(result, expression, ifLiteral: items)
    return result
  }

  private func matrix(_ rows: [[Expression]], _ expression: Expression) throws -> Value {
    let width = rows.first?.count ?? 0
    if let row = rows.first(where: { $0.count != width }), let first = row.first {
      throw fail(.raggedMatrix(width, row.count, at: first.span, matrix: expression.span))
    }
    let parts = try rows.map { row in
      try collected(try row.map(evaluate), at: expression.span)
    }
    guard let variable = try joined(parts, at: expression.span) else {
      throw fail(.matrixOfOthers(at: expression.span))
    }
    variable.isList = true
    keep(.tensor(variable), expression, ifLiteral: rows.flatMap { $0 })
    return .tensor(variable)
  }

  private func keep(_ value: Value, _ expression: Expression, ifLiteral items: [Expression]) {
    guard case .tensor(let variable) = value, items.allSatisfy({ $0.constant != nil }) else {
      return
    }
    expression.constant = variable
  }

  /// A list of numbers is a tensor, any other list is a list.
  func collected(_ items: [Value], at span: Span) throws -> Value {
    if context.bracketsMakeLists { return .list(List(items)) }
    let isNumeric = items.allSatisfy { if case .tensor = $0 { true } else { false } }
    guard isNumeric, let variable = try joined(items, at: span) else { return .list(List(items)) }
    variable.isList = true
    return .tensor(variable)
  }

  private func joined(_ items: [Value], at span: Span) throws -> Variable? {
    do {
      return try environment.structure.stacked(items)
    } catch {
      throw worded(error, at: span, [])
    }
  }

  private func collect(_ comprehension: Comprehension) throws -> Value {
    comprehension.kind == .list
      ? try collectedRow(comprehension) : try collectOthers(comprehension)
  }

  /// All elements at once.
  func collectedRow(_ comprehension: Comprehension) throws -> Value {
    var items: [Value] = []
    try collect(comprehension) { items.append($0) }
    return try collected(items, at: comprehension.element.span)
  }

  /// Hands on the value of the element for each round.
  func collect(_ comprehension: Comprehension, _ take: (Value) throws -> Void) throws {
    var count = 0
    try collect(comprehension, from: 0) {
      count += 1
      guard count <= Limits.elements else {
        throw fail(.tooLong(count, times: 1, at: comprehension.element.span))
      }
      try take(try evaluate(comprehension.element))
      try makeRoom(after: count, at: comprehension.element.span)
    }
  }

  private func collect(
    _ comprehension: Comprehension, from position: Int, _ round: () throws -> Void
  ) throws {
    guard position < comprehension.clauses.count else { return try round() }
    let clause = comprehension.clauses[position]
    try iterate(try evaluate(clause.iterable), at: clause.iterable.span) { item in
      if interrupt.isSet { throw fail(.interrupted(at: clause.target.span)) }
      if let excess = meter.step() { throw fail(.limitReached(excess, at: clause.target.span)) }
      try assign(item, to: clause.target, from: nil)
      for condition in clause.conditions where try !truth(of: condition) { return true }
      try collect(comprehension, from: position + 1, round)
      return true
    }
  }

  // MARK: - Truth

  func truth(of expression: Expression) throws -> Bool {
    try truth(try evaluate(expression), at: expression.span)
  }

  /// Python's truth of a value; a tensor has one only if it has one element.
  package func truth(_ value: Value, at span: Span) throws -> Bool {
    switch value {
    case .tensor(let variable):
      guard let number = variable.value.item else {
        throw fail(.ambiguousTruth(variable.shape, at: span))
      }
      if number == 0, variable.isList, variable.shape.rank > 0 { tellOfTruth(at: span) }
      return number != 0
    case .none: return false
    case .string(let text): return !text.isEmpty
    case .list(let list): return !list.isEmpty
    case .tuple(let items): return !items.isEmpty
    case .range(let range): return range.count > 0
    case .thing: return try truth(value.resolved, at: span)
    case .object(let object): return try object.dynamic?.truth(Site(self, span)) ?? true
    case .function, .builtin, .method: return true
    }
  }

  private func logic(_ sign: Operator, _ left: Expression, _ right: Expression) throws -> Value {
    let value = try evaluate(left)
    return try truth(value, at: left.span) == (sign == .and) ? try evaluate(right) : value
  }

  // MARK: - Attributes

  func attribute(_ name: Symbol, of value: Value, _ valueSpan: Span, at span: Span) throws -> Value
  {
    if case .object(let object) = value {
      if let dynamic = object.dynamic { return try attribute(name, of: dynamic, at: span) }
      if let found = object.attribute(name) { return found }
      throw fail(
        .unknownAttribute(
          name.name, of: value, known: object.attributeNames, help: object.absence(of: name),
          at: span))
    }
    if case .tensor(let variable) = value {
      if name == .dtype { return kind(of: variable, at: span) }
      if let found = try attribute(name, of: variable, at: span) { return found }
    }
    if case .list(let list) = value, !list.isEmpty,
      let variable = try value.asTensor(environment.structure),
      let found = try attribute(name, of: variable, at: span)
    {
      return found
    }
    if let found = nameAttribute(name, of: value) { return found }
    if let builtin = environment.method(name, of: value), !builtin.parameters.isEmpty {
      return .method(BoundMethod(value, builtin, at: valueSpan))
    }
    throw fail(.unknownAttribute(name.name, of: value, known: attributeNames(of: value), at: span))
  }

  private func attribute(_ name: Symbol, of variable: Variable, at span: Span) throws -> Value? {
    switch name {
    case .transposed: return .tensor(try transposed(variable))
    case .shape: return .tuple(variable.shape.array.map { .integer($0) })
    case .ndim: return .integer(variable.shape.rank)
    case .size: return .integer(variable.value.count)
    case .dtype: return .string(variable.value.dtype.rawValue)
    case .data: return .tensor(try variable.detachedView())
    case .grad:
      tellOfGradient(of: variable, at: span)
      if let thing = variable.thing { return thing.gradient.map { .tensor($0) } ?? Value.none }
      return variable.gradient.map { .tensor(variable.gradientQuantity($0)) } ?? Value.none
    case .requiresGradient: return .truth(variable.learns)
    default: return describing(name.name, variable)
    }
  }

  private func tellOfGradient(of variable: Variable, at span: Span) {
    guard variable.isArray, variable.gradient != nil, variable.thing?.keepsGradient != true,
      !variable.isPyTorchLeaf || variable.thing?.isUnrecordedPart == true
    else { return }
    tell(
      once: "grad-of-result", at: span, "PyTorch keeps no gradient of what was computed",
      notes: ["there this is None; here every named quantity keeps its gradient"],
      helps: ["to keep it there, before backward(): y.retain_grad()"])
  }

  /// What PyTorch says about a tensor beside its numbers.
  private func describing(_ name: String, _ variable: Variable) -> Value? {
    switch name {
    case "device": .string("cpu")
    case "is_leaf": .truth(variable.isPyTorchLeaf)
    case "grad_fn":
      variable.isPyTorchLeaf ? Value.none : variable.operation.map { .string($0.name) } ?? .none
    case "is_cuda": .truth(false)
    case "flat" where variable.shape.rank > 0: .object(FlatElements(variable))
    default: nil
    }
  }

  /// Names that can follow a dot after the value, for completion and suggestions.
  package func attributeNames(of value: Value) -> [String] {
    if case .object(let object) = value { return object.attributeNames }
    let builtins = environment.builtinNames.filter { environment.builtin($0) != nil }.map(\.name)
    let own = value.methodPrefixes.flatMap { prefix in
      builtins.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    if case .string = value { return own }
    let methods = own + builtins.filter { !$0.contains(".") }
    guard case .tensor = value else { return methods }
    // What takes a tensor first can be written behind one.
    let taking = methods.filter { name in
      environment.builtin(Symbol(name))?.parameters.first?.kind == .tensor || own.contains(name)
    }
    return ["T", "shape", "ndim", "size", "dtype", "grad", "data", "requires_grad"] + taking
  }
}
