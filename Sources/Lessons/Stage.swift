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

  /// A step that has run, and the states around it.
  private struct Page {
    /// As the window was wide when it was shown.
    let blocks: [Block]
    let columns: Int
    /// With its code, and then with what was typed before it ran.
    let entered: Player.Moment
    let before: Player.Moment
    let after: Player.Moment
    /// Whether something was typed before it ran.
    let isTried: Bool
  }

  let player: Player
  package private(set) var step = 0
  package private(set) var face = Face.code
  /// The step as it is seen now, without what was typed.
  private(set) var content: [Block] = []
  /// What was typed at this step, and what came of it.
  var tried: [Block] = []
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
  var inputs: [String] = []
  var lastInput = 0
  var sought = ""
  /// The step to run on to.
  var goal: Int?
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
    let (before, isTried) = (player.now, !tried.isEmpty)
    player.findings = []
    let blocks = player.finish(step)
    for finding in player.findings { verdicts[finding.line] = finding.verdict }
    (face, tried) = (.result, [])
    let rowsBefore = rows.count
    content = blocks
    pages[step] = Page(
      blocks: blocks, columns: size.columns, entered: entered, before: before, after: player.now,
      isTried: isTried)
    scroll = scroll(pastQuestionOf: rowsBefore)
  }

  /// What a question asked has been read when its answer comes.
  private func scroll(pastQuestionOf rowsBefore: Int) -> Int {
    player.presentQuestion != nil && rows.count > window ? min(rowsBefore, lastScroll) : 0
  }

  /// The step before, as it stood when it was left.
  private mutating func retrace(to number: Int) {
    guard let page = pages[number] else { return go(to: number) }
    (step, face, tried, scroll) = (number, .result, [], 0)
    entered = page.entered
    player.restore(page.after)
    content = blocks(of: page)
  }

  /// A step that has run, shown at the width of now.
  private func blocks(of page: Page) -> [Block] {
    if page.columns == size.columns { return page.blocks }
    return from(page.before) { player.finish(step) }
  }

  private func rowsBefore(_ page: Page) -> Int {
    let code = Document(from(page.entered) { player.preview(step) })
    return code.lines(width: size.columns, unicode: true).count
  }

  /// What another state gives; that of now stays.
  private func from<Result>(_ state: Player.Moment, _ body: () -> Result) -> Result {
    let now = player.now
    defer { player.restore(now) }
    player.restore(state)
    return body()
  }

  /// Goes to a step, running what lies between.
  package mutating func go(to number: Int) {
    let target = max(0, min(count - 1, number))
    if target <= step {
      player.rewind(to: target)
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
    player.rewind(to: step)
    enter(step)
    if wasResult, face == .code { reveal() }
  }

  // MARK: - In between

  /// Takes back what was typed, before the result and behind it.
  private mutating func restore() {
    (tried, scroll) = ([], 0)
    if face == .result, let page = pages[step], !page.isTried {
      player.restore(page.after)
    } else {
      player.restore(entered)
      if face == .result { reveal() }
    }
    message = Words("as the step left it", .note)
  }

  /// What the steps give with the presenter's numbers.
  private mutating func rerun() {
    let blocks = player.rerun()
    tried += blocks
    scroll = lastScroll
  }

  // MARK: - The window

  /// The window has another size now. What a step shows may depend on it, so it is shown once more,
  /// from the state in which it ran.
  package mutating func resize(to size: Size) {
    guard size != self.size else { return }
    self.size = size
    player.workspace.context.width = size.columns
    scroll = 0
    switch face {
    case .code: content = player.preview(step)
    case .result:
      guard let page = pages[step] else { return }
      content = blocks(of: page)
      if tried.isEmpty { scroll = scroll(pastQuestionOf: rowsBefore(page)) }
    }
  }
}
