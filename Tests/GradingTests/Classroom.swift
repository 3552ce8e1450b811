import Foundation
import Language
import Lessons
import Library
import Presentation

@testable import Grading

/// The homework of the repository and what was handed in to it.
enum Classroom {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func assignment(_ file: String) throws -> Assignment {
    let path = root.appendingPathComponent("lessons/homework/\(file).md")
    let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
    return try Assignment(Lesson(parsing: SourceText(name: "\(file).md", text: text)))
  }

  static var context: EvaluationContext {
    do { return EvaluationContext(try Library.environment(adding: [])) } catch {
      preconditionFailure("\(error)")
    }
  }

  static func grader(_ file: String) throws -> Grader {
    try Grader(assignment(file), in: context)
  }

  static func fixture(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Fixtures/" + name)))
  }
}

extension Grader {
  /// One file of one student.
  func grade(_ bytes: [UInt8], variant: String? = nil) -> Grade {
    let submission = assignment.submission(bytes)
    return grade([submission], student: submission.student ?? "?", variant: variant)
  }

  /// Answers typed in code.
  func grade(_ answers: [String: String], variant: String? = nil) -> Grade {
    var submission = assignment.submission([])
    submission.answers = answers
    return grade([submission], student: "s", variant: variant)
  }
}

extension Grade {
  subscript(id: String) -> Part? { parts.first { $0.id == id } }

  /// `q2 slip, q5 wrong`: what is not right.
  var summary: String {
    parts.filter { $0.verdict != .right }.map { "\($0.id) \($0.verdict.rawValue)" }
      .joined(separator: ", ")
  }
}
