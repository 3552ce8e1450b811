import Language
import Lessons
import Presentation

extension Session {
  /// What TAB offers: texts that may replace what stands between `start` (a UTF-8 offset) and the
  /// cursor.
  package func complete(_ text: String, cursor: Int) -> (start: Int, candidates: [String]) {
    let before = String(decoding: Array(text.utf8.prefix(cursor)), as: UTF8.self)
    if let expansion = LaTeXSymbols.expansion(of: before) {
      let replaced = String(
        String.UnicodeScalarView(before.unicodeScalars.suffix(expansion.replacedScalars)))
      let start = cursor - replaced.utf8.count
      return (
        start, expansion.candidates.isEmpty ? [expansion.text] : expansion.candidates.map(\.name)
      )
    }
    if before.hasPrefix(":") { return completeCommand(before, cursor) }
    let word = String(
      before.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "′" }.reversed())
    let start = cursor - word.utf8.count
    let rest = before.dropLast(word.count)
    if rest.last == ".", let owner = ownerName(rest.dropLast()) {
      let value = environment[Symbol(owner)]
      return (start, matching(word, value.map { evaluator.attributeNames(of: $0) } ?? []))
    }
    guard !word.isEmpty else { return (cursor, []) }
    return (start, matching(word, environment.names + Keyword.allCases.map(\.rawValue)))
  }

  private func ownerName(_ text: Substring) -> String? {
    let name = String(
      text.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "′" }.reversed())
    return name.isEmpty ? nil : name
  }

  private func completeCommand(_ before: String, _ cursor: Int) -> (
    start: Int, candidates: [String]
  ) {
    let words = before.dropFirst().split(separator: " ", omittingEmptySubsequences: false).map(
      String.init)
    let last = words.last ?? ""
    let start = cursor - last.utf8.count
    guard words.count > 1, let command = Command.named(words[0]) else {
      let own = lesson == nil ? [] : Player.commands.map(\.name)
      return (start, matching(last, Command.all.map(\.name) + own))
    }
    return (start, matching(last, command.completions(words: Array(words.dropFirst()), self)))
  }

  private func matching(_ prefix: String, _ names: [String]) -> [String] {
    Array(Set(names.filter { $0.hasPrefix(prefix) && $0 != prefix })).sorted()
  }
}

extension Command {
  /// What may stand as the last of the words after the command's name.
  func completions(words: [String], _ session: Session) -> [String] {
    switch name {
    case "train":
      let tasks = Command.trainingTasks
      guard words.count > 1, let task = tasks.first(where: { $0.name == "train " + words[0] })
      else {
        return tasks.map { String($0.name.dropFirst("train ".count)) }
      }
      let previous = words[words.count - 2]
      if let parameter = task.parameters.first(where: { "--" + $0.name == previous }),
        case .choice(let choices) = parameter.kind
      {
        return choices
      }
      return task.parameters.map { "--" + $0.name }
    case "help": return session.environment.names + Command.all.map(\.name)
    case "learn": return session.lessonNames
    case "bars", "explain", "graph", "plot", "source":
      return session.environment.variables.map(\.name.name)
    default: return parameters.filter(\.keywordOnly).map { "--" + $0.name }
    }
  }
}
