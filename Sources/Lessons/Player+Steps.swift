import Language
import Presentation

extension Player {
  /// Runs a step, where it has code, and shows it.
  func show(_ step: Step) -> [Block] {
    ComputedProse(blocks: step.headings).filled(by: workspace) + content(of: step)
  }

  private func content(of step: Step) -> [Block] {
    switch step.content {
    case .prose(let blocks): ComputedProse(blocks: blocks).filled(by: workspace)
    case .code(let code): run(code)
    case .quiz(let quiz): ask(quiz)
    case .given: []
    case .experiments(let experiments): suggest(experiments)
    case .task(let task): ask(task)
    }
  }

  /// Runs code line by line: source, results, and what the lesson's marks say about them.
  /// Assignments to names with a value in `kept` give that value instead.
  func run(_ code: CodeStep, keeping kept: [String: Value] = [:]) -> [Block] {
    var blocks: [Block] = []
    var last: StatementResult?
    let groups = code.groups
    for (number, group) in groups.enumerated() {
      blocks += code.remarks(before: number, of: groups) + code.listing(of: group)
      for index in group {
        var result: StatementResult?
        var problem: Diagnostic?
        blocks += workspace.page {
          do throws(Diagnostic) {
            result = try drawing { () throws(Diagnostic) in
              try run(code.tree.statements[index], of: code.tree, keeping: kept)
            }
          } catch { problem = error }
        }
        if let problem { return blocks + told(problem) }
        last = result ?? last
        blocks += shown(result, at: index, of: code)
      }
    }
    if code.attributes.contains(.plot), let last = last?.values.last {
      blocks += workspace.computed(last.value).plotted
    }
    if code.attributes.contains(.hide) { return [] }
    return blocks + code.remarks(before: groups.count, of: groups)
  }

  /// The echo of a statement, what its marks say, and its arithmetic where the block asks for it.
  private func shown(
    _ result: StatementResult?, at index: Int, of code: CodeStep
  ) -> [Block] {
    let marks = code.marks.filter { $0.statement == index }
    let decimals = marks.map(\.decimals).max() ?? 0
    // The shape behind a long vector moves below it.
    var blocks = (result.map { workspace.evaluator.echo($0, decimals: decimals) } ?? []).map {
      if case .line(let words) = $0 { Block.hanging(words, indent: 4) } else { $0 }
    }
    for mark in marks {
      blocks += remark(on: mark, result?.values.last?.value, in: code)
    }
    if code.attributes.contains(.explain), let result {
      blocks += workspace.evaluator.workedOut(result).flatMap(\.blocks)
    }
    return blocks
  }

  private func run(
    _ statement: Statement, of tree: SyntaxTree, keeping kept: [String: Value]
  ) throws(Diagnostic) -> StatementResult? {
    let names = statement.assignedNames
    if case .assignment = statement.form, !names.isEmpty, names.allSatisfy({ kept[$0] != nil }) {
      for name in names { workspace.assign(name, kept[name]) }
      return nil
    }
    return try workspace.run(statement, of: tree)
  }

  /// A mark as the student sees it.
  private func remark(on mark: Mark, _ result: Value?, in code: CodeStep) -> [Block] {
    let value =
      mark.target.flatMap { try? workspace.value(of: $0) }
      ?? result.map { workspace.computed($0) }
    if verifies {
      let verdict = verify(mark, value, in: code)
      findings.append(Finding(line: mark.line, verdict: verdict))
      if case .differs(let instead) = verdict {
        let head = Words("    ✗ \(mark.text) does not agree", .bad)
        return remark(head, [instead])
      }
    }
    switch mark.kind {
    case .exact:
      if let value, mark.value.isRounding(of: value) {
        let owner = mark.isOnSlide ? Words("  (slide)", .note) : ""
        return [.hanging(Words("    ✓ \(mark.text)", .good) + owner, indent: 6)]
      }
      if isAltered { return [] }
      return [.hanging(Words("    the lesson has \(mark.text) here", .caution), indent: 6)]
    case .slide where isAltered, .erratum where isAltered: return []
    case .slide:
      let places = mark.places(in: lesson.front) ?? 2
      let exactly = value.map { "exactly " + $0.rounded(to: .decimals(places + 3)) } ?? ""
      return remark(
        Words("    ≈ \(mark.text)", .caution),
        ["every step rounded to \(places) decimals", exactly])
    case .erratum(let reason):
      return remark(Words("    ✗ \(mark.text)", .bad), ["on the slide: " + reason])
    }
  }

  /// A printed value with notes behind it, or beneath it where the line would be long.
  private func remark(_ head: Words, _ notes: [String]) -> [Block] {
    let tail = notes.filter { !$0.isEmpty }.joined(separator: "; ")
    guard DisplayWidth.of(head.plain + tail) > min(76, workspace.context.width - 4) else {
      return [.line(head + Words("  " + tail, .note))]
    }
    return [.hanging(head, indent: 6)]
      + notes.filter { !$0.isEmpty }.map { .hanging(Words("      " + $0, .note), indent: 6) }
  }

  func suggest(_ experiments: Experiments) -> [Block] {
    let lines = experiments.source.text.split(separator: "\n", omittingEmptySubsequences: true)
    return [.line(Words("Try it yourself:", .strong))]
      + lines.map { .hanging(Words("    " + $0, .code), indent: 8) }
  }

  /// The code of this step, marks and all.
  package func code() -> [Block] {
    let texts = position.map { shown[$0] }?.compactMap { index -> String? in
      if case .code(let code) = lesson.steps[index].content { code.source.text } else { nil }
    }
    guard let texts, !texts.isEmpty else { return note("This step has no code.") }
    return texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map {
      .hanging(Words(String($0), .code), indent: 4)
    }
  }

  /// What the steps are, the present one marked.
  package var steps: [Block] {
    shown.enumerated().map { index, range in
      let step = lesson.steps[range.upperBound - 1]
      let number = index == position ? "→ \(index + 1)" : "  \(index + 1)"
      let line = step.opening
      let room = max(10, min(68, workspace.context.width - 8))
      return .hanging(Words(number + "  ", .dim) + Words(String(line.prefix(room))), indent: 6)
    }
  }

  var closing: [Block] {
    let questions = progress.questions.values
    let right = questions.count { $0.state == .right }
    var text = "That was the last step of “\(lesson.front.title)”."
    let total = lesson.steps.count { step in
      switch step.content {
      case .quiz, .task: true
      case .prose, .code, .given, .experiments: false
      }
    }
    if total > 0 { text += " \(right) of \(total) questions answered." }
    return [.paragraph(Words(text, .good))]
  }
}

extension Step {
  /// What it begins with, on one line.
  var opening: String {
    let text =
      switch content {
      case .prose(let blocks): blocks.first.map(\.opening) ?? ""
      case .code(let code): code.source.text.split(separator: "\n").first.map(String.init) ?? ""
      case .quiz(let quiz): "? " + quiz.ask
      case .given: "the numbers given"
      case .experiments: "try it yourself"
      case .task(let task): "task: " + task.ask
      }
    return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }
}

extension Block {
  /// The first words, for a list of steps.
  fileprivate var opening: String {
    switch self {
    case .heading(_, let words): words.plain
    case .paragraph(let words), .line(let words), .hanging(let words, _): words.plain
    case .list(_, let items): items.first?.first?.opening ?? ""
    case .quote(let blocks): blocks.first?.opening ?? ""
    case .table(let table): table.header.map(\.plain).joined(separator: " | ")
    case .worked(let lines): lines.first?.flat ?? ""
    case .columns(let rows): rows.first?.map(\.plain).joined(separator: " ") ?? ""
    case .formula(let formula): formula.unicode
    case .figure(let figure): figure.figure.sentence
    case .rule, .blank: ""
    }
  }
}

extension CodeStep {
  /// The code as it is shown before it runs.
  var listing: [Block] {
    let groups = groups
    return groups.enumerated().flatMap { number, group in
      remarks(before: number, of: groups) + listing(of: group)
    } + remarks(before: groups.count, of: groups)
  }

  /// The statements by the line they begin on.
  fileprivate var groups: [Range<Int>] {
    var result: [Range<Int>] = []
    var line = -1
    for (index, statement) in tree.statements.enumerated() {
      let itsLine = source.position(of: statement.span.start).line
      if itsLine == line, let last = result.popLast() {
        result.append(last.lowerBound..<index + 1)
      } else {
        result.append(index..<index + 1)
      }
      line = itsLine
    }
    return result
  }

  /// Comments on lines of their own above a group of statements, or below the last, without marks.
  fileprivate func remarks(before number: Int, of groups: [Range<Int>]) -> [Block] {
    let above = number > 0 ? groups[number - 1].last.map { tree.statements[$0].span.end } : nil
    let below = number < groups.count ? groups[number].first.map { tree.statements[$0].span } : nil
    let start = above.map { source.line(containing: max(0, $0 - 1)).span.end } ?? 0
    let end = below?.start ?? source.text.utf8.count
    return tree.comments.filter { $0.start >= start && $0.start < end }.compactMap { comment in
      let mark = marks.map(\.span.start).filter { $0 >= comment.start && $0 < comment.end }.min()
      let text = source[Span(comment.start, mark ?? comment.end)].trimmed
      return text.isEmpty ? nil : .hanging(Words("  " + text, .comment), indent: 4)
    }
  }

  /// The source of some statements on neighboring lines, without marks.
  fileprivate func listing(of group: Range<Int>) -> [Block] {
    guard let first = group.first, let last = group.last else { return [] }
    let start = source.line(containing: tree.statements[first].span.start).span.start
    let end = source.line(containing: max(start, tree.statements[last].span.end - 1)).span.end
    var text = ""
    var at = start
    for mark in marks where mark.span.start >= start && mark.span.start < end {
      if mark.span.start > at { text += source[Span(at, mark.span.start)] }
      at = max(at, source.line(containing: mark.span.start).span.end)
    }
    text += source[Span(at, max(at, end))]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    return lines.enumerated().compactMap { index, line in
      let line = line.trimmedAtEnd
      guard !line.isEmpty else { return nil }
      let indent = 6 + line.prefix { $0 == " " }.count
      return .hanging(
        Words(index == 0 ? "∇ " : "… ", .prompt) + Words(line, .code), indent: indent)
    }
  }
}
