import Autograd
import Glibc
import Tensors

/// A set of examples that can be made on the spot, declared once.
package struct Dataset: Declaration {
  package let description: Description
  private let make: @Sendable (_ values: Attributes, _ count: Int, inout SplitMix64) -> LabeledData

  init(
    _ name: String, aliases: [String] = [], _ summary: String, notes: Notes = "",
    _ parameters: [Parameter] = [], examples: [Example],
    make: @escaping @Sendable (Attributes, Int, inout SplitMix64) -> LabeledData
  ) {
    description = Description(
      name, aliases: aliases, summary, notes: notes, parameters, examples: examples)
    self.make = make
  }

  /// The examples. Parameters that are not given take their defaults.
  package func callAsFunction(_ attributes: Attributes = .none) throws(TensorError) -> LabeledData {
    let settings = try attributes.completed(by: parameters)
    for parameter in parameters where parameter.name != "seed" {
      let value = settings.real(parameter.name)
      let limit = parameter.name == "length" ? 16.0 : 1e6
      guard value >= 0, value <= limit else {
        throw .argument(parameter.name, found: "\(value)", expected: "from 0 to \(Int(limit))")
      }
    }
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(settings.integer("seed"))))
    return make(settings, settings.integer("n"), &generator)
  }
}

extension Dataset {
  private static func count(_ value: Int) -> Parameter {
    Parameter("n", .integer, default: .integer(value), "examples")
  }
  private static func seed(_ value: Int) -> Parameter {
    Parameter("seed", .integer, default: .integer(value), "seed of the random numbers")
  }
  private static let noise = Parameter(
    "noise", .real, default: .real(0), "standard deviation added to each number")

  static let digits = Dataset(
    "digits", "Images of 12×12 pixels of the ten digits, each shifted at random, with noise.",
    [
      count(200),
      Parameter("noise", .real, default: .real(0.1), "standard deviation of the noise"),
      seed(1),
    ],
    examples: ["digits_data(20)[0].shape  # (20, 1, 12, 12)"]
  ) { values, count, generator in
    var (rows, labels): ([[Double]], [Int]) = ([], [])
    for index in 0..<count {
      let (down, right) = (generator.integer(below: 6), generator.integer(below: 8))
      var image = [Double](repeating: 0, count: 144)
      for (row, line) in DigitFont.lines(of: index % 10).enumerated() {
        for column in 0..<5 where line >> (4 - column) & 1 == 1 {
          image[(row + down) * 12 + column + right] = 1
        }
      }
      rows.append(jittered(image, values, &generator))
      labels.append(index % 10)
    }
    return LabeledData(rows, labels: labels, classes: 10, exampleShape: [1, 12, 12])
  }

  package static let standard: [Dataset] = [
    Dataset(
      "problem1", "Two features: class 0 (c1) where f1 > f2, else 1.",
      examples: ["problem1_data()[1]  # [1, 0, 0, 1, 1, 0, 1, 0]"]
    ) { _, _, _ in
      LabeledData(
        [[1, 2], [4, 2], [3, 1], [1, 3], [-1, 1], [2, -2], [0, 1], [-2, -3]],
        labels: [1, 0, 0, 1, 1, 0, 1, 0], classes: 2)
    },
    Dataset(
      "problem2", "Three features: class 0 (c1) where f1 > f2 + f3, else 1.",
      examples: ["problem2_data()[0][0]  # [4, 2, 3]"]
    ) { _, _, _ in
      LabeledData(
        [[4, 2, 3], [2, 1, -3], [-2, -1, -3], [3, 1, 7], [-3, 1, 0], [3, 1, 1]],
        labels: [1, 0, 0, 1, 1, 0], classes: 2)
    },
    Dataset(
      "problem3", aliases: ["xor"],
      "Four points with two features: class 0 (c1) where both have the same sign, else 1.",
      notes: "With signs for bits, class 1 is their exclusive or: no line separates the classes.",
      examples: ["xor_data()[1]  # [1, 0, 0, 1]"]
    ) { _, _, _ in .xor },
    Dataset(
      "documents", "Whole numbers from −10 to 10 in three features: c1 where f1 > f2 + f3.",
      [count(100), seed(410)], examples: ["documents_data(5)[1]  # [1, 0, 1, 1, 1]"]
    ) { _, count, generator in
      let rows = (0..<count).map { _ in
        (0..<3).map { _ in Double(generator.integer(below: 21) - 10) }
      }
      return LabeledData(rows, labels: rows.map { $0[0] > $0[1] + $0[2] ? 0 : 1 }, classes: 2)
    },
    Dataset(
      "quadrants", "Points of the square from −1 to 1: c1 where both numbers have the same sign.",
      [count(200), seed(11)], examples: ["quadrants_data(4)[0].shape  # (4, 2)"]
    ) { _, count, generator in
      let rows = (0..<count).map { _ in generator.uniform(1, count: 2) }
      return LabeledData(rows, labels: rows.map { $0[0] * $0[1] > 0 ? 0 : 1 }, classes: 2)
    },
    Dataset(
      "bits", aliases: ["bitsum"], "Every sequence of bits; the class is the number of ones.",
      [Parameter("length", .integer, default: .integer(5), "bits")],
      examples: ["X, Y = bitsum_data(2); Y  # [0, 1, 1, 2]"]
    ) { values, _, _ in .bitSum(length: values.integer("length")) },
    Dataset(
      "rings", "Points on two rings around the origin, radius 1 and 3, in turn.",
      [count(8), noise, seed(1)],
      examples: ["norm(rings_data()[0], axis=1)  # [1, 3, 1, 3, 1, 3, 1, 3]"]
    ) { values, count, generator in
      let perRing = max((count + 1) / 2, 1)
      let rows = (0..<count).map { index in
        let angle = 2 * Double.pi * Double(index / 2) / Double(perRing)
        let radius = index % 2 == 0 ? 1.0 : 3.0
        return jittered([radius * cos(angle), radius * sin(angle)], values, &generator)
      }
      return LabeledData(rows, labels: (0..<count).map { $0 % 2 }, classes: 2)
    },
    Dataset(
      "moons", aliases: ["two_moons"],
      "Points on two half circles that reach into each other, in turn.",
      [count(100), noise, seed(1)], examples: ["moons_data(4)[0]  # [1, 0; 0, 0.5; -1, 0; 2, 0.5]"]
    ) { values, count, generator in
      let perMoon = max((count + 1) / 2, 2)
      let rows = (0..<count).map { index in
        let angle = Double.pi * Double(index / 2) / Double(perMoon - 1)
        let point = index % 2 == 0 ? [cos(angle), sin(angle)] : [1 - cos(angle), 0.5 - sin(angle)]
        return jittered(point, values, &generator)
      }
      return LabeledData(rows, labels: (0..<count).map { $0 % 2 }, classes: 2)
    },
    Dataset(
      "digits5x5",
      "The four digits of the slides, 5, 0, 4 and 1, as 5×5 images with grey levels 0 to 3.",
      examples: [
        "digits5x5_data()[1]  # [5, 0, 4, 1]",
        "sum(digits5x5_data()[0][0], axis=1)  # [9, 2, 3, 3, 5]",
      ]
    ) { _, _, _ in
      let images = [
        "0323102000001200030032000", "0021002002300032002002300", "0003030020323300003000030",
        "0000000020003000200000000",
      ]
      return LabeledData(
        images.map { $0.compactMap(\.wholeNumberValue).map(Double.init) }, labels: [5, 0, 4, 1],
        classes: 10, exampleShape: [5, 5])
    },
    digits,
  ]

  private static func jittered(
    _ row: [Double], _ values: Attributes, _ generator: inout SplitMix64
  ) -> [Double] {
    let noise = values.real("noise")
    return noise > 0 ? row.map { $0 + noise * generator.normal() } : row
  }
}

extension LabeledData {
  /// The four points of the same-sign problem: c1 (label 0) where both features have the same sign, c2
  /// (label 1) where they differ, which makes it XOR of the signs.
  package static let xor = LabeledData(
    [[1, -2], [1, 2], [-1, -2], [-1, 2]], labels: [1, 0, 0, 1], classes: 2)

  /// Every sequence of `length` bits, the first bit the highest, with the number of ones.
  package static func bitSum(length: Int) -> LabeledData {
    let rows = (0..<1 << length).map { number in
      (0..<length).map { Double(number >> (length - 1 - $0) & 1) }
    }
    return LabeledData(rows, labels: rows.map { Int($0.reduce(0, +)) }, classes: length + 1)
  }
}

/// Digits of seven lines with five pixels each.
private enum DigitFont {
  static func lines(of digit: Int) -> [Int] {
    switch digit {
    case 0: [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110]
    case 1: [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110]
    case 2: [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111]
    case 3: [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110]
    case 4: [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010]
    case 5: [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110]
    case 6: [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110]
    case 7: [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000]
    case 8: [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110]
    default: [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100]
    }
  }
}
