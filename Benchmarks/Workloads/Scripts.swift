import Language
import Library
import Presentation

extension Workload {
  /// W2 and W6 as people type them, through the interpreter.
  static let scripts = [
    script(
      "W2 xor script", start: xorStart,
      step: """
        h = tanh(X @ W + b)
        E = cross_entropy(h @ V + d, Y)
        gW, gb, gV, gd = grad(E, (W, b, V, d))
        W ← W - 0.5 * gW
        b ← b - 0.5 * gb
        V ← V - 0.5 * gV
        d ← d - 0.5 * gd
        """),
    script(
      "W2 xor script, PyTorch's style",
      start: xorStart + """

        model = Sequential(Linear(2, 4), Tanh(), Linear(4, 2))
        optimizer = sgd(model.parameters(), lr=0.5)
        """,
      step: """
        optimizer.zero_grad()
        E = cross_entropy(model(X), Y)
        E.backward()
        optimizer.step()
        """),
    script("W6 parabola script", start: "x = 3.0", step: "y = x**2 + 3\nx ← x - 0.01 * ∂y/∂x"),
    script(
      "W6 slide network script",
      start: """
        x = [1.0, -0.5]
        Θ1 = [1.2, 2.1, -1.5; -0.3, -0.7, 0.3]
        Θ2 = [-0.2, 0.5, 1.3]
        """,
      step: """
        h = σ(Θ1.T @ x)
        E = (1 - σ(Θ2 @ h))**2 / 2
        g1, g2 = grad(E, (Θ1, Θ2))
        Θ1 ← Θ1 - 0.1 * g1
        Θ2 ← Θ2 - 0.1 * g2
        """),
  ]

  private static let xorStart = """
    X = [0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0]
    Y = [0, 1, 1, 0]
    seed(1)
    W = randn(2, 4)
    b = zeros(4)
    V = randn(4, 2)
    d = zeros(2)
    """

  /// The step stands in a loop of the language; the start is run once.
  private static func script(_ name: String, start: String, step: String) -> Workload {
    Workload(name) {
      let evaluator = Evaluator(EvaluationContext(try Library.environment()))
      try evaluator.run(SourceText(name: "start", text: start))
      let body = step.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
      return { steps in
        let loop = "for i in range(\(steps)):\n\(body)"
        try evaluator.run(SourceText(name: "step", text: loop))
      }
    }
  }
}
