import Autograd
import Library
import Networks
import TestSupport
import Testing

/// Optimizers over tensors that a program holds under names, as `torch.optim` takes leaf tensors.
@Suite struct OptimizedTensorsTests {
  private static let start = """
    x = [1.0, -0.5; 0.3, 2.0; -1.0, 1.0]
    layer = Linear(2, 2)
    W = layer.weight.detach()
    b = layer.bias.detach()
    """

  @Test(arguments: UpdateRule.standard.map(\.name))
  func tensorsMoveAsTheParametersOfALayer(_ rule: String) throws {
    let program = try Program(Self.start)
    try program.run(
      """
      before = W + 0
      one = \(rule)(layer.parameters(), lr=0.1)
      two = \(rule)([W, b], lr=0.1)
      for i in range(5):
          E = mean(layer(x)**2)
          one.zero_grad()
          E.backward()
          one.step()
          F = mean((x @ Wᵀ + b)**2)
          two.zero_grad()
          F.backward()
          two.step()
      """)
    expectClose(
      try program.numbers("W"), try program.numbers("layer.weight"), absolute: 1e-14,
      relative: 1e-13)
    expectClose(
      try program.numbers("b"), try program.numbers("layer.bias"), absolute: 1e-14, relative: 1e-13)
    #expect(try program.numbers("sum(abs(W - before))")[0] > 0.01)
  }

  @Test(arguments: ["[W, V]", "(W, V)", "both"])
  func listsTuplesAndNamesOfThemAreTaken(_ parameters: String) throws {
    let program = try Program("W = [3.0, 1.0]; V = [1, 2]; both = [\"rest\"]; both = (W, V)")
    try program.run(
      """
      opt = sgd(\(parameters), lr=0.25)
      E = sum(W**2) + sum(V**2)
      E.backward()
      opt.step()
      """)
    #expect(try program.numbers("W") == [1.5, 0.5])
    #expect(try program.numbers("V") == [0.5, 1], "whole numbers become real ones")
    #expect(try program.numbers("both[0]") == [1.5, 0.5])
    #expect(try program.numbers("V.grad") == [2, 4], "the gradient stays until zero_grad()")
  }

  /// Computed numbers that no name was given to learn as those do that have one.
  @Test func whatHasNoNameMovesToo() throws {
    let program = try Program(
      """
      def draw(a, b): return ones(a, b) * 0.5
      def make():
          W = draw(2, 2)
          return [W, draw(2, 3)]
      P = make()
      opt = sgd(P, lr=0.25)
      E = sum(P[0]**2) + sum(P[1]**2)
      E.backward()
      opt.step()
      """)
    #expect(try program.numbers("P[0]") == [Double](repeating: 0.25, count: 4))
    #expect(try program.numbers("P[1]") == [Double](repeating: 0.25, count: 6))
  }

  @Test func variablesOfAFunctionMove() throws {
    let program = try Program(
      """
      def fit(steps):
          w = 4.0
          opt = sgd([w], lr=0.25)
          for i in range(steps):
              opt.zero_grad()
              E = w**2
              E.backward()
              opt.step()
          return w
      """)
    #expect(try program.numbers("fit(3)") == [0.5])
  }

  @Test func namedIntermediatesKeepTheirGradients() throws {
    let program = try Program(
      "W = randn(2, 2) * 0.1; h = W @ [1.0, 2.0]; E = sum(h**2); E.backward()")
    #expect(try program.numbers("W.grad") == program.numbers("∂E/∂W"))
    #expect(try program.numbers("h.grad") == program.numbers("2*h"))
  }

  @Test func whatCannotBeOptimizedIsRefused() throws {
    let program = try Program("w = 2.0; opt = sgd([w], lr=0.1)")
    #expect(try program.error("sgd(\"w\")").code == "wrong-kind")
    #expect(try program.error("sgd([2*w])").code == "unnamed")
    try program.run("E = w**2; E.backward(); w = 5.0")
    #expect(try program.error("opt.step()").code == "stale-parameter")
    #expect(try program.numbers("w") == [5])
  }
}
