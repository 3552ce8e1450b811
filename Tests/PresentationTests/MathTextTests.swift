import Presentation
import Testing

@Suite struct MathTextTests {
  @Test(arguments: [
    ("x_1", "x₁"), ("w^2", "w²"), (#"\theta^{(l)}"#, "θ⁽ˡ⁾"), ("s_2", "s₂"), ("x_{ij}", "xᵢⱼ"),
    ("h_{t-1}", "hₜ₋₁"), ("x_{i,j}", "x_(i,j)"), ("W_{out}^T", "Wₒᵤₜᵀ"), ("x_W", "x_W"),
    ("x^2_i", "xᵢ²"), ("f'(x)", "f′(x)"), (#"W^\prime"#, "W′"), ("e^{-x}", "e⁻ˣ"),
    ("e^{-z/T}", "e^(−z/T)"), ("(a+b)^2", "(a + b)²"), ("{a+b}^2", "(a + b)²"),
    ("w^{(l+1)}_{ij}", "wᵢⱼ⁽ˡ⁺¹⁾"),
    (#"\Theta_1^\top x"#, "Θ₁ᵀx"), (#"A^{-1}"#, "A⁻¹"), ("x_{}", "x_"), ("_1", "₁"),
    ("w_5^+", "w₅⁺"),
  ])
  func scripts(_ latex: String, _ text: String) {
    #expect(MathText.unicode(latex) == text)
  }

  @Test(arguments: [
    (#"\frac{\partial E}{\partial w}"#, "∂E/∂w"), (#"\frac{1}{1+e^{-x}}"#, "1/(1 + e⁻ˣ)"),
    (#"\frac{a+b}{2}"#, "(a + b)/2"), (#"\frac12(y-\hat y)^2"#, "½(y − ŷ)²"),
    (#"\frac{1}{2x}"#, "1/(2x)"),
    (#"\frac{f(x)}{g(x)}"#, "f(x)/g(x)"), (#"\frac{\frac{a}{b}}{c}"#, "(a/b)/c"),
    (#"\frac{dE}{dw}"#, "dE/dw"),
    (#"\frac{\partial E}{\partial o_1}\frac{\partial o_1}{\partial z}"#, "∂E/∂o₁ · ∂o₁/∂z"),
    (#"w - \eta \frac{\partial E}{\partial w}"#, "w − η · ∂E/∂w"),
    (#"\log\frac{a}{b}"#, "log(a/b)"),
    (#"\frac{(a+b)}{(c+d)}"#, "(a + b)/(c + d)"), (#"-\frac{a}{b}"#, "−a/b"),
    (#"\frac{a\cdot b}{c}"#, "(a · b)/c"),
    (#"\frac{1}{n}\sum_{i=1}^{n} x_i"#, "1/n · ∑ᵢ₌₁ⁿ xᵢ"),
    (#"\frac{\partial^2 E}{\partial w^2}"#, "∂²E/∂w²"),
    (#"\frac{a}"#, "a/"),
  ])
  func fractions(_ latex: String, _ text: String) {
    #expect(MathText.unicode(latex) == text)
  }

  @Test(arguments: [
    (#"\hat y = \sigma(s_2)"#, "ŷ = σ(s₂)"), ("f(x)=x^2+3", "f(x) = x² + 3"), ("a=-b", "a = −b"),
    (#"2\pi r"#, "2πr"), (#"\Theta_1^T\mathbf{x}"#, "Θ₁ᵀx"), (#"a \odot b"#, "a ⊙ b"),
    ("f(x,y)", "f(x, y)"),
    (#"\sum_{i} w_i x_i"#, "∑ᵢ wᵢxᵢ"), (#"\sin x"#, "sin x"), (#"\sin(x)"#, "sin(x)"),
    (#"x\leq 3"#, "x ≤ 3"),
    (#"w \leftarrow w - \gamma\,\partial E"#, "w ← w − γ ∂E"),
    (#"\min_\theta J(\theta)"#, "min_θ J(θ)"),
    (#"\left(\frac{a}{b}\right)^2"#, "(a/b)²"), (#"\left\{ x \right\}"#, "{x}"),
    (#"P(y\mid x)"#, "P(y | x)"),
    (#"\sqrt{x}"#, "√x"), (#"\sqrt{a+b}"#, "√(a + b)"), (#"\sqrt[3]{2}"#, "∛2"),
    (#"\sqrt[n]{ab}"#, "ⁿ√(ab)"),
    (#"\text{if } x > 0"#, "if x > 0"), (#"x \in \mathbb{R}^{3\times 2}"#, "x ∈ ℝ^(3×2)"),
    (#"\nabla_w E"#, "∇_wE"), (#"x \to \infty"#, "x → ∞"), (#"\mathcal{L}"#, "ℒ"),
    (#"\operatorname{softmax}(z)_i"#, "softmax(z)ᵢ"), (#"\vec{x}"#, "x\u{20D7}"), (#"\bar x"#, "x̄"),
    (#"\hat{xy}"#, "hat(xy)"),
    (#"0.5 \cdot (1 - 0.5)"#, "0.5 · (1 − 0.5)"),
    (#"-y\log\hat y-(1-y)\log(1-\hat y)"#, "−y log ŷ − (1 − y) log(1 − ŷ)"),
    (#"\|x\|_2"#, "‖x‖₂"), (#"100\%"#, "100%"), (#"a\;b\quad c"#, "a b  c"),
    (#"x \not= y"#, "x ≠ y"), ("", ""),
  ])
  func formulas(_ latex: String, _ text: String) {
    #expect(MathText.unicode(latex) == text)
  }

  @Test(arguments: [
    (#"\begin{bmatrix} a & b \\ c & d \end{bmatrix}"#, "[a b; c d]"),
    (#"\begin{pmatrix} 1.2 \\ -0.3 \end{pmatrix}^T x"#, "[1.2; −0.3]ᵀx"),
    (#"\begin{bmatrix} a+1 & b \\ c & d \\ \end{bmatrix}"#, "[a + 1, b; c, d]"),
    (
      #"|x| = \begin{cases} x & x \ge 0 \\ -x & \text{else} \end{cases}"#,
      "|x| = { x, x ≥ 0; −x, else }"
    ),
    (#"\begin{aligned} a &= b \\ c &= d \end{aligned}"#, "a = b; c = d"),
    (#"\begin{array}{cc} 1 & 2 \end{array}"#, "[1 2]"),
  ])
  func matrices(_ latex: String, _ text: String) {
    #expect(MathText.unicode(latex) == text)
  }

  @Test(arguments: [
    (#"\foo x"#, #"\foo x"#), (#"\foo{x}"#, #"\foo{x}"#), (#"\@"#, #"\@"#), (#"\"#, #"\"#),
    ("}", "}"), ("a}b", "a}b"),
    ("{a", "a"), (#"\begin{bmatrix} a & b"#, "[a b]"), ("x^", "x^"), (#"\frac"#, "/"),
    (#"\text{a"#, "a"),
  ])
  func whatIsUnknownStaysAsTyped(_ latex: String, _ text: String) {
    #expect(MathText.unicode(latex) == text)
  }

  @Test(arguments: [
    "{", "\\frac{", "x^{", "\\sqrt{", "\\hat", "\\left(", "^", "\\begin{bmatrix}", "\\sqrt[",
  ])
  func deepNestingEnds(_ opening: String) {
    _ = MathText.unicode(String(repeating: opening, count: 3_000))
  }
}

@Suite struct LaTeXSymbolsTests {
  @Test(arguments: [
    ("\\theta", "θ"), ("theta", "θ"), ("\\partial", "∂"), ("\\_1", "₁"), ("\\^2", "²"),
    ("\\prime", "′"),
    ("\\leftarrow", "←"), ("\\^T", "ᵀ"), ("\\_12", "₁₂"), ("\\odot", "⊙"), ("\\hat", "\u{302}"),
  ])
  func namesHaveSymbols(_ name: String, _ symbol: String) {
    #expect(LaTeXSymbols.symbol(for: name) == symbol)
  }

  @Test func completionsAreSortedAndComplete() {
    #expect(
      LaTeXSymbols.completions(prefix: "\\the") == [
        LaTeXSymbols.Completion(name: "\\theta", symbol: "θ")
      ])
    let all = LaTeXSymbols.completions(prefix: "")
    #expect(all.count >= 140 && all.map(\.name) == all.map(\.name).sorted())
    #expect(all.allSatisfy { !$0.symbol.isEmpty && DisplayWidth.of($0.symbol) <= 2 })
    #expect(LaTeXSymbols.completions(prefix: "\\_").count > 20)
    #expect(
      LaTeXSymbols.completions(prefix: "\\zzz").isEmpty && LaTeXSymbols.symbol(for: "_") == nil)
  }

  @Test(arguments: [
    ("y = \\theta", 6, "θ"), ("y\\hat", 5, "ŷ"), ("θ\\hat", 5, "θ\u{302}"), ("x\\_1", 3, "₁"),
    ("\\thet", 5, "θ"),
    ("2 \\hat", 4, "\u{302}"), ("ŷ\\prime", 6, "′"), ("W\\^T", 3, "ᵀ"),
  ])
  func tabTurnsNamesIntoSymbols(_ text: String, _ replaced: Int, _ symbol: String) {
    #expect(
      LaTeXSymbols.expansion(of: text)
        == .init(replacedScalars: replaced, text: symbol, candidates: []))
  }

  @Test func anUnfinishedNameGrowsToWhatItsCandidatesShare() {
    let grown = LaTeXSymbols.expansion(of: "x \\longl")
    #expect(grown?.text == "⟵")
    let several = LaTeXSymbols.expansion(of: "\\lef")
    #expect(several?.text == "\\left" && several?.replacedScalars == 4)
    #expect(several?.candidates.map(\.symbol) == ["←", "↔"])
    #expect(LaTeXSymbols.expansion(of: "plain") == nil)
    #expect(LaTeXSymbols.expansion(of: "\\nothinglikeit") == nil)
    #expect(LaTeXSymbols.expansion(of: "\\theta ") == nil)
  }

  @Test func everyAccentedLetterKeepsItsBase() {
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
      for name in ["hat", "tilde", "bar", "dot", "ddot", "vec"] {
        let made = LaTeXSymbols.expansion(of: "\(letter)\\\(name)")?.text ?? ""
        let mark = LaTeXSymbols.symbol(for: name) ?? ""
        // Swift compares by canonical equivalence: the composed letter equals letter plus mark.
        #expect(made == "\(letter)\(mark)", "\(letter) \(name)")
      }
    }
    #expect(LaTeXSymbols.expansion(of: "y\\hat")?.text.unicodeScalars.count == 1)
  }

  @Test func symbolsOfTheTableHaveAnASCIIReading() {
    for completion in LaTeXSymbols.completions(prefix: "") {
      let ascii = Transliteration.ascii("x" + completion.symbol)
      #expect(!ascii.contains("?") && ascii.utf8.allSatisfy { $0 < 0x80 }, "\(completion)")
    }
  }
}
