import TestSupport
import Testing

/// Explanations fit the page they are printed on, with the characters that it has.
@Suite struct LayoutTests {
  private static let pages =
    TranscriptTests.pages + TranscriptTests.conversations.filter { $0.name == "Batch norm" }

  /// What a conversation shows from `explain`.
  private func explanations(
    _ conversation: Conversation, width: Int, unicode: Bool = true
  ) throws -> String {
    let notebook = try Notebook(width: width, unicode: unicode)
    return conversation.inputs.reduce(into: "") { text, line in
      let answer = notebook.answer(line)
      if line.contains("explain(") || line.hasPrefix(":digits"), !answer.hasPrefix("error") {
        text += answer + "\n"
      }
    }
  }

  @Test(arguments: pages, [40, 60, 120])
  func pagesFitTheirWidth(_ conversation: Conversation, _ width: Int) throws {
    let text = try explanations(conversation, width: width)
    #expect(text.split(separator: "\n").count > 10)
    for line in text.split(separator: "\n") {
      #expect(line.count <= width, "wider than \(width): \(line)")
    }
    let printed = PrintedLines(text)
    #expect(printed.mistakes.isEmpty, "\(printed.mistakes.joined(separator: "\n"))")
  }

  /// Every symbol has a reading in ASCII.
  @Test(arguments: TranscriptTests.conversations)
  func pagesAreReadableInASCII(_ conversation: Conversation) throws {
    let text = try explanations(conversation, width: 80, unicode: false)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    for line in text.split(separator: "\n") where line.contains("?") {
      Issue.record("unreadable: \(line)")
    }
  }

  /// What was typed without spaces is broken too, and the middle of very much of it is left out.
  @Test(arguments: [40, 80], [" + ", "+", "*0.5+1e-5+"])
  func whatWasTypedFitsThePage(_ width: Int, _ sign: String) throws {
    let notebook = try Notebook(width: width)
    _ = notebook.answer("x = 0.5;")
    for (count, isWhole) in [(12, true), (400, false)] {
      let sum = [String](repeating: "x", count: count).joined(separator: sign)
      let lines = notebook.answer("y = \(sum); explain(y)").split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= width && !$0.hasSuffix("1e") }, "\(lines)")
      let text = lines.map { $0.filter { $0 != " " } }.joined()
      let whole = ("y=" + sum).filter { $0 != " " }
      #expect(text.contains(whole) == isWhole, "\(text)")
      #expect(text.contains(whole.prefix(width)) && text.contains("+…+") != isWhole)
    }
  }

  /// Labels and numbers of a comparison stay in one piece, as a list where no table fits.
  @Test(arguments: [40, 56, 80])
  func comparisonsFitTheirWidth(_ width: Int) throws {
    let notebook = try Notebook(width: width)
    _ = notebook.answer("m = Linear(2, 2); x = [0.0, 2.0]; E = sum(m(x)**2) + sum(relu(x));")
    let page = notebook.answer("compare_gradients(E, m.weight)")
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= width }, "\(page)")
    for cell in ["[0,0]", "[0,1]", "[1,0]", "[1,1]"] {
      #expect(page.contains("∂E/∂m.weight\(cell) "), "\(page)")
    }
    #expect(page.contains("│") == (width == 80) && page.contains("agree"), "\(page)")
    let kink = notebook.answer("compare_gradients(E, x)")
    #expect(kink.split(separator: "\n").allSatisfy { $0.count <= width }, "\(kink)")
    #expect(kink.contains("kink"), "\(kink)")
  }

  @Test func narrowAndPlainPages() throws {
    var transcript = "# Narrow and plain pages\n"
    for (width, unicode) in [(40, true), (60, true), (80, false)] {
      transcript += "\n\(width) columns\(unicode ? "" : ", ASCII")\n\n```\n"
      let notebook = try Notebook(width: width, unicode: unicode)
      for line in Self.samples {
        let answer = notebook.answer(line)
        if line.contains("explain") { transcript += "∇ \(line)\n\(answer)" }
      }
      transcript += "```\n"
    }
    expectGolden(name: "Narrow and plain pages", text: transcript)
  }

  private static let samples = [
    ":digits 3", "x = [1.0, -0.5]; W = [1.2, 2.1, -1.5; -0.3, -0.7, 0.3]; s = Wᵀ @ x;",
    "p = softmax(s); L = -log(p[2]); h = leaky_relu(s);", "explain(s)", "explain(p)",
    "explain(∂L/∂s)", "explain(∂L/∂W[0, 2])", "explain(h)", "A = [1.5, 2; 4, 5]; C = A @ W;",
    "explain(C)", "K = [1, 2, 1; 0, -1, 1; 0.5, 1, 1]; o = conv2d([1, 2, 0; 0, 1, 3; 2, 1, 1], K);",
    "explain(o)", "E = mean((C - 1)**2); explain(E)",
  ]
}
