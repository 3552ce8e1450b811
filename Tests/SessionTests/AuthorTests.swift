import Foundation
import Lessons
import Presentation
import TestSupport
import Testing

@testable import Session

/// What helps those who write lessons.
struct AuthorTests {
  private func lesson(_ body: String) -> String {
    "---\ntitle: T\ndeck: d\nplaces: 2\n---\n\n" + body
  }

  @Test func marksWithOtherDigitsAreWrittenAnew() throws {
    let text = lesson(
      """
      ```nabla
      x = [1.0, 2.0] / 3   #=> [0.3, 0.6]
      y = x[1]             #=> 0.7 | slide
      z = y + 1            #=> 1.70   and so on
      u = 1 / 3            #=> 0.34
      v = 1 / 3            #=> 0.33
      w = [1, 2]           #=> [1, 2, 3]
      ```

      """.replacing("   and so on", with: ""))
    let memory = try MemorySession(files: ["l.md": text])
    let (fixed, fixes) = try memory.session.fixes(in: "l.md")
    #expect(fixes.map(\.line) == [8, 10, 11])
    #expect(fixes[0].new == "x = [1.0, 2.0] / 3   #=> [0.3, 0.7]")
    #expect(fixed.contains("z = y + 1            #=> 1.67\n") && fixed.contains("#=> 0.33\nv"))
    memory.world.files["l.md"] = Array(fixed.utf8)
    #expect(memory.session.report(on: "l.md").failures.count == 1)
    #expect(try memory.session.fixes(in: "l.md").fixes.isEmpty)
  }

  @Test(arguments: ["#-> 0.97", "# => 0.97", "#==> 0.97", "# ~> 0.97", "#-> [1, 2]", "# -> −3"])
  func whatOnlyLooksLikeAMarkIsToldOf(comment: String) throws {
    let memory = try MemorySession(files: ["l.md": lesson("```nabla\nx = 1  \(comment)\n```\n")])
    #expect(memory.session.report(on: "l.md").warnings.map(\.code) == ["lesson-near-mark"])
  }

  @Test(arguments: ["# about 0.97", "#=> 1", "# x -> y", "# a => b", "# = 3"])
  func aCommentIsNone(comment: String) throws {
    let memory = try MemorySession(files: ["l.md": lesson("```nabla\nx = 1  \(comment)\n```\n")])
    #expect(memory.session.report(on: "l.md").warnings.isEmpty)
  }

  @Test func unknownNamesOfLaTeXAndOpenBlocksAreToldOf() throws {
    let memory = try MemorySession(files: [
      "a.md": lesson("See $\\theta + \\thetta$ and\n\n$$\\frac{1}{\\foo}$$\n"),
      "b.md": lesson("```nabla\nx = 1\n```\n\n```quiz\nask: x?\nanswer: x\n"),
    ])
    let warnings = memory.session.report(on: "a.md").warnings.map(\.headline)
    #expect(warnings.count == 2 && warnings.allSatisfy { $0.contains("no name of LaTeX") })
    let problem = try #require(memory.session.report(on: "b.md").malformed.first)
    #expect(problem.headline.contains("not closed") && problem.position?.line == 11)
  }

  @Test func aLessonThatIsRunSaysWhatToDo() throws {
    let memory = try MemorySession(files: ["l.md": lesson("Text.\n")])
    let told = memory.type(":run l.md")
    #expect(told.contains("is a lesson") && told.contains("nabla learn l.md"))
  }

  /// The page for authors names every key that is read.
  @Test func thePageForAuthorsIsComplete() throws {
    let page = try #require(Page.all.first { $0.path == "docs/lessons.md" }).text()
    var keys: [String] = []
    for source in Source.all where source.target == "Lessons" {
      for list in try source.text().matches(of: /keys: \[((?s)[^\]]*)\]/) {
        keys += list.1.matches(of: /"(\w+)"/).map { String($0.1) }
      }
    }
    #expect(keys.count > 25)
    let attributes = CodeStep.Attribute.allCases.map(\.rawValue)
    for word in keys + attributes + LessonRule.allCases.map(\.rawValue) {
      #expect(page.contains("`\(word)`") || page.contains("`nabla \(word)`"), "\(word)")
    }
    for mark in ["#=>", "#~>", "#~(3)>", "#!>", "| slide"] {
      #expect(page.replacing("\\|", with: "|").contains(mark), "\(mark)")
    }
  }
}
