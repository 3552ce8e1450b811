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
    let open = LessonProgress("b/01-pooling", steps: 1, [.step(1, isJump: true)])
    let done = LessonProgress("a/01-pooling", steps: 1, [.step(1, isJump: true), .finished])
    let next = { (states: [String: LessonProgress]) in
      LessonListing(catalogue) { states[$0] }.next(on: nil)?.name
    }
    #expect(next([:]) == "a/01-pooling")
    #expect(next([done.lesson: done]) == "a/02-xor")
    #expect(next([done.lesson: done, open.lesson: open]) == "b/01-pooling")
    let listing = LessonListing(catalogue) { [done.lesson: done][$0] }
    #expect(Renderer().render(listing.overview).contains("lessons/a/03-bad.md"))
    let shown = Renderer().render(listing.document(of: .deck("a")))
    #expect(shown.contains("done"))
    #expect(shown.contains("lessons/a/03-bad.md"))
  }
}
