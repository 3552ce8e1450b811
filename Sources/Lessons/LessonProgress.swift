/// How far a student has come in a lesson. Kept as lines of text, so that a damaged file is noticed.
package struct LessonProgress: Sendable, Equatable {
  package struct Question: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable { case open, right, revealed, skipped }

    package var state = State.open
    /// Answers that were understood and wrong.
    package var attempts = 0
    package var hints = 0
    /// What was typed, in order, with what became of it.
    package var answers: [Attempt] = []

    package init() {}
  }

  package struct Attempt: Sendable, Equatable {
    package var text: String
    package var outcome: String
  }

  /// `deck/slug`
  package var lesson: String
  /// Steps shown.
  package var step = 0
  package var steps: Int
  /// By the number of the question in the lesson, from 1.
  package var questions: [Int: Question] = [:]
  package var isFinished = false

  package init(lesson: String, steps: Int) {
    self.lesson = lesson
    self.steps = steps
  }

  /// The form that `init(text:)` reads back: all but the answers themselves, which the recap keeps.
  package var text: String {
    var lines = ["nabla progress 1", "lesson \(lesson)", "step \(step) of \(steps)"]
    for (number, question) in questions.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "question \(number) \(question.state.rawValue) attempts \(question.attempts) "
          + "hints \(question.hints)")
    }
    if isFinished { lines.append("finished") }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Nil when the text is damaged.
  package init?(text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 4, lines.removeFirst() == "nabla progress 1", lines.removeLast().isEmpty
    else { return nil }
    let name = lines.removeFirst().split(separator: " ", maxSplits: 1)
    let place = lines.removeFirst().split(separator: " ")
    guard name.count == 2, name[0] == "lesson", place.count == 4, place[0] == "step",
      let step = Int(place[1]), let steps = Int(place[3]), (0...max(0, steps)).contains(step)
    else { return nil }
    lesson = String(name[1])
    self.steps = steps
    self.step = step
    for line in lines {
      if line == "finished" {
        isFinished = true
        continue
      }
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 7, words[0] == "question", words[3] == "attempts", words[5] == "hints",
        let number = Int(words[1]), let state = Question.State(rawValue: words[2]),
        let attempts = Int(words[4]), let hints = Int(words[6]), attempts >= 0, hints >= 0
      else { return nil }
      var question = Question()
      question.state = state
      question.attempts = attempts
      question.hints = hints
      questions[number] = question
    }
  }
}
