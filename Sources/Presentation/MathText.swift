/// LaTeX formulas as one line of Unicode text: `\frac{\partial E}{\partial w}` is `∂E/∂w`,
/// `\theta^{(l)}` is `θ⁽ˡ⁾`. What it does not know stays as typed.
package enum MathText {
  /// The formula, given without its dollar signs, as text.
  package static func unicode(_ latex: String) -> String {
    var parser = MathParser(latex)
    return parser.whole()
  }
}

/// A part of a formula with the place it takes in a line: spacing follows from the neighbors.
struct MathPiece {
  enum Place: Equatable {
    case ordinary, function, bigOperator, binary, relation, opening, closing, punctuation
    case fraction, space
  }
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
