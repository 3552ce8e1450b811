import Presentation

/// Reads the YAML of `quiz` and `task` blocks.
enum QuizParser {
  /// Nil when the block is malformed; what is wrong is added to `problems`.
  static func quiz(
    _ code: Markdown.CodeBlock, in source: SourceText, problems: inout [Diagnostic]
  ) -> Quiz? {
    let form = YAMLFields.Form(
      code: "lesson-quiz", name: "the quiz",
      keys: [
        "ask", "kind", "choices", "answer", "places", "figures", "hints", "slips", "explanation",
        "explain", "id", "points", "name", "independent",
      ])
    var fields = YAMLFields(code.text, at: code.firstLine, in: source, as: form)
    defer { problems += fields.problems }
    guard fields.problems.isEmpty || !fields.lines.isEmpty else { return nil }
    let ask = fields.string("ask", required: true) ?? ""
    let choices = fields.strings("choices")
    guard let answer = answer(&fields, choices: choices) else { return nil }
    var quiz = Quiz(ask: ask, choices: choices, answer: answer, line: code.firstLine)
    quiz.precision = precision(&fields)
    quiz.hints = fields.strings("hints")
    quiz.slips = fields.entries("slips", keys: ["when", "say"]).compactMap { entry in
      guard let when = entry["when"], let say = entry["say"] else { return nil }
      return Quiz.Slip(when: when.text, say: say.text, line: when.line)
    }
    if case .choice = answer { quiz.slips = resolved(quiz.slips, choices: choices, &fields) }
    quiz.explanation = fields.string("explanation")
    quiz.explain = fields.string("explain")
    quiz.assessment = assessment(&fields)
    quiz.lines = fields.lines
    return fields.problems.isEmpty ? quiz : nil
  }

  /// The id and points of a homework's question; nil where it names no id.
  private static func assessment(_ fields: inout YAMLFields) -> Assessment? {
    guard let id = fields.string("id"), let points = fields.number("points", in: 0...10_000) else {
      return nil
    }
    if !id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }) {
      fields.report("an id is letters and digits, such as q1", at: "id")
    }
    return Assessment(
      id: id, points: points, name: fields.string("name"),
      isIndependent: fields.boolean("independent"))
  }

  private static func precision(_ fields: inout YAMLFields) -> Decimal.Precision? {
    let places = fields.integer("places", in: 0...15)
    let figures = fields.integer("figures", in: 1...15)
    if places != nil, figures != nil {
      fields.report("a quiz asks for 'places' or for 'figures', not for both", at: "figures")
    }
    return places.map { .decimals($0) } ?? figures.map { .significant($0) }
  }

  static func task(
    _ code: Markdown.CodeBlock, in source: SourceText, problems: inout [Diagnostic]
  ) -> LessonTask? {
    let form = YAMLFields.Form(
      code: "lesson-task", name: "the task",
      keys: [
        "ask", "start", "solution", "checks", "hints", "explanation", "id", "points", "forbid",
        "makes", "partial",
      ])
    var fields = YAMLFields(code.text, at: code.firstLine, in: source, as: form)
    defer { problems += fields.problems }
    guard fields.problems.isEmpty || !fields.lines.isEmpty else { return nil }
    var task = LessonTask(
      ask: fields.string("ask", required: true) ?? "", start: fields.string("start") ?? "",
      solution: fields.string("solution", required: true) ?? "", checks: fields.strings("checks"),
      line: code.firstLine)
    task.hints = fields.strings("hints")
    task.explanation = fields.string("explanation")
    task.assessment = assessment(&fields)
    task.rules = TaskRules(
      forbidden: fields.strings("forbid"), makes: fields.strings("makes"),
      isPartial: fields.boolean("partial"))
    task.lines = fields.lines
    if task.checks.isEmpty {
      fields.report(
        "the task has no 'checks'", at: "checks",
        helps: ["add 'checks: [\"…\"]', expressions that the right code makes True"])
    }
    return fields.problems.isEmpty ? task : nil
  }

  private static func answer(_ fields: inout YAMLFields, choices: [String]) -> Quiz.Answer? {
    let kind = fields.string("kind") ?? (fields.has("choices") ? "choice" : "value")
    switch kind {
    case "value":
      if fields.has("choices") {
        fields.report("a quiz of kind 'value' has no 'choices'", at: "choices")
      }
      return fields.expression("answer").map { .expression($0) }
    case "text":
      let texts = fields.strings("answer").filter { !$0.isEmpty }
      if texts.isEmpty { fields.report("the quiz has no 'answer'", at: "answer") }
      return texts.isEmpty ? nil : .texts(texts)
    case "choice": return choice(&fields, choices)
    default:
      let help = Suggestion.help(for: kind, in: ["value", "choice", "text"])
      fields.report(
        "unknown kind of quiz '\(kind)'", at: "kind", helps: [help ?? "kinds: value, choice, text"])
      return nil
    }
  }

  private static func choice(_ fields: inout YAMLFields, _ choices: [String]) -> Quiz.Answer? {
    guard let text = fields.string("answer", required: true), !text.isEmpty else { return nil }
    guard (2...26).contains(choices.count) else {
      fields.report("a multiple choice needs 2 to 26 'choices'", at: "choices")
      return nil
    }
    guard let index = Choices.index(of: text, in: choices) else {
      fields.report(
        "the answer '\(text)' is none of the choices", at: "answer",
        helps: ["write its letter, A to \(Choices.letter(choices.count - 1))"])
      return nil
    }
    return .choice(index)
  }

  /// Slips of a multiple choice name a choice; the letter is kept.
  private static func resolved(
    _ slips: [Quiz.Slip], choices: [String], _ fields: inout YAMLFields
  ) -> [Quiz.Slip] {
    slips.compactMap { slip in
      guard let index = Choices.index(of: slip.when, in: choices) else {
        fields.report("the slip '\(slip.when)' is none of the choices", at: "slips")
        return nil
      }
      return Quiz.Slip(when: Choices.letter(index), say: slip.say, line: slip.line)
    }
  }
}

/// The letters of a multiple choice.
enum Choices {
  /// `A` for 0, at most 26.
  static func letter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(0x41 + min(max(index, 0), 25))))
  }

  /// A choice by its text, its letter (`b`, `B)`), or its number from 1.
  static func index(of answer: String, in choices: [String]) -> Int? {
    let wanted = answer.trimmed
    if let exact = choices.firstIndex(of: wanted) { return exact }
    var short = wanted.uppercased()
    if short.hasSuffix(")") || short.hasSuffix(".") { short.removeLast() }
    if short.hasPrefix("(") { short.removeFirst() }
    if let byLetter = choices.indices.first(where: { letter($0) == short }) { return byLetter }
    if let number = Int(short), choices.indices.contains(number - 1) { return number - 1 }
    return choices.firstIndex { $0.trimmed.lowercased() == wanted.lowercased() }
  }
}
