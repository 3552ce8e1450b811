import Presentation

/// How much of the arithmetic a page shows.
package enum Level: Int, Sendable, CaseIterable {
  /// What is multiplied and added, and what comes out.
  case chain = 1
  /// Each factor and each quantity on the way, as a formula and with its value.
  case factors = 2
  /// Every number and every small step.
  case numbers = 3
}

extension Document {
  /// The page with as much of its arithmetic as a level shows.
  package func shown(at level: Level) -> Document {
    switch level {
    case .numbers: return self
    case .factors: return Document(blocks.map { $0.replacingLines(\.withoutNumbers) })
    case .chain: return chain
    }
  }

  /// Lines in symbols, and of the section that was asked for the values.
  private var chain: Document {
    // The last section is the one with the last arithmetic, whatever is said beneath it.
    let end = blocks.lastIndex { if case .worked = $0 { true } else { false } } ?? 0
    let last = blocks[..<end].lastIndex(of: .blank) ?? -1
    var kept: [Block] = []
    for (index, block) in blocks.enumerated() {
      switch block {
      case .worked(let lines):
        let shown = lines.filter { $0.indent == 0 && (index > last || $0.isSymbolic) }
        if !shown.isEmpty { kept.append(.worked(shown.map(\.withoutNumbers))) }
      case .line(let words) where index < last && !words.isRemark: continue
      case .line(let words) where words.plain.first == " ": continue
      case .blank where kept.last == .blank || kept.isEmpty: continue
      default: kept.append(block)
      }
    }
    return Document(kept)
  }
}

extension Words {
  /// Beside the arithmetic: in parentheses, without an indent.
  fileprivate var isRemark: Bool { plain.hasPrefix("(") }
}

extension Block {
  func replacingLines(_ replace: (WorkedLine) -> WorkedLine) -> Block {
    guard case .worked(let lines) = self else { return self }
    return .worked(lines.map(replace))
  }
}

extension WorkedLine {
  fileprivate var isSymbolic: Bool { steps.contains { $0.role == .formula } }

  /// The formula and the value alone; ≈ where it stood on the way.
  fileprivate var withoutNumbers: WorkedLine {
    let kept = steps.indices.filter { steps[$0].role != .plain || steps.count == 1 }
    guard kept.count < steps.count else { return self }
    var line = self
    let isRounded = steps.contains { $0.relation == "≈" } && kept.count > 1
    line.steps = kept.enumerated().map { place, index in
      let step = steps[index]
      let isFirst = place == 0 && kept.count == 1
      return step.related(
        by: isRounded && step.role == .value ? "≈" : isFirst ? steps[0].relation : step.relation)
    }
    return line
  }
}

// MARK: - Work sheets

/// A page with blanks where its numbers were, and their key.
struct WorkSheet {
  private(set) var document = Document()
  private var key: [WorkedLine] = []

  /// What is to be filled in.
  private static let blank = "________"

  init(_ page: Document) {
    for block in page.blocks { add(block) }
    guard !key.isEmpty else { return }
    while document.blocks.last == .blank { document.blocks.removeLast() }
    document.append(.heading(level: 3, "Key"))
    document.blocks += key.map { .worked([$0]) }
  }

  private mutating func add(_ block: Block) {
    switch block {
    case .worked(let lines): document.append(.worked(lines.map { blanked($0) }))
    // Grids and remarks would give the numbers away.
    case .line(let words) where words.isRemark || words.plain.contains(where: \.isNumber): break
    case .blank where document.blocks.last == .blank: break
    default: document.append(block)
    }
  }

  /// Label and formula stay; every number is to be found.
  private mutating func blanked(_ line: WorkedLine) -> WorkedLine {
    guard let value = line.steps.last, value.role == .value else { return line.withoutDigits }
    let number = "(\(key.count + 1))"
    key.append(
      WorkedLine(
        label: .words(number),
        steps: [WorkedLine.Step(relation: "", value.formula, role: .value)], indent: 2))
    var blanked = line.withoutDigits
    blanked.steps =
      line.steps.filter { $0.role == .formula } + [
        WorkedLine.Step(relation: "=", .words("\(Self.blank) \(number)"), role: .value)
      ]
    return blanked
  }
}

extension WorkedLine {
  /// A note that tells numbers goes.
  fileprivate var withoutDigits: WorkedLine {
    var line = self
    if note.hasPrefix("since") { line.note = "" }
    return line
  }
}

extension Document {
  /// A work sheet: the page with numbered blanks for its numbers, and the key beneath.
  package var workSheet: Document { WorkSheet(self).document }
}
