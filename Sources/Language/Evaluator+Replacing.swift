import Autograd
import Presentation

// What an optimizer does to tensors that a program made itself: PyTorch overwrites their memory, here
// a quantity never changes, so the names that held it get a new one.

extension Evaluator {
  /// Puts a fresh leaf wherever the old quantity is held: by a variable of the session, by one of the
  /// function at work or of those around it, or by a list or tuple of theirs.
  /// - Returns: whether it was held anywhere.
  package func replace(_ old: Variable, by new: Variable, at span: Span) -> Bool {
    if let naming = old.naming {
      new.naming = Naming(
        name: naming.name, line: line(of: span), origin: origin(at: span, new.takenStep))
    }
    var replacement = Replacement(old: old, new: new)
    for (name, value) in environment.variables {
      if let changed = replacement.applied(to: value) { environment.assign(name, changed) }
    }
    var scope: Frame? = frame
    while let current = scope {
      for slot in 0..<current.count {
        guard let value = current[slot], let changed = replacement.applied(to: value) else {
          continue
        }
        current[slot] = changed
      }
      scope = current.enclosing
    }
    return replacement.isDone
  }
}

extension Evaluator {
  /// Tells a quantity which step gave it its numbers.
  package func mark(_ variable: Variable, changedBy step: any WorkedStep, at span: Span) {
    guard let naming = variable.naming else { return }
    variable.naming = Naming(
      name: naming.name, line: naming.line, origin: origin(at: span, step))
  }

  /// It was computed where the call stands.
  private func origin(at span: Span, _ step: (any WorkedStep)?) -> Origin {
    Origin(expression: Expression(.tuple([]), span), source: source, step: step)
  }
}

extension Variable {
  /// The step of an optimizer that gave it its numbers.
  package var takenStep: (any WorkedStep)? { (naming?.origin as? Origin)?.step }
}

private struct Replacement {
  let old: Variable
  let new: Variable
  var isDone = false

  /// The value with the new quantity in it; nil where nothing is to be stored. Lists are changed in
  /// place, for everybody who holds them.
  mutating func applied(to value: Value) -> Value? {
    switch value {
    case .tensor(let variable):
      guard variable === old else { return nil }
      isDone = true
      return .tensor(new)
    case .tuple(let items):
      let changed = items.map { applied(to: $0) }
      guard changed.contains(where: { $0 != nil }) else { return nil }
      return .tuple(zip(items, changed).map { $1 ?? $0 })
    case .list(let list):
      for (index, item) in list.items.enumerated() {
        if let changed = applied(to: item) { list.items[index] = changed }
      }
      return nil
    case .none, .string, .range, .function, .builtin, .method, .object: return nil
    }
  }
}
