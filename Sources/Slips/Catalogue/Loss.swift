import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of the loss and its first step back.
  static let loss: [Slip] = [
    Slip("sign-flipped", .a, .answer) { net in
      if case .update = net.inquiry.kind { return [] }
      return [
        Site(
          at: net.inquiry.text, variation: .finish(-.answer), deed: "the sign is the other one",
          rule: net.isGradient
            ? "Mind the sign of every inner derivative: that of y − ŷ by ŷ is −1."
            : "Mind the sign.")
      ]
    },
    Slip("half-missing", .a, .forward) { net in net.halvesLeftOut },
    Slip("two-missing", .a, .rule) { net in
      net.onPath(net.writtenOrLoss).filter(net.isSquare).map { place in
        Site(
          at: net.name(place), variation: .rule(Use(place, 0), .number(0.5) * .usual),
          deed: "the 2 of the derivative of the square is left out",
          rule: "∂(u²)/∂u = 2u.", group: "")
      }
    },
    Slip("mean-missing", .a, .forward) { net in
      net.writtenOrLoss.filter { net.purpose($0) == .mean && net.runLength($0) > 1 }.map { place in
        Site(
          at: net.name(place),
          variation: .step(
            place, .applied(.sum, net.reduction(place), [.leaf(net.inputs(place)[0])])),
          deed: "the losses are added up and not averaged",
          rule: "\(net.name(place)) is a mean: 1/n belongs to it.", group: "")
      }
    },
    Slip("mean-extra", .a, .forward) { net in
      net.writtenOrLoss.filter { net.purpose($0) == .sum }.flatMap {
        net.divided($0, isMean: false)
      }
    },
    Slip("mean-wrong-count", .a, .forward) { net in
      net.writtenOrLoss.filter { net.purpose($0) == .mean }.flatMap {
        net.divided($0, isMean: true)
      }
    },
    Slip("target-not-subtracted", .a, .forward) { net in
      net.targetsLeftOut + net.probabilitiesAlone
    },
    Slip("delta-shortcut-misused", .a, .rule) { net in net.misusedShortcuts },
    Slip("activation-slope-doubled", .a, .rule) { net in net.doubledSlopes },
    Slip("absolute-for-square", .b, .forward) { net in
      net.writtenOrLoss.filter(net.isSquare).map { place in
        Site(
          at: net.name(place),
          variation: .step(
            place, .applied(.required("abs"), .none, [.leaf(net.inputs(place)[0])])),
          deed: "the size is taken for the square",
          rule: "\(net.name(place)) squares the difference.", group: "")
      }
    },
    Slip("square-missing", .b, .forward) { net in
      net.writtenOrLoss.filter(net.isSquare).map { place in
        Site(
          at: net.name(place), variation: .step(place, .leaf(net.inputs(place)[0])),
          deed: "the square is left out", rule: "\(net.name(place)) squares it.", group: "")
      }
    },
    Slip("root-missing", .b, .forward) { net in
      net.written.filter { net.purpose($0) == .root }.map { place in
        Site(
          at: net.name(place), variation: .step(place, .leaf(net.inputs(place)[0])),
          deed: "the square root is left out", rule: "\(net.name(place)) takes the root.",
          group: "")
      }
    },
    Slip("log-base", .a, .forward) { net in net.otherBases },
    Slip("wrong-class", .b, .forward) { net in net.otherClasses },
  ]
}

extension Structure {
  /// How many elements each result of a reduction is made of.
  func runLength(_ place: Int) -> Int {
    shape(inputs(place)[0]).count / max(1, shape(place).count)
  }

  /// Axes of a reduction, for another one.
  func reduction(_ place: Int) -> Attributes {
    let attributes = attributes(place)
    return Attributes(
      attributes.values.filter { $0.name == "axis" || $0.name == "keepdims" })
  }

  fileprivate var halvesLeftOut: [Site] {
    writtenOrLoss.flatMap { place -> [Site] in
      let inputs = inputs(place)
      func isLiteral(_ slot: Int, _ value: Double) -> Bool {
        self.isLiteral(inputs[slot]) && self.value(inputs[slot]).elements == [value]
      }
      let kept: Int
      switch form(place) {
      case .arithmetic(.divide) where isLiteral(1, 2): kept = inputs[0]
      case .arithmetic(.multiply) where isLiteral(0, 0.5): kept = inputs[1]
      case .arithmetic(.multiply) where isLiteral(1, 0.5): kept = inputs[0]
      default: return []
      }
      return [
        Site(
          at: name(place), variation: .step(place, .leaf(kept)), deed: "the ½ is left out",
          rule: "\(name(place)) has a ½, which cancels the 2 of the square.", group: "")
      ]
    }
  }

  /// A total divided by another count than its own; a sum divided at all.
  fileprivate func divided(_ place: Int, isMean: Bool) -> [Site] {
    let length = runLength(place)
    guard length > 1 else { return [] }
    let sizes = shape(inputs(place)[0]).array.filter { $0 > 1 && $0 < length }
    let counts = Set(isMean ? sizes : sizes + [length]).sorted()
    let total = Recipe<Int>.applied(.sum, reduction(place), [.leaf(inputs(place)[0])])
    return counts.map { count in
      Site(
        at: name(place), details: [.named("count", count)],
        variation: .step(place, total / .number(Double(count))),
        deed: isMean
          ? "it is divided by another count than there are losses"
          : "it is averaged",
        rule: isMean ? "\(name(place)) is the mean over all of them." : "\(name(place)) adds up.")
    }
  }

  /// Differences with a target: a leaf on one side, something computed on the other, and then a
  /// square or a size.
  var differences: [(place: Int, target: Int)] {
    writtenOrLoss.compactMap { place in
      guard form(place) == .arithmetic(.subtract), leadsToSquare(place) else { return nil }
      let given = [0, 1].filter { isLeaf(base(inputs(place)[$0])) && !isLiteral(inputs(place)[$0]) }
      return given.count == 1 ? (place, given[0]) : nil
    }
  }

  private func leadsToSquare(_ place: Int) -> Bool {
    uses[place].contains { isSquare($0.place) || form($0.place) == .magnitude || isNorm($0.place) }
  }

  private func isNorm(_ place: Int) -> Bool {
    isProduct(place) && inputs(place).allSatisfy { $0 == inputs(place)[0] }
  }

  fileprivate var targetsLeftOut: [Site] {
    differences.map { place, slot in
      let kept = Recipe<Int>.leaf(inputs(place)[1 - slot])
      let target = label(base(inputs(place)[slot]))
      return Site(
        at: name(place), variation: .step(place, slot == 0 ? -kept : kept),
        deed: "\(target) is not subtracted",
        rule: "The loss looks at the difference with \(target).", group: "")
    }
  }

  /// Softmax whose logarithm is taken: p for p − t.
  private var logarithmsOfSoftmax: [Int] {
    onPath(writtenOrLoss).filter { form($0) == .probabilities && leadsToLogarithm($0) }
  }

  private func leadsToLogarithm(_ place: Int) -> Bool {
    uses[place].contains { use in
      purpose(use.place)?.isLogarithm == true
        || (form(use.place)?.isRearranging == true && leadsToLogarithm(use.place))
    }
  }

  fileprivate var probabilitiesAlone: [Site] {
    logarithmsOfSoftmax.map { place in
      Site(
        at: name(place),
        variation: .rule(Use(place, 0), .usual - .arriving * .value(place)),
        deed: "the target is not subtracted from the probabilities",
        rule: "Back through softmax and the logarithm comes p − t.", group: "softmax")
    }
  }

  fileprivate var misusedShortcuts: [Site] {
    onPath(written).filter { purpose($0)?.isActivation == true }.compactMap { place in
      guard
        let difference = differences.first(where: { difference in
          base(inputs(difference.place)[1 - difference.target]) == place
        })
      else { return nil }
      let target = inputs(difference.place)[difference.target]
      return Site(
        at: name(place),
        variation: .rule(Use(place, 0), .value(place) - .value(target)),
        deed: "\(name(place)) − \(label(base(target))) is taken for the gradient before "
          + functionName(place),
        rule:
          "That shortcut belongs to cross-entropy; here the slope of \(functionName(place)) is due."
      )
    }
  }

  fileprivate var doubledSlopes: [Site] {
    let one = Recipe<RuleLeaf>.number(1)
    let matched = onPath(written).filter { place in
      purpose(place)?.isActivation == true && form(place) == .squashing && leadsToLogarithm(place)
    }
    return (logarithmsOfSoftmax + matched).map { place in
      let p = Recipe<RuleLeaf>.value(place)
      return Site(
        at: name(place), variation: .rule(Use(place, 0), .usual * (p * (one - p))),
        deed: "the slope p·(1 − p) is multiplied in once more",
        rule: "Under cross-entropy the slope has cancelled already: what is left is p − t.")
    }
  }

  fileprivate var otherBases: [Site] {
    let bases = Operation.all { $0.isLogarithm }.compactMap { operation -> (Double, Operation)? in
      guard case .logarithm(let base?)? = operation.purpose else { return nil }
      return (base, operation)
    }
    return writtenOrLoss.filter { purpose($0) == .logarithm(base: nil) }.flatMap { place in
      bases.map { base, operation in
        Site(
          at: name(place), details: [.named("base", Int(base))],
          variation: .step(place, .applied(operation, .none, [.leaf(inputs(place)[0])])),
          deed: "the logarithm to base \(Int(base)) is taken",
          rule: "log is the natural logarithm.", group: "\(base)")
      }
    }
  }

  /// −log of another class, in one sample.
  fileprivate var otherClasses: [Site] {
    writtenOrLoss.flatMap { place -> [Site] in
      if form(place) == .picking { return otherPicks(place) }
      return otherLabels(place)
    }
  }

  private func otherPicks(_ place: Int) -> [Site] {
    guard case .index(let items) = attributes(place)["items"], case .at(let right)? = items.last,
      items.count == shape(inputs(place)[0]).rank
    else { return [] }
    let size = shape(inputs(place)[0])[items.count - 1]
    guard size <= 32,
      uses[place].contains(where: { purpose($0.place)?.isLogarithm == true })
        || purpose(inputs(place)[0])?.isLogarithm == true
    else { return [] }
    let own = right < 0 ? right + size : right
    return (0..<size).filter { $0 != own }.map { wrong in
      let other = Attributes.one("items", .index(items.dropLast() + [.at(wrong)]))
      return wrongClass(
        place, wrong, own, .applied(.index, other, [.leaf(inputs(place)[0])]))
    }
  }

  /// Zeros and ones that pick the logarithm of one class of each sample.
  private func otherLabels(_ place: Int) -> [Site] {
    guard form(place) == .arithmetic(.multiply),
      let slot = [0, 1].first(where: { isLeaf(inputs(place)[$0]) }),
      purpose(inputs(place)[1 - slot])?.isLogarithm == true,
      let width = shape(inputs(place)[slot]).array.last, (2...32).contains(width)
    else { return [] }
    let labels = value(inputs(place)[slot])
    let elements = labels.elements
    guard elements.count <= 256, elements.allSatisfy({ $0 == 0 || $0 == 1 }) else { return [] }
    return stride(from: 0, to: elements.count, by: width).flatMap { start -> [Site] in
      guard let own = (0..<width).first(where: { elements[start + $0] == 1 }) else { return [] }
      return (0..<width).filter { $0 != own }.map { wrong in
        var other = elements
        other[start + own] = 0
        other[start + wrong] = 1
        let recipe = replay.recipe(
          of: place, replacing: [slot: .constant(Tensor(other, shape: labels.shape))])
        return wrongClass(place, wrong, own, recipe!)
      }
    }
  }

  private func wrongClass(_ place: Int, _ wrong: Int, _ right: Int, _ recipe: Recipe<Int>) -> Site {
    Site(
      at: name(place), details: [.named("wrong", wrong), .named("right", right)],
      variation: .step(place, recipe), deed: "another class is taken for the right one",
      rule: "Classes are counted from 0.")
  }
}
