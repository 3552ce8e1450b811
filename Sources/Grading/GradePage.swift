import Presentation

extension Grade {
  /// What a student is told: a line for each question that is not simply right, one for those that are.
  package var document: Document {
    var blocks: [Block] = [.hanging(headline, indent: 2)]
    if isBlank {
      return Document(blocks + notes.map { .hanging(Words("  " + $0), indent: 2) })
    }
    let plain = parts.filter { $0.verdict == .right && $0.sentence == "right" }
    if !plain.isEmpty {
      let ids = plain.map(\.id).joined(separator: " ")
      blocks.append(.hanging(Words("  ✓ ", .good) + Words("right: " + ids), indent: 4))
    }
    let blank = parts.filter { $0.verdict == .blank }
    var told: [Part] = []
    for part in parts where part.verdict != .blank && !plain.contains(part) {
      // What holds of several questions is said once.
      let alike = parts.filter { $0.verdict == .otherVariant && $0.feedback == part.feedback }
      if told.contains(part) { continue }
      told += alike
      blocks.append((alike.count > 1 ? alike : [part]).line)
    }
    if !blank.isEmpty {
      let ids = blank.map(\.id).joined(separator: " ")
      blocks.append(.hanging(Words("  – not answered: " + ids, .dim), indent: 4))
    }
    return Document(blocks + notes.map { .hanging(Words("  " + $0, .dim), indent: 2) })
  }

  private var headline: Words {
    var words = Words(student, .strong)
    if let variant { words = words + Words(", variant \(variant)", .dim) }
    words = words + Words(": ") + Words("\(points.points) of \(maximum.points)", .value)
    if open > 0 { words = words + Words(", \(open.points) still open", .caution) }
    return words
  }

  /// The same as Markdown, every question of it.
  package func markdown(title: String) -> String {
    func plain(_ text: String) -> String {
      Visible.text(text).replacing("\n", with: " ").reduce(into: "") { result, character in
        if "\\`*_{}[]<>#|!$~&".contains(character) { result.append("\\") }
        result.append(character)
      }
    }
    var text = "# \(plain(title))\n\n**\(plain(student))**"
    if let variant { text += ", variant \(plain(variant))" }
    text += ": \(points.points) of \(maximum.points) points"
    if open > 0 { text += ", \(open.points) still open" }
    text += "\n\n"
    for part in parts { text += "- \(part.verdict.mark) **\(part.id)** \(plain(part.sentence))\n" }
    for note in notes { text += "\n\(plain(note))\n" }
    return text
  }
}

extension [Grade.Part] {
  /// One line for questions of which the same is to be said.
  fileprivate var line: Block {
    guard var part = first else { return .blank }
    part.points = map(\.points).reduce(0, +)
    part.maximum = map(\.maximum).reduce(0, +)
    return .hanging(
      Words("  \(part.verdict.mark) ", part.verdict.role)
        + Words(map(\.id).joined(separator: " ") + " ", .name) + Words(part.sentence), indent: 4)
  }
}

extension Grade.Verdict {
  var role: Role {
    switch self {
    case .right, .carried: .good
    case .tooFewFigures, .truncated, .rounded, .malformed: .caution
    case .slip, .slips, .pair, .wrong, .otherVariant: .bad
    case .blank: .dim
    }
  }
}
