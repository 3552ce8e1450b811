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
  /// More work than anybody would wait for, or than can be stopped once it has begun.
  case tooMuchWork(String, limit: String)
  /// The computation was told to end.
  case stopped(Stop)

  package enum Stop: Equatable {
    case interrupt
    case time
    /// That many bytes were wanted, and there were not as many left.
    case memory(wanted: Int)
  }
}

extension TensorError {
  /// Stable machine name.
  package var code: String {
    switch self {
    case .broadcast, .innerSizes, .reshape, .rank, .sizes: "shape-mismatch"
    case .rankTooHigh, .negativeSize: "bad-size"
    case .tooLarge: "too-large"
    case .axis, .repeatedAxis: "bad-axis"
    case .index, .tooManyIndices, .zeroStep: "bad-index"
    case .emptyReduction: "empty-reduction"
    case .windowDoesNotFit: "window-does-not-fit"
    case .argument: "bad-argument"
    case .singular: "singular-matrix"
    case .tooMuchWork: "too-much-work"
    case .stopped(.interrupt): "interrupted"
    case .stopped(.time): "time-limit"
    case .stopped(.memory): "memory-limit"
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
      window > input + 2 * padding
        ? "a window of \(window) is larger than the input of \(input + 2 * padding)"
        : "a window of \(window) does not fit an input of \(input) in steps of \(stride)"
    case .argument(let name, let found, let expected): "'\(name)' must be \(expected), not \(found)"
    case .singular(let shape): "the matrix of shape \(shape) has no inverse"
    case .tooMuchWork(let what, _): "\(what) is too much work"
    case .stopped(.interrupt): "interrupted"
    case .stopped(.time): "stopped, as its time is over"
    case .stopped(.memory): "this takes more memory than the limit of \(Memory.text(Memory.limit))"
    }
  }

  package var notes: [String] {
    switch self {
    case .broadcast: ["sizes must be equal or 1, compared from the last axis"]
    case .innerSizes: ["the last axis on the left meets the second-to-last on the right"]
    case .tooLarge(let sizes, let limit):
      [
        "it would need \(Memory.text(sizes.reduce(8.0) { $0 * Double(max($1, 1)) })); "
          + "the limit is \(Memory.text(limit))"
      ]
    case .reshape(let from, let to):
      ["\(from.count) elements on one side, \(to.reduce(1, &*)) on the other"]
    case .tooMuchWork(_, let limit): [limit]
    case .stopped(.memory(let wanted)):
      ["\(Memory.text(wanted)) were asked for"] + Memory.held
    case .windowDoesNotFit(let input, let window, let stride, let padding):
      Self.notes(input: input, window: window, stride: stride, padding: padding)
    default: []
    }
  }

  /// Paddings and strides for which the window does fit, where that is the problem.
  package var helps: [String] {
    guard case .windowDoesNotFit(let input, let window, let stride, let padding) = self else {
      return []
    }
    func fits(_ stride: Int, _ padding: Int) -> Bool {
      let room = input - window + 2 * padding
      return room >= 0 && room % max(stride, 1) == 0
    }
    var result: [String] = []
    if let zeros = (0...max(window, 1)).first(where: { fits(stride, $0) }) {
      result.append("padding=\(zeros) fits")
    }
    let strides = (1...8).filter { $0 != stride && fits($0, padding) }
    if !strides.isEmpty {
      result.append("so does stride=" + strides.map(String.init).joined(separator: " or stride="))
    }
    return result
  }

  /// The size formula with its numbers, and what the last whole step leaves over.
  private static func notes(input: Int, window: Int, stride: Int, padding: Int) -> [String] {
    let room = input - window + 2 * padding
    let formula = "(\(input) − \(window) + 2·\(padding)) / \(stride) + 1"
    guard room >= 0 else { return ["\(formula) is less than 1"] }
    var (a, b) = (room + stride, stride)
    while b != 0 { (a, b) = (b, a % b) }
    let steps = room / stride + 1
    return [
      "\(formula) = \((room + stride) / a)/\(stride / a)",
      "\(steps) \(steps == 1 ? "position covers" : "positions cover") "
        + "\(room / stride * stride + window) of \(input + 2 * padding); \(room % stride) left over",
    ]
  }
}
