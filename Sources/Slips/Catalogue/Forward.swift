import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips on the way forward: a step left out, or another one taken.
  static let forward: [Slip] = [
    Slip("bias-missing", .a, .forward) { net in
      net.addends.filter { net.isBias($0) }.map { net.leftOut($0, group: "") }
    },
    Slip("activation-missing", .a, .forward) { net in
      net.activations.map { place in
        Site(
          at: net.name(place), variation: .step(place, .leaf(net.inputs(place)[0])),
          deed: "\(net.functionName(place)) is left out of \(net.name(place))",
          rule: "\(net.name(place)) takes \(net.functionName(place)).", group: "")
      }
    },
    Slip("activation-wrong", .b, .forward) { net in
      net.activations.flatMap { place in
        net.otherFunctions(place).map { other in
          Site(
            at: net.name(place), details: [.named("function", other.writtenName)],
            variation: .step(place, .applied(other, .none, [.leaf(net.inputs(place)[0])])),
            deed: "\(other.writtenName) is taken at \(net.name(place))",
            rule: "\(net.name(place)) takes \(net.functionName(place)).",
            group: other.name)
        }
      }
    },
    Slip("exponent-sign", .a, .forward) { net in
      net.writtenOrLoss.filter { place in
        net.form(place) == .squashing || net.form(place) == .probabilities
          || net.purpose(place) == .exponential
      }.compactMap { place in
        guard
          let recipe = net.replay.recipe(
            of: place, replacing: [0: -.leaf(net.inputs(place)[0])])
        else { return nil }
        return Site(
          at: net.name(place), variation: .step(place, recipe),
          deed: "the exponent in \(net.name(place)) has the other sign",
          rule: "Mind the sign of the exponent in \(net.functionName(place)).", group: "")
      }
    },
    Slip("term-missing", .b, .forward) { net in
      net.addends.filter { !net.isBias($0) }.map { net.leftOut($0, group: nil) }
        + net.innerTerms
    },
    Slip("term-sign-flipped", .b, .forward) { net in net.flippedTerms },
    Slip("complement-missing", .b, .forward) { net in
      net.steps.filter { place in
        net.form(place) == .arithmetic(.subtract) && net.isLiteral(net.inputs(place)[0])
          && net.value(net.inputs(place)[0]).elements == [1]
      }.map { place in
        let x = net.label(net.base(net.inputs(place)[1]))
        return Site(
          at: net.name(place), variation: .step(place, .leaf(net.inputs(place)[1])),
          deed: "\(x) stands where 1 − \(x) belongs", rule: "It is 1 − \(x) there.")
      }
    },
    Slip("ratio-inverted", .b, .forward) { net in
      net.written.filter { place in
        net.form(place) == .arithmetic(.divide) && !net.isLiteral(net.inputs(place)[1])
      }.map { place in
        let (a, b) = (net.inputs(place)[0], net.inputs(place)[1])
        return Site(
          at: net.name(place), variation: .step(place, .leaf(b) / .leaf(a)),
          deed: "the ratio is turned over", rule: "Divided is by \(net.label(net.base(b))).")
      }
    },
    Slip("elementwise-for-matmul", .b, .forward) { net in
      net.written.filter { place in
        let shapes = net.inputs(place).map(net.shape)
        return net.form(place) == .matrixProduct && shapes[0].rank == 2 && shapes[0] == shapes[1]
          && shapes[0][0] == shapes[0][1]
      }.map { place in
        Site(
          at: net.name(place),
          variation: .step(place, .leaf(net.inputs(place)[0]) * .leaf(net.inputs(place)[1])),
          deed: "elements are multiplied one by one in \(net.name(place))",
          rule: "\(net.name(place)) multiplies matrices: rows by columns.", group: "")
      }
    },
    Slip("initial-state-missing", .b, .forward) { net in
      net.named.filter { net.isLeaf($0) && net.isInitial($0) }.map { place in
        Site(
          at: net.label(place),
          variation: Variation(place, Tensor(repeating: 0, shape: net.shape(place))),
          deed: "\(net.label(place)) is taken for 0", rule: "\(net.label(place)) is given.")
      }
    },
  ]
}

extension Structure {
  var activations: [Int] { writtenOrLoss.filter { purpose($0)?.isActivation == true } }

  /// Activations of the catalogue that a textbook names, other than a step's own; e^z for σ.
  fileprivate func otherFunctions(_ place: Int) -> [Operation] {
    let own = operation(place)
    return Operation.all { purpose in
      purpose.isActivation || purpose == .exponential && form(place) == .squashing
    }.filter { $0 !== own }
  }

  // MARK: - Sums

  /// Operands of sums, of steps that the author wrote; literals are none.
  fileprivate var addends: [Use] {
    places.filter { !isLeaf($0) }.flatMap { place -> [Use] in
      switch form(place) {
      case .arithmetic(.add): return [0, 1].map { Use(place, $0) }
      case .arithmetic(.subtract):
        // The target of a difference has a slip of its own.
        if differences.contains(where: { $0.place == place }) { return [] }
        return [0, 1].map { Use(place, $0) }
      default: return []
      }
    }.filter { use in !isLiteral(input(use)) && !isComplement(use.place) }
  }

  private func isComplement(_ place: Int) -> Bool {
    form(place) == .arithmetic(.subtract) && isLiteral(inputs(place)[0])
  }

  /// A leaf that is added: a bias by its name, or the bias of a layer.
  fileprivate func isBias(_ use: Use) -> Bool {
    let place = base(input(use))
    guard isLeaf(place), form(use.place) == .arithmetic(.add) else { return false }
    let name = (symbol(place) ?? "").lowercased()
    if name.hasPrefix("b") || name.hasPrefix("β") || name.contains("bias") { return true }
    return summands(base(inputs(use.place)[1 - use.slot])).allSatisfy { partner in
      if case .convolution? = form(partner) { true } else { isProduct(partner) }
    }
  }

  fileprivate func leftOut(_ use: Use, group: String?) -> Site {
    let kept = Recipe<Int>.leaf(inputs(use.place)[1 - use.slot])
    let term = label(base(input(use)))
    let isNegative = form(use.place) == .arithmetic(.subtract) && use.slot == 0
    return Site(
      at: name(use.place), details: [.named("term", term)],
      variation: .step(use.place, spread(isNegative ? -kept : kept, use)),
      deed: "\(term) is left out of \(name(use.place))",
      rule: "\(term) is a term of \(name(use.place)).", group: group)
  }

  /// In the shape of the sum, where what is left is smaller.
  private func spread(_ recipe: Recipe<Int>, _ use: Use) -> Recipe<Int> {
    if shape(inputs(use.place)[1 - use.slot]) == shape(use.place) { return recipe }
    return recipe + .constant(Tensor(repeating: 0, shape: shape(use.place)))
  }

  /// One product of a dot product left out, in all rows.
  fileprivate var innerTerms: [Site] {
    written.filter { form($0) == .matrixProduct }.flatMap { place -> [Site] in
      let left = inputs(place)[0]
      guard let size = shape(left).array.last, (2...32).contains(size) else { return [] }
      return (0..<size).map { inner in
        let mask = shape(left).ones(only: inner, along: shape(left).rank - 1).map { 1 - $0 }
        let kept = Recipe<Int>.leaf(left) * .constant(Tensor(mask, shape: shape(left)))
        return Site(
          at: name(place), details: [.named("inner", inner)],
          variation: .step(place, replay.recipe(of: place, replacing: [0: kept])!),
          deed: "one product of each sum in \(name(place)) is left out",
          rule: "\(name(place)) adds \(size) products.")
      }
    }
  }

  fileprivate var flippedTerms: [Site] {
    written.compactMap { place in
      let flipped: Operation
      switch form(place) {
      case .arithmetic(.add): flipped = .subtract
      case .arithmetic(.subtract): flipped = .add
      default: return nil
      }
      let second = inputs(place)[1]
      guard !isLeaf(base(second)) else { return nil }
      return Site(
        at: name(place),
        variation: .step(
          place, .applied(flipped, .none, inputs(place).map { .leaf($0) })),
        deed: "\(label(base(second))) has the other sign in \(name(place))",
        rule: "Mind the sign of \(label(base(second))).")
    }
  }

  /// `h0`, `c₀`: a name that ends in 0, the first of its kind.
  fileprivate func isInitial(_ place: Int) -> Bool {
    guard let name = symbol(place), name.count > 1 else { return false }
    return name.hasSuffix("0") || name.hasSuffix("₀") || name.hasSuffix("⁽⁰⁾")
  }
}
