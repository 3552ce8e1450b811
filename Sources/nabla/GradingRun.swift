import Glibc
import Grading
import Language
import Presentation
import Session

/// A class being graded: each student's files in a process of their own, results in order as they come.
struct GradingRun {
  /// What one student handed in: a file, or several attempts.
  struct Unit {
    var name: String
    var files: [FoundFile]
  }

  let assignment: Assignment
  let grader: Grader
  let roster: Roster?
  let units: [Unit]
  let jobs: Int
  let read: (String) throws(FileProblem) -> [UInt8]

  /// Of computing, for all of one student's answers; the code of tasks is bounded by itself.
  private static let seconds = 60.0

  /// Files of the same name beneath several paths are attempts, in the order of the paths.
  static func units(
    _ paths: [String], list: (String) throws(FileProblem) -> [FoundFile]
  ) throws -> [Unit] {
    var units: [Unit] = []
    var places: [String: Int] = [:]
    for path in paths {
      let found: [FoundFile]
      do throws(FileProblem) { found = try list(path) } catch { throw error.diagnostic("read") }
      for file in found where file.path == path || file.path.isSubmission {
        let root = path.hasSuffix("/") ? path : path + "/"
        let name =
          file.path == path
          ? String(lastComponent(of: path)) : String(file.path.dropFirst(root.count))
        if let place = places[name] {
          units[place].files.append(file)
        } else {
          places[name] = units.count
          units.append(Unit(name: name, files: [file]))
        }
      }
    }
    guard !units.isEmpty else {
      throw Diagnostic(
        "nothing-to-grade", "no submission (.md, .nabla, .txt) in \(paths.joined(separator: ", "))")
    }
    return units
  }

  /// - Returns: whether it was interrupted.
  func run(each: (Grade) -> Void) -> Bool {
    let copies = ProcessCopies(count: units.count, jobs: jobs, seconds: Self.seconds) { index in
      for grade in grades(of: units[index]) { printText(grade.wire.text + "\n") }
    }
    return copies.run { index, ending in
      for grade in grades(of: units[index], ending) { each(grade) }
    }
  }

  /// In the process of a student's files.
  private func grades(of unit: Unit) -> [Grade] {
    var order: [String] = []
    var submissions: [String: [Submission]] = [:]
    var paths: [String: String] = [:]
    var failed: [Grade] = []
    for file in unit.files {
      do throws(FileProblem) {
        if let problem = file.problem { throw problem }
        let submission = assignment.submission(try read(file.path))
        let student = submission.student ?? stem(of: file.path)
        if submissions[student] == nil { order.append(student) }
        submissions[student, default: []].append(submission)
        paths[student] = file.path
      } catch {
        failed.append(unread(file, "the file cannot be read: \(error.reason)"))
      }
    }
    return order.map { student in
      let variant = assignment.variant(of: student, roster: roster)
      var grade = grader.grade(submissions[student] ?? [], student: student, variant: variant)
      grade.path = paths[student] ?? ""
      return grade
    } + failed
  }

  /// As they come from the process, or why they do not.
  private func grades(of unit: Unit, _ ending: ProcessCopies.Ending) -> [Grade] {
    let reason: String
    switch ending {
    case .done(let output):
      let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
      let grades = lines.compactMap { (try? JSONReader.value(of: String($0))).flatMap(Grade.init) }
      if !grades.isEmpty, grades.count == lines.count { return grades }
      reason = "its process said nothing that can be read"
    case .late: reason = "grading it took longer than \(Int(Self.seconds)) s"
    case .outOfMemory: reason = "grading it took more memory than there is"
    case .code(let code): reason = "its process ended with code \(code)"
    case .signal(let signal): reason = "its process ended with signal \(signal)"
    case .notStarted: reason = "no process could be started for it"
    }
    return unit.files.suffix(1).map { unread($0, reason) }
  }

  /// Nothing of it was judged, so nothing of it is wrong.
  private func unread(_ file: FoundFile, _ reason: String) -> Grade {
    let student = stem(of: file.path)
    let parts = assignment.questions.map { question in
      Grade.Part(
        id: question.id, verdict: .malformed, points: 0, maximum: question.points, typed: "",
        feedback: "not judged: \(reason)")
    }
    var grade = Grade(
      student: student, variant: assignment.variant(of: student, roster: roster), parts: parts)
    grade.path = file.path
    grade.remarks = [reason]
    return grade
  }

  private func stem(of path: String) -> String {
    let file = String(lastComponent(of: path))
    return file.lastIndex(of: ".").map { $0 == file.startIndex ? file : String(file[..<$0]) }
      ?? file
  }

  /// For whoever grades.
  func notices(on grades: [Grade]) -> [String] {
    guard let roster else { return [] }
    let strangers = Set(grades.map(\.student)).filter { !roster.contains($0) }.sorted()
    let names = strangers.prefix(8).map { Visible.text(String($0.prefix(40))) }.joined(
      separator: ", ")
    let present = Set(grades.map(\.student))
    let missing = roster.entries.map(\.student).filter { !present.contains($0) }
    var notices: [String] = []
    if !strangers.isEmpty {
      notices.append(
        "\(strangers.count) not in the roster: \(names)" + (strangers.count > 8 ? ", …" : ""))
    }
    if !missing.isEmpty {
      notices.append(
        "\(missing.count) of the roster handed nothing in: "
          + missing.prefix(8).joined(separator: ", ") + (missing.count > 8 ? ", …" : ""))
    }
    return notices
  }
}

extension String {
  /// Readable as a submission by its ending; a README tells about the others.
  fileprivate var isSubmission: Bool {
    let endings = [".md", ".markdown", ".nabla", ".txt"]
    return endings.contains { lowercased().hasSuffix($0) }
      && split(separator: "/").last?.lowercased() != "readme.md"
  }
}
