import TestSupport

/// Programs typed at the prompt, drawn at random: names for one thing, changes in place, the random
/// generator, models, optimizers, dropout, running statistics, closures, default arguments,
/// dictionaries, instances, gradients, digits. An input that fails is one too.
enum RandomInputs {
  /// Makes what the others use.
  private static let first = [
    "x = randn(3)", "y = x", "z = [x, 1.0]", "h = []", "W = [0.5, -1.0; 2.0, 0.25]",
    "L = Linear(3, 2)", "M = Sequential(Linear(2, 3), Dropout(0.5), Tanh(), Linear(3, 1))",
    "B = BatchNorm1d(2)", "D = Dropout(0.5)", "opt = adam(L, lr=0.1)",
    "run = sgd(M, lr=0.05, momentum=0.9)", "d = {'w': x, 'n': 0}",
    "def f(v, seen=[]):\n    seen.append(v)\n    return len(seen)",
    "def counter(n):\n    total = [n]\n    def step():\n        total[0] += 1\n"
      + "        return total[0]\n    return step",
    "c = counter(5)",
    "class P:\n    k = 0\n    def __init__(self, w):\n        self.w = w\n        self.n = 0\n"
      + "    def move(self):\n        self.w -= 0.5\n        self.n += 1\n        return self.n",
    "p = P(x)", "w = tensor([1.0, 2.0, 3.0], requires_grad=True)", "g(t) = t**2 + x[0]",
    "seed(4)", "s = 'text'", "q = lambda t: t + W",
  ]

  private static let others = [
    "x += 1", "x[0] = 9.5", "x *= 2", "x[1:] -= 1", "y[2] = -1", "y = x + 1", "y = x[1:]",
    "x = randn(3)", "x = x * 2", "z[0][0] = 7", "z.append(x)", "h.append(x)", "h.append(W[0])",
    "W[0] *= 2", "W[0, 1] = 3", "for row in W:\n    row += 0.5", "W = W @ W", "V = W.T",
    "V[0] = [8.0, 9.0]", "x.sort()", "randn(2)", "rand(2, 2)", "shuffle([1, 2, 3, 4, 5])",
    "choice([1, 2, 3], 2)", "seed(9)", "print(D(ones(6)))", "D(x)", "B(randn(4, 2))", "eval(B)",
    "train(B)", "B(ones(3, 2))", "E = (L(x)**2).sum()", "E = (M(randn(2, 2))**2).mean()",
    "E.backward()", "opt.step()", "run.step()", "L.zero_grad()", "M.zero_grad()", "freeze(L)",
    "unfreeze(L)", "L.W", "L.W.grad", "L.W[0] = 1.0", "for t in parameters(L):\n    t -= 0.1",
    "M(ones(1, 2))", "∂E/∂x", "explain(E)", "f(1)", "f(2)", "f(x, [])", "c()", "c = counter(1)",
    "d['n'] += 1", "d['w'] -= 1", "d['m'] = W", "d", "p.move()", "p.w = W[0]", "p.w", "P.k += 1",
    "P.k", "(w**2).sum().backward()", "w.grad", "w.grad.zero_()", "w ← w - 0.1 * w",
    "w -= 0.5", "w.requires_grad = False", "w.requires_grad", "x.requires_grad = True", "g(2.0)",
    "q(1)", "s = s + '!'", "s", "del y", "x", "W", "h", "z", "nope", "1 / 0", "[1, 2][5]",
    "with rounding(2):\n    r = x / 3\n    r", "for i in range(3):\n    x = x + rand(3)",
    "n = 0\nwhile n < 3:\n    n += 1\n    h.append(n)", "a = b = [0.0, 1.0]", "a[0] = 4", "b",
    "numbers = [i * x[0] for i in range(3)]", "numbers", "E", "summary(M)", "print(x, W)",
  ]

  /// So many inputs; the first third makes things.
  static func program(_ count: Int, using generator: inout SeededGenerator) -> [String] {
    (0..<count).map { position in
      let pool = position < count / 3 || position.isMultiple(of: 7) ? first : others
      return pool.randomElement(using: &generator) ?? "x"
    }
  }
}
