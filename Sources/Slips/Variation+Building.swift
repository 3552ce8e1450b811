import Autograd
import Tensors

extension Variation {
  static func step(_ place: Int, _ recipe: Recipe<Int>) -> Variation {
    var variation = Variation()
    variation.steps[place] = recipe
    return variation
  }

  static func rule(_ use: Use, _ recipe: Recipe<RuleLeaf>) -> Variation {
    var variation = Variation()
    variation.rules[use] = recipe
    return variation
  }

  /// What the rules of a step read in place of an input.
  static func reading(_ use: Use, _ recipe: Recipe<Int>) -> Variation {
    var variation = Variation()
    variation.readings[use] = recipe
    return variation
  }

  static func cut(_ uses: some Sequence<Use>) -> Variation {
    var variation = Variation()
    variation.cuts = Set(uses)
    return variation
  }

  static func finish(_ recipe: Recipe<FinishLeaf>) -> Variation {
    var variation = Variation()
    variation.finish = recipe
    return variation
  }

  /// Both at once; nil where they speak of the same place.
  func merged(with other: Variation) -> Variation? {
    var merged = self
    for (place, recipe) in other.steps {
      if merged.steps.updateValue(recipe, forKey: place) != nil { return nil }
    }
    for (use, recipe) in other.rules {
      if merged.rules.updateValue(recipe, forKey: use) != nil { return nil }
    }
    for (use, recipe) in other.readings {
      if merged.readings.updateValue(recipe, forKey: use) != nil { return nil }
    }
    for (place, recipe) in other.readResults {
      if merged.readResults.updateValue(recipe, forKey: place) != nil { return nil }
    }
    merged.cuts.formUnion(other.cuts)
    if let finish = other.finish {
      merged.finish = merged.finish.map { finish.following($0) } ?? finish
    }
    if merged.rounding == nil { merged.rounding = other.rounding }
    return merged
  }
}

extension Recipe where Leaf == FinishLeaf {
  static var answer: Recipe { .leaf(.answer) }

  /// This one done to what another one gives.
  func following(_ earlier: Recipe) -> Recipe {
    switch self {
    case .leaf(.answer): earlier
    case .leaf, .constant: self
    case .applied(let operation, let attributes, let inputs):
      .applied(operation, attributes, inputs.map { $0.following(earlier) })
    }
  }
}

extension Recipe where Leaf == RuleLeaf {
  static var arriving: Recipe { .leaf(.arriving) }
  static var usual: Recipe { .leaf(.usual) }
  static func value(_ place: Int) -> Recipe { .leaf(.quantity(place)) }
}

extension Recipe {
  static func number(_ value: Double) -> Recipe { .constant(Tensor(value)) }

  static func * (a: Recipe, b: Recipe) -> Recipe { .applied(.multiply, .none, [a, b]) }
  static func / (a: Recipe, b: Recipe) -> Recipe { .applied(.divide, .none, [a, b]) }
  static func + (a: Recipe, b: Recipe) -> Recipe { .applied(.add, .none, [a, b]) }
  static func - (a: Recipe, b: Recipe) -> Recipe { .applied(.subtract, .none, [a, b]) }
  static prefix func - (a: Recipe) -> Recipe { .applied(.negate, .none, [a]) }

  static func transposed(_ a: Recipe) -> Recipe { .applied(.transpose, .none, [a]) }

  static func reshaped(_ a: Recipe, to shape: Shape) -> Recipe {
    .applied(.reshape, .one("shape", .integers(shape.array)), [a])
  }

  /// A formula of one number worked out on every element of something.
  static func formula(_ formula: Formula, of y: Recipe) -> Recipe {
    switch formula {
    case .number(let number): .number(number)
    case .negative(let inner): -.formula(inner, of: y)
    case .binary(let op, let a, let b):
      .applied(op.operation, .none, [.formula(a, of: y), .formula(b, of: y)])
    default: y
    }
  }
}
