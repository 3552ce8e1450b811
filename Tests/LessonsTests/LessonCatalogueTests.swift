import Presentation
import Testing

@testable import Lessons

struct LessonCatalogueTests {
  private func source(_ path: String, _ title: String) -> SourceText {
    SourceText(
      name: path, text: "---\ntitle: \(title)\ndeck: \(path.split(separator: "/")[1])\n---\nText.\n"
    )
  }

  private var catalogue: LessonCatalogue {
    LessonCatalogue([
      source("lessons/b/01-pooling.md", "B1"), source("lessons/a/02-xor.md", "A2"),
      source("lessons/a/01-pooling.md", "A1"), SourceText(name: "lessons/a/03-bad.md", text: "x"),
    ])
  }

  @Test(arguments: [
    ("a/01-pooling", "A1"), ("B/01-Pooling", "B1"), ("02-xor", "A2"), ("xor", "A2"),
  ])
  func lessonsAreFoundByName(name: String, title: String) throws {
    #expect(try catalogue.lesson(named: name).front.title == title)
  }

  @Test(arguments: [
    ("pooling", "ambiguous-lesson"), ("xro", "unknown-lesson"), ("03-bad", "lesson-front-matter"),
    ("", "unknown-lesson"),
  ])
  func otherNamesAreExplained(name: String, code: String) {
    #expect(throws: Diagnostic.self) { try catalogue.lesson(named: name) }
    do { _ = try catalogue.lesson(named: name) } catch { #expect(error.code == code) }
  }

  @Test func theNextLessonIsTheOneLeftOpen() {
    var open = LessonProgress(lesson: "b/01-pooling", steps: 1)
    open.step = 1
    var done = LessonProgress(lesson: "a/01-pooling", steps: 1)
    done.step = 1
    done.isFinished = true
    #expect(catalogue.next { _ in nil }?.name == "a/01-pooling")
    #expect(catalogue.next { [done.lesson: done][$0] }?.name == "a/02-xor")
    #expect(catalogue.next { [done.lesson: done, open.lesson: open][$0] }?.name == "b/01-pooling")
    let shown = Renderer().render(catalogue.document { [done.lesson: done][$0] })
    #expect(shown.contains("done"))
    #expect(shown.contains("lessons/a/03-bad.md"))
  }
}
