import Presentation

extension Player {
  /// What the student did, as Markdown: the steps reached, every question with the answers given
  /// to it and what they met.
  package var recap: String {
    var text = "# \(lesson.front.title)\n\n"
    text += "\(lesson.name), \(progress.step) of \(shown.count) steps"
    text += progress.isFinished ? ", finished.\n" : ".\n"
    var number = 0
    let reached = progress.step > 0 ? shown[progress.step - 1].upperBound : 0
    for (index, step) in lesson.steps.prefix(reached).enumerated() {
      var opening = step.headings
      if case .prose(let blocks) = step.content { opening += blocks.prefix(1) }
      for case .heading(_, let words) in opening { text += "\n## \(words.plain)\n" }
      if step.isQuestion {
        number += 1
        text += recap(of: step, progress.questions[number] ?? .init(), number)
      }
      if let place = shown.firstIndex(where: { $0.last == index }) { text += inputs(at: place + 1) }
    }
    return text
  }

  /// What the student tried at a step.
  private func inputs(at step: Int) -> String {
    let inputs = progress.inputs[step] ?? []
    if inputs.isEmpty { return "" }
    return "\nTried at step \(step):\n\n" + inputs.map { "- \($0.asMarkdownCode)\n" }.joined()
  }

  private func recap(
    of step: Step, _ question: LessonProgress.Question, _ number: Int
  ) -> String {
    let ask: String
    switch step.content {
    case .quiz(let quiz): ask = quiz.ask
    case .task(let task): ask = task.ask
    case .prose, .code, .given, .experiments: return ""
    }
    var text = "\n**Question \(number).** \(ask)\n\n"
    for answer in question.answers {
      text += "- \(answer.text.asMarkdownCode): \(answer.outcome)\n"
    }
    if question.hints > 0 {
      text += "- \(question.hints) hint\(question.hints == 1 ? "" : "s") read\n"
    }
    switch question.state {
    case .right: break
    case .revealed: text += "- the answer was shown\n"
    case .skipped: text += "- left open\n"
    case .open: text += "- not answered yet\n"
    }
    return text
  }
}

extension String {
  /// The text as a code span that nothing in it can end.
  fileprivate var asMarkdownCode: String {
    let flat = Visible.text(self).split(whereSeparator: \.isNewline).joined(separator: " ")
    var longest = 0
    var run = 0
    for character in flat {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let space = flat.hasPrefix("`") || flat.hasSuffix("`") ? " " : ""
    return fence + space + flat + space + fence
  }
}
