import Language
import Presentation

/// A lesson or script on stage: a key goes in, a screen comes out. A step shows its code first and
/// its result at the second press; going back gives the states of before exactly, and whatever is
/// typed in between is taken back with one key. Every printed number is verified as it appears.
///
/// Nothing here knows a terminal: the program reads keys, tells the time and paints `screen`.
package struct Stage {
  /// What is seen of a step.
  package enum Face: String, Sendable { case code, result }

  /// What the keys mean at present.
  enum Mode: Equatable {
    case showing, help, blank
    case typing(StageLine)
    case finding(StageLine)
    case going(StageLine, runsOn: Bool)
  }

  /// A step that has run, and the state behind it.
  private struct Page {
    let blocks: [Block]
    let after: Player.Moment
  }

  let player: Player
  package private(set) var step = 0
  package private(set) var face = Face.code
  /// The step as it is seen now, without what was typed.
  private(set) var content: [Block] = []
  /// What was typed at this step, and what came of it.
  private(set) var tried: [Block] = []
  private var pages: [Int: Page] = [:]
  /// The state in which the code of the present step is shown.
  private var entered: Player.Moment
  private var verdicts: [Int: Player.Finding.Verdict] = [:]
  package var clock: StageClock
  var mode = Mode.showing
  /// Rows above the window.
  var scroll = 0
  package private(set) var size: Size
  /// What the last key came to, where that is worth saying.
  var message: Words?
  private(set) var inputs: [String] = []
  private var lastInput = 0
  private var sought = ""
  /// The step to run on to.
  private(set) var goal: Int?
  /// Seconds between two steps where the stage goes on by itself.
  private(set) var pace: Double?
  private var lastMove = 0.0

  package struct Size: Sendable, Equatable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
      (self.columns, self.rows) = (max(20, columns), max(4, rows))
    }
  }

  package init(
    _ lesson: Lesson, in context: EvaluationContext, size: Size, rehearsed: [Int: Double] = [:]
  ) {
    context.width = size.columns
    player = Player(lesson, in: context)
    player.verifies = true
    entered = player.now
    self.size = size
    clock = StageClock(
      planned: lesson.front.minutes.map { Double(60 * $0) }, rehearsed: rehearsed)
    enter(0)
  }

  package var lesson: Lesson { player.lesson }
  package var count: Int { player.shown.count }
  /// Numbers that agreed, and those that did not, so far.
  package var agreeing: Int { verdicts.values.count { $0 == .agrees } }
  package var differing: [Int] {
    verdicts.filter { if case .differs = $0.value { true } else { false } }.keys.sorted()
  }
  /// What to remember at the present step, and at the next.
  package var notes: (here: [String], next: [String]) {
    (lesson.notes(step), lesson.notes(step + 1))
  }

  // MARK: - Keys

  /// - Returns: false when the presenter leaves.
  package mutating func press(_ key: StageKey, at now: Double) -> Bool {
    if clock.start == nil { clock.visit(step + 1, at: now) }
    lastMove = now
    message = nil
    goal = nil
    var goesOn = true
    switch mode {
    case .blank, .help:
      mode = .showing
      if key == .endOfInput { goesOn = false }
    case .typing(let line): edit(line, key)
    case .finding(let line): find(line, key)
    case .going(let line, let runsOn): go(line, key, runsOn: runsOn)
    case .showing: goesOn = command(key)
    }
    clock.visit(step + 1, at: now)
    return goesOn
  }

  /// Time has passed: goes on where a pace is set or a step is run on to.
  /// - Returns: whether something moved.
  package mutating func tick(at now: Double) -> Bool {
    guard mode == .showing else { return false }
    let wait = goal != nil ? 0.4 : pace ?? .infinity
    guard now - lastMove >= wait else { return false }
    lastMove = now
    if let goal, step >= goal || isLast { self.goal = nil } else { next() }
    if isLast { pace = nil }
    clock.visit(step + 1, at: now)
    return true
  }

  private mutating func command(_ key: StageKey) -> Bool {
    switch key {
    case .enter, .pageDown, .right, .down, .character(" "): next()
    case .backspace, .pageUp, .left, .up: back()
    case .home: go(to: 0)
    case .end: go(to: count - 1)
    case .character("q"), .endOfInput: return false
    case .character(let character): command(character)
    case .start, .escape, .tab, .delete, .cancel: break
    }
    return true
  }

  private mutating func command(_ character: Character) {
    switch character {
    case "r": again()
    case "u": restore()
    case "R": rerun()
    case "g": mode = .going(StageLine(), runsOn: false)
    case "o": mode = .going(StageLine(), runsOn: true)
    case "/": mode = .finding(StageLine())
    case "n": find(sought)
    case "b", ".": mode = .blank
    case "a": pace = pace == nil ? 8 : nil
    case "+": pace = min(120, (pace ?? 8) * 1.5)
    case "-": pace = max(1, (pace ?? 8) / 1.5)
    case "?", "h": mode = .help
    case ":": mode = .typing(StageLine())
    default: mode = .typing(StageLine(String(character)))
    }
    lastInput = inputs.count
  }

  // MARK: - Moving

  private var isLast: Bool { step == count - 1 && face == .result }

  /// On to what is below, then to the result, then to the next step.
  package mutating func next() {
    if hasMoreBelow {
      scroll = min(scroll + window - 1, lastScroll)
    } else if face == .code {
      reveal()
    } else if step + 1 < count {
      enter(step + 1)
    } else {
      message = Words("the last step; q leaves", .note)
    }
  }

  package mutating func back() {
    if scroll > 0 {
      scroll = max(0, scroll - window + 1)
    } else if face == .result, player.hasResult(step) {
      player.rewind(to: step)
      enter(step)
    } else if step > 0 {
      player.rewind(to: step)
      retrace(to: step - 1)
    }
  }

  /// Shows the code of a step; the one before has run.
  private mutating func enter(_ number: Int) {
    (step, face, scroll, tried) = (number, .code, 0, [])
    player.prepare(number)
    entered = player.now
    content = player.preview(number)
    if !player.hasResult(number) { reveal() }
  }

  private mutating func reveal() {
    player.findings = []
    let blocks = player.finish(step)
    for finding in player.findings { verdicts[finding.line] = finding.verdict }
    let isQuestion = player.presentQuestion != nil
    (face, tried) = (.result, [])
    let rowsBefore = rows.count
    content = blocks
    pages[step] = Page(blocks: blocks, after: player.now)
    // What a question asked has been read.
    scroll = isQuestion && rows.count > window ? min(rowsBefore, lastScroll) : 0
  }

  /// The step before, as it stood when it was left.
  private mutating func retrace(to number: Int) {
    guard let page = pages[number] else { return go(to: number) }
    player.comeBack(to: page.after)
    (step, face, content, tried, scroll) = (number, .result, page.blocks, [], 0)
  }

  /// Goes to a step, running what lies between.
  package mutating func go(to number: Int) {
    let target = max(0, min(count - 1, number))
    if target <= step {
      rewind(to: target)
    } else {
      if face == .code { reveal() }
      while step + 1 < target {
        enter(step + 1)
        if face == .code { reveal() }
      }
    }
    enter(target)
  }

  /// The step once more, from the state before it.
  private mutating func again() {
    let wasResult = face == .result
    rewind(to: step)
    enter(step)
    if wasResult, face == .code { reveal() }
  }

  /// To the state before a step; one that has not run is in it but for what was typed.
  private func rewind(to number: Int) {
    if !player.rewind(to: number) { player.comeBack(to: entered) }
  }

  // MARK: - In between

  /// Takes back what was typed.
  private mutating func restore() {
    if face == .result, let page = pages[step] {
      player.comeBack(to: page.after)
    } else {
      player.comeBack(to: entered)
    }
    (tried, scroll) = ([], 0)
    message = Words("as the step left it", .note)
  }

  /// What the steps give with the presenter's numbers.
  private mutating func rerun() {
    let blocks = player.rerun()
    tried += blocks
    scroll = lastScroll
  }

  private mutating func edit(_ line: StageLine, _ key: StageKey) {
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
    let statements = Parser.parse(SourceText(name: "input", text: code)).tree.statements
    let isQuestion = statements.allSatisfy { if case .expression = $0.form { true } else { false } }
    player.isTouched = player.isTouched || !isQuestion
    if player.isTouched {
      let names = player.changed.joined(separator: ", ")
      // Short enough for a stage of 40 columns.
      let what = names.isEmpty || names.count > 5 ? "changed" : names + " yours"
      message = Words(what + "; u takes it back", .note)
    }
  }

  private mutating func go(_ line: StageLine, _ key: StageKey, runsOn: Bool) {
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

  private mutating func find(_ line: StageLine, _ key: StageKey) {
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
  private mutating func find(_ text: String) {
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

  // MARK: - The window

  /// The window has another size now. What a step shows may depend on it, so it is shown once more.
  package mutating func resize(to size: Size) {
    guard size != self.size else { return }
    let isNarrower = size.columns != self.size.columns
    self.size = size
    player.workspace.context.width = size.columns
    scroll = 0
    guard isNarrower, tried.isEmpty else { return }
    pages = pages.filter { $0.key > step }
    again()
  }
}
