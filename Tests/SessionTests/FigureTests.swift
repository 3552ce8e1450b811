import Foundation
import Presentation
import Session
import TestSupport
import Testing

/// The pictures of the language, as each kind of page has them.
struct FigureTests {
  static let programs: [(kind: String, program: String)] = [
    ("plot", "x = linspace(-3, 3, 20); plot(x, σ=σ(x), tanh=tanh(x), xlabel='x', title='two')"),
    ("plot", "plot([3.0, 1.5, 0.2, 0.8], mark=[2], yscale='log')"),
    ("plot", "scatterplot([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])"),
    ("bar", "bar(['cat', 'dog', 'bird'], [0.7, -0.25, 0.05], title='p')"),
    ("hist", "hist([1, 2, 2, 3, 3, 3], bins=3)"),
    (
      "imshow",
      "imshow([[1, -2.5], [3, 0]], [[0.1, 0.2], [0.3, -0.4]], titles=('W', 'G'), mark=(0, 1))"
    ),
    ("imshow", "imshow([[(i*j) % 7 for j in range(24)] for i in range(6)])"),
    ("imshow", "imshow([[(i*j) % 7 - 3.5 for j in range(70)] for i in range(3)])"),
    ("contour", "contour(lambda x, y: x**2 + 3*y**2, path=[[2, 1], [1, 0.2], [0, 0]])"),
    (
      "decision_boundary",
      "decision_boundary(lambda X: X @ [1.0, -1.0], [[0, 1], [1, 0]], [0, 1], threshold=0)"
    ),
    (
      "network",
      "x = [1.0, 2.0]; W = [[1.0, 0.5], [2.0, -1.0]]; V = [[0.3], [0.7]]; "
        + "network(W, V, values=[x, x @ W, x @ W @ V])"
    ), ("network", "network(zeros(784, 128), zeros(128, 10))"),
    ("window", "window([1, 2, 3, 4], [1, -1], at=1)"),
    ("window", "window([[1, 2, 0], [0, 1, 3], [2, 1, 0]], [[1, 0.5], [-1, 0]], padding=1)"),
    ("window", "window([[1, 2, 0], [0, 1, 3], [2, 1, 0]], 2, pool='max', at=(1, 0))"),
    ("window", "window([0.125, 0.333, 1.0], [0.1, 0.2], at=1)"),
    ("graph", "w = 2.0; b = 0.5; E = (w**2 + b)**2; graph(E)"),
    ("window", "window([1, 2, 3, 4, 5], [1, -1], at=1, map=\"all\")"),
    ("table", "table(x=[1, 2, 3], square=[1, 4, None], name=['a', 'b', 'c'], p=[0.5, 0.25, 1])"),
  ]

  private func figure(_ program: String) throws -> AnyFigure {
    let memory = try MemorySession()
    memory.type(program)
    let blocks = memory.world.shown.flatMap(\.blocks)
    return try #require(
      blocks.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }.first)
  }

  /// At three widths, in ASCII, read aloud, and as data.
  @Test(arguments: Set(programs.map(\.kind)).sorted())
  func pictures(_ kind: String) throws {
    var text = "# \(kind)\n"
    for (_, program) in FigureTests.programs where FigureTests.kind(program) == kind {
      let picture = Document([.figure(try figure(program))])
      text += "\n## \(program)\n\n"
      for width in [40, 80, 120] {
        text += "```\n" + Renderer(width: width).render(picture) + "```\n\n"
      }
      text += "```\n" + Renderer(width: 80, unicode: false).render(picture) + "```\n"
      let sentence = try figure(program).figure.sentence
      text += "\n\(sentence)\n"
    }
    expectGolden(name: "figure " + kind, text: text)
  }

  private static func kind(_ program: String) -> String {
    programs.first { $0.program == program }?.kind ?? ""
  }

  @Test(arguments: programs.map(\.program))
  func noLineIsWiderThanThePage(_ program: String) throws {
    let picture = Document([.figure(try figure(program))])
    for width in stride(from: 40, through: 120, by: 8) {
      for unicode in [true, false] {
        for line in Renderer(width: width, unicode: unicode).render(picture).split(separator: "\n")
        {
          #expect(line.count <= width, "\(program) at \(width):\n\(line)")
        }
      }
    }
  }

  @Test(arguments: programs.map(\.program))
  func everyPageHasThePicture(_ program: String) throws {
    let figure = try figure(program)
    let kind = FigureTests.kind(program)
    #expect(figure.figure.kind == kind)
    // Color changes nothing but color.
    let picture = Document([.figure(figure)])
    let colored = Renderer(color: true).render(picture)
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == Renderer().render(picture))
    // HTML is well-formed, and has the sentence for whoever cannot see it.
    let page = try XMLTree.parsed(HTMLRenderer().page(picture, title: kind))
    let captions = page.elements("figcaption").map(\.ownText)
    #expect(captions == [figure.figure.sentence])
    #expect(kind == "table" || page.elements("svg").count == 1)
    // Data are JSON under the name of the function.
    let data = try JSONSerialization.jsonObject(with: Data(figure.json.text.utf8))
    let members = try #require((data as? [String: [String: Any]])?[kind])
    #expect(members["sentence"] as? String == figure.figure.sentence)
    // Read aloud it has no drawing in it.
    var spoken = Renderer()
    spoken.isSpoken = true
    let drawn = Set("█▓▒░│┤┼─└┬●◆⠀")
    #expect(!spoken.render(picture).contains(where: drawn.contains))
  }

  /// What a window shows is what a convolution and pooling give.
  @Test func windowsAgreeWithTheirOperations() throws {
    let memory = try MemorySession()
    memory.type("x = [[1, 2, 0], [0, 1, 3], [2, 1, 0]] * 1.0; k = [[1, 0.5], [-1, 0]] * 1.0")
    let map = memory.type("conv2d(x, k)")
    #expect(map.contains("-1.5000"))
    #expect(memory.type("window(x, k, at=(1, 0))").contains("= -1.5000"))
    #expect(memory.type("max_pool2d(x, 2, stride=1)").contains("3"))
    #expect(
      memory.type("window(x, 2, pool='max', at=(1, 1))").contains("max(1.0, 3.0, 1.0, 0.0) = 3.0"))
  }

  /// matplotlib's functions draw when asked to show, and going back takes along what was put down.
  @Test func matplotlibDraws() throws {
    let memory = try MemorySession()
    memory.type("import matplotlib.pyplot as plt")
    #expect(memory.type("plt.plot([3, 2, 1], label='a'); plt.title('loss');") == "")
    memory.type("plt.plot([1, 2, 3], label='b');")
    memory.type(":undo")
    let shown = memory.type("plt.show()")
    #expect(shown.hasPrefix("loss\n") && !shown.contains("b"))
    #expect(memory.type("plt.show()") == "")
    memory.type(
      "fig, ax = plt.subplots(1, 2)\nax[1].bar(['u', 'v'], [1, 2])\nax[0].imshow([[0, 1]])")
    let two = memory.type("plt.show()")
    #expect(two.contains("u") && two.contains("█"))
    #expect(memory.type("plt.pie([1, 2]);").contains("not drawn here"))
  }

  @Test(arguments: [
    "plot()", "plot([1, 2], [1])", "plot('a')", "bar(['a'], [1, 2])", "hist([nan], bins=3)",
    "imshow(3)", "imshow(zeros(1000, 1000))", "imshow([[1]], mark=(1, 2, 3))",
    "contour(lambda x, y: 1)", "contour(lambda x, y: x, xlim=(1, 0))",
    "decision_boundary(lambda X: X, [[1, 2, 3]])", "network(zeros(2, 3), zeros(2, 3))",
    "network(zeros(2, 1), values=[[1]])", "window([1], [1, 2])", "window([1, 2], [1], at=5)",
    "table()", "scatterplot([[1, 2]], [1, 2])", "window([1, 2], [1], stride=0)",
  ])
  func whatCannotBeDrawnSaysWhy(_ text: String) throws {
    let memory = try MemorySession()
    let response = memory.respond(text)
    #expect(response.outcome == .wrong)
    #expect(response.diagnostics.first?.helps.isEmpty == false, "\(memory.render(response))")
  }
}
