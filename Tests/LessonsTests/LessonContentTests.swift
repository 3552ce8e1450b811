import Presentation
import Testing

@testable import Lessons

struct LessonContentTests {
  @Test func theFiveHeadlineLessonsAreThere() {
    #expect(LessonFiles.paths.count >= 5)
  }

  @Test(arguments: LessonFiles.paths)
  func everyLessonReads(path: String) throws {
    do {
      let lesson = try Lesson(parsing: LessonFiles.source(path))
      #expect(path.contains("/\(lesson.front.deck)/"), "the folder is the deck")
      #expect(!lesson.front.examples.isEmpty)
    } catch let error as LessonError {
      for problem in error.diagnostics { Issue.record("\(Renderer().render(problem))") }
    }
  }
}
