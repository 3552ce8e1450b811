import Presentation

/// What makes a lesson one, beyond being right. Asked of lessons that cover worked examples; `check`
/// warns where one is broken and the front matter does not say why, under `exceptions`.
package enum LessonRule: String, CaseIterable, Sendable {
  case opening, pace, ending, picture, explain, experiments

  /// How a lesson breaks the rule, in a headline.
  var headline: String {
    switch self {
    case .opening: "no question by the third step"
    case .pace: "more than three steps in a row without a question"
    case .ending: "the last third shows and does not ask"
    case .picture: "the lesson draws no picture"
    case .explain: "the lesson works no quantity out"
    case .experiments: "fewer than two experiments to try"
    }
  }

  fileprivate var help: String {
    switch self {
    case .opening, .pace: "ask for what the next step shows"
    case .ending: "put a question before what the last third shows"
    case .picture: "draw what words describe, with plot, imshow, network, window and others"
    case .explain: "explain the quantity it is about: explain(E), ```nabla explain, or 'explain: E'"
    case .experiments: "add a ```try block with two lines that change the outcome"
    }
  }
}

/// What a lesson showed while it was checked.
final class Shown {
  var isPicture = false
  var isExplanation = false
}

/// Finds the rules that a lesson breaks.
struct LessonStyle {
  let lesson: Lesson
  let shown: Shown

  var warnings: [Diagnostic] {
    guard !lesson.front.examples.isEmpty else { return [] }
    return LessonRule.allCases.compactMap { rule in
      guard lesson.front.exceptions[rule] == nil, !holds(rule) else { return nil }
      return Diagnostic(
        "lesson-rule", rule.headline, severity: .warning, source: lesson.source,
        primary: .init(lesson.source.span(ofLine: line(of: rule))),
        helps: [rule.help, "or say why not, in the front matter: exceptions: [\"\(rule): …\"]"])
    }
  }

  /// The steps that a student sees.
  private var steps: [Step] {
    lesson.steps.filter { step in
      if case .code(let code) = step.content { !code.attributes.contains(.hide) } else { true }
    }
  }

  func holds(_ rule: LessonRule) -> Bool {
    let steps = steps
    switch rule {
    case .opening: return steps.prefix(3).contains(where: \.isQuestion)
    case .pace: return longestRun(in: steps.prefix { !$0.isExperiment }) <= 3
    case .ending:
      let last = steps.suffix(steps.count / 3)
      return last.contains(where: \.isQuestion) && longestShow(in: last) <= 2
    case .picture:
      return shown.isPicture
        || steps.contains {
          if case .code(let code) = $0.content { code.attributes.contains(.plot) } else { false }
        }
    case .explain:
      return shown.isExplanation || steps.contains(where: \.isExplained)
    case .experiments:
      return steps.reduce(0) { count, step in
        guard case .experiments(let experiments) = step.content else { return count }
        return count + experiments.tree.statements.count
      } >= 2
    }
  }

  /// The most steps between two questions.
  private func longestRun(in steps: ArraySlice<Step>) -> Int {
    var (longest, run) = (0, 0)
    // What comes before the first question is the opening's matter, what follows the last the ending's.
    let last = steps.lastIndex(where: \.isQuestion) ?? steps.startIndex
    for step in steps[..<last].drop(while: { !$0.isQuestion }) {
      run = step.isQuestion ? 0 : run + 1
      longest = max(longest, run)
    }
    return longest
  }

  /// The most code blocks that follow each other without a question.
  private func longestShow(in steps: ArraySlice<Step>) -> Int {
    var (longest, run) = (0, 0)
    for step in steps {
      if step.isQuestion { run = 0 }
      if case .code = step.content { run += 1 }
      longest = max(longest, run)
    }
    return longest
  }

  private func line(of rule: LessonRule) -> Int {
    let steps = steps
    let place: Int? =
      switch rule {
      case .opening: steps.dropFirst(2).first?.line
      case .ending: steps.suffix(steps.count / 3).first?.line
      case .pace, .picture, .explain, .experiments: nil
      }
    return place ?? lesson.front.lines["title"] ?? 1
  }
}

extension Step {
  fileprivate var isExperiment: Bool {
    if case .experiments = content { true } else { false }
  }

  /// Whether it works a quantity out, by an attribute or in the answer to a quiz.
  fileprivate var isExplained: Bool {
    switch content {
    case .code(let code): code.attributes.contains(.explain)
    case .quiz(let quiz): quiz.explain != nil
    case .prose, .given, .experiments, .task: false
    }
  }
}
