import Autograd
import Presentation
import Tensors

// Slips of which way a gradient goes, and of the run as a whole.

extension Structure {
  /// Uses of a quantity through which the gradient passes.
  fileprivate func usesOnPath(_ place: Int) -> [Use] {
    uses[place].filter { use in isOnPath(use.place) && use.place != asked }
  }

  /// Of several uses one kept; of three or more each dropped alone.
  var singlePaths: [Site] {
    places.filter { isOnPath($0) }.flatMap { place -> [Site] in
      let ways = usesOnPath(place)
      guard ways.count > 1 else { return [] }
      let what = label(base(place))
      let list = ways.map { name($0.place) }.reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }.joined(separator: ", ")
      let rule = "\(what) is used \(ways.count) times (\(list)); each use contributes."
      func site(_ key: String, _ way: Use, cutting cut: [Use]) -> Site {
        let through = name(way.place)
        return Site(
          at: what, details: [.named(key, through)], variation: .cut(cut),
          deed: key == "through"
            ? "only the way through \(through) is counted"
            : "the way through \(through) is missing",
          rule: rule)
      }
      let kept = ways.map { way in site("through", way, cutting: ways.filter { $0 != way }) }
      return ways.count < 3 ? kept : kept + ways.map { site("without", $0, cutting: [$0]) }
    }
  }

  /// A named quantity between treated as a constant.
  var constants: [Site] {
    named.filter { isOnPath($0) && $0 != asked && $0 != root }.map { place in
      Site(
        at: label(place), details: [.named("without", label(place))],
        variation: .cut(pathSlots(place).map { Use(place, $0) }),
        deed: "\(label(place)) is treated as a constant",
        rule: "\(label(place)) depends on \(label(asked)) as well.")
    }
  }

  /// The gradient of one output unit of a product alone.
  var singleUnits: [Site] {
    productUses.filter { form($0.place) == .matrixProduct }.flatMap { use -> [Site] in
      let operand = other(use)
      let matrix = shape(operand)
      guard matrix.rank == 2, !isSample(use) else { return [] }
      // Columns of the right factor, rows of the left one.
      let axis = use.slot == 0 ? 1 : 0
      guard (2...32).contains(matrix[axis]) else { return [] }
      return (0..<matrix[axis]).map { unit in
        let mask = Tensor(matrix.ones(only: unit, along: axis), shape: matrix)
        return Site(
          at: name(use.place), details: [.named("unit", unit)],
          variation: .reading(
            Use(use.place, 1 - use.slot), .leaf(operand) * .constant(mask)),
          deed: "only unit \(unit) of \(name(use.place)) is counted",
          rule: "Every unit of \(name(use.place)) depends on \(label(base(input(use)))).")
      }
    }
  }

  /// Whether the other factor of a product holds samples in its rows, so that to leave out one of
  /// them is to leave out a sample.
  func isSample(_ use: Use) -> Bool {
    let other = base(other(use))
    return isLeaf(base(input(use))) && (!isLeaf(other) || use.slot == 1)
  }

  // MARK: - Weights

  /// The rules read weights that have already made their step.
  var updatedWeights: [Site] {
    guard isGradient, let rate, rate.count == 1 else { return [] }
    var sites: [Site] = []
    for (weight, readings) in weightsOnPath {
      guard let run = try? replay.run(), let slope = try? run.gradients(by: [weight])[0] else {
        continue
      }
      let updated = Recipe<Int>.leaf(weight) - .constant(rate) * .constant(slope)
      var variation = Variation()
      for use in readings {
        let operand = inputs(use.place)[use.slot]
        variation.readings[use] = replaced(operand, base: weight, by: updated)
      }
      let name = label(weight)
      sites.append(
        Site(
          at: name, variation: variation,
          deed: "\(name) has already made its step",
          rule: "On the way back stands the \(name) of the forward pass, not the updated one.",
          group: ""))
    }
    return sites
  }

  private func replaced(_ place: Int, base: Int, by recipe: Recipe<Int>) -> Recipe<Int> {
    if place == base { return recipe }
    guard let operation = operation(place) else { return recipe }
    return .applied(
      operation, attributes(place), [replaced(inputs(place)[0], base: base, by: recipe)])
  }

  /// Leaves that the gradient is multiplied with on its way, other than the asked one, and where.
  private var weightsOnPath: [(weight: Int, readings: [Use])] {
    var found: [(weight: Int, readings: [Use])] = []
    for use in productUses {
      let operand = Use(use.place, 1 - use.slot)
      let weight = base(input(operand))
      guard isLeaf(weight), isGiven(weight), weight != asked, isWeight(weight, beside: input(use))
      else { continue }
      if let known = found.firstIndex(where: { $0.weight == weight }) {
        found[known].readings.append(operand)
      } else {
        found.append((weight, [operand]))
      }
    }
    return found
  }

  /// What is multiplied with something computed, or was differentiated by the student.
  private func isWeight(_ place: Int, beside other: Int) -> Bool {
    let variable = history.quantities[place]
    return !isLeaf(base(other)) || variable.isDifferentiated || variable.isParameter
  }
}

extension Shape {
  /// Ones at one index along an axis, zeros elsewhere.
  func ones(only index: Int, along axis: Int) -> [Double] {
    (0..<count).map { coordinates(of: $0)[axis] == index ? 1 : 0 }
  }
}
