import Presentation

// Names are resolved while parsing: when a function ends, its parameters and the names it assigns
// are its slots, and what remains is handed to the function around it.

extension Parser {
  /// The names seen so far in one function (or at top level) that have no place yet.
  struct Scope {
    let scope = FunctionScope()
    /// The names of a class body are seen by the statements of the body and by no function in it.
    var isClass = false
    var assigned: Set<Symbol> = []
    /// Declared `global` or `nonlocal`.
    var globals: Set<Symbol> = []
    var outer: Set<Symbol> = []
    var pending: [Pending] = []
  }

  struct Pending {
    let name: Name
    /// The functions between the occurrence and the scope that holds it now.
    var through: [FunctionScope] = []
  }

  mutating func makeName(_ symbol: Symbol) -> Name {
    let name = Name(symbol)
    scopes[scopes.count - 1].pending.append(Pending(name: name))
    return name
  }

  /// The name is assigned in the current function; at top level names are global.
  mutating func declare(_ symbol: Symbol) {
    let last = scopes.count - 1
    guard last > 0, !scopes[last].globals.contains(symbol),
      !scopes[last].outer.contains(symbol), scopes[last].assigned.insert(symbol).inserted
    else { return }
    scopes[last].scope.slots.append(symbol)
  }

  mutating func beginScope(ofClass isClass: Bool = false) {
    scopes.append(Scope(isClass: isClass))
  }

  mutating func endScope(
    _ name: Symbol, _ parameters: [FunctionDefinition.Formal], _ body: FunctionDefinition.Body,
    from start: Int, decorators: [Expression] = []
  ) -> FunctionDefinition {
    let scope = closeScope()
    var summary: String?
    if case .block(let statements) = body { summary = documentation(of: statements) }
    return FunctionDefinition(
      name: name, parameters: parameters, body: body, span: span(from: start), scope: scope,
      summary: summary, decorators: decorators)
  }

  /// Ends the innermost scope; names it does not hold are looked for further out.
  mutating func closeScope() -> FunctionScope {
    let scope = scopes[scopes.count - 1].scope
    resolveScope()
    let inner = scopes.removeLast()
    for var pending in inner.pending {
      pending.through.append(scope)
      scopes[scopes.count - 1].pending.append(pending)
    }
    return scope
  }

  /// The string at the head of a body of more than that.
  func documentation(of statements: [Statement]) -> String? {
    guard statements.count > 1, case .expression(let first)? = statements.first?.form,
      case .string(let text) = first.form
    else { return nil }
    return text
  }

  /// Gives the names that the innermost scope assigns their slots and keeps the others pending.
  mutating func resolveScope() {
    let last = scopes.count - 1
    let (assigned, globals, isClass) = (
      scopes[last].assigned, scopes[last].globals, scopes[last].isClass
    )
    if !globals.isEmpty { scopes[last].pending.removeAll { globals.contains($0.name.symbol) } }
    guard !assigned.isEmpty else { return }
    let slots = Dictionary(
      scopes[last].scope.slots.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first })
    scopes[last].pending.removeAll { pending in
      guard assigned.contains(pending.name.symbol), let slot = slots[pending.name.symbol],
        !isClass || pending.through.isEmpty
      else { return false }
      pending.resolve(slot)
      return true
    }
  }

  /// Gives the loop variables of a comprehension slots of their own for the names seen since
  /// `start`, except those of the first iterable, which is evaluated outside.
  mutating func resolveComprehension(
    _ variables: [Symbol], since start: Int, except outside: Range<Int>
  ) {
    let last = scopes.count - 1
    var slots: [Symbol: Int] = [:]
    for symbol in variables where slots[symbol] == nil {
      slots[symbol] = scopes[last].scope.slotCount
      // The slot must not be found by the name, which may mean another variable outside.
      scopes[last].scope.slots.append(Symbol("\(symbol.name) in comprehension"))
    }
    // In place: a copy of what waits outside, for each of many that stand in each other, takes long.
    var end = start
    for position in start..<scopes[last].pending.count {
      let pending = scopes[last].pending[position]
      if !outside.contains(position), let slot = slots[pending.name.symbol] {
        pending.resolve(slot)
      } else {
        scopes[last].pending[end] = pending
        end += 1
      }
    }
    scopes[last].pending.removeSubrange(end...)
  }
}

extension Parser.Pending {
  func resolve(_ slot: Int) {
    name.place = through.isEmpty ? .local(slot) : .enclosing(depth: through.count, slot)
    for scope in through { scope.usesEnclosing = true }
  }
}

extension Target {
  /// The names that assigning to the target binds.
  package var symbols: [Symbol] {
    switch form {
    case .name(let name): return [name.symbol]
    case .tuple(let items, starred: _): return items.flatMap(\.symbols)
    case .index, .attribute: return []
    }
  }
}
