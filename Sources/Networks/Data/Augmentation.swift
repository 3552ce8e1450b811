import Autograd
import Glibc
import Tensors

/// A change of images after which they still show the same, declared once. Images are [rows,
/// columns], [channels, rows, columns], or [images, channels, rows, columns], where every image is
/// changed in its own way; the channels of an image move together.
package struct Augmentation: Declaration {
  /// What one image becomes: where each pixel comes from, and what is added to each channel.
  struct Change {
    var rows: Int
    var columns: Int
    /// Nil for a pixel from outside the image, which is 0.
    var source: (_ row: Int, _ column: Int) -> (row: Int, column: Int)? = { ($0, $1) }
    var added: [Double] = []
  }

  struct Image {
    let channels: Int
    let rows: Int
    let columns: Int

    var unchanged: Change { Change(rows: rows, columns: columns) }
  }

  package let description: Description
  /// Whether numbers are drawn.
  package let isRandom: Bool
  private let change: @Sendable (Image, Attributes, inout SplitMix64) throws(TensorError) -> Change

  init(
    _ name: String, _ summary: String, notes: Notes = "", _ parameters: [Parameter],
    examples: [Example], isRandom: Bool = true,
    change: @escaping @Sendable (Image, Attributes, inout SplitMix64) throws(TensorError) -> Change
  ) {
    description = Description(name, summary, notes: notes, parameters, examples: examples)
    self.isRandom = isRandom
    self.change = change
  }

  /// The changed images; gradients reach the pixels they were made of.
  package func callAsFunction(
    _ images: Variable, _ attributes: Attributes = .none, generator: inout SplitMix64
  ) throws -> Variable {
    let settings = try attributes.completed(by: parameters)
    let shape = images.shape
    guard shape.rank >= 2 else {
      throw TensorError.rank(of: "an image", expected: "2 or more", found: shape)
    }
    let count = shape.rank >= 4 ? shape[0] : 1
    let (rows, columns) = (shape[shape.rank - 2], shape[shape.rank - 1])
    let leading = Array(shape.array.dropLast(2))
    let image = Image(
      channels: leading.dropFirst(shape.rank >= 4 ? 1 : 0).reduce(1, *), rows: rows,
      columns: columns)
    var result = Assembly(outside: shape.count)
    var size = (rows, columns)
    for number in 0..<count {
      let change = try change(image, settings, &generator)
      size = (change.rows, change.columns)
      result.append(change, of: image, at: number * image.channels * rows * columns)
    }
    return try result.images(from: images, shape: leading + [size.0, size.1])
  }
}

/// The pixels of changed images: their places in the given ones, and what is added.
private struct Assembly {
  /// The place that stands for a pixel outside.
  let outside: Int
  var places: [Double] = []
  var added: [Double] = []

  init(outside: Int) { self.outside = outside }

  mutating func append(_ change: Augmentation.Change, of image: Augmentation.Image, at start: Int) {
    for channel in 0..<image.channels {
      let first = start + channel * image.rows * image.columns
      for row in 0..<change.rows {
        for column in 0..<change.columns {
          let source = change.source(row, column)
          places.append(
            Double(source.map { first + $0.row * image.columns + $0.column } ?? outside))
          added.append(channel < change.added.count ? change.added[channel] : 0)
        }
      }
    }
  }

  func images(from given: Variable, shape: [Int]) throws -> Variable {
    let shape = try Shape(checking: shape)
    let flat = try Operation.reshape(given, .one("shape", .integers([-1])))
    let zero = Variable(Tensor([0], dtype: given.value.dtype), literal: true)
    let pixels = try Operation.required("concat")([flat, zero], .none)
    let picked = try Operation.take(
      pixels, Variable(Tensor(places, shape: shape, dtype: .int64), literal: true))
    guard added.contains(where: { $0 != 0 }) else { return picked }
    return try Operation.add(picked, Variable(Tensor(added, shape: shape), literal: true))
  }
}

// MARK: - Declarations

extension Augmentation {
  private static let several: Notes =
    "Of a batch [images, channels, rows, columns] every image is drawn for on its own."

  private static func number(_ name: String, _ summary: String) -> Parameter {
    Parameter(name, .real, summary)
  }

  package static let standard: [Augmentation] = [
    Augmentation(
      "shift", "Moves images down and to the right; what comes in is 0.",
      [
        Parameter("down", .integer, "rows down, negative for up"),
        Parameter("right", .integer, default: .integer(0), "columns to the right"),
      ],
      examples: ["shift([1, 2; 3, 4], 0, 1)  # [0, 1; 0, 3]"], isRandom: false
    ) { image, settings, _ in
      image.moved(down: settings.integer("down"), right: settings.integer("right"))
    },
    Augmentation(
      "rotate", "Turns images around their center, counter-clockwise; what comes in is 0.",
      notes: "Every pixel is the nearest one of the image, as torchvision's default; sizes stay.",
      [number("degrees", "the angle")],
      examples: [
        "rotate([1, 2; 3, 4], 90)  # [2, 4; 1, 3]", "rotate([1, 2; 3, 4], 180)  # [4, 3; 2, 1]",
      ],
      isRandom: false
    ) { image, settings, _ throws(TensorError) in
      try image.turned(by: settings.real("degrees"))
    },
    Augmentation(
      "random_flip", "Mirrors images left to right, or along another axis, with probability p.",
      notes: several,
      [
        Parameter("p", .real, default: .real(0.5), "how likely"),
        Parameter(
          "axis", .integer, default: .integer(-1), "-1 for left to right, -2 for upside down"),
      ],
      examples: ["random_flip([1, 2; 3, 4], p=1)  # [2, 1; 4, 3]"]
    ) { image, settings, generator throws(TensorError) in
      let axis = settings.integer("axis")
      guard axis == -1 || axis == -2 else {
        throw .argument("axis", found: "\(axis)", expected: "-1 or -2")
      }
      guard generator.unit() < settings.real("p") else { return image.unchanged }
      var change = image.unchanged
      change.source = { row, column in
        axis == -1 ? (row, image.columns - 1 - column) : (image.rows - 1 - row, column)
      }
      return change
    },
    Augmentation(
      "random_crop", "Cuts a window out of images at a random place.",
      notes: several + "Zeros may be put around the image first.",
      [
        Parameter("size", .integers, "rows and columns of the window, or one number for both"),
        Parameter("padding", .integer, default: .integer(0), "zeros put on each side"),
      ],
      examples: ["random_crop(ones(3, 8, 8), 6).shape  # (3, 6, 6)"]
    ) { image, settings, generator throws(TensorError) in
      let size = settings.integers("size") ?? []
      let padding = settings.integer("padding")
      guard (1...2).contains(size.count), let rows = size.first, let columns = size.last else {
        throw .argument("size", found: "\(size)", expected: "one or two whole numbers")
      }
      guard padding >= 0, padding < 1 << 20 else {
        throw .argument("padding", found: "\(padding)", expected: "a whole number from 0")
      }
      let room = (rows: image.rows + 2 * padding, columns: image.columns + 2 * padding)
      guard rows > 0, columns > 0, rows <= room.rows, columns <= room.columns else {
        throw .argument(
          "size", found: "\(rows)×\(columns)",
          expected: "from 1×1 to \(room.rows)×\(room.columns)")
      }
      var change = image.moved(
        down: padding - generator.integer(below: room.rows - rows + 1),
        right: padding - generator.integer(below: room.columns - columns + 1))
      (change.rows, change.columns) = (rows, columns)
      return change
    },
    Augmentation(
      "random_shift", "Moves images by up to some pixels in each direction; what comes in is 0.",
      notes: several, [Parameter("pixels", .integer, "the farthest move")],
      examples: ["random_shift(ones(2, 2), 0)  # [1, 1; 1, 1]"]
    ) { image, settings, generator throws(TensorError) in
      let most = settings.integer("pixels")
      guard most >= 0, most < 1 << 20 else {
        throw .argument("pixels", found: "\(most)", expected: "a whole number from 0")
      }
      return image.moved(
        down: generator.integer(below: 2 * most + 1) - most,
        right: generator.integer(below: 2 * most + 1) - most)
    },
    Augmentation(
      "random_intensity", "Adds to each channel of images a number between −amount and amount.",
      notes: several, [number("amount", "the largest change")],
      examples: ["abs(random_intensity(zeros(3, 1, 1), 5)) <= 5  # [True; True; True][:, None]"]
    ) { image, settings, generator in
      var change = image.unchanged
      change.added = generator.uniform(settings.real("amount"), count: image.channels)
      return change
    },
    Augmentation(
      "random_rotation", "Turns images by an angle between −degrees and degrees, as rotate does.",
      notes: several, [number("degrees", "the largest angle")],
      examples: ["random_rotation([1, 2; 3, 4], 0)  # [1, 2; 3, 4]"]
    ) { image, settings, generator throws(TensorError) in
      try image.turned(by: (2 * generator.unit() - 1) * settings.real("degrees"))
    },
  ]
}

extension Augmentation.Image {
  fileprivate func pixel(_ row: Int, _ column: Int) -> (row: Int, column: Int)? {
    row >= 0 && row < rows && column >= 0 && column < columns ? (row, column) : nil
  }

  fileprivate func moved(down: Int, right: Int) -> Augmentation.Change {
    var change = unchanged
    // A move so far that the difference wraps around ends outside the image all the same.
    change.source = { pixel($0 &- down, $1 &- right) }
    return change
  }

  fileprivate func turned(by degrees: Double) throws(TensorError) -> Augmentation.Change {
    guard degrees.isFinite else {
      throw .argument("degrees", found: "\(degrees)", expected: "a finite number")
    }
    let angle = degrees.truncatingRemainder(dividingBy: 360) * Double.pi / 180
    let (c, s) = (cos(angle), sin(angle))
    let (middle, center) = (Double(rows - 1) / 2, Double(columns - 1) / 2)
    var change = unchanged
    change.source = { row, column in
      let (y, x) = (Double(row) - middle, Double(column) - center)
      return pixel(
        Int((c * y + s * x + middle).rounded()), Int((c * x - s * y + center).rounded()))
    }
    return change
  }
}
