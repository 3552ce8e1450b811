import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of the chain rule: a factor, a path or an end of the chain.
  static let chain: [Slip] = [
    Slip("activation-slope-missing", .a, .rule) { net in
      net.activationsOnPath.map { place in
        let function = net.functionName(place)
        return Site(
          at: net.name(place), variation: .rule(Use(place, 0), .arriving),
          deed: "the slope of \(function) at \(net.name(place)) is left out",
          rule: "The step from \(net.name(place)) back to \(net.inner(place)) needs the slope of "
            + "\(function) there.",
          group: "")
      }
    },
    Slip("operand-swapped", .a, .rule) { net in
      net.productUses.flatMap { use in net.swaps(use) }
    },
    Slip("factor-missing", .a, .rule) { net in
      net.factorsLeftOutOfRules + net.factorsLeftOut
    },
    Slip("path-missing", .a, .rule) { net in
      net.singlePaths + net.constants + net.singleUnits
    },
    Slip("chain-stopped", .a, .answer) { net in
      guard net.isGradient else { return [] }
      return net.named.filter { net.isOnPath($0) && $0 != net.asked && $0 != net.root }
        .map { place in
          Site(
            at: net.label(place), variation: .finish(.leaf(.slope(of: place))),
            deed: "the chain ends at \(net.label(place))",
            rule: "This is how \(net.label(place)) changes; the loss depends on it through "
              + "further steps.")
        }
    },
    Slip("activation-slope-of-output", .a, .rule) { net in
      net.activationsOnPath.filter { net.operation($0)?.sampling.isSmooth == true }
        .compactMap { place in
          guard let operation = net.operation(place) else { return nil }
          var variation = Variation.reading(Use(place, 0), .leaf(place))
          variation.readResults[place] = .applied(operation, net.attributes(place), [.leaf(place)])
          let name = net.name(place)
          return Site(
            at: name, variation: variation,
            deed: "the slope of \(net.functionName(place)) is taken at \(name)",
            rule:
              "The slope is that at \(net.inner(place)); \(name) is what the function made of it.",
            group: "")
        }
    },
    Slip("transpose-missing", .a, .rule) { net in
      net.transposesMissingBack + net.transposesMissing
    },
    Slip("answer-transposed", .a, .answer) { net in
      guard net.inquiry.cells == nil, net.shape(net.asked).rank == 2 else { return [] }
      return [
        Site(
          at: net.inquiry.text, variation: .finish(.transposed(.answer)),
          deed: "rows and columns are exchanged",
          rule: "\(net.inquiry.text) has rows and columns as \(net.label(net.asked)) has them.")
      ]
    },
    Slip("weight-already-updated", .a, .procedure) { net in net.updatedWeights },
    Slip("activation-slope-wrong", .b, .rule) { net in
      net.activationsOnPath.flatMap { place -> [Site] in
        guard case .activation(let slopes)? = net.purpose(place) else { return [] }
        return slopes.enumerated().map { number, slope in
          let text = slope.written(for: net.name(place))
          return Site(
            at: net.name(place), details: [.named("formula", text)],
            variation: .rule(
              Use(place, 0), .arriving * .formula(slope, of: .value(place))),
            deed: "\(text) is taken for the slope of \(net.functionName(place)) at "
              + net.name(place),
            rule: "The slope of \(net.functionName(place)) is another one.",
            group: "\(net.functionName(place)) \(number)")
        }
      }
    },
    Slip("relu-mask-of-gradient", .b, .rule) { net in
      net.activationsOnPath.filter { net.purpose($0) == .activation(mistakenSlopes: []) }
        .map { place in
          let gate = Recipe<RuleLeaf>.applied(.greater, .none, [.arriving, .number(0)])
          return Site(
            at: net.name(place), variation: .rule(Use(place, 0), .arriving * gate),
            deed: "the gate at \(net.name(place)) goes by the sign of the gradient",
            rule: "The gate of \(net.functionName(place)) goes by the sign of \(net.inner(place)).",
            group: "")
        }
    },
  ]
}

extension Formula {
  /// With a name for the result y: `1 − h²`.
  fileprivate func written(for name: String) -> String {
    switch self {
    case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
    case .binary(.subtract, let a, let b): "\(a.written(for: name)) − \(b.written(for: name))"
    case .binary(.multiply, .symbol, .symbol): "\(name)²"
    case .binary(.multiply, let a, let b): "\(a.written(for: name))·(\(b.written(for: name)))"
    default: name
    }
  }
}

extension Structure {
  var activationsOnPath: [Int] { onPath(written).filter { purpose($0)?.isActivation == true } }

  /// σ, tanh, relu
  func functionName(_ place: Int) -> String { operation(place)?.writtenName ?? "" }

  /// What an activation was taken of: its name, or in words.
  func inner(_ place: Int) -> String {
    let input = base(inputs(place)[0])
    return symbol(input) ?? "what it was taken of"
  }

  // MARK: - Products

  /// Inputs of products through which the gradient passes; the other one is what it is multiplied with.
  var productUses: [Use] {
    onPath(written).filter(isProduct).flatMap { place in
      pathSlots(place).map { Use(place, $0) }
    }
  }

  func other(_ use: Use) -> Int { inputs(use.place)[1 - use.slot] }
  func input(_ use: Use) -> Int { inputs(use.place)[use.slot] }

  fileprivate func swaps(_ use: Use) -> [Site] {
    let (own, other) = (input(use), other(use))
    guard !isLiteral(other) else { return [] }
    let reading = Use(use.place, 1 - use.slot)
    func site(_ wrong: Int, _ recipe: Recipe<Int>) -> Site {
      let right = label(base(other))
      let by = label(base(own))
      return Site(
        at: name(use.place), details: [.named("wrong", label(wrong)), .named("right", right)],
        variation: .reading(reading, recipe),
        deed: "\(label(wrong)) stands where \(right) belongs",
        rule: "What \(by) is multiplied with in \(name(use.place)) is \(right).")
    }
    var sites = neighbors(base(other), isFar: true).filter { $0 != base(own) }
      .map { site($0, recipe(other, with: $0)) }
    if own != other, shape(own).count == shape(other).count {
      let itself = Recipe<Int>.leaf(own)
      sites.append(
        site(
          base(own), shape(own) == shape(other) ? itself : .reshaped(itself, to: shape(other))))
    }
    return sites
  }

  /// The other operand of a product read as ones.
  fileprivate var factorsLeftOutOfRules: [Site] {
    productUses.filter { !isLiteral(other($0)) }.map { use in
      let factor = label(base(other(use)))
      let ones = Tensor(repeating: 1, shape: shape(other(use)))
      return Site(
        at: name(use.place), details: [.named("factor", factor)],
        variation: .reading(Use(use.place, 1 - use.slot), .constant(ones)),
        deed: "the factor \(factor) is missing",
        rule: "On the way from \(name(use.place)) to \(label(base(input(use)))) "
          + "\(factor) is a factor.")
    }
  }

  /// An operand dropped from a product or quotient, values included.
  fileprivate var factorsLeftOut: [Site] {
    written.flatMap { place -> [Site] in
      guard let form = form(place) else { return [] }
      let slots: [Int]
      switch form {
      case .arithmetic(.multiply): slots = [0, 1]
      case .arithmetic(.divide): slots = [1]
      default: return []
      }
      return slots.compactMap { slot in
        let (dropped, kept) = (inputs(place)[slot], inputs(place)[1 - slot])
        guard isLeftOut(dropped, of: form), !isLiteral(kept) || form == .arithmetic(.divide) else {
          return nil
        }
        let factor = label(base(dropped))
        return Site(
          at: name(place), details: [.named("factor", factor)],
          variation: .step(place, .leaf(kept)), deed: "\(factor) is left out of \(name(place))",
          rule: "\(factor) is part of \(name(place)).")
      }
    }
  }

  /// A literal is not left out, but the 1/√d of attention is.
  private func isLeftOut(_ place: Int, of form: Form) -> Bool {
    !isLiteral(place) || purpose(place) == .root && form == .arithmetic(.divide)
  }

  // MARK: - Transposes

  /// A square operand of a matrix product.
  private func isSquareMatrix(_ place: Int) -> Bool {
    shape(place).rank == 2 && shape(place)[0] == shape(place)[1]
  }

  fileprivate var transposesMissingBack: [Site] {
    productUses.filter { form($0.place) == .matrixProduct && isSquareMatrix(other($0)) }
      .map { use in
        let operand = other(use)
        let right = label(base(operand))
        return Site(
          at: name(use.place), details: [.named("right", right + "ᵀ")],
          variation: .reading(Use(use.place, 1 - use.slot), .transposed(.leaf(operand))),
          deed: "on the way back \(right) is not transposed",
          rule: "Back through \(name(use.place)) goes the transpose of \(right).", group: "back")
      }
  }

  fileprivate var transposesMissing: [Site] {
    written.filter { form($0) == .matrixProduct }.flatMap { place -> [Site] in
      [0, 1].filter { isSquareMatrix(inputs(place)[$0]) }.map { slot in
        let operand = inputs(place)[slot]
        let right = label(operand)
        return Site(
          at: name(place), details: [.named("right", right)],
          variation: .step(
            place, self.replay.recipe(of: place, replacing: [slot: .transposed(.leaf(operand))])!),
          deed: "\(right) is transposed in \(name(place))",
          rule: "In \(name(place)) stands \(right), rows and columns as they are.",
          group: "forward \(slot)")
      }
    }
  }
}
