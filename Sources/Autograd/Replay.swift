import Tensors

// A recorded computation run again: as it was, or with something done otherwise. What a change does
// not reach is taken from the record; everything else becomes fresh variables, so that the recorded
// ones, and with them the session, stay as they are.

package struct Replay {
  /// What is run; the root is the last. Places in it are what variations speak of.
  package let history: History
  /// How slide arithmetic rounds; without it, steps that were rounded are run unrounded.
  private let round: (@Sendable (Double, Int) -> Double)?

  package init(of root: Variable, rounding round: (@Sendable (Double, Int) -> Double)? = nil) {
    history = History(of: root)
    self.round = round
  }

  /// Every use of the quantity at a place, in order of evaluation.
  package func uses(of place: Int) -> [Use] {
    ((place + 1)..<max(history.count, place + 1)).flatMap { later in
      zip(0..., history.inputs(of: later)).filter { $0.1 == place }.map { Use(later, $0.0) }
    }
  }

  /// A recorded step as a recipe, perhaps of other inputs; nil for a leaf.
  package func recipe(of place: Int, replacing inputs: [Int: Recipe<Int>] = [:]) -> Recipe<Int>? {
    let variable = history.quantities[place]
    guard let operation = variable.operation else { return nil }
    return .applied(
      operation, variable.attributes,
      zip(0..., history.inputs(of: place)).map { slot, input in inputs[slot] ?? .leaf(input) })
  }

  /// One run, each quantity worked out once.
  package func run(_ variation: Variation = Variation()) throws -> Run {
    let outer = Recording.isPaused
    Recording.isPaused = false
    defer { Recording.isPaused = outer }
    var quantities = history.quantities
    var isFresh = [Bool](repeating: false, count: quantities.count)
    let order = try order(for: variation)
    for number in quantities.indices {
      if number & 0xFF == 0 { try Poll.check() }
      let place = order?[number] ?? number
      let recorded = history.quantities[place]
      if let recipe = variation.steps[place] {
        quantities[place] = try recipe.made { quantities[$0] }
        isFresh[place] = true
      } else if let operation = recorded.operation,
        variation.startsAnew || variation.unfolds && operation.isRecurrent
          || history.inputs(of: place).contains(where: { isFresh[$0] })
      {
        let inputs = history.inputs(of: place).map { quantities[$0] }
        quantities[place] = try again(recorded, operation, inputs, unfolds: variation.unfolds)
        isFresh[place] = true
      }
      if let rounded = rounded(quantities[place], at: place, variation.rounding) {
        quantities[place] = rounded
        isFresh[place] = true
      }
    }
    return Run(replay: self, variation: variation, quantities: quantities, isFresh: isFresh)
  }

  /// In which order places are worked out, where a step is made of something that was recorded behind
  /// it; of what depends on the step nothing is there yet.
  private func order(for variation: Variation) throws -> [Int]? {
    let needs = variation.steps.mapValues(\.places)
    var isRecorded = true
    for (place, leaves) in needs {
      let later = leaves.filter { $0 >= place }
      if later.isEmpty { continue }
      isRecorded = false
      let dependents = history.dependents(of: place)
      if let first = later.first(where: { dependents[$0] }) {
        throw ReplayError.notYetComputed(first, at: place)
      }
    }
    return isRecorded ? nil : try sorted(needs)
  }

  /// Depth first, with a stack of its own.
  private func sorted(_ needs: [Int: [Int]]) throws -> [Int] {
    var order: [Int] = []
    var isOpen = [Bool?](repeating: nil, count: history.count)
    for start in history.quantities.indices where isOpen[start] == nil {
      var stack = [start]
      while let place = stack.last {
        guard isOpen[place] == nil else {
          stack.removeLast()
          if isOpen[place] == true { order.append(place) }
          isOpen[place] = false
          continue
        }
        isOpen[place] = true
        for input in needs[place] ?? Array(history.inputs(of: place)) {
          if isOpen[input] == true { throw ReplayError.notYetComputed(input, at: place) }
          if isOpen[input] == nil { stack.append(input) }
        }
      }
    }
    return order
  }

  /// A recorded step over other inputs, rounded if it was.
  private func again(
    _ recorded: Variable, _ operation: Operation, _ inputs: [Variable], unfolds: Bool
  ) throws -> Variable {
    let made =
      unfolds && operation.isRecurrent
      ? try recorded.unfolded(over: inputs) ?? operation(inputs, recorded.attributes)
      : try apply(operation, inputs, recorded.attributes)
    guard let places = recorded.places, let round else { return made }
    return Variable(rounding: made, toPlaces: places) { round($0, Int(places)) }
  }

  /// As the language applies it: of one or two tensors without a list.
  private func apply(
    _ operation: Operation, _ inputs: [Variable], _ attributes: Attributes
  ) throws -> Variable {
    switch operation.kernel {
    case .unary where inputs.count == 1: try operation(inputs[0], attributes)
    case .binary where inputs.count == 2: try operation(inputs[0], inputs[1], attributes)
    default: try operation(inputs, attributes)
    }
  }

  /// A named result as a person writes it down; nil for what is left as it is.
  private func rounded(
    _ variable: Variable, at place: Int, _ rounding: StepRounding?
  ) -> Variable? {
    let recorded = history.quantities[place]
    guard let rounding, recorded.naming != nil, !recorded.isLeaf, variable.value.dtype.isReal,
      !rounding.exempt.contains(place)
    else { return nil }
    return Variable(rounding: variable, toPlaces: rounding.places, rounding.round)
  }
}

/// A variation that cannot be run.
package enum ReplayError: Error, Equatable {
  case notYetComputed(Int, at: Int)
  /// What a rule was to read instead has another shape there.
  case otherShape(at: Int)
}

/// One run of a recorded computation: fresh variables where something is otherwise.
package struct Run {
  private let replay: Replay
  private let variation: Variation
  /// One a place of the history.
  package let quantities: [Variable]
  /// Whether a quantity is another variable than the recorded one.
  package let isFresh: [Bool]

  fileprivate init(
    replay: Replay, variation: Variation, quantities: [Variable], isFresh: [Bool]
  ) {
    self.replay = replay
    self.variation = variation
    self.quantities = quantities
    self.isFresh = isFresh
  }

  package var root: Variable { quantities[quantities.count - 1] }

  /// Gradients of the root, or of another quantity, by the quantities at places, by the rules of the variation; nil where
  /// none arrives.
  package func gradients(
    by places: [Int], from start: Int? = nil, seed: Tensor? = nil
  ) throws -> [Tensor?] {
    let targets = places.map { quantities[$0] }
    let root = start.map { quantities[$0] } ?? root
    guard let watched = variation.watched else {
      return try root.gradients(for: targets, seed: seed)
    }
    let outer = Recording.isPaused
    Recording.isPaused = false
    defer { Recording.isPaused = outer }
    var placeOf: [ObjectIdentifier: Int] = [:]
    for place in quantities.indices where variation.rounding != nil || watched.contains(place) {
      placeOf[ObjectIdentifier(quantities[place])] = place
    }
    return try root.passedBack(to: targets, seed) { variable, arriving, plan in
      guard let place = placeOf[ObjectIdentifier(variable)] else { return false }
      arriving = rounded(arriving, at: place)
      let isRuled = watched.contains(place)
      guard isRuled || roundsFactor(at: place) else { return false }
      let needs = variable.inputs.array.map { plan.needs($0) }
      let passed = try self.passed(arriving, by: variable, at: place, needs)
      for (slot, contribution) in passed.enumerated() where needs[slot] {
        if let contribution { try plan.add(contribution, to: variable.inputs[slot]) }
      }
      return true
    }
  }

  /// The value of the quantity at a place, or the gradient of the root by it, finished as the
  /// variation says.
  package func answer(at place: Int, isGradient: Bool) throws -> Tensor {
    let answer = isGradient ? try gradient(by: place) : quantities[place].value
    guard let finish = variation.finish else { return answer }
    return try finish.made { leaf in
      switch leaf {
      case .answer: Variable(answer)
      case .quantity(let place): Variable(quantities[place].value)
      case .gradient(let place): Variable(try gradient(by: place))
      case .slope(let start): Variable(try gradient(by: place, from: start))
      }
    }.value
  }

  /// Zeros where nothing arrives.
  private func gradient(by place: Int, from start: Int? = nil) throws -> Tensor {
    let seed = start.map { Tensor(repeating: 1, shape: quantities[$0].shape) }
    return try gradients(by: [place], from: start, seed: seed)[0]
      ?? Tensor(repeating: 0, shape: quantities[place].shape)
  }

  /// What one step passes to its inputs.
  private func passed(
    _ arriving: Tensor, by variable: Variable, at place: Int, _ needs: [Bool]
  ) throws -> [Tensor?] {
    let reader = try self.reader(of: variable, at: place)
    var passed: [Tensor?] = []
    if needs.indices.contains(where: { needs[$0] && needsUsual(Use(place, $0)) }) {
      passed = try usual(arriving, by: reader, at: place, needs)
    } else {
      passed = needs.map { _ in nil }
    }
    for slot in needs.indices where needs[slot] {
      let use = Use(place, slot)
      if variation.cuts.contains(use) {
        passed[slot] = nil
      } else if let rule = variation.rules[use] {
        // Nothing is another answer than zeros.
        if case .leaf(.usual) = rule { continue }
        let own = passed[slot]
        passed[slot] = try rule.made { leaf in
          switch leaf {
          case .arriving: Variable(arriving)
          case .usual: Variable(own ?? Tensor(repeating: 0, shape: variable.inputs[slot].shape))
          case .quantity(let place): Variable(quantities[place].value)
          }
        }.value
      }
    }
    return passed
  }

  private func needsUsual(_ use: Use) -> Bool {
    if variation.cuts.contains(use) { return false }
    return variation.rules[use].map(\.mentionsUsual) ?? true
  }

  /// By the step's own rule; with rounded slopes where those are rounded.
  private func usual(
    _ arriving: Tensor, by variable: Variable, at place: Int, _ needs: [Bool]
  ) throws -> [Tensor?] {
    guard let operation = variable.operation else { return needs.map { _ in nil } }
    guard roundsFactor(at: place), let rounding = variation.rounding else {
      return try operation.passed(arriving, by: variable, needs)
    }
    let ones = Tensor(repeating: 1, shape: variable.shape, dtype: arriving.dtype)
    return try operation.passed(ones, by: variable, needs).map { slope in
      try slope.map { try BinaryKernel.multiply(arriving, $0.map(rounding.round), dtype: $0.dtype) }
    }
  }

  /// The step as its rules see it, with other values where the variation says so.
  private func reader(of variable: Variable, at place: Int) throws -> Variable {
    let slots = variable.inputs.array.indices
    let isOther =
      variation.readResults[place] != nil
      || slots.contains { variation.readings[Use(place, $0)] != nil }
    guard isOther, let operation = variable.operation else { return variable }
    func read(_ recipe: Recipe<Int>) throws -> Variable { try recipe.made { quantities[$0] } }
    // Rules may rely on the shapes that their step had.
    func read(_ recipe: Recipe<Int>, like usual: Variable) throws -> Variable {
      let other = try read(recipe)
      guard other.shape == usual.shape else { throw ReplayError.otherShape(at: place) }
      return other
    }
    let inputs = try slots.map { slot in
      let usual = variable.inputs[slot]
      return try variation.readings[Use(place, slot)].map { try read($0, like: usual) } ?? usual
    }
    let result = try variation.readResults[place].map { try read($0, like: variable) } ?? variable
    return Variable(result.value, by: operation, from: Inputs(inputs), variable.attributes)
  }

  private func rounded(_ gradient: Tensor, at place: Int) -> Tensor {
    guard let rounding = variation.rounding, rounding.extent == .gradients, isRounded(place),
      place < quantities.count - 1
    else { return gradient }
    return gradient.map(rounding.round)
  }

  private func isRounded(_ place: Int) -> Bool {
    variation.rounding?.exempt.contains(place) == false
      && replay.history.quantities[place].naming != nil
  }

  /// Slopes of functions of one number; what products are multiplied with is rounded as a value.
  private func roundsFactor(at place: Int) -> Bool {
    guard let rounding = variation.rounding, rounding.extent == .factors else { return false }
    let operation = quantities[place].operation
    return operation?.rule.isElementwise == true && operation?.inputCount == 1
  }
}

extension Recipe where Leaf == RuleLeaf {
  fileprivate var mentionsUsual: Bool {
    switch self {
    case .leaf(.usual): true
    case .leaf, .constant: false
    case .applied(_, _, let inputs): inputs.contains(where: \.mentionsUsual)
    }
  }
}
