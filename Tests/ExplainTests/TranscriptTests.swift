import Presentation
import Session
import TestSupport
import Testing

/// Explanations as they come out at the prompt, word for word; every printed equality is worked out
/// again.
@Suite struct TranscriptTests {
  static let conversations =
    networks + images + training + derivatives + spellings + pages + corrections
    + reasons

  private static let networks: [Conversation] = [
    Conversation(
      "LeNet-5",
      [
        "explain(conv_size(227, 11, stride=4))",
        "explain(conv_size(7, 3, stride=3, padding=1, dilation=1))",
        "n = 32; f = 5; explain(conv_size(n, f))",
        """
        net = Sequential(Conv2d(1, 6, 5), Tanh(), AvgPool2d(2), Conv2d(6, 16, 5), Tanh(), \
        AvgPool2d(2), Flatten(), Linear(400, 120), Tanh(), Linear(120, 84), Tanh(), Linear(84, 10));
        """,
        "explain(summary(net, (1, 32, 32)))", "explain(Linear(84, 10))",
      ]),
    Conversation(
      "Batch norm",
      [
        ":digits 3", "x = [1.0, 2.0, 4.0, 5.0]; γ = 1.5; β = 0.5;", "μ = mean(x)",
        "var = mean((x - μ)**2)", "x̂ = (x - μ) / sqrt(var + 1e-5)", "y = γ * x̂ + β",
        "explain(μ)", "explain(var)", "explain(x̂)", "explain(y[3])", "E = sum([1, -1, 2, 0] * y)",
        "explain(∂E/∂γ)", "explain(∂E/∂x)",
        "layer = BatchNorm1d(2); X = [1.0, 10.0; 3.0, 30.0]", "Y = layer(X)", "explain(Y)",
      ]),
    Conversation(
      "Dropout",
      [
        ":digits 2", "h = [0.5, -1.0, 2.0, 1.5]; keep = [1, 0, 1, 1]", "d = h * keep / 0.75",
        "explain(d)", "E = sum(d**2) / 2", "explain(∂E/∂h)", "seed(2); layer = Dropout(0.25);",
        "out = layer(h)", "explain(out)", "layer.eval()", "explain(layer(h))",
      ]),
    Conversation(
      "A network of layers",
      [
        ":digits 3",
        "seed(1); net = Sequential(Linear(2, 3), Tanh(), Linear(3, 2)); x = [1.0, -2.0];",
        "s = net(x)", "explain(s)", "E = cross_entropy(s, 1)", "explain(∂E/∂x)",
        "W = net[0].weight;",
        "explain(∂E/∂W[0, 1])",
      ]),
  ]

  private static let derivatives: [Conversation] = [
    Conversation(
      "Jacobians",
      [
        ":digits 3", "s = [1.0, 2.0, 0.5];", "p = softmax(s)", "explain(∂p/∂s)",
        "explain(∂p[0]/∂s[1])",
        "z = [0.5, -1.0]; h = σ(z);", "explain(∂h/∂z)",
        "W = [1.0, 2; 3, 4; 5, 5]; x = [1.0, -0.5];",
        "y = W @ x", "explain(∂y/∂x)", "u = Wᵀ @ y", "explain(∂u/∂y)", "q = softmax(y / 4)",
        "explain(∂q/∂x)", "explain(∂q[2]/∂x[0])", "explain(∂y/∂W[0, 1])", "v = x + W[0]",
        "explain(∂v/∂x)", "n = x / sum(x**2)", "explain(∂n/∂x)",
      ]),
    Conversation(
      "Gradients of a convolution",
      [
        ":digits 2", "x = [1, 2, 0; 0, 1, 3; 2, 1, 1]; w = [1, 2; 0, -1];", "o = conv2d(x, w)",
        "E = sum(o * [1, 2; 3, 4])", "explain(∂E/∂w)", "explain(∂E/∂x)", "explain(∂E/∂w[0, 1])",
        "explain(∂E/∂x[1, 1])",
        "o = conv2d(x, w, stride=2, padding=1)", "E = sum(o**2)", "explain(∂E/∂x)",
      ]),
  ]

  private static let spellings: [Conversation] = [
    Conversation(
      "Unnamed and picked",
      [
        ":digits 4", "a = [3.0, 1.0];", "explain(a>2)", "explain((a>2)[1])", "explain(a//2)",
        "explain(softplus(a))", "explain(softplus(a, beta=2))",
        "X = [1.0, 2; 3, 4; 5, 6]; W = [0.5, -1; 2, 1]; Z = X @ W;", "explain(Z[1])",
        "explain(Z[:2, 0])", "explain(X[2])", "explain((X @ W)[-1])", "row = Z[1]; explain(row)",
      ]),
    Conversation(
      "Picked and put together",
      [
        ":digits 2", "a = [1.0, 2, -1; 0.5, 3, 2];", "z = stack([a[0], a[1]]); E = sum(z**2);",
        "explain(∂E/∂a)", "c = concat([a, a], axis=0); E = sum(c**2);", "explain(∂E/∂a)",
        "b = a[:, 1] * 2; E = sum(b**2);", "explain(∂E/∂a)", "v = [1.0, 2, -1];",
        "t = top_k(v, 2)[0]; E = sum(t**2);", "explain(∂E/∂v)", "E = sum(pad(v, 1)**2);",
        "explain(∂E/∂v)", "y = tanh(5.7);", "explain(y)", "h = y; E = -log(softmax([20.0, 0])[0]);",
        "explain(E)", "u = 5.7; h = tanh(u); explain(∂h/∂u)",
      ]),
    Conversation(
      "Derivatives by other names",
      [
        ":digits 4", "f(x) = x**3; x = 2.0;", "explain(f′(x))", "explain(f″(x))",
        "s = f′(x); explain(s)", "explain(σ′([0.0, 1.0]))", "y = x**3; w = [1.0, 2];",
        "E = sum(w**2);",
        "explain(grad(y, x))", "explain(jacobian(y, x))", "g = ∂E/∂w;", "explain(g)",
        "E.backward(); explain(w.grad)", "w = [5.0, 5];", "explain(g)",
      ]),
  ]

  private static let images: [Conversation] = [
    Conversation(
      "Windows and winners",
      [
        ":digits 4", "image = [1, 1, 1, 0; 0, 1, 1, 1; 0, 0, 1, 1; 0, 0, 1, 1];",
        "kernel = [1, 0, 1; 0, 1, 0; 1, 0, 1]; map = conv2d(image, kernel);", "explain(map)",
        "explain(map[0, 1])",
        "maps = [[4, 3; 2, 4], [-2, 0; 2, -1]]; K = [[1, 0; 0, 1], [0, 1; 1, 0]];",
        "out = conv2d(maps, K)", "explain(out)",
        "small = [1, 0; 0, 1]; few = conv2d(image, small);",
        "explain(few[0, 0])", "m = max_pool2d(image * [1, 2, 3, 4], 2)", "pic = [1, 3; 3, 8];",
        "best = max_pool2d(pic, 2); T = 5 * best[0, 0];", "explain(∂T/∂pic[1, 1])",
        "explain(∂T/∂pic[0, 1])", "explain(∂T/∂pic)", "c = [11.5, 9.3]; k = argmax(c);",
        "explain(k)",
        "flat = pic.flatten()", "explain(flat)", "explain(K[0] @ pic)",
        "n = count(c > 10)", "explain(n)",
      ]),
    Conversation(
      "Wide windows",
      [
        ":digits 2",
        "x = [[1.5, -0.25, 2; 0.5, 3.25, -1.5; 2.5, 1, -0.75], [0.5, 1.25, -2; 1, 0.75, 2; 0, -1, 1.5]];",
        """
        w = [[[0.5, -1.5, 2; 1, 0.25, -0.5; 3, 1.5, -2], [1, -0.5, 0.75; 2, 0.5, -1; 0.25, 1, 2]], \
        [[1, 0, 0; 0, 1, 0; 0, 0, 1], [0.5, 0, 0; 0, 0.5, 0; 0, 0, 0.5]]];
        """,
        "z = conv2d(x, w, [0.5, -1], padding=1);", "explain(z)", "explain(z[0, 1, 1])",
        "E = sum(z**2);", "explain(∂E/∂x[1, 1, 1])", "explain(∂E/∂w[1, 0, 1, 1])",
        "wide = conv2d(ones(12, 12), ones(12, 12) * 0.125); explain(wide)",
      ]),
    Conversation(
      "Large scores",
      [
        ":digits 4", "g = [1, 1000, 2]; p = softmax(g);", "explain(p)", "explain(p[1])",
        "l = log_softmax([30, 0])", "explain(l)", "loss = cross_entropy(g, 0);", "explain(loss)",
        "explain(logsumexp(g))", "h = σ([-3.0, 0.0, 2.0])", "explain(h)", "x = [-3, 1, 5];",
        "W = [0.3, 0.1; 0.2, -0.4; 0.1, 0]; f = sum(tanh(Wᵀ @ x));", "explain(∂f/∂W)",
        "z = 7.0; s = σ(z); E = 3 * s;", ":digits 2", "explain(∂E/∂z)",
      ]),
    Conversation(
      "Steps",
      [
        ":digits 4", "x = 2.0; E = x**2 + 3;", "x ← x - 0.01 * ∂E/∂x", "explain(x)",
        "γ = 0.5; w = [1.0, 2.0];",
        "for t in range(3): E = sum(w**2) / 2; w = w - γ * ∂E/∂w", "explain(w)", "explain(w[1])",
        "g = [1.0, 2.0, 3.0]; q = softmax(g); L = -log(q[2]);", "explain(∂L/∂g)",
      ]),
    Conversation(
      "Spread and parts",
      [
        ":digits 3", "a = [3.0, 1, 2, 4]; v = var(a)", "explain(v)",
        "explain(std([1.0, 2; 3, 5], axis=1))", "x = arange(12) / 4; p = softmax(x);",
        "explain(p[3])",
        "E = v * a[0]; explain(∂E/∂a[0])", "x = 2.0; u = x**2; E = u * x;", "explain(∂E/∂x)",
        "explain(∂(∂E/∂x)/∂x)",
      ]),
    Conversation(
      "Changed names",
      [
        ":digits 3", "c = 5.0; c = c * 2; explain(c)", "f = 1.0;",
        "for n in range(1, 6): f = f * n", "explain(f)", "x = 1.0; y = x * 2;", "x = 5.0",
        "explain(y)", "a = 1.0; b = 2.0; v = [a, b]; d = v * 2; E = sum(d**2);", "explain(∂E/∂a)",
      ]),
    Conversation(
      "Numbers and roots",
      [
        ":digits 4", "explain(1/3)", "explain(2**0.5)", "a = 2.0; z = (√a)**2; explain(z)",
        "explain(1/√(a + 1))", "y = gelu(a); explain(∂y/∂a)", "explain(98765432.25 * a)",
        "explain(1.234e-9 * a)", ":digits 8", "explain(1.23456789e20 * a)",
        "explain(1.23456789e-12 * a)", "e = zeros(0); E = sum(e * 2); explain(∂E/∂e)",
      ]),
    Conversation(
      "Comparing gradients",
      [
        ":digits 4", "w = [0.5, -1.0]; E = sum(tanh(w)**2)", "explain(∂E/∂w)",
        "compare_gradients(E, w)",
        "compare_gradients(E, w[1])", "x = [0.0, -1.0, 0.5]; L = sum(relu(x));",
        "compare_gradients(L, x)", "y = [1.0, 1.0]; m = max(y)**2;", "compare_gradients(m, y[0])",
        "t = 2.0; f = floor(t); compare_gradients(f, t)", "t = 0.0; r = sqrt(t);",
        "compare_gradients(r, t)",
      ]),
  ]

  private static let training: [Conversation] = [
    Conversation(
      "Optimizers",
      [
        ":digits 4", "seed(1); net = Linear(1, 1); x = [2.0]; ",
        "E = sum((net(x) - 1)**2)", "E.backward()",
        "explain(sgd(net.parameters(), lr=0.1))",
        "explain(momentum(net.parameters(), lr=0.1))",
        "explain(adagrad(net.parameters(), lr=0.1))",
        "explain(rmsprop(net.parameters(), lr=0.1))",
        "opt = adam(net.parameters(), lr=0.1, weight_decay=0.01);", "explain(opt)", "opt.step()",
        "explain(opt)", "explain(net.weight)", "opt.zero_grad(); explain(opt)",
        "sum((net(x) - 1)**2).backward()", "explain(opt)",
        "w = [3.0, 1.0]; go = nesterov([w], lr=0.1);", "explain(go)",
        "for i in range(3): go.zero_grad(); sum(w**2).backward(); go.step()", "explain(w)",
        "explain(w[1])", "v = ones(6) * 2.0; few = rmsprop([v]); sum(v**3).backward(); few.step()",
        "explain(v)",
      ]),
    Conversation(
      "Schedules and initializers",
      [
        ":digits 4", "rate = step_schedule(0.1, 10);", "explain(rate(25))",
        "rate = cosine_schedule(0.1, T_0=4, T_mult=2, eta_min=0.01);", "explain(rate(6))",
        "rate = linear_schedule(0.1, 0.01, 4);", "explain(rate(1))",
        "rate = triangular_schedule(0.001, 0.006, 4);", "explain(rate(2))",
        "n_in = 784; n_out = 300; bound = sqrt(6 / (n_in + n_out))", "explain(bound)",
        "σ_he = sqrt(2 / n_in)", "explain(σ_he)",
      ]),
  ]

  @Test(arguments: conversations)
  func conversation(_ conversation: Conversation) throws {
    let notebook = try Notebook(triesAllForms: true)
    var formulas = FormulaReader()
    let typed = conversation.transcript { line in
      let answer = notebook.answer(line)
      if line.hasPrefix("explain(") {
        let subject = String(line.dropFirst("explain(".count).dropLast())
        formulas.read(answer, about: subject, in: notebook)
      }
      return answer
    }
    let transcript = "# \(conversation.name)\n\n```\n" + typed
    #expect(formulas.mistakes.isEmpty, "\(formulas.mistakes.joined(separator: "\n"))")
    #expect(formulas.held > 0 || FormulaReader.onlySettings.contains(conversation.name))
    for line in transcript.split(separator: "\n") where !line.hasPrefix("∇") {
      #expect(line.count <= 80, "wider than the page: \(line)")
    }
    let printed = PrintedLines(transcript)
    #expect(
      printed.checked > 3 && printed.mistakes.isEmpty, "\(printed.mistakes.joined(separator: "\n"))"
    )
    #expect(printed.passedOver[.unreadable] == nil)
    expectGolden(name: conversation.name, text: transcript + "```\n")
  }
}
