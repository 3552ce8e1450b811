import Autograd
import Language
import Networks
import Presentation
import Tensors

extension Command {
  static let training: [Command] = [
    Command(
      "train", "Trains a toy model with live progress; its parameters become variables.",
      parameters: [
        Parameter(
          "task", .string,
          TrainingTask.standard.map { "\($0.name): \($0.summary)" }.joined(separator: " "))
      ],
      examples: [
        ":train xor", ":train xor --hidden 8 --optimizer adam", ":train bitsum --cell lstm",
        ":train digits",
      ],
      takesRest: true, changesState: true, completion: .tasks
    ) { session, arguments in
      let words = (arguments.string("task") ?? "").split(whereSeparator: \.isWhitespace).map(
        String.init)
      return try session.train(words)
    }
  ]

  /// The options of a training task, as those of a command of their own.
  static func training(_ task: TrainingTask) -> Command {
    Command(
      "train \(task.name)", task.summary,
      parameters: task.parameters.map {
        Parameter($0.name, $0.kind, default: $0.standard, keywordOnly: true, $0.summary)
      },
      examples: [":train \(task.name) --seed 2"]
    ) { session, arguments in try session.train(task, arguments) }
  }
}

extension Session {
  /// `train xor --hidden 4`: from the shell and from the command line.
  package func train(_ words: [String]) throws -> Response {
    let names = TrainingTask.standard.map(\.name)
    guard let name = words.first, !["--help", "-h"].contains(name) else {
      return Response(
        Document(
          names.compactMap { TrainingTask[$0] }.flatMap {
            Session.documentation(of: .training($0)).blocks
          }))
    }
    guard let task = TrainingTask[name] else {
      throw Diagnostic(
        "unknown-task", "there is no training task '\(name)'",
        helps: [
          Suggestion.help(for: name, in: names) ?? "choose one of " + names.joined(separator: ", ")
        ])
    }
    let command = Command.training(task)
    if words.contains("--help") || words.contains("-h") {
      return Response(Session.documentation(of: command))
    }
    return try command.run(self, CommandArguments(Array(words.dropFirst()), for: command))
  }

  fileprivate func train(_ task: TrainingTask, _ arguments: CommandArguments) throws -> Response {
    let options = Attributes(
      task.parameters.compactMap { parameter in
        guard let value = arguments.values[parameter.name], value != .none else { return nil }
        return (parameter.name, value)
      })
    var files: [String: [UInt8]] = [:]
    for name in task.files {
      guard let path = options.string(name) else { continue }
      do { files[name] = try host.read(path) } catch { throw error.diagnostic("read") }
    }
    let trainer: Trainer
    do {
      trainer = try task.trainer(options, files: files)
    } catch {
      throw Diagnostic(
        error.code, error.headline, notes: error.notes, helps: [":train \(task.name) --help"])
    }
    return TrainingRun(self, trainer).response()
  }
}

extension Completion {
  /// A task, then its options.
  static let tasks = Completion { session, words in
    guard words.count > 1 else { return TrainingTask.standard.map(\.name) }
    guard let task = TrainingTask[words[0]] else { return [] }
    return Command.training(task).completion.words(session, words)
  }
}
