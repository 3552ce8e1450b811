import Language
import Presentation

// Questions that have been dealt with, and what is understood without a colon.

extension Player {
  /// A question asked once more; what was reached before stays.
  struct Reopened {
    let number: Int
    var hints = 0
  }

  /// The question of the present step, open or not.
  var presentQuestion: Question? {
    guard let current else { return nil }
    let content: Question.Content
    switch lesson.steps[current].content {
    case .quiz(let quiz): content = .quiz(quiz)
    case .task(let task): content = .task(task)
    case .prose, .code, .given, .experiments: return nil
    }
    return Question(content: content, number: lesson.steps[...current].count { $0.isQuestion })
  }

  /// The question of the present step, unless it has been dealt with; one that was skipped is asked
  /// when the student comes back to it.
  var openQuestion: Question? {
    guard let question = presentQuestion else { return nil }
    let state = progress.questions[question.number]?.state ?? .open
    let isOpen = [.open, .skipped].contains(state) || reopened?.number == question.number
    return isOpen ? question : nil
  }

  /// Notes how a question ended. One that was answered rightly before stays so.
  func close(_ question: Question, as state: LessonProgress.Question.State) {
    reopened = nil
    if progress.questions[question.number]?.state == .right { return }
    note(.closed(question: question.number, state))
  }

  /// Asks the question of this step again.
  package func again() -> [Block] {
    guard let question = presentQuestion else { return note("There is no question at this step.") }
    guard openQuestion == nil else { return note("The question is open: type an answer.") }
    reopened = Reopened(number: question.number)
    switch question.content {
    case .quiz(let quiz): return ask(quiz)
    case .task(let task): return ask(task)
    }
  }

  /// What can be typed at a question, or what became of it.
  func standing(_ facts: [String]) -> Block {
    guard openQuestion == nil, let question = presentQuestion,
      let past = progress.questions[question.number]
    else { return .hanging(Words("(" + facts.joined(separator: " · ") + ")", .dim), indent: 1) }
    let given = past.answers.last { $0.outcome == "right" }?.text
    let answer = given.map { $0.contains("\n") ? "" : ": " + $0 } ?? ""
    let verdict: Words =
      switch past.state {
      case .right: Words("✓ ", .good) + Words("Answered, right" + answer, .dim)
      case .revealed, .skipped, .open: Words("The answer was shown", .dim)
      }
    return .hanging(verdict + Words(" · :again asks it again", .dim), indent: 2)
  }

  /// A lesson's command typed without its colon, where the word means nothing else here.
  func spoken(_ text: String) -> Reply? {
    let word = text.lowercased()
    guard ["hint", "back", "next", "again"].contains(word), !isNameHere(text), !isAnswer(text)
    else { return nil }
    switch word {
    case "hint": return (Document(hint()), false)
    case "back": return (Document(back()), false)
    case "again": return (Document(again()), false)
    default: return advance()
    }
  }

  private func isNameHere(_ text: String) -> Bool {
    workspace.environment.variable(Symbol(text)) != nil
  }

  /// Whether a word is an answer that the open question knows.
  private func isAnswer(_ text: String) -> Bool {
    guard case .quiz(let quiz)? = openQuestion?.content else { return false }
    if case .texts(let texts) = quiz.answer { return texts.contains { $0.lowercased() == text } }
    return Choices.index(of: text, in: quiz.choices) != nil
  }

  /// A mistake as it is told at the width of the page.
  func told(_ problem: Diagnostic) -> [Block] {
    problem.document(width: workspace.context.width).blocks
  }

  /// An author's text in a question, with the numbers in braces computed.
  func passage(_ text: String) -> [Block] {
    ComputedProse(blocks: Markdown.passage(text).blocks).filled(by: workspace)
  }

  /// Runs what the student typed. That Python would take brackets for lists is only told where all of
  /// them are the student's own: the lesson's are the vectors of a slide.
  func meaningLists<Result>(
    _ statement: Statement, _ body: () throws(Diagnostic) -> Result
  ) throws(Diagnostic) -> Result {
    let isOwn = statement.read.allSatisfy { name in
      changed.contains(name) || !isNameHere(name)
    }
    workspace.context.tellsOfBrackets = isOwn
    defer { workspace.context.tellsOfBrackets = true }
    return try body()
  }
}

extension Statement {
  /// The names that a plain statement reads.
  fileprivate var read: Set<String> {
    switch form {
    case .expression(let value), .assignment(_, let value): value.names
    case .update(let target, let value), .augmented(let target, _, at: _, let value):
      value.names.union(target.form.name.map { [$0] } ?? [])
    default: []
    }
  }
}

extension Target.Form {
  fileprivate var name: String? {
    if case .name(let name) = self { name.symbol.name } else { nil }
  }
}

extension Markdown {
  /// A question, a hint or an explanation. A number and a full stop at its beginning are an answer and
  /// no list of one item.
  static func passage(_ text: String) -> Document { document(withoutLoneNumber(text)) }

  private static func withoutLoneNumber(_ text: String) -> String {
    let items = text.matches(of: /(?m)^ {0,3}\d{1,9}[.)](?=\s)/)
    guard items.count == 1, let item = items.first, item.range.lowerBound == text.startIndex else {
      return text
    }
    var escaped = text
    escaped.insert("\\", at: text.index(before: item.range.upperBound))
    return escaped
  }

  /// The words of a text of one paragraph.
  static func words(_ text: String) -> Words {
    guard case .paragraph(let words)? = passage(text).blocks.first else { return Words(text) }
    return words
  }
}
