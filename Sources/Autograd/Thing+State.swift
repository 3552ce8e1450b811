import Tensors

// What can change about things and quantities, to be put back later.

extension Thing {
  /// Everything about a thing that can change, at one moment.
  package struct Moment {
    fileprivate let variable: Variable
    fileprivate let nature: Nature
    /// Nobody else's: a copy.
    fileprivate let ties: Ties?
  }

  package var moment: Moment {
    Moment(variable: variable, nature: nature, ties: ties?.copy)
  }

  /// Other things that can be reached through it.
  package var reached: [Thing] {
    guard let ties else { return [] }
    return ties.parts + [ties.base, ties.gradientThing].compactMap { $0 }
  }

  package func restore(_ moment: Moment) {
    point(to: moment.variable)
    (nature, ties) = (moment.nature, moment.ties?.copy)
  }
}

extension Thing.Ties {
  fileprivate var copy: Thing.Ties {
    let copy = Thing.Ties()
    (copy.parts, copy.base, copy.path, copy.seen) = (parts, base, path, seen)
    (copy.seenParts, copy.baseGeneration) = (seenParts, baseGeneration)
    (copy.keepsGradient, copy.isUnrecordedPart) = (keepsGradient, isUnrecordedPart)
    (copy.gradientThing, copy.owner, copy.list) = (gradientThing, owner, list)
    (copy.generation, copy.former, copy.detached) = (generation, former, detached)
    return copy
  }
}

extension Variable {
  /// Everything about a quantity that can change, at one moment.
  package struct Moment {
    fileprivate var naming: Naming?
    fileprivate var gradient: Tensor?
    fileprivate var isDifferentiated = false
    fileprivate var isFrozen = false
    fileprivate var isSuperseded = false
    fileprivate var isArray = false
    fileprivate var isParameter = false

    package static var fresh: Moment { Moment() }
    /// As every quantity is made.
    package var isFresh: Bool {
      naming == nil && gradient == nil && !isDifferentiated && !isFrozen && !isSuperseded
        && !isArray && !isParameter
    }
  }

  package var moment: Moment {
    Moment(
      naming: naming, gradient: gradient, isDifferentiated: isDifferentiated, isFrozen: isFrozen,
      isSuperseded: isSuperseded, isArray: isArray, isParameter: isParameter)
  }

  package func restore(_ moment: Moment) {
    naming = moment.naming
    gradient = moment.gradient
    isDifferentiated = moment.isDifferentiated
    isFrozen = moment.isFrozen
    isSuperseded = moment.isSuperseded
    isArray = moment.isArray
    isParameter = moment.isParameter
  }
}
