import Grading
import Language
import Lessons
import Presentation

// Homework from the session's side: where it is found, and with what it is graded.

extension Session {
  /// A homework by its file, or by its name or id among the lessons.
  package func assignment(_ name: String) throws -> Assignment {
    let bytes: [UInt8]
    do throws(FileProblem) { bytes = try host.read(name) } catch {
      return try listedAssignment(name, problem: error)
    }
    let source = SourceText(name: name, text: try sourceText(of: bytes, name))
    do { return try Assignment(Lesson(parsing: source)) } catch let error as LessonError {
      throw error.diagnostics.first ?? Diagnostic("homework", "'\(name)' cannot be read")
    }
  }

  private func listedAssignment(_ name: String, problem: FileProblem) throws -> Assignment {
    let homework = try lessonCatalogue().homework
    if let found = homework.first(where: { $0.slug == name || $0.front.homework?.id == name }) {
      return try Assignment(found)
    }
    if name.contains("/") || name.hasSuffix(".md") { throw problem.diagnostic("read") }
    let ids = homework.compactMap(\.front.homework?.id)
    throw Diagnostic(
      "unknown-homework", "there is no homework '\(name)'",
      helps: [Suggestion.help(for: name, in: ids) ?? "homework: " + ids.joined(separator: ", ")])
  }

  private func sourceText(of bytes: [UInt8], _ name: String) throws(Diagnostic) -> String {
    do throws(FileProblem) { return try text(of: bytes, path: name) } catch {
      throw error.diagnostic("read")
    }
  }

  /// A grader, with everything worked out that is asked for.
  package func grader(
    of assignment: Assignment, isolation: @escaping Isolation = { $0() }
  ) throws(Diagnostic) -> Grader {
    try Grader(assignment, in: own.context.pristine(), isolation: isolation)
  }

  package func roster(_ path: String, of assignment: Assignment) throws -> Roster {
    let bytes: [UInt8]
    do throws(FileProblem) { bytes = try host.read(path) } catch { throw error.diagnostic("read") }
    let roster = try Roster(bytes, name: path)
    try roster.check(for: assignment)
    return roster
  }

  /// What holds of a homework beyond what holds of a lesson.
  func homeworkOutcomes(of lesson: Lesson) -> [CheckReport.Outcome] {
    do throws(Diagnostic) {
      return try HomeworkCheck(try Assignment(lesson), in: own.context.pristine()).outcomes
    } catch {
      return [.init(line: error.position?.line ?? 1, subject: "homework", status: .failed(error))]
    }
  }
}
