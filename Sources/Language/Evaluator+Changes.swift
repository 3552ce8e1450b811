import Autograd
import Presentation
import Tensors

// Changes in place, as in NumPy and PyTorch: the thing stands for other numbers, and every name, list
// element, parameter and attribute that holds it, or a part of it, sees them. What was computed from
// the old numbers keeps them.

extension Evaluator {
  /// Lets the thing that a quantity belongs to stand for another one, which `origin` gave.
  /// - Returns: what it stands for then.
  @discardableResult
  package func change(
    _ old: Variable, to working: Variable, from origin: Expression? = nil, at span: Span
  ) throws -> Variable {
    if old.isDetachedCopy { throw fail(.detachedChange(at: span)) }
    if old.wasDetached {
      tell(
        once: "detached-stays", at: span, "what was detached before keeps its numbers here",
        notes: ["in PyTorch it shares the memory, and changes as well"],
        helps: ["to keep them there too: y = x.detach().clone()"])
    }
    var next = stepped(working, from: old)
    if next.thing != nil || next.isLiteral { next = Variable(copying: next) }
    if let name = old.naming {
      next.naming = Naming(
        name: name.name, line: line(of: span),
        origin: Origin(expression: origin ?? Expression(.tuple([]), span), source: source))
      if next !== working { keep(working, of: next, Symbol(name.name)) }
    }
    let thing = Thing.of(old.quantity)
    do { try thing.change(to: next) } catch { throw worded(error, at: span, []) }
    return thing.current
  }

  /// A training step leaves a fresh leaf, as under `no_grad` in PyTorch: a change by a gradient, or of a
  /// parameter by what was computed from it. So does counting up by literals.
  private func stepped(_ working: Variable, from old: Variable) -> Variable {
    guard !working.isLeaf else { return working }
    if !working.carriesGradient {
      guard old.isLeaf, old.value.dtype != .bool else { return working }
      var isStep = true
      working.inputs.forEach { input in
        if input !== old, !input.isConstant, !input.depends(on: old) { isStep = false }
      }
      guard isStep else { return working }
    }
    // What gradients are added up in (a momentum) still carries them; a weight does not.
    let isWeight = old.isDifferentiated || old.gradient != nil
    return Variable(
      working.value, carriesGradient: working.carriesGradient && !isWeight, places: working.places)
  }

  /// `target op= value`
  func augment(_ target: Target, _ sign: Operator, _ at: Span, _ value: Expression) throws {
    let place = try place(of: target)
    var left = try self.value(at: place, of: target)
    let right = try evaluate(value)
    if case .tensor(let read) = left, read.isSuperseded {
      // The right side has changed it: `x -= numerical_gradient(f, x)`.
      left = try self.value(at: place, of: target)
    }
    // As in Python, `list += items` changes the list itself.
    if case .list(let list) = left, sign == .add {
      return try list.grow(by: try items(of: right, at: value.span), self, at)
    }
    if case .list(let list) = left, sign == .multiply, right.integer != nil,
      case .list(let repeated) = try operate(sign, left, right, at: at, target.expression, value)
    {
      list.items = repeated.items
      return
    }
    if case .tensor(let row) = left, sign == .add, grows(row, by: right, at: at) {
      // What is written in brackets grows as a list does.
      let items = try items(of: right, at: value.span)
      return try list(from: row, Thing.of(row.quantity)).grow(by: items, self, at)
    }
    if case .tensor(let row) = left, sign == .multiply, row.isList, row.shape.rank > 0,
      row.shape[0] == 1, right.integer != nil
    {
      // `row *= 2` repeats what is in it, in place.
      let repeated = try operate(sign, left, right, at: at, target.expression, value)
      try list(from: row, Thing.of(row.quantity)).items = try items(of: repeated, at: value.span)
      return
    }
    let leftExpression = target.expression
    let result = try rounded(try operate(sign, left, right, at: at, leftExpression, value))
    let origin = Expression(
      .binary(sign, at: at, leftExpression, value), target.span.union(value.span))
    if case .tensor(let old) = left, case .tensor(let new) = result, isChangedInPlace(old, place) {
      try checkFit(of: new, into: old, sign.spelling, at: origin.span)
      try change(old, to: new.fitting(old), from: origin, at: origin.span)
      return
    }
    if case .attribute(of: .object(let object), let name) = place, let dynamic = object.dynamic {
      var stored = result
      if !name.holdsNoHistory, case .tensor(let old) = left, case .tensor(let new) = result {
        stored = .tensor(stepped(new, from: old))
      }
      return try store(stored, to: name, of: dynamic, target, from: origin)
    }
    guard case .name = place else { return try store(result, at: place, target.span) }
    if case .tensor(let old) = left, case .tensor(let new) = result {
      tellOfNumber(old, new, target)
    }
    try assign(result, to: target, from: origin)
  }

  /// Arrays change, numbers do not; an element picked by positions is stored back.
  private func isChangedInPlace(_ old: Variable, _ place: Place) -> Bool {
    guard old.shape.rank > 0 || old.isArray else { return false }
    if case .element(.tensor, _) = place { return false }
    return true
  }

  /// As NumPy has it: the result must have the shape that is there, and whole numbers stay whole.
  package func checkFit(
    of new: Variable, into old: Variable, _ sign: String, at span: Span
  ) throws {
    if new.shape != old.shape {
      throw fail(.changeOfShape(old.shape, new.shape, sign, at: span))
    }
    if old.value.dtype == .int64, new.value.dtype.isReal, !old.isList {
      throw fail(.changeOfKind(sign, at: span))
    }
  }

  /// `p -= lr * g` for a number under another name changes `p` alone; who expects more is told.
  private func tellOfNumber(_ old: Variable, _ new: Variable, _ target: Target) {
    guard new.carriesGradient, old.isLeaf, let name = old.naming?.name, old.naming?.line != 0,
      let written = target.name?._withUnsafeGuaranteedRef({ $0.symbol.name }), written != name
    else { return }
    tell(
      once: "number-rebound", at: target.span,
      "'\(written)' is another number now; '\(name)' stays what it was",
      helps: ["to change it in place make it a tensor: \(name) = torch.tensor(\(name))"])
  }
}

extension Evaluator {
  /// `w.requires_grad = True` and `w.requires_grad_()`; gives the quantity that learns then, or not.
  @discardableResult
  package func setLearning(of variable: Variable, _ learns: Bool, at span: Span) throws -> Variable
  {
    if learns, !variable.value.dtype.isReal {
      throw fail(.learningOfWholeNumbers(variable.value.dtype, at: span))
    }
    if !learns, variable.isArray,
      variable.thing?.isPartOfLearning == true || variable.learns && !variable.isPyTorchLeaf
    {
      throw fail(.freezingOfResult(at: span))
    }
    return variable.learning(learns)
  }
}

// MARK: - Methods

extension Evaluator {
  /// `x.exp_()`: an operation whose result takes the place of the tensor's numbers.
  func changeByMethod(
    _ name: Symbol, _ old: Variable, _ arguments: [Argument], _ base: Expression, at span: Span
  ) throws -> Value? {
    let text = name.name
    guard text.count > 1, text.hasSuffix("_"),
      let builtin = environment.builtin(Symbol(String(text.dropLast()))),
      builtin.parameters.first?.kind == .tensor
    else { return nil }
    var all = try evaluate(arguments)
    all.values.insert(.tensor(old), at: 0)
    all.sources.insert(Argument(value: base, span: base.span), at: 0)
    guard case .tensor(let new) = try apply(builtin, all, at: span) else { return nil }
    try checkFit(of: new, into: old, builtin.name, at: span)
    return .tensor(try change(old, to: new, at: span))
  }
}

extension Value {
  /// A list or tuple, and no tensor: nobody adds it up.
  var isPlainSequence: Bool {
    switch self {
    case .list, .tuple: true
    default: false
    }
  }
}

extension Variable {
  /// The result of an operation in the kind of the array it is stored into.
  fileprivate func fitting(_ old: Variable) -> Variable {
    guard old.value.dtype == .bool, value.dtype != .bool, !old.isList else { return self }
    return Variable(value.converted(to: .bool))
  }
}

extension Evaluator {
  /// Tells a quantity which step gave it its numbers.
  package func mark(_ variable: Variable, changedBy step: any WorkedStep, at span: Span) {
    guard let naming = variable.naming else { return }
    let origin = Origin(expression: Expression(.tuple([]), span), source: source, step: step)
    variable.naming = Naming(name: naming.name, line: naming.line, origin: origin)
  }
}

extension Variable {
  /// The step of an optimizer that gave it its numbers.
  package var takenStep: (any WorkedStep)? { (naming?.origin as? Origin)?.step }
}

extension List {
  /// `list += items`
  fileprivate func grow(by items: [Value], _ evaluator: Evaluator, _ span: Span) throws {
    for item in items where isReached(from: item) {
      throw evaluator.fail(.containsItself(at: span))
    }
    append(contentsOf: items)
  }
}

extension Diagnostic {
  fileprivate static func freezingOfResult(at span: Span) -> Diagnostic {
    Diagnostic(
      "learning-result", "this is computed from what learns, or a part of it",
      primary: Label(span),
      notes: ["as in PyTorch, only a leaf can be told not to learn"],
      helps: ["y = x.detach()"])
  }
}
