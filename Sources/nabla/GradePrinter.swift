import Grading
import Presentation

/// Grades on standard output, as they come.
struct GradePrinter {
  private let format: GradeFormat
  private let assignment: Assignment
  private let renderer: Renderer
  private let isClass: Bool

  init(_ format: GradeFormat, assignment: Assignment, renderer: Renderer, isClass: Bool) {
    self.format = format
    self.assignment = assignment
    self.renderer = renderer
    self.isClass = isClass
  }

  /// - Throws: a form that only one submission can be printed in.
  func opening() throws(Diagnostic) -> String {
    switch format {
    case .text, .json: return ""
    case .csv: return GradeTables.long([], of: assignment)
    case .wide: return GradeTables.wide([], of: assignment)
    case .gradescope:
      guard !isClass else {
        throw Diagnostic(
          "grade", "Gradescope's results.json holds one submission", helps: ["--out DIR"])
      }
      return ""
    }
  }

  func part(_ grade: Grade) -> String {
    switch format {
    case .text: return renderer.render(grade.document) + (isClass ? "\n" : "")
    case .json: return GradeTables.json([grade])
    case .csv: return rows(GradeTables.long([grade], of: assignment), after: 1)
    case .wide: return rows(GradeTables.wide([grade], of: assignment), after: 2)
    case .gradescope: return grade.gradescope.text + "\n"
    }
  }

  /// The rows of a table behind those that stand once.
  private func rows(_ text: String, after count: Int) -> String {
    let bytes = Array(text.utf8)
    var rest = bytes[...]
    for _ in 0..<count {
      guard let end = rest.firstIndex(of: 0x0A) else { break }
      rest = rest[(end + 1)...]
    }
    return String(decoding: rest, as: UTF8.self)
  }

  func closing(_ grades: [Grade]) -> String {
    guard format == .text, isClass else { return "" }
    return renderer.render(GradeReport(grades, of: assignment).document)
  }
}

/// Everything that is written into a folder.
struct GradeFiles {
  let files: [(name: String, text: String)]

  init(_ grades: [Grade], of assignment: Assignment, format: GradeFormat) {
    var files: [(name: String, text: String)] = []
    let claims = Dictionary(grouping: grades, by: \.student)
    let plain = Renderer(width: 80, color: false)
    for grade in grades {
      // Whoever claims another's name does not get that student's file.
      let isAlone = claims[grade.student]?.count == 1 || grade.fileStem == grade.student
      let name = FileName.safe(
        isAlone ? grade.student : grade.student + "~" + grade.path.replacing("/", with: "_"))
      if format == .gradescope {
        files.append((name + ".json", grade.gradescope.text + "\n"))
        continue
      }
      let page = HTMLRenderer().page(grade.document, title: assignment.title)
      files += [
        ("feedback/\(name).txt", plain.render(grade.document)),
        ("feedback/\(name).md", grade.markdown(title: assignment.title)),
        ("feedback/\(name).html", page),
      ]
    }
    if format != .gradescope {
      let report = GradeReport(grades, of: assignment).document
      files += [
        ("grades.csv", GradeTables.long(grades, of: assignment)),
        ("gradebook.csv", GradeTables.wide(grades, of: assignment)),
        ("grades.jsonl", GradeTables.json(grades)), ("class.txt", plain.render(report)),
        ("class.html", HTMLRenderer().page(report, title: assignment.title)),
      ]
    }
    self.files = files
  }
}
