let terminal = Terminal(notice: Terminal.warn)
Interrupt.install(forSession: terminal.isInputInteractive)

func indentation(after text: String) -> String? {
  let opening = text.filter { "([{".contains($0) }.count
  let closing = text.filter { ")]}".contains($0) }.count
  if opening > closing { return String(repeating: " ", count: 4 * (opening - closing)) }
  return text.hasSuffix(":") ? "    " : nil
}

let source: any LineSource =
  (terminal.isInputInteractive
    ? LineEditor(
      terminal: terminal, history: stateDirectory().map { $0 + "/history" },
      complete: { _, _ in .none }, continuation: indentation, notice: Terminal.warn) : nil)
  ?? PlainLineReader(notice: Terminal.warn)

reading: while true {
  switch source.read(Prompt(text: "∇ ", style: "1;36")) {
  case .line(let text): print(text)
  case .interrupted: continue
  case .endOfFile: break reading
  }
}
