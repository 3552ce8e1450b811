import Tensors

// Where nan and infinity come from. Looking for them costs nothing until one is there: results are
// checked by their sum, and only then is the recorded computation walked back to its cause.

/// The place where a computation left the finite numbers.
package struct NonFiniteOrigin {
  /// The quantity that was computed there, or whose gradient rule passed it back. A leaf held it
  /// from the start.
  package let variable: Variable
  package let isGradient: Bool
  /// nan, inf or -inf.
  package let number: Double
  /// Row-major offset of its first appearance.
  package let offset: Int
  /// The elements it was computed from; of many, those of the largest size.
  package let operands: [Operand]
  /// The nearest quantity with a name that was computed from it or is it.
  package let naming: Naming?

  package struct Operand {
    /// Which input of the operation.
    package let input: Int
    package let offset: Int
    package let value: Double
  }

  /// How many operands are worth telling.
  private static let told = 4

  init(_ variable: Variable, _ number: Double, at offset: Int, _ naming: Naming?) {
    self.variable = variable
    self.naming = naming
    (isGradient, self.number, self.offset) = (false, number, offset)
    let inputs = variable.inputs.array.map(\.value)
    let cell = variable.operation?.cell(
      CellRequest(
        inputs: inputs, attributes: variable.attributes, output: variable.value, offset: offset))
    let all = (cell?.elements ?? []).map {
      Operand(input: $0.input, offset: $0.offset, value: inputs[$0.input][flat: $0.offset])
    }
    func size(_ operand: Operand) -> Double { operand.value.isNaN ? .infinity : abs(operand.value) }
    operands =
      all.count <= Self.told
      ? all : Array(all.sorted { size($0) > size($1) }.prefix(Self.told))
  }

  /// A gradient passed back to one input.
  init(_ variable: Variable, slot: Int, _ gradient: Tensor, at offset: Int, _ naming: Naming?) {
    self.variable = variable
    self.naming = naming
    (isGradient, number, self.offset) = (true, gradient[flat: offset], offset)
    let input = variable.inputs[slot].value
    operands =
      input.shape == gradient.shape
      ? [Operand(input: slot, offset: offset, value: input[flat: offset])] : []
  }
}

extension Variable {
  /// Where the first nan or infinity of this quantity came from; nil if it has none. A cause of nan
  /// is looked for among the inputs that are nan, then among those that are infinite.
  package var nonFiniteOrigin: NonFiniteOrigin? {
    guard !value.isFinite else { return nil }
    let start = Step(self, naming, isNaN: value.hasNaN)
    let nan = start.followed(through: \.hasNaN)
    let cause = start.isNaN ? nan : start
    let infinity = cause.followed { !$0.isFinite }
    // An infinity that was put in on purpose, a mask, is no news; what made nan of it is.
    let origin = infinity.variable.isLeaf && start.isNaN ? cause : infinity
    let wanted = origin.variable.value.firstOffset { origin.isNaN ? $0.isNaN : !$0.isFinite }
    guard let offset = wanted ?? origin.variable.value.firstOffset(where: { !$0.isFinite }) else {
      return nil
    }
    return NonFiniteOrigin(
      origin.variable, origin.variable.value[flat: offset], at: offset, origin.naming)
  }

  /// A quantity on the way back, and the nearest name above it.
  private struct Step {
    let variable: Variable
    let naming: Naming?
    let isNaN: Bool

    init(_ variable: Variable, _ naming: Naming?, isNaN: Bool) {
      self.variable = variable
      self.naming = variable.naming ?? naming
      self.isNaN = isNaN
    }

    /// The furthest input that is reached through such values alone.
    func followed(through matches: (Tensor) -> Bool) -> Step {
      var step = self
      while let next = step.variable.inputs.array.first(where: { matches($0.value) }) {
        step = Step(next, step.naming, isNaN: next.value.hasNaN)
      }
      return step
    }
  }

  /// Where the first nan or infinity of the gradients of this quantity came from, all values being
  /// finite: the pass is run once more, looking at every step.
  package func nonFiniteGradientOrigin(
    for targets: [Variable], seed: Tensor? = nil
  ) throws -> NonFiniteOrigin? {
    var found: NonFiniteOrigin?
    var names: [ObjectIdentifier: Naming] = [:]
    _ = try passedBack(to: targets, seed) { variable, arriving, plan in
      guard found == nil, let operation = variable.operation else { return true }
      let naming = variable.naming ?? names[ObjectIdentifier(variable)]
      let contributions = try operation.contributions(
        to: variable, arriving: arriving, needs: { plan.needs($0) })
      for (slot, contribution) in contributions.values.enumerated() {
        let input = variable.inputs[slot]
        guard let contribution, plan.needs(input), found == nil else { continue }
        if let offset = contribution.firstOffset(where: { !$0.isFinite }) {
          found = NonFiniteOrigin(variable, slot: slot, contribution, at: offset, naming)
          continue
        }
        try plan.add(contribution, to: input)
        let key = ObjectIdentifier(input)
        names[key] = names[key] ?? naming
      }
      return true
    }
    return found
  }
}

extension Tensor {
  fileprivate var hasNaN: Bool { !isFinite && firstOffset { $0.isNaN } != nil }
}

extension Formula {
  /// The input elements it mentions, each once, in order.
  fileprivate var elements: [(input: Int, offset: Int)] {
    var found: [(input: Int, offset: Int)] = []
    var seen: Set<[Int]> = []
    _ = evaluated(symbol: { _ in nil }) { input, offset in
      if seen.insert([input, offset]).inserted { found.append((input, offset)) }
      return 1
    }
    return found
  }
}
