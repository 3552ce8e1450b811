import Presentation

extension Lesson {
  /// The notes of a step as steps are counted, from 0.
  func notes(_ number: Int) -> [String] {
    let shown = shownSteps
    guard shown.indices.contains(number) else { return [] }
    return shown[number].flatMap { steps[$0].notes }
  }

  /// All that stands in a step, in lower case.
  func text(ofShown number: Int) -> String {
    shownSteps[number].map { index in
      let step = steps[index]
      let content: String =
        switch step.content {
        case .prose(let blocks): Renderer(width: 10_000).render(Document(blocks))
        case .code(let code): code.source.text
        case .quiz(let quiz): quiz.ask + quiz.choices.joined(separator: " ")
        case .given: ""
        case .experiments(let experiments): experiments.source.text
        case .task(let task): task.ask + task.start
        }
      return Renderer(width: 10_000).render(Document(step.headings)) + content
    }.joined(separator: "\n").lowercased()
  }
}
