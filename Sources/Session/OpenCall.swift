import Autograd
import Language

/// The call in whose brackets a text ends: what is being typed is one of its arguments.
struct OpenCall: Equatable {
  /// What is called, with the modules before it: `np.linalg.norm`.
  var function: String
  /// How many arguments stand before.
  var position = 0
  /// The argument's name, where it has been typed.
  var keyword: String?
  /// The part of a text that has been typed, where one is open.
  var text: String?
  /// Whether an argument begins with the word at the end, so that it may become a name.
  var isAtStart = false

  /// Nil where the text ends outside of brackets that call something. Reads what is unfinished.
  static func last(in source: String) -> OpenCall? {
    var scanner = CallScanner()
    for character in source { scanner.read(character) }
    return scanner.call
  }
}

/// Keeps the brackets that are open, character by character.
private struct CallScanner {
  private struct Level {
    var function: String
    var position = 0
    var argument = ""
  }

  private var levels: [Level] = []
  private var word = ""
  private var quote: Character?
  private var text = ""
  private var isComment = false

  mutating func read(_ character: Character) {
    if isComment {
      isComment = character != "\n"
    } else if let open = quote {
      if character == open || character == "\n" { quote = nil } else { text.append(character) }
    } else {
      readCode(character)
    }
  }

  private mutating func readCode(_ character: Character) {
    if !levels.isEmpty, !"([{)]},".contains(character) {
      levels[levels.count - 1].argument.append(character)
    }
    switch character {
    case "\"", "'": (quote, text) = (character, "")
    case "#": isComment = true
    case "(", "[", "{": levels.append(Level(function: character == "(" ? word : ""))
    case ")", "]", "}": _ = levels.popLast()
    case ",":
      guard !levels.isEmpty else { break }
      levels[levels.count - 1].position += 1
      levels[levels.count - 1].argument = ""
    default: break
    }
    let continues = character.isLetter || character.isNumber || "_.′".contains(character)
    word = continues ? word + String(character) : ""
  }

  var call: OpenCall? {
    guard !isComment, let level = levels.last, !level.function.isEmpty else { return nil }
    let parts = level.argument.split(separator: "=", omittingEmptySubsequences: false)
    let name = parts.first.map { $0.trimmed } ?? ""
    let keyword = parts.count == 2 && name.asName != nil ? name : nil
    return OpenCall(
      function: level.function, position: level.position, keyword: keyword,
      text: quote == nil ? nil : text,
      isAtStart: quote == nil && level.argument.trimmed == level.argument.trimmed.lastWord)
  }
}

extension String {
  /// The letters at the end that may belong to a name.
  var lastWord: String {
    String(reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "′" }.reversed())
  }
}

extension Session {
  /// The parameters of what is called by a name, and the words that each may be.
  func parameters(ofFunction name: String) -> [(name: String, words: [String])] {
    if case .function(let function)? = environment.variable(Symbol(name)) {
      return function.definition.parameters.map { ($0.name.name, []) }
    }
    let method = name.split(separator: ".").last.map(String.init) ?? name
    let builtin =
      environment.builtin(Symbol(name)) ?? environment.moduleFunction(name)
      ?? environment.builtin(Symbol(method))
    return (builtin?.parameters ?? []).map { parameter in
      if case .choice(let words) = parameter.kind { return (parameter.name, words) }
      return (parameter.name, [])
    }
  }

  /// Names of arguments, the words that one may be, or files: by the place in a call.
  func completeArgument(_ call: OpenCall, _ word: String, _ cursor: Int) -> (
    start: Int, candidates: [String]
  )? {
    let parameters = parameters(ofFunction: call.function)
    let parameter =
      call.keyword.map { name in parameters.first { $0.name == name } }
      ?? (parameters.indices.contains(call.position) ? parameters[call.position] : nil)
    if let text = call.text {
      if let words = parameter?.words, !words.isEmpty {
        return (cursor - text.utf8.count, words.filter { $0.hasPrefix(text) && $0 != text })
      }
      return completePath(text, cursor)
    }
    guard call.isAtStart, !parameters.isEmpty else { return nil }
    let names = parameters.map { $0.name + "=" }.filter { $0.hasPrefix(word) }
    return (cursor - word.utf8.count, names)
  }

  /// Files and folders that a path may go on to.
  func completePath(_ text: String, _ cursor: Int) -> (start: Int, candidates: [String]) {
    let folder = text.lastIndex(of: "/").map { String(text[...$0]) } ?? ""
    let name = String(text.dropFirst(folder.count))
    let entries = host.entries(folder.isEmpty ? "." : folder).filter {
      $0.hasPrefix(name) && $0 != name && (!$0.hasPrefix(".") || name.hasPrefix("."))
    }
    return (cursor - name.utf8.count, entries.sorted())
  }
}
