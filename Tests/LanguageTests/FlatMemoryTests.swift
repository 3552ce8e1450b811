import Tensors
import Testing

/// A long loop holds no more at its end than a round needs, however it is written.
@Suite(.serialized) struct FlatMemoryTests {
  /// Each round makes some megabytes, all rounds together more than 400.
  private static let rounds = 100

  @Test(
    arguments: [
      "E = sum((W - 1)**2)\n    W ← W - 0.1 * ∂E/∂W",
      "E = sum((W - 1)**2)\n    W -= 0.1 * ∂E/∂W",
      "E = sum((W - 1)**2)\n    W = W - 0.1 * d(E)/d(W)",
      "E = sum((W - 1)**2)\n    E.backward()\n    W ← W - 0.1 * W.grad\n    W.grad = None",
      "m = 0.9 * m + W\n    m ← m",
      "total = f(W)",
    ])
  func isFlat(_ body: String) throws {
    let session = try Session()
    try session.run("W = reshape(one_hot(range(360), 360) * 1.0, (360, 360)); m = W * 0.5")
    try session.run("def f(x):\n    y = x * 2\n    return sum(y * y)")
    let before = Memory.live
    try session.run("for step in range(\(Self.rounds)):\n    \(body)")
    #expect(Memory.live - before < 100 << 20)
  }

  /// The test can see: what names hold does count.
  @Test func whatIsKeptIsCounted() throws {
    let session = try Session()
    try session.run("W = reshape(one_hot(range(360), 360) * 1.0, (360, 360)); kept = [W]")
    let before = Memory.live
    try session.run("for step in range(150):\n    kept.append(W * step)")
    #expect(Memory.live - before > 100 << 20)
  }
}
