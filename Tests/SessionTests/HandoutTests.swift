import Presentation
import Session
import TestSupport
import Testing

/// Pages and drawings written from the shell, and explanations inside lessons.
struct HandoutTests {
  private let forward =
    "x = [1.0, -0.5]; W = [1.2, 2.1; -0.3, -0.7]; y = 1;\ns = Wᵀ @ x; h = σ(s); E = sum((h - y)**2) / 2;"

  @Test(arguments: ["s", "∂E/∂W[0, 1]", "E", "W ← W - 0.1 * ∂E/∂W"])
  func anExplanationBecomesAPage(_ quantity: String) throws {
    let memory = try MemorySession()
    memory.type(forward)
    #expect(
      memory.type(":explain \(quantity) page.html")
        == "the explanation of \(quantity) is in page.html\n")
    let page = try XMLTree.parsed(try #require(memory.text(of: "page.html")))
    #expect(page.elements("title")[0].text == quantity)
    #expect(page.elements("math").count >= 4 && page.elements("mn").count >= 3)
    // Without a file it is on the screen, line by line the same numbers; the page has what was given
    // and the forward pass above them.
    let shown = page.elements("mn").map(\.text)
    let screen = memory.type("explain(\(quantity), page=True)")
    #expect(!shown.isEmpty && shown.allSatisfy { $0.count < 3 || screen.contains($0) })
    #expect(page.elements("h2").map(\.text) == ["Given", "Forward pass", "Step by step"])
    #expect(screen.hasSuffix(memory.type(":explain \(quantity)")))
  }

  /// `explain(…)` as it is printed in front of an explanation can be typed.
  @Test(arguments: [
    "W ← W - 0.1 * ∂E/∂W", "W <- W - 0.1 * ∂E/∂W", "W <- W - ∂E/∂W * 0.1", "W -= 0.1 * ∂E/∂W",
    "W ← W - 0.1 * grad(E, W)",
  ])
  func anUpdateIsExplainedBeforeItIsDone(_ update: String) throws {
    let memory = try MemorySession()
    memory.type(forward + "\nbefore = W + 0;")
    let explained = memory.type("explain(\(update))")
    #expect(explained.hasPrefix("W ← W − 0.1·∂E/∂W"), "\(explained)")
    #expect(explained.contains("\nW[0,0] ← 1.2000 − 0.1·"))
    #expect(memory.type(":explain \(update)") == explained)
    #expect(memory.type("all(W == before)") == "True\n")
  }

  @Test func anUpdateIsOnlyAskedAboutByExplain() throws {
    let memory = try MemorySession()
    memory.type("x = -3.0; y = 2.0;")
    #expect(memory.type("explain(x <- 3, digits=2)") == "3    given\n")
    #expect(memory.type("abs(x <- y)") == "1\n")
    memory.type("w = [3.0, 1.0]; E = sum(w**2);")
    #expect(memory.type("explain(w[0] ← w[0] - 0.5 * ∂E/∂w[0])").hasSuffix("= 0\n"))
    #expect(memory.type("explain(x + 1 <- y)").contains("= 0\n(𝟙"))
    #expect(memory.type("abs(x ← y)").contains("'←' cannot stand here"))
  }

  @Test func aPageIsWrittenByTheFunctionToo() throws {
    let memory = try MemorySession()
    memory.type(forward)
    #expect(
      memory.type("explain(∂E/∂W, \"w.html\")") == "the explanation of ∂E/∂W is in w.html\n")
    memory.type(":explain ∂E/∂W other.html")
    #expect(try #require(memory.text(of: "w.html")) == memory.text(of: "other.html"))
    #expect(
      memory.type("explain(∂E/∂W, \"w.tex\")") == "the explanation of ∂E/∂W is in w.tex\n")
    memory.type(":explain ∂E/∂W other.tex")
    let latex = try #require(memory.text(of: "w.tex"))
    #expect(
      latex == memory.text(of: "other.tex") && latex.contains("\\frac{\\partial E}{\\partial W}"))
    #expect(memory.type("explain(E, \"w.pdf\")").contains("help: explain(E, \"page.html\")"))
    #expect(memory.type("explain(E, 1.5)").contains("'depth' must be a whole number, "))
  }

  /// What was asked for stands above the steps it is made of.
  @Test(arguments: [
    ("∂²y/∂x²", "∂²y/∂x² = ∂(∂y/∂x)/∂x\n\n∂(∂y/∂x)/∂x = 6·x = 6·2 = 12"),
    ("∂³y/∂x³", "∂³y/∂x³ = ∂(∂(∂y/∂x)/∂x)/∂x\n\n∂(∂(∂y/∂x)/∂x)/∂x = 6\n"),
    ("hessian(y, x)", "hessian(y, x) = ∂(∂y/∂x)/∂x\n\n∂(∂y/∂x)/∂x = 6·x"),
    ("∂(∂y/∂x)/∂x", "∂(∂y/∂x)/∂x = 6·x"),
  ])
  func aSecondDerivativeHasOneName(_ written: String, _ start: String) throws {
    let memory = try MemorySession()
    memory.type("x = 2.0; y = x**3")
    let page = memory.type("explain(\(written))")
    #expect(page.hasPrefix(start), "\(page)")
  }

  @Test func curvesOfVectorsAndMatrices() throws {
    let memory = try MemorySession()
    let curve = memory.type(":plot [x**2 for x in range(30)]")
    #expect(curve.split(separator: "\n").count == 14 && curve.contains("⠉"))
    #expect(memory.type(":plot [1, 2, 3; 3, 2, 1]").contains("●"))
    #expect(memory.type(":plot 3").contains("'3' has no curve: it is an integer"))
    #expect(memory.type(":plot nope").contains("unknown name 'nope'"))
    #expect(memory.type(":plot [1e308, -1e308, nan]").contains("1.0e+308"))
  }

  @Test func barsOfAVector() throws {
    let memory = try MemorySession()
    let bars = memory.type(":bars [0.25, -0.5, 0]").split(separator: "\n")
    #expect(bars.map { $0.prefix(12) } == ["[0]   0.2500", "[1]  -0.5000", "[2]   0.0000"])
    // Twice as long to the left as to the right, from one zero: 21.7 and 43.3 cells.
    #expect(bars.map { $0.count { $0 == "█" } } == [22, 43, 0])
    #expect(Set(bars.map { $0.prefix { $0 != "│" }.count }).count == 1)
    #expect(memory.type(":bars [1e308, -1e308, inf]").split(separator: "\n").count == 3)
    #expect(memory.type(":bars 3").contains("'3' has no bars: it is an integer"))
    #expect(memory.type(":bars zeros(2, 2)").contains("has no bars"))
  }

  @Test(arguments: [("help", ":help"), ("quit()", ":quit"), ("exit", ":quit")])
  func aCommandWithoutItsColon(_ text: String, _ command: String) throws {
    #expect(
      try MemorySession().type(text).contains("= help: commands begin with a colon: \(command)\n"))
  }

  @Test func aDerivativeInOneWord() throws {
    let memory = try MemorySession()
    memory.type("x = 3.0; y = x**2")
    #expect(memory.type("dy/dx").contains("= help: a derivative is written ∂y/∂x, or d(y)/d(x)"))
  }

  @Test func aWrongExplanationWritesNothing() throws {
    let memory = try MemorySession()
    #expect(memory.respond(":explain nope page.html").outcome == .wrong)
    #expect(memory.text(of: "page.html") == nil)
    memory.type("a = 2.0; b = a * 3")
    #expect(memory.type(":explain b /read-only/page.html").contains("Permission denied"))
    // What is typed next is seen again.
    #expect(memory.type("b") == "6.0\n")
  }

  private static let lesson = """
    ---
    title: Explained
    deck: test
    places: 2
    ---
    ## First

    ```nabla
    z = 0.51;
    w = 2.0;
    h = σ(z) * w   #=> 1.25
    ```

    ## Then

    ```quiz
    ask: What is ∂h/∂w?
    answer: σ(z)
    places: 2
    hints: ["h is a product."]
    explain: ∂h/∂w
    ```
    """

  @Test func aLessonsQuestionIsWorkedOutWhenItsAnswerIsShown() throws {
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": Self.lesson], lessons: "lessons")
    let first = memory.type(":learn explained")
    #expect(first.contains("2 steps") && first.contains("First") && first.contains("h = 1.25\n"))
    #expect(memory.type("").contains("Then\n────\n\nQuestion"))
    memory.type("7")
    #expect(memory.type("8").contains("(:hint may help; :reveal shows the answer and how"))
    memory.type(":hint")
    #expect(memory.type("9").contains("(:reveal shows the answer and how it is worked out)"))
    #expect(
      memory.type(":reveal") == """
        Answer  0.62

        ∂h/∂w = 1/(1 + exp(−z)) = 1/(1 + exp(−0.51)) = 1/(1 + 0.60) ≈ 0.62

        (h grows as w grows: descent makes w smaller)

        """)
  }

  @Test func aRightAnswerOffersItsArithmetic() throws {
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": Self.lesson], lessons: "lessons")
    memory.type(":learn explained")
    memory.type("")
    #expect(
      memory.type("0.62").hasSuffix("✓ Right.\n(:explain ∂h/∂w shows how it is worked out)\n"))
    #expect(memory.type(":explain ∂h/∂w").hasPrefix("∂h/∂w = "))
  }

  /// A lesson's numbers have its places, in echoes and explanations alike, until they are set.
  @Test func aLessonHasItsOwnDigits() throws {
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": Self.lesson], lessons: "lessons")
    let begun = memory.type(":learn explained")
    #expect(begun.contains("h = 1.25\n") && !begun.contains("1.2496"), "\(begun)")
    #expect(memory.type("explain(h)").hasSuffix("·2 = 1.25\n"))
    memory.type(":digits 3")
    #expect(memory.type("h") == "1.250\n")
    #expect(memory.type("explain(h)").hasSuffix(" = 1.250\n"))
    memory.type(":quit")
    #expect(memory.type("1/3") == "0.3333\n")
  }

  @Test func aFileIsALessonWithoutAFolderOfThem() throws {
    let memory = try MemorySession(files: ["mine.md": Self.lesson])
    #expect(memory.type(":learn mine.md").contains("[1/2]"))
  }

  /// Commands see the variables of the lesson, not those of the shell around it.
  @Test func commandsInsideALesson() throws {
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": Self.lesson], lessons: "lessons")
    memory.type("h = 100.0")
    memory.type(":learn explained")
    #expect(memory.type(":explain h").hasPrefix("h = σ(z) * w"))
    #expect(memory.type(":vars").contains("0.51") && !memory.type(":vars").contains("100.0"))
    memory.type(":graph h graph.svg")
    #expect(memory.text(of: "graph.svg")?.contains("0.51") == true)
    memory.type(":quit")
    #expect(memory.type("h") == "100.0\n")
  }

  /// The function does what the command does, except where answers of others are run.
  @Test func aGraphIsDrawnIntoAFile() throws {
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": Self.lesson], lessons: "lessons")
    memory.type("w = 0.25; E = w**2")
    #expect(memory.type("graph(E, \"a.svg\")") == "the graph of E is in a.svg\n")
    memory.type(":graph E b.svg")
    #expect(memory.text(of: "a.svg")?.contains("0.2500") == true)
    #expect(memory.text(of: "a.svg") == memory.text(of: "b.svg"))
    memory.type("graph(E, \"a.dot\")")
    #expect(memory.text(of: "a.dot")?.hasPrefix("digraph") == true)
    for refused in ["graph(E, \"/tmp/g.png\")", ":graph E /tmp/g.png"] {
      #expect(memory.type(refused).contains("help: :graph E /tmp/g.svg"))
    }
    memory.type(":graph E \"with space.SVG\"")
    #expect(memory.text(of: "with space.SVG")?.hasPrefix("<svg") == true)
    memory.type(":learn explained")
    #expect(memory.type("graph(h, \"c.svg\")").contains("no files are written from here"))
    #expect(memory.text(of: "c.svg") == nil)
  }

  @Test func whatALoopPrintsInsideALessonAppearsAtOnce() throws {
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": Self.lesson], lessons: "lessons")
    memory.type(":learn explained")
    var seen: [String] = []
    memory.world.onOutput = { [interrupts = memory.interrupts] text in
      seen.append(text)
      if seen.count == 3 { interrupts.pointee = 1 }
    }
    let response = memory.respond("a = 5\nwhile True:\n    print(a)\n    a += 1")
    #expect(seen == ["a = 5\n", "5\n", "6\n"])
    #expect(memory.render(response).contains("interrupted"))
  }

  @Test(
    arguments: [
      ("∂h/∂w", nil), ("∂h/∂z", "the quantity that is worked out is not the answer"),
      ("nope", "'nope' cannot be worked out"), ("∂w/∂h", "'∂w/∂h' cannot be worked out"),
      ("h +", "'h +' cannot be worked out"),
    ] as [(String, String?)])
  func theCheckerVerifiesWhatIsExplained(_ quantity: String, _ problem: String?) throws {
    let lesson = Self.lesson.split(separator: "∂h/∂w\n```", maxSplits: 1)[0] + quantity + "\n```\n"
    let memory = try MemorySession(
      files: ["lessons/test/01-explained.md": String(lesson)], lessons: "lessons")
    let (text, isFine) = try memory.check([])
    #expect(isFine == (problem == nil))
    if let problem { #expect(text.contains(problem), "\(text)") }
  }
}
