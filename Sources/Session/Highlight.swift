import Language
import Presentation

extension Session {
  /// What the parts of an input are while it is typed: code, or a command and what follows it.
  package func parts(of text: String) -> [(span: Span, part: Highlighting.Part)] {
    let isKnown = { (name: Symbol) in self.environment[name] != nil }
    guard text.hasPrefix(":") else { return Highlighting.parts(of: text, isKnown: isKnown) }
    let word = text.prefix { !$0.isWhitespace }.utf8.count
    let name = String(text.dropFirst().prefix { !$0.isWhitespace })
    guard let command = Command.named(name, among: commands) else {
      return [(Span(0, word), .unknown)]
    }
    var parts = [(span: Span(0, word), part: Highlighting.Part.command)]
    if command.completion.isCode {
      // The command's name is blanked out, so that places stay.
      let code = String(repeating: " ", count: word) + text.utf8.dropFirst(word).text
      parts += Highlighting.parts(of: code, isKnown: isKnown)
    }
    return parts
  }
}

extension Session {
  /// One line about a name that completion found; nil for one that explains itself.
  package func summary(of candidate: String) -> String? {
    let name = candidate.hasPrefix(":") ? String(candidate.dropFirst()) : candidate
    if let value = environment.variable(Symbol(name)) {
      return [value.kindText, value.shapeText].filter { !$0.isEmpty }.joined(separator: " ")
    }
    if let builtin = environment.builtin(Symbol(name)) { return builtin.summary }
    return Command.named(name)?.summary
  }
}

extension Substring.UTF8View {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
