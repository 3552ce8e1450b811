import Presentation

/// What a class did: which mistakes at which questions, what nobody got, whose numbers are alike.
package struct GradeReport: Sendable {
  private let assignment: Assignment
  private let grades: [Grade]

  package init(_ grades: [Grade], of assignment: Assignment) {
    self.assignment = assignment
    self.grades = grades
  }

  package var document: Document {
    var blocks: [Block] = [.hanging(Words(headline, .strong), indent: 2), .blank]
    blocks.append(.table(questions))
    if let slips = slips { blocks += [.blank, .table(slips)] }
    let remarks = self.remarks
    if !remarks.isEmpty {
      blocks.append(.blank)
      blocks += remarks.map { .hanging(Words($0), indent: 2) }
    }
    return Document(blocks)
  }

  private var headline: String {
    let count = grades.count
    let mean = grades.map(\.points).reduce(0, +) / Double(max(1, count))
    let open = grades.count { $0.open > 0 }
    let text =
      "\(count) submission\(count == 1 ? "" : "s"), mean \(mean.shown) of "
      + assignment.maximum.points
    return open == 0 ? text : text + "; \(open) with answers still open"
  }

  private func parts(_ id: String) -> [Grade.Part] {
    grades.compactMap { grade in grade.parts.first { $0.id == id } }
  }

  /// A row a question.
  private var questions: Table {
    let rows = assignment.questions.map { question -> [Words] in
      let parts = parts(question.id)
      func count(_ verdicts: [Grade.Verdict]) -> Words {
        let number = parts.count { verdicts.contains($0.verdict) }
        return number == 0 ? Words("") : Words("\(number)")
      }
      let mean = parts.map(\.points).reduce(0, +) / Double(max(1, parts.count))
      return [
        Words(question.id, .name), Words("\(mean.shown) of \(question.points.points)"),
        count([.right]), count([.carried]), count([.tooFewFigures, .truncated, .rounded]),
        count([.slip, .slips, .pair]), count([.wrong, .otherVariant]), count([.malformed]),
        count([.blank]),
      ]
    }
    return Table(
      header: [
        "", "mean", "right", "carried", "rounded", "slip", "wrong", "unread", "blank",
      ],
      rows: rows, alignments: [.left] + Array(repeating: .right, count: 8))
  }

  /// A row a slip, a column a question where any was made; the commonest first.
  private var slips: Table? {
    var counts: [String: [String: Int]] = [:]
    for grade in grades {
      for part in grade.parts {
        if let slip = part.slip { counts[slip, default: [:]][part.id, default: 0] += 1 }
      }
    }
    guard !counts.isEmpty else { return nil }
    let ids = assignment.questions.map(\.id).filter { id in
      counts.values.contains { $0[id] != nil }
    }
    let sorted = counts.sorted { left, right in
      let (first, second) = (left.value.values.reduce(0, +), right.value.values.reduce(0, +))
      return first != second ? first > second : left.key < right.key
    }
    let rows = sorted.map { slip, byQuestion in
      [Words(slip)] + ids.map { id in Words(byQuestion[id].map { "\($0)" } ?? "") }
    }
    return Table(
      header: ["slip"] + ids.map { Words($0) }, rows: rows,
      alignments: [.left] + ids.map { _ in .right })
  }

  private var remarks: [String] {
    var remarks: [String] = []
    let unsolved = assignment.questions.map(\.id).filter { id in
      let parts = parts(id)
      return parts.contains { $0.verdict.isJudged }
        && !parts.contains { $0.points == $0.maximum && $0.maximum > 0 }
    }
    if !unsolved.isEmpty {
      remarks.append("nobody got " + unsolved.joined(separator: ", ") + " right")
    }
    for grade in grades {
      remarks += grade.remarks.map { "\(grade.student): \($0)" }
    }
    return remarks + copies + namesakes
  }

  /// Submissions with the same answers, wrong ones among them, where everybody has a right to be right.
  private var copies: [String] {
    var groups: [String: [Grade]] = [:]
    for grade in grades {
      let wrong = grade.wrong
      guard wrong.count >= 2 else { continue }
      let key = grade.parts.map { $0.typed.filter { !$0.isWhitespace } }.joined(separator: "\u{1F}")
      groups[key, default: []].append(grade)
    }
    return groups.values.filter { $0.count > 1 }.map { group in
      let sorted = group.map(\.student).sorted()
      let wrong = group[0].wrong.count
      let names =
        sorted.count > 8
        ? sorted.prefix(8).joined(separator: ", ") + " and \(sorted.count - 8) more"
        : sorted.joined(separator: ", ")
      return
        "\(names) agree in all \(group[0].parts.count) answers, \(wrong) of them wrong in the same way"
    }.sorted()
  }

  private var namesakes: [String] {
    Dictionary(grouping: grades, by: \.student).filter { $0.value.count > 1 }.map { student, all in
      "\(all.count) submissions say they are \(student)"
    }.sorted()
  }
}

extension Grade {
  /// Questions answered, and not right: what nobody has by right alone.
  fileprivate var wrong: [Part] {
    parts.filter { part in
      switch part.verdict {
      case .right, .malformed, .blank: false
      case .tooFewFigures, .truncated, .rounded, .carried, .slip, .slips, .pair, .wrong,
        .otherVariant:
        true
      }
    }
  }
}

extension Double {
  /// `12.5`: a mean at two decimals.
  fileprivate var shown: String { Decimal(self, rounded: .decimals(2)).plain }
}

/// What changed between two gradings: who moved, at which question, and why.
package struct Regrade: Sendable {
  package struct Move: Sendable, Equatable {
    package var student: String
    package var question: String
    package var before: Grade.Part
    package var after: Grade.Part
  }

  package let moves: [Move]
  private let changed: Int
  private let missing: [String]

  package init(before: [Grade], after: [Grade]) {
    let old = Dictionary(before.map { ($0.student, $0) }, uniquingKeysWith: { $1 })
    var moves: [Move] = []
    for grade in after {
      guard let earlier = old[grade.student] else { continue }
      for part in grade.parts {
        guard let was = earlier.parts.first(where: { $0.id == part.id }),
          was.points != part.points || was.verdict != part.verdict
        else { continue }
        moves.append(Move(student: grade.student, question: part.id, before: was, after: part))
      }
    }
    self.moves = moves
    changed = Set(moves.filter { $0.before.points != $0.after.points }.map(\.student)).count
    let now = Set(after.map(\.student))
    missing = before.map(\.student).filter { !now.contains($0) }
  }

  package var document: Document {
    let text =
      moves.isEmpty
      ? "nothing moved"
      : "\(changed) student\(changed == 1 ? "" : "s") moved"
    var blocks: [Block] = [.line(Words(text, .strong))]
    blocks += moves.map { move in
      let (was, now) = (move.before, move.after)
      let points =
        was.points == now.points
        ? now.points.points : "\(was.points.points) → \(now.points.points)"
      let reason = was.typed == now.typed ? "" : "; another answer was handed in"
      return .hanging(
        Words("  \(move.student) ", .strong) + Words(move.question + " ", .name)
          + Words(
            "\(points): \(was.verdict.rawValue) → \(now.verdict.rawValue)\(reason). "
              + now.feedback), indent: 4)
    }
    if !missing.isEmpty {
      blocks.append(
        .hanging(Words("not graded this time: " + missing.joined(separator: ", ")), indent: 2))
    }
    return Document(blocks)
  }
}
