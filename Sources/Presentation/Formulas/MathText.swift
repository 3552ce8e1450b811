/// LaTeX formulas as one line of Unicode text: `\frac{\partial E}{\partial w}` is `∂E/∂w`,
/// `\theta^{(l)}` is `θ⁽ˡ⁾`. What it does not know stays as typed.
package enum MathText {
  /// The formula, given without its dollar signs, as a tree.
  package static func formula(_ latex: String) -> MathNode {
    var parser = MathParser(latex)
    return parser.whole()
  }

  /// The formula as text.
  package static func unicode(_ latex: String) -> String { formula(latex).unicode }
}

extension MathNode {
  /// The formula in one line, with parentheses where the line needs them.
  package var unicode: String { String(row.text().reversed().drop { $0 == " " }.reversed()) }

  var row: MathRow { MathRow(pieces: pieces) }

  /// The node as parts of a line.
  private var pieces: [MathPiece] {
    switch self {
    case .atom(let text, let place): [MathPiece(text, place)]
    case .text(let text): [MathPiece(text)]
    case .space(let text): [MathPiece(text, .space)]
    case .group(let nodes): nodes.flatMap(\.pieces)
    case .fraction(let above, let below): [Self.fraction(above.row, below.row)]
    case .binomial(let above, let below): [MathPiece("C(\(above.row.text()), \(below.row.text()))")]
    case .scripts(let base, let below, let above): Self.scripts(base, below, above)
    case .stacked(let base, let above, let below): [Self.stacked(base.row, above, below)]
    case .root(let inner, let degree): [Self.root(inner.row, degree)]
    case .accent(let inner, let mark, let name): [Self.accented(inner.row.text(), mark, name: name)]
    case .matrix(let rows, let environment): [Self.matrix(rows, environment)]
    }
  }

  // MARK: - Scripts

  private static func scripts(
    _ base: MathNode, _ below: [MathNode], _ above: [MathNode]
  ) -> [MathPiece] {
    var pieces = base.pieces
    if case .group = base, MathRow(pieces: pieces).isSum {
      pieces = [MathPiece("(\(MathRow(pieces: pieces).text()))", .closing)]
    }
    var last = pieces.popLast() ?? MathPiece("")
    if last.place == .space { last.place = .ordinary }
    last.text += below.map(\.lowered).joined() + above.map(\.raised).joined()
    return pieces + [last]
  }

  private static func stacked(_ base: MathRow, _ above: MathNode?, _ below: MathNode?) -> MathPiece
  {
    MathPiece(
      base.text() + (above?.raised ?? "") + (below?.lowered ?? ""),
      base.pieces.first?.place ?? .ordinary)
  }

  private var lowered: String {
    let text = row.text(isTight: true)
    return LaTeXSymbols.script(text, Transliteration.lowered) ?? "_" + Self.wrapped(text)
  }

  private var raised: String { Self.raised(row.text(isTight: true)) }

  private static func raised(_ text: String) -> String {
    if ["′", "″", "ᵀ", "°"].contains(text) { return text }
    if text == "*" || text == "∗" { return "*" }
    return LaTeXSymbols.script(text, Transliteration.lifted) ?? "^" + wrapped(text)
  }

  private static func wrapped(_ text: String) -> String {
    let isName = text.allSatisfy { $0.isLetter || $0.isNumber }
    let isWrapped = text.first == "(" && text.last == ")" && !text.dropFirst().contains("(")
    return isName || isWrapped ? text : "(\(text))"
  }

  // MARK: - Two-dimensional forms

  private static let vulgar = [
    "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "1/6": "⅙", "1/8": "⅛",
  ]

  private static func fraction(_ above: MathRow, _ below: MathRow) -> MathPiece {
    let text = above.operand(isBelow: false) + "/" + below.operand(isBelow: true)
    return vulgar[text].map { MathPiece($0) } ?? MathPiece(text, .fraction)
  }

  private static func root(_ inner: MathRow, _ degree: MathNode?) -> MathPiece {
    // Each part is written once: twice at every level would take forever when nested.
    let power = degree?.row.text(isTight: true) ?? "2"
    let sign = ["2": "√", "3": "∛", "4": "∜"][power] ?? raised(power) + "√"
    let isOne = !inner.isSum && !inner.hasFraction && inner.pieces.count <= 1
    return MathPiece(sign + (isOne ? inner.text() : "(\(inner.text()))"))
  }

  private static func accented(_ text: String, _ mark: Unicode.Scalar, name: String) -> MathPiece {
    guard let letter = text.first, text.count == 1 else { return MathPiece("\(name)(\(text))") }
    return MathPiece(LaTeXSymbols.accented(letter, mark))
  }

  /// Cells parted by spaces, or by commas where a cell has spaces of its own, rows by semicolons.
  private static func matrix(_ rows: [[MathNode]], _ environment: String) -> MathPiece {
    let cells = rows.map { $0.map { $0.row.text() } }
    let isAligned = alignedEnvironments.contains(environment)
    let hasSpaces = cells.joined().contains { $0.contains(" ") }
    let separator = isAligned ? " " : hasSpaces || environment == "cases" ? ", " : " "
    let text = cells.map { $0.filter { !$0.isEmpty }.joined(separator: separator) }
      .joined(separator: "; ")
    if isAligned { return MathPiece(text) }
    switch environment {
    case "cases": return MathPiece("{ \(text) }")
    case "vmatrix": return MathPiece("|\(text)|")
    case "Vmatrix": return MathPiece("‖\(text)‖")
    default: return MathPiece("[\(text)]")
    }
  }

  /// Environments that part a formula into lines and have no brackets.
  static let alignedEnvironments: Set<String> = ["aligned", "align", "align*", "split", "gathered"]
}

/// A part of a formula with the place it takes in a line: spacing follows from the neighbors.
struct MathPiece {
  typealias Place = MathNode.Place
  var text: String
  var place: Place

  init(_ text: String, _ place: Place = .ordinary) {
    self.text = text
    self.place = place
  }
}

/// A finished sequence of pieces, with what its surroundings must know to set parentheses.
struct MathRow {
  var pieces: [MathPiece]

  /// Written out; scripts are set without spaces.
  func text(isTight: Bool = false) -> String {
    var result = ""
    var previous: MathPiece?
    for (index, piece) in pieces.enumerated() {
      if piece.place == .space {
        if !result.isEmpty, result.last != " " { result += piece.text }
        continue
      }
      let next = pieces[(index + 1)...].first { $0.place != .space }
      let piece = settled(piece, after: previous, before: next)
      let gap = isTight ? tightGap(previous, piece) : gap(previous, piece)
      if !(gap.hasPrefix(" ") && result.last == " ") { result += gap }
      result += piece.text
      previous = piece
    }
    return result
  }

  /// A plus or minus with nothing on its left is a sign; a sign behaves like a letter.
  private func settled(
    _ piece: MathPiece, after previous: MathPiece?, before next: MathPiece?
  ) -> MathPiece {
    switch (piece.place, previous?.place) {
    case (.binary, .none), (.binary, .binary), (.binary, .relation), (.binary, .opening),
      (.binary, .punctuation), (.binary, .function), (.binary, .bigOperator):
      return MathPiece(piece.text, .opening)
    case (.binary, _) where next == nil: return MathPiece(piece.text, .closing)
    case (.fraction, .function?): return MathPiece("(" + piece.text + ")", .opening)
    default: return piece
    }
  }

  private func gap(_ left: MathPiece?, _ right: MathPiece) -> String {
    guard let left else { return "" }
    switch (left.place, right.place) {
    case (.relation, _), (_, .relation), (.binary, _), (_, .binary): return " "
    case (.punctuation, .closing), (.opening, _), (_, .closing), (_, .punctuation): return ""
    case (.punctuation, _): return " "
    case (.fraction, .ordinary), (.fraction, .fraction), (.ordinary, .fraction),
      (.closing, .fraction), (.fraction, .opening), (.fraction, .function),
      (.fraction, .bigOperator):
      return " · "
    case (.bigOperator, _): return " "
    case (.function, .opening): return ""
    case (.function, _), (_, .function), (_, .bigOperator): return " "
    default: return ""
    }
  }

  private func tightGap(_ left: MathPiece?, _ right: MathPiece) -> String {
    let isName = left?.place == .function && right.place == .ordinary
    return isName || left?.place == .fraction && right.place == .fraction ? " " : ""
  }

  // MARK: - Parentheses

  /// The pieces outside all brackets, a bracketed group counting as one closing piece.
  private var top: [MathPiece] {
    var depth = 0
    return pieces.filter { piece in
      if piece.place == .opening, isBracket(piece) { depth += 1 }
      let isTop = depth == 0
      if piece.place == .closing, isBracket(piece) { depth = max(0, depth - 1) }
      return (isTop || depth == 0) && piece.place != .space
    }
  }

  private func isBracket(_ piece: MathPiece) -> Bool {
    piece.text.first.map { "([{⟨⌈⌊".contains($0) || ")]}⟩⌉⌋".contains($0) } ?? false
  }

  /// Whether the row would fall apart beside a product.
  var isSum: Bool {
    top.enumerated().contains { index, piece in
      piece.place == .relation || piece.place == .punctuation || piece.place == .binary && index > 0
        || piece.place == .bigOperator
    }
  }

  /// How many factors stand in the row; ∂, Δ and a leading d belong to what follows.
  var factorCount: Int {
    let counted = top.enumerated().filter { index, piece in
      !["∂", "Δ", "∇", "−", "-"].contains(piece.text)
        && !(index == 0 && piece.text == "d" && top.count > 1)
    }
    let isCall = counted.count == 2 && counted[1].element.place == .closing
    return isCall ? 1 : counted.count
  }

  var hasFraction: Bool { top.contains { $0.place == .fraction || $0.text == "/" } }

  /// The row as one operand of `/`; below the bar even a product needs parentheses.
  func operand(isBelow: Bool) -> String {
    let text = text()
    let needs = isSum || hasFraction || isBelow && factorCount > 1
    return needs ? "(\(text))" : text
  }
}
