import Autograd
import Language
import Presentation
import Tensors
import Testing

@Suite struct EvaluatorTests {
  static let programs: [(String, String)] = [
    // Python's numbers
    ("7 // 2", "3"), ("-7 // 2", "-4"), ("7 % -3", "-2"), ("7 / 2", "3.5000"), ("6 / 2", "3.0"),
    ("True + True", "2"), ("2 ** 10", "1024"), ("2 ** -1", "0.5000"), ("-2 ** 2", "-4"),
    ("1 < 2 < 3", "True"), ("1 < 2 > 5", "False"), ("not 0", "True"), ("0 or 5", "5"),
    ("3 and 0", "0"), ("None or 2", "2"), ("1e-3 * 1_000", "1.0"), ("5 if 0 else 6", "6"),
    ("[1.0] / 0", "[inf]"), ("x = 3\nx is None", "False"), ("None is None", "True"),
    ("2 == 2.0", "True"),
    ("'a' == 1", "False"), ("'abc' < 'abd'", "True"), ("+3", "3"), ("2²", "4"),
    ("√9", "3.0"), ("√(9 + 16) * 2", "10.0"), ("√9**2", "9.0"), ("-√4", "-2.0"),
    ("x = [4, 9]\n√x / √x[0]", "[1.0000, 1.5000]"),
    // Tensors
    ("[1.2, 2.1; -0.3, -0.7].shape", "(2, 2)"), ("[[1, 2], [3, 4]] @ [1, 1]", "[3, 7]"),
    ("Θ = [1, 2; 3, 4]\nΘᵀ", "[[1, 3], [2, 4]]"), ("[1, 2; 3, 4].T[0]", "[1, 3]"),
    ("[1, 2] ⊙ [3, 4]", "[3, 8]"), ("[1, 2, 3] + 1", "[2, 3, 4]"),
    ("[1, 2] == [1, 3]", "[True, False]"),
    ("[1.5, 2, True]", "[1.5000, 2.0000, 1.0000]"), ("[1, 2].size + [1; 2].ndim", "4"),
    ("sum([1, 2; 3, 4], axis=0)", "[4, 6]"), ("[1, 2; 3, 4].sum(axis=1)", "[3, 7]"),
    ("[1, 2, 3].mean()", "2.0"), ("σ([0])", "[0.5000]"), ("[1, 2].dtype", "\"int64\""),
    ("reshape([1, 2, 3, 4], (2, 2))[1]", "[3, 4]"),
    ("[1, 2, 3, 4].reshape(2, -1)", "[[1, 2], [3, 4]]"),
    // Indices
    ("x = [1, 2, 3; 4, 5, 6]\nx[1, 2]", "6"), ("[1, 2, 3; 4, 5, 6][:, 1]", "[2, 5]"),
    ("[1, 2, 3, 4][1:3]", "[2, 3]"), ("[1, 2, 3, 4][::-1]", "[4, 3, 2, 1]"), ("[1, 2, 3][-1]", "3"),
    ("[1, 2, 3; 4, 5, 6][..., 0]", "[1, 4]"), ("[1, 2][:, None].shape", "(2, 1)"),
    ("x = [1, 5, 2]\nx[x > 1]", "[5, 2]"), ("[10, 20, 30][[2, 0]]", "[30, 10]"),
    ("x = [1, 2; 3, 4]\nx[[0, 1], [1, 0]]", "[2, 3]"),
    ("x = [1, 2; 3, 4]\nx[range(2), [1, 1]]", "[2, 4]"),
    ("x = [1, 2, 3; 4, 5, 6]\nx[:, [2, 0]]", "[[3, 1], [6, 4]]"), ("'hello'[1:3]", "\"el\""),
    ("x = [1, 2; 3, 4]\nx[[True, False]]", "[[1, 2]]"), ("(1, 2, 3)[1:]", "(2, 3)"),
    ("range(10)[3]", "3"), ("x = [1, 2, 3]\nx[1] = 9\nx", "[1, 9, 3]"),
    ("x = [1, 2; 3, 4]\nx[:, 0] = 0\nx", "[[0, 2], [0, 4]]"),
    ("x = [1, 2]\nx[0] = 0.5\nx", "[0.5000, 2.0000]"),
    ("x = [1, 2]\ny = x\nx[0] = 7\ny", "[7, 2]"), ("x = [1, 2]\nx[0] += 5\nx", "[6, 2]"),
    // Things: what CPython and NumPy give (script/differential_programs.py runs many more)
    ("A = [1, 2; 3, 4] * 1.0\nA[0], A[1] = A[1], A[0]\nA", "[[3.0, 4.0], [3.0, 4.0]]"),
    ("A = [[1, 2], [3, 4]]\nA[0], A[1] = A[1], A[0]\nA", "[[3, 4], [1, 2]]"),
    ("q = [7, 8]\nq += (3,)\nq", "[7, 8, 3]"),
    ("z = [[1, 2], [3, 4]]\nz[0].append(5)\nz", "[[1, 2, 5], [3, 4]]"),
    ("z = [[1, 2], [3, 4]]\nr = z[1]\nr.append(9)\nz[1][0] = 5\nr", "[5, 4, 9]"),
    ("q = [1, 2]\nv = [q, q]\nq.append(5)\nv", "[[1, 2, 5], [1, 2, 5]]"),
    ("x = [1, 2]\ny = x\ndel x[0]\ny", "[2]"),
    ("A = [1, 2; 3, 4] * 1.0\nr = A[0]\nr += 5\nA", "[[6.0, 7.0], [3.0, 4.0]]"),
    ("A = [1, 2; 3, 4] * 1.0\nfor row in A: row += 1\nA", "[[2.0, 3.0], [4.0, 5.0]]"),
    ("A = [1, 2; 3, 4] * 1.0\nA.T[0] = [7, 8]\nA", "[[7.0, 2.0], [8.0, 4.0]]"),
    ("w = [1.0, 2]; b = [3.0, 4]\nfor p in [w, b]: p -= 1\nw + b", "[2.0, 4.0]"),
    ("x = [1, 2, 3] * 1\nx[[0, 0]] += 1\nx", "[2, 2, 3]"),
    ("x = [1, 2, 3] * 1\nx[0] = 1.7\nx", "[1, 2, 3]"),
    ("def f(v=[0]):\n    v[0] += 1\n    return v[0]\nf(); f()\nf()", "3"),
    ("a = b = [0]\na[0] = 5\nb", "[5]"), ("h = []\nw = [1.0]\nh.append(w)\nw += 1\nh", "[[2.0]]"),
    // Lists, tuples, strings
    ("xs = []\nxs.append(1)\nxs.append('a')\nxs", "[1, \"a\"]"),
    ("xs = [1]\nxs.append(2)\nxs", "[1, 2]"),
    ("xs = []\nxs.append(1.5)\nxs.append(2.5)\nsum(xs)", "4.0"), ("[[1, 2], [3]]", "[[1, 2], [3]]"),
    ("a, b = 1, 2\na, b = b, a\n(a, b)", "(2, 1)"), ("a, (b, c) = 1, (2, 3)\na + b + c", "6"),
    ("a, *b = [1, 2, 3]\nlen(b)", "2"), ("a, b = [1, 2; 3, 4]\nb", "[3, 4]"),
    ("(1, 2) + (3,)", "(1, 2, 3)"),
    ("'ab' * 2 + 'c'", "\"ababc\""), ("2 in [1, 2]", "True"), ("'b' in 'abc'", "True"),
    ("3 in range(0, 10, 2)", "False"), ("'x' not in ['y', 'z']", "True"),
    ("['a'] + ['b']", "[\"a\", \"b\"]"),
    ("xs = ['a']\nys = xs\nys.append('b')\nlen(xs)", "2"),
    ("[i * i for i in range(4) if i != 2]", "[0, 1, 9]"),
    ("[i + j for i in [1, 2] for j in (10, 20)]", "[11, 21, 12, 22]"),
    ("i = 7\n[i for i in range(3)]\ni", "7"),
    ("[[i * j for j in range(2)] for i in range(3)]", "[[0, 0], [0, 1], [0, 2]]"),
    ("[x for x in []]", "[]"),
    ("(1,)", "(1,)"), ("[None, True]", "[None, True]"),
    ("xs = ['a', 'b']\ndel xs[0]\nxs", "[\"b\"]"),
    ("xs = ['a', 'b']\nxs.pop()", "\"b\""), ("[] == []", "True"),
    ("losses = []\nlosses = losses + [1.0]\nlosses", "[1.0]"),
    // Statements
    ("s = 0\nfor i in range(5):\n    if i == 3: continue\n    s += i\ns", "7"),
    ("s = 0\nwhile True:\n    s += 1\n    if s >= 4:\n        break\ns", "4"),
    ("def f(x, n=2):\n    \"doc\"\n    return x ** n\nf(3) + f(2, n=3)", "17"),
    ("f(x) = x**2 + 3\nf(2)", "7"), ("f(x, y=2) = x * y\nf(y=5, x=1)", "5"),
    ("def fact(n):\n    if n <= 1: return 1\n    return n * fact(n - 1)\nfact(10)", "3628800"),
    (
      "def outer(a):\n    def inner(b): return a + b\n    a = a * 10\n    return inner\nouter(1)(2)",
      "12"
    ),
    ("def f():\n    pass\nf()", "None"), ("x = 1\ndef f(): return x\nx = 5\nf()", "5"),
    ("x = 1\ndef f():\n    x = 2\n    return x\nf() + x", "3"), ("(lambda a, b=1: a - b)(5)", "4"),
    (
      "def even(n): return True if n == 0 else odd(n - 1)\ndef odd(n): return False if n == 0 else even(n - 1)\neven(10)",
      "True"
    ),
    ("map(lambda v: v * k, [1, 2]) if False else 3", "3"),
    ("len(map(f, [1, 2])) if False else 1", "1"),
    (
      "def f(xs): return [x * scale for x in xs if x > lo]\nscale = 2; lo = 1\nf([1, 2, 3])",
      "[4, 6]"
    ),
    ("x = 5\ndel x\nx = 2\nx", "2"), ("assert 1 < 2, 'no'\n3", "3"), ("a = b = 4\na + b", "8"),
    ("s = 0\nfor a, b in [(1, 2), (3, 4)]: s += a * b\ns", "14"),
    ("for c in 'ab': d = c\nd", "\"b\""),
    ("for row in [1, 2; 3, 4]: r = row\nr", "[3, 4]"),
    ("if []: x = 1\nelif [0]: x = 2\nelse: x = 3\nx", "3"),
    // Text
    ("ŷ = 2.345678\nprint(f\"{ŷ:.2f} {ŷ} {3}\")", "2.35 2.345678 3"),
    ("f\"{5:>4}|{'a':<3}|{'b':^3}|\"", "\"   5|a  | b |\""),
    ("f\"{0.256:.1%} {1234567:,} {12:05d} {3:+}\"", "\"25.6% 1,234,567 00012 +3\""),
    ("x = 2\nf\"{x=}\"", "\"x=2\""),
    ("f\"{[1.0, 2.5]:.1f}\"", "\"[1.0, 2.5]\""), ("w = 7\nf\"{3.14159:{w}.2f}\"", "\"   3.14\""),
    ("f\"{1e-10:.1e} {255:x}\"", "\"1.0e-10 ff\""),
    ("print([1, 2; 3, 4], 'a', None, (1, 'b'))", "[[1, 2],\n [3, 4]] a None (1, 'b')"),
    ("[7.0] // 0", "[inf]"), ("[7.0] % 0", "[nan]"), ("[0.0] / 0", "[nan]"), ("2 ** 0.5", "1.4142"),
    ("10**20", "100000000000000000000"),
    ("x = [1, 2, 3]\nx[5:]", "[]"), ("y = 1; ŷ = 0.62\n½ * (y - ŷ)**2", "0.0722"),
    ("W′ = 3\nW′ − 1", "2"),
    ("if not None and 'a': x = 1\nx", "1"), ("x = y = []\nx.append('a')\ny", "[\"a\"]"),
    ("xs = [3.0, 1, 2]\nxs.sum() / len(xs)", "2.0"),
    ("a = [1, 2]; b = [3, 4]\n[a, b] @ [1, 1]", "[3, 7]"), ("z = [[1, 2], [3, 4]][1][0]\nz", "3"),
    ("m = [0.0, 0; 0, 0]\nm[1] = [5, 6]\nm[0, :] = 2\nm", "[[2.0, 2.0], [5.0, 6.0]]"),
    ("def f(x):\n    if x: return 'yes'\n    return 'no'\nf([0.0]) + f(1)", "\"noyes\""),
    ("i = 0\nwhile i < 10:\n    i += 1\n    if i % 2: continue\n    if i > 6: break\ni", "8"),
    ("total = 0\nfor i, row in [(0, 'ab'), (1, 'cd')]:\n    for c in row: total += i\ntotal", "2"),
    ("maximum(True, False)", "True"),
    (
      "zeros = [0, 0, 0; 0, 0, 0]\nx = [zeros, zeros, zeros, zeros]\n(x.T.shape, xᵀ.shape)",
      "((3, 2, 4), (3, 2, 4))"
    ),
    ("7 // -0.7", "-11.0"), ("1 // 0.1", "9.0"), ("-1 // inf", "-1.0"),
    ("minimum([1 < 2, 2 < 1], True)", "[True, False]"),
    // Updates and rounding
    ("w = 3\nw ← w * 2\nw", "6"), ("w <- 4\nw", "4"),
    ("a = 1; b = 2\na, b ← b, a\n(a, b)", "(2, 1)"),
    ("W = [1, 2; 3, 4]\nW[0, 1] ← 9\nW", "[[1, 9], [3, 4]]"),
    ("with rounding(2):\n    a = 0.125\n    b = a * 3\nb", "0.3900"),
    ("with rounding(2): a = 2.675\na", "2.6800"),
    (
      "x = 1.005\nwith rounding(1):\n    y = x + 0.04\n    def g(t):\n        u = t / 3\n        return u\n    z = g(1)\n(y, z)",
      "(1.0, 0.3000)"
    ),
  ]

  @Test(arguments: programs)
  func programGives(program: String, expected: String) throws {
    do {
      let shown = try Session().show(program)
      #expect(shown == expected, "\(program) gave \(shown)")
    } catch let error as Diagnostic {
      Issue.record("\(program): \(Renderer(width: 80, color: false).render(error))")
    }
  }

  // MARK: - Gradients

  @Test(arguments: [
    ("x = 3\ny = x**2 + 3\n∂y/∂x", [6.0]),
    ("x = 2\ny = x**3\n∂(∂y/∂x)/∂x", [12]),
    ("x = 2\n∂²(x**3)/∂x²", [12]),
    ("x = 2\ny = x**3\nd(d(y)/d(x))/d(x)", [12]),
    ("x = 2\ny = x**4\n∂(2 * ∂y/∂x + x)/∂x", [97]),
    ("W = [1, 2; 3, 4]\nE = sum(W * W)\n∂E/∂W[0, 1]", [4]),
    ("W = [1, 2; 3, 4]\nE = sum(W * W)\n∂E/∂W.T", [2, 6, 4, 8]),
    ("W = [1, 2; 3, 4]\nE = sum(W * W)\n∂E/∂Wᵀ", [2, 6, 4, 8]),
    ("W = [1, 2; 3, 4]\nE = sum(W * W)\n∂E/∂W.sum()", [20]),
    ("x = [1, 2]\ny = x * x\n∂y/∂x", [2, 0, 0, 4]),
    ("x = [1, 2]\ny = x * x\n∂y/∂x[0]", [2, 0]),
    ("def s(p):\n    E = p[0]**2 + p[1]\n    return ∂E/∂p\ns([3.0, 1.0])", [6, 1]),
    ("for p in [1, 2; 3, 4]:\n    E = p[0] * p[1]\n    g = ∂E/∂p\ng", [4, 3]),
    ("x = [1.0, 2]\ny = sum(x ** 3)\n∂(∂y/∂x)/∂x", [6, 0, 0, 12]),
    ("w = 3\nE = w**2\nE.backward()\nE.backward()\nw.grad", [12]),
    ("a = 2; b = 5\ng = grad(a * b, [a, b])\ng[0] - g[1]", [3]),
    ("w = 1.0\nfor i in range(3):\n    E = (w - 4)**2\n    w ← w - 0.25 * ∂E/∂w\nw", [3.625]),
    ("w = 1.0\nfor i in range(3):\n    E = (w - 4)**2\n    w -= 0.25 * ∂E/∂w\nw", [3.625]),
    ("w = 1.0\nfor i in range(3):\n    E = (w - 4)**2\n    w = w - 0.25 * ∂E/∂w\nw", [3.625]),
    ("x = 3\ntotal = 0\nfor i in range(4): total += x * i\n∂total/∂x", [6]),
    ("x = 3\nxs = []\nfor i in range(3): xs.append(x * i)\ns = sum(xs)\n∂s/∂x", [3]),
    ("x = 2\nv = [x, x * x, 1]\ns = sum(v)\n∂s/∂x", [5]),
    ("x = [1, 2, 3]\ns = 0\nfor v in x: s = s + v**2\n∂s/∂x", [2, 4, 6]),
    ("x = 2\nout = [0.0, 0, 0]\nfor i in range(3): out[i] = x**i\ns = sum(out)\n∂s/∂x", [5]),
    ("u = 2.0\nv = u\nfor i in range(3): v = v * 3\n∂v/∂u", [27]),
    ("a = 2\nb = a\nE = b**2\n∂E/∂a", [4]),
    ("f(x) = x**2\nx = 5\n∂f(x)/∂x", [10]),
    ("def f(w):\n    z = w * 3\n    return ∂(z**2)/∂z\nf(2)", [12]),
    ("x = 0.62502\nwith rounding(2): y = x * 1\nz = y * 2\n∂z/∂x", [2]),
    // Slopes are taken at the rounded number: σ(0.04) = 0.51 is 0.5 here, its slope 0.5·(1 − 0.5).
    ("s = 0.04\nwith rounding(1): h = σ(s)\n∂h/∂s", [0.25]),
    ("x = 3.26\nwith rounding(1):\n    y = x\n    z = y * y\n∂z/∂x", [6.6]),
    ("x = 1\n∂x/∂x", [1]),
    ("x = [1, 2, 3, 4]\ny = sum(x[1:3] ** 2)\n∂y/∂x", [0, 4, 6, 0]),
  ])
  func gradientIs(program: String, expected: [Double]) throws {
    do {
      let session = try Session()
      guard case .tensor(let variable)? = try session.run(program).last?.values.last?.value else {
        Issue.record("no tensor: \(program)")
        return
      }
      #expect(variable.value.elements == expected, "\(program)")
    } catch let error as Diagnostic {
      Issue.record("\(program): \(Renderer(width: 80, color: false).render(error))")
    }
  }

  // MARK: - Names and histories

  @Test func assignmentNamesAQuantity() throws {
    let session = try Session()
    try session.run("x = 2\ny = x * 3\nz = y")
    guard case .tensor(let z)? = session.environment.variable("z") else {
      Issue.record("not a tensor")
      return
    }
    #expect(z.naming?.name == "y")
    #expect(z.naming?.line == 2)
    #expect((z.naming?.origin as? Origin)?.text == "x * 3")
    #expect(z.inputs[0].naming?.name == "x")
  }

  @Test(arguments: [
    "w = w - 0.1 * ∂E/∂w", "w -= 0.1 * ∂E/∂w", "w ← w - 0.1 * ∂E/∂w", "w -= 0.1 * w.grad",
    "v = 0.9 * v + ∂E/∂w; w -= 0.1 * v", "w *= 0.5", "w = 0.5 * w", "w -= 1", "w = w + 2 * 3",
  ])
  func updatesKeepALeaf(update: String) throws {
    let session = try Session()
    try session.run("w = 3.0; v = 0\nE = w**2\nE.backward()")
    for _ in 0..<3 {
      try session.run("E = w**2\nE.backward()\n" + update)
      guard case .tensor(let w)? = session.environment.variable("w") else {
        Issue.record("not a tensor")
        return
      }
      #expect(w.isLeaf, "\(update)")
      #expect(w.naming?.name == "w")
    }
    if case .tensor(let v)? = session.environment.variable("v") { #expect(v.isLeaf) }
  }

  @Test(arguments: ["t += E", "t = t + E", "t *= w", "t = t + w"])
  func sumsKeepTheirHistory(update: String) throws {
    let session = try Session()
    try session.run("w = 3.0; t = 1\nE = w**2\n" + update)
    #expect(try session.number("∂t/∂w") != 0)
  }

  @Test func snapshotRestoresEverything() throws {
    let session = try Session()
    try session.run("x = 1\nxs = ['a']\nys = xs\nw = 2\nE = w**2")
    let snapshot = session.evaluator.state
    try session.run("x = 9\nnew = 3\nys.append('b')\nE.backward()\ndel w")
    session.evaluator.restore(snapshot)
    #expect(try session.show("(x, xs, w)") == "(1, [\"a\"], 2)")
    #expect(session.environment.variable("new") == nil)
    #expect(try session.show("w.grad is None") == "True")
    try session.run("ys.append('c')")
    #expect(try session.show("len(xs)") == "2")
  }

  @Test func resultsTellWhatHappened() throws {
    let session = try Session()
    let results = try session.run(
      "a = 1; b = 2\nwith rounding(1):\n    c = 0.25\n3 + 4;\nfor i in range(2): d = i\na, b = b, a"
    )
    #expect(
      results.map { $0.values.map { $0.name?.name ?? "-" }.joined(separator: " ") }
        == ["a", "b", "c", "-", "", "a b"])
    #expect(results.map(\.isSilent) == [true, false, false, true, false, false])
  }

  @Test func failureLeavesVariables() throws {
    let session = try Session()
    #expect(throws: Diagnostic.self) { try session.run("a = 1\nb = a + nothing\nc = 2") }
    #expect(try session.number("a") == 1)
    #expect(session.environment.variable("c") == nil)
  }
}
