import TestSupport

/// Conversations about numbers that decide something, and about numbers that leave few decimals.
extension TranscriptTests {
  static let reasons: [Conversation] = [
    Conversation(
      "Residues and gates",
      [
        ":digits 3", "x = [1.0, 2.0]; w = [0.5, -0.3]; b = 0.1; h = relu(w @ x + b);",
        "explain(h)", "explain(∂h/∂b)", "explain(∂h/∂w)",
        "X = [1.0, 2.0; 1.0, 1.0]; z = X @ w + b; E = sum(relu(z)**2 + relu(z));",
        "explain(∂E/∂z)",
      ]),
    Conversation(
      "Guards",
      [
        ":digits 3", "p = [0.9, 0.2]; y = [1, 0]; E = bce(p, y);", "explain(E)", "explain(∂E/∂p)",
        "q = [1.0, 0.2]; F = bce(q, y); G = bce(q, [0, 0]);", "explain(F)", "explain(G)",
        "explain(∂G/∂q)", "s = [2.0, -1.0]; L = bce_with_logits(s, y);", "explain(L)",
        "explain(∂L/∂s)", "explain(bce_with_logits([40.0, -1.0], y))",
      ]),
    Conversation(
      "Few decimals",
      [
        ":digits 2", "explain(exp(2.69))", "p = 0.1208; L = -log(p);", "explain(∂L/∂p)",
        "x = [1.0, 2.9]; v = mean((x - mean(x))**2); y = (x - mean(x)) / sqrt(v + 1e-5);",
        "t = y[0] * 0.5 + y[1] * 0.2;", "explain(∂t/∂x)", "z = 3.0; h = tanh(z); E = h**2 / 10;",
        "explain(∂E/∂z)",
      ]),
  ]
}
