/// What can be wrong with shapes, axes and sizes. Data only; `headline`, `notes` and `helps` are the
/// words, next to the cases they belong to.
package enum TensorError: Error, Equatable {
  case broadcast(Shape, Shape)
  case innerSizes(Shape, Shape)
  case rankTooHigh(Int)
  case negativeSize(Int)
  case tooLarge(sizes: [Int], limit: Int)
  case axis(Int, rank: Int)
  case repeatedAxis(Int)
  case reshape(from: Shape, to: [Int])
  case index(Int, size: Int, axis: Int)
  case tooManyIndices(Int, rank: Int)
  case zeroStep
  case emptyReduction(String)
  case rank(of: String, expected: String, found: Shape)
  case sizes(of: String, expected: Int, found: Int, what: String)
  case windowDoesNotFit(input: Int, window: Int, stride: Int, padding: Int)
  case argument(String, found: String, expected: String)
  case singular(Shape)
}

extension TensorError {
  /// Stable machine name.
  package var code: String {
    switch self {
    case .broadcast, .innerSizes, .reshape, .rank, .sizes: "shape-mismatch"
    case .rankTooHigh, .negativeSize, .tooLarge: "bad-size"
    case .axis, .repeatedAxis: "bad-axis"
    case .index, .tooManyIndices, .zeroStep: "bad-index"
    case .emptyReduction: "empty-reduction"
    case .windowDoesNotFit: "window-does-not-fit"
    case .argument: "bad-argument"
    case .singular: "singular-matrix"
    }
  }

  package var headline: String {
    switch self {
    case .broadcast(let a, let b): "shapes \(a) and \(b) do not broadcast"
    case .innerSizes(let a, let b):
      "\(a) @ \(b): inner sizes \(a[a.rank - 1]) and \(b[max(0, b.rank - 2)]) differ"
    case .rankTooHigh(let rank): "a tensor has at most 8 axes, not \(rank)"
    case .negativeSize(let size): "a size cannot be negative: \(size)"
    case .tooLarge(let sizes, _): "a tensor of shape \(sizes) is larger than the memory limit"
    case .axis(let axis, let rank):
      rank == 0 ? "a scalar has no axis \(axis)" : "axis \(axis) is out of range for rank \(rank)"
    case .repeatedAxis(let axis): "axis \(axis) is named twice"
    case .reshape(let from, let to): "shape \(from) cannot become \(to)"
    case .index(let index, let size, let axis):
      "index \(index) is out of range for axis \(axis) of size \(size)"
    case .tooManyIndices(let count, let rank): "\(count) indices for a tensor of rank \(rank)"
    case .zeroStep: "the step of a slice cannot be 0"
    case .emptyReduction(let name): "\(name) of no elements has no value"
    case .rank(let what, let expected, let found):
      "\(what) must have \(expected) axes, not shape \(found)"
    case .sizes(let what, let expected, let found, let kind):
      "\(what) has \(found) \(kind), but \(expected) are needed"
    case .windowDoesNotFit(let input, let window, let stride, let padding):
      "a window of \(window) does not fit \(input) (stride \(stride), padding \(padding))"
    case .argument(let name, let found, let expected): "'\(name)' must be \(expected), not \(found)"
    case .singular(let shape): "the matrix of shape \(shape) has no inverse"
    }
  }

  package var notes: [String] {
    switch self {
    case .broadcast: ["sizes must be equal or 1, compared from the last axis"]
    case .innerSizes: ["the last axis on the left meets the second-to-last on the right"]
    case .tooLarge(let sizes, let limit):
      [
        "it would need \(Self.bytes(of: sizes)) bytes; the limit is \(limit) bytes"
      ]
    case .reshape(let from, let to):
      ["\(from.count) elements on one side, \(to.reduce(1, &*)) on the other"]
    case .windowDoesNotFit(let input, let window, let stride, let padding):
      ["(\(input) − \(window) + 2·\(padding)) / \(stride) + 1 is not a whole number of at least 1"]
    default: []
    }
  }

  /// Paddings for which the window does fit, where that is the problem.
  package var helps: [String] {
    guard case .windowDoesNotFit(let input, let window, let stride, _) = self else { return [] }
    let fitting = (0...max(window, 1)).filter {
      let room = input - window + 2 * $0
      return room >= 0 && room % max(stride, 1) == 0
    }
    return fitting.first.map { ["padding=\($0) fits"] } ?? []
  }

  private static func bytes(of sizes: [Int]) -> String {
    var product = 8.0
    for size in sizes { product *= Double(size) }
    return product < 1e15 ? String(Int(product)) : "\(product)"
  }
}
