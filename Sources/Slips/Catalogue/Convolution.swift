import Autograd
import Presentation
import Tensors

extension Slip {
  /// Slips of filters and windows.
  static let convolution: [Slip] = [
    Slip("kernel-flipped", .a, .forward) { net in
      net.convolutions.flatMap { net.flips($0) }
    },
    Slip("channels-not-summed", .b, .forward) { net in
      net.convolutions.flatMap { net.singleChannels($0) }
    },
    Slip("padding-ignored", .b, .forward) { net in
      net.otherWindows("padding", 0) { $0.padding > 0 }
    },
    Slip("stride-ignored", .b, .forward) { net in
      net.otherWindows("stride", 1) { $0.stride > 1 }
    },
    Slip("padding-edge", .b, .forward) { net in
      net.convolutions.compactMap { place in
        net.bordered(place, "the border is repeated", "The padding is zeros.") { size, padding in
          (-padding..<(size + padding)).map { min(max($0, 0), size - 1) }
        }
      }
    },
    Slip("window-shifted", .b, .forward) { net in
      net.convolutions.flatMap { place in
        [0, 1].compactMap { side in
          net.bordered(
            place, "the padding is all on one side", "The padding is the same on both sides."
          ) { size, padding in
            let start = side == 0 ? -2 * padding : 0
            return (start..<(start + size + 2 * padding)).map { (0..<size).contains($0) ? $0 : nil }
          }
        }
      }
    },
    Slip("kernel-unflipped-back", .b, .rule) { net in
      net.onPath(net.convolutions).filter { net.pathSlots($0).contains(0) }.map { place in
        Site(
          at: net.name(place),
          variation: .reading(Use(place, 1), net.turned(.leaf(net.inputs(place)[1]), of: place)),
          deed: "on the way back the turned kernel is used",
          rule: "Back to the image each gradient goes through the tap it came by.", group: "")
      }
    },
    Slip("kernel-gradient-turned", .b, .rule) { net in
      net.onPath(net.convolutions).filter { net.pathSlots($0).contains(1) }.map { place in
        Site(
          at: net.name(place),
          variation: .rule(
            Use(place, 1), .applied(.required("flip"), net.taps(place), [.usual])),
          deed: "the gradient of the kernel is turned",
          rule: "The gradient of a tap belongs where the tap is.", group: "")
      }
    },
    Slip("pooling-kind", .b, .forward) { net in net.otherPoolings },
    Slip("pool-gradient-shared", .b, .rule) { net in
      net.poolGradients(isMean: true, "the gradient is shared out over the window")
    },
    Slip("pool-gradient-to-all", .b, .rule) { net in
      net.poolGradients(isMean: false, "every element of the window gets the gradient")
    },
  ]
}

extension Structure {
  var convolutions: [Int] {
    written.filter { place in
      guard case .convolution? = form(place) else { return false }
      return history.quantities[place].slidesPlainly
    }
  }

  /// Over how many axes a convolution slides.
  private func dimensions(_ place: Int) -> Int {
    if case .convolution(let count)? = form(place) { count } else { 0 }
  }

  private func axes(_ axes: [Int]) -> Attributes { .one("axis", .integers(axes)) }

  /// The axes of a kernel's taps.
  fileprivate func taps(_ place: Int) -> Attributes {
    axes((1...max(1, dimensions(place))).map { -$0 })
  }

  fileprivate func turned(_ kernel: Recipe<Int>, of place: Int) -> Recipe<Int> {
    .applied(.required("flip"), taps(place), [kernel])
  }

  fileprivate func flips(_ place: Int) -> [Site] {
    let kernel = Recipe<Int>.leaf(inputs(place)[1])
    var ways = [("rot180", turned(kernel, of: place))]
    if dimensions(place) == 2 {
      ways += [
        ("left-right", .applied(.required("flip"), axes([-1]), [kernel])),
        ("up-down", .applied(.required("flip"), axes([-2]), [kernel])),
      ]
      let sizes = shape(inputs(place)[1]).array.suffix(2)
      if sizes.first == sizes.last { ways.append(("transposed", .transposed(kernel))) }
    }
    return ways.compactMap { how, recipe in
      guard let step = replay.recipe(of: place, replacing: [1: recipe]) else { return nil }
      let name = label(base(inputs(place)[1]))
      return Site(
        at: self.name(place), details: [.named("how", how)], variation: .step(place, step),
        deed: "the kernel \(name) is turned (\(how))",
        rule: "\(name) is laid on the image as it stands.", group: how)
    }
  }

  /// One channel of the image alone, or the average of all.
  fileprivate func singleChannels(_ place: Int) -> [Site] {
    let kernel = inputs(place)[1]
    let axis = shape(kernel).rank - dimensions(place) - 1
    guard axis >= 0, (2...16).contains(shape(kernel)[axis]) else { return [] }
    let count = shape(kernel)[axis]
    func site(_ channel: JSONValue, _ recipe: Recipe<Int>, _ deed: String) -> Site? {
      replay.recipe(of: place, replacing: [1: recipe]).map { step in
        Site(
          at: name(place), details: [.init("channel", channel)], variation: .step(place, step),
          deed: deed, rule: "All channels are added up.")
      }
    }
    let single = (0..<count).compactMap { channel in
      let mask = Tensor(shape(kernel).ones(only: channel, along: axis), shape: shape(kernel))
      return site(
        .int(channel), .leaf(kernel) * .constant(mask), "only channel \(channel) is counted")
    }
    let mean = site(
      .string("mean"), .leaf(kernel) / .number(Double(count)), "channels are averaged")
    return single + [mean].compactMap { $0 }
  }

  // MARK: - Settings

  fileprivate struct WindowSettings {
    let stride: Int
    let padding: Int
  }

  private func settings(_ place: Int) -> WindowSettings {
    let attributes = attributes(place)
    let window = attributes.integers("kernel_size")?.first ?? 1
    return WindowSettings(
      stride: attributes.integers("stride")?.max() ?? (purpose(place) == .pooling ? window : 1),
      padding: attributes.integers("padding")?.max() ?? 0)
  }

  fileprivate func otherWindows(
    _ setting: String, _ value: Int, where holds: (WindowSettings) -> Bool
  ) -> [Site] {
    let poolings = written.filter { purpose($0) == .pooling }
    return (convolutions + poolings).sorted().filter { holds(settings($0)) }.compactMap { place in
      guard let operation = operation(place) else { return nil }
      var other = attributes(place)
      other.values.removeAll { $0.name == setting }
      other.values.append((setting, .integer(value)))
      return Site(
        at: name(place),
        variation: .step(place, .applied(operation, other, inputs(place).map { .leaf($0) })),
        deed: "the \(setting) is ignored", rule: "\(name(place)) has a \(setting).", group: "")
    }
  }

  /// A convolution of an image with another border. `rows` tells for each row of the bordered image
  /// which one of the image it is; nil for zeros.
  fileprivate func bordered(
    _ place: Int, _ deed: String, _ rule: String, _ rows: (Int, Int) -> [Int?]
  ) -> Site? {
    let padding = settings(place).padding
    guard dimensions(place) == 2, padding > 0, let operation = operation(place) else { return nil }
    let image = inputs(place)[0]
    let sizes = shape(image).array.suffix(2)
    guard let height = sizes.first, let width = sizes.last else { return nil }
    let (down, across) = (rows(height, padding), rows(width, padding))
    let left = Recipe<Int>.constant(Self.selection(down, of: height))
    let right = Recipe<Int>.transposed(.constant(Self.selection(across, of: width)))
    let whole = Recipe<Int>.applied(
      .matmul, .none, [.applied(.matmul, .none, [left, .leaf(image)]), right])
    var attributes = attributes(place)
    attributes.values.removeAll { $0.name == "padding" }
    let others = inputs(place).dropFirst().map { Recipe<Int>.leaf($0) }
    return Site(
      at: name(place), variation: .step(place, .applied(operation, attributes, [whole] + others)),
      deed: deed, rule: rule)
  }

  /// A matrix that picks rows.
  private static func selection(_ rows: [Int?], of count: Int) -> Tensor {
    Tensor(
      rows.flatMap { row in (0..<count).map { $0 == row ? 1 : 0 } }, shape: [rows.count, count])
  }

  // MARK: - Pooling

  fileprivate var otherPoolings: [Site] {
    written.filter { purpose($0) == .pooling }.flatMap { place -> [Site] in
      guard let own = operation(place) else { return [] }
      let known = Set(own.parameters.map(\.name))
      return Operation.all { $0 == .pooling }.filter { other in
        other !== own && other.windowDimensions == own.windowDimensions
          && attributes(place).values.allSatisfy { attribute in
            !known.contains(attribute.name)
              || other.parameters.contains { $0.name == attribute.name }
          }
      }.map { other in
        Site(
          at: name(place), details: [.named("function", other.writtenName)],
          variation: .step(
            place, .applied(other, attributes(place), [.leaf(inputs(place)[0])])),
          deed: "\(other.writtenName) is taken at \(name(place))",
          rule: "\(name(place)) is \(own.writtenName).", group: other.name)
      }
    }
  }

  fileprivate func poolGradients(isMean: Bool, _ deed: String) -> [Site] {
    onPath(written).compactMap { place in
      guard form(place) == .extreme(.largest, ofWindow: true), purpose(place) == .pooling,
        let operation = operation(place), let spread = operation.spreading(isMean: isMean)
      else { return nil }
      var attributes = attributes(place)
      attributes.values.append(("shape", .integers(shape(inputs(place)[0]).array)))
      return Site(
        at: name(place),
        variation: .rule(Use(place, 0), .applied(spread, attributes, [.arriving])),
        deed: deed, rule: "All of it goes to the largest element of the window.", group: "")
    }
  }
}
