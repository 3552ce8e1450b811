import TestSupport
import Testing

/// What pages say beside the arithmetic is true: which element it was, how many are left out, which
/// symbol means what.
@Suite struct PageFactsTests {
  /// The place that a cell gives holds the element named beside it.
  @Test(arguments: ["argsort(A, axis=0)", "argsort(A, axis=1)", "arg_top_k(v, 3)"])
  func placesHoldTheirElements(_ expression: String) throws {
    let columns = [[1.5, -3, 2, 0.5], [7, 6, 9, 8], [-1, 4, -2, 0.25]]
    let rows = (0..<4).map { row in columns.map { $0[row] } }
    let written = rows.map { $0.map { "\($0)" }.joined(separator: ", ") }.joined(separator: "; ")
    let notebook = try Notebook()
    _ = notebook.answer("A = [\(written)]; v = A[:, 0];")
    let said = notebook.answer("explain(\(expression))").split(separator: "\n").compactMap { line in
      line.contains("(the place of the element that comes here, ")
        ? Double(line.split(separator: " ").last?.dropLast().replacing("−", with: "-") ?? "") : nil
    }
    let sorted = columns.map { $0.sorted() }
    let expected =
      switch expression {
      case "argsort(A, axis=0)": (0..<4).flatMap { place in sorted.map { $0[place] } }
      case "argsort(A, axis=1)": rows.flatMap { $0.sorted() }
      default: Array(sorted[0].reversed().prefix(3))
      }
    #expect(said == expected)
  }

  /// A line of what is printed, after some lines were typed.
  @Test(arguments: [
    // Nothing but noise comes to 0: the printed numbers come to −0.0001.
    ("a = 1/3; b = 2/3; c = a + a - b; explain(c)", "= 0.3333 + 0.3333 − 0.6667 ≈ 0"),
    // A second mean has a symbol of its own.
    (
      "x = [1.0, 2, 4]; y = [1.0, 3, 5]; explain(var(x) + var(y))",
      "with μ′ = (1 + 3 + 5)/3 = 3"
    ),
    // Every second place, as it would be typed.
    (
      "x = [1.0, 2, 3, 4, 5, 6]; u = x[1:6:2]; E = sum(u**2); explain(∂E/∂x)",
      "∂E/∂x = ∂E/∂u at [1:6:2], 0 elsewhere"
    ),
    // The gradient of a maximum goes to the first of equal elements.
    (
      "a = [2.0, 5, 5]; m = max(a); explain(∂m/∂a[2])",
      "a[2] = 5, but an equal element comes before it"
    ),
    ("a = [2.0, 5, 5]; m = max(a); explain(∂m/∂a[0])", "a[0] = 2 is not the largest, 5"),
    ("v = 2.0; H = v**4 + v; explain(hessian(H, v))", "= 12·v² = 12·2² = 48"),
    ("v = 2.0; L = v**3; L.backward(); explain(v.grad)", "∂L/∂v = 3·v² = 3·2² = 12"),
    // Ways are counted through all that is named between.
    (
      "w = 0.5; h = w * 2; a = h**2; b = 3 * h; c = a * b; E = c + a; explain(∂E/∂w)",
      "E depends on h along 3 paths"
    ),
    // One column of a Jacobian along a chain.
    (
      "W = [1.0, 2; 3, 4; 5, 5]; x = [1.0, -0.5]; y = W @ x; q = y**2 / 10; explain(∂q/∂x[1])",
      "       0\n  0.8000\n  2.5000\n"
    ),
    ("x = [1.0, -0.5]; u = 2 * x; r = u * x; explain(∂r/∂x)", "∂r/∂u @ ∂u/∂x + ∂r/∂x|u\n"),
    // A number someone typed is shown as it was typed.
    ("a = 0.12345; b = a * 2; explain(b)", "= 0.12345·2 = 0.2469"),
    // Rows of a long sum keep the places of its elements, also behind those left out.
    (
      """
      s = [0.1, 0.5, -0.2, 0.7, 1.5, -0.3, 0.8, 0.2, 1.1, -1.2, 0.4, 0.9]; \\
      t = [1.0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1]; \\
      L = -mean(t * log(σ(s)) + (1 - t) * log(1 - σ(s))); explain(L)
      """,
      "ℓ[11] = t[11]·log(h[11]) + (1 − t[11])·log(z[11])"
    ),
    // The longest sum is the one that is taken apart.
    (
      """
      a = 0.5; b = 0.25; v = [0.1, 0.5, -0.2]; q = (a + b) * (log(1 + exp(-v[0])) + \\
      log(1 + exp(-v[1])) + log(1 + exp(-v[2])) + log(1 + exp(-v[0] * v[1]))); explain(q)
      """, "q = (a + b)·(ℓ[0] + ℓ[1] + ℓ[2] + ℓ[3])"
    ),
    ("W = ones(4, 4); W ← W - 0.5 * W; explain(W)", "\n… 6 more\n"),
    // A difference with another quantity's gradient is no step.
    (
      "w = 1.0; v = 2.0; E = w**2 * v; explain(w ← w - 0.1 * ∂E/∂v)", "= 1 − 0.1·1 = 0.9000"
    ),
    // The gates that one element needs, also through other gates.
    (
      "W = ones(3, 6) * 0.1; x = gru_cell([0.5], [0.1, 0.2], W, zeros(6)); explain(x[0])",
      "\nr[1] = 1/(1 + exp("
    ),
    // Of forty contributions those beyond the first 24 are one number.
    (
      "w = [0.5, 1.5]; y = sum([w[0] * i for i in range(40)]); explain(∂y/∂w)", "(16 more)"
    ),
    // Bounds are conditions, in the gradient as well.
    (
      "x = [-2.0, 0, 3]; z = clip(x, -1, 1); F = sum(z**2); explain(∂F/∂x)",
      "∂F/∂x = ∂F/∂z ⊙ 𝟙[x ≥ −1] ⊙ 𝟙[x ≤ 1] "
    ),
    // Bounds in the wrong order: the upper one counts.
    ("x = 0.5; explain(clip(x, 2, 1))", "clip(x, 2, 1) = 1 "),
    // What is left out of given numbers is told where it is left out.
    ("x = arange(100) / 8; x = x.detach(); explain(x)", "… 90 more\nx[98] = 12.2500\n"),
  ])
  func says(_ lines: String, _ fact: String) throws {
    let notebook = try Notebook()
    let page = notebook.answer(lines)
    #expect(page.contains(fact), "\(page)")
  }

  /// A gradient that was kept is not explained by a loss that has taken the name since, nor where the
  /// numbers happen to be the same.
  @Test(arguments: [
    ("E = v**3; g = ∂E/∂v; E = v**2; explain(g)", "g"),
    ("L = v**2; L.backward(); L = 4 * v; explain(v.grad)", "v.grad"),
  ])
  func keptGradientsBelongToTheirLoss(_ lines: String, _ name: String) throws {
    let notebook = try Notebook()
    _ = notebook.answer("v = 2.0")
    let page = notebook.answer(lines)
    #expect(page.hasPrefix("\(name) = ") && !page.contains("\n∂"), "\(page)")
  }

  /// What elided cells were worked out from is shown above, and left out as they are.
  @Test func elidedCellsAreFollowedUpwards() throws {
    let notebook = try Notebook()
    let numbers = (1...8).map { "\($0)" }.joined(separator: ", ")
    _ = notebook.answer("x = [0.5, 2.0]; h = x[0] * [\(numbers)]; z = tanh(h / 10);")
    _ = notebook.answer("E = sum(z**2);")
    let page = notebook.answer("explain(∂E/∂x[0])")
    #expect(page.split(separator: "\n").count { $0 == "… 4 more" } == 2, "\(page)")
  }
}
