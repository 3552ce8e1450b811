import Language
import Presentation

// Lines typed on the stage: code between two steps, a step to go to, a text to find.

extension Stage {
  mutating func edit(_ line: StageLine, _ key: StageKey) {
    var line = line
    switch key {
    case .enter:
      mode = .showing
      return run(line.string.trimmed)
    case .escape, .cancel, .endOfInput, .start, .pageUp, .pageDown: return mode = .showing
    case .up where lastInput > 0:
      lastInput -= 1
      line = StageLine(inputs[lastInput])
    case .down where lastInput + 1 < inputs.count:
      lastInput += 1
      line = StageLine(inputs[lastInput])
    case .tab:
      if let found = LaTeXSymbols.expansion(of: line.beforeCursor) {
        line.replace(scalars: found.replacedScalars, by: found.text)
      }
    default: _ = line.take(key)
    }
    mode = .typing(line)
  }

  private mutating func run(_ text: String) {
    if text.isEmpty { return }
    inputs.append(text)
    let code = text.hasPrefix(":explain ") ? "explain(\(text.dropFirst(9)))" : text
    var told: [Block] = []
    let shown = player.workspace.page { told = player.compute(code).told }
    tried += [.hanging(Words("∇ ", .prompt) + Words(text, .code), indent: 4)] + shown + told
    scroll = lastScroll
    if player.isTouched {
      let names = player.changed.joined(separator: ", ")
      // Short enough for a stage of 40 columns.
      let what = names.isEmpty || names.count > 5 ? "changed" : names + " yours"
      message = Words(what + "; u takes it back", .note)
    }
  }

  mutating func go(_ line: StageLine, _ key: StageKey, runsOn: Bool) {
    var line = line
    switch key {
    case .character(let digit) where digit.isASCII && digit.isNumber: _ = line.take(key)
    case .backspace: _ = line.take(key)
    case .enter, .pageDown:
      mode = .showing
      guard let number = Int(line.string), (1...count).contains(number) else {
        message = Words("steps are numbered from 1 to \(count)", .bad)
        return
      }
      if runsOn { goal = number - 1 } else { go(to: number - 1) }
      return
    default: return mode = .showing
    }
    mode = .going(line, runsOn: runsOn)
  }

  mutating func find(_ line: StageLine, _ key: StageKey) {
    var line = line
    switch key {
    case .enter, .pageDown:
      mode = .showing
      return find(line.string)
    case .escape, .cancel, .endOfInput, .start, .pageUp: return mode = .showing
    default: _ = line.take(key)
    }
    mode = .finding(line)
  }

  /// Goes to the next step that has a text.
  mutating func find(_ text: String) {
    sought = text
    let wanted = text.lowercased()
    let order = Array(step + 1..<count) + Array(0...step)
    guard !wanted.isEmpty,
      let found = order.first(where: { lesson.text(ofShown: $0).contains(wanted) })
    else {
      message = Words(text.isEmpty ? "/ and a text looks for it" : "'\(text)' stands nowhere", .bad)
      return
    }
    go(to: found)
  }
}
