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

  /// What a slide prints stands in a mark or a quiz of a lesson that covers it, in the same order.
  @Test func everyPrintedNumberIsInALesson() throws {
    let rows = try LessonFiles.fixture("printed.tsv").split(separator: "\n").dropFirst()
    #expect(rows.count > 50)
    var claims: [String: [[Double]]] = [:]
    for path in LessonFiles.paths {
      let lesson = try Lesson(parsing: LessonFiles.source(path))
      for example in lesson.front.examples {
        claims[example, default: []].append(numbers(in: claimed(by: lesson)))
      }
    }
    for row in rows {
      let cells = row.split(separator: "\t").map(String.init)
      let wanted = numbers(in: cells[2])
      let isThere = claims[cells[0], default: []].contains { $0.contains(inOrder: wanted) }
      #expect(isThere, "\(cells[0]): \(cells[1]) = \(cells[2])")
    }
  }

  /// The texts of the marks, then those of the quizzes.
  private func claimed(by lesson: Lesson) -> String {
    var marks = ""
    var quizzes = ""
    for step in lesson.steps {
      switch step.content {
      case .code(let code): marks += code.marks.map(\.text).joined(separator: " ; ") + " ; "
      case .quiz(let quiz): quizzes += quiz.ask + " ; " + (quiz.explanation ?? "") + " ; "
      case .prose, .given, .experiments, .task: break
      }
    }
    return marks + quizzes
  }

  private func numbers(in text: String) -> [Double] {
    text.replacing("−", with: "-").matches(of: /-?\d+(?:\.\d+)?(?:e-?\d+)?/).compactMap {
      Double($0.output)
    }
  }
}

extension [Double] {
  fileprivate func contains(inOrder wanted: [Double]) -> Bool {
    var rest = self[...]
    for number in wanted {
      guard let index = rest.firstIndex(of: number) else { return false }
      rest = rest[(index + 1)...]
    }
    return !wanted.isEmpty
  }
}
