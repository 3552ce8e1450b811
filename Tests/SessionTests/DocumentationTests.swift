import Language
import Library
import Presentation
import TestSupport
import Testing

@testable import Session

/// What the help says is true: every page can be shown, and every example runs and gives what it
/// says.
struct DocumentationTests {
  static let builtins = Library.builtins + ExplainLibrary.builtins

  @Test func everyNameHasAPage() throws {
    let memory = try MemorySession()
    for name in memory.session.functions.flatMap(\.names) {
      let page = memory.type("?\(name)")
      #expect(!page.contains("error:") && page.count > 20, "?\(name) shows:\n\(page)")
    }
    #expect(memory.type("?π") == "π = 3.1416\n")
    for builtin in DocumentationTests.builtins {
      let page = memory.type(":help \(builtin.name)")
      #expect(page.contains(builtin.name) && page.contains("Example"), "\(page)")
    }
  }

  @Test func theOverviewNamesEverything() throws {
    let memory = try MemorySession()
    let commands = memory.type(":help commands")
    for command in Command.all where command.scope != .lesson {
      #expect(commands.contains(command.usage), "\(command.usage)")
    }
    let functions = memory.type(":help functions")
    for (title, names) in memory.session.functions {
      let subject = memory.type(":help \(title)")
      for name in names {
        #expect(functions.contains(name) && subject.contains(name), "\(name)")
      }
    }
    #expect(memory.type(":") == memory.type(":help"))
  }

  /// The first thing that anybody reads fits a window, at the prompt and in a lesson.
  @Test(arguments: [false, true])
  func theOverviewFitsAScreen(inLesson: Bool) throws {
    let memory = try MemorySession(
      files: ["lessons/d/01-small.md": smallLesson], lessons: "lessons")
    if inLesson { memory.type(":learn small") }
    let lines = memory.type(":help").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 23 && lines.allSatisfy { $0.count <= 80 })
    #expect(memory.type(":help").contains(":help commands"))
  }

  /// The page of conventions is made from the declarations: every choice is told with PyTorch's.
  @Test func conventionsStandOnAPage() throws {
    let memory = try MemorySession()
    let page = memory.type(":help conventions")
    for name in [
      "relu", "max_pool2d", "gru_cell", "lstm_cell", "adam", "Dropout", "var", "std", "round",
      "sign", "argmax", "median", "conv2d", "softmax", "BatchNorm1d", "abs", "max", "maximum",
    ] {
      #expect(page.contains(name), "\(name) is not on the page of conventions")
      #expect(memory.type(":help \(name)").contains("PyTorch"), "\(name) does not state PyTorch's")
    }
    for builtin in DocumentationTests.builtins {
      for convention in builtin.notes.conventions {
        let parts = [convention.topic, convention.here, convention.pytorch]
        #expect(parts.allSatisfy { !$0.isEmpty && !$0.hasSuffix(".") }, "\(builtin.name)")
      }
    }
  }

  @Test func everyCommandHasAPage() throws {
    let memory = try MemorySession()
    for command in Command.all {
      for name in [command.name] + command.aliases {
        let page = memory.type(":help :\(name)")
        #expect(page.contains(":\(command.name)"), "?:\(name) shows:\n\(page)")
      }
      #expect(!command.examples.isEmpty, ":\(command.name) has no example")
    }
  }

  @Test func everyBuiltinHasAnExample() {
    for builtin in DocumentationTests.builtins {
      #expect(!builtin.examples.isEmpty, "\(builtin.name) has no example")
    }
  }

  /// The examples of the session's own builtins; those of the library are tested there.
  @Test func examplesOfTheSessionRun() throws {
    for builtin in ExplainLibrary.builtins {
      for example in builtin.examples {
        let memory = try MemorySession()
        memory.type("w = [0.5, -0.25]\nx = [1.0, 2.0]\nE = sum((w * x - 1)**2) / 2")
        let response = memory.respond(example.source)
        #expect(response.outcome == .fine, "\(example.source)\n\(memory.render(response))")
      }
    }
  }

  @Test func everyCommandExampleRuns() throws {
    let files = [
      "demo.nabla": "x = 1\n",
      "lessons/kaist-ai602/backprop.md":
        "---\ntitle: T\ndeck: kaist-ai602\ntopics: [convolution]\n---\n\nText.\n",
    ]
    for command in Command.all {
      for example in command.examples {
        let memory = try MemorySession(files: files, lessons: "lessons")
        memory.type("w5 = 0.4\ns1 = w5 * 2\nE = s1**2\nf(x) = x\nw = w5")
        if command.scope == .lesson || command.name == "use" { memory.type(":learn backprop") }
        let short = example.replacing(":train xor", with: ":train xor --steps 3")
          .replacing(":train bitsum", with: ":train bitsum --steps 3")
          .replacing(":train digits", with: ":train digits --steps 3")
        let response = memory.respond(short)
        #expect(response.outcome == .fine, "\(example)\n\(memory.render(response))")
      }
    }
  }

  /// Every row about Python in `:help conventions`, before and after an import.
  @Test(arguments: PythonRule.all.map(\.program))
  func rulesOfPythonHold(_ program: String) throws {
    let rule = try #require(PythonRule.all.first { $0.program == program })
    for (opening, expected) in [("", rule.here), ("import math\n", rule.afterImport)] {
      let memory = try MemorySession()
      let answer = memory.type(opening + program)
      // A vector is followed by its shape.
      let isThere = answer.split(separator: "\n").contains {
        $0 == expected || $0.hasPrefix(expected + "   [")
      }
      #expect(isThere, "\(opening)\(program)\n\(answer)")
      if opening.isEmpty {
        #expect((answer.contains("note:") || answer.contains("warning:")) == rule.isTold)
      }
    }
  }
}
