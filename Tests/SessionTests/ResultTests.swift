import Testing

@testable import Session

/// `_` and `_1`, `_2` …: what inputs gave.
struct ResultTests {
  /// Types inputs and gives what the last one shows.
  private func last(of inputs: String...) throws -> String {
    let memory = try MemorySession()
    return inputs.map { memory.type($0) }.last ?? ""
  }

  @Test func theLastValueAndThatOfAnInput() throws {
    #expect(try last(of: "6 * 7", "_ + 1") == "43\n")
    #expect(try last(of: "6 * 7", "x = 5", "_1 + _2 + _") == "52\n")
    #expect(try last(of: "1; 2", "_1") == "2\n")
    #expect(try last(of: "7", "1; _ * 3") == "21\n")
  }

  @Test func whatShowsNoValueLeavesIt() throws {
    #expect(
      try last(
        of: "8", "x = 5;", "def f(x): return x", "print(3)", "1/0", "if x > 3: y = 2", "None", "_")
        == "8\n")
    #expect(try last(of: "_").contains("unknown name '_'"))
    #expect(try last(of: "1", "x = 2;", "_2").contains("unknown name '_2'"))
    #expect(try last(of: "1", ":reset", "_").contains("unknown name '_'"))
  }

  @Test func aNameOfTheUserWins() throws {
    #expect(try last(of: "8", "_, i = 3, 4", "5", "_") == "3\n")
    #expect(try last(of: "8", "_ = 3", "del _;", "9", "_") == "9\n")
    #expect(try last(of: "8", "for _ in range(3): pass", "9", "_") == "2\n")
    #expect(try last(of: "8", "_1 = 2;", "_1") == "2\n")
    #expect(!(try last(of: "8", ":vars")).contains("8"))
  }

  @Test func itIsTheThingThatWasShown() throws {
    #expect(try last(of: "x = [1.0, 2.0]", "_[0] = 9.0;", "x") == "[9.0, 2.0]   [2]\n")
    #expect(try last(of: "w = 3.0", "E = w**2;", "_1 * 2", "∂E/∂w") == "6.0\n")
  }

  @Test func goingBackIsExact() throws {
    let memory = try MemorySession()
    for text in ["[1.0, 2.0]", "_1[0] = 9.0;", "5", ":undo"] { _ = memory.type(text) }
    #expect(memory.type("_") == "[9.0, 2.0]   [2]\n")
    for text in [":undo", ":undo"] { _ = memory.type(text) }
    #expect(memory.type("_") == "[1.0, 2.0]   [2]\n")
    _ = memory.type(":goto 1")
    #expect(memory.type("_2").contains("unknown name"))
    _ = memory.type(":branch other")
    _ = memory.type("77")
    _ = memory.type(":branch main")
    #expect(memory.type("_") == "[1.0, 2.0]   [2]\n")
  }

  @Test func aScriptHasNone() throws {
    let memory = try MemorySession()
    _ = memory.type("8")
    #expect(memory.session.environment[.init("_")] != nil)
    let other = try MemorySession()
    _ = other.session.evaluate(.init(name: "a", text: "8"), as: .statements)
    #expect(other.session.environment[.init("_")] == nil)
  }

  @Test func anInputIsEditedAndStandsAtThePromptAgain() throws {
    let memory = try MemorySession(edit: { what in
      switch what {
      case .text(let text): return text + " + 1"
      case .file: return nil
      }
    })
    #expect(memory.type(":edit").contains("nothing was typed yet"))
    for text in ["1 + 2", "x = 5"] { _ = memory.type(text) }
    #expect(memory.respond(":edit").draft == "x = 5 + 1")
    #expect(memory.respond(":edit 1").draft == "1 + 2 + 1")
    #expect(memory.type(":edit 7").contains("there is no input 7"))
    let file = memory.respond(":edit demo.nabla")
    #expect(file.draft.isEmpty && memory.render(file).contains(":run demo.nabla"))
    #expect(memory.session.timeline.inputs.count == 2)
  }
}
