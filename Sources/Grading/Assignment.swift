import Language
import Lessons
import Presentation

/// A homework, as it is released and graded: its questions in order, and who has which numbers.
package struct Assignment: Sendable {
  package struct Question: Sendable {
    package enum Content: Sendable {
      case quiz(Quiz)
      case task(LessonTask)
    }

    package let content: Content
    package let assessment: Assessment
    package let line: Int

    package var id: String { assessment.id }
    package var points: Double { assessment.points }

    package var task: LessonTask? {
      if case .task(let task) = content { task } else { nil }
    }
    package var quiz: Quiz? {
      if case .quiz(let quiz) = content { quiz } else { nil }
    }
  }

  package let lesson: Lesson
  package let facts: HomeworkFacts
  package let questions: [Question]

  package var id: String { facts.id }
  package var title: String { lesson.front.title }
  package var variants: [String] { lesson.variants }
  package var maximum: Double { questions.reduce(0) { $0 + $1.points } }
  var ids: [String] { questions.map(\.id) }
  var taskIDs: Set<String> { Set(questions.filter { $0.task != nil }.map(\.id)) }

  /// - Throws: a lesson that is no homework, or one that asks nothing.
  package init(_ lesson: Lesson) throws(Diagnostic) {
    guard let facts = lesson.front.homework else {
      throw Diagnostic(
        "no-homework", "'\(lesson.source.name)' is a lesson and no homework",
        notes: ["a homework has 'kind: homework' and an 'id' in its front matter"])
    }
    self.lesson = lesson
    self.facts = facts
    questions = lesson.steps.compactMap { step in
      switch step.content {
      case .quiz(let quiz):
        quiz.assessment.map { Question(content: .quiz(quiz), assessment: $0, line: step.line) }
      case .task(let task):
        task.assessment.map { Question(content: .task(task), assessment: $0, line: step.line) }
      case .prose, .code, .given, .experiments: nil
      }
    }
    guard !questions.isEmpty else {
      throw Diagnostic("no-homework", "'\(lesson.source.name)' asks no question")
    }
  }

  /// What a student handed in, from the bytes of the file.
  package func submission(_ bytes: [UInt8]) -> Submission {
    Submission(bytes, ids: ids, tasks: taskIDs)
  }

  /// The row of numbers that a student has: what the roster says, or else drawn by the id. Nil where
  /// everybody has the same numbers.
  package func variant(of student: String, roster: Roster? = nil) -> String? {
    let variants = variants
    guard !variants.isEmpty else { return nil }
    if let named = roster?.variant(of: student), variants.contains(named) { return named }
    // FNV-1a: the same on every machine, and with every version.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(id)/\(student)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    // The low bits of the product alone would follow the last letter.
    return variants[Int((hash >> 32 ^ hash) % UInt64(variants.count))]
  }
}

/// The students of a class, and what numbers they have where that is not left to their ids.
package struct Roster: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package var student: String
    package var variant: String?
  }

  package private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]

  /// `student[,variant]`, with or without a first line that says so.
  package init(_ bytes: [UInt8], name: String) throws(Diagnostic) {
    let table = DelimitedText(bytes)
    var columns = (student: 0, variant: 1 as Int?)
    var rows = table.rows[...]
    if let first = rows.first {
      let header = first.map { $0.text.trimmed.lowercased() }
      if let student = header.firstIndex(where: { ["student", "id", "student id"].contains($0) }) {
        columns = (student, header.firstIndex(of: "variant"))
        rows = rows.dropFirst()
      }
    }
    for row in rows {
      guard columns.student < row.count else { continue }
      let student = row[columns.student].text.trimmed
      guard !student.isEmpty else { continue }
      guard places[student] == nil else {
        throw Diagnostic("roster", "'\(student.prefix(40))' stands twice in '\(name)'")
      }
      let variant = columns.variant.flatMap { $0 < row.count ? row[$0].text.trimmed : nil }
      places[student] = entries.count
      entries.append(Entry(student: student, variant: variant.flatMap { $0.isEmpty ? nil : $0 }))
    }
    guard !entries.isEmpty else {
      throw Diagnostic(
        "roster", "'\(name)' names no students", helps: ["a line 'student,variant' and one each"])
    }
  }

  package func contains(_ student: String) -> Bool { places[student] != nil }

  func variant(of student: String) -> String? { places[student].flatMap { entries[$0].variant } }

  /// - Throws: a variant that the homework does not have.
  package func check(for assignment: Assignment) throws(Diagnostic) {
    for entry in entries {
      guard let variant = entry.variant, !assignment.variants.contains(variant) else { continue }
      throw Diagnostic(
        "roster", "'\(entry.student)' has variant '\(variant)', which there is not",
        notes: ["variants: " + assignment.variants.joined(separator: ", ")])
    }
  }
}
