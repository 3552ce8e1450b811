import Autograd
import Tensors

/// The worked examples of the decks, recorded.
enum Scenario {
  /// Mazur's network of two inputs, two hidden and two output units.
  static func mazur(_ board: inout Blackboard) throws -> [String: Variable] {
    let (i1, i2) = (board.given("i1", 0.05), board.given("i2", 0.10))
    let w = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55].enumerated().map {
      board.given("w\($0.offset + 1)", $0.element)
    }
    let (b1, b2) = (board.given("b1", 0.35), board.given("b2", 0.60))
    let (y1, y2) = (board.given("y1", 0.01), board.given("y2", 0.99))
    let zh1 = try board.define("zh1", "w1*i1 + w2*i2 + b1", w[0] * i1 + w[1] * i2 + b1)
    let zh2 = try board.define("zh2", "w3*i1 + w4*i2 + b1", w[2] * i1 + w[3] * i2 + b1)
    let h1 = try board.define("h1", "σ(zh1)", zh1 |> "sigmoid")
    let h2 = try board.define("h2", "σ(zh2)", zh2 |> "sigmoid")
    let z1 = try board.define("z1", "w5*h1 + w6*h2 + b2", w[4] * h1 + w[5] * h2 + b2)
    let z2 = try board.define("z2", "w7*h1 + w8*h2 + b2", w[6] * h1 + w[7] * h2 + b2)
    let o1 = try board.define("o1", "σ(z1)", z1 |> "sigmoid")
    let o2 = try board.define("o2", "σ(z2)", z2 |> "sigmoid")
    let e = try board.define(
      "E", "0.5*(y1 - o1)**2 + 0.5*(y2 - o2)**2", 0.5 * (y1 - o1) ** 2 + 0.5 * (y2 - o2) ** 2)
    return ["w1": w[0], "w5": w[4], "h1": h1, "z1": z1, "o1": o1, "E": e, "b2": b2]
  }

  /// The forward and backward example of the KAIST deck.
  static func kaist(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given("x", [1, -0.5], [2])
    let theta1 = board.given("Θ1", [1.2, 2.1, -1.5, -0.3, -0.7, 0.3], [2, 3])
    let theta2 = board.given("Θ2", [-0.2, 0.5, 1.3], [3])
    let y = board.given("y", 1)
    let s1 = try board.define("s1", "Θ1ᵀ @ x", Operation.matmul(Operation.transpose(theta1), x))
    let h1 = try board.define("h1", "σ(s1)", s1 |> "sigmoid")
    let s2 = try board.define("s2", "Θ2ᵀ @ h1", Operation.matmul(theta2, h1))
    let ŷ = try board.define("ŷ", "σ(s2)", s2 |> "sigmoid")
    let e = try board.define("E", "0.5*(y - ŷ)**2", 0.5 * (y - ŷ) ** 2)
    return ["x": x, "Θ1": theta1, "Θ2": theta2, "s1": s1, "h1": h1, "s2": s2, "ŷ": ŷ, "E": e]
  }
}
