import Testing

@testable import Lessons

struct LessonProgressTests {
  @Test func progressIsReadBack() throws {
    var progress = LessonProgress(lesson: "d/01-a b", steps: 12)
    progress.step = 7
    var question = LessonProgress.Question()
    question.attempts = 2
    question.hints = 1
    question.state = .right
    progress.questions = [1: question, 3: .init()]
    progress.isFinished = true
    let text = progress.text
    #expect(try #require(LessonProgress(text: text)) == progress)
  }

  @Test(arguments: [
    "", "nabla progress 1\n", "nabla progress 2\nlesson a\nstep 1 of 2\n",
    "nabla progress 1\nlesson a\nstep 3 of 2\n", "nabla progress 1\nlesson a\nstep x of 2\n",
    "nabla progress 1\nlesson a\nstep 1 of 2",
    "nabla progress 1\nlesson a\nstep 1 of 2\nquestion 1\n",
    "nabla progress 1\nlesson a\nstep 1 of 2\nquestion 1 lost attempts 1 hints 1\n",
    "nabla progress 1\nlesson a\nstep -1 of -2\n", "\0\0\0",
  ])
  func damagedProgressIsNoticed(text: String) {
    #expect(LessonProgress(text: text) == nil)
  }
}
