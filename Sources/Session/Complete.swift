import Autograd
import Language
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
    return completeCode(before, cursor)
  }

  private func completeCode(_ before: String, _ cursor: Int) -> (start: Int, candidates: [String]) {
    let word = before.lastWord
    let start = cursor - word.utf8.count
    let call = OpenCall.last(in: before)
    let arguments = call.flatMap { completeArgument($0, word, cursor) }
    if let arguments, call?.text != nil { return arguments }
    let rest = before.dropLast(word.count)
    if rest.last == ".", let owner = ownerName(rest.dropLast()) {
      let value = environment[Symbol(owner)]
      return (start, matching(word, value.map { evaluator.attributeNames(of: $0) } ?? []))
    }
    // Arguments first, in their order; every name there is would be too much behind a bracket.
    guard !word.isEmpty else { return arguments ?? (cursor, []) }
    let names = matching(word, environment.names + Keyword.allCases.map(\.rawValue))
    return (start, (arguments?.candidates ?? []) + names)
  }

  private func ownerName(_ text: Substring) -> String? {
    let name = String(text).lastWord
    return name.isEmpty ? nil : name
  }

  private func completeCommand(_ before: String, _ cursor: Int) -> (
    start: Int, candidates: [String]
  ) {
    let words = before.dropFirst().split(separator: " ", omittingEmptySubsequences: false).map(
      String.init)
    let last = words.last ?? ""
    let start = cursor - last.utf8.count
    guard words.count > 1 else { return (start, matching(last, commands.map(\.name))) }
    guard let command = Command.named(words[0]) else { return (start, []) }
    if command.completion.isCode { return completeCode(before, cursor) }
    if command.completion.isPath, !last.hasPrefix("-") { return completePath(last, cursor) }
    let given = words.dropFirst().filter { !$0.isEmpty } + (last.isEmpty ? [""] : [])
    return (start, matching(last, command.completion.words(self, given)))
  }

  private func matching(_ prefix: String, _ names: [String]) -> [String] {
    Array(Set(names.filter { $0.hasPrefix(prefix) && $0 != prefix })).sorted()
  }
}

/// What TAB offers behind a command's name.
struct Completion: Sendable {
  /// The arguments are code: names and attributes are completed as at the prompt.
  var isCode = false
  /// The argument is a file.
  var isPath = false
  /// What may stand as the last of the words after the command's name.
  var words: @Sendable (Session, _ words: [String]) -> [String]

  init(words: @escaping @Sendable (Session, [String]) -> [String]) { self.words = words }

  static var code: Completion {
    var completion = Completion { _, _ in [] }
    completion.isCode = true
    return completion
  }

  static func path(_ parameters: [Parameter] = []) -> Completion {
    var completion = self.parameters(parameters)
    completion.isPath = true
    return completion
  }

  /// The names of options, and the words that the parameter at hand is one of.
  static func parameters(_ parameters: [Parameter]) -> Completion {
    Completion { _, words in
      let options = parameters.filter(\.keywordOnly)
      if words.count > 1,
        let option = options.first(where: { "--" + $0.name == words[words.count - 2] }),
        option.kind != .bool
      {
        return option.kind.words
      }
      let places = parameters.filter { !$0.keywordOnly }
      let place = words.count - 1
      return (places.indices.contains(place) ? places[place].kind.words : [])
        + options.map { "--" + $0.name }
    }
  }

  static let topics = Completion { session, _ in session.environment.names + session.topics }
  static let functions = Completion { session, _ in
    session.environment.names.filter {
      session.environment[Symbol($0)]?.definitionText != nil
    }
  }
  static let branches = Completion { session, _ in session.branchNames.all }
}

extension Parameter.Kind {
  fileprivate var words: [String] {
    if case .choice(let words) = self { words } else { [] }
  }
}
