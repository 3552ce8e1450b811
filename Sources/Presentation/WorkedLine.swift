/// One quantity worked out: `s1[0] = 1.20·1.00 + (−0.30)·(−0.50) = 1.35`. Its label and its steps are
/// formulas; renderers break them to their width, or typeset them.
package struct WorkedLine: Sendable, Equatable {
  package struct Step: Sendable, Equatable {
    /// `=`, or `≈` where the numbers printed on the left do not round to those on the right; empty
    /// where there is nothing on the left.
    package let relation: String
    package let formula: WorkedFormula
    package let role: Role
    /// The formula in one line.
    package let text: String

    package init(relation: String, _ formula: WorkedFormula, role: Role) {
      self.relation = relation
      self.formula = formula
      self.role = role
      text = formula.text
    }

    /// The same behind another sign.
    package func related(by relation: String) -> Step {
      Step(relation: relation, formula, role: role)
    }
  }

  /// What is worked out; empty words where the line above says it.
  package let label: WorkedFormula
  package var steps: [Step]
  package var indent: Int
  /// What stands at the right of the page: shapes.
  package var note: String

  package init(label: WorkedFormula, steps: [Step], indent: Int = 0, note: String = "") {
    self.label = label
    self.steps = steps
    self.indent = indent
    self.note = note
  }

  /// The text of all steps in one line.
  package var flat: String {
    steps.reduce(label.text) {
      $0 + ($0.isEmpty ? "" : " ") + ($1.relation.isEmpty ? "" : $1.relation + " ") + $1.text
    }
  }

  /// Formula, all numbers and small steps, value: what is set under each other in several lines.
  var columns: [Step?] {
    var steps = steps
    let value = steps.popLast()
    let formula = steps.first?.role == .formula ? steps.removeFirst() : nil
    guard let first = steps.first else { return [formula, nil, value] }
    let rest = steps.dropFirst().map { WorkedFormula.Related($0.relation, $0.formula) }
    let all = rest.isEmpty ? first.formula : .relations(first.formula, rest)
    return [formula, Step(relation: first.relation, all, role: .plain), value]
  }
}

extension WorkedLine {
  /// Without the steps that differ from the one before as text only: a**-1 and a⁻¹ are set alike.
  var withoutRepetition: WorkedLine {
    var line = self
    var previous = label.math
    line.steps = []
    for step in steps {
      let formula = step.formula.math
      if step.relation == "=", formula == previous, step != steps.last { continue }
      line.steps.append(step)
      previous = formula
    }
    return line
  }
}

// MARK: - Lines of text

/// Lays worked lines out on a page of fixed columns.
struct WorkedLayout {
  let width: Int
  let unicode: Bool

  /// Labels, formulas, numbers and values under each other where there are several lines and the
  /// page is wide enough; a line that does not fit the columns is left out of them.
  func lines(_ lines: [WorkedLine]) -> [Words] {
    let all = lines.map(shown)
    guard all.count > 1 else { return all.flatMap(broken) }
    let labelWidth = all.map(\.label.count).max() ?? 0
    let room = width - (all.map(\.indent).max() ?? 0) - labelWidth
    func isNarrow(_ cells: [Line.Step?]) -> Bool {
      cells.reduce(0) { $0 + ($1.map { $0.text.count + 3 } ?? 0) } <= room - 6
    }
    let columns = lines.map { $0.columns.map { $0.map(shown) } }
    let narrow = columns.filter(isNarrow)
    let widths = (0...2).map { column in narrow.map { $0[column]?.text.count ?? 0 }.max() ?? 0 }
    let isAligned = widths.reduce(0) { $0 + ($1 > 0 ? $1 + 3 : 0) } <= room
    return zip(all, columns).flatMap { line, cells in
      isAligned && isNarrow(cells)
        ? [aligned(line, cells, labelWidth: labelWidth, widths)] : broken(line)
    }
  }

  private func aligned(
    _ line: Line, _ cells: [Line.Step?], labelWidth: Int, _ widths: [Int]
  ) -> Words {
    var words = space(line.indent) + Words(line.label, .name) + space(labelWidth - line.label.count)
    for column in 0..<2 where widths[column] > 0 {
      let text = cells[column].map { " \($0.relation) \($0.text)" } ?? ""
      words += Words(text, cells[column]?.role ?? .plain) + space(widths[column] + 3 - text.count)
    }
    if let last = cells[2] { words += Words(" \(last.relation) ") + Words(last.text, last.role) }
    return words
  }

  /// A line in the characters of the page.
  private struct Line {
    struct Step {
      let relation: String
      let text: String
      let role: Role
    }
    let label: String
    let steps: [Step]
    let indent: Int
    let note: String
  }

  private func shown(_ line: WorkedLine) -> Line {
    Line(
      label: shown(line.label.text), steps: line.steps.map(shown), indent: line.indent,
      note: shown(line.note))
  }

  private func shown(_ step: WorkedLine.Step) -> Line.Step {
    Line.Step(relation: shown(step.relation), text: shown(step.text), role: step.role)
  }

  private func shown(_ text: String) -> String {
    unicode ? text : Transliteration.ascii(text)
  }

  private func space(_ count: Int) -> Words { Words(String(repeating: " ", count: max(0, count))) }

  // MARK: - Breaking

  /// The line in pieces no wider than the page where it can be broken: before an equals sign, which
  /// then stands under the first one, or before a plus.
  private func broken(_ line: Line) -> [Words] {
    let hang = min(line.indent + line.label.count + 1, width / 2)
    var lines: [Words] = []
    var current = space(line.indent) + Words(line.label, .name)
    for step in line.steps {
      func sign() -> String {
        let lead = current.plain.count == line.indent ? "" : " "
        return step.relation.isEmpty ? lead : "\(lead)\(step.relation) "
      }
      let hasRoom = current.plain.count + sign().count + step.text.count <= width
      if !hasRoom, !lines.isEmpty || current.plain.count >= hang + 1 {
        lines.append(current)
        current = space(hang - 1)
      }
      current += Words(sign())
      let start = current.plain.count
      let pieces = Self.pieces(of: step.text, first: width - start, rest: width - start - 2)
      for (index, piece) in pieces.enumerated() {
        if index > 0 {
          lines.append(current)
          current = space(min(start, width / 2) + 2)
        }
        current += Words(piece, step.role)
      }
    }
    return with(note: line.note, lines + [current])
  }

  /// Behind the last line from column 48 on, or beneath it at the right.
  private func with(note: String, _ lines: [Words]) -> [Words] {
    guard !note.isEmpty, let last = lines.last else { return lines }
    let used = last.plain.count
    let start = max(used + 4, min(48, width - note.count))
    let words = Words(note, .shape)
    if start + note.count <= width {
      return lines.dropLast() + [last + space(start - used) + words]
    }
    return lines + wrapped(note).map { space(max(4, width - $0.count)) + Words($0, .shape) }
  }

  private func wrapped(_ note: String) -> [String] {
    note.split(separator: " ").reduce(into: []) { lines, word in
      if let last = lines.last, 4 + last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
  }

  /// Text cut before plus and minus signs, or before spaced dots too if that is not enough; outside
  /// brackets if possible. At signs without spaces, or at any space, where nothing else helps.
  private static func pieces(of text: String, first: Int, rest: Int) -> [String] {
    guard text.count > first else { return [text] }
    let room = max(rest, 20)
    let cuts =
      (0...3).flatMap { depth in
        ["+−-", "+−-·⊙*"].map { parts(of: text, at: $0, depth: depth) }
      } + (0...3).map { parts(of: text, at: "+−-·*/@", depth: $0, isSpaced: false) }
    let fitting = cuts.first { parts in parts.allSatisfy { $0.trimmedAtEnd.count <= room } }
    let chosen = fitting ?? text.split(separator: " ").map { String($0) + " " }
    var pieces: [String] = [""]
    for part in chosen {
      if let last = pieces.last, !last.isEmpty,
        last.count + part.trimmedAtEnd.count > (pieces.count == 1 ? max(first, 20) : room)
      {
        pieces[pieces.count - 1] = last.trimmedAtEnd
        pieces.append(part)
      } else {
        pieces[pieces.count - 1] += part
      }
    }
    return pieces
  }

  private static func parts(
    of text: String, at signs: String, depth limit: Int, isSpaced: Bool = true
  ) -> [String] {
    var result: [String] = []
    var current = ""
    var depth = 0
    for character in text {
      if ")]".contains(character) { depth -= 1 }
      let isCut = isSpaced ? current.hasSuffix(" ") : current.endsOperand
      if depth <= limit, signs.contains(character), isCut {
        result.append(current)
        current = ""
      }
      if "([".contains(character) { depth += 1 }
      current.append(character)
    }
    return result + [current]
  }
}

extension String {
  /// Whether a sign behind it stands between two operands: not in `2**-1`, `1e-5` or `(-3`.
  fileprivate var endsOperand: Bool {
    guard let last, last.isLetter || last.isNumber || ")]′″ ".contains(last) else { return false }
    let isExponent = last == "e" && dropLast().last?.isNumber == true
    return !isExponent
  }
}
