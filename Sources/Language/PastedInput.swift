import Presentation

/// What a prompt was given at once: code, and commands of the shell between it.
package enum PastedInput {
  /// The commands and the stretches of code in their order; prompts before commands are gone, and
  /// so is what a copied command had answered. A text without commands is one part.
  package static func parts(of text: String) -> [String] {
    var lexer = Lexer(text)
    lexer.run()
    let commands = lexer.problems.filter { $0.diagnostic.code == Diagnostic.shellCommandCode }
      .compactMap { $0.diagnostic.primary?.span }
    if commands.isEmpty { return [text] }
    var parts: [String] = []
    var start = 0
    func add(_ range: Range<Int>) {
      let part = String(decoding: lexer.bytes[range], as: UTF8.self)
      if part.contains(where: { !$0.isWhitespace }) { parts.append(part) }
    }
    for command in commands {
      let line = lexer.bytes[..<command.start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      if line > start { add(start..<line) }
      add(command.start..<command.end)
      start = min(command.end + 1, lexer.bytes.count)
      while start < lexer.bytes.count, lexer.prompts?.isOutput(start) == true {
        start = (lexer.bytes[start...].firstIndex(of: 0x0A) ?? lexer.bytes.count - 1) + 1
      }
    }
    if start < lexer.bytes.count { add(start..<lexer.bytes.count) }
    return parts
  }
}
