import Tensors

// Lists of things, and the gradients of things.

extension Thing {
  /// `[w, b]`: a tensor for arithmetic, and a list of the things in it.
  static func bracket(of variable: Variable) -> Thing? {
    guard variable.isList, variable.operation?.name == "stack" else { return nil }
    let inputs = variable.inputs.array
    let isRepeated = inputs.count > 1 && inputs[0] === inputs[1] && inputs[0].shape.rank > 0
    guard isRepeated || inputs.contains(where: { $0.thing != nil }) else { return nil }
    let thing = Thing(variable)
    thing.nature = .bracket
    thing.tied.parts = inputs.map(Thing.of)
    return thing
  }

  /// The elements of a list as things; nil where it is none, or where its elements are nobody else's.
  package var elements: [Variable]? { nature == .bracket ? ties?.parts.map(\.current) : nil }

  /// The things of a list where one of them is no tensor any more; nil where all are.
  package var grownParts: [Thing]? {
    guard let parts = ties?.parts, parts.contains(where: { $0.nature == .list }) else { return nil }
    return parts
  }

  /// Puts another thing in the place of an element of a list.
  package func replace(element index: Int, by element: Variable) throws {
    tied.parts[index] = Thing.of(element)
    followParts()
  }

  func followParts() {
    guard let parts = ties?.parts,
      parts.indices.contains(where: { parts[$0].current !== variable.inputs[$0] }),
      let fresh = try? Operation.stack(parts.map(\.current), variable.attributes)
    else { return }
    fresh.naming = variable.naming
    fresh.isList = true
    variable.isSuperseded = true
    point(to: fresh)
  }
}

extension Thing {
  /// What `w.grad` gives: one thing from the first gradient until it is set to None.
  package var gradient: Variable? {
    guard let gradient = current.gradient else { return nil }
    if let known = ties?.gradientThing { return known.current }
    let made = Thing(Variable(gradient, carriesGradient: true))
    made.nature = .gradient
    made.tied.owner = self
    tied.gradientThing = made
    return made.variable
  }

  /// Whoever holds the gradient keeps the one it was.
  func forgetGradient() {
    guard let ties else { return }
    ties.gradientThing?.nature = .own
    ties.gradientThing?.ties?.owner = nil
    ties.gradientThing = nil
  }

  func followOwner() {
    guard let now = ties?.owner?.variable.gradient, !now.sharesElements(with: variable.value) else {
      return
    }
    point(to: Variable(now, carriesGradient: true))
  }
}
