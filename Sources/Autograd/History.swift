/// Everything a quantity was computed from and itself, in order of evaluation. Places in that order
/// stand for the quantities, so that a walk over a long computation touches no dictionary.
package struct History {
  package let quantities: [Variable]
  private let places: [ObjectIdentifier: Int]
  /// Places of the inputs of all quantities, one after the other, and where those of each begin.
  private let inputs: [Int]
  private let starts: [Int]

  package init(of root: Variable) {
    quantities = root.history()
    var inputs: [Int] = []
    var starts: [Int] = [0]
    starts.reserveCapacity(quantities.count + 1)
    for (place, variable) in quantities.enumerated() { variable.position = place }
    for variable in quantities {
      variable.inputs.forEach { inputs.append($0.position) }
      starts.append(inputs.count)
    }
    for variable in quantities { variable.position = Variable.isUnseen }
    self.inputs = inputs
    self.starts = starts
    places = Dictionary(
      uniqueKeysWithValues: quantities.enumerated().map { (ObjectIdentifier($1), $0) })
  }

  package var count: Int { quantities.count }

  /// nil for a quantity that had no part in the computation.
  package func place(of variable: Variable) -> Int? { places[ObjectIdentifier(variable)] }

  /// Places of what the quantity at a place was computed from directly.
  package func inputs(of place: Int) -> ArraySlice<Int> {
    inputs[starts[place]..<starts[place + 1]]
  }

  /// Of each quantity, whether it is the one at a place or was computed from it.
  package func dependents(of place: Int) -> [Bool] { dependents(of: place) { _ in true } }

  /// Of each quantity, whether a gradient by the one at a place leads to it.
  package func differentiable(by place: Int) -> [Bool] {
    dependents(of: place) { $0.operation?.isDifferentiable == true }
  }

  /// The operation without a derivative that stands between a quantity and what was computed from
  /// it; nil where there is none.
  package func blocked(from target: Variable) -> GradientError? {
    guard let place = place(of: target) else { return nil }
    let depends = dependents(of: place)
    for later in (place + 1)..<max(count, place + 1) where depends[later] {
      if case .undefined(let reason)? = quantities[later].operation?.rule {
        return .undefined(quantities[later], because: reason)
      }
    }
    return nil
  }

  private func dependents(of place: Int, where passes: (Variable) -> Bool) -> [Bool] {
    var depends = [Bool](repeating: false, count: count)
    depends[place] = true
    for later in (place + 1)..<max(count, place + 1)
    where inputs(of: later).contains(where: { depends[$0] }) && passes(quantities[later]) {
      depends[later] = true
    }
    return depends
  }
}

extension Variable {
  // What `position` says outside and within a walk.
  static var isUnseen: Int { -1 }
  static var isOpen: Int { -3 }

  /// This quantity and what it was computed from, each once, in order of evaluation. No more than
  /// `limit` quantities are looked at.
  package func history(limit: Int = .max) -> [Variable] {
    var order: [Variable] = []
    var stack: [(variable: Variable, next: Int)] = [(self, 0)]
    var seen = 1
    position = Self.isOpen
    while let (variable, next) = stack.last {
      guard next < variable.inputs.count, seen < limit else {
        order.append(variable)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next = next + 1
      let input = variable.inputs[next]
      guard input.position == Self.isUnseen else { continue }
      input.position = Self.isOpen
      seen += 1
      stack.append((input, 0))
    }
    for variable in order { variable.position = Self.isUnseen }
    return order
  }
}
