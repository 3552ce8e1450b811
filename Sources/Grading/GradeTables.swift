import Presentation

/// Grades as tables for other programs.
package enum GradeTables {
  /// One row a student and question.
  package static func long(_ grades: [Grade], of assignment: Assignment) -> String {
    let header = [
      "student", "assignment", "question", "variant", "verdict", "slip", "points", "maximum",
      "typed", "understood", "attempts",
    ]
    return DelimitedText.row(header) + grades.map { longRows($0, of: assignment) }.joined()
  }

  private static func longRows(_ grade: Grade, of assignment: Assignment) -> String {
    grade.parts.map { part in
      DelimitedText.row(
        [
          grade.student, assignment.id, part.id, grade.variant ?? "", part.verdict.rawValue,
          part.slip ?? "", part.points.points, part.maximum.points, part.typed,
          part.understood ?? "", "\(part.attempts)",
        ])
    }.joined()
  }

  /// One row a student, maxima in the first.
  package static func wide(_ grades: [Grade], of assignment: Assignment) -> String {
    let questions = assignment.questions
    let header = ["student", "variant"] + questions.map(\.id) + ["points"]
    let maxima = ["maximum", ""] + questions.map { $0.points.points } + [assignment.maximum.points]
    return DelimitedText.row(header) + DelimitedText.row(maxima)
      + grades.map { grade in
        DelimitedText.row(
          [grade.student, grade.variant ?? ""] + grade.parts.map { $0.points.points }
            + [grade.points.points])
      }.joined()
  }

  /// One object a student, a line each.
  package static func json(_ grades: [Grade]) -> String {
    grades.map { $0.json.text + "\n" }.joined()
  }
}

extension Grade {
  /// `results.json` of Gradescope's autograder.
  package var gradescope: JSONValue {
    .object(
      [
        .init("score", Grade.number(points)),
        .init("output", .string(Visible.text(notes.joined(separator: "\n")))),
        .init("visibility", "visible"),
        .init(
          "tests",
          .array(
            parts.map { part in
              .object(
                [
                  .init("name", .string(part.id)), .init("score", Grade.number(part.points)),
                  .init("max_score", Grade.number(part.maximum)),
                  .init("status", part.points == part.maximum ? "passed" : "failed"),
                  .init("output", .string(Visible.text("\(part.verdict.mark) \(part.sentence)"))),
                ])
            })),
      ])
  }
}

extension Grade.Part {
  /// The feedback with what was understood and what it earned: `right (understood: 0.5771)`.
  package var sentence: String {
    var text = feedback
    if verdict.isJudged, let understood, typed.trimmed != understood, !understood.isEmpty {
      text += " (understood: \(understood))"
    }
    if verdict.isJudged, points != maximum { text += " (\(points.points) of \(maximum.points))" }
    return text
  }
}
