import TestSupport

/// Conversations about what is written without names, in pieces, or in one operation.
extension TranscriptTests {
  static let pages: [Conversation] = [
    Conversation(
      "Unnamed arguments",
      [
        ":digits 3", "X = [1.0, 0.5; -1.0, 0.2; 0.3, -0.4]; W = [0.1, -0.2; 0.4, 0.5];",
        "b = [0.0, 0.1]; Y = [0, 1, 1]; V = [0.5, 0; 1, 0.2; 0.3, 0.1];",
        "loss = cross_entropy(X @ W + b, Y)", "explain(loss)", "explain(∂loss/∂W)",
        "m = mse(σ(X @ W), V);", "explain(m)", "explain(∂m/∂W)",
        "explain(mean(X @ W))", "d = mean((X @ W + b - V)**2);", "explain(∂d/∂b)",
        "x = 2.0; explain(3 * x + 1)", "explain(2 + 3)", "explain(sum(V > 0.2))",
      ]),
    Conversation(
      "Picked classes",
      [
        ":digits 3", "s = [1.0, 2.0, 0.5]; p = softmax(s); t = [0, 0, 1];",
        "L = -sum(t * log(p));", "explain(∂L/∂s)", "M = -log(softmax(s)[2]);", "explain(∂M/∂s)",
        "Z = [1.0, 2, 3; 0.5, 0.2, -1]; P = softmax(Z); B = -(log(P[0,1]) + log(P[1,2])) / 2;",
        "explain(∂B/∂Z)",
      ]),
    Conversation(
      "Pieces",
      [
        ":digits 2", "x = [-2.0, 0.5, 3.0]; a = [1.0, 2, 3]; b = [4.0, 5, 6];",
        "y = where(x > 0, a * x, b);", "explain(y)", "explain(y[0])", "explain(leaky_relu(x))",
        "explain(elu(x))", "explain(clip(x, -1, 1))", "explain(abs(x))",
        "explain(huber(x[0], 0.5))",
        "E = sum(y) + sum(leaky_relu(x));", "explain(∂E/∂x)", "explain(∂E/∂x[0])",
        "keep = x > 0; F = sum(where(keep, a * x, b));", "explain(F)", "explain(∂F/∂x)",
        "explain(floor(2.5) + round(3.7) + ceil(x[1]))", "explain(sign(x))",
      ]),
    Conversation(
      "Gradients through recurrent cells",
      [
        ":digits 3", "W = [0.5, -0.2; 0.1, 0.3; 0.2, 0.4; -0.3, 0.1]; b = [0.1, -0.1];",
        "xs = [0.5, -1.0; 1.0, 0.2; -0.3, 0.4]; s = [0.0, 0.2];",
        "for t in range(3): s = rnn_cell(xs[t], s, W, b)", "E = sum(s**2) / 2;",
        "explain(∂E/∂W)", "explain(∂E/∂W[0, 1])", "explain(∂E/∂xs)",
        "V = [0.1, 0.2, 0.3, 0.4; 0.5, -0.6, 0.7, -0.8; 0.9, 0.1, -0.2, 0.3];",
        "c = [0.1, 0.0, 0.2, -0.1]; u = lstm_cell([0.5, -1.0], [0.1, 0.2], V, c);", "explain(u)",
        "F = u[0]**2;", "explain(∂F/∂V)", "explain(∂F/∂V[0, 0])",
      ]),
    Conversation(
      "Common parts",
      [
        ":digits 3", "g = [4.0, 3, 1, 3];", "explain(var(g))", "z = (g - mean(g)) / std(g);",
        "explain(z[0])", "θ = [4.0, -4.0]; f = 1.25 * (θ[0] + 6)**2 + (θ[1] - 8)**2;",
        "explain(∂f/∂θ)", "η = θ - 0.1 * ∂f/∂θ;", "explain(η)", "explain(η[1])",
      ]),
    Conversation(
      "Slide arithmetic",
      [
        ":digits 3",
        """
        with rounding(2): x = [1.0, -0.5]; w = [-0.2, 0.5]; y = 1.0; s = w @ x; ŷ = σ(s); \\
        E = 0.5*(y - ŷ)**2
        """,
        "explain(s)", "explain(ŷ)", "explain(E)", "explain(∂E/∂w)", "explain(∂E/∂w[0])",
        "compare_gradients(E, w)", "v = float32([0.1, 0.7]); t = float32(3) * v;", "explain(t)",
        "F = sum(t**2);",
        "explain(F)", "explain(∂F/∂v)",
      ]),
    Conversation(
      "Functions of the library",
      [
        ":digits 3", "a = [3.0, 1, 2, 4]; c = corrcoef(a, a**2);", "explain(c)",
        "explain(∂c/∂a[0])",
        "r = f1_score([1, 0, 1, 1], [1, 0, 0, 1]);", "explain(r)",
        "s = cosine_similarity([1.0, 2], [3.0, 4]);", "explain(s)",
        "p = [0.2, 0.8]; q = [0.5, 0.5]; E = kl_divergence(p, q);", "explain(E)",
        "explain(∂E/∂q)",
      ]),
    Conversation(
      "Systems of equations",
      [
        ":digits 3", "A = [2.0, 1, 0; 1, 3, 1; 0, 1, 2]; b = [1.0, 2, 3]; x = solve(A, b);",
        "explain(x)", "V = inv(A);", "explain(V[0, 1])",
        "M = [1.0, 2, 0, 1; 4, 1, 2, 0; 0, 2, 5, 1; 1, 0, 1, 3];",
        "y = solve(M, [1.0, 0, 2, 1]);", "explain(y)", "explain(y[2])", "V = inv(M);",
        "explain(V[1, 2])",
        "B = M * 1; z = solve(B, [1.0, 0, 2, 1]); F = sum(z**2);",
        "explain(∂F/∂B)", "explain(det(M))",
        "N = [1.0, 2, 0, 1, 0; 4, 1, 2, 0, 1; 0, 2, 5, 1, 0; 1, 0, 1, 3, 2; 2, 0, 0, 1, 4];",
        "d = det(N);", "explain(d)",
        "fit = lstsq([1.0, 0; 1, 1; 1, 2], [1.0, 3, 6]);", "explain(fit)",
        "wide = lstsq([1.0, 2, 3; 2, 4, 6.5], [1.0, 3]);", "explain(wide)",
        "flat = lstsq([1.0, 2; 2, 4; 3, 6], [1.0, 3, 2]);", "explain(flat)",
        "seed(1); R = randn(20, 20); g = randn(20); r = solve(R, g);", "explain(r[3])",
        "explain(det(R))", "V = inv(R);", "explain(V[0, 0])",
      ]),
    Conversation(
      "Depth",
      [
        ":digits 3", "x = [1.0, -0.5]; W = [1.2, 2.1, -1.5; -0.3, -0.7, 0.3]; y = [0, 1, 0];",
        "s = Wᵀ @ x; h = σ(s); d = h - y; E = sum(d**2) / 2;", "explain(E, depth=2)",
        "explain(E, depth=9)", "explain(h[1], depth=3)", "explain(mean(h), depth=2)",
        "X = randn(20, 2) * 0 + 1; Z = X @ W; m = mean(Z);", "explain(m, depth=2)",
        "explain(∂E/∂W[0, 1], depth=3)",
      ]),
    Conversation(
      "Kinds of quantities",
      [
        ":digits 2", "def f(a): return a * 2 + 1",
        "x = [1.0, 2.0, 3.0]; A = [1.0, 2; 3, 4]; u = f(x); b = True; n = 3; e = zeros(0);",
        "explain(\"text\")", "explain([1, [2, 3]])", "explain(f)", "explain(None)", "explain(b)",
        "explain(n)", "explain(nothing)", "explain(e)", "explain(x[1:3])", "explain(A[:, 0])",
        "explain(x[-1])", "explain(u[5])", "c = [i * i for i in range(3)];", "explain(c)",
        "explain(u)", "explain(f(x)[0])", "d = (x * 2).detach();", "explain(d)",
        "explain([1.0, nan, inf] * 2)", "explain(len(x))", "explain(3)",
        "explain(lambda t: t)", "explain(∂u/∂x[0])",
      ]),
  ]

  /// What a reader had found wrong.
  static let corrections: [Conversation] = [
    Conversation(
      "Rows, losses and large terms",
      [
        ":digits 3", "X = [1.0, 2; 3, 4]; Y = X @ X; E = sum(Y * Y);", "explain(∂E/∂X[1])",
        "explain(∂Y[0, 0]/∂X[:, 0])",
        "x = [1.0, 0.5, -1.0]; t = [1.0, 0.0, 2.0]; w = 0.5;",
        "L = sum(stack([(x[i] * w - t[i])**2 for i in range(3)])); explain(∂L/∂w)",
        "v = [0.0, -1.2]; y = -2 / v;", "explain(sum(y**2))", "explain(1e10 - 1e10 + 1e-7)",
        "third = 1 / 3; explain(third * 3)", "explain(0.1 + 0.2 - 0.3)",
        "explain(leaky_relu(x - mean(exp(x))))",
        "A = [1.0, 2, 3; 4, 5, 7]; P = A / A.sum(axis=1, keepdims=True); F = sum(P**2);",
        "explain(∂F/∂A[0, 0])", "O = sum(softmax(A @ [1.0, 0; 0, 1; -1, 0.5]));",
        "explain(∂O/∂A[0, 1])",
        "m = Sequential(Linear(3, 1), Sigmoid()); m[0].weight = [[0.1, 0.2, 0.3]];",
        "G = (m(x)[0] - 1)**2;", "explain(∂G/∂x)", "explain(where(v > 0, v**2, -v))",
        "explain(cross_entropy(X @ [1.0, -0.5] + 0.1, 1))",
        "def f(x):\n    x = x * 2\n    return x + 1", "r = 3.0; z = f(r);",
        "explain(∂z/∂r)",
      ]),
    Conversation(
      "Steps of a layer",
      [
        ":digits 3", "layer = LSTM(1, 1); layer.W = [0.1, -0.2, 0.5, 0.4; 0.5, 0.6, 1.0, 0.3];",
        "layer.b = [1.0, 0, 0, 0.1]; x = [1.0; 0; -1; 0.5]; out, h = layer(x);",
        "explain(out[1])", "y = out[1, 0] * 2;", "explain(y)", "E = sum(out**2);",
        "explain(∂E/∂x[1])",
      ]),
  ]
}
