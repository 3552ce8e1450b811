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
    case .experiments(let experiments): suggest(experiments)
    case .task(let task): ask(task)
    }
  }

  /// Runs code line by line: source, results, and what the lesson's marks say about them.
  /// Assignments to names with a value in `kept` give that value instead.
  func run(_ code: CodeStep, keeping kept: [String: Value] = [:]) -> [Block] {
    var blocks: [Block] = []
    var last: StatementResult?
    for group in code.groups {
      blocks += code.listing(of: group)
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
        if let problem { return blocks + problem.document(width: 80).blocks }
        last = result ?? last
        blocks += shown(result, at: index, of: code)
      }
    }
    if code.attributes.contains(.plot), let last = last?.values.last {
      blocks += workspace.computed(last.value).plotted
    }
    guard code.attributes.contains(.hide) else { return blocks }
    return [.line(Words("(some preparations were run; :show lists them)", .dim))]
  }

  /// The echo of a statement, what its marks say, and its arithmetic where the block asks for it.
  private func shown(
    _ result: StatementResult?, at index: Int, of code: CodeStep
  ) -> [Block] {
    let marks = code.marks.filter { $0.statement == index }
    let decimals = marks.map(\.decimals).max() ?? 0
    var blocks = result.map { workspace.evaluator.echo($0, decimals: decimals) } ?? []
    for mark in marks {
      blocks += remark(on: mark, result?.values.last?.value)
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
  private func remark(on mark: Mark, _ result: Value?) -> [Block] {
    let value =
      mark.target.flatMap { try? workspace.value(of: $0) }
      ?? result.map { workspace.computed($0) }
    switch mark.kind {
    case .exact:
      if let value, mark.value.isRounding(of: value) {
        let owner = mark.isOnSlide ? Words("  (slide)", .note) : ""
        return [.line(Words("    ✓ \(mark.text)", .good) + owner)]
      }
      return [.line(Words("    the lesson has \(mark.text) here", .caution))]
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
    guard DisplayWidth.of(head.plain + tail) > 76 else {
      return [.line(head + Words("  " + tail, .note))]
    }
    return [.line(head)] + notes.filter { !$0.isEmpty }.map { .line(Words("      " + $0, .note)) }
  }

  private func suggest(_ experiments: Experiments) -> [Block] {
    let lines = experiments.source.text.split(separator: "\n", omittingEmptySubsequences: true)
    return [.line(Words("Try it yourself:", .strong))]
      + lines.map { .line(Words("    " + $0, .code)) }
  }

  /// The code of this step, marks and all.
  package func code() -> [Block] {
    guard let current, case .code(let code) = lesson.steps[current].content else {
      return note("This step has no code.")
    }
    return code.source.text.split(separator: "\n", omittingEmptySubsequences: false).map {
      .line(Words(String($0), .code))
    }
  }

  /// What the steps are, the present one marked.
  package var steps: [Block] {
    lesson.steps.enumerated().map { index, step in
      let number = index == current ? "→ \(index + 1)" : "  \(index + 1)"
      let text =
        switch step.content {
        case .prose(let blocks): blocks.first.map(\.opening) ?? ""
        case .code(let code): code.source.text.split(separator: "\n").first.map(String.init) ?? ""
        case .quiz(let quiz): "? " + quiz.ask
        case .experiments: "try it yourself"
        case .task(let task): "task: " + task.ask
        }
      let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      return .line(Words(number + "  ", .dim) + Words(String(line.prefix(68))))
    }
  }

  var closing: [Block] {
    let questions = progress.questions.values
    let right = questions.count { $0.state == .right }
    var text = "That was the last step of “\(lesson.front.title)”."
    let total = lesson.steps.count { step in
      switch step.content {
      case .quiz, .task: true
      case .prose, .code, .experiments: false
      }
    }
    if total > 0 { text += " \(right) of \(total) questions answered." }
    return [.paragraph(Words(text, .good))]
  }
}

extension Block {
  /// The first words, for a list of steps.
  fileprivate var opening: String {
    switch self {
    case .heading(_, let words): words.plain
    case .paragraph(let words), .line(let words): words.plain
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
      return .line(Words(index == 0 ? "∇ " : "… ", .prompt) + Words(line, .code))
    }
  }
}
