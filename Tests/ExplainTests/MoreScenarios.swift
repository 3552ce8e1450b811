import Autograd
import Tensors

extension Scenario {
  /// Scores, softmax, −log of the right class.
  static func softmax(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given("x", [1, 2], [2])
    let w = board.given("W", [0.5, -0.2, 0.1, 0.3, 0.4, -0.5], [3, 2])
    let b = board.given("b", [0.1, 0, -0.1], [3])
    let s = try board.define("s", "W @ x + b", Operation.matmul(w, x) + b)
    let p = try board.define("p", "softmax(s)", s |> "softmax")
    let right = try call("index", [p], [("items", .index([.at(2)]))])
    let loss = try board.define("L", "-log(p[2])", (right |> "log") |> "negate")
    return ["W": w, "b": b, "s": s, "p": p, "L": loss]
  }

  /// Two layers and softmax with cross entropy for a batch of three.
  static func batch(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given("X", [1, 0.5, -1, 0.2, 0.3, -0.4], [3, 2])
    let w1 = board.given("W1", [0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [2, 3])
    let b1 = board.given("b1", [0, 0.1, 0.2], [3])
    let w2 = board.given("W2", [0.2, -0.1, 0.4, 0.3, -0.5, 0.6], [3, 2])
    let b2 = board.given("b2", [0.05, -0.05], [2])
    let t = board.given("t", [0, 1, 1], [3])
    let z1 = try board.define("Z1", "X @ W1 + b1", Operation.matmul(x, w1) + b1)
    let h = try board.define("H", "relu(Z1)", z1 |> "relu")
    let z2 = try board.define("Z2", "H @ W2 + b2", Operation.matmul(h, w2) + b2)
    let loss = try board.define("L", "cross_entropy(Z2, t)", call("cross_entropy", [z2, t]))
    return ["W1": w1, "b1": b1, "W2": w2, "Z1": z1, "H": h, "Z2": z2, "L": loss]
  }

  /// The first window of the convolution demo: three channels, a filter each, one bias.
  static func convolution(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given(
      "x",
      [
        2, 1, 2, 0, 2, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 2, 1, 2, 0, 0, 0, 0, 0,
        0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 2, 2, 2, 0, 0, 0, 2,
        0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 1, 2, 0, 1,
      ], [3, 5, 5])
    let w = board.given(
      "w0",
      [
        1, -1, -1, 0, 1, 0, 0, -1, -1, 0, 0, 0, 1, -1, 0, -1, -1, -1,
        1, 0, -1, 0, -1, -1, 0, -1, -1,
      ], [1, 3, 3, 3])
    let b = board.given("b0", [1], [1])
    let o = try board.define(
      "o", "conv2d(x, w0, b0, stride=2, padding=1)",
      call("conv2d", [x, w, b], [("stride", .integers([2, 2])), ("padding", .integers([1, 1]))]))
    let e = try board.define("E", "sum(o**2)/2", call("sum", [o ** 2]) / Variable(2))
    return ["x": x, "w0": w, "b0": b, "o": o, "E": e]
  }

  static func pooling(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given("x", [1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4], [1, 4, 4])
    let y = try board.define(
      "y", "max_pool2d(x, 2)",
      call("max_pool2d", [x], [("kernel_size", .integers([2, 2])), ("size", .integers([2, 2]))]))
    let e = try board.define("E", "sum(y**2)/2", call("sum", [y ** 2]) / Variable(2))
    return ["x": x, "y": y, "E": e]
  }

  /// Three steps of a scalar recurrence.
  static func recurrence(_ board: inout Blackboard) throws -> [String: Variable] {
    let (u, w, v) = (board.given("θhh", 0.5), board.given("θxh", 1), board.given("θhy", 2))
    let y = board.given("y", 1)
    var h = board.given("h", 0)
    for x in [1.0, -1.0, 0.5] {
      let x = board.given("x", x)
      h = try board.define("h", "tanh(θhh*h + θxh*x)", (u * h + w * x) |> "tanh")
    }
    let ŷ = try board.define("ŷ", "θhy*h", v * h)
    let loss = try board.define("L", "0.5*(ŷ - y)**2", 0.5 * (ŷ - y) ** 2)
    return ["θhh": u, "θxh": w, "θhy": v, "h": h, "L": loss]
  }

  static func lstm(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given("x", 1)
    let (h, c) = (board.given("h", 0.2), board.given("c", 0.5))
    func gate(_ name: String, _ w: Double, _ u: Double, _ b: Double, _ function: String) throws
      -> Variable
    {
      let (w, u, b) = (
        board.given("w\(name)", w), board.given("u\(name)", u), board.given("b\(name)", b)
      )
      let sign = function == "tanh" ? "tanh" : "σ"
      return try board.define(
        name, "\(sign)(w\(name)*x + u\(name)*h + b\(name))", (w * x + u * h + b) |> function)
    }
    let f = try gate("f", 0.5, 0.1, 1, "sigmoid")
    let i = try gate("i", 0.6, -0.2, 0, "sigmoid")
    let g = try gate("g", 1, 0.5, 0, "tanh")
    let o = try gate("o", 0.3, 0.4, 0.1, "sigmoid")
    let c1 = try board.define("c′", "f*c + i*g", f * c + i * g)
    let h1 = try board.define("h′", "o*tanh(c′)", o * (c1 |> "tanh"))
    return ["f": f, "i": i, "g": g, "o": o, "c′": c1, "h′": h1, "c": c]
  }

  static func adam(_ board: inout Blackboard) throws -> [String: Variable] {
    let θ = board.given("θ", [1, 2], [2])
    let g = board.given("g", [10, 2], [2])
    let (β1, β2, α) = (board.given("β1", 0.9), board.given("β2", 0.999), board.given("α", 0.1))
    let (m, v) = (board.given("m", [0, 0], [2]), board.given("v", [0, 0], [2]))
    let one = Variable(1)
    let m1 = try board.define("m′", "β1*m + (1 - β1)*g", β1 * m + (one - β1) * g)
    let v1 = try board.define("v′", "β2*v + (1 - β2)*g**2", β2 * v + (one - β2) * g ** 2)
    let m̂ = try board.define("m̂", "m′/(1 - β1**1)", m1 / (one - β1 ** 1))
    let v̂ = try board.define("v̂", "v′/(1 - β2**1)", v1 / (one - β2 ** 1))
    let θ1 = try board.define(
      "θ′", "θ - α*m̂/(sqrt(v̂) + 1e-8)", θ - α * m̂ / ((v̂ |> "sqrt") + Variable(1e-8)))
    return ["m′": m1, "v′": v1, "m̂": m̂, "v̂": v̂, "θ′": θ1]
  }

  static func attention(_ board: inout Blackboard) throws -> [String: Variable] {
    let q = board.given("Q", [1, 0, 0, 1], [2, 2])
    let k = board.given("K", [1, 0, 1, 1, 0, 2], [3, 2])
    let v = board.given("V", [1, 2, 3, 4, 5, 6], [3, 2])
    let scores = try board.define(
      "S", "Q @ Kᵀ / sqrt(2)", Operation.matmul(q, Operation.transpose(k)) / (Variable(2) |> "sqrt")
    )
    let weights = try board.define("A", "softmax(S)", scores |> "softmax")
    let out = try board.define("O", "A @ V", Operation.matmul(weights, v))
    return ["S": scores, "A": weights, "O": out]
  }

  /// The recurrent cells as single operations; each takes itself apart.
  static func cells(_ board: inout Blackboard) throws -> [String: Variable] {
    let x = board.given("x", [1, -0.5], [2])
    var results: [String: Variable] = [:]
    for (name, gates, states) in [("rnn", 1, 1), ("lstm", 4, 2), ("gru", 3, 1)] {
      let state = board.given(states == 2 ? "hC" : "h", Array([0.2, 0.5].prefix(states)), [states])
      let w = board.given("W", (0..<(3 * gates)).map { 0.1 * Double($0 % 7) - 0.2 }, [3, gates])
      let b = board.given("b", (0..<gates).map { 0.1 * Double($0) }, [gates])
      results[name] = try board.define(
        states == 2 ? "h′C′" : "h″", "\(name)_cell(x, h, W, b)",
        call("\(name)_cell", [x, state, w, b]))
    }
    return results
  }
}
