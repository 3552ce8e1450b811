import Autograd
import Presentation

/// A command of the shell and of lessons, declared once: parsing, `:help`, completion and
/// suggestions come from it.
package struct Command: Sendable {
  /// Where a command can be typed.
  package enum Scope: Sendable { case everywhere, shell, lesson }

  package let name: String
  package let aliases: [String]
  package let summary: String
  /// What can be typed after the name. A bool is a flag; an option is given as `--name value` or
  /// `--name=value`, what is left over fills the parameters that are not `keywordOnly`, in order.
  package let parameters: [Parameter]
  /// Lines as typed, `:` included.
  package let examples: [String]
  /// Takes the rest of the line as it is, as one argument.
  package let takesRest: Bool
  package let scope: Scope
  /// Changes what later inputs see, and can be taken back like code.
  let changesState: Bool
  let completion: Completion
  package let run: @Sendable (Session, CommandArguments) throws -> Response

  init(
    _ name: String, aliases: [String] = [], _ summary: String, parameters: [Parameter] = [],
    examples: [String], takesRest: Bool = false, in scope: Scope = .everywhere,
    changesState: Bool = false, completion: Completion? = nil,
    run: @escaping @Sendable (Session, CommandArguments) throws -> Response
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.parameters = parameters
    self.examples = examples
    self.takesRest = takesRest
    self.scope = scope
    self.changesState = changesState
    self.completion = completion ?? .parameters(parameters)
    self.run = run
  }

  /// `:digits [places]`
  package var usage: String {
    let words = parameters.map { parameter in
      let word =
        parameter.keywordOnly
        ? parameter.kind == .bool
          ? "--\(parameter.name)" : "--\(parameter.name) \(parameter.kind.placeholder)"
        : parameter.name
      return parameter.standard == nil ? word : "[\(word)]"
    }
    return ([":" + name] + words).joined(separator: " ")
  }

  /// One list a file of the folder `Commands/`.
  package static let all: [Command] =
    steps + states + about + display + limits + files + training + lessons + sharing
    + settings

  package static func named(_ name: String, among commands: [Command] = all) -> Command? {
    commands.first { $0.name == name || $0.aliases.contains(name) }
  }

  package func isAvailable(inLesson: Bool) -> Bool {
    scope == .everywhere || inLesson == (scope == .lesson)
  }
}

extension Session {
  /// The commands that can be typed here and now.
  var commands: [Command] { Command.all.filter { $0.isAvailable(inLesson: isInLesson) } }

  /// Runs what was typed after the colon.
  func command(_ line: String) throws -> Response {
    let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    guard let name = parts.first else { return Response(overview) }
    guard let command = Command.named(name) else {
      throw Diagnostic.unknownCommand(name, among: commands)
    }
    guard command.isAvailable(inLesson: isInLesson) else { throw Diagnostic.elsewhere(command) }
    let rest = parts.count > 1 ? parts[1].trimmed : ""
    let isOptions = rest.hasPrefix("--") && command.parameters.contains(where: \.keywordOnly)
    let words =
      command.takesRest && !isOptions
      ? (rest.isEmpty ? [] : [rest]) : rest.split(whereSeparator: \.isWhitespace).map(String.init)
    let arguments = try CommandArguments(words, for: command)
    guard command.changesState, let lesson else {
      if command.changesState { timeline.note(":" + line, before: moment) }
      return try command.run(self, arguments)
    }
    var response = try command.run(self, arguments)
    response.diagnostics += lesson.keep(":" + line)
    return response
  }
}

extension Parameter.Kind {
  /// What stands for a value of this kind in usage lines.
  package var placeholder: String {
    switch self {
    case .integer: "N"
    case .real: "X"
    case .choice(let words): words.joined(separator: "|")
    case .integers, .axes: "N,N"
    case .bool, .string, .tensor, .tensors, .any, .function: "TEXT"
    }
  }
}

/// The arguments of a command, bound to its parameters.
package struct CommandArguments: Sendable {
  package private(set) var values: [String: Attribute] = [:]

  package func string(_ name: String) -> String? {
    if case .string(let text)? = values[name] { return text }
    return nil
  }
  package func integer(_ name: String) -> Int? {
    if case .integer(let number)? = values[name] { return number }
    return nil
  }
  package func real(_ name: String) -> Double? {
    switch values[name] {
    case .real(let number)?: number
    case .integer(let number)?: Double(number)
    default: nil
    }
  }
  package func flag(_ name: String) -> Bool { values[name] == .bool(true) }

  /// Binds words to the parameters of a command.
  package init(_ words: [String], for command: Command) throws(Diagnostic) {
    for parameter in command.parameters { values[parameter.name] = parameter.standard }
    var open = command.parameters.filter { !$0.keywordOnly }[...]
    var given: Set<String> = []
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      guard word.hasPrefix("--") else {
        guard let parameter = open.popFirst() else { throw .tooMuch(word, command) }
        values[parameter.name] = try parameter.attribute(from: word, of: command)
        given.insert(parameter.name)
        continue
      }
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts.first ?? "")
      guard let parameter = command.parameters.first(where: { $0.name == name }) else {
        throw .unknownOption(name, command)
      }
      given.insert(name)
      if parameter.kind == .bool && parts.count == 1 {
        values[name] = .bool(true)
      } else if parts.count > 1 {
        values[name] = try parameter.attribute(from: String(parts[1]), of: command)
      } else if index < words.count {
        values[name] = try parameter.attribute(from: words[index], of: command)
        index += 1
      } else {
        throw .missingValue(name, command)
      }
    }
    let missing = command.parameters.first { $0.standard == nil && !given.contains($0.name) }
    if let missing { throw .missingValue(missing.name, command) }
  }
}

extension Parameter {
  /// A typed word as a value of this parameter.
  fileprivate func attribute(from word: String, of command: Command) throws(Diagnostic) -> Attribute
  {
    switch kind {
    case .integer:
      guard let number = Int(word) else {
        throw .badValue(word, for: self, "a whole number", command)
      }
      return .integer(number)
    case .real:
      guard let number = Double(word), number.isFinite else {
        throw .badValue(word, for: self, "a number", command)
      }
      return .real(number)
    case .bool:
      guard let truth = ["true": true, "false": false][word.lowercased()] else {
        throw .badValue(word, for: self, "true or false", command)
      }
      return .bool(truth)
    case .choice(let words):
      guard words.contains(word) else {
        throw .badValue(
          word, for: self, "one of " + words.joined(separator: ", "), command, among: words)
      }
      return .string(word)
    case .string, .tensor, .tensors, .axes, .integers, .any, .function:
      return .string(word)
    }
  }
}

extension Diagnostic {
  fileprivate static func unknownCommand(_ name: String, among commands: [Command]) -> Diagnostic {
    Diagnostic(
      "unknown-command", "unknown command ':\(name)'",
      helps: [
        Suggestion.closest(to: name, in: commands.map(\.name)).map { "did you mean ':\($0)'?" }
          ?? ":help lists the commands"
      ])
  }

  /// A command that belongs to the other place.
  fileprivate static func elsewhere(_ command: Command) -> Diagnostic {
    command.scope == .lesson
      ? Diagnostic(
        "usage", "':\(command.name)' belongs to a lesson", helps: [":learn begins one"])
      : Diagnostic(
        "usage", "':\(command.name)' belongs to the shell", helps: [":quit leaves the lesson"])
  }

  fileprivate static func tooMuch(_ word: String, _ command: Command) -> Diagnostic {
    Diagnostic(
      "usage", ":\(command.name) does not know what to do with '\(word)'",
      helps: ["\(command.usage)"])
  }

  fileprivate static func unknownOption(_ name: String, _ command: Command) -> Diagnostic {
    let names = command.parameters.filter(\.keywordOnly).map(\.name)
    return Diagnostic(
      "usage", ":\(command.name) has no option '--\(name)'",
      helps: [
        Suggestion.closest(to: name, in: names).map { "did you mean '--\($0)'?" } ?? command.usage
      ])
  }

  fileprivate static func missingValue(_ name: String, _ command: Command) -> Diagnostic {
    Diagnostic(
      "usage", ":\(command.name) needs a value for '\(name)'",
      helps: [command.examples.first ?? command.usage])
  }

  fileprivate static func badValue(
    _ word: String, for parameter: Parameter, _ expected: String, _ command: Command,
    among words: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      "usage", "'\(parameter.name)' must be \(expected), not '\(word)'",
      helps: [Suggestion.help(for: word, in: words) ?? command.examples.first ?? command.usage])
  }
}
