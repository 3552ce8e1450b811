import Presentation

/// A gradebook as an LMS exports it (Canvas, Moodle and their kin): given back with one column filled,
/// and every other byte as it was.
package struct Gradebook: Sendable {
  private let table: DelimitedText
  private let name: String
  private let column: Int
  private let identities: [Int]

  /// Headers of columns that name a student, in lower case.
  private static let identifying = [
    "id", "sis user id", "sis login id", "id number", "email address", "email", "username",
    "identifier", "student", "student id", "user id", "login id", "integration id",
  ]

  /// - Parameter wanted: the header of the column to fill, or part of it; else one that has the
  ///   homework's id or title in it, or `Grade` alone.
  package init(
    _ bytes: [UInt8], name: String, column wanted: String?, for assignment: Assignment
  ) throws(Diagnostic) {
    table = DelimitedText(bytes)
    self.name = name
    guard let header = table.rows.first else {
      throw Diagnostic("gradebook", "'\(name)' is empty")
    }
    let titles = header.map { $0.text.trimmed }
    identities = titles.indices.filter { Self.identifying.contains(titles[$0].lowercased()) }
    guard !identities.isEmpty else {
      throw Diagnostic(
        "gradebook", "no column of '\(name)' says who a student is",
        notes: ["its columns: " + titles.prefix(12).joined(separator: ", ")])
    }
    let found = try Self.column(wanted, titles, assignment, name)
    guard !identities.contains(found) else {
      throw Diagnostic("gradebook", "column '\(titles[found])' says who a student is")
    }
    column = found
  }

  private static func column(
    _ wanted: String?, _ titles: [String], _ assignment: Assignment, _ name: String
  ) throws(Diagnostic) -> Int {
    func matches(_ text: String) -> [Int] {
      let exact = titles.indices.filter { titles[$0].lowercased() == text.lowercased() }
      if !exact.isEmpty { return exact }
      return titles.indices.filter { titles[$0].lowercased().contains(text.lowercased()) }
    }
    let texts = wanted.map { [$0] } ?? [assignment.id, assignment.title, "Grade"]
    for text in texts {
      let found = matches(text)
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        throw Diagnostic(
          "gradebook", "several columns of '\(name)' are called '\(text)'",
          helps: found.map { "--column '\(titles[$0])'" })
      }
    }
    throw Diagnostic(
      "gradebook", "'\(name)' has no column for '\(wanted ?? assignment.title)'",
      notes: ["its columns: " + titles.joined(separator: ", ")],
      helps: ["--column NAME"])
  }

  /// What became of filling it in.
  package struct Filled: Sendable {
    package var bytes: [UInt8]
    package var count = 0
    /// Worth knowing: who is missing on which side, and a maximum that differs.
    package var notices: [String] = []
  }

  package func filled(with grades: [Grade], maximum: Double) -> Filled {
    var filled = Filled(bytes: table.bytes)
    let byStudent = Dictionary(grouping: grades, by: \.student)
    var used: Set<String> = []
    // From the end, so that places before stay where they are.
    for row in table.rows.dropFirst().reversed() {
      guard row.count > column else { continue }
      let cell = row[column]
      if isMaximum(row) {
        if let points = Double(cell.text.trimmed), points != maximum {
          filled.notices.append(
            "'\(name)' has \(points.points) points for it, the homework \(maximum.points)")
        }
        continue
      }
      guard
        let student = identities.lazy.map({ row[min($0, row.count - 1)].text.trimmed })
          .first(where: { byStudent[$0] != nil }), let found = byStudent[student]
      else { continue }
      used.insert(student)
      guard let grade = grade(of: student, among: found) else {
        filled.notices.append(
          "\(found.count) submissions say they are '\(student.prefix(60))'; the cell is left as it is"
        )
        continue
      }
      filled.bytes.replaceSubrange(cell.range, with: text(grade.points, like: cell))
      filled.count += 1
    }
    let missing = grades.map(\.student).filter { !used.contains($0) }
    for student in Set(missing).sorted() {
      filled.notices.append("'\(student.prefix(60))' stands in no row of '\(name)'")
    }
    return filled
  }

  /// Of several that say they are one student, the one whose file is called so: the LMS named it.
  private func grade(of student: String, among grades: [Grade]) -> Grade? {
    if grades.count == 1 { return grades[0] }
    let named = grades.filter { $0.fileStem == student }
    return named.count == 1 ? named[0] : nil
  }

  /// Canvas's row of maxima.
  private func isMaximum(_ row: [DelimitedText.Cell]) -> Bool {
    row.prefix(2).contains { $0.text.trimmed.lowercased() == "points possible" }
  }

  /// In quotes where the cell had them.
  private func text(_ points: Double, like cell: DelimitedText.Cell) -> [UInt8] {
    let quoted = !cell.range.isEmpty && table.bytes[cell.range.lowerBound] == UInt8(ascii: "\"")
    return Array((quoted ? "\"\(points.points)\"" : points.points).utf8)
  }
}

extension Grade {
  /// What its file is called, without folders and ending.
  package var fileStem: String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }
}
