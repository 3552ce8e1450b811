import Language
import Presentation
import Testing

@Suite struct ParserTests {
  static let structures: [(String, String)] = [
    ("1 + 2 * 3", "(1 + (2 * 3))"),
    ("(1 + 2) * 3", "((1 + 2) * 3)"),
    ("a - b - c", "((a - b) - c)"),
    ("2 ** 3 ** 2", "(2 ** (3 ** 2))"),
    ("-x ** 2", "(- (x ** 2))"),
    ("2 ** -1", "(2 ** (- 1))"),
    ("a @ b.T @ c", "((a @ b.T) @ c)"),
    ("-a @ b", "((- a) @ b)"),
    ("7 // 2 % 3", "((7 // 2) % 3)"),
    ("1 < x <= 2", "(1 < x <= 2)"),
    ("not a == b", "(not (a == b))"),
    ("not a and b or c", "(((not a) and b) or c)"),
    ("x not in y", "(x not in y)"),
    ("x is not None", "(x is not none)"),
    ("a if b else c if d else e", "if(b, a, if(d, c, e))"),
    ("lambda x, y=2: x + y", "lambda(x y: (x + y))"),
    ("1, 2", "tuple(1 2)"),
    ("(1,)", "tuple(1)"),
    ("()", "tuple()"),
    ("[]", "list()"),
    ("[1, [2, 3],]", "list(1 list(2 3))"),
    ("[1.2, 2.1; -0.3, -0.7]", "matrix(1.2 2.1; (- 0.3) (- 0.7))"),
    ("[1; 2; 3]", "matrix(1; 2; 3)"),
    ("[1, 2;]", "matrix(1 2)"),
    (
      "[i * j for i, j in p if i if j for k in i]",
      "each((i * j) for i, j in p if i if j for k in i)"
    ),
    ("sum(i for i in x)", "call(sum each(i for i in x))"),
    ("f(x, 2, axis=0)(y)", "call(call(f x 2 axis=0) y)"),
    ("x.sum(axis=0).T[0]", "call(x.sum axis=0).T[0]"),
    ("x[0, 1:3, :, ::2, ..., None, -1]", "x[0, 1:3, :, ::2, ..., none, (- 1)]"),
    ("x[1:][::-1]", "x[1:][::(- 1)]"),
    (
      "1e-3 + 1_000 + .5 + 5. + 0x1F + 1E5 + 1.e2",
      "((((((0.001 + 1000) + 0.5) + 5.0) + 31) + 100000.0) + 100.0)"
    ),
    ("½ * x", "(0.5 * x)"),
    ("Θᵀ @ x", "((ᵀ Θ) @ x)"),
    ("Θ1ᵀ@x", "((ᵀ Θ1) @ x)"),
    ("a ⊙ b · c × d", "(((a * b) * c) * d)"),
    ("−a − b", "((- a) - b)"),
    ("a ≤ b ≠ c", "(a <= b != c)"),
    ("x² + x⁻¹", "((x ** 2) + (x ** (- 1)))"),
    ("σ′(z)", "call(σ′ z)"),
    ("h₁ + hₜ₋₁ + ŷ + _a1", "(((h₁ + hₜ₋₁) + ŷ) + _a1)"),
    ("∂E/∂w", "∂(E, w)"),
    ("γ * ∂E/∂w", "(γ * ∂(E, w))"),
    ("∂E/∂w * 2", "(∂(E, w) * 2)"),
    ("∂(a + b)/∂x", "∂((a + b), x)"),
    ("∂E/∂W[0, 1]", "∂(E, W[0, 1])"),
    ("∂(∂E/∂x)/∂x", "∂(∂(E, x), x)"),
    ("∂²E/∂x²", "∂(∂(E, x), x)"),
    ("(∂E/∂x)²", "(∂(E, x) ** 2)"),
    ("∂σ(z)/∂z", "∂(call(σ z), z)"),
    ("d(E)/d(w)", "∂(E, w)"),
    ("2 * d(E)/d(W)[0] - 1", "((2 * ∂(E, W[0])) - 1)"),
    ("d(d(E)/d(x))/d(x)", "∂(∂(E, x), x)"),
    ("d(E) / 2", "(call(d E) / 2)"),
    ("1 <-1, 2", "tuple((1 < (- 1)) 2)"),
    (#"'a\tb' "c\"d" r'\n'"#, "'a\tbc\"d\\n'"),
    (#""\u03b8\x41""#, "'θA'"),
    ("'''a\nb'''", "'a\nb'"),
    (#"f"{x:.2f} and {{y}} {a + b!r:>{w}}""#, "f<{x:.2f}| and {y} |{(a + b)!:>:{w}}>"),
    (
      #"f"{x = }{f'{y}'}{z[1:2]}{a if b != c else d}""#,
      "f<{x = x}|{f<{y}>}|{z[1:2]}|{if((b != c), a, d)}>"
    ),
    ("f(1,\n  2, # two\n\n 3)", "call(f 1 2 3)"),
    ("1 + \\\n  2", "(1 + 2)"),
  ]

  @Test(arguments: structures)
  func textHasStructure(text: String, expected: String) {
    let tree = expression(text)
    #expect(tree.map(outline) == expected, "\(text)")
  }

  @Test(arguments: structures)
  func printedTextHasTheSameStructure(text: String, expected: String) throws {
    let tree = try #require(expression(text))
    let printed = Printer().text(tree)
    #expect(expression(printed).map(outline) == expected, "\(text) printed as \(printed)")
  }

  @Test(arguments: [
    ("((a * b)) + (c)", "a * b + c"),
    ("a - (b - c)", "a - (b - c)"),
    ("(a - b) - c", "a - b - c"),
    ("(a ** b) ** c", "(a**b)**c"),
    ("-(x + 1) * (-2)", "-(x + 1) * (-2)"),
    ("(-x)**2", "(-x)**2"),
    ("f((x), y=(1, 2))", "f(x, y=(1, 2))"),
    ("d(E)/d(w)", "∂E/∂w"),
    ("∂(a*b)/∂x * 2", "∂(a * b)/∂x * 2"),
    ("(Θᵀ) @ (x + y)", "Θᵀ @ (x + y)"),
  ])
  func printerUsesFewParentheses(text: String, expected: String) throws {
    #expect(Printer().text(try #require(expression(text))) == expected)
  }

  @Test func printerSpellsOperatorsAsAsked() throws {
    let board = Printer { sign in ["*": "·", "-": "−"][sign.spelling] ?? sign.spelling }
    let tree = try #require(expression("a * b - c * -2"))
    #expect(board.text(tree) == "a · b − c · (−2)")
  }

  // MARK: - Statements

  @Test(arguments: [
    ("w <- w - 1", "update"), ("w<-1", "update"), ("w ← 2", "update"), ("x <-1", "update"),
    ("W[0, 1] <- 3", "update"), ("a, b ← b, a", "update"), ("a, b <- b, a", "update"),
    ("x < -1", "expression"), ("(x <-1)", "expression"), ("x + 1 <-1", "expression"),
    ("explain(x <- x - 1)", "expression"), ("explain(f(x <-1))", "expression"),
    ("y = x <-1", "assignment"), ("f(x) = x**2 + 3", "function"), ("f(x) == 3", "expression"),
    ("x += 1", "augmented"), ("x **= 2", "augmented"), ("x @= y", "augmented"),
    ("x −= 1", "augmented"),
    ("a = b = 3", "assignment"), ("a, (b, c), *d = e", "assignment"),
    ("with rounding(2): x = 1", "rounding"), ("if x <-1: pass", "conditional"),
    ("for i, (a, b) in x: pass", "forLoop"), ("while True: break", "whileLoop"),
    ("del x, y[0]", "delete"), ("assert x, 'no'", "assertion"), ("pass", "pass"),
  ])
  func statementHasForm(text: String, expected: String) throws {
    let result = Parser.parse(SourceText(name: "test", text: text))
    #expect(result.diagnostics.map(\.headline) == [])
    let statement = try #require(result.tree.statements.first)
    #expect(result.tree.statements.count == 1)
    #expect(String(describing: statement.form).prefix { $0 != "(" } == expected[...])
  }

  @Test func semicolonSilences() throws {
    let tree = try Parser.tree(of: SourceText(name: "test", text: "a = 1; b = 2\nc = 3;\nd"))
    #expect(tree.statements.map(\.isSilent) == [true, false, true, false])
  }

  @Test func blocksFollowIndentation() throws {
    let text = """
      def f(x):
          "doc"
          if x > 0:
              return 1   # one
          elif x < 0: return -1
          else:

              return 0

      # between
        # oddly indented comment
      y = f(3)
      """
    let tree = try Parser.tree(of: SourceText(name: "test", text: text))
    #expect(tree.statements.count == 2)
    guard case .function(_, let definition) = tree.statements[0].form,
      case .block(let body) = definition.body
    else { return #expect(Bool(false), "no function") }
    #expect(definition.summary == "doc")
    #expect(body.count == 2)
    #expect(
      tree.comments.map { tree.source[$0] } == ["# one", "# between", "# oddly indented comment"])
  }

  @Test func decomposedNamesAreTheSameSymbol() {
    let composed = Symbol("\u{0177}")
    #expect(composed == Symbol("y\u{0302}"))
    #expect(Array(Symbol("Y\u{0302}").name.utf8) == Array("\u{0176}".utf8))
    #expect(Symbol("x\u{0302}").name.unicodeScalars.count == 2)
    #expect(Symbol("W′") != Symbol("W"))
  }

  // MARK: - Resolution

  @Test func namesInFunctionsHaveSlots() throws {
    let text = """
      def f(a, b=c):
          t = a + g
          def h(z): return z + t
          return [a * i for i in b if i]
      """
    let tree = try Parser.tree(of: SourceText(name: "test", text: text))
    guard case .function(_, let f) = tree.statements[0].form, case .block(let body) = f.body,
      case .assignment(_, let sum) = body[0].form, case .binary(_, at: _, let a, let g) = sum.form,
      case .function(_, let h) = body[1].form, case .block(let inner) = h.body,
      case .returned(let result?) = inner[0].form,
      case .binary(_, at: _, let z, let t) = result.form
    else { return #expect(Bool(false), "unexpected tree") }
    #expect(places([a, g, z, t]) == [.local(0), .global, .local(0), .enclosing(depth: 1, 2)])
    #expect(h.scope.usesEnclosing)
    #expect(!f.scope.usesEnclosing)
    #expect(f.scope.slotCount == 5)  // a, b, t, h, i
  }

  private func places(_ expressions: [Expression]) -> [Name.Place] {
    expressions.compactMap { if case .name(let name) = $0.form { name.place } else { nil } }
  }
}
