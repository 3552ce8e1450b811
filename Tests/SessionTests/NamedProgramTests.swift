import Testing

@testable import Session

/// Programs that once told that going back was not exact, and texts that once reached a reference.
struct NamedProgramTests {
  private static let lesson = """
    ---
    title: Chance
    deck: d
    ---
    ```nabla
    x = randn(3)
    ```

    ```nabla
    y = randn(2)
    ```

    ```nabla
    z = x[0] + y[0]
    ```
    """

  @Test func threePassesOverARandomStepGiveTheSame() throws {
    let memory = try MemorySession(files: ["lessons/d/01-c.md": Self.lesson], lessons: "lessons")
    memory.type(":learn c")
    let first = memory.type("")
    #expect(first.contains("y ="), "\(first)")
    for _ in 0..<3 {
      memory.type(":back")
      #expect(memory.type("") == first)
    }
  }

  @Test(arguments: [
    [
      "def make():", "    n = [0]", "    def next():", "        n[0] += 1", "        return n[0]",
      "    return next",
    ],
    ["n = [0]", "def step():", "    n[0] += 1", "    return n[0]", "def make(): return step"],
    [
      "def make():", "    seen = ['a']", "    def next():", "        seen.append('b')",
      "        return len(seen) - 1", "    return next",
    ],
  ])
  func aClosureCountsTheSameAfterEveryGoto(_ definition: [String]) throws {
    let memory = try MemorySession()
    memory.type(definition.joined(separator: "\n"))
    memory.type("c = make()")
    #expect(memory.type("c()") == "1\n")
    for _ in 0..<3 {
      memory.type(":goto 2")
      #expect(memory.type("c()") == "1\n")
    }
  }

  @Test func whatIsFrozenAndTheDigitsGoBackToo() throws {
    let memory = try MemorySession()
    memory.type("w = [0.33333, 0.66667]")
    let before = (memory.type("w"), memory.type("w.requires_grad"))
    memory.type("w.requires_grad = False")
    memory.type(":digits 2")
    #expect(memory.type("w") != before.0 && memory.type("w.requires_grad") != before.1)
    memory.type(":goto 3")
    #expect(memory.type("w.requires_grad") == before.1)
    memory.type(":goto 3")
    #expect(memory.type("w") == before.0)
  }

  /// A script's own `sum` is what its later lines mean, but its marks are told to be its own.
  @Test func aScriptThatRedefinesTheLibraryDoesNotPassInSilence() throws {
    let memory = try MemorySession(files: [
      "good.nabla": "x = sum([1, 2])   #=> 3\n",
      "own.nabla": "sum(x) = 0\ny = sum([1, 2])   #=> 0\n",
    ])
    #expect(try memory.check(["good.nabla"]).isFine)
    let report = try memory.check(["own.nabla"])
    #expect(report.text.contains("'sum'"), "\(report.text)")
  }

  @Test func savingAnEmptySessionEmptiesNoFile() throws {
    let memory = try MemorySession(files: ["mine.nabla": "x = 1\n"])
    let answer = memory.type(":save mine.nabla")
    #expect(memory.text(of: "mine.nabla") == "x = 1\n", "\(answer)")
    #expect(answer.contains("nothing"), "\(answer)")
  }
}
