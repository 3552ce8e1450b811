let terminal = Terminal(notice: Terminal.warn)
Interrupt.install(forSession: terminal.isInputInteractive)

func indentation(after text: String) -> String? {
  let opening = text.filter { "([{".contains($0) }.count
  let closing = text.filter { ")]}".contains($0) }.count
  if opening > closing { return String(repeating: " ", count: 4 * (opening - closing)) }
  return text.hasSuffix(":") ? "    " : nil
}

func completion(of text: String, cursor: Int) -> Completion {
  let names = ["sigmoid", "sin", "sinh", "softmax", "softplus"]
  let before = String(decoding: Array(text.utf8.prefix(cursor)), as: UTF8.self)
  if before.hasSuffix("\\theta") { return Completion(start: cursor - 6, candidates: ["θ"]) }
  if before.hasSuffix("y\\hat") { return Completion(start: cursor - 5, candidates: ["ŷ"]) }
  let word = before.reversed().prefix { $0.isLetter }.reversed()
  return Completion(
    start: cursor - String(word).utf8.count,
    candidates: word.isEmpty ? [] : names.filter { $0.hasPrefix(String(word)) })
}

let source: any LineSource =
  (terminal.isInputInteractive
    ? LineEditor(
      terminal: terminal, history: stateDirectory().map { $0 + "/history" },
      complete: completion, continuation: indentation, notice: Terminal.warn) : nil)
  ?? PlainLineReader(notice: Terminal.warn)

reading: while true {
  switch source.read(Prompt(text: "∇ ", style: "1;36")) {
  case .line(let text): print(text)
  case .interrupted: continue
  case .endOfFile: break reading
  }
}
