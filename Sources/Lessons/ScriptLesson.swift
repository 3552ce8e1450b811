import Language
import Presentation

extension Lesson {
  /// A script as a lesson of its paragraphs: comments above code stand above it as prose, a paragraph
  /// of comments alone is a step of its own.
  package init(script source: SourceText) throws(LessonError) {
    let whole = Parser.parse(source)
    guard whole.diagnostics.isEmpty else { throw LessonError(whole.diagnostics) }
    var steps: [Step] = []
    var problems: [Diagnostic] = []
    for paragraph in ScriptParagraph.all(of: whole.tree) {
      let (step, found) = paragraph.step(in: source)
      problems += found
      if let step { steps.append(step) }
    }
    if steps.isEmpty, problems.isEmpty {
      problems.append(
        Diagnostic(
          "script-empty", "the script has nothing to show", helps: ["x = [1, 2]  # write this"]))
    }
    guard problems.isEmpty else { throw LessonError(problems) }
    let title = source.name.split(separator: "/").last.map(String.init) ?? source.name
    self.init(source: source, front: FrontMatter(title: title, deck: "scripts"), steps: steps)
  }
}

/// Lines of a script between empty ones that lie in no statement.
private struct ScriptParagraph {
  var firstLine: Int
  var lines: [Substring] = []

  static func all(of tree: SyntaxTree) -> [ScriptParagraph] {
    let source = tree.source
    var held: Set<Int> = []
    for statement in tree.statements {
      let first = source.position(of: statement.span.start).line
      // A block ends where the next statement begins; the empty lines before that are nobody's.
      let text = source[statement.span]
      let end = statement.span.start + text.trimmedAtEnd.utf8.count
      let last = source.position(of: max(statement.span.start, end - 1)).line
      held.formUnion(first...max(first, last))
    }
    var paragraphs: [ScriptParagraph] = []
    var open: ScriptParagraph?
    let lines = source.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, bytes) in lines.enumerated() {
      let line = Substring(bytes)
      let number = source.firstLine + index
      if line.allSatisfy(\.isWhitespace), !held.contains(number) {
        open.map { paragraphs.append($0) }
        open = nil
      } else {
        open = open ?? ScriptParagraph(firstLine: number)
        open?.lines.append(line)
      }
    }
    open.map { paragraphs.append($0) }
    return paragraphs
  }

  func step(in source: SourceText) -> (Step?, [Diagnostic]) {
    let comments = lines.prefix { ScriptParagraph.prose(of: $0) != nil }
    let text = comments.compactMap(ScriptParagraph.prose).joined(separator: "\n")
    var blocks: [Block] = []
    var notes: [String] = []
    for piece in Markdown.pieces(of: text, firstLine: firstLine) {
      switch piece {
      case .prose(let block, _): blocks.append(block)
      case .code(let code): blocks += code.lines
      case .note(let note): notes.append(note)
      }
    }
    let rest = lines.dropFirst(comments.count)
    guard !rest.isEmpty else {
      let step = Step(content: .prose(blocks), line: firstLine, notes: notes)
      return (blocks.isEmpty ? nil : step, [])
    }
    let line = firstLine + comments.count
    let result = Parser.parse(
      SourceText(name: source.name, text: rest.joined(separator: "\n") + "\n", firstLine: line))
    let reader = MarkReader(result.tree)
    let code = CodeStep(tree: result.tree, attributes: [], marks: reader.marks)
    return (
      Step(content: .code(code), line: line, headings: blocks, notes: notes),
      result.diagnostics + reader.problems
    )
  }

  /// The text of a line that is a comment and no mark; nil for others.
  private static func prose(of line: Substring) -> String? {
    guard line.first == "#" else { return nil }
    let isMark = line.prefixMatch(of: /#(=|!|~(\([^)]*\))?)>/) != nil
    if isMark { return nil }
    if line.hasPrefix("#!") { return "" }
    let text = line.dropFirst()
    return String(text.first == " " ? text.dropFirst() : text)
  }
}
