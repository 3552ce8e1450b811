import Autograd
import Language
import Lessons
import Presentation
import Tensors

extension Command {
  /// Between the prompt and a lesson, which have variables of their own.
  static let sharing: [Command] = [
    Command(
      "use",
      "Brings variables here: in the shell those of the lesson left last, in a lesson the shell's.",
      parameters: [
        Parameter("names", .string, default: Attribute.none, "which; left out, lists what there is")
      ],
      examples: [":use", ":use w5"], takesRest: true,
      completion: Completion { session, _ in session.usable.map(\.name) }
    ) { session, arguments in
      let names = (arguments.string("names") ?? "").split { $0.isWhitespace || $0 == "," }
      return try session.use(names.map(String.init))
    }
  ]
}

extension Session {
  /// The variables of the other side.
  var usable: [(name: String, value: Value)] {
    let environment = isInLesson ? own.environment : left?.workspace.environment
    return (environment?.variables ?? []).map { ($0.name.name, $0.value) }
  }

  func use(_ names: [String]) throws(Diagnostic) -> Response {
    let usable = usable
    guard !usable.isEmpty else {
      throw Diagnostic(
        "usage", isInLesson ? "the shell has no variables" : "no lesson was left with variables",
        helps: [isInLesson ? ":vars lists the lesson's" : ":learn begins a lesson"])
    }
    if names.isEmpty {
      let evaluator = isInLesson ? own : left?.workspace.evaluator ?? own
      let rows = usable.map { name, value in
        [Words(name, .name), Words(evaluator.shown(value, isShort: true), .value)]
      }
      return Response(.table(Table(header: [], rows: rows)))
    }
    let chosen = try names.map { name throws(Diagnostic) in
      guard let found = usable.first(where: { $0.name == name }) else {
        throw .unknownVariable(name, among: usable.map(\.name))
      }
      return found
    }
    guard let lesson else {
      timeline.note(":use " + names.joined(separator: " "), before: moment)
      for (name, value) in chosen { own.environment.assign(Symbol(name), value.held) }
      return Response(.line(Words("from the lesson: " + names.joined(separator: ", "), .note)))
    }
    // As texts that could be typed: the lesson's way back here is made of them.
    let texts = try chosen.map { name, value throws(Diagnostic) in
      try value.source(named: name)
    }
    return lesson.respond(in: self) { player in
      (Document(texts.flatMap { player.take($0) }), false)
    }
  }
}

extension Value {
  /// A line that makes the same value under a name.
  fileprivate func source(named name: String) throws(Diagnostic) -> String {
    if let text = definitionText { return text }
    switch resolved {
    case .tensor(let variable) where variable.value.elements.count <= 100_000:
      return "\(name) = \(variable.value.source)"
    case .string(let text): return "\(name) = " + JSONValue.string(text).text
    default:
      throw Diagnostic(
        "usage", "'\(name)' cannot be taken into a lesson",
        notes: ["tensors, texts and functions can"])
    }
  }
}

extension Tensor {
  /// The tensor as it can be typed, to the last digit.
  fileprivate var source: String {
    let numbers = elements.map { number -> String in
      if number.isNaN { return "nan" }
      if number.isInfinite { return number < 0 ? "-inf" : "inf" }
      return "\(number)"
    }
    func nested(_ shape: ArraySlice<Int>, _ numbers: ArraySlice<String>) -> String {
      guard let count = shape.first else { return numbers.first ?? "0" }
      guard count > 0, !numbers.isEmpty else { return "[]" }
      let size = numbers.count / count
      let parts = (0..<count).map { index in
        nested(
          shape.dropFirst(), numbers.dropFirst(index * size).prefix(size))
      }
      return "[" + parts.joined(separator: ", ") + "]"
    }
    return nested(shape.array[...], numbers[...])
  }
}

extension Diagnostic {
  fileprivate static func unknownVariable(_ name: String, among names: [String]) -> Diagnostic {
    Diagnostic(
      "usage", "there is no '\(name)' to bring here",
      helps: [Suggestion.help(for: name, in: names) ?? ":use lists what there is"])
  }
}
