import Lessons
import Presentation

/// What a student gets of a homework: its prose, that student's numbers, the questions with their
/// choices, hints and starts, and an empty block for each answer. No answer, slip, explanation, check,
/// solution or digest of any is in it.
package struct Release: Sendable {
  package let student: String?
  package let text: String

  package init(of assignment: Assignment, student: String?, variant: String?) {
    self.student = student
    var writer = ReleaseWriter(assignment, variant: variant)
    text = Release.head(of: assignment, student: student) + writer.body()
  }

  private static func head(of assignment: Assignment, student: String?) -> String {
    let count = assignment.questions.count
    var facts = [
      "\(count) question\(count == 1 ? "" : "s")", "\(assignment.maximum.points) points",
    ]
    if let minutes = assignment.lesson.front.minutes { facts.append("about \(minutes) minutes") }
    if let attempts = assignment.facts.attempts, attempts > 1 {
      facts.append("\(attempts) attempts, the best counts")
    }
    let name = student.map(AnswerText.cleaned)?.replacing("\n", with: " ") ?? ""
    return """
      # \(assignment.title)

      student: \(name)

      Homework \(assignment.id): \(facts.joined(separator: ", ")).
      Write each answer into the block under its question and hand this file in; nothing else of it is
      read. A script with a line `q1 = …` for each answer does as well.


      """
  }
}

/// Goes through the text of a homework line by line: prose stays as it is, blocks become what a student
/// may see of them.
private struct ReleaseWriter {
  private let assignment: Assignment
  private let variant: String?
  private let lines: [Substring]
  /// The steps by the line of their first line of content.
  private let steps: [Int: Step]

  init(_ assignment: Assignment, variant: String?) {
    self.assignment = assignment
    self.variant = variant
    let source = assignment.lesson.source
    // Lines of other systems end in two characters, which are one to Swift.
    lines = source.text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    steps = Dictionary(
      assignment.lesson.steps.map { ($0.line - source.firstLine, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  mutating func body() -> String {
    guard let close = lines.dropFirst().firstIndex(where: { $0.trimmedAtEnd == "---" }) else {
      return ""
    }
    var result = ""
    var index = close + 1
    var isComment = false
    while index < lines.count {
      let line = lines[index].trimmedAtEnd
      if isComment || line.trimmed.hasPrefix("<!--") {
        // Notes for whoever presents it.
        isComment = !line.contains("-->")
        index += 1
      } else if let fence = fence(line) {
        let end = lines[(index + 1)...].firstIndex { closes($0, fence) } ?? lines.count - 1
        result += block(from: index, to: end)
        index = end + 1
      } else {
        result += line + "\n"
        index += 1
      }
    }
    return squeezed(result)
  }

  private func fence(_ line: String) -> String? {
    // Markdown takes a fence that is indented by up to three blanks.
    let indent = line.prefix { $0 == " " }
    let mark = line.dropFirst(indent.count).prefix { $0 == "`" || $0 == "~" }
    guard indent.count < 4 else { return nil }
    return mark.count >= 3 ? String(mark) : nil
  }

  private func closes(_ line: Substring, _ fence: String) -> Bool {
    line.trimmed.hasPrefix(fence) && line.trimmed.allSatisfy { $0 == fence.first }
  }

  private func block(from first: Int, to last: Int) -> String {
    let verbatim = lines[first...last].map { $0.trimmedAtEnd + "\n" }.joined()
    guard let step = steps[first + 1] else { return verbatim }
    switch step.content {
    case .code(let code):
      if code.attributes.contains(.solution) { return "" }
      // A block of numbers for everybody is code like any other.
      return verbatim.hasPrefix("```given")
        ? "```nabla" + verbatim.dropFirst("```given".count) : verbatim
    case .given(let given):
      let row = given.variants.first { $0.name == variant } ?? given.variants.first
      return row.map { "```nabla\n\($0.code.source.text)```\n" } ?? ""
    case .quiz(let quiz): return quiz.assessment.map { question(quiz, $0) } ?? ""
    case .task(let task): return task.assessment.map { question(task, $0) } ?? ""
    case .prose, .experiments: return verbatim
    }
  }

  private func title(_ assessment: Assessment, _ ask: String) -> String {
    let points = assessment.points.points
    return "**\(assessment.id)** (\(points) point\(points == "1" ? "" : "s")) \(ask)\n\n"
  }

  private func question(_ quiz: Quiz, _ assessment: Assessment) -> String {
    var text = title(assessment, quiz.ask)
    for (index, choice) in quiz.choices.enumerated() {
      text += "- \(AnswerText.letter(index)): \(choice)\n"
    }
    if !quiz.choices.isEmpty { text += "\n" }
    return text + hints(quiz.hints) + "```answer \(assessment.id)\n```\n"
  }

  private func question(_ task: LessonTask, _ assessment: Assessment) -> String {
    var text = title(assessment, task.ask)
    if !task.rules.forbidden.isEmpty {
      let words = task.rules.forbidden.map { "`\($0)`" }.joined(separator: ", ")
      text += "Not allowed: \(words).\n\n"
    }
    let start = task.start.isEmpty ? "" : task.start + "\n"
    return text + hints(task.hints) + "```answer \(assessment.id)\n\(start)```\n"
  }

  private func hints(_ hints: [String]) -> String {
    hints.isEmpty ? "" : hints.map { "> Hint: \($0)\n" }.joined(separator: ">\n") + "\n"
  }

  /// No more than one empty line in a row, one at the end of a line.
  private func squeezed(_ text: String) -> String {
    var result = text
    while result.contains("\n\n\n") { result = result.replacing("\n\n\n", with: "\n\n") }
    while result.hasPrefix("\n") { result.removeFirst() }
    return result.trimmedAtEnd + "\n"
  }
}

/// The name of a file for a student: what the student is called, without what leads elsewhere.
package enum FileName {
  package static func safe(_ student: String) -> String {
    let kept = student.unicodeScalars.map { scalar -> Character in
      let isPlain =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "-_.@+".unicodeScalars.contains(scalar)
      return isPlain ? Character(scalar) : "_"
    }
    var name = String(String(kept).prefix(60))
    if name.isEmpty || name.hasPrefix(".") || name.hasPrefix("-") { name = "_" + name }
    guard name != student else { return name }
    // What was changed must not meet another's name.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in student.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return name + "-" + String(hash, radix: 16)
  }
}
