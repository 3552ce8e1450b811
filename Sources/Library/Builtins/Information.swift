import Autograd
import Glibc
import Language
import Tensors

extension Library {
  /// What samples tell about distributions.
  static let information: [Builtin] = [
    Builtin(
      "histogram", "Counts the elements in bins of equal width; gives the counts and the edges.",
      notes:
        "The last bin includes its right edge, and elements outside are not counted, as in NumPy.",
      examples: [
        "histogram([1, 2, 2, 4], 3)[0]  # [1, 2, 1]", "histogram([1, 2, 4], 3)[1]  # [1, 2, 3, 4]",
      ],
      parameters: [
        Parameter("x", .tensor, "the elements"),
        Parameter("bins", .integer, default: .integer(10), "how many bins"),
        Parameter(
          "low", .real, default: Attribute.none, "left edge; None for the smallest element"),
        Parameter("high", .real, default: Attribute.none, "right edge; None for the largest"),
      ]
    ) { call in
      let x = try call.tensor(0).value
      let bins = try Bins(
        x.elements, count: call.integer(1),
        low: call.isNone(2) ? nil : call.real(2), high: call.isNone(3) ? nil : call.real(3))
      guard let bins else {
        throw call.fail(1, "bad-argument", "bins need a number from 1 and finite edges")
      }
      var counts = [Double](repeating: 0, count: bins.count)
      x.withElements { elements in
        for element in Poll.each(elements) {
          if let place = bins.place(of: element) { counts[place] += 1 }
        }
      }
      return .tuple([
        .tensor(Variable(Tensor(counts, dtype: .int64))), .tensor(Variable(Tensor(bins.edges))),
      ])
    },
    Builtin(
      "mutual_information", "Measures how much two samples tell about each other.",
      notes: """
        Σ p(x, y) log (p(x, y) / (p(x) p(y))) over the joint histogram. Without `bins` every distinct \
        number is a bin of its own. The natural logarithm by default: base=2 gives bits.
        """,
      examples: [
        "mutual_information([0, 1, 2, 3], [0, 0, 1, 1], base=2)  # 1",
        "mutual_information([0, 1, 2, 3], [0, 1, 0, 1], base=2)  # 1",
        "mutual_information([0, 0, 1, 1], [0, 1, 0, 1])  # 0",
      ],
      parameters: [
        Parameter("x", .tensor, "one number for each sample"),
        Parameter("y", .tensor, "as many numbers"),
        Parameter("bins", .integer, default: Attribute.none, "bins of equal width for each"),
        Parameter("base", .real, default: .real(exp(1.0)), "base of the logarithm"),
      ]
    ) { call in
      let (x, y) = (try call.tensor(0).value, try call.tensor(1).value)
      guard x.count == y.count else { throw TensorError.broadcast(x.shape, y.shape) }
      // Two tables of pairs and their counts.
      try Memory.make(x.count, of: 32 * MemoryLayout<Double>.stride)
      func places(_ x: Tensor) throws -> [Double] {
        if call.isNone(2) { return x.elements }
        guard let bins = try Bins(x.elements, count: call.integer(2), low: nil, high: nil) else {
          throw call.fail(2, "bad-argument", "bins need a number from 1 and finite elements")
        }
        return Poll.each(x.elements).compactMap(bins.place).map(Double.init)
      }
      let value = try mutualInformation(places(x), places(y))
      return .number(value / log(try call.real(3)))
    },
  ]

  private static func mutualInformation(_ x: [Double], _ y: [Double]) throws -> Double {
    func shares<Key: Hashable>(_ keys: [Key]) -> [Key: Double] {
      var counts: [Key: Double] = [:]
      for key in Poll.each(keys, steps: 64) { counts[key, default: 0] += 1 }
      return counts.mapValues { $0 / Double(keys.count) }
    }
    let (left, right) = (shares(x), shares(y))
    let joint = shares(Poll.each(zip(x, y), steps: 16).map { Pair(first: $0, second: $1) })
    // Sorted, so that the sum does not depend on the order of a dictionary.
    let terms = Poll.each(joint, steps: 64).map { key, share in
      share * log(share / ((left[key.first] ?? 1) * (right[key.second] ?? 1)))
    }
    return try Poll.sorted(terms).reduce(0, +)
  }
}

private struct Pair: Hashable {
  let first: Double
  let second: Double
}

/// Bins of equal width between two edges.
struct Bins {
  let count: Int
  let low: Double
  let width: Double

  /// Nil unless there is a bin and both edges and their distance are finite.
  init?(_ elements: [Double], count: Int, low: Double?, high: Double?) {
    let ends = elements.withUnsafeBufferPointer { elements in
      NumberRun(elements).reduce((elements.first ?? 0, elements.first ?? 1)) {
        (min($0.0, $1), max($0.1, $1))
      }
    }
    let (smallest, largest) = (low ?? ends.0, high ?? ends.1)
    guard (1...1_000_000).contains(count), (largest - smallest).isFinite, smallest <= largest
    else { return nil }
    self.count = count
    // NumPy's choice where all elements are equal: a range of 1 around them.
    self.low = smallest == largest ? smallest - 0.5 : smallest
    width = smallest == largest ? 1 : largest - smallest
  }

  var edges: [Double] { (0...count).map { low + width * Double($0) / Double(count) } }

  func place(of element: Double) -> Int? {
    let share = (element - low) / width
    guard share >= 0, share <= 1 else { return nil }
    return min(Int(share * Double(count)), count - 1)
  }
}
