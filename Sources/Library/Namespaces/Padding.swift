import Autograd
import Language
import Tensors

extension Call {
  /// NumPy's `pad`: numbers of places before and after along each axis.
  func padded() throws -> Value {
    let x = try tensor(0)
    let sides = try sides(x.shape.rank)
    let mode = try string(2)
    let number = try real(3)
    if mode != "constant" { return .tensor(try copied(x, sides, mode)) }
    let widths = sides.reversed().flatMap { [$0.before, $0.after] }
    let zeros = try Operation.apply("pad", x, with: ["padding": .integers(widths)])
    guard number != 0 else { return .tensor(zeros) }
    let inside = try Operation.apply(
      "pad", Variable(Tensor(repeating: 1, shape: x.shape)), with: ["padding": .integers(widths)])
    return .tensor(try Operation.choose([inside, zeros, Variable(number)]))
  }

  private func sides(_ rank: Int) throws -> [(before: Int, after: Int)] {
    func pair(_ value: Value) throws -> (before: Int, after: Int)? {
      if let one = value.integer, one >= 0 { return (one, one) }
      guard let two = try evaluator.integers(value), two.count == 2, two.allSatisfy({ $0 >= 0 })
      else { return nil }
      return (two[0], two[1])
    }
    if let all = try pair(self[1]) { return Array(repeating: all, count: rank) }
    let pairs = try items(1).map(pair)
    guard pairs.count == rank, !pairs.contains(where: { $0 == nil }) else {
      throw fail(
        1, "bad-argument",
        "the widths are a number, (before, after), or one such pair for each axis",
        helps: ["np.pad(x, ((1, 1), (0, 0)))"])
    }
    return pairs.compactMap { $0 }
  }

  /// Places outside repeat places inside.
  private func copied(
    _ x: Variable, _ sides: [(before: Int, after: Int)], _ mode: String
  ) throws -> Variable {
    var result = x
    for (axis, side) in sides.enumerated() where side.before + side.after > 0 {
      let size = x.shape[axis]
      let least = mode == "reflect" ? max(side.before, side.after) + 1 : 1
      guard size >= least else {
        throw fail(1, "bad-argument", "axis \(axis) of size \(size) is too short for that")
      }
      let places = (-side.before..<(size + side.after)).map { place in
        switch mode {
        case "edge": min(max(place, 0), size - 1)
        case "wrap": ((place % size) + size) % size
        default: place < 0 ? -place : place >= size ? 2 * size - 2 - place : place
        }
      }
      let indices = Variable(Tensor(places.map(Double.init), dtype: .int64))
      result = try Operation.take(result, indices, .one("axis", .integer(axis)))
    }
    return result
  }
}
