import Presentation

/// What grading one student's submission came to.
package struct Grade: Sendable, Equatable {
  package enum Verdict: String, Sendable, CaseIterable {
    case right
    case tooFewFigures = "too-few-figures"
    case truncated, rounded, carried, slip, slips, pair, wrong, malformed, blank
    case otherVariant = "other-variant"

    /// Whether the points are still to be had, at no cost.
    package var isOpen: Bool { self == .malformed }

    /// An answer that was judged.
    package var isJudged: Bool { self != .malformed && self != .blank }

    package var mark: String {
      switch self {
      case .right, .carried: "✓"
      case .tooFewFigures, .truncated, .rounded: "≈"
      case .slip, .slips, .pair, .wrong, .otherVariant: "✗"
      case .malformed: "?"
      case .blank: "–"
      }
    }
  }

  /// One question.
  package struct Part: Sendable, Equatable {
    package var id: String
    package var verdict: Verdict
    /// An id of the slip's catalogue and where it was made: `sign-flipped at E`.
    package var slip: String?
    package var points: Double
    package var maximum: Double
    package var typed: String
    package var understood: String?
    /// What the student is told.
    package var feedback: String
    /// Answers that were judged.
    package var attempts = 0

    package init(
      id: String, verdict: Verdict, slip: String? = nil, points: Double, maximum: Double,
      typed: String, understood: String? = nil, feedback: String
    ) {
      self.id = id
      self.verdict = verdict
      self.slip = slip
      self.points = points
      self.maximum = maximum
      self.typed = typed
      self.understood = understood
      self.feedback = feedback
    }
  }

  package var student: String
  package var variant: String?
  package var parts: [Part]
  /// For the student, about the whole.
  package var notes: [String] = []
  /// For the instructor alone.
  package var remarks: [String] = []
  /// Where it came from.
  package var path = ""

  package init(student: String, variant: String?, parts: [Part]) {
    self.student = student
    self.variant = variant
    self.parts = parts
  }

  package var points: Double { Grade.sum(parts.map(\.points)) }
  package var maximum: Double { Grade.sum(parts.map(\.maximum)) }
  /// Points of answers that were not understood.
  package var open: Double { Grade.sum(parts.filter(\.verdict.isOpen).map(\.maximum)) }
  package var isBlank: Bool { parts.allSatisfy { $0.verdict == .blank } }

  /// Without the dust of adding decimals.
  private static func sum(_ points: [Double]) -> Double {
    Decimal.rounded(points.reduce(0, +), decimals: 6)
  }
}

extension Double {
  /// Points as people write them: `19.5`, `20`.
  package var points: String { Decimal(self, rounded: .decimals(4)).plain }
}

// MARK: - JSON

extension Grade {
  /// One line for other programs.
  package var json: JSONValue {
    .object(
      [
        .init("student", .string(student)), .init("variant", variant.map { .string($0) } ?? .null),
        .init("points", Grade.number(points)), .init("maximum", Grade.number(maximum)),
        .init("questions", .array(parts.map(\.json))),
      ])
  }

  /// The same with what only the program itself needs.
  package var wire: JSONValue {
    guard case .object(var members) = json else { return json }
    members += [
      .init("path", .string(path)), .init("notes", .array(notes.map { .string($0) })),
      .init("remarks", .array(remarks.map { .string($0) })),
      .init("attempts", .array(parts.map { .int($0.attempts) })),
    ]
    return .object(members)
  }

  /// Points without a `.0`, as they are written elsewhere.
  static func number(_ points: Double) -> JSONValue {
    Int(exactly: points).map { .int($0) } ?? .number(points)
  }

  /// Nil where it is no line of ours.
  package init?(_ json: JSONValue) {
    guard let student = json["student"]?.string, let questions = json["questions"]?.items else {
      return nil
    }
    let parts = questions.compactMap { Part($0) }
    guard parts.count == questions.count else { return nil }
    self.init(student: student, variant: json["variant"]?.string, parts: parts)
    path = json["path"]?.string ?? ""
    notes = json["notes"]?.items?.compactMap(\.string) ?? []
    remarks = json["remarks"]?.items?.compactMap(\.string) ?? []
    for (index, count) in (json["attempts"]?.items ?? []).enumerated() where index < parts.count {
      self.parts[index].attempts = count.double.flatMap { Int(exactly: $0) } ?? 0
    }
  }
}

extension Grade.Part {
  fileprivate var json: JSONValue {
    .object(
      [
        .init("id", .string(id)), .init("verdict", .string(verdict.rawValue)),
        .init("slip", slip.map { .string($0) } ?? .null), .init("points", Grade.number(points)),
        .init("maximum", Grade.number(maximum)), .init("typed", .string(typed)),
        .init("understood", understood.map { .string($0) } ?? .null),
        .init("feedback", .string(feedback)),
      ])
  }

  fileprivate init?(_ json: JSONValue) {
    guard let id = json["id"]?.string,
      let verdict = json["verdict"]?.string.flatMap(Grade.Verdict.init(rawValue:)),
      let points = json["points"]?.double, let maximum = json["maximum"]?.double
    else { return nil }
    self.init(
      id: id, verdict: verdict, slip: json["slip"]?.string, points: points, maximum: maximum,
      typed: json["typed"]?.string ?? "", understood: json["understood"]?.string,
      feedback: json["feedback"]?.string ?? "")
  }
}
