import Language
import Presentation

/// Everything wrong with one lesson file.
package struct LessonError: Error, Sendable {
  package var diagnostics: [Diagnostic]

  /// In the order of their places.
  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics.sorted {
      ($0.position ?? (0, 0)) < ($1.position ?? (0, 0))
    }
  }
}

extension Lesson {
  /// Reads a lesson: front matter between `---` lines, then Markdown whose `nabla`, `quiz`, `try`
  /// and `task` blocks become steps. Throws all the problems of the file together.
  package init(parsing source: SourceText) throws(LessonError) {
    var parser = LessonParser(source)
    guard let lesson = parser.parse() else { throw LessonError(parser.problems) }
    self = lesson
  }
}

private struct LessonParser {
  let source: SourceText
  var problems: [Diagnostic] = []
  private var steps: [Step] = []
  private var prose: [Block] = []
  private var proseLine = 1
  /// What questions ask for that name no precision.
  private var figures: Int?
  /// Notes for the step that is being read.
  private var notes: [String] = []

  init(_ source: SourceText) { self.source = source }

  mutating func parse() -> Lesson? {
    // Split by bytes: in Swift's characters, "\r\n" is one and no "\n".
    let lines = source.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { Substring($0) }
    guard let first = lines.first, first.trimmedAtEnd == "---" else {
      problems.append(.noFrontMatter(source))
      return nil
    }
    guard let close = lines.dropFirst().firstIndex(where: { $0.trimmedAtEnd == "---" }) else {
      problems.append(.openFrontMatter(source))
      return nil
    }
    let yaml = lines[1..<close].joined(separator: "\n")
    let front = frontMatter(yaml)
    let body = lines[(close + 1)...].joined(separator: "\n")
    if let line = Markdown.unclosedFence(in: body) {
      problems.append(.unclosedFence(source, line: source.firstLine + close + line))
    }
    for piece in Markdown.pieces(of: body, firstLine: source.firstLine + close + 1) { add(piece) }
    endProse()
    if !prose.isEmpty { append(Step(content: .prose(prose), line: proseLine)) }
    if steps.isEmpty, problems.isEmpty { problems.append(.emptyLesson(source)) }
    if front?.homework != nil { checkAssessments() }
    guard problems.isEmpty, let front else { return nil }
    return Lesson(source: source, front: front, steps: steps)
  }

  private mutating func frontMatter(_ yaml: String) -> FrontMatter? {
    let form = YAMLFields.Form(
      code: "lesson-front-matter", name: "the front matter",
      keys: [
        "title", "deck", "slides", "examples", "requires", "topics", "places", "minutes",
        "exceptions", "kind", "id", "practises", "figures", "credit", "attempts",
      ])
    var fields = YAMLFields(yaml, at: source.firstLine + 1, in: source, as: form)
    let isReadable = fields.problems.isEmpty || !fields.lines.isEmpty
    var front = FrontMatter(
      title: (isReadable ? fields.string("title", required: true) : nil) ?? "",
      deck: (isReadable ? fields.string("deck", required: true) : nil) ?? "",
      slides: fields.strings("slides"), examples: fields.strings("examples"),
      requires: fields.strings("requires"), topics: fields.strings("topics"),
      places: fields.integer("places", in: 0...15),
      minutes: fields.integer("minutes", in: 1...600), exceptions: exceptions(&fields),
      lines: fields.lines)
    front.figures = fields.integer("figures", in: 1...15)
    figures = front.figures
    front.homework = homework(&fields)
    problems += fields.problems
    return fields.problems.isEmpty ? front : nil
  }

  private func homework(_ fields: inout YAMLFields) -> HomeworkFacts? {
    guard let kind = fields.string("kind") else { return nil }
    guard kind == "homework" else {
      fields.report("a lesson is of kind 'homework', or names none", at: "kind")
      return nil
    }
    let id = fields.string("id", required: true) ?? ""
    if !id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) {
      fields.report("an id is letters, digits and '-'", at: "id")
    }
    let shares = fields.numbers("credit", keys: Credit.Kind.allCases.map(\.rawValue), in: 0...1)
    let credit = Credit(
      Dictionary(
        uniqueKeysWithValues: shares.compactMap { name, share in
          Credit.Kind(rawValue: name).map { ($0, share) }
        }))
    return HomeworkFacts(
      id: id, practises: fields.strings("practises"),
      attempts: fields.integer("attempts", in: 1...1000), credit: credit)
  }

  /// Every question of a homework has an id of its own, and points.
  private mutating func checkAssessments() {
    var seen: Set<String> = []
    for step in steps {
      let assessment: Assessment?
      switch step.content {
      case .quiz(let quiz): assessment = quiz.assessment
      case .task(let task): assessment = task.assessment
      case .prose, .code, .given, .experiments: continue
      }
      if let assessment, seen.insert(assessment.id).inserted { continue }
      problems.append(.assessment(source, line: step.line, again: assessment?.id))
    }
  }

  /// `exceptions: ["picture: the numbers themselves are what is to be seen"]`
  private func exceptions(_ fields: inout YAMLFields) -> [LessonRule: String] {
    var result: [LessonRule: String] = [:]
    for text in fields.strings("exceptions") {
      let parts = text.split(separator: ":", maxSplits: 1).map(\.trimmed)
      if parts.count == 2, !parts[1].isEmpty, let rule = LessonRule(rawValue: parts[0]) {
        result[rule] = parts[1]
      } else {
        let rules = LessonRule.allCases.map(\.rawValue)
        fields.report(
          "an exception is 'rule: reason'", at: "exceptions",
          helps: [
            Suggestion.help(for: parts.first ?? "", in: rules)
              ?? "rules: " + rules.joined(separator: ", ")
          ])
      }
    }
    return result
  }

  // MARK: - Steps

  private mutating func add(_ piece: Markdown.Piece) {
    switch piece {
    case .prose(let block, let line):
      if case .heading = block { endProse() }
      if prose.isEmpty { proseLine = line }
      prose.append(block)
    case .code(let code):
      let words = code.info.split(whereSeparator: \.isWhitespace)
      switch words.first ?? "" {
      case "nabla": addStep(.code(codeStep(code, attributes: words.dropFirst())), code)
      case "quiz":
        if var quiz = QuizParser.quiz(code, in: source, problems: &problems) {
          if case .expression = quiz.answer, quiz.precision == nil {
            quiz.precision = figures.map { .significant($0) }
          }
          addStep(.quiz(quiz), code)
        }
      case "given":
        if !GivenParser.hasVariants(code) {
          addStep(.code(codeStep(code, attributes: [])), code)
        } else if let given = GivenParser.given(code, in: source, problems: &problems) {
          addStep(.given(given), code)
        }
      case "try":
        addStep(.experiments(Experiments(tree: tree(of: code))), code)
      case "task":
        if let task = QuizParser.task(code, in: source, problems: &problems) {
          addStep(.task(task), code)
        }
      case let other: addListing(code, language: String(other))
      }
    // A note stands below what it speaks of.
    case .note(let text):
      if prose.isEmpty, !steps.isEmpty {
        steps[steps.count - 1].notes.append(text)
      } else {
        notes.append(text)
      }
    }
  }

  private mutating func append(_ step: Step) {
    var step = step
    step.notes = notes
    notes = []
    steps.append(step)
  }

  private mutating func addStep(_ content: Step.Content, _ code: Markdown.CodeBlock) {
    endProse()
    append(Step(content: content, line: code.firstLine, headings: prose))
    prose = []
  }

  /// Headings alone are no step; they wait for what follows them.
  private mutating func endProse() {
    guard prose.contains(where: { !$0.isHeading }) else { return }
    append(Step(content: .prose(prose), line: proseLine))
    prose = []
  }

  /// A block of another language is shown; one that is nearly ours is a misspelling.
  private mutating func addListing(_ code: Markdown.CodeBlock, language: String) {
    if language.count >= 3,
      let near = Suggestion.closest(to: language, in: ["nabla", "quiz", "task", "given"])
    {
      problems.append(.unknownBlock(source, line: code.firstLine - 1, language, near: near))
    }
    if prose.isEmpty { proseLine = code.firstLine }
    prose += code.lines
  }

  private mutating func codeStep(
    _ code: Markdown.CodeBlock, attributes words: ArraySlice<Substring>
  ) -> CodeStep {
    var attributes: Set<CodeStep.Attribute> = []
    for word in words {
      if let attribute = CodeStep.Attribute(rawValue: String(word)) {
        attributes.insert(attribute)
      } else {
        problems.append(.unknownAttribute(source, line: code.firstLine - 1, String(word)))
      }
    }
    let tree = tree(of: code)
    let reader = MarkReader(tree)
    problems += reader.problems
    return CodeStep(tree: tree, attributes: attributes, marks: reader.marks)
  }

  private mutating func tree(of code: Markdown.CodeBlock) -> SyntaxTree {
    let result = Parser.parse(
      SourceText(name: source.name, text: code.text, firstLine: code.firstLine))
    problems += result.diagnostics
    return result.tree
  }
}

extension Block {
  fileprivate var isHeading: Bool {
    if case .heading = self { true } else { false }
  }
}

extension SourceText {
  /// The span of a line's text, by its number.
  func span(ofLine line: Int) -> Span {
    var offset = 0
    for _ in firstLine..<max(firstLine, line) {
      let end = self.line(containing: offset).span.end
      guard end < text.utf8.count else { break }
      let isCRLF = self[Span(end, end + 2)] == "\r\n"
      offset = end + (isCRLF ? 2 : 1)
    }
    return self.line(containing: offset).span
  }
}

// MARK: - Diagnostics

extension Diagnostic {
  fileprivate static func noFrontMatter(_ source: SourceText) -> Diagnostic {
    Diagnostic(
      "lesson-front-matter", "a lesson begins with its front matter", source: source,
      primary: Label(source.span(ofLine: source.firstLine)),
      helps: ["begin the file with '---', 'title: …', 'deck: …' and '---', a line each"])
  }

  fileprivate static func openFrontMatter(_ source: SourceText) -> Diagnostic {
    Diagnostic(
      "lesson-front-matter", "the front matter is not closed", source: source,
      primary: Label(source.span(ofLine: source.firstLine)),
      helps: ["end it with a line '---'"])
  }

  fileprivate static func emptyLesson(_ source: SourceText) -> Diagnostic {
    Diagnostic(
      "lesson-empty", "the lesson has no steps", source: source,
      primary: Label(source.span(ofLine: source.firstLine)),
      helps: ["write prose and ```nabla blocks after the front matter"])
  }

  fileprivate static func assessment(
    _ source: SourceText, line: Int, again id: String?
  ) -> Diagnostic {
    Diagnostic(
      "lesson-homework",
      id.map { "the id '\($0)' stands at two questions" }
        ?? "a question of a homework has an 'id' and 'points'",
      source: source, primary: Label(source.span(ofLine: line)),
      helps: ["id: q1, points: 1"])
  }

  fileprivate static func unknownBlock(
    _ source: SourceText, line: Int, _ language: String, near: String
  ) -> Diagnostic {
    Diagnostic(
      "lesson-block", "unknown block '\(language)'", source: source,
      primary: Label(source.span(ofLine: line)), helps: ["did you mean '\(near)'?"])
  }

  fileprivate static func unknownAttribute(
    _ source: SourceText, line: Int, _ word: String
  ) -> Diagnostic {
    let known = CodeStep.Attribute.allCases.map(\.rawValue)
    let help = Suggestion.help(for: word, in: known)
    return Diagnostic(
      "lesson-block", "unknown attribute '\(word)' of a nabla block", source: source,
      primary: Label(source.span(ofLine: line)),
      helps: [help ?? "attributes: " + known.joined(separator: ", ")])
  }
}
