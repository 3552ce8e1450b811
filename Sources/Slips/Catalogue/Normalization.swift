import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of normalization.
  static let normalization: [Slip] = [
    Slip("ddof-wrong", .b, .forward) { net in net.otherDivisors },
    Slip("epsilon-missing", .b, .forward) { net in
      net.epsilons.map { use in
        let epsilon = net.label(net.base(net.input(use)))
        return Site(
          at: net.name(use.place),
          variation: .step(use.place, .leaf(net.inputs(use.place)[1 - use.slot])),
          deed: "\(epsilon) is left out", rule: "\(epsilon) is part of \(net.name(use.place)).")
      }
    },
    Slip("epsilon-misplaced", .b, .forward) { net in net.epsilonsElsewhere },
  ]
}

extension Structure {
  /// What a total is over: the squares of the distances from a mean.
  private func isSpread(_ place: Int) -> Bool {
    guard isSquare(place) else { return false }
    let distance = inputs(place)[0]
    guard form(distance) == .arithmetic(.subtract) else { return false }
    return purpose(base(inputs(distance)[1])) == .mean
  }

  /// n − 1 for n in a variance, and back.
  fileprivate var otherDivisors: [Site] {
    steps.compactMap { place in
      let length: Int
      let total: Recipe<Int>
      let divisor: Int
      if purpose(place) == .mean, isSpread(inputs(place)[0]) {
        length = runLength(place)
        total = .applied(.sum, reduction(place), [.leaf(inputs(place)[0])])
        divisor = length - 1
      } else if form(place) == .arithmetic(.divide), case let sum = inputs(place)[0],
        purpose(sum) == .sum, isSpread(inputs(sum)[0]), isLiteral(inputs(place)[1])
      {
        length = runLength(sum)
        total = .leaf(sum)
        divisor = value(inputs(place)[1]).elements == [Double(length)] ? length - 1 : length
      } else {
        return nil
      }
      guard length > 1 else { return nil }
      let isOneLess = divisor < length
      return Site(
        at: name(place), variation: .step(place, total / .number(Double(divisor))),
        deed: isOneLess ? "it is divided by n − 1" : "it is divided by n",
        rule: "Here the divisor is \(isOneLess ? "n" : "n − 1"); programs differ in this.",
        group: "")
    }
  }

  /// Small numbers that are added so that nothing is divided by 0.
  fileprivate var epsilons: [Use] {
    steps.filter { form($0) == .arithmetic(.add) }.flatMap { place in
      [0, 1].filter { isEpsilon(inputs(place)[$0]) && !isEpsilon(inputs(place)[1 - $0]) }
        .map { Use(place, $0) }
    }
  }

  private func isEpsilon(_ place: Int) -> Bool {
    guard shape(place).count == 1 else { return false }
    if let name = symbol(base(place))?.lowercased() {
      return isLeaf(base(place)) && (name.hasPrefix("ε") || name.hasPrefix("eps"))
    }
    return isLiteral(place) && (0...0.01).contains(value(place).elements[0])
      && value(place).elements[0] > 0
  }

  /// √v + ε for √(v + ε), and back.
  fileprivate var epsilonsElsewhere: [Site] {
    epsilons.flatMap { use -> [Site] in
      let (epsilon, rest) = (inputs(use.place)[use.slot], inputs(use.place)[1 - use.slot])
      let name = label(base(epsilon))
      func site(_ place: Int, _ recipe: Recipe<Int>, _ deed: String) -> Site {
        Site(
          at: self.name(place), variation: .step(place, recipe), deed: deed,
          rule: "Mind where \(name) stands in \(self.name(place)).")
      }
      let roots = uses[use.place].filter { purpose($0.place) == .root }
      var sites = roots.compactMap { root -> Site? in
        operation(root.place).map { operation in
          site(
            root.place, .applied(operation, .none, [.leaf(rest)]) + .leaf(epsilon),
            "\(name) is added behind the root")
        }
      }
      if purpose(rest) == .root, let operation = operation(rest) {
        let under = Recipe<Int>.leaf(inputs(rest)[0]) + .leaf(epsilon)
        sites.append(
          site(
            use.place, .applied(operation, .none, [under]), "\(name) is added under the root"))
      }
      return sites
    }
  }
}
