/// Worked lines as rows of an `align*`: the first relation of each under that of the others; what does
/// not fit the page goes on in the next row.
struct LaTeXWorked {
  /// Letters that fit a line of the page.
  static let width = 60.0

  private var rows: [String] = []
  private var row = ""
  private var used = 0.0

  /// The environment for some lines.
  static func display(_ lines: [WorkedLine]) -> String {
    var worked = LaTeXWorked()
    lines.map(\.withoutRepetition).forEach { worked.add($0) }
    return "\\begin{align*}\n" + worked.rows.joined(separator: " \\\\\n") + "\n\\end{align*}\n"
  }

  private mutating func add(_ line: WorkedLine) {
    let label = line.label.math
    let indent = String(repeating: "\\quad", count: line.indent / 3)
    row = LaTeX.guarded(indent + (indent.isEmpty ? "" : " ") + LaTeX.math(label)) + " &"
    // What stands on the left of the relations has a column of its own.
    used = label.span + Double(line.indent)
    for step in line.steps { place(step) }
    if !line.note.isEmpty { place(note: line.note) }
    rows.append(row)
  }

  private mutating func goOn() {
    rows.append(row)
    row = " & \\quad "
    used = 6
  }

  private mutating func place(_ step: WorkedLine.Step) {
    let relation = step.relation.isEmpty ? "" : LaTeX.math(.atom(step.relation, .relation)) + " "
    let node = step.formula.math
    let isFirst = row.hasSuffix("&")
    if !isFirst, used + node.span + 3 > Self.width {
      rows.append(row)
      row = " &"
      used = 6
    }
    row += relation
    used += 3
    for (index, piece) in Self.pieces(of: node, room: Self.width - used).enumerated() {
      if index > 0 { goOn() }
      row += LaTeX.math(piece)
      used += piece.span
    }
  }

  private mutating func place(note: String) {
    let node = MathNode.text(note)
    if used + node.span + 4 > Self.width { goOn() } else { row += "\\qquad " }
    for (index, piece) in Self.pieces(of: node, room: Self.width - used).enumerated() {
      if index > 0 { goOn() }
      row += LaTeX.math(piece)
      used += piece.span
    }
  }

  // MARK: - Breaking

  /// A formula in parts that fit, cut before signs and outside of brackets where possible.
  private static func pieces(of node: MathNode, room: Double) -> [MathNode] {
    guard node.span > room else { return [node] }
    if case .text(let text) = node { return wrapped(text, room: room) }
    let items = node.items
    for signs in ["+−-", "+−-·⊙@⊗⋆=≈", "+−-·⊙@⊗⋆=≈,"] {
      let parts = parts(of: items, at: signs)
      if parts.count > 1 { return filled(parts, room: room) }
    }
    return [node]
  }

  /// The items cut before signs outside of brackets; behind commas.
  private static func parts(of items: [MathNode], at signs: String) -> [[MathNode]] {
    var parts: [[MathNode]] = [[]]
    var depth = 0
    for item in items {
      switch item {
      case .atom(_, .opening): depth += 1
      case .atom(_, .closing): depth -= 1
      case .atom(let sign, _) where depth == 0 && signs.contains(sign) && sign != ",":
        if parts.last?.isEmpty == false { parts.append([]) }
      default: break
      }
      parts[parts.count - 1].append(item)
      if case .atom(",", .punctuation) = item, signs.contains(","), depth <= 1 { parts.append([]) }
    }
    return parts.filter { !$0.isEmpty }
  }

  private static func filled(_ parts: [[MathNode]], room: Double) -> [MathNode] {
    var rows: [[MathNode]] = [[]]
    var used = 0.0
    for part in parts {
      let span = MathNode.group(part).span
      if used > 0, used + span > (rows.count == 1 ? room : width - 6) {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1] += part
      used += span
    }
    return rows.map { .group($0) }
  }

  private static func wrapped(_ text: String, room: Double) -> [MathNode] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      let limit = Int(lines.count == 1 ? max(room, 12) : width - 8)
      if let last = lines.last, last.count + 1 + word.count <= limit {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { .text($0) }
  }
}
