import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of reading and writing: a number copied wrongly, another quantity given.
  static let reading: [Slip] = [
    Slip("power-of-ten", .a, .answer) { net in
      (-6...6).filter { $0 != 0 }.map { power in
        Site(
          at: net.inquiry.text, details: [.named("power", power)],
          variation: .finish(.answer * .number(Double("1e\(power)") ?? 1)),
          deed: "the point stands elsewhere", rule: "Count the zeros.")
      }
    },
    Slip("entry-sign-flipped", .b, .forward) { net in
      net.places.filter(net.isGiven).flatMap { place -> [Site] in
        let tensor = net.value(place)
        guard tensor.count <= 256 else { return [] }
        return tensor.elements.indices.map { index in
          var elements = tensor.elements
          elements[index].negate()
          let entry = net.entry(place, index)
          return Site(
            at: net.label(place), details: [.named("index", index)],
            variation: Variation(
              place, Tensor(elements, shape: tensor.shape, dtype: tensor.dtype)),
            deed: "\(entry) is read with the other sign", rule: "Look at the sign of \(entry).")
        }
      }
    },
    Slip("other-element", .b, .answer) { net in
      guard let cells = net.inquiry.cells, cells.count == 1 else { return [] }
      let shape = net.shape(net.asked)
      guard shape.count <= 256 else { return [] }
      return (0..<shape.count).filter { $0 != cells[0] }.map { index in
        Site(
          at: net.inquiry.text, details: [.named("index", index)], cells: [index],
          deed: "another element is given",
          rule: "Rows come first, then columns, counted from 0.")
      }
    },
    Slip("other-quantity", .b, .answer) { net in
      net.named.filter { place in
        place != net.asked || net.isGradient
      }.filter { net.shape($0) == net.shape(net.asked) }.map { place in
        Site(
          at: net.label(place), variation: .finish(.leaf(.quantity(place))),
          deed: "the value of \(net.label(place)) is given",
          rule: "Asked is \(net.inquiry.text).")
      }
    },
    Slip("other-gradient", .b, .answer) { net in
      guard net.isGradient else { return [] }
      return net.named.filter { place in
        place != net.asked && place != net.root && net.shape(place) == net.shape(net.asked)
          && net.value(place).dtype.isReal
      }.map { place in
        let text = "the gradient by \(net.label(place))"
        return Site(
          at: net.label(place), variation: .finish(.leaf(.gradient(place))),
          deed: "\(text) is given", rule: "Asked is that by \(net.label(net.asked)).")
      }
    },
    Slip("input-swapped", .b, .forward) { net in
      net.written.flatMap { place in
        net.inputs(place).indices.flatMap { slot in net.inputSwaps(Use(place, slot)) }
      }
    },
  ]
}

extension Structure {
  /// `W[0, 1]`, or the name of a single number.
  func entry(_ place: Int, _ index: Int) -> String {
    let shape = shape(place)
    if shape.count == 1 { return label(place) }
    return label(place) + "["
      + shape.coordinates(of: index).map(String.init).joined(separator: ", ") + "]"
  }

  /// A step computed with a neighbor of one of its inputs.
  fileprivate func inputSwaps(_ use: Use) -> [Site] {
    let operand = input(use)
    let right = base(operand)
    guard symbol(right) != nil else { return [] }
    let isNumber = shape(right).count == 1
    return neighbors(right, isFar: !isNumber).filter { wrong in
      uses[right].count > 1 || !isActivationPair(wrong, right)
    }.compactMap { wrong in
      guard
        let recipe = replay.recipe(
          of: use.place, replacing: [use.slot: self.recipe(operand, with: wrong)])
      else { return nil }
      return Site(
        at: name(use.place),
        details: [.named("wrong", label(wrong)), .named("right", label(right))],
        variation: .step(use.place, recipe),
        deed: "\(name(use.place)) is computed with \(label(wrong))",
        rule: "In \(name(use.place)) stands \(label(right)).")
    }
  }

  /// One is the activation of the other: to take one for the other is to leave the activation out.
  private func isActivationPair(_ a: Int, _ b: Int) -> Bool {
    [(a, b), (b, a)].contains { outer, inner in
      purpose(outer)?.isActivation == true && base(inputs(outer)[0]) == inner
    }
  }
}
