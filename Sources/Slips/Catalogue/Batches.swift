import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of softmax, batches and biases.
  static let batches: [Slip] = [
    Slip("softmax-diagonal-only", .a, .rule) { net in
      net.onPath(net.writtenOrLoss).filter { net.form($0) == .probabilities }.map { place in
        let p = Recipe<RuleLeaf>.value(place)
        return Site(
          at: net.name(place),
          variation: .rule(Use(place, 0), .arriving * (p * (.number(1) - p))),
          deed: "only p·(1 − p) of the slopes of softmax is used",
          rule: "Every score changes every probability: the slopes −pᵢ·pⱼ belong to it.",
          group: "")
      }
    },
    Slip("softmax-twice", .a, .forward) { net in
      net.softmaxes("softmax is taken twice", "The scores are made probabilities once.") {
        place in
        net.operation(place).map { .applied($0, net.attributes(place), [.leaf(place)]) }
      }
    },
    Slip("softmax-unnormalized", .a, .forward) { net in
      net.softmaxes("exponentials are not divided by their sum", "Probabilities add up to 1.") {
        place in
        .applied(.exponential, .none, [.leaf(net.inputs(place)[0])])
      }
    },
    Slip("softmax-exp-missing", .b, .forward) { net in
      net.softmaxes("scores are divided by their sum", "Softmax takes exponentials first.") {
        place in
        let z = Recipe<Int>.leaf(net.inputs(place)[0])
        return z / .applied(.sum, net.alongAxis(place), [z])
      }
    },
    Slip("axis-wrong", .b, .forward) { net in net.otherAxes + net.biasesOverUnits },
    Slip("batch-one-sample", .a, .rule) { net in net.singleSamples },
    Slip("bias-gradient-with-input", .b, .rule) { net in net.biasesWithInput },
  ]
}

extension Structure {
  fileprivate func softmaxes(
    _ deed: String, _ rule: String, _ recipe: (Int) -> Recipe<Int>?
  ) -> [Site] {
    writtenOrLoss.filter { form($0) == .probabilities }.compactMap { place in
      guard var recipe = recipe(place) else { return nil }
      // What stands for the step may speak of it: of its own recorded working.
      if let own = replay.recipe(of: place) { recipe = recipe.replacing(place, by: own) }
      return Site(
        at: name(place), variation: .step(place, recipe), deed: deed, rule: rule, group: "")
    }
  }

  /// Along the axis of a softmax, which is kept.
  fileprivate func alongAxis(_ place: Int) -> Attributes {
    Attributes([
      ("axis", .integer(attributes(place).integer("axis", default: -1))),
      ("keepdims", .bool(true)),
    ])
  }

  /// Softmax, sums and means along the other axis of a matrix.
  fileprivate var otherAxes: [Site] {
    written.compactMap { place in
      guard let operation = operation(place),
        form(place) == .probabilities || form(place) == .total,
        shape(inputs(place)[0]).rank == 2
      else { return nil }
      let isSoftmax = form(place) == .probabilities
      guard isSoftmax || attributes(place).integers("axis")?.count == 1 else { return nil }
      let axis = attributes(place).integers("axis")?.first ?? -1
      var other = attributes(place)
      other.values.removeAll { $0.name == "axis" }
      other.values.append(("axis", .integer(axis == 0 || axis == -2 ? 1 : 0)))
      return Site(
        at: name(place),
        variation: .step(place, .applied(operation, other, [.leaf(inputs(place)[0])])),
        deed: "\(name(place)) goes along the other axis",
        rule: "Mind the axis of \(name(place)).", group: "")
    }
  }

  /// Biases that were added to every row of a batch: where, and the slot of the bias.
  private var biases: [Use] {
    onPath(written).filter { form($0) == .arithmetic(.add) && shape($0).rank == 2 }
      .flatMap { place in
        pathSlots(place).filter { slot in
          shape(inputs(place)[slot]).rank == 1 && base(inputs(place)[slot]) == asked
        }.map { Use(place, $0) }
      }
  }

  fileprivate var biasesOverUnits: [Site] {
    biases.filter { shape($0.place)[0] == shape($0.place)[1] }.map { use in
      Site(
        at: name(use.place),
        variation: .rule(use, .applied(.sum, .one("axis", .integer(1)), [.arriving])),
        deed: "the gradient is added up over the units",
        rule: "A bias is shared by the samples: its gradient is the sum over them.")
    }
  }

  /// The gradient of one sample alone, as it stands in the mean, or times their number.
  fileprivate var singleSamples: [Site] {
    let weights = productUses.filter { form($0.place) == .matrixProduct && isSample($0) }
    return weights.flatMap { use -> [Site] in
      let operand = other(use)
      guard shape(operand).rank == 2 else { return [] }
      // Rows of the left factor, columns of the right one.
      let axis = use.slot == 1 ? 0 : 1
      return samples(shape(operand)[axis], at: use.place) { sample, factor in
        let mask = Tensor(
          shape(operand).ones(only: sample, along: axis).map { $0 * factor },
          shape: shape(operand))
        return .reading(Use(use.place, 1 - use.slot), .leaf(operand) * .constant(mask))
      }
    }
      + biases.flatMap { use in
        samples(shape(use.place)[0], at: use.place) { sample, factor in
          let mask = Tensor(
            shape(use.place).ones(only: sample, along: 0).map { $0 * factor },
            shape: shape(use.place))
          return .rule(use, .arriving * .constant(mask))
        }
      }
  }

  private func samples(
    _ count: Int, at place: Int, _ variation: (Int, Double) -> Variation
  ) -> [Site] {
    guard (2...32).contains(count) else { return [] }
    return (0..<count).flatMap { sample in
      [1, Double(count)].map { factor in
        Site(
          at: name(place), details: [.named("sample", sample)],
          variation: variation(sample, factor), deed: "only one sample is counted",
          rule: "Every sample of the batch contributes to the gradient.")
      }
    }
  }

  /// δ·x for δ.
  fileprivate var biasesWithInput: [Site] {
    onPath(written).filter { form($0) == .arithmetic(.add) }.flatMap { place -> [Site] in
      pathSlots(place).filter { base(inputs(place)[$0]) == asked && isLeaf(asked) }
        .flatMap { slot -> [Site] in
          let product = base(inputs(place)[1 - slot])
          return summands(product).filter(isProduct).flatMap { product -> [Site] in
            inputs(product).filter { shape($0) == shape(asked) }.map { factor in
              Site(
                at: name(place), details: [.named("wrong", label(base(factor)))],
                variation: .rule(Use(place, slot), .arriving * .value(factor)),
                deed: "the gradient of the bias has the factor \(label(base(factor)))",
                rule: "The slope of \(name(place)) by its bias is 1.")
            }
          }
        }
    }
  }

  /// The terms of a sum that has no name of its own.
  func summands(_ place: Int) -> [Int] {
    guard symbol(place) == nil, form(place) == .arithmetic(.add) else { return [place] }
    return inputs(place).flatMap { summands(base($0)) }
  }
}

extension Recipe where Leaf == Int {
  /// With another working for what is at a place.
  func replacing(_ place: Int, by own: Recipe) -> Recipe {
    switch self {
    case .leaf(place): own
    case .leaf, .constant: self
    case .applied(let operation, let attributes, let inputs):
      .applied(operation, attributes, inputs.map { $0.replacing(place, by: own) })
    }
  }
}
