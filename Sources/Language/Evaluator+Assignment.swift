import Autograd
import Presentation
import Tensors

// Storing values under names. A quantity gets the name of its first assignment; `b = a` lets both
// names stand for the one thing. Three rules keep memory flat through long loops:
//
// - `w ← value` stores the value as a fresh leaf, always.
// - A name changed from itself (`w -= …`, `w = w - …`) with a value that carries a gradient becomes
//   a fresh leaf: that is a training step, as under PyTorch's no_grad.
// - A leaf changed from itself by literals (`i += 1`, `rate = rate * 0.9`) stays a leaf.
//
// Every other assignment keeps the history, so `total += loss` can be differentiated.

extension Evaluator {
  /// Stores a value; `origin` is the expression it came from.
  func assign(_ value: Value, to target: Target, from origin: Expression?) throws {
    // What was computed while somebody pressed Ctrl-C is not kept.
    if interrupt.isSet { throw fail(.interrupted(at: target.span)) }
    if let name = target.name {
      return try name._withUnsafeGuaranteedRef { try assign(value, to: $0, target, from: origin) }
    }
    if case .tuple(let targets, let starred) = target.form {
      return try unpack(value, into: targets, starred: starred, of: target, from: origin)
    }
    let place = try place(of: target)
    if case .attribute(of: .object(let object), let name) = place, let dynamic = object.dynamic {
      return try store(try rounded(value), to: name, of: dynamic, target, from: origin)
    }
    try store(try rounded(value), at: place, target.span)
  }

  private func assign(
    _ value: Value, to name: Name, _ target: Target, from origin: Expression?
  ) throws {
    guard case .tensor(let variable) = value, let origin else {
      return store(value, to: name)
    }
    if roundingPlaces == nil, !target.refersToItself, !variable.isLiteral,
      let known = variable.naming, known.line > 0
    {
      return store(value, to: name)  // another name for a quantity that has one
    }
    var result = try rounded(variable)
    if target.refersToItself, case .tensor(let old)? = lookUp(name),
      isStep(result, from: old, target)
    {
      // What gradients are added up in (a momentum) still carries them; a weight does not.
      let isWeight = old.isDifferentiated || old.gradient != nil
      let working = result
      result = Variable(
        result.value, carriesGradient: result.carriesGradient && !isWeight, places: result.places)
      result.isArray = working.isArray
      result.isFrozen = working.isArray && old.isFrozen
      keep(working, of: result, name.symbol)
    }
    store(.tensor(try named(result, target, origin)), to: name)
  }

  func store(_ value: Value, to name: Name) {
    switch name.place {
    case .global, .library: environment.assign(name.symbol, value)
    case .local(let slot): frame[slot] = value
    case .enclosing(let depth, let slot): frame.outer(depth)?[slot] = value
    }
  }

  /// Whether a name changed from itself becomes a fresh leaf. After `v = u` the quantity is called
  /// `u`: changing `v` then leaves something to differentiate by.
  private func isStep(_ result: Variable, from before: Variable, _ target: Target) -> Bool {
    // `x = x[1:]` looks at what it was.
    guard let operation = result.operation, !operation.sharesElements else { return false }
    if result.carriesGradient { return true }
    guard before.isLeaf, before.value.dtype != .bool,
      before.naming === target.naming
        || before.naming?.name == target.name?._withUnsafeGuaranteedRef({ $0.symbol.name })
    else { return false }
    // A leaf of PyTorch's that learns: what is computed from it is none.
    if before.isArray, !Recording.isPaused, before.learns, environment.importedLibraries.torch {
      return false
    }
    // A function that changes what it was given changes its own quantity.
    if let name = target.name?._withUnsafeGuaranteedRef({ $0 }), case .local = name.place,
      let known = before.naming, case .tensor(let outer)? = environment[Symbol(known.name)],
      outer === before
    {
      return false
    }
    var isChangedByLiterals = true
    result.inputs.forEach { if $0 !== before && !$0.isConstant { isChangedByLiterals = false } }
    return isChangedByLiterals
  }

  /// The quantity under the name of the target if it has none yet; a literal becomes a leaf.
  func named(
    _ variable: Variable, _ target: Target, _ origin: Expression
  ) throws -> Variable {
    if variable.isLiteral {
      let leaf = Variable(variable.value, places: variable.places)
      leaf.naming = naming(target, origin)
      leaf.isList = variable.isList
      return leaf
    }
    // Line 0: a name that a layer gave its parameter.
    if variable.naming == nil || variable.naming?.line == 0 {
      let step = variable.takenStep
      variable.naming = naming(target, origin)
      if let step { mark(variable, changedBy: step, at: origin.span) }
    }
    return variable
  }

  func naming(_ target: Target, _ origin: Expression?) -> Naming {
    if let known = target.naming { return known }
    let name: String
    if case .name(let symbol) = target.form {
      name = symbol.symbol.name
    } else {
      name = source[target.span]
    }
    // What a function of the library calls a quantity is no name of the program's.
    let naming = Naming(
      name: name, line: source.isLibrary ? 0 : line(of: target.span),
      origin: origin.map { Origin(expression: $0, source: source) })
    target.naming = naming
    return naming
  }

  // MARK: - Updates

  /// `w ← value`
  func update(_ target: Target, with value: Value, from origin: Expression) throws {
    switch (target.form, value) {
    case (.tuple(let targets, let starred), _):
      let parts = try unpacked(value, count: targets.count, starred: starred, of: target)
      for (part, inner) in zip(parts, targets) { try update(inner, with: part, from: origin) }
    case (.name(let name), .tensor(let variable)):
      let working = try rounded(variable)
      let leaf = Variable(working.value, places: working.places)
      leaf.naming = naming(target, origin)
      keep(working, of: leaf, name.symbol)
      store(.tensor(leaf), to: name)
    case (_, .tensor(let variable)):
      try assign(.tensor(variable.detached()), to: target, from: origin)
    default: try assign(value, to: target, from: origin)
    }
  }

  /// Keeps what `explain` shows of a step. A parameter too large to be read is not kept.
  func keep(_ working: Variable, of leaf: Variable, _ name: Symbol) {
    guard !working.isLeaf, working.value.count <= 64 else { return }
    steps[name] = Step(result: leaf, working: working)
  }

  // MARK: - Unpacking

  private func unpack(
    _ value: Value, into targets: [Target], starred: Int?, of target: Target,
    from origin: Expression?
  ) throws {
    // `A[0], A[1] = A[1], A[0]`: rows of an array are parts of it until their turn comes, as in NumPy;
    // rows of a list are things that change places.
    let storesElements = targets.contains(where: \.isElement)
    let parts = try unpacked(value, count: targets.count, starred: starred, of: target)
      .map { storesElements && !$0.isBracket ? $0.held : $0 }
    for (index, inner) in targets.enumerated() {
      // `a, b = 1, 2` names each quantity by its own expression.
      var part = origin
      if case .tuple(let items)? = origin?.form, items.count == targets.count {
        part = items[index]
      }
      try assign(parts[index].resolved, to: inner, from: part)
    }
  }

  private func unpacked(
    _ value: Value, count: Int, starred: Int?, of target: Target
  ) throws -> [Value] {
    let parts: [Value]
    if case .tuple(let items) = value {
      parts = items
    } else {
      parts = try items(of: value, at: target.span)
    }
    guard let starred else {
      if parts.count != count {
        throw fail(.unpacking(parts.count, into: count, at: target.span))
      }
      return parts
    }
    guard parts.count >= count - 1 else {
      throw fail(.unpacking(parts.count, into: count - 1, at: target.span))
    }
    let rest = parts.count - (count - 1)
    let middle = Value.list(List(Array(parts[starred..<(starred + rest)])))
    return Array(parts[..<starred]) + [middle] + Array(parts[(starred + rest)...])
  }
}

/// The expression that a quantity was assigned from and the text it stands in.
package final class Origin {
  package let expression: Expression
  package let source: SourceText
  /// The step of an optimizer that changed the quantity, where one did.
  package let step: (any WorkedStep)?

  package init(expression: Expression, source: SourceText, step: (any WorkedStep)? = nil) {
    self.expression = expression
    self.source = source
    self.step = step
  }

  /// As written.
  package var text: String { source[expression.span] }
}

extension SourceText {
  /// What functions of the library that are written in the language stand in.
  package static let libraryName = "prelude"

  var isLibrary: Bool { name == Self.libraryName }
}

extension Variable {
  /// Whether its name was given within a function of the library.
  package var isNamedByLibrary: Bool { (naming?.origin as? Origin)?.source.isLibrary == true }
}

extension Target {
  /// The target read as an expression.
  package var expression: Expression {
    switch form {
    case .name(let name): return Expression(.name(name), span)
    case .index(let base, let subscripts): return Expression(.index(base, subscripts), span)
    case .attribute(let base, let name): return Expression(.attribute(base, name, at: span), span)
    case .tuple(let items, starred: _): return Expression(.tuple(items.map(\.expression)), span)
    }
  }
}
