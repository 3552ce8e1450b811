import Language
import Presentation

extension Player {
  func ask(_ quiz: Quiz) -> [Block] {
    let hint = quiz.hints.isEmpty ? [] : [":hint"]
    return ask(quiz, facts: hint + [":reveal", ":skip"])
  }

  /// The question and, where any are given, what can be typed.
  func ask(_ quiz: Quiz, facts commands: [String]) -> [Block] {
    var blocks: [Block] = [.line(Words("Question", .strong))] + passage(quiz.ask)
    for (index, choice) in quiz.choices.enumerated() {
      blocks.append(
        .hanging(Words("  \(Choices.letter(index))  ", .prompt) + Words(choice), indent: 5))
    }
    if commands.isEmpty { return blocks }
    var facts = commands
    if let precision = quiz.precision, precision != .decimals(0) {
      facts.insert(precision.text, at: 0)
    }
    return blocks + [standing(facts)]
  }

  func ask(_ task: LessonTask) -> [Block] {
    ask(task, facts: ["type your code; :hint", ":reveal", ":skip"])
  }

  func ask(_ task: LessonTask, facts: [String]) -> [Block] {
    let start = task.start.split(separator: "\n", omittingEmptySubsequences: false)
    return [.line(Words("Task", .strong))] + passage(task.ask)
      + start.map { .hanging(Words("    " + $0, .code), indent: 8) }
      + (facts.isEmpty ? [] : [standing(facts)])
  }
}
