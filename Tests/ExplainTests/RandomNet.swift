import TestSupport

/// A net of a kind that lectures have, with numbers a person would choose, as lines of the language;
/// and what is asked about it.
struct RandomNet {
  private(set) var lines: [String] = []
  private(set) var questions: [String] = []
  private var random: SeededGenerator
  let digits: Int

  private static let kinds: [@Sendable (inout RandomNet) -> Void] = [
    { $0.neurons() }, { $0.layers() }, { $0.batch() }, { $0.classes() }, { $0.batchNorm() },
    { $0.layerNorm() }, { $0.attention() }, { $0.recurrence() }, { $0.cells() }, { $0.images() },
    { $0.update() },
  ]

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    digits = 2 + Int(seed % 3)
    lines.append(":digits \(digits)")
    Self.kinds[Int(seed / 3) % Self.kinds.count](&self)
  }

  // MARK: - Numbers

  private mutating func pick<T>(_ choices: [T]) -> T {
    choices[min(Int(random.unit() * Double(choices.count)), choices.count - 1)]
  }

  /// One decimal or two, in half of the nets of a size that saturates.
  private mutating func number(_ size: Double = 1) -> String {
    let scale = pick([10.0, 10, 100])
    let value = ((random.unit() * 2 - 1) * size * scale).rounded() / scale
    return "\(value == 0 ? 0.1 : value)"
  }

  private mutating func vector(_ count: Int, _ size: Double = 1) -> String {
    "[" + (0..<count).map { _ in number(size) }.joined(separator: ", ") + "]"
  }

  private mutating func matrix(_ rows: Int, _ columns: Int, _ size: Double = 1) -> String {
    let all = (0..<rows).map { _ in
      (0..<columns).map { _ in number(size) }.joined(separator: ", ")
    }
    return "[" + all.joined(separator: "; ") + (rows == 1 ? ";" : "") + "]"
  }

  private mutating func size() -> Double { pick([1.0, 1, 2, 5]) }

  private mutating func say(_ line: String) { lines.append(line + ";") }

  private mutating func ask(values: [String], by inputs: [String], of loss: String = "E") {
    questions += values.map { "explain(\($0))" }
    questions += inputs.map { "explain(∂\(loss)/∂\($0))" }
  }

  // MARK: - Kinds

  private mutating func neurons() {
    let (size, first, second) = (size(), pick(["σ", "tanh", "relu"]), pick(["σ", "tanh"]))
    say(
      "x = \(number(2)); w = \(number(size)); b = \(number()); v = \(number(size)); c = \(number())"
    )
    say(
      "z = w*x + b; h = \(first)(z); s = v*h + c; ŷ = \(second)(s); y = \(pick(["0", "1", "0.2"]))")
    say(pick(["E = (y - ŷ)**2 / 2", "E = 0.5*(ŷ - y)**2", "E = (ŷ - y)**2"]))
    ask(values: ["z", "h", "s", "ŷ", "E"], by: ["w", "b", "v", "h"])
  }

  private mutating func layers() {
    let (size, hidden, f) = (size(), pick([2, 3]), pick(["σ", "tanh", "relu"]))
    say("x = \(vector(2, 2)); Θ1 = \(matrix(2, hidden, size)); Θ2 = \(vector(hidden, size))")
    say("s1 = Θ1ᵀ @ x; h1 = \(f)(s1); s2 = Θ2ᵀ @ h1; ŷ = σ(s2); y = \(pick(["0", "1"]))")
    say(pick(["E = (y - ŷ)**2 / 2", "E = -(y*log(ŷ) + (1 - y)*log(1 - ŷ))"]))
    ask(values: ["s1", "h1", "s2", "ŷ", "E"], by: ["Θ1", "Θ2", "x", "Θ1[0, 1]"])
  }

  private mutating func batch() {
    let (size, f) = (size(), pick(["σ", "tanh", "relu"]))
    say("X = \(matrix(3, 2, 2)); W1 = \(matrix(2, 2, size)); b1 = \(vector(2))")
    say("Z = X @ W1 + b1; H = \(f)(Z); W2 = \(matrix(2, 2, size)); O = H @ W2; Y = \(matrix(3, 2))")
    say(pick(["E = mse(O, Y)", "E = sum((O - Y)**2) / 2", "E = mean((O - Y)**2)"]))
    ask(values: ["Z", "H", "O", "E", "O[1, 0]"], by: ["W1", "b1", "W2", "W1[0, 0]"])
  }

  private mutating func classes() {
    say("x = \(vector(2, 2)); W = \(matrix(3, 2, size())); b = \(vector(3))")
    say("z = W @ x + b; p = softmax(z)")
    say(pick(["E = -log(p[1])", "E = cross_entropy(z, 1)", "t = [0, 1, 0]; E = -sum(t * log(p))"]))
    ask(values: ["z", "p", "E", "p[2]"], by: ["z", "W", "b"])
  }

  private mutating func batchNorm() {
    let rows = pick([2, 3, 4])
    say(
      "x = \(vector(rows, 3)); ε = \(pick(["1e-5", "0.1", "1e-8"])); γ = \(number(2)); β = \(number())"
    )
    say("μ = mean(x); v = mean((x - μ)**2); x̂ = (x - μ) / sqrt(v + ε); y = γ*x̂ + β")
    say("t = \(vector(rows)); E = sum((t - y)**2) / 2")
    ask(values: ["μ", "v", "x̂", "y", "E"], by: ["γ", "β", "x̂", "v", "μ", "x", "x[0]"])
  }

  private mutating func layerNorm() {
    let count = pick([3, 4])
    say("x = \(vector(count, 4)); y = (x - mean(x)) / \(pick(["std(x)", "sqrt(var(x) + 1e-5)"]))")
    say("w = \(vector(count)); E = sum(w * y)")
    ask(values: ["y", "E"], by: ["x", "w", "y"])
  }

  private mutating func attention() {
    say("Q = \(matrix(2, 2, 2)); K = \(matrix(2, 2, 2)); V = \(matrix(2, 2, 2))")
    say("S = Q @ K.T / √2; A = softmax(S, axis=1); O = A @ V; Y = \(matrix(2, 2))")
    say("E = sum((Y - O)**2) / 2")
    ask(values: ["S", "A", "O", "E"], by: ["V", "A", "S", "Q"])
  }

  private mutating func recurrence() {
    say("u = \(number()); w = \(number(1.5)); b = \(number()); h0 = \(number()); y = \(number())")
    for step in 1...3 {
      say(
        "x\(step) = \(number(2)); z\(step) = u*x\(step) + w*h\(step - 1) + b; h\(step) = tanh(z\(step))"
      )
    }
    say("E = (y - h3)**2 / 2")
    ask(values: ["z1", "h2", "h3", "E"], by: ["w", "u", "b", "h1"])
  }

  private mutating func cells() {
    let (name, gates, states) = pick([("rnn", 1, 1), ("lstm", 4, 2), ("gru", 3, 1)])
    let hidden = pick([1, 2])
    say("x = \(vector(2, 2)); s = \(vector(hidden * states))")
    say("W = \(matrix(hidden + 2, gates * hidden, size())); b = \(vector(gates * hidden))")
    say("u = \(name)_cell(x, s, W, b); E = sum(u**2) / 2")
    ask(values: ["u", "E"], by: ["x", "W", "W[0, 0]"])
  }

  private mutating func images() {
    say("x = \(matrix(3, 3, 3)); K = \(matrix(2, 2)); b = \(number()); c = conv2d(x, K) + b")
    say("r = relu(c); m = \(pick(["max_pool2d(r, 2, stride=1)", "mean(r)"])); E = sum(m**2) / 2")
    ask(values: ["c", "r", "m", "E"], by: ["K", "b", "x", "K[0, 1]"])
  }

  private mutating func update() {
    say(
      "w = \(number()); g = \(number()); η = \(pick(["0.1", "0.01", "0.001"])); t = \(pick(["1", "2", "10"]))"
    )
    say("β1 = 0.9; β2 = \(pick(["0.99", "0.999"])); m0 = \(number(0.3)); s0 = 0.05; ε = 1e-8")
    say("m1 = β1*m0 + (1 - β1)*g; s1 = β2*s0 + (1 - β2)*g**2")
    say("m̂ = m1 / (1 - β1**t); ŝ = s1 / (1 - β2**t); w1 = w - η*m̂ / (sqrt(ŝ) + ε)")
    ask(values: ["m1", "s1", "m̂", "ŝ", "w1"], by: ["g", "m0", "s0"], of: "w1")
  }
}
